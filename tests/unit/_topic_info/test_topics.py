# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import sys
from typing import Any

import pytest
from ansible_collections.omninode.kafka.plugins.module_utils._core.errors import (
    InvalidSpec,
    Unsupported,
)
from ansible_collections.omninode.kafka.plugins.module_utils._kafka.errors import (
    TIMED_OUT,
    Rejection,
)
from ansible_collections.omninode.kafka.plugins.module_utils._kafka.partitions import (
    EARLIEST,
    LATEST,
    Offset,
    TopicPartition,
)
from ansible_collections.omninode.kafka.plugins.module_utils._topic_info.topics import (
    read_cluster,
    read_topics,
)

from tests.fakes.gateway import CLUSTER, FakeCluster, FakeGateway


@pytest.fixture
def cluster() -> FakeCluster:
    found = FakeCluster(brokers=3)
    found.put("b.two", partitions=2, replicas=3, in_sync=2, retention_ms="5", flush_ms="1")
    found.put("a.one")
    found.put("__internal", internal=True)
    return found


def names(cluster: FakeCluster, **options: Any) -> list[str]:
    return [topic["name"] for topic in read_topics(cluster.connect(), **options)["topics"]]


def test_topics_in_the_shape_of_the_input_and_their_status_beside(cluster: FakeCluster) -> None:
    assert read_topics(cluster.connect(), names=["b.two", "c", "a.one"]) == {
        "topics": [
            {"name": "a.one", "partitions": 1, "replication_factor": 1, "config": {}},
            {
                "name": "b.two",
                "partitions": 2,
                "replication_factor": 3,
                "config": {"flush.ms": "1", "retention.ms": "5"},
            },
        ],
        "status": [
            {
                "name": "a.one",
                "replicas_in_sync": 1,
                "under_replicated": 0,
                "offline": 0,
                "internal": False,
            },
            {
                "name": "b.two",
                "replicas_in_sync": 2,
                "under_replicated": 2,
                "offline": 0,
                "internal": False,
            },
        ],
        "absent": ["c"],
    }


def test_replicas_that_leave_do_not_count(cluster: FakeCluster) -> None:
    """So that an export declares what the topic is to be."""
    cluster.looks = None
    [partition] = cluster.topics["a.one"].partitions
    cluster.lay_out("a.one", partition._replace(leader=1, replicas=(1,), isr=(1,)))
    move = {TopicPartition("a.one", 0): (2,)}
    cluster.connect().replicas().alter_partition_reassignments(move)
    [topic] = read_topics(cluster.connect(), names=["a.one"])["topics"]
    assert topic["replication_factor"] == 1
    # nobody tells of moves, so all count
    cluster.denied["DESCRIBE"].add(CLUSTER)
    [topic] = read_topics(cluster.connect(), names=["a.one"])["topics"]
    assert topic["replication_factor"] == 2


def test_moves_are_told_where_they_are_asked_for(cluster: FakeCluster) -> None:
    cluster.looks = None
    place, other = TopicPartition("a.one", 0), TopicPartition("b.two", 1)
    cluster.sizes[place] = 300
    [partition] = cluster.topics["a.one"].partitions
    cluster.lay_out("a.one", partition._replace(leader=1, replicas=(1,), isr=(1,)))
    targets = {place: (1, 2, 3), other: (3, 2)}
    cluster.connect().replicas().alter_partition_reassignments(targets)
    assert "moves" not in read_topics(cluster.connect(), names=["a.one"])
    assert read_topics(cluster.connect(), names=["a.one"], moves=True)["moves"] == [
        {
            "topic": "a.one",
            "partition": 0,
            "before": [1],
            "after": [1, 2, 3],
            "bytes": 600,
            "copied": 0,
        }
    ]


def test_partitions_are_told_where_they_are_asked_for(cluster: FakeCluster) -> None:
    cluster.produce("b.two", 1, 2, 3, partition=1)
    cluster.delete_records("b.two", 2, partition=1)
    cluster.put("c.leaderless", replicas=2, in_sync=0)
    found = read_topics(cluster.connect(), names=["c.leaderless", "b.two"], partitions=True)
    keys = ("topic", "partition", "leader", "replicas", "in_sync", "beginning_offset", "end_offset")
    assert [tuple(partition[key] for key in keys) for partition in found["partitions"]] == [
        ("b.two", 0, 1, [1, 2, 3], [1, 2], 0, 0),
        ("b.two", 1, 2, [2, 3, 1], [2, 3], 2, 3),
        ("c.leaderless", 0, None, [1, 2], [], None, None),
    ]
    assert {tuple(partition) for partition in found["partitions"]} == {keys}


def test_the_preferred_leader_comes_first_whoever_leads(cluster: FakeCluster) -> None:
    [partition] = cluster.topics["a.one"].partitions
    moved = partition._replace(leader=2, replicas=(3, 1, 2), isr=(2, 1))
    cluster.lay_out("a.one", moved)
    found = read_topics(cluster.connect(), names=["a.one"], partitions=True)
    [told] = found["partitions"]
    assert (told["leader"], told["replicas"], told["in_sync"]) == (2, [3, 1, 2], [1, 2])


