# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which brokers a declaration gives to the replicas of a topic."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from ansible_collections.omninode.kafka.plugins.module_utils._cluster.gateway.topics import (
    Partition,
)
from ansible_collections.omninode.kafka.plugins.module_utils._core.verify import changed_meanwhile
from ansible_collections.omninode.kafka.plugins.module_utils._kafka.partitions import TopicPartition
from ansible_collections.omninode.kafka.plugins.module_utils._topic.resource import Topics
from ansible_collections.omninode.kafka.plugins.module_utils._topic.spec import parse_topic_set

from tests.fakes.cluster import CORDONED
from tests.fakes.gateway import CLUSTER, FakeCluster
from tests.unit._topic.placing import (
    BROKERS,
    FEWER,
    MORE,
    RACKS,
    Brokers,
    in_racks,
    lay,
    only,
    operations,
    planned,
    targets,
)


@pytest.fixture
def cluster() -> FakeCluster:
    return FakeCluster(BROKERS)


# more and fewer replicas


def test_a_higher_factor_adds_replicas_and_moves_none(cluster: FakeCluster) -> None:
    lay(cluster, (1,), (2,), (3,), (4,))
    plan = planned(cluster, MORE)
    change = only(plan)
    assert (change.operation, change.hazards) == ("reassign", ())
    assert (change.old.replication_factor, change.new.replication_factor) == (1, 2)
    assert change.old.assignments == {0: (1,), 1: (2,), 2: (3,), 3: (4,)}
    new = targets(plan)
    assert [brokers[0] for brokers in new.values()] == [1, 2, 3, 4]
    added = sorted(brokers[1] for brokers in new.values())
    # each broker holds as many as the others
    assert added == [1, 2, 3, 4]


def test_a_lower_factor_takes_replicas_away_and_keeps_the_leader(cluster: FakeCluster) -> None:
    lay(cluster, (1, 2, 3), (2, 3, 1), (3, 1, 2))
    plan = planned(cluster, FEWER)
    assert targets(plan) == {0: (1,), 1: (2,), 2: (3,)}
    assert only(plan).hazards == ("durability",)


def test_only_partitions_with_another_number_of_replicas_move(cluster: FakeCluster) -> None:
    lay(cluster, (1, 2), (3,), (2, 3, 4))
    change = only(planned(cluster, MORE))
    assert change.old.assignments == {1: (3,), 2: (2, 3, 4)}
    assert change.hazards == ("durability",)
    # the fewest that a partition of the change has
    assert (change.old.replication_factor, change.new.replication_factor) == (1, 2)


@pytest.mark.parametrize(
    "declared",
    [
        {},
        {"replication_factor": -1},
        {"replication_factor": 2},
        {"assignments": {0: [1, 2], 1: [2, 1]}},
        {"assignments": {1: [2, 1]}},
        {"placement": "balanced"},
        {"state": "absent", "replication_factor": 3},
    ],
)
def test_what_is_declared_already_moves_nothing(
    cluster: FakeCluster, declared: dict[str, Any]
) -> None:
    lay(cluster, (1, 2), (2, 1), (3, 4), (4, 3))
    plan = planned(cluster, {"name": "a", **declared})
    assert plan.refusals == ()
    assert "reassign" not in {change.operation for change in plan.changes}


def test_replicas_are_read_only_where_something_may_move(cluster: FakeCluster) -> None:
    lay(cluster, (1, 2))
    planned(cluster, MORE, {"name": "new", "replication_factor": 3}, {"name": "gone"})
    assert cluster.requests["describe_log_dirs"] == 0
    planned(cluster, FEWER)
    assert cluster.requests["describe_log_dirs"] == 1


# racks


@pytest.mark.parametrize(
    ("racks", "added"),
    [
        (RACKS, {3}),
        # racks count only if every broker names its own
        (("east", "east", None, None), {2}),
        ((None, None, None, None), {2}),
    ],
)
def test_replicas_are_spread_over_racks_where_every_broker_has_one(
    cluster: FakeCluster, racks: tuple[str | None, ...], added: set[int]
) -> None:
    in_racks(cluster, *racks)
    lay(cluster, (1,))
    # so that the emptiest broker is in the same rack
    lay(cluster, (3,), (4,), (4,), name="other")
    assert set(targets(planned(cluster, MORE))[0]) - {1} == added


def test_a_placement_moves_as_few_as_its_rule_needs(cluster: FakeCluster) -> None:
    in_racks(cluster, *RACKS)
    lay(cluster, (1, 2), (1, 3), (2, 4))
    change = only(planned(cluster, {"name": "a", "placement": "rack_aware"}))
    assert change.old.as_result() == {"assignments": {"0": [1, 2]}}
    new = change.new.assignments or {}
    assert new[0][0] == 1
    assert new[0][1] in (3, 4)


def test_balanced_counts_the_replicas_of_the_topic_only(cluster: FakeCluster) -> None:
    lay(cluster, (1,), (1,), (1,), (1,))
    lay(cluster, (2,), (2,), (3,), name="other")
    new = targets(planned(cluster, {"name": "a", "placement": "balanced"}))
    # one stays
    assert sorted(new.values()) == [(2,), (3,), (4,)]


