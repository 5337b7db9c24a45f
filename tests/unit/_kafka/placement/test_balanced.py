# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Brokers hold as many replicas as one another, whatever their racks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from itertools import chain, combinations
from operator import add

import pytest
from ansible_collections.omninode.kafka.plugins.module_utils._kafka.placement import balanced
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
    totals,
)

MANY = settings(max_examples=500, deadline=None)
# each case: the brokers, the factor, the present replicas, the replicas that follow
ADDED = {
    "the emptiest broker": ("1 2:5 3:4", 2, ["1*"], ["1 3"]),
    "the emptiest broker, though in the same rack": ("1a 2b:5 3a:4", 2, ["1*"], ["1 3"]),
    "fewer bytes where as many replicas": ("1 2:5/70 3:5/60", 2, ["1*"], ["1 3"]),
    "the lower id where all is equal": ("1 3 2", 2, ["1*"], ["1 2"]),
    "what the plan adds counts": ("1 2 3", 2, ["1*", "1*"], ["1 2", "1 3"]),
    "bytes that the plan adds count": ("1:9 2 3:1/5", 2, ["1*", "1*"], ["1 2", "1 3"]),
    "full brokers stay": ("1:2 2", 1, ["1*", "1*"], ["1", "1"]),
    "new partitions": ("1 2 3 4", 2, ["", "", "", ""], ["1 2", "3 4", "2 1", "4 3"]),
    "new partitions and a broker that holds others": ("1:2 2", 1, ["", "", ""], ["2", "2", "1"]),
}
REMOVED = {
    "the fullest broker": ("1 2:4 3:5", 2, ["1* 2 3"], ["1 2"]),
    "not the leader": ("1:9 2:4 3:5", 2, ["1* 2 3"], ["1 2"]),
    "more bytes where as many replicas": ("1 2:5/70 3:5/60", 2, ["1* 2 3"], ["1 3"]),
    "the higher id where all is equal": ("1 2 3", 2, ["1* 2 3"], ["1 2"]),
    "what the plan removes counts": ("1 2:5 3:5", 2, ["1* 2 3", "1* 2 3"], ["1 2", "1 3"]),
    "another one, to add less on a full broker": (
        "1:3 2 3:3 4:3",
        3,
        ["1* 4 3 2", "2* 4"],
        ["1 4 2", "2 4 3"],
    ),
}
MOVED = {
    "even already": ("1 2", 1, ["1*", "2*", "1*"], ["1", "2", "1"]),
    "even already, though others are not": ("1:9 2", 1, ["1*", "2*"], ["1", "2"]),
    "a new broker": ("1 2 3", 2, ["1* 2", "2* 1", "1* 2"], ["1 3", "2 3", "1 2"]),
    "a follower rather than a leader": ("1 2", 1, ["1*", "1", "1*"], ["1", "2", "1"]),
    "only leaders to move": ("1 2", 1, ["1*", "1*"], ["2", "1"]),
    "a leader goes to save a copy": ("1 2", 1, ["1* 2", "1* 2"], ["2", "1"]),
    "the factor grows as well": ("1 2 3", 2, ["1*", "1*", "1*"], ["2 3", "1 3", "1 2"]),
    "the lower id, in whichever order brokers come": ("3 2 1", 1, ["3*", "3* 2 1"], ["3", "1"]),
    "a broker is left as well": ("1 2", 1, ["9*", "1*", "1*"], ["2", "1", "1"]),
    "one choice opens the next": ("1 2 3", 2, ["1* 9", "2* 9", "3* 9"], ["1 2", "2 3", "3 1"]),
}


@pytest.mark.parametrize("case", {**ADDED, **REMOVED})
def test_only_what_the_factor_asks(case: str) -> None:
    usable, factor, present, expected = {**ADDED, **REMOVED}[case]
    planned = balanced.place(partitions(*present), brokers(usable), factor)
    assert lines(planned) == expected