@pytest.mark.parametrize(("lost", "known"), [(EARLIEST, (None, 4)), (LATEST, (0, None))])
def test_an_offset_that_is_not_told_is_null(
    cluster: FakeCluster, monkeypatch: pytest.MonkeyPatch, lost: int, known: tuple[int | None, ...]
) -> None:
    def list_offsets(
        _gateway: FakeGateway, wanted: dict[TopicPartition, int]
    ) -> dict[TopicPartition, Offset | Rejection]:
        timed_out = Rejection(TIMED_OUT, "_TIMED_OUT", "Local: Timed out")
        told = {EARLIEST: Offset(0, -1), LATEST: Offset(4, -1), lost: timed_out}
        return {place: told[at] for place, at in wanted.items()}

    monkeypatch.setattr(FakeGateway, "list_offsets", list_offsets)
    found = read_topics(cluster.connect(), names=["a.one"], partitions=True)
    [partition] = found["partitions"]
    assert (partition["beginning_offset"], partition["end_offset"]) == known


@pytest.mark.parametrize(
    ("options", "selected", "requests"),
    [
        ({}, None, 0),
        ({"partitions": True}, {"a.one", "b.two"}, 2),
        ({"partitions": True, "query": "[?partitions > `1`]"}, {"b.two"}, 2),
        ({"partitions": True, "names": ["c.leaderless"]}, {"c.leaderless"}, 0),
        ({"partitions": True, "prefix": "x"}, set(), 0),
    ],
)
def test_offsets_cost_two_requests_where_they_are_asked_for(
    cluster: FakeCluster, options: dict[str, Any], selected: set[str] | None, requests: int
) -> None:
    if "names" in options:
        cluster.put("c.leaderless", in_sync=0)
    found = read_topics(cluster.connect(), **options)
    told = None
    if "partitions" in found:
        told = {partition["topic"] for partition in found["partitions"]}
    assert told == selected
    assert cluster.requests["list_offsets"] == requests


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({}, ["a.one", "b.two"]),
        ({"include_internal": True}, ["__internal", "a.one", "b.two"]),
        ({"prefix": "b."}, ["b.two"]),
        ({"prefix": "x"}, []),
        ({"prefix": "__"}, []),
        ({"names": []}, []),
        ({"names": ["__internal"]}, ["__internal"]),
        ({"names": ["a.one", "a.one"]}, ["a.one"]),
        ({"query": "[?partitions > `1`]"}, ["b.two"]),
        ({"query": "[?under_replicated > `0`].{name: name}"}, ["b.two"]),
        ({"query": "[?config.\"retention.ms\" == '5']"}, ["b.two"]),
        ({"query": "reverse(sort_by(@, &name))"}, ["a.one", "b.two"]),
        ({"query": "[?partitions > `9`]"}, []),
        ({"query": "[?internal]", "include_internal": True}, ["__internal"]),
    ],
)
def test_selection(cluster: FakeCluster, options: dict[str, Any], expected: list[str]) -> None:
    assert names(cluster, **options) == expected


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("[?", r"^cannot read query '\[\?': "),
        (
            "[].name",
            r"^query '\[\]\.name' must select whole topics, such as \[\?partitions > `3`\]$",
        ),
        ("length(@)", r"must select whole topics"),
        ("[].{partitions: partitions}", r"must select whole topics"),
        ("[].{name: partitions}", r"must select whole topics"),
        ("[].{name: config}", r"must select whole topics"),
        ("[].{name: nothing}", r"must select whole topics"),
        ("[].[name]", r"must select whole topics"),
        ("[0]", r"must select whole topics"),
        ("abs(name)", r"^cannot read query 'abs\(name\)'"),
    ],
)
def test_a_query_that_is_none(cluster: FakeCluster, query: str, message: str) -> None:
    with pytest.raises(InvalidSpec, match=message):
        read_topics(cluster.connect(), query=query)


def test_without_jmespath_only_a_query_fails(
    cluster: FakeCluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "jmespath", None)
    assert names(cluster) == ["a.one", "b.two"]
    with pytest.raises(Unsupported, match="query needs the Python library jmespath"):
        read_topics(cluster.connect(), query="[]")


@pytest.mark.parametrize("name", ["", "a b", ".."])
def test_a_name_that_is_none_is_refused_before_anything_is_read(
    cluster: FakeCluster, name: str
) -> None:
    with pytest.raises(InvalidSpec, match=f"^names: '{name}' is not a topic name"):
        read_topics(cluster.connect(), names=["a.one", name])
    assert not cluster.requests


def test_cluster(cluster: FakeCluster) -> None:
    found = read_cluster(cluster.connect())
    assert found["cluster_id"] == "fake-cluster-id-000000"
    assert found["brokers"][0] == {"id": 1, "host": "broker-1", "port": 9092, "rack": None}
    assert found["api_versions"] == {
        "CreateTopics": {"min": 2, "max": 7},
        "Metadata": {"min": 0, "max": 13},
    }
    config = found["defaults"].pop("config")
    assert found["defaults"] == {
        "partitions": 1,
        "replication_factor": 1,
        "auto_create_topics": True,
        "delete_topics": True,
    }
    assert (
        config["retention.ms"],
        config["min.insync.replicas"],
        config["remote.storage.enable"],
    ) == ("604800000", "1", "false")


def test_defaults_are_the_brokers(cluster: FakeCluster) -> None:
    cluster.broker_config |= {
        "num.partitions": "6",
        "default.replication.factor": "3",
        "delete.topic.enable": "false",
        "log.retention.hours": "1",
    }
    defaults = read_cluster(cluster.connect())["defaults"]
    assert (defaults["partitions"], defaults["replication_factor"], defaults["delete_topics"]) == (
        6,
        3,
        False,
    )
    assert defaults["config"]["retention.ms"] == "3600000"


def test_defaults_that_may_not_be_read_are_null(cluster: FakeCluster) -> None:
    cluster.denied["DESCRIBE_CONFIGS"].add(CLUSTER)
    assert read_cluster(cluster.connect())["defaults"] is None
