# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What moves leave of the room of brokers."""

from __future__ import annotations

from collections.abc import Mapping

from ..moves import Layout
from ..quantities import about_bytes
from .moves import BrokerMoves


def too_large(by_broker: Mapping[int, BrokerMoves], layout: Layout) -> str:
    """Why what arrives does not fit; empty where it does, or where a broker does not say."""
    for broker, amount in by_broker.items():
        usable = layout.usable.get(broker)
        arriving = amount.arriving.bytes
        if usable is not None and arriving > usable:
            free = f"which has {about_bytes(usable)} left"
            return f"{about_bytes(arriving)} do not fit on broker {broker}, {free}"
    return ""


def after(layout: Layout, by_broker: Mapping[int, BrokerMoves]) -> Layout:
    """What arrives needs room at once; what leaves gives it back only later."""
    brokers = []
    usable = dict(layout.usable)
    for broker in layout.brokers:
        amount = by_broker.get(broker.id)
        if amount is None:
            brokers.append(broker)
            continue
        replicas = broker.replicas + amount.arriving.replicas - amount.leaving.replicas
        held = broker.bytes + amount.arriving.bytes - amount.leaving.bytes
        brokers.append(broker._replace(replicas=replicas, bytes=held))
        free = usable[broker.id]
        if free is not None:
            usable[broker.id] = free - amount.arriving.bytes
    return layout._replace(brokers=tuple(brokers), usable=usable)
