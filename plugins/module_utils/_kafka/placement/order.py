# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""In which order a partition names its replicas: the first is the preferred leader."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from .draft import Draft
from .layout import Assignments, PlacedPartition


def in_order(draft: Draft) -> Assignments:
    """The current leader first, kept replicas in their present order, then the added ones.

    Where none is kept, the broker comes first that does so in the fewest of the other partitions.
    """
    assignments = {}
    leads: Counter[int] = Counter()
    new = []
    for partition in draft.partitions:
        replicas = _replicas(draft, partition)
        assignments[partition.id] = replicas
        if set(replicas).isdisjoint(partition.replicas):
            new.append(partition)
        else:
            leads[replicas[0]] += 1
    for partition in new:
        replicas = assignments[partition.id]
        leader = min(replicas, key=leads.__getitem__)
        leads[leader] += 1
        assignments[partition.id] = _led_by(leader, replicas)
    return assignments


def _replicas(draft: Draft, partition: PlacedPartition) -> tuple[int, ...]:
    present = partition.replicas
    chosen = draft.chosen(partition)
    # nothing moves, so the preferred leader stays: another one may lead only for a while
    if set(chosen) == set(present):
        return present
    kept = [broker for broker in present if broker in chosen]
    added = [broker for broker in chosen if broker not in present]
    replicas = [*kept, *added]
    return _led_by(partition.leader, replicas)


def _led_by(leader: int | None, replicas: Sequence[int]) -> tuple[int, ...]:
    leader_first = sorted(replicas, key=lambda broker: broker != leader)
    return tuple(leader_first)
