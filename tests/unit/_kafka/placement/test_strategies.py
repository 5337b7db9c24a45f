# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What both strategies keep to, on random clusters."""

from __future__ import annotations

import random
import re

import pytest
from ansible_collections.omninode.kafka.plugins.module_utils._kafka.placement.layout import Strategy
from ansible_collections.omninode.kafka.plugins.module_utils._kafka.placement.strategies import (
    STRATEGIES,
    default_strategy,
    strategy,
)
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit._kafka.placement.clusters import (
    Cluster,
    after,
    brokers,
    clusters,
    kept,
    lines,
    partitions,
    totals,
)

MANY = settings(max_examples=500, deadline=None)
STRATEGY = st.sampled_from(sorted(STRATEGIES)).map(STRATEGIES.__getitem__)
# no leader has to go for the rule; to balance brokers, one may
KEEPS_LEADERS = [("rack_aware", False), ("rack_aware", True), ("balanced", False)]


@MANY
@given(clusters(), STRATEGY, st.booleans())
def test_each_partition_gets_as_many_usable_brokers_as_asked(
    cluster: Cluster, strategy: Strategy, move: bool
) -> None:
    assignments = cluster.placed_by(strategy, move=move)
    usable = {broker.id for broker in cluster.brokers}
    assert set(assignments) == {partition.id for partition in cluster.partitions}
    for replicas in assignments.values():
        assert len(replicas) == len(set(replicas)) == cluster.factor
        assert usable.issuperset(replicas)


@MANY
@given(clusters(), STRATEGY)
def test_what_may_stay_stays_where_only_the_factor_asks(
    cluster: Cluster, strategy: Strategy
) -> None:
    assignments = cluster.placed_by(strategy, move=False)
    for partition in cluster.partitions:
        staying = kept(partition, cluster)
        added = set(assignments[partition.id]).difference(partition.replicas)
        assert len(added) == max(0, cluster.factor - len(staying))
        assert len(staying.intersection(assignments[partition.id])) == min(
            cluster.factor, len(staying)
        )


@MANY
@given(clusters(), st.sampled_from(KEEPS_LEADERS))
def test_the_leader_stays_and_is_named_first(cluster: Cluster, way: tuple[str, bool]) -> None:
    name, move = way
    assignments = cluster.placed_by(STRATEGIES[name], move=move)
    for partition in cluster.partitions:
        replicas = assignments[partition.id]
        if partition.leader not in kept(partition, cluster):
            continue
        if set(replicas) == set(partition.replicas):
            assert replicas == partition.replicas
        else:
            assert replicas[0] == partition.leader


@MANY
@given(clusters(), STRATEGY, st.booleans())
def test_replicas_keep_their_order_and_added_ones_follow(
    cluster: Cluster, strategy: Strategy, move: bool
) -> None:
    assignments = cluster.placed_by(strategy, move=move)
    for partition in cluster.partitions:
        replicas = assignments[partition.id]
        if replicas == partition.replicas:
            continue
        if partition.leader in replicas:
            assert replicas[0] == partition.leader
        followers = [broker for broker in replicas if broker != partition.leader]
        present = [broker for broker in partition.replicas if broker in followers]
        assert followers[: len(present)] == present


@MANY
@given(clusters(), STRATEGY, st.booleans())
def test_a_plan_leaves_nothing_to_plan(cluster: Cluster, strategy: Strategy, move: bool) -> None:
    assignments = cluster.placed_by(strategy, move=move)
    assert after(cluster, assignments).placed_by(strategy, move=move) == assignments


@MANY
@given(clusters(), STRATEGY, st.booleans(), st.randoms(use_true_random=False))
def test_the_order_of_the_input_does_not_matter(
    cluster: Cluster, strategy: Strategy, move: bool, chance: random.Random
) -> None:
    shuffled = Cluster([*cluster.partitions], [*cluster.brokers], cluster.factor)
    chance.shuffle(shuffled.partitions)
    chance.shuffle(shuffled.brokers)
    assert shuffled.placed_by(strategy, move=move) == cluster.placed_by(strategy, move=move)


@MANY
@given(clusters(), STRATEGY)
def test_no_other_broker_would_rather_take_what_is_added(
    cluster: Cluster, strategy: Strategy
) -> None:
    """Among those where the replicas of the partition would stand in the same racks."""
    assignments = cluster.placed_by(strategy, move=False)
    held = {broker.id: broker.replicas for broker in cluster.brokers}
    for partition in cluster.partitions:
        for broker in set(assignments[partition.id]).difference(partition.replicas):
            held[broker] += 1
        for broker in kept(partition, cluster).difference(assignments[partition.id]):
            held[broker] -= 1
    racks = {broker.id: broker.rack for broker in cluster.brokers}
    for partition in cluster.partitions:
        replicas = assignments[partition.id]
        for added in set(replicas).difference(partition.replicas):
            for other in set(held).difference(replicas, partition.replicas):
                if racks[other] == racks[added]:
                    assert held[added] <= held[other] + 1


