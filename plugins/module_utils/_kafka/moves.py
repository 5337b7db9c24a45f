# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where the replicas of a cluster are, how large, and which of them are on their way. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from .partitions import TopicPartition
from .placement.layout import Broker


class Move(NamedTuple):
    """The brokers of a partition before and after a move, and the bytes of one replica."""

    partition: TopicPartition
    before: tuple[int, ...]
    target: tuple[int, ...]
    bytes: int

    @property
    def adding(self) -> tuple[int, ...]:
        return tuple(broker for broker in self.target if broker not in self.before)

    @property
    def bytes_to_copy(self) -> int:
        return self.bytes * len(self.adding)


class Layout(NamedTuple):
    """`brokers`: those that are alive. `usable`: free bytes of each; None where it does not say.

    `sizes`: the bytes of each partition. `under_way`: the partitions that move now. `cordoned`: the
    ids of the brokers that take no new replicas, although they are alive.
    """

    brokers: tuple[Broker, ...]
    usable: Mapping[int, int | None]
    sizes: Mapping[TopicPartition, int]
    under_way: Mapping[TopicPartition, Move]
    cordoned: frozenset[int] = frozenset()

    @property
    def takers(self) -> tuple[Broker, ...]:
        """The brokers that take new replicas."""
        return tuple(broker for broker in self.brokers if broker.id not in self.cordoned)


class Brake(NamedTuple):
    """How moves are held back.

    `throttle`: the bytes per second that each broker may send and may receive for them, None
    without a limit. `at_once`: how many partitions move at the same time.
    """

    throttle: int | None = 50 * 2**20
    at_once: int = 10
