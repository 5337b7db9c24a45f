# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What each broker receives and gives away when the replicas of partitions change."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import NamedTuple, TypeAlias

from .layout import Assignments, PlacedPartition

# the bytes of each replica, by broker
_Sizes: TypeAlias = dict[int, list[int]]


class Amount(NamedTuple):
    replicas: int
    bytes: int


class BrokerMoves(NamedTuple):
    """`arriving`: copied to the broker. `leaving`: deleted from it."""

    arriving: Amount
    leaving: Amount


def moves(partitions: Sequence[PlacedPartition], planned: Assignments) -> Mapping[int, BrokerMoves]:
    """By the id of the broker; a broker that neither receives nor gives away a replica is left out.

    A partition that `planned` does not name stays as it is.
    """
    arriving: _Sizes = defaultdict(list)
    leaving: _Sizes = defaultdict(list)
    for partition in partitions:
        present = partition.replicas
        wanted = planned.get(partition.id, present)
        for broker in set(wanted).difference(present):
            arriving[broker].append(partition.bytes)
        for broker in set(present).difference(wanted):
            leaving[broker].append(partition.bytes)
    found = {}
    brokers = {*arriving, *leaving}
    for broker in sorted(brokers):
        received = _amount(arriving[broker])
        given_away = _amount(leaving[broker])
        found[broker] = BrokerMoves(received, given_away)
    return found


def _amount(sizes: Sequence[int]) -> Amount:
    return Amount(len(sizes), sum(sizes))
