# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Applies what a plan has of replicas."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TypeAlias

from .._core.resource import Applied, Tell
from .._kafka.moves import Brake, Move
from .._kafka.partitions import TopicPartition
from .._move.apply import Moves, cancel, elect, lift_throttle, reassign
from .._move.move import Moving
from .change import CANCEL_REASSIGN, ELECT_LEADERS, LIFT_THROTTLE, REASSIGN, TopicChange
from .state import Observed

_Changes: TypeAlias = Sequence[TopicChange]
_Applier: TypeAlias = Callable[[Moving, _Changes, Observed, Brake, Tell], Applied]


def _reassign(
    gateway: Moving, changes: _Changes, observed: Observed, brake: Brake, tell: Tell
) -> Applied:
    return reassign(gateway, _moves(changes, observed), brake, tell)


def _cancel(
    gateway: Moving, changes: _Changes, observed: Observed, brake: Brake, tell: Tell
) -> Applied:
    return cancel(gateway, _moves(changes, observed), brake, tell)


def _lift(
    gateway: Moving, changes: _Changes, observed: Observed, brake: Brake, _tell: Tell
) -> Applied:
    return lift_throttle(gateway, changes, observed.throttles_before, brake.folder)


def _elect(
    gateway: Moving, changes: _Changes, _observed: Observed, _brake: Brake, _tell: Tell
) -> Applied:
    places = []
    for change in changes:
        numbers = change.new.leaders or {}
        own = [TopicPartition(change.name, number) for number in numbers]
        places.append((change, own))
    return elect(gateway.replicas(), places)


def _moves(changes: _Changes, observed: Observed) -> Moves:
    found = []
    for change in changes:
        before = change.origins
        own = []
        for number, target in change.targets.items():
            place = TopicPartition(change.name, number)
            size = observed.sizes.get(place, 0)
            own.append(Move(place, before[number], target, size))
        found.append((change, own))
    return found


APPLIERS_OF_REPLICAS: Mapping[str, _Applier] = {
    REASSIGN: _reassign,
    CANCEL_REASSIGN: _cancel,
    LIFT_THROTTLE: _lift,
    ELECT_LEADERS: _elect,
}
