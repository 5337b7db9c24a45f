# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a broker that is drained gives away, and what one that is active again gets back."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.omninode.kafka.plugins.module_utils._core.verify import changed_meanwhile
from ansible_collections.omninode.kafka.plugins.module_utils._kafka.partitions import TopicPartition

from tests.fakes.cluster import CORDONED, LOG_DIR
from tests.fakes.gateway import FakeCluster
from tests.unit._broker.draining import (
    CORDON,
    UNCORDON,
    Brokers,
    declared,
    lay,
    operations,
    planned,
    targets,
)

BROKERS = 4


@pytest.fixture
def cluster() -> FakeCluster:
    return FakeCluster(BROKERS)


def in_racks(cluster: FakeCluster, *racks: str | None) -> None:
    brokers = zip(cluster.brokers, racks, strict=True)
    cluster.brokers = tuple(broker._replace(rack=rack) for broker, rack in brokers)


def under_way(cluster: FakeCluster, name: str, target: Brokers | None) -> None:
    """Another client begins a move of partition 0 that does not end."""
    cluster.looks = None
    answers = (
        cluster.connect()
        .replicas()
        .alter_partition_reassignments({TopicPartition(name, 0): target})
    )
    assert [*answers.values()] == [None]


def test_everything_on_the_broker_moves_and_nothing_else(cluster: FakeCluster) -> None:
    lay(cluster, "b", (3, 1), (1, 2), (2, 3))
    lay(cluster, "a", (4,), (1,))
    lay(cluster, "__consumer_offsets", (3, 4, 1), internal=True)
    plan = planned(cluster, "drained")
    assert plan.refusals == ()
    assert operations(plan) == [CORDON, ("reassign", "__consumer_offsets"), ("reassign", "b")]
    cordon, internal, other = plan.changes
    assert (cordon.before, cordon.after) == ({CORDONED: None}, {CORDONED: "*"})
    assert internal.before == {"assignments": {"0": [3, 4, 1]}}
    assert internal.after == {"assignments": {"0": [4, 1, 2]}}
    assert internal.shown_before == {"assignments": {"0": "3, 4, 1"}}
    assert other.before == {"assignments": {"0": [3, 1], "2": [2, 3]}}
    assert (plan.unchanged, plan.warnings) == (0, ())


def test_the_first_of_those_that_stay_leads_or_the_one_that_does(cluster: FakeCluster) -> None:
    lay(cluster, "a", (3, 1, 2), (1, 2, 3))
    lay(cluster, "b", (1, 2, 3), leader=2)
    moved = targets(planned(cluster, "drained"))
    assert moved == {"a": {0: (1, 2, 4), 1: (1, 2, 4)}, "b": {0: (2, 1, 4)}}


@pytest.mark.parametrize(
    ("racks", "target"),
    [
        (("east", "west", "west", "east"), {0: (1, 2)}),
        # without a rack of every broker that remains, the one that holds fewest
        (("east", "west", "west", None), {0: (1, 4)}),
        # that of the broker that leaves does not count
        (("east", "west", None, "east"), {0: (1, 2)}),
    ],
)
def test_the_strategy_is_the_default_of_the_brokers_that_remain(
    cluster: FakeCluster, racks: Any, target: dict[int, Brokers]
) -> None:
    in_racks(cluster, *racks)
    lay(cluster, "busy", (2,), (2,), (2,))
    lay(cluster, "a", (1, 3))
    assert targets(planned(cluster, "drained")) == {"a": target}


def test_what_the_brokers_get_is_even_over_all_topics(cluster: FakeCluster) -> None:
    for name in ("a", "b", "c", "d", "e", "f"):
        lay(cluster, name, (3,))
    moved = targets(planned(cluster, "drained"))
    assert sorted(topic[0] for topic in moved.values()) == [(1,), (1,), (2,), (2,), (4,), (4,)]


