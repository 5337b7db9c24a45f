# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A plan tells each broker what comes and what goes."""

from __future__ import annotations

from collections import defaultdict

from ansible_collections.omninode.kafka.plugins.module_utils._kafka.placement import balanced
from ansible_collections.omninode.kafka.plugins.module_utils._kafka.placement.moves import (
    Amount,
    BrokerMoves,
    moves,
)
from hypothesis import given
from hypothesis import strategies as st

from tests.unit._kafka.placement.clusters import Cluster, after, clusters, partitions

NOTHING = Amount(0, 0)


def test_each_broker_by_itself() -> None:
    first, second = partitions("1 2", "2 3")
    placed = [first._replace(bytes=70), second._replace(bytes=5)]
    planned = {first.id: (1, 3), second.id: (1, 3)}
    assert moves(placed, planned) == {
        1: BrokerMoves(arriving=Amount(1, 5), leaving=NOTHING),
        2: BrokerMoves(arriving=NOTHING, leaving=Amount(2, 75)),
        3: BrokerMoves(arriving=Amount(1, 70), leaving=NOTHING),
    }


def test_another_order_moves_nothing() -> None:
    (partition,) = partitions("1 2")
    assert moves([partition], {partition.id: (2, 1)}) == {}


def test_a_partition_that_is_not_planned_stays() -> None:
    assert moves(partitions("1 2"), {}) == {}


def test_brokers_are_sorted() -> None:
    (partition,) = partitions("9 1")
    assert list(moves([partition], {partition.id: (10, 2)})) == [1, 2, 9, 10]


@given(clusters(), st.booleans())
def test_what_leaves_and_arrives_is_the_difference(cluster: Cluster, move: bool) -> None:
    planned = cluster.placed_by(balanced.place, move=move)
    planned_cluster = after(cluster, planned)
    before = held(cluster)
    then = held(planned_cluster)
    found = moves(cluster.partitions, planned)
    for broker in {*before, *then}:
        moved = found.get(broker, BrokerMoves(NOTHING, NOTHING))
        for field in ("replicas", "bytes"):
            gained = getattr(moved.arriving, field) - getattr(moved.leaving, field)
            assert gained == getattr(then[broker], field) - getattr(before[broker], field)


def held(cluster: Cluster) -> dict[int, Amount]:
    """What brokers hold of the given partitions."""
    found: dict[int, Amount] = defaultdict(lambda: NOTHING)
    for partition in cluster.partitions:
        for broker in partition.replicas:
            replicas, size = found[broker]
            found[broker] = Amount(replicas + 1, size + partition.bytes)
    return found
