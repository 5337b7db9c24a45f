# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from ansible_collections.omninode.kafka.plugins.module_utils._cluster.gateway.groups import Group
from ansible_collections.omninode.kafka.plugins.module_utils._core.errors import InvalidSpec
from ansible_collections.omninode.kafka.plugins.module_utils._topic_info.undeclared import (
    read_undeclared,
)

from tests.fakes.gateway import CLUSTER, FakeCluster

HOUR = 3_600_000
NOW = 1_800_000_000_000
MINE = ["my."]
NOBODY: dict[str, list[str]] = {"active": [], "committed": []}
THIS, NONE = frozenset({"my.a"}), frozenset[str]()


def read(cluster: FakeCluster, **options: Any) -> dict[str, Any]:
    options = {"topics": [], "profiles": {}, "owned_prefixes": MINE, **options}
    return read_undeclared(cluster.connect(), **options, now=lambda: NOW / 1000)


def names(cluster: FakeCluster, **options: Any) -> list[str]:
    return [topic["name"] for topic in read(cluster, **options)["topics"]]


@pytest.fixture
def cluster() -> FakeCluster:
    """my.a was written to from ten to two hours ago."""
    found = FakeCluster(brokers=3)
    found.put("my.a", partitions=3, replicas=2, cleanup_policy="compact")
    found.produce("my.a", NOW - 10 * HOUR, NOW - 5 * HOUR, partition=1)
    found.produce("my.a", NOW - 2 * HOUR, partition=2)
    return found


def test_what_a_topic_holds_and_who_reads_it(cluster: FakeCluster) -> None:
    cluster.groups = {
        "z": Group(THIS, THIS),
        "idle": Group(NONE, THIS),
        "elsewhere": Group(frozenset("b"), frozenset("b")),
    }
    assert read(cluster) == {
        "topics": [
            {
                "name": "my.a",
                "partitions": 3,
                "replication_factor": 2,
                "config": {"cleanup.policy": "compact"},
                "records": 3,
                "oldest": "2027-01-14T22:00:00Z",
                "newest": "2027-01-15T06:00:00Z",
                "groups": {"active": ["z"], "committed": ["idle", "z"]},
            }
        ],
        "undecided": [],
    }


@pytest.mark.parametrize(
    "declared",
    [
        {"topics": ["my.b", "my.c"]},
        {"topics": [{"name": "my.b", "partitions": 5}, "my.c"]},
        {
            "topics": [{"name": "my.b"}],
            "profiles": {
                "one": {"names": ["my.c"]},
                "two": {"config": {"flush.ms": 1}},
                "three": None,
            },
        },
        # whatever is declared of a topic, the topic is declared
        {
            "topics": [
                {"name": "my.b", "state": "absent"},
                {"name": "my.c", "config": {"retention.mss": "7 days"}, "profiles": ["?"]},
            ]
        },
        # names alone are enough, for topics that somebody else declares
        {"topics": ["my.b", "my.c", "foreign.x", "my.missing"]},
    ],
)
def test_what_is_declared_is_left_out(cluster: FakeCluster, declared: dict[str, Any]) -> None:
    cluster.put("my.b")
    cluster.put("my.c")
    assert names(cluster, **declared) == ["my.a"]


def test_a_topic_may_take_the_place_of_its_twin(cluster: FakeCluster) -> None:
    declared = [{"name": "my.a", "state": "absent"}, {"name": "my_a"}]
    assert "my.a" not in names(cluster, topics=declared)


def test_what_is_foreign_internal_or_hidden_is_left_out(cluster: FakeCluster) -> None:
    cluster.put("foreign.x")
    cluster.put("my.internal", internal=True)
    cluster.put("__my.own")
    cluster.put("my.hidden")
    cluster.denied["DESCRIBE"].add("my.hidden")
    assert names(cluster, owned_prefixes=[*MINE, "__my"]) == ["my.a"]
    assert names(cluster, owned_prefixes=[*MINE, "foreign."]) == ["foreign.x", "my.a"]


def test_those_that_nobody_wrote_to_come_first_and_the_unknown_last(cluster: FakeCluster) -> None:
    for name in ("my.z", "my.y", "my.far", "my.recent", "my.untimed"):
        cluster.put(name)
    # a clock that counts microseconds, in the year 59007
    cluster.produce("my.far", NOW * 1000)
    cluster.produce("my.recent", NOW)
    cluster.produce("my.untimed", -1)
    assert names(cluster) == ["my.y", "my.z", "my.a", "my.recent", "my.far", "my.untimed"]


def produce(*timestamps: int) -> Callable[[FakeCluster], object]:
    return lambda cluster: cluster.produce("my.a", *timestamps)


def hide_offsets(cluster: FakeCluster) -> None:
    cluster.before("list_offsets", lambda: cluster.denied["DESCRIBE"].add("my.a"))


def hide_groups(cluster: FakeCluster) -> None:
    cluster.denied["DESCRIBE"].add(CLUSTER)


def lose_a_leader(cluster: FakeCluster) -> None:
    topic = cluster.topics["my.a"]
    cluster.commit(
        {
            "my.a": topic._replace(
                partitions=(topic.partitions[0]._replace(leader=None), *topic.partitions[1:])
            )
        }
    )