@pytest.mark.parametrize("case", MOVED)
def test_what_the_rule_asks(case: str) -> None:
    usable, factor, present, expected = MOVED[case]
    planned = balanced.place(partitions(*present), brokers(usable), factor, move=True)
    assert lines(planned) == expected


def always(_partition: PlacedPartition, _choice: tuple[int, ...], _cluster: Cluster) -> bool:
    return True


def keeps_present(partition: PlacedPartition, choice: tuple[int, ...], cluster: Cluster) -> bool:
    """Whether nothing changes but what the factor asks for; the leader stays in any case."""
    staying = kept(partition, cluster)
    leader = {partition.leader} & staying
    return staying.issubset(choice) or (staying.issuperset(choice) and leader.issubset(choice))


def outcomes(
    cluster: Cluster, allows: Callable[[PlacedPartition, tuple[int, ...], Cluster], bool] = always
) -> dict[tuple[int, ...], int]:
    """All that the brokers can hold of the partitions, and the fewest replicas to copy for it."""
    usable = [broker.id for broker in cluster.brokers]
    fewest = {(0,) * len(usable): 0}
    for partition in cluster.partitions:
        choices = [
            choice
            for choice in combinations(usable, cluster.factor)
            if allows(partition, choice, cluster)
        ]
        following: dict[tuple[int, ...], int] = {}
        for held, copied in fewest.items():
            for choice in choices:
                then = tuple(
                    count + (broker in choice) for count, broker in zip(held, usable, strict=True)
                )
                copies = copied + len(set(choice).difference(partition.replicas))
                following[then] = min(copies, following.get(then, copies))
        fewest = following
    return fewest


def spread(counts: Sequence[int]) -> int:
    return max(counts) - min(counts)


SMALL = clusters(most_brokers=5, most_partitions=5)


@MANY
@given(SMALL)
def test_brokers_are_even_with_the_fewest_moves(cluster: Cluster) -> None:
    planned = balanced.place(*cluster, move=True)
    assert spread(list(totals(cluster, planned).values())) <= 1
    copied = sum(
        len(set(planned[partition.id]).difference(partition.replicas))
        for partition in cluster.partitions
    )
    assert copied == min(copies for held, copies in outcomes(cluster).items() if spread(held) <= 1)


@MANY
@given(SMALL)
def test_no_choice_is_more_even_where_only_the_factor_asks(cluster: Cluster) -> None:
    planned = balanced.place(*cluster)
    present = Counter(chain.from_iterable(part.replicas for part in cluster.partitions))
    others = [broker.replicas - present[broker.id] for broker in cluster.brokers]

    def fullest_first(now: Sequence[int]) -> list[int]:
        return sorted(map(add, others, now), reverse=True)

    now = list(totals(cluster, planned).values())
    assert fullest_first(now) == min(map(fullest_first, outcomes(cluster, keeps_present)))


def test_bytes_that_the_plan_removes_count() -> None:
    first, second, third = partitions("1* 2 3", "1* 2 3", "1* 2 3")
    sizes = [first, second._replace(bytes=1), third]
    planned = balanced.place(sizes, brokers("1 2:5/20 3:5/19"), 2)
    # broker 2 is left with 4 replicas of 10 bytes, and broker 3 with 4 of 18
    assert lines(planned) == ["1 3", "1 2", "1 2"]


def test_a_replica_that_lags_behind_stays_for_no_balance() -> None:
    """Two of broker 2's could go instead of those of broker 3, which is emptier."""
    present = [part._replace(lagging=(3,)) for part in partitions("1* 2 3", "1* 2 3")]
    planned = balanced.place(present, brokers("1:2 2:9 3:2"), 2)
    assert lines(planned) == ["1 2", "1 2"]


def test_small_partitions_move() -> None:
    first, second, third = partitions("1*", "1*", "1*")
    sizes = [first._replace(bytes=70), second._replace(bytes=60), third._replace(bytes=900)]
    planned = balanced.place(sizes, brokers("1 2"), 1, move=True)
    assert lines(planned) == ["1", "2", "1"]