def test_a_placement_and_a_factor_are_one_change(cluster: FakeCluster) -> None:
    in_racks(cluster, *RACKS)
    lay(cluster, (1, 2))
    declared = {"name": "a", "placement": "rack_aware", "replication_factor": 3}
    new = targets(planned(cluster, declared))
    # one rack has two brokers, the other has one: nothing needs to go
    assert {1, 2} < set(new[0])
    assert len(new[0]) == 3


# explicit


@pytest.mark.parametrize(
    ("assignments", "before", "after"),
    [
        (
            {0: [2, 3], 1: [3, 4]},
            {0: (1, 2), 1: (3, 1)},
            {0: (2, 3), 1: (3, 4)},
        ),
        # the other partition keeps its brokers
        ({1: [3, 4]}, {1: (3, 1)}, {1: (3, 4)}),
        ({0: [1, 2], 1: [3, 4]}, {1: (3, 1)}, {1: (3, 4)}),
        # another preferred leader
        ({0: [2, 1]}, {0: (1, 2)}, {0: (2, 1)}),
        ({0: [1], 1: [3]}, {0: (1, 2), 1: (3, 1)}, {0: (1,), 1: (3,)}),
    ],
)
def test_assignments_move_what_differs(
    cluster: FakeCluster,
    assignments: dict[int, list[int]],
    before: dict[int, Brokers],
    after: dict[int, Brokers],
) -> None:
    lay(cluster, (1, 2), (3, 1))
    change = only(planned(cluster, {"name": "a", "assignments": assignments}))
    assert (change.old.assignments, change.new.assignments) == (before, after)
    # the brokers say enough
    assert change.new.replication_factor is None


# new topics


def created(cluster: FakeCluster, **fields: Any) -> dict[str, Any]:
    change = only(planned(cluster, {"name": "new", **fields}))
    assert change.operation == "create"
    return change.new.as_result()


def test_a_new_topic_is_left_to_kafka_without_a_placement(cluster: FakeCluster) -> None:
    assert created(cluster, replication_factor=2, partitions=3) == {
        "partitions": 3,
        "replication_factor": 2,
        "config": {},
    }


def test_a_new_topic_is_placed_by_its_rule(cluster: FakeCluster) -> None:
    in_racks(cluster, *RACKS)
    shape = created(cluster, partitions=4, replication_factor=2, placement="rack_aware")
    assignments = shape["assignments"]
    assert [*assignments] == ["0", "1", "2", "3"]
    for first, second in assignments.values():
        assert RACKS[first - 1] != RACKS[second - 1]
    assert {brokers[0] for brokers in assignments.values()} == {1, 2, 3, 4}


def test_a_placed_topic_gets_the_defaults_of_the_broker() -> None:
    cluster = FakeCluster(3, num_partitions="2", default_replication_factor="3")
    shape = created(cluster, placement="balanced")
    assert (shape["partitions"], shape["replication_factor"]) == (2, 3)
    assert [sorted(brokers) for brokers in shape["assignments"].values()] == [[1, 2, 3]] * 2


def test_a_new_topic_has_the_brokers_that_are_declared(cluster: FakeCluster) -> None:
    assert created(cluster, partitions=2, assignments={0: [3, 1], 1: [2, 4]}) == {
        "partitions": 2,
        "replication_factor": 2,
        "config": {},
        "assignments": {"0": [3, 1], "1": [2, 4]},
    }


@pytest.mark.parametrize("denied", [set(), {CLUSTER}])
def test_a_new_topic_has_the_partitions_whose_brokers_are_declared(
    cluster: FakeCluster, denied: set[str]
) -> None:
    cluster.denied["DESCRIBE_CONFIGS"] = denied
    shape = created(cluster, assignments={0: [3, 1], 1: [2, 4]})
    assert (shape["partitions"], shape["replication_factor"]) == (2, 2)


def test_each_new_topic_counts_for_the_next(cluster: FakeCluster) -> None:
    new = [{"name": name, "partitions": 2, "placement": "balanced"} for name in ("x", "y")]
    plan = planned(cluster, *new)
    held = []
    for change in plan.changes:
        held += (change.new.assignments or {}).values()
    assert sorted(held) == [(1,), (2,), (3,), (4,)]


def test_partitions_are_added_where_the_placement_wants_them(cluster: FakeCluster) -> None:
    lay(cluster, (1, 3))
    change = only(planned(cluster, {"name": "a", "partitions": 4, "placement": "balanced"}))
    assert change.operation == "add_partitions"
    held = [broker for brokers in change.targets.values() for broker in brokers]
    assert sorted(change.targets) == [1, 2, 3]
    assert sorted([*held, 1, 3]) == [1, 1, 2, 2, 3, 3, 4, 4]


