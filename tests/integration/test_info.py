# SPDX-License-Identifier: GPL-3.0-or-later
"""What the info modules read, and the observed state that topics returns on request."""

from __future__ import annotations

import time
from functools import partial
from typing import Any

import pytest

from tests.brokers.fixtures import TestBroker
from tests.integration import run
from tests.integration.cluster import Cluster
from tests.integration.conftest import Call

EXISTING = {
    "a": (1, {}),
    "b": (3, {"retention.ms": "1209600000", "cleanup.policy": "compact,delete"}),
    "c": (2, {"retention.ms": "1000"}),
}


@pytest.fixture
def info(broker: TestBroker) -> Call:
    return partial(run.succeed, "topic_info", bootstrap_servers=broker.bootstrap)


@pytest.fixture
def existing(cluster: Cluster, prefix: str) -> list[dict[str, Any]]:
    """Three topics, as topic_info shall describe them."""
    cluster.create({f"{prefix}{name}": topic for name, topic in EXISTING.items()})
    return [
        {
            "name": f"{prefix}{name}",
            "partitions": partitions,
            "replication_factor": 1,
            "config": config,
        }
        for name, (partitions, config) in EXISTING.items()
    ]


def test_topics_are_read_by_prefix_sorted_in_the_shape_of_the_input(
    info: Call, topics: Call, prefix: str, existing: list[dict[str, Any]]
) -> None:
    read = info(prefix=prefix)

    assert read["topics"] == existing
    assert read["status"] == [
        {
            "name": topic["name"],
            "replicas_in_sync": 1,
            "under_replicated": 0,
            "offline": 0,
            "internal": False,
        }
        for topic in existing
    ]
    assert (read["changed"], read["absent"]) == (False, [])
    assert topics(topics=read["topics"])["changes"] == []


def test_topics_are_read_by_name_with_their_partitions_and_the_absent_ones_told(
    cluster: Cluster, info: Call, prefix: str, existing: list[dict[str, Any]]
) -> None:
    now = int(time.time() * 1000)
    written = f"{prefix}a"
    cluster.produce({(written, 0): [now, now, now]})
    cluster.delete_records(written, 2)
    names = [f"{prefix}c", f"{prefix}missing", written, written]

    read = info(names=names, partitions=True)

    assert read["topics"] == [existing[0], existing[2]]
    assert read["absent"] == [f"{prefix}missing"]
    one = {"leader": 1, "replicas": [1], "in_sync": [1]}
    empty = {**one, "beginning_offset": 0, "end_offset": 0}
    assert read["partitions"] == [
        {"topic": written, "partition": 0, **one, "beginning_offset": 2, "end_offset": 3},
        {"topic": f"{prefix}c", "partition": 0, **empty},
        {"topic": f"{prefix}c", "partition": 1, **empty},
    ]
    assert "partitions" not in info(names=names)


def test_all_topics_are_read_and_internal_ones_only_on_request(
    cluster: Cluster, info: Call, existing: list[dict[str, Any]]
) -> None:
    cluster.make_offsets_topic()

    some = info()
    every = info(include_internal=True)

    assert all(topic in some["topics"] for topic in existing)
    assert "__consumer_offsets" not in [topic["name"] for topic in some["topics"]]
    names = {topic["name"] for topic in every["topics"]}
    assert {"__consumer_offsets", *(topic["name"] for topic in existing)} <= names
    # a broker that has seen transactions has another one
    internal = {status["name"] for status in every["status"] if status["internal"]}
    assert {"__consumer_offsets"} <= internal <= {"__consumer_offsets", "__transaction_state"}


@pytest.mark.parametrize(("query", "names"), [
    ("[?partitions > `1`]", ["b", "c"]),
    ('[?to_number(config."retention.ms") > `604800000`]', ["b"]),
    ("[?under_replicated > `0`]", []),
    ("[?contains(name, 'x')] || [?partitions == `2`]", ["c"]),
    ("reverse(@)", ["a", "b", "c"]),
])  # fmt: skip
@pytest.mark.usefixtures("existing")
def test_a_query_selects_topics(info: Call, prefix: str, query: str, names: list[str]) -> None:
    read = info(prefix=prefix, query=query)

    assert (
        [topic["name"] for topic in read["topics"]]
        == [status["name"] for status in read["status"]]
        == [f"{prefix}{name}" for name in names]
    )


@pytest.mark.parametrize(("query", "message"), [
    ("[?partitions >", "cannot read query"),
    ("[].name", "must select whole topics"),
    ("no_function(@)", "cannot read query"),
    ("[?to_number(name, name)]", "cannot read query"),
])  # fmt: skip
@pytest.mark.usefixtures("existing")
def test_a_bad_query_is_told(broker: TestBroker, prefix: str, query: str, message: str) -> None:
    error = run.fail("topic_info", bootstrap_servers=broker.bootstrap, prefix=prefix, query=query)

    assert message in error["msg"]
    assert error["error"] == "InvalidSpec"


def test_names_and_prefix_exclude_each_other(broker: TestBroker) -> None:
    assert (
        "mutually exclusive"
        in run.fail("topic_info", bootstrap_servers=broker.bootstrap, names=["a"], prefix="a")[
            "msg"
        ]
    )


def test_a_prefix_without_topics_reads_none(info: Call, prefix: str) -> None:
    assert info(prefix=prefix)["topics"] == []


def test_the_cluster_is_described(broker: TestBroker) -> None:
    read = run.succeed("cluster_info", bootstrap_servers=broker.bootstrap)

    assert read["cluster_id"] == broker.cluster_id
    host, _unused, port = broker.bootstrap.rpartition(":")
    assert read["brokers"] == [{"id": 1, "host": host, "port": int(port), "rack": None}]
    defaults = read["defaults"]
    assert (defaults["partitions"], defaults["replication_factor"], defaults["delete_topics"]) == (
        1,
        1,
        True,
    )
    assert defaults["config"]["retention.ms"] == "604800000"
    assert defaults["config"]["cleanup.policy"] == "delete"
    assert read["api_versions"]["CreateTopics"]["max"] >= 7
    assert read["changed"] is False


def test_topics_returns_what_it_observed_only_on_request(
    topics: Call, prefix: str, existing: list[dict[str, Any]]
) -> None:
    declared = [{"name": topic["name"]} for topic in reversed(existing)]

    assert topics(topics=declared, return_topics=True)["topics"] == existing
    assert "topics" not in topics(topics=declared)
    grown = topics(
        topics=[{"name": f"{prefix}a", "partitions": 2}, {"name": f"{prefix}c", "state": "absent"}],
        return_topics=True,
    )
    assert grown["topics"] == [
        {"name": f"{prefix}a", "partitions": 2, "replication_factor": 1, "config": {}}
    ]
    assert topics(
        topics=[],
        purge=True,
        purge_to_empty=True,
        owned_prefixes=[prefix],
        return_topics=True,
        check=True,
    )["topics"] == [
        {**existing[0], "partitions": 2},
        existing[1],
    ]
