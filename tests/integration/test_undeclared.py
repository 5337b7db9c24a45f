# SPDX-License-Identifier: GPL-3.0-or-later
"""Topics under one's prefixes that nobody declares: what they hold, who reads them, and which of
them are idle."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import pytest
from confluent_kafka import TopicPartition
from confluent_kafka.admin import AclOperation, ResourceType

from tests.brokers.fixtures import TestBroker
from tests.integration import run
from tests.integration.cluster import Cluster
from tests.integration.conftest import Call

HOUR = 3_600_000
NOW = int(time.time()) * 1000
FOR_EVER = {"retention.ms": "-1"}  # so that the broker keeps what is old
NOBODY: dict[str, list[str]] = {"active": [], "committed": []}


def moment(timestamp: int) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(timestamp / 1000))


def rows(table: list[str]) -> list[str]:
    """The lines between those that name the columns and those that explain them."""
    assert table[0].startswith("TOPIC ")
    return [line for line in table[1:] if " = " not in line]


def names(found: dict[str, Any], prefix: str) -> list[str]:
    return [topic["name"].removeprefix(prefix) for topic in found["topics"]]


@pytest.fixture
def undeclared(broker: TestBroker, prefix: str) -> Call:
    """The module, which must succeed."""
    return partial(
        run.succeed,
        "undeclared_topics_info",
        bootstrap_servers=broker.bootstrap,
        owned_prefixes=[prefix],
    )


@pytest.fixture
def written(cluster: Cluster, prefix: str) -> None:
    """Topics of two partitions, last written to 30, 20 and 2 hours ago, and never."""
    cluster.create(
        {f"{prefix}{name}": (2, FOR_EVER) for name in ("two", "twenty", "thirty", "never")}
    )
    ages = {"two": [40, 2], "twenty": [40, 20], "thirty": [40, 30]}
    cluster.produce(
        {
            (f"{prefix}{name}", number): [NOW - hours[number] * HOUR]
            for name, hours in ages.items()
            for number in range(2)
        }
    )


@pytest.mark.usefixtures("written")
def test_what_nobody_declares_is_told_by_its_last_write(
    cluster: Cluster, undeclared: Call, prefix: str
) -> None:
    cluster.make_offsets_topic()
    cluster.create({f"{prefix}{name}": (1, {}) for name in ("declared", "profiled", "doomed")})
    declared = [
        f"{prefix}declared",
        {"name": f"{prefix}doomed", "state": "absent"},
        {"name": f"{prefix}missing"},
    ]

    found = undeclared(
        topics=declared,
        profiles={"some": {"names": [f"{prefix}profiled"]}},
        owned_prefixes=[prefix, "__consumer"],
    )

    assert names(found, prefix) == ["never", "thirty", "twenty", "two"]
    shape = {"partitions": 2, "replication_factor": 1, "config": FOR_EVER, "groups": NOBODY}
    assert found["topics"][0] == {
        "name": f"{prefix}never",
        **shape,
        "records": 0,
        "oldest": None,
        "newest": None,
    }
    assert found["topics"][1] == {
        "name": f"{prefix}thirty",
        **shape,
        "records": 2,
        "oldest": moment(NOW - 40 * HOUR),
        "newest": moment(NOW - 30 * HOUR),
    }
    assert (found["undecided"], found["changed"]) == ([], False)


@pytest.mark.usefixtures("written")
def test_idle_is_what_is_neither_written_to_nor_read(
    cluster: Cluster, undeclared: Call, prefix: str, group: str
) -> None:
    with cluster.consuming(f"{group}stopped", f"{prefix}thirty", "classic") as consumer:
        consumer.commit(offsets=[TopicPartition(f"{prefix}thirty", 1, 1)], asynchronous=False)

    with cluster.consuming(f"{group}running", f"{prefix}never", "consumer"):
        every, idle = undeclared(), undeclared(idle_for="10h")
    groups = {topic["name"].removeprefix(prefix): topic["groups"] for topic in every["topics"]}
    assert groups == {
        "never": {"active": [f"{group}running"], "committed": []},
        "thirty": {"active": [], "committed": [f"{group}stopped"]},
        "twenty": NOBODY,
        "two": NOBODY,
    }
    assert (names(idle, prefix), idle["undecided"]) == (["thirty", "twenty"], [])

    assert names(undeclared(idle_for="1d"), prefix) == ["never", "thirty"]
    assert names(undeclared(idle_for="1h"), prefix) == ["never", "thirty", "twenty", "two"]


def test_a_record_without_a_timestamp_leaves_a_topic_undecided(
    cluster: Cluster, undeclared: Call, prefix: str
) -> None:
    cluster.create({f"{prefix}untimed": (1, {})})
    cluster.produce({(f"{prefix}untimed", 0): [-1]})

    [topic] = undeclared()["topics"]
    assert (topic["records"], topic["newest"]) == (1, "unknown")
    old = undeclared(idle_for="1h")
    assert (old["topics"], old["undecided"]) == ([], [f"{prefix}untimed"])


@pytest.mark.usefixtures("written")
def test_what_may_be_hidden_is_unknown_and_not_idle(
    cluster: Cluster,
    undeclared: Call,
    prefix: str,
    group: str,
    alice: dict[str, Any],
    allow: Callable[..., None],
) -> None:
    with cluster.consuming(f"{group}stopped", f"{prefix}thirty", "classic") as consumer:
        consumer.commit(offsets=[TopicPartition(f"{prefix}thirty", 1, 1)], asynchronous=False)
    allow(AclOperation.DESCRIBE, AclOperation.DESCRIBE_CONFIGS)

    assert [topic["groups"] for topic in undeclared(**alice)["topics"]] == ["unknown"] * 4
    dark = undeclared(**alice, idle_for="10h")
    # what was written to is in use, whoever reads it
    assert (dark["topics"], dark["undecided"]) == (
        [],
        [f"{prefix}never", f"{prefix}thirty", f"{prefix}twenty"],
    )

    allow(AclOperation.DESCRIBE, on=ResourceType.BROKER)
    allow(AclOperation.DESCRIBE, on=ResourceType.GROUP)
    lit = undeclared(**alice, idle_for="10h")
    assert (names(lit, prefix), lit["undecided"]) == (["never", "thirty", "twenty"], [])


def test_topics_that_may_not_be_described_are_not_found(
    cluster: Cluster, undeclared: Call, prefix: str, alice: dict[str, Any]
) -> None:
    cluster.create({f"{prefix}hidden": (1, {})})
    assert undeclared(**alice)["topics"] == []


@pytest.mark.usefixtures("written")
def test_the_role_shows_a_table(broker: TestBroker, cluster: Cluster, prefix: str) -> None:
    before = cluster.topics(prefix)
    variables = {
        "kafka_topics_connection": {"bootstrap_servers": broker.bootstrap},
        "kafka_topics_declared": [{"name": f"{prefix}two", "partitions": 5}],
        "kafka_topics_profiles": {"some": {"names": [f"{prefix}thirty"]}},
        "kafka_topics_owned_prefixes": [prefix],
    }
    role = {"name": "omninode.kafka.kafka_topics", "tasks_from": "undeclared"}

    played = run.play(
        [
            {"ansible.builtin.include_role": role, "vars": variables},
            {
                "ansible.builtin.include_role": role,
                "vars": {**variables, "kafka_topics_idle_for": "1d"},
            },
        ]
    )

    assert played.returncode == 0, played.stdout
    every, idle = (result["msg"] for result in played.results if result["task"] == "Show them")
    assert [line.split() for line in rows(every)] == [
        [f"{prefix}never", "2", "1", "0", "none", "none", "none"],
        [f"{prefix}twenty", "2", "1", "2", moment(NOW - 20 * HOUR), "none", "none"],
    ]
    assert [line.split()[0] for line in rows(idle)] == [f"{prefix}never"]
    assert not any(result["changed"] for result in played.results)
    assert cluster.topics(prefix) == before


@pytest.fixture
def stray(cluster: Cluster) -> Iterator[str]:
    """A topic beside those of the catalogue; with one of the catalogue, and one that is no business
    of it."""
    bridge = "staging.omninode-bridge."
    cluster.delete(cluster.names(bridge))
    cluster.await_(lambda: not cluster.names(bridge), "the topics of the catalogue to be gone")
    name = f"{bridge}test-generation.stray.v1"
    cluster.create(
        {name: (1, {}), f"{bridge}test-generation.failed.v1": (1, {}), f"{bridge}other.v1": (1, {})}
    )
    yield name
    cluster.delete(cluster.names(bridge))


def test_the_playbook_reports_what_is_beside_the_catalogue(broker: TestBroker, stray: str) -> None:
    variables = {"kafka_connection": {"bootstrap_servers": broker.bootstrap}}

    played = run.playbook(
        "playbooks/undeclared.yml", "-i", "inventories/staging", "-e", json.dumps(variables)
    )

    assert played.returncode == 0, played.stdout
    [table] = [result["msg"] for result in played.results if result["task"] == "Show them"]
    assert [line.split()[0] for line in rows(table)] == [stray]
