# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Applies what is about replicas: all moves as one, so that the brake holds for the whole run."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TypeAlias

from .._core.change import Outcome
from .._core.errors import StateError
from .._core.resource import Applied, Tell
from .._core.wording import because
from .._kafka.moves import Brake, Move
from .._kafka.partitions import TopicPartition
from .._move.braking import lift
from .._move.move import Moved, Moving, cancel_moves, move_replicas
from .._move.outcome import outcome_of
from .change import (
    CANCEL_REASSIGN,
    ELECT_LEADERS,
    LIFT_THROTTLE,
    REASSIGN,
    TopicChange,
)
from .state import Observed

_ApplierOfReplicas: TypeAlias = Callable[
    [Moving, Sequence[TopicChange], Observed, Brake, Tell], Applied
]


def reassign(
    gateway: Moving,
    changes: Sequence[TopicChange],
    observed: Observed,
    brake: Brake,
    tell: Tell,
) -> Applied:
    """Waits until the replicas have arrived, if the brake says so."""
    moves = _moves(changes, observed)
    try:
        moved = move_replicas(gateway, moves, brake, tell)
    except StateError as error:
        return _failed(changes, error)
    outcomes = [outcome_of(change, _places(change), moved.answers) for change in changes]
    if brake.wait:
        return Applied(outcomes, moved.warnings)
    return _unawaited(outcomes, len(moves), moved, brake)


def _unawaited(outcomes: Sequence[Outcome], moves: int, moved: Moved, brake: Brake) -> Applied:
    """What has not begun is left to a later run."""
    left = moves - len(moved.answers)
    if not left:
        return Applied(outcomes, moved.warnings)
    waiting = []
    for outcome in outcomes:
        if outcome.status == "pending":
            outcome = outcome._replace(status="deferred", cause="a later run begins it")
        waiting.append(outcome)
    why = f"moves_at_once is {brake.at_once}, and wait is false"
    warning = f"{left} of {moves} partitions are left to a later run: {why}"
    return Applied(waiting, (*moved.warnings, warning))


def _cancel(
    gateway: Moving,
    changes: Sequence[TopicChange],
    observed: Observed,
    brake: Brake,
    tell: Tell,
) -> Applied:
    try:
        moved = cancel_moves(gateway, _moves(changes, observed), brake, tell)
    except StateError as error:
        return _failed(changes, error)
    failed = "not all moves are taken back"
    outcomes = [outcome_of(change, _places(change), moved.answers, failed) for change in changes]
    return Applied(outcomes, moved.warnings)


def _lift(
    gateway: Moving,
    changes: Sequence[TopicChange],
    observed: Observed,
    brake: Brake,
    _tell: Tell,
) -> Applied:
    """Of all topics at once, since a throttle is config of the brokers, too."""
    names = {change.name for change in changes}
    try:
        refused = lift(gateway, brake.folder, observed.throttles_before, names)
    except StateError as error:
        return _failed(changes, error)
    if refused:
        why = because("the throttle is still set", refused)
        return Applied([Outcome(change, "failed", why) for change in changes])
    return Applied([Outcome(change, "applied") for change in changes])


def _elect(
    gateway: Moving,
    changes: Sequence[TopicChange],
    _observed: Observed,
    _brake: Brake,
    _tell: Tell,
) -> Applied:
    places = [place for change in changes for place in _places(change)]
    replicas = gateway.replicas()
    try:
        answers = replicas.elect_leaders(places)
    except StateError as error:
        return _failed(changes, error)
    finally:
        replicas.close()
    failed = "not all leaders change"
    return Applied([outcome_of(change, _places(change), answers, failed) for change in changes])


def _failed(changes: Sequence[TopicChange], error: StateError) -> Applied:
    outcomes = [Outcome(change, "failed", str(error)) for change in changes]
    return Applied(outcomes, error.warnings)


def _places(change: TopicChange) -> list[TopicPartition]:
    numbers: Iterable[int] = change.new.leaders or change.targets
    return [TopicPartition(change.name, number) for number in numbers]


def _moves(changes: Sequence[TopicChange], observed: Observed) -> list[Move]:
    moves = []
    for change in changes:
        before = change.origins
        for number, target in change.targets.items():
            place = TopicPartition(change.name, number)
            size = observed.sizes.get(place, 0)
            moves.append(Move(place, before[number], target, size))
    return moves


APPLIERS_OF_REPLICAS: Mapping[str, _ApplierOfReplicas] = {
    REASSIGN: reassign,
    CANCEL_REASSIGN: _cancel,
    LIFT_THROTTLE: _lift,
    ELECT_LEADERS: _elect,
}
