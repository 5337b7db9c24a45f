# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which moves cannot be."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.omninode.kafka.plugins.module_utils._core.errors import InvalidSpec
from ansible_collections.omninode.kafka.plugins.module_utils._kafka.partitions import TopicPartition
from ansible_collections.omninode.kafka.plugins.module_utils._topic.spec import parse_topic_set

from tests.fakes.cluster import CORDONED, Disk
from tests.fakes.gateway import CLUSTER, FakeCluster
from tests.unit._topic.placing import BROKERS, MORE, in_racks, lay, only, planned, refused, targets


@pytest.fixture
def cluster() -> FakeCluster:
    return FakeCluster(BROKERS)


@pytest.mark.parametrize(
    ("declared", "why"),
    [
        ({"replication_factor": 5}, "5 replicas need as many brokers, and 4 are alive"),
        (
            {"assignments": {0: [1, 9]}},
            "assignments: partition 0 names broker 9, which the cluster does not have:"
            " write one of 1, 2, 3, 4",
        ),
        (
            {"assignments": {1: [1, 2]}},
            "assignments: partition 1 does not exist: write only partitions 0 to 0",
        ),
        (
            {"placement": "rack_aware"},
            "placement rack_aware: set broker.rack of brokers 2, 4, or declare balanced",
        ),
        (
            {"replication_factor": 1},
            "1 replica is fewer than min.insync.replicas 2: declare that lower too",
        ),
        (
            {"assignments": {0: [4]}},
            "1 replica is fewer than min.insync.replicas 2: declare that lower too",
        ),
        (
            {"replication_factor": 2, "config": {"min.insync.replicas": 3}},
            "2 replicas are fewer than min.insync.replicas 3: declare that lower too",
        ),
    ],
)
def test_what_cannot_be_is_refused(
    cluster: FakeCluster, declared: dict[str, Any], why: str
) -> None:
    in_racks(cluster, "east", None, "west", None)
    lay(cluster, (1, 2, 3), min_insync_replicas="2")
    plan = planned(cluster, {"name": "a", **declared})
    assert refused(plan) == [f"move replicas of topic a: {why}"]
    assert "reassign" not in {change.operation for change in plan.changes}


@pytest.mark.parametrize(
    ("declared", "why"),
    [
        (
            {"replication_factor": 5, "placement": "balanced"},
            "5 replicas need as many brokers, and 4 are alive",
        ),
        (
            {"placement": "rack_aware"},
            "placement rack_aware: set broker.rack of brokers 1, 2, 3, 4, or declare balanced",
        ),
        (
            {"partitions": 2, "assignments": {0: [1]}},
            "assignments: partition 1 is missing: write its brokers",
        ),
        (
            {"partitions": 2, "assignments": {0: [1], 1: [1, 2]}},
            "assignments: partition 1 has a list of length 2, others of 1: write the same number"
            " of brokers for every partition",
        ),
    ],
)
def test_a_new_topic_that_cannot_be_is_refused(
    cluster: FakeCluster, declared: dict[str, Any], why: str
) -> None:
    plan = planned(cluster, {"name": "a", **declared})
    assert refused(plan) == [f"create topic a: {why}"]


@pytest.mark.parametrize("declared", [{}, {"partitions": 2}, {"replication_factor": 3}])
def test_a_new_topic_is_not_placed_by_guessed_defaults(
    cluster: FakeCluster, declared: dict[str, int]
) -> None:
    cluster.denied["DESCRIBE_CONFIGS"] = {CLUSTER}
    plan = planned(cluster, {"name": "a", "placement": "balanced", **declared})
    assert refused(plan) == [
        "create topic a: its placement needs the defaults of the broker: declare partitions and"
        " replication_factor, or grant DESCRIBE_CONFIGS on the cluster"
    ]


@pytest.mark.parametrize("asked", [{"placement": "balanced"}, {"assignments": {0: [1]}}])
@pytest.mark.parametrize(("replicas", "limit"), [([], "9999"), ([(1,)], "10000")])
def test_more_partitions_than_kafka_takes_are_not_placed(
    cluster: FakeCluster, asked: dict[str, Any], replicas: list[tuple[int, ...]], limit: str
) -> None:
    if replicas:
        lay(cluster, *replicas)
    plan = planned(cluster, {"name": "a", "partitions": 2**31 - 1, **asked})
    [why] = refused(plan)
    assert f"at most {limit}" in why
    assert [dict(change.targets) for change in plan.changes] == [{}]


def test_more_replicas_than_before_are_enough_though_fewer_than_min_insync_replicas(
    cluster: FakeCluster,
) -> None:
    lay(cluster, (1,), min_insync_replicas="3")
    assert len(targets(planned(cluster, MORE))[0]) == 2


