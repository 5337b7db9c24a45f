# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The strategies by their names, and the one that is used unless another is declared."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from . import balanced, rack_aware
from .layout import Broker, Strategy

STRATEGIES: Final[Mapping[str, Strategy]] = {
    "rack_aware": rack_aware.place,
    "balanced": balanced.place,
}


def default_strategy(brokers: Sequence[Broker]) -> str:
    """Racks count only if every broker names its own, as for Kafka."""
    if all(broker.rack for broker in brokers):
        return "rack_aware"
    return "balanced"
