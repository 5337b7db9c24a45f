# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which brokers cannot be drained, and why."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from ansible_collections.omninode.kafka.plugins.module_utils._core.errors import PlanRefused
from ansible_collections.omninode.kafka.plugins.module_utils._core.guard import raise_if_refused
from ansible_collections.omninode.kafka.plugins.module_utils._kafka.partitions import TopicPartition

from tests.fakes.cluster import CORDONED, Disk
from tests.fakes.gateway import FakeCluster
from tests.unit._broker.draining import Brokers, lay, operations, planned, refused


@pytest.fixture
def cluster() -> FakeCluster:
    return FakeCluster(3)


def move(cluster: FakeCluster, target: Brokers) -> None:
    cluster.looks = None
    cluster.connect().replicas().alter_partition_reassignments({TopicPartition("a", 0): target})


def stop(cluster: FakeCluster, broker: int, leader: int | None, *in_sync: int) -> None:
    cluster.brokers = tuple(alive for alive in cluster.brokers if alive.id != broker)
    [partition] = cluster.topics["a"].partitions
    cluster.lay_out("a", partition._replace(leader=leader, isr=in_sync))


@pytest.mark.parametrize(
    ("replicas", "happens", "why"),
    [
        (
            (1, 2, 3),
            lambda _cluster: None,
            "3 replicas need as many brokers, and 2 remain: add brokers, or declare fewer replicas",
        ),
        (
            (3, 1),
            lambda cluster: cluster.dynamic.update({2: {CORDONED: "*"}}),
            "2 replicas need as many brokers, and 1 remains: add brokers, or declare fewer"
            " replicas",
        ),
        (
            (3, 1),
            lambda cluster: move(cluster, (2, 3)),
            "partition 0 is already on its way to brokers 2, 3, by another reassignment: wait for"
            " it, or take it back",
        ),
        (
            (1,),
            lambda cluster: move(cluster, (3,)),
            "partition 0 is already on its way to broker 3, by another reassignment: wait for it,"
            " or take it back",
        ),
        (
            (3, 1),
            lambda cluster: stop(cluster, 3, None, 3),
            "partition 0 is offline, with all its records on broker 3: start broker 3",
        ),
        (
            (3, 1),
            lambda cluster: stop(cluster, 1, 3, 3),
            "broker 1 is down, with replicas of it: start broker 1 first",
        ),
    ],
)
def test_a_topic_that_cannot_leave_is_refused(
    cluster: FakeCluster, replicas: Brokers, happens: Callable[[FakeCluster], None], why: str
) -> None:
    lay(cluster, "a", replicas)
    lay(cluster, "b", (3,))
    happens(cluster)
    plan = planned(cluster, "drained")
    assert refused(plan) == [f"move replicas of topic a: {why}"]
    assert ("reassign", "a") not in operations(plan)
    assert ("reassign", "b") in operations(plan)


def test_without_another_broker_nothing_can_leave(cluster: FakeCluster) -> None:
    lay(cluster, "a", (3,))
    cluster.dynamic |= {1: {CORDONED: "*"}, 2: {CORDONED: "*"}}
    why = "no other broker takes replicas: add brokers, or uncordon one"
    assert refused(planned(cluster, "drained")) == [f"move replicas of topic a: {why}"]


def test_topics_that_cannot_leave_for_one_reason_are_named_once(cluster: FakeCluster) -> None:
    for name in ("a", "b", "c"):
        lay(cluster, name, (1, 2, 3), (3, 1, 2))
    with pytest.raises(PlanRefused) as error:
        raise_if_refused(planned(cluster, "drained"))
    message = str(error.value)
    assert message.count("3 replicas need as many brokers") == 1
    assert "move replicas of topics a, b, c: 3 replicas" in message


@pytest.mark.parametrize(("usable", "fits"), [(599, False), (600, True), (None, True)])
def test_what_does_not_fit_on_the_others_is_refused(
    cluster: FakeCluster, usable: int | None, fits: bool
) -> None:
    lay(cluster, "a", (3,))
    lay(cluster, "b", (3, 1))
    lay(cluster, "full", (1,), (1,), (1,))
    cluster.sizes = {TopicPartition("a", 0): 200, TopicPartition("b", 0): 400}
    cluster.disks[2] = Disk(10_000, usable)
    why = "drain broker 3: 600 B do not fit on broker 2, which has 599 B left"
    assert refused(planned(cluster, "drained")) == ([] if fits else [why])


@pytest.mark.parametrize(("state", "verb"), [("drained", "drain"), ("active", "activate")])
def test_a_broker_that_nobody_knows_is_refused(cluster: FakeCluster, state: str, verb: str) -> None:
    plan = planned(cluster, state, broker=9)
    assert refused(plan) == [
        f"{verb} broker 9: the cluster has no such broker, or it is down and has no replicas: the"
        " brokers that are alive are 1, 2, 3"
    ]
    assert plan.changes == ()


def test_a_broker_that_declared_assignments_name_is_not_drained(cluster: FakeCluster) -> None:
    lay(cluster, "a", (3,))
    topics = [
        {"name": "a", "assignments": {0: [3]}},
        {"name": "b", "assignments": {"0": ["3", 1]}, "partitions": "?"},
        {"name": "c", "assignments": {3: [1, 2]}},
        {"name": "d"},
    ]
    why = "its declared assignments name broker 3: declare other brokers"
    assert refused(planned(cluster, "drained", topics=topics)) == [
        f"move replicas of topic a: {why}",
        f"move replicas of topic b: {why}",
    ]
    assert refused(planned(cluster, "active", topics=topics)) == []


@pytest.mark.parametrize("allow", [[], ["traffic"], ["all"]])
def test_traffic_is_allowed_or_throttled(cluster: FakeCluster, allow: list[str]) -> None:
    lay(cluster, "a", (3,))
    lay(cluster, "b", (3,))
    lay(cluster, "empty", (3,))
    cluster.sizes = {TopicPartition("a", 0): 2**20, TopicPartition("b", 0): 2**20}
    assert refused(planned(cluster, "drained")) == []
    plan = planned(cluster, "drained", throttle="unlimited", allow=allow)
    if allow:
        assert refused(plan) == []
        return
    with pytest.raises(PlanRefused) as error:
        raise_if_refused(plan)
    assert str(error.value).endswith(
        "move replicas of topics a, b: guard allow: hazard traffic (moves: 2 partitions, 2 MiB); to"
        " allow it for this run: allow: [traffic]"
    )
