# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a placement strategy is given, and what it answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple, Protocol, TypeAlias

from ..partitions import TopicPartition

# of each partition, the ids of its brokers; the first is the preferred leader
Assignments: TypeAlias = Mapping[TopicPartition, tuple[int, ...]]


class Broker(NamedTuple):
    """A broker that may hold replicas; `replicas` and `bytes`: what it holds now, of all topics."""

    id: int
    rack: str | None
    replicas: int
    bytes: int


class PlacedPartition(NamedTuple):
    """`replicas`: as in Assignments, none of a new partition. `bytes`: of the leader's log.

    `lagging`: those of them that lack records.
    """

    id: TopicPartition
    replicas: tuple[int, ...]
    leader: int | None
    bytes: int
    lagging: tuple[int, ...] = ()


class Strategy(Protocol):
    def __call__(
        self,
        partitions: Sequence[PlacedPartition],
        brokers: Sequence[Broker],
        factor: int,
        *,
        move: bool = False,
    ) -> Assignments:
        """The replicas that each partition should have: `factor` of these brokers.

        A replica on any other broker goes. All others stay where they are, as far as the factor
        allows; with `move`, as few as possible of them move so that the strategy's rule holds.
        Neither the order of the partitions nor that of the brokers matters.
        Raises ValueError if there are fewer brokers than `factor`, or `factor` is below 1.
        """