def test_partitions_are_added_with_as_many_replicas_as_the_first_one_has(
    cluster: FakeCluster,
) -> None:
    in_racks(cluster, *RACKS)
    lay(cluster, (1, 3), (2, 3, 4))
    plan = planned(cluster, {"name": "a", "partitions": 3, "placement": "rack_aware"})
    [added] = [change for change in plan.changes if change.operation == "add_partitions"]
    assert {number: len(brokers) for number, brokers in added.targets.items()} == {2: 2}


@pytest.mark.parametrize(
    "declared",
    [
        {"placement": "balanced", "replication_factor": 3},
        {"assignments": {0: [1, 2, 3], 1: [2, 3, 4]}},
    ],
)
def test_partitions_are_added_with_as_many_replicas_as_the_others_are_going_to_have(
    cluster: FakeCluster, declared: dict[str, Any]
) -> None:
    lay(cluster, (1,))
    gateway = cluster.connect()
    topics = [{"name": "a", "partitions": 2, "allow": ["key_order"], **declared}]
    resource = Topics(parse_topic_set(topics))
    observed = resource.observe(gateway)
    plan = resource.plan(observed)
    assert operations(plan) == [("reassign", "a"), ("add_partitions", "a")]
    assert resource.validate(gateway, plan, observed, by_broker=True).refusals == ()
    outcomes = resource.apply(gateway, plan, observed, print).outcomes
    assert [outcome.status for outcome in outcomes] == ["applied", "applied"]
    assert [len(item.replicas) for item in cluster.topics["a"].partitions] == [3, 3]


def test_partitions_are_added_where_they_are_assigned(cluster: FakeCluster) -> None:
    lay(cluster, (1,))
    topic = {"name": "a", "partitions": 2, "assignments": {0: [2], 1: [3]}}
    moved, added = planned(cluster, topic).changes
    assert (moved.operation, moved.targets) == ("reassign", {0: (2,)})
    assert (added.operation, added.targets) == ("add_partitions", {1: (3,)})


@pytest.mark.parametrize("declared", [{}, {"placement": "balanced"}])
def test_a_replica_that_lags_behind_goes_first(
    cluster: FakeCluster, declared: dict[str, str]
) -> None:
    lay(cluster, (1, 2, 3))
    # broker 2 is the fullest
    lay(cluster, (2, 4), (2, 4), name="b")
    cluster.lay_out("a", Partition(0, 1, (1, 2, 3), (1, 2)))
    assert targets(planned(cluster, {"name": "a", "replication_factor": 2, **declared})) == {
        0: (1, 2)
    }


# another look before the first write


def again(cluster: FakeCluster, topic: dict[str, Any], do: Callable[[], object]) -> list[str]:
    """What another client changed in between, as far as the plan rests on it."""
    gateway = cluster.connect()
    resource = Topics(parse_topic_set([topic]))
    plan = resource.plan(resource.observe(gateway))
    assert plan.refusals == ()
    do()
    settled = resource.settled(plan)
    fresh = settled.plan(settled.observe(gateway))
    return [refusal.name for refusal in changed_meanwhile(plan, fresh)]


@pytest.mark.parametrize("more", [{}, {"partitions": 8}])
def test_new_records_make_no_plan_out_of_date(cluster: FakeCluster, more: dict[str, int]) -> None:
    lay(cluster, (1,), (1,), (1,), (2,), (2,), (2,))
    places = [TopicPartition("a", number) for number in range(6)]
    cluster.sizes = {place: 100 + place.partition for place in places}

    def produce() -> None:
        cluster.sizes = {place: 200 - place.partition for place in places}

    assert again(cluster, {"name": "a", "placement": "balanced", **more}, produce) == []


def test_another_move_makes_a_plan_out_of_date(cluster: FakeCluster) -> None:
    lay(cluster, (1,), (1,), (2,), (2,))
    topic = {"name": "a", "placement": "balanced"}

    def move() -> None:
        lay(cluster, (3,), (3,), (3,), (3,))

    assert again(cluster, topic, move) == ["a"]


@pytest.mark.parametrize(
    ("declared", "moved"),
    [
        ({"replication_factor": 2}, {0: {1, 2}, 2: {1, 2}}),
        # Kafka takes no target that names it, so what must change leaves it
        ({"replication_factor": 1}, {1: {3}}),
        # what need not change stays on it
        ({"placement": "balanced"}, {}),
        ({"assignments": {1: [3, 4]}}, {}),
    ],
)
def test_a_cordoned_broker_gets_no_replica(
    cluster: FakeCluster, declared: dict[str, Any], moved: dict[int, set[int]]
) -> None:
    lay(cluster, (1,), (3, 4), (2,))
    cluster.dynamic[4] = {CORDONED: "*"}
    plan = planned(cluster, {"name": "a", **declared})
    assert plan.refusals == ()
    found = {}
    for change in plan.changes:
        found |= {number: set(brokers) for number, brokers in change.targets.items()}
    assert found == moved


def test_a_new_topic_is_not_placed_on_a_cordoned_broker(cluster: FakeCluster) -> None:
    cluster.dynamic[4] = {CORDONED: "*"}
    shape = created(cluster, partitions=6, replication_factor=1, placement="balanced")
    assert sorted(shape["assignments"].values()) == [[1], [1], [2], [2], [3], [3]]