@pytest.mark.parametrize(
    ("usable", "names"),
    [
        (600, []),
        # what was planned before takes its room
        (599, ["b"]),
        (299, ["a", "b"]),
        # the broker does not say
        (None, []),
    ],
)
def test_what_does_not_fit_is_refused(usable: int | None, names: list[str]) -> None:
    cluster = FakeCluster(2)
    for name in ("a", "b"):
        lay(cluster, (1,), name=name)
        cluster.sizes[TopicPartition(name, 0)] = 300
    cluster.disks[2] = Disk(10_000, usable)
    declared = [{"name": name, "replication_factor": 2} for name in ("a", "b")]
    plan = planned(cluster, *declared)
    assert [refusal.name for refusal in plan.refusals] == names
    assert [change.name for change in plan.changes] == sorted({"a", "b"} - {*names})
    for why in refused(plan):
        assert "300 B do not fit on broker 2, which has " in why


def test_what_leaves_gives_no_room_to_what_arrives() -> None:
    cluster = FakeCluster(2)
    lay(cluster, (1,), (2,))
    cluster.sizes = {TopicPartition("a", number): 300 for number in (0, 1)}
    cluster.disks[2] = Disk(1000, 299)
    plan = planned(cluster, {"name": "a", "assignments": {0: [2], 1: [1]}})
    assert refused(plan) == [
        "move replicas of topic a: 300 B do not fit on broker 2, which has 299 B left"
    ]


def begun(cluster: FakeCluster, *target: int) -> None:
    cluster.looks = None
    replicas = cluster.connect().replicas()
    assert replicas.alter_partition_reassignments({TopicPartition("a", 0): target}) == {
        TopicPartition("a", 0): None
    }


def test_the_move_of_another_client_is_not_replaced(cluster: FakeCluster) -> None:
    lay(cluster, (1,), (2,))
    begun(cluster, 1, 3)
    plan = planned(cluster, {"name": "a", "replication_factor": 3})
    assert refused(plan) == [
        "move replicas of topic a: partition 0 is already on its way to brokers 1, 3, by another"
        " reassignment: wait for it, or take it back (cancel_moves)"
    ]


def test_a_move_that_leads_to_what_is_declared_is_taken_over(cluster: FakeCluster) -> None:
    lay(cluster, (1,), (2,))
    begun(cluster, 1, 3)
    change = only(planned(cluster, MORE))
    assert change.old.assignments == {0: (1,), 1: (2,)}
    new = change.new.assignments or {}
    assert new[0] == (1, 3)
    assert len(new[1]) == 2


@pytest.mark.parametrize(
    "declared", [MORE, {"name": "a", "assignments": {0: [1, 2]}}], ids=["factor", "assignments"]
)
def test_a_move_that_nobody_throttles_is_not_done_before_it_arrives(
    cluster: FakeCluster, declared: dict[str, Any]
) -> None:
    """So that a run that gave up on a move does not take it for made."""
    lay(cluster, (1,))
    begun(cluster, 1, 2)
    change = only(planned(cluster, declared))
    assert (change.old.assignments, change.new.assignments) == ({0: (1,)}, {0: (1, 2)})
    cluster.finish_moves()
    assert planned(cluster, declared).changes == ()


def test_a_move_that_cannot_be_measured_is_still_one(cluster: FakeCluster) -> None:
    lay(cluster, (1,))
    begun(cluster, 1, 2)
    cluster.silent = {3}
    change = only(planned(cluster, MORE))
    assert (change.old.assignments, change.new.assignments) == ({0: (1,)}, {0: (1, 2)})


def without_broker_4(cluster: FakeCluster, *replicas: tuple[int, ...]) -> None:
    lay(cluster, *replicas)
    cluster.brokers = cluster.brokers[:3]


def test_a_broker_that_is_down_keeps_its_replicas(cluster: FakeCluster) -> None:
    without_broker_4(cluster, (1, 4), (2, 3))
    plan = planned(cluster, {"name": "a", "placement": "balanced"})
    assert (plan.changes, plan.refusals) == ((), ())
    same = planned(cluster, {"name": "a", "placement": "balanced", "replication_factor": 2})
    assert (same.changes, same.refusals) == ((), ())


def test_a_move_to_a_broker_that_died_is_not_done(cluster: FakeCluster) -> None:
    """So that a run that gave up on a move does not take it for made."""
    lay(cluster, (1,))
    begun(cluster, 1, 4)
    cluster.brokers = cluster.brokers[:3]
    change = only(planned(cluster, MORE))
    assert (change.old.assignments, change.new.assignments) == ({0: (1,)}, {0: (1, 4)})


