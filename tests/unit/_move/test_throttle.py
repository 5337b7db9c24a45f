# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a throttle limits, and what it leaves alone (KIP-73)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from ansible_collections.omninode.kafka.plugins.module_utils._core.errors import StateError
from ansible_collections.omninode.kafka.plugins.module_utils._kafka.moves import Move
from ansible_collections.omninode.kafka.plugins.module_utils._kafka.partitions import TopicPartition
from ansible_collections.omninode.kafka.plugins.module_utils._kafka.throttles import Throttles
from ansible_collections.omninode.kafka.plugins.module_utils._move.throttle import (
    as_before,
    read_throttles,
    wanted_throttles,
    without_ours,
    write_throttles,
)

from tests.fakes.gateway import CLUSTER, FakeCluster

LEADER, FOLLOWER = (
    "leader.replication.throttled.replicas",
    "follower.replication.throttled.replicas",
)
LEADER_RATE = "leader.replication.throttled.rate"
FOLLOWER_RATE = "follower.replication.throttled.rate"
RATES = {LEADER_RATE: "1000", FOLLOWER_RATE: "1000"}
UNSET = {LEADER: None, FOLLOWER: None}
Brokers = tuple[int, ...]


@pytest.fixture
def cluster() -> FakeCluster:
    cluster = FakeCluster(brokers=3)
    cluster.put("a")
    cluster.put("b")
    return cluster


def move(topic: str, number: int, before: Brokers, target: Brokers) -> Move:
    return Move(TopicPartition(topic, number), before, target, 0)


@pytest.mark.parametrize(
    ("before", "target", "brokers", "senders", "receivers"),
    [
        ((1,), (1, 2), [1, 2], "0:1", "0:2"),
        ((1, 2), (3, 1), [1, 2, 3], "0:1,0:2", "0:3"),
        ((2, 1), (4, 3), [1, 2, 3, 4], "0:2,0:1", "0:4,0:3"),
        # nothing is copied
        ((1, 2, 3), (1, 2), [1, 2, 3], "0:1,0:2,0:3", ""),
        ((1, 2), (2, 1), [1, 2], "0:1,0:2", ""),
    ],
)
def test_what_present_replicas_send_and_added_ones_receive_is_limited(
    before: Brokers, target: Brokers, brokers: list[int], senders: str, receivers: str
) -> None:
    wanted = wanted_throttles([move("a", 0, before, target)], 1000)
    topics = {"a": {LEADER: senders, FOLLOWER: receivers}}
    assert wanted == Throttles(dict.fromkeys(brokers, RATES), topics)


def test_each_topic_lists_its_own_partitions() -> None:
    moves = [move("a", 0, (1,), (2,)), move("b", 0, (3,), (2,)), move("a", 7, (2,), (1,))]
    assert wanted_throttles(moves, 1000).topics == {
        "a": {LEADER: "0:1,7:2", FOLLOWER: "0:2,7:1"},
        "b": {LEADER: "0:3", FOLLOWER: "0:2"},
    }


def test_only_what_is_set_by_somebody_is_read(cluster: FakeCluster) -> None:
    cluster.put("a", leader_replication_throttled_replicas="*", retention_ms="5")
    cluster.dynamic[2] = {FOLLOWER_RATE: "7", "log.cleaner.threads": "2"}
    # it comes from the file of the broker, and would be set for good
    cluster.broker_config[LEADER_RATE] = "9"
    like = wanted_throttles([move("a", 0, (1,), (2,)), move("b", 0, (1,), (2,))], 1000)
    assert read_throttles(cluster.connect(), like) == Throttles(
        {
            1: {LEADER_RATE: None, FOLLOWER_RATE: None},
            2: {LEADER_RATE: None, FOLLOWER_RATE: "7"},
        },
        {"a": {LEADER: "*", FOLLOWER: None}, "b": UNSET},
    )


def denied(cluster: FakeCluster, operation: str) -> None:
    cluster.denied[operation] = {CLUSTER, "a"}


@pytest.mark.parametrize(
    ("hide", "told"),
    [
        (lambda cluster: cluster.silent.add(2), ["broker 2: _TIMED_OUT"]),
        (
            lambda cluster: denied(cluster, "DESCRIBE_CONFIGS"),
            ["broker 1: CLUSTER_AUTHORIZATION_FAILED", "topic a: TOPIC_AUTHORIZATION_FAILED"],
        ),
    ],
)
def test_what_cannot_be_read_is_told(cluster: FakeCluster, hide: Any, told: list[str]) -> None:
    like = wanted_throttles([move("a", 0, (1,), (2,))], 1000)
    hide(cluster)
    with pytest.raises(StateError, match="cannot read the throttles") as error:
        read_throttles(cluster.connect(), like)
    assert all(text in str(error.value) for text in told)