def test_another_broker_that_is_cordoned_gets_nothing_and_gives_what_moves(
    cluster: FakeCluster,
) -> None:
    lay(cluster, "a", (3, 1), (4,))
    lay(cluster, "b", (3, 4))
    cluster.dynamic[4] = {CORDONED: "*"}
    moved = targets(planned(cluster, "drained"))
    # Kafka takes no target that names it, even where it has the replica
    assert {name: {*topic[0]} for name, topic in moved.items()} == {"a": {1, 2}, "b": {1, 2}}


def test_moves_that_leave_the_broker_already_are_part_of_the_plan(cluster: FakeCluster) -> None:
    lay(cluster, "a", (3, 1), (3, 1))
    under_way(cluster, "a", (1, 4))
    plan = planned(cluster, "drained")
    [_cordon, change] = plan.changes
    assert {*change.origins[0]} == {1, 3}
    assert change.targets[0] == (1, 4)
    assert 3 not in change.targets[1]


def test_a_move_under_way_that_leaves_its_leader_second_is_followed_by_an_election(
    cluster: FakeCluster,
) -> None:
    lay(cluster, "a", (1, 3))
    under_way(cluster, "a", (4, 1))
    plan = planned(cluster, "drained")
    assert operations(plan) == [CORDON, ("reassign", "a"), ("elect_leaders", "a")]
    election = plan.changes[-1]
    assert (election.before, election.after) == ({"leaders": {"0": 1}}, {"leaders": {"0": 4}})


def test_evidence_is_what_moves(cluster: FakeCluster) -> None:
    lay(cluster, "a", (3, 1), (2, 3))
    cluster.sizes = {TopicPartition("a", 0): 3 * 2**20, TopicPartition("a", 1): 2**20}
    [_cordon, change] = planned(cluster, "drained", throttle="1MiB").changes
    found: dict[str, Any] = dict(change.facts["moves"])  # type: ignore[call-overload,arg-type]
    assert found.pop("brokers").keys() == {"1", "4"}
    moves = {"partitions": 2, "bytes": 2**22, "seconds": 3, "throttle": "1 MiB/s"}
    assert (change.hazards, found) == (("traffic",), moves)
    told = change.told(change.facts)
    assert told == {"moves": "2 partitions, 4 MiB, about 3 s at 1 MiB/s"}


@pytest.mark.parametrize("cordon", ["*", LOG_DIR])
def test_a_broker_that_is_drained_already_is_unchanged(cluster: FakeCluster, cordon: str) -> None:
    lay(cluster, "a", (1, 2))
    cluster.dynamic[3] = {CORDONED: cordon}
    plan = planned(cluster, "drained")
    assert (plan.changes, plan.refusals, plan.unchanged) == ((), (), 1)


def test_a_cordon_of_some_log_dirs_is_shown_before_it_is_replaced(cluster: FakeCluster) -> None:
    cluster.dynamic[3] = {CORDONED: "/one/of/several"}
    [change] = planned(cluster, "drained").changes
    assert (change.before, change.after) == ({CORDONED: "/one/of/several"}, {CORDONED: "*"})
    [change] = planned(cluster, "active").changes
    assert (change.before, change.after) == ({CORDONED: "/one/of/several"}, {CORDONED: None})


def test_a_cordon_of_the_properties_is_overridden_since_no_request_unsets_it(
    cluster: FakeCluster,
) -> None:
    cluster.broker_config[CORDONED] = "*"
    [change] = planned(cluster, "active").changes
    assert (change.before, change.after) == ({CORDONED: "*"}, {CORDONED: ""})


def test_a_kafka_that_cannot_cordon_is_warned_of(cluster: FakeCluster) -> None:
    del cluster.broker_config[CORDONED]
    lay(cluster, "a", (3,))
    plan = planned(cluster, "drained")
    assert operations(plan) == [("reassign", "a")]
    assert plan.warnings == (
        "broker 3 cannot be cordoned, since its Kafka has no cordoned.log.dirs: until it is gone"
        " for good, Kafka may place new partitions on it, and a run of topics with a declared"
        " placement may move replicas back",
    )
    assert planned(cluster, "active").warnings == ()


