# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Spreads the replicas of each partition over the racks, as evenly as their brokers allow.

Brokers without a rack count as one rack: nothing tells that they stand apart.
"""

from __future__ import annotations

from collections.abc import Sequence

from .draft import Draft, fit
from .layout import Assignments, Broker, PlacedPartition
from .order import in_order
from .substitutes import substitute


def place(
    partitions: Sequence[PlacedPartition],
    brokers: Sequence[Broker],
    factor: int,
    *,
    move: bool = False,
) -> Assignments:
    """As layout.Strategy says.

    The rule: a rack holds at most one replica more of a partition than any other rack that has a
    broker left for it.
    """
    draft = Draft(partitions, brokers, factor, _crowding)
    fit(draft)
    if move:
        for partition in draft.partitions:
            _even_out(draft, partition)
    substitute(draft, _keeps_racks)
    return in_order(draft)


def _crowding(draft: Draft, partition: PlacedPartition, broker: int) -> tuple[int, ...]:
    in_rack = draft.in_rack(partition, broker)
    return in_rack, *draft.load(broker)


def _even_out(draft: Draft, partition: PlacedPartition) -> None:
    # the leader can stay: in a rack with two replicas too many there is a follower
    while draft.followers(partition) and draft.free(partition):
        source = draft.worst(partition)
        target = draft.best(partition)
        most = draft.in_rack(partition, source)
        fewest = draft.in_rack(partition, target)
        if most - fewest < 2:
            return
        draft.move(partition, source, target)


def _keeps_racks(draft: Draft, partition: PlacedPartition, source: int, target: int) -> bool:
    """Whether racks stay as even as they are, and the leader stays."""
    if source == partition.leader:
        return False
    if draft.share_rack(source, target):
        return True
    others = draft.in_rack(partition, source) - 1
    return others == draft.in_rack(partition, target)