WRITTEN: Mapping[str, str | None] = {LEADER: "0:1", FOLLOWER: "0:2"}


def test_a_throttle_is_written_and_unset(cluster: FakeCluster) -> None:
    cluster.put("a", retention_ms="5")
    cluster.dynamic[2] = {"log.cleaner.threads": "2"}
    gateway = cluster.connect()
    assert write_throttles(gateway, Throttles({2: RATES}, {"a": WRITTEN})) == []
    assert cluster.dynamic[2] == {"log.cleaner.threads": "2", **RATES}
    assert cluster.topics["a"].config == {"retention.ms": "5", **WRITTEN}
    nothing = Throttles({2: dict.fromkeys(RATES)}, {"a": UNSET})
    assert write_throttles(gateway, nothing) == []
    assert cluster.dynamic[2] == {"log.cleaner.threads": "2"}
    assert cluster.topics["a"].config == {"retention.ms": "5"}


def test_what_is_refused_is_told_in_words(cluster: FakeCluster) -> None:
    cluster.denied["ALTER_CONFIGS"] = {"a"}
    cluster.silent = {3}
    refused = write_throttles(
        cluster.connect(), Throttles({1: RATES, 3: RATES}, {"a": WRITTEN, "b": WRITTEN})
    )
    assert refused == [
        "broker 3: _TIMED_OUT: Failed while waiting for response from broker: Local: Timed out",
        "topic a: TOPIC_AUTHORIZATION_FAILED: Broker: Topic authorization failed",
    ]
    # the others keep their throttle
    assert cluster.dynamic[1] == RATES
    assert cluster.topics["b"].config == WRITTEN


def test_a_broker_that_is_down_needs_no_throttle(cluster: FakeCluster) -> None:
    like = wanted_throttles([move("a", 0, (1, 9), (1, 2))], 1000)
    found = read_throttles(cluster.connect(), like)
    assert 9 not in found.brokers
    assert write_throttles(cluster.connect(), like) == []
    rates = {number: config for number, config in cluster.dynamic.items() if config}
    assert rates == {1: RATES, 2: RATES}


def test_a_topic_that_is_deleted_needs_no_throttle(cluster: FakeCluster) -> None:
    cluster.drop("a")
    like = wanted_throttles([move("a", 0, (1,), (2,)), move("b", 0, (1,), (2,))], 1000)
    assert read_throttles(cluster.connect(), like).topics.keys() == {"b"}
    assert write_throttles(cluster.connect(), like) == []
    assert cluster.topics["b"].config == like.topics["b"]


OURS = Throttles({1: RATES, 2: RATES}, {"a": WRITTEN, "b": WRITTEN})
NOT_SET = Throttles(dict.fromkeys((1, 2), dict.fromkeys(RATES)), {"a": UNSET, "b": UNSET})
LARGER = {LEADER: "0:1,1:1", FOLLOWER: "0:2,1:2"}


@pytest.mark.parametrize(
    "found", [OURS, OURS._replace(topics={"a": LARGER, "b": WRITTEN})], ids=["same", "more"]
)
def test_what_a_killed_run_left_behind_does_not_come_back(found: Throttles) -> None:
    assert without_ours(found, OURS) == NOT_SET


@pytest.mark.parametrize(
    "found",
    [
        NOT_SET,
        # another rate, or not everywhere
        OURS._replace(brokers={1: RATES, 2: {**RATES, LEADER_RATE: "7"}}),
        OURS._replace(brokers={1: RATES, 2: dict.fromkeys(RATES)}),
        # not all that moves
        OURS._replace(topics={"a": WRITTEN, "b": UNSET}),
        OURS._replace(topics={"a": WRITTEN, "b": {**WRITTEN, FOLLOWER: "0:3"}}),
    ],
)
def test_what_somebody_else_has_set_comes_back(found: Throttles) -> None:
    assert without_ours(found, OURS) == found


def test_what_is_noted_comes_back_where_nobody_else_has_set_anything_since() -> None:
    before = Throttles({1: {LEADER_RATE: "7", FOLLOWER_RATE: None}}, {"a": UNSET, "b": UNSET})
    others = {LEADER: "*", FOLLOWER: "0:2"}
    rates = {1: RATES, 3: dict.fromkeys(RATES)}
    found = Throttles(rates, {"a": WRITTEN, "b": others, "c": WRITTEN})
    earlier = OURS._replace(topics={"b": {**WRITTEN, LEADER: "0:3"}})
    assert as_before(found, before, [earlier, OURS]) == Throttles(
        {1: before.brokers[1], 3: dict.fromkeys(RATES)},
        # only the value that a run of ours has set
        {"a": UNSET, "b": {LEADER: "*", FOLLOWER: None}, "c": WRITTEN},
    )
