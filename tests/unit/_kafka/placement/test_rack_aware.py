# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Replicas of a partition stand in as many racks as there are, and as evenly as these allow."""

from __future__ import annotations

from itertools import combinations

import pytest
from ansible_collections.omninode.kafka.plugins.module_utils._kafka.placement import rack_aware
from ansible_collections.omninode.kafka.plugins.module_utils._kafka.placement.layout import (
    PlacedPartition,
)
from hypothesis import given, settings

from tests.unit._kafka.placement.clusters import (
    Cluster,
    brokers,
    clusters,
    kept,
    lines,
    partitions,
)

MANY = settings(max_examples=500, deadline=None)
# each case: the brokers, the factor, the present replicas, the replicas that follow
ADDED = {
    "another rack": ("1a 2a 3b", 2, ["1*"], ["1 3"]),
    "another rack, however full": ("1a 2a 3b:9", 2, ["1*"], ["1 3"]),
    "the emptier of two racks": ("1a 2b:5 3c:4", 2, ["1*"], ["1 3"]),
    "fewer bytes where as many replicas": ("1a 2b:5/70 3c:5/60", 2, ["1*"], ["1 3"]),
    "the lower id where all is equal": ("1a 3c 2b", 2, ["1*"], ["1 2"]),
    "more replicas than racks": ("1a 2a 3b 4b", 4, ["1*"], ["1 3 2 4"]),
    "as even as a small rack allows": ("1a 2a 3a 4b", 3, ["1*"], ["1 4 2"]),
    "a rack of one broker, full": ("1a 2b 3b 4b", 3, ["2*"], ["2 1 3"]),
    "what the plan adds counts": ("1a 2b 3b", 2, ["1*", "1*"], ["1 2", "1 3"]),
    "bytes that the plan adds count": ("1a 2b 3b/5", 2, ["1*", "1*"], ["1 2", "1 3"]),
    "brokers without a rack count as one": ("1a 2 3 4b", 3, ["2*"], ["2 1 4"]),
    "no broker has a rack": ("1 2:1 3", 2, ["1*"], ["1 3"]),
    "crowded racks stay": ("1a 2a 3b", 2, ["1* 2"], ["1 2"]),
    "a broker is left": ("1a 2b 3c", 2, ["1* 9"], ["1 2"]),
}
REMOVED = {
    "the rack with most": ("1a 2b 3b", 2, ["1* 2 3"], ["1 2"]),
    "the rack with most, however empty": ("1a:9 2b:1 3b:1", 2, ["2* 1 3"], ["2 1"]),
    "not the leader": ("1a 2b 3b", 2, ["3* 2 1"], ["3 1"]),
    "not the leader, though its rack has most": ("1a 2a 3b", 1, ["1* 2 3"], ["1"]),
    "the fuller broker": ("1a 2b:5 3c:4", 2, ["1* 2 3"], ["1 3"]),
    "more bytes where as many replicas": ("1a 2b:5/60 3c:5/70", 2, ["1* 2 3"], ["1 2"]),
    "the higher id where all is equal": ("1a 2b 3c", 2, ["1* 2 3"], ["1 2"]),
    "what the plan removes counts": ("1a 2b:5 3c:5", 2, ["1* 2 3", "1* 2 3"], ["1 2", "1 3"]),
}
MOVED = {
    "even already": ("1a 2a 3b", 2, ["1* 3", "3* 2"], ["1 3", "3 2"]),
    "even already, though brokers are not": ("1a:9 2a 3b:9", 2, ["1* 3"], ["1 3"]),
    "two in one rack": ("1a 2a 3b", 2, ["1* 2"], ["1 3"]),
    "the leader stays": ("1a 2a 3b", 2, ["1 2*"], ["2 3"]),
    "from the fuller broker": ("1a 2a:2 3a:1 4b 5c", 3, ["1* 2 3"], ["1 4 5"]),
    "a rack that is full": ("1a 2a 3a 4b", 3, ["1* 2 3"], ["1 2 4"]),
    "the factor grows as well": ("1a 2a 3b 4c", 3, ["1* 2"], ["1 3 4"]),
    "the factor shrinks as well": ("1a 2a 3a 4b", 2, ["1* 2 3"], ["1 4"]),
    "a broker is left as well": ("1a 2a 3b 4c", 3, ["1* 2 9"], ["1 3 4"]),
}


@pytest.mark.parametrize("case", {**ADDED, **REMOVED})
def test_only_what_the_factor_asks(case: str) -> None:
    usable, factor, present, expected = {**ADDED, **REMOVED}[case]
    planned = rack_aware.place(partitions(*present), brokers(usable), factor)
    assert lines(planned) == expected


@pytest.mark.parametrize("case", MOVED)
def test_what_the_rule_asks(case: str) -> None:
    usable, factor, present, expected = MOVED[case]
    planned = rack_aware.place(partitions(*present), brokers(usable), factor, move=True)
    assert lines(planned) == expected


def crowding(replicas: tuple[int, ...], cluster: Cluster) -> list[int]:
    """How many of the replicas each rack holds, the fullest first: the lower, the more even."""
    racks = [broker.rack for broker in cluster.brokers if broker.id in replicas]
    return sorted((racks.count(rack) for rack in set(racks)), reverse=True)


def possible(partition: PlacedPartition, cluster: Cluster) -> list[tuple[int, ...]]:
    """What the factor asks for, whichever brokers are chosen."""
    staying = kept(partition, cluster)
    leader = {partition.leader} & staying
    choices = combinations([broker.id for broker in cluster.brokers], cluster.factor)
    return [
        choice
        for choice in choices
        if staying.issubset(choice) or (staying.issuperset(choice) and leader.issubset(choice))
    ]


@MANY
@given(clusters(most_brokers=6, most_partitions=4))
def test_no_choice_is_more_even_where_only_the_factor_asks(cluster: Cluster) -> None:
    planned = rack_aware.place(*cluster)
    for partition in cluster.partitions:
        best = min(crowding(choice, cluster) for choice in possible(partition, cluster))
        assert crowding(planned[partition.id], cluster) == best


@MANY
@given(clusters(most_brokers=6, most_partitions=4))
def test_no_choice_is_more_even_or_moves_less_by_the_rule(cluster: Cluster) -> None:
    planned = rack_aware.place(*cluster, move=True)
    usable = [broker.id for broker in cluster.brokers]
    for partition in cluster.partitions:
        present = set(partition.replicas)
        best = min(
            (crowding(choice, cluster), len(set(choice) - present))
            for choice in combinations(usable, cluster.factor)
        )
        replicas = planned[partition.id]
        assert (crowding(replicas, cluster), len(set(replicas) - present)) == best


@MANY
@given(clusters())
def test_no_rack_has_more_than_its_part_where_brokers_allow(cluster: Cluster) -> None:
    planned = rack_aware.place(*cluster, move=True)
    racks = [broker.rack for broker in cluster.brokers]
    part = -(-cluster.factor // len(set(racks)))
    if all(racks.count(rack) >= part for rack in racks):
        for replicas in planned.values():
            assert crowding(replicas, cluster)[0] <= part
