# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Evens out what brokers hold by what is still open, so that no further replica moves for it.

Another broker can take a replica that is added, and another replica can stay where one is removed.
One such choice may open the next: a full broker hands over to a second one, and that one, in
another partition, to the one with room.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Collection, Iterator, Sequence
from itertools import product
from typing import NamedTuple, TypeAlias

from .draft import Draft
from .layout import PlacedPartition

# whether the first broker may hand its replica of the partition over to the second one
Allows: TypeAlias = Callable[[Draft, PlacedPartition, int, int], bool]
# of each broker, those that can stand in for it, and in which partition
_Substitutes: TypeAlias = dict[int, dict[int, PlacedPartition]]


class _Step(NamedTuple):
    partition: PlacedPartition
    source: int
    target: int


def is_uneven(draft: Draft) -> bool:
    """Whether a broker holds two replicas more than another."""
    held = draft.held.values()
    most = max(held)
    fewest = min(held)
    return most - fewest >= 2


def substitute(draft: Draft, allows: Allows) -> None:
    """Brings the brokers as near to one another as is possible without a further move."""
    is_better = True
    while is_better and is_uneven(draft):
        substitutes = _substitutes(draft, allows)
        is_better = _use(draft, substitutes)


def _use(draft: Draft, substitutes: _Substitutes) -> bool:
    """Whether that helped. Each partition serves once: what was found for it holds no longer."""
    used: set[PlacedPartition] = set()
    is_better = False
    fullest_first = sorted(draft.brokers, key=draft.load, reverse=True)
    for source in fullest_first:
        while path := _path(draft, substitutes, source, used):
            partitions = {step.partition for step in path}
            used |= partitions
            # two steps in one partition may be allowed alone, and not together
            if len(partitions) == len(path):
                _take(draft, path)
                is_better = True
    return is_better


def _take(draft: Draft, path: Sequence[_Step]) -> None:
    for step in path:
        draft.move(step.partition, step.source, step.target)


def _substitutes(draft: Draft, allows: Allows) -> _Substitutes:
    found: _Substitutes = {broker: {} for broker in draft.brokers}
    for partition in draft.partitions:
        for source, target in _equals(draft, partition):
            known = found[source]
            if target in known:
                continue
            if allows(draft, partition, source, target):
                known[target] = partition
    return found


def _equals(draft: Draft, partition: PlacedPartition) -> Iterator[tuple[int, int]]:
    """Two brokers that have a replica now, or two that would have to copy it.

    None that lags behind takes the place of one that does not.
    """
    present = partition.replicas
    chosen = draft.chosen(partition)
    free = draft.free(partition)
    for source, target in product(chosen, free):
        is_worse = target in partition.lagging and source not in partition.lagging
        if (source in present) == (target in present) and not is_worse:
            yield source, target


def _path(
    draft: Draft, substitutes: _Substitutes, source: int, used: Collection[PlacedPartition]
) -> Sequence[_Step]:
    """The shortest one to a broker that holds two fewer; empty without one."""
    most = draft.held[source] - 2
    seen = {source}
    start: tuple[_Step, ...] = ()
    paths = deque([(source, start)])
    while paths:
        last, steps = paths.popleft()
        if draft.held[last] <= most:
            return steps
        for broker, partition in substitutes[last].items():
            if broker not in seen and partition not in used:
                seen.add(broker)
                step = _Step(partition, last, broker)
                paths.append((broker, (*steps, step)))
    return ()