def test_a_broker_that_is_down_is_drained_of_what_others_have(cluster: FakeCluster) -> None:
    lay(cluster, "a", (3, 1), leader=1)
    partition = cluster.topics["a"].partitions[0]
    cluster.lay_out("a", partition._replace(isr=(1,)))
    cluster.brokers = tuple(broker for broker in cluster.brokers if broker.id != 3)
    plan = planned(cluster, "drained")
    assert operations(plan) == [("reassign", "a")]
    assert "cannot be cordoned, since it is down" in plan.warnings[0]
    assert operations(planned(cluster, "active")) == []


def test_an_active_broker_is_uncordoned_and_leads_what_it_can(cluster: FakeCluster) -> None:
    lay(cluster, "a", (3, 1), (1, 3), (3, 2), leader=1)
    lay(cluster, "b", (3, 1), leader=1)
    lay(cluster, "c", (2, 3))
    lagging = cluster.topics["b"].partitions[0]
    cluster.lay_out("b", lagging._replace(isr=(1,)))
    cluster.dynamic[3] = {CORDONED: "*"}
    plan = planned(cluster, "active")
    assert operations(plan) == [UNCORDON, ("elect_leaders", "a")]
    uncordon, election = plan.changes
    assert uncordon.facts == {"replicas": 5}
    assert election.before == {"leaders": {"0": 1, "2": 1}}
    assert election.after == {"leaders": {"0": 3, "2": 3}}


def test_an_active_broker_keeps_what_is_on_its_way_elsewhere(cluster: FakeCluster) -> None:
    lay(cluster, "away", (3, 1))
    lay(cluster, "stays", (3, 1))
    under_way(cluster, "away", (1, 4))
    under_way(cluster, "stays", (3, 4))
    plan = planned(cluster, "active")
    assert operations(plan) == [("cancel_reassign", "away")]
    [change] = plan.changes
    assert change.before == {"assignments": {"0": [1, 4]}}
    assert {*change.targets[0]} == {1, 3}


def test_an_active_broker_is_unchanged(cluster: FakeCluster) -> None:
    lay(cluster, "a", (3, 1), (1, 3))
    plan = planned(cluster, "active")
    assert (plan.changes, plan.refusals, plan.unchanged, plan.warnings) == ((), (), 1, ())


def test_new_records_make_no_plan_out_of_date_but_new_partitions_do(cluster: FakeCluster) -> None:
    lay(cluster, "a", (3,), (3,))
    lay(cluster, "b", (1,))
    broker = declared("drained")
    gateway = cluster.connect()
    plan = broker.plan(broker.observe(gateway))
    cluster.sizes = {TopicPartition("b", 0): 10**9, TopicPartition("a", 0): 10**8}
    settled = broker.settled(plan)
    fresh = settled.plan(settled.observe(gateway))
    assert [change.after for change in fresh.changes] == [change.after for change in plan.changes]
    assert [*changed_meanwhile(plan, fresh)] == []
    lay(cluster, "new", (3,))
    fresh = settled.plan(settled.observe(gateway))
    [refusal] = changed_meanwhile(plan, fresh)
    assert refusal.why.startswith("move replicas of topic new: another client changed it meanwhile")


def test_a_part_of_a_declaration_plans_only_that(cluster: FakeCluster) -> None:
    lay(cluster, "a", (3,))
    lay(cluster, "b", (3,))
    for keys, expected in (
        ([("broker", "3")], [CORDON]),
        ([("topic", "a")], [("reassign", "a")]),
        ([], []),
    ):
        narrowed = declared("drained").narrowed(keys)
        assert operations(narrowed.plan(narrowed.observe(cluster.connect()))) == expected
