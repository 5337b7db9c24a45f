# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The replicas that a strategy has chosen so far, and what each broker then holds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from functools import partial
from typing import TypeAlias

from ..partitions import TopicPartition
from .layout import Broker, PlacedPartition

_Chosen: TypeAlias = dict[TopicPartition, list[int]]
_InRacks: TypeAlias = dict[TopicPartition, Counter[str | None]]


class Draft:
    """Begins with the present replicas that may stay.

    `held`: how many replicas each broker holds, with what the draft adds and removes.
    """

    def __init__(
        self,
        partitions: Sequence[PlacedPartition],
        brokers: Sequence[Broker],
        factor: int,
        rank: Rank,
    ) -> None:
        _check(factor, len(brokers))
        self.partitions = sorted(partitions)
        self._factor = factor
        self._rank = rank
        self._racks = {broker.id: broker.rack for broker in brokers}
        self._bytes = {broker.id: broker.bytes for broker in brokers}
        self.held = {broker.id: broker.replicas for broker in brokers}
        self.brokers = sorted(self.held)
        self._chosen: _Chosen = {}
        self._in_racks: _InRacks = {}
        for partition in partitions:
            self._keep(partition)

    def _keep(self, partition: PlacedPartition) -> None:
        staying = [broker for broker in partition.replicas if broker in self.held]
        racks = [self._racks[broker] for broker in staying]
        self._chosen[partition.id] = staying
        self._in_racks[partition.id] = Counter(racks)

    def chosen(self, partition: PlacedPartition) -> Sequence[int]:
        return self._chosen[partition.id]

    def followers(self, partition: PlacedPartition) -> Sequence[int]:
        """The chosen brokers that do not lead the partition now."""
        chosen = self.chosen(partition)
        return [broker for broker in chosen if broker != partition.leader]

    def free(self, partition: PlacedPartition) -> Sequence[int]:
        """The brokers that a replica can be added on."""
        chosen = self.chosen(partition)
        return [broker for broker in self.brokers if broker not in chosen]

    def surplus(self, partition: PlacedPartition) -> int:
        """The replicas above the factor; below zero where some are missing."""
        chosen = self.chosen(partition)
        return len(chosen) - self._factor

    def load(self, broker: int) -> tuple[int, int, int]:
        """Replicas, bytes, and the id, which ends a tie."""
        replicas = self.held[broker]
        size = self._bytes[broker]
        return replicas, size, broker

    def in_rack(self, partition: PlacedPartition, broker: int) -> int:
        """The partition's replicas in the rack of the broker."""
        rack = self._racks[broker]
        in_racks = self._in_racks[partition.id]
        return in_racks[rack]

    def share_rack(self, broker: int, other: int) -> bool:
        racks = self._racks
        return racks[broker] == racks[other]

    def best(self, partition: PlacedPartition) -> int:
        """The broker to add a replica on."""
        free = self.free(partition)
        rank = partial(self._rank, self, partition)
        return min(free, key=rank)

    def worst(self, partition: PlacedPartition) -> int:
        """The broker to take a replica from: never the leader, where there is another one."""
        return self._worst_of(partition, self.followers(partition))

    def spare(self, partition: PlacedPartition) -> int:
        """The same for a replica too many: one that lags behind protects no record."""
        followers = self.followers(partition)
        lagging = [broker for broker in followers if broker in partition.lagging]
        return self._worst_of(partition, lagging or followers)

    def _worst_of(self, partition: PlacedPartition, brokers: Sequence[int]) -> int:
        rank = partial(self._rank, self, partition)
        return max(brokers, key=rank)

    def add(self, partition: PlacedPartition, broker: int) -> None:
        self._chosen[partition.id].append(broker)
        self._count(partition, broker, 1)

    def remove(self, partition: PlacedPartition, broker: int) -> None:
        self._chosen[partition.id].remove(broker)
        self._count(partition, broker, -1)

    def move(self, partition: PlacedPartition, source: int, target: int) -> None:
        self.remove(partition, source)
        self.add(partition, target)

    def _count(self, partition: PlacedPartition, broker: int, sign: int) -> None:
        rack = self._racks[broker]
        in_racks = self._in_racks[partition.id]
        in_racks[rack] += sign
        self.held[broker] += sign
        self._bytes[broker] += sign * partition.bytes


# how little a replica of the partition is wanted on the broker: the lowest is wanted most
Rank: TypeAlias = Callable[[Draft, PlacedPartition, int], tuple[int, ...]]


def fit(draft: Draft) -> None:
    """Removes and adds what the factor asks for, and nothing else.

    It removes from all partitions first, so that what is added finds the room that this makes.
    """
    for partition in draft.partitions:
        surplus = draft.surplus(partition)
        for _turn in range(surplus):
            broker = draft.spare(partition)
            draft.remove(partition, broker)
    for partition in draft.partitions:
        missing = -draft.surplus(partition)
        for _turn in range(missing):
            broker = draft.best(partition)
            draft.add(partition, broker)


def _check(factor: int, brokers: int) -> None:
    problem = f"cannot place {factor} replicas of a partition"
    if factor < 1:
        raise ValueError(f"{problem}: ask for 1 or more")
    if factor > brokers:
        problem += f": only {brokers} brokers may hold one"
        raise ValueError(f"{problem}; lower the factor, or let more brokers hold replicas")
