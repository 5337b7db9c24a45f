# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The strategies by their names, and the one that is used unless another is declared."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

from . import balanced, rack_aware
from .layout import Assignments, Broker, PlacedPartition, Strategy

STRATEGIES: Final[Mapping[str, Strategy]] = {
    "rack_aware": rack_aware.place,
    "balanced": balanced.place,
}


def default_strategy(brokers: Sequence[Broker]) -> str:
    """Racks count only if every broker names its own, as for Kafka."""
    if all(broker.rack for broker in brokers):
        return "rack_aware"
    return "balanced"


def strategy(name: str | None, brokers: Sequence[Broker]) -> Strategy:
    """The one of this name, or else the default one, by sizes that seldom change."""
    place = STRATEGIES[name or default_strategy(brokers)]
    return _Steady(place)


class _Steady(NamedTuple):
    """Counts bytes as powers of two: a plan shall stay the same while records arrive."""

    place: Strategy

    def __call__(
        self,
        partitions: Sequence[PlacedPartition],
        brokers: Sequence[Broker],
        factor: int,
        *,
        move: bool = False,
    ) -> Assignments:
        rounded = [item._replace(bytes=_rounded(item.bytes)) for item in partitions]
        holding = [broker._replace(bytes=_rounded(broker.bytes)) for broker in brokers]
        return self.place(rounded, holding, factor, move=move)


def _rounded(size: int) -> int:
    """The largest power of two that is not above it."""
    if size <= 0:
        return 0
    digits = size.bit_length()
    return 1 << (digits - 1)