# each case: the factor, the present replicas, the replicas that follow
CHANGES = {
    "nothing to do": (2, ["1 2", "3 1"], ["1 2", "3 1"]),
    "an order that stays, though another one leads": (2, ["1 2*"], ["1 2"]),
    "the factor grows": (2, ["1", "2", "3"], ["1 2", "2 3", "3 1"]),
    "the leader comes first as soon as replicas change": (3, ["1 2*"], ["2 1 3"]),
    "no leader": (3, ["2 1"], ["2 1 3"]),
    "the factor shrinks": (1, ["1* 2", "2* 3", "3* 1"], ["1", "2", "3"]),
    "the leader of a shrunk partition": (1, ["1 2*"], ["2"]),
    "the fullest broker is left": (2, ["1* 2 3", "1* 2"], ["1 3", "1 2"]),
    "a broker is left": (2, ["1* 9", "9* 2"], ["1 3", "2 1"]),
    "a broker is left, and none stays": (1, ["9*", "9*", "9*"], ["1", "2", "3"]),
    "a broker is left as the factor shrinks": (2, ["9* 1 2", "1* 9 2"], ["1 2", "1 2"]),
    "new partitions have leaders of their own": (3, ["", "", ""], ["1 2 3", "2 1 3", "3 1 2"]),
    "a new partition beside others": (2, ["1* 2", ""], ["1 2", "3 1"]),
}


@pytest.mark.parametrize("case", CHANGES)
@pytest.mark.parametrize("name", STRATEGIES)
def test_only_what_the_factor_asks(name: str, case: str) -> None:
    factor, present, expected = CHANGES[case]
    placed = partitions(*present)
    # brokers count what they hold of these partitions
    held = [sum(number in partition.replicas for partition in placed) for number in (1, 2, 3)]
    usable = brokers("1a:{} 2b:{} 3c:{}".format(*held))
    assert lines(STRATEGIES[name](placed, usable, factor)) == expected


@pytest.mark.parametrize("name", STRATEGIES)
@pytest.mark.parametrize("move", [False, True])
@pytest.mark.parametrize(
    ("factor", "message"),
    [
        (
            3,
            "cannot place 3 replicas of a partition: only 2 brokers may hold one;"
            " lower the factor, or let more brokers hold replicas",
        ),
        (0, "cannot place 0 replicas of a partition: ask for 1 or more"),
    ],
)
def test_a_factor_that_cannot_be(name: str, move: bool, factor: int, message: str) -> None:
    with pytest.raises(ValueError, match=re.escape(message)):
        STRATEGIES[name](partitions("1 2"), brokers("1a 2b"), factor, move=move)


@pytest.mark.parametrize("name", STRATEGIES)
def test_a_new_partition_is_led_by_a_broker_that_leads_few(name: str) -> None:
    planned = STRATEGIES[name](partitions("1* 2", ""), brokers("1a:1 2b:1"), 2)
    assert lines(planned) == ["1 2", "2 1"]


@pytest.mark.parametrize("name", STRATEGIES)
@pytest.mark.parametrize("move", [False, True])
def test_no_partitions(name: str, move: bool) -> None:
    assert STRATEGIES[name]([], brokers("1a 2b"), 2, move=move) == {}


@pytest.mark.parametrize(
    ("text", "name"),
    [("1a 2b", "rack_aware"), ("1a 2a", "rack_aware"), ("1a 2", "balanced"), ("1 2", "balanced")],
)
def test_racks_count_where_every_broker_names_one(text: str, name: str) -> None:
    assert default_strategy(brokers(text)) == name


def large_cluster() -> Cluster:
    """1,000 partitions of 3 replicas on 30 brokers, 5 of which are left; racks are unequal."""
    chance = random.Random(1)
    texts = ["{}* {} {}".format(*chance.sample(range(30), 3)) for _turn in range(1000)]
    racks = "aabbbcdddd"
    names = [f"{number}{racks[number % 10]}" for number in range(25)]
    return Cluster(partitions(*texts), brokers(" ".join(names)), 3)


def test_a_large_cluster_is_balanced() -> None:
    cluster = large_cluster()
    planned = cluster.placed_by(STRATEGIES["balanced"], move=True)
    assert set(totals(cluster, planned).values()) == {120}


def test_a_large_cluster_is_spread_over_racks() -> None:
    cluster = large_cluster()
    planned = cluster.placed_by(STRATEGIES["rack_aware"], move=True)
    racks = {broker.id: broker.rack for broker in cluster.brokers}
    for replicas in planned.values():
        assert len({racks[broker] for broker in replicas}) == 3


@pytest.mark.parametrize("name", [None, *STRATEGIES])
def test_a_plan_stays_the_same_while_records_arrive(name: str | None) -> None:
    usable = brokers("1a:5/700 2b:5/600 3c:5/600")
    placed = partitions("1*", "2*", "3*")
    before = strategy(name, usable)(placed, usable, 2)
    fuller = brokers("1a:5/700 2b:5/690 3c:5/640")
    grown = [partition._replace(bytes=partition.bytes + 5) for partition in placed]
    assert strategy(name, fuller)(grown, fuller, 2) == before
    # many more count
    full = brokers("1a:5/700 2b:5/9000 3c:5/600")
    assert lines(strategy(name, full)(partitions("1*"), full, 2)) == ["1 3"]