def test_another_factor_waits_for_a_broker_that_is_down(cluster: FakeCluster) -> None:
    without_broker_4(cluster, (1, 4), (2, 3))
    assert refused(planned(cluster, {"name": "a", "replication_factor": 3})) == [
        "move replicas of topic a: broker 4 is down, with replicas of it: start broker 4, or"
        " declare assignments"
    ]


def test_who_asks_for_no_replicas_waits_for_no_broker(cluster: FakeCluster) -> None:
    """Another client moves some, at a throttle."""
    lay(cluster, (1, 2, 4), (1, 4), follower_replication_throttled_replicas="0:2")
    cluster.brokers = cluster.brokers[:3]
    plan = planned(cluster, {"name": "a", "config": {"retention.ms": "1d"}})
    assert refused(plan) == []
    assert [change.operation for change in plan.changes] == ["alter_config"]


@pytest.mark.parametrize("declared", [{}, {"replication_factor": 2}])
def test_replicas_of_a_broker_that_is_gone_can_be_assigned_and_no_others_move(
    cluster: FakeCluster, declared: dict[str, int]
) -> None:
    without_broker_4(cluster, (1, 4), (2, 4))
    topic = {"name": "a", "assignments": {0: [1, 2]}, **declared}
    assert targets(planned(cluster, topic)) == {0: (1, 2)}


def test_partitions_that_are_added_need_their_brokers_too(cluster: FakeCluster) -> None:
    lay(cluster, (1,))
    topic = {"name": "a", "partitions": 3, "assignments": {0: [2], 2: [3]}}
    assert refused(planned(cluster, topic)) == [
        "move replicas of topic a: assignments: partition 1 is missing: write its brokers"
    ]


def test_a_factor_holds_for_the_partitions_that_no_assignment_names(cluster: FakeCluster) -> None:
    lay(cluster, (1, 2), (2,))
    topic = {"name": "a", "replication_factor": 2, "assignments": {0: [2, 1]}}
    assert targets(planned(cluster, topic)) == {0: (2, 1), 1: (2, 3)}


@pytest.mark.parametrize(
    ("declared", "why"),
    [
        (
            {"replication_factor": 3, "assignments": {0: [1, 2]}},
            "partition 0 has 2 brokers, but replication_factor is 3",
        ),
        (
            {"placement": "balanced", "assignments": {0: [1]}},
            "cannot be declared together with placement",
        ),
        (
            {"assignments": {0: 1}},
            "must give each partition its brokers, such as {0: [1, 2], 1: [2, 3]}, not {0: 1}",
        ),
        ({"placement": "racks"}, "must be rack_aware or balanced, not 'racks'"),
    ],
    ids=str,
)
def test_a_declaration_that_contradicts_itself_is_a_mistake(
    declared: dict[str, Any], why: str
) -> None:
    with pytest.raises(InvalidSpec) as caught:
        parse_topic_set([{"name": "a", **declared}])
    assert [error["message"] for error in caught.value.facts["errors"]] == [why]


@pytest.mark.parametrize(
    ("declared", "why"),
    [
        (
            {"name": "a", "replication_factor": 4},
            "move replicas of topic a: 4 replicas need as many brokers, and 4 are alive, but broker"
            " 4 is cordoned",
        ),
        (
            {"name": "a", "assignments": {0: [1, 4]}},
            "move replicas of topic a: partition 0 names broker 4, which is cordoned: write"
            " another, or set it active",
        ),
        # Kafka refuses it too, although the replica is there
        (
            {"name": "b", "assignments": {0: [4, 2]}},
            "move replicas of topic b: partition 0 names broker 4, which is cordoned: write"
            " another, or set it active",
        ),
        (
            {"name": "new", "assignments": {0: [4, 2], 1: [1, 2]}},
            "create topic new: partition 0 names broker 4, which is cordoned: write"
            " another, or set it active",
        ),
        (
            {"name": "new", "partitions": 1, "replication_factor": 4, "placement": "balanced"},
            "create topic new: 4 replicas need as many brokers, and 4 are alive, but broker 4 is"
            " cordoned",
        ),
    ],
)
def test_what_would_be_on_a_cordoned_broker_is_refused(
    cluster: FakeCluster, declared: dict[str, Any], why: str
) -> None:
    lay(cluster, (1,))
    lay(cluster, (4, 1), name="b")
    cluster.dynamic[4] = {CORDONED: "*"}
    assert refused(planned(cluster, declared)) == [why]