def empty(cluster: FakeCluster) -> None:
    cluster.put("my.a")


def read_by(group: Group) -> Callable[[FakeCluster], object]:
    return lambda cluster: cluster.groups.update(g=group)


IDLE, BUSY, UNDECIDED = (["my.a"], []), ([], []), ([], ["my.a"])


@pytest.mark.parametrize(
    ("idle_for", "happenings", "expected"),
    [
        # the newest record is two hours old; one as old as the limit is not older
        ("2h", [], BUSY),
        ("1h", [], IDLE),
        (str(2 * HOUR - 1), [], IDLE),
        ("0", [], IDLE),
        ("1h", [produce(NOW)], BUSY),
        ("0", [produce(NOW + HOUR)], BUSY),
        ("1000w", [empty], IDLE),
        ("1h", [read_by(Group(NONE, THIS))], IDLE),
        ("1h", [read_by(Group(THIS, NONE))], BUSY),
        ("1h", [empty, read_by(Group(THIS, NONE))], BUSY),
        # a topic is not idle where that is unknown; one that is known to be in use is not undecided
        ("1h", [hide_groups], UNDECIDED),
        ("1h", [empty, hide_groups], UNDECIDED),
        ("3h", [hide_groups], BUSY),
        ("1h", [hide_offsets], UNDECIDED),
        ("1h", [lose_a_leader], UNDECIDED),
        ("1h", [produce(-1)], UNDECIDED),
        ("1h", [hide_offsets, read_by(Group(THIS, NONE))], BUSY),
        ("1h", [hide_offsets, hide_groups], UNDECIDED),
    ],
)
def test_idle_is_what_nobody_wrote_to_for_long_and_nobody_reads(
    cluster: FakeCluster,
    idle_for: str,
    happenings: list[Callable[[FakeCluster], object]],
    expected: tuple[list[str], list[str]],
) -> None:
    for happen in happenings:
        happen(cluster)
    found = read(cluster, idle_for=idle_for)
    assert ([topic["name"] for topic in found["topics"]], found["undecided"]) == expected


def test_without_a_limit_the_unknown_is_reported_as_such(cluster: FakeCluster) -> None:
    hide_offsets(cluster)
    hide_groups(cluster)
    [topic], undecided = read(cluster).values()
    assert {key: topic[key] for key in ("records", "oldest", "newest", "groups")} == dict.fromkeys(
        ("records", "oldest", "newest", "groups"), "unknown"
    )
    assert undecided == []


def test_a_topic_that_vanishes_meanwhile_is_no_topic(cluster: FakeCluster) -> None:
    cluster.before("describe_topics", lambda: cluster.drop("my.a"))
    assert read(cluster) == {"topics": [], "undecided": []}


@pytest.mark.parametrize("count", [1, 250])
def test_the_requests_do_not_grow_with_the_topics(count: int) -> None:
    cluster = FakeCluster()
    for number in range(count):
        cluster.put(f"my.{number}", partitions=2)
    assert len(names(cluster)) == count
    assert cluster.requests == {
        "list_topics": 1,
        "describe_topics": 1,
        "describe_configs": 1,
        "list_offsets": 4,
        "describe_consumer_groups": 1,
    }


def test_without_topics_nothing_is_asked_of_them(cluster: FakeCluster) -> None:
    assert read(cluster, topics=["my.a"], idle_for="1d") == {"topics": [], "undecided": []}
    assert cluster.requests == {"list_topics": 1}


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"owned_prefixes": []}, r"^owned_prefixes: give at least one"),
        ({"owned_prefixes": ["my"]}, r"owned_prefixes: 'my' is too short"),
        ({"owned_prefixes": ["my.*"]}, r"owned_prefixes: 'my\.\*' cannot begin a topic name"),
        ({"topics": ["my b"]}, r"topic 'my b': name: 'my b' is not a topic name"),
        ({"topics": [{"partitions": 1}]}, r"topics\[0\]: name: is missing"),
        ({"topics": {"name": "my.b"}}, r"topics: value: must be a list of topics, not the dict"),
        ({"topics": ""}, r"topics: value: must be a list of topics, not the string ''"),
        ({"topics": [5]}, r"topics\[0\]: value: must be a dictionary with a name"),
        ({"topics": ["my.b", {"name": "my.b"}]}, r"topic 'my\.b': name: declared more than once"),
        ({"profiles": {"one": []}}, r"profile 'one': value: must be a dictionary"),
        (
            {"profiles": {"one": {"names": "my.b"}}},
            r"profile 'one': names: must be a list of strings",
        ),
        ({"idle_for": "7 days"}, r"^idle_for: '7 days' is not a time"),
        ({"idle_for": "-1"}, r"^idle_for: '-1' is below zero"),
    ],
)
def test_mistakes_are_told_before_anything_is_read(
    cluster: FakeCluster, options: dict[str, Any], message: str
) -> None:
    with pytest.raises(InvalidSpec, match=message):
        read(cluster, **options)
    assert not cluster.requests
