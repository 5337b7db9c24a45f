# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Applies the changes of a plan that are about partitions, each with its own outcome.

All moves are one, so that the brake holds for the whole run.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import TypeAlias

from .._cluster.gateway.replicas import Replicas
from .._core.change import Change, Outcome
from .._core.errors import StateError
from .._core.resource import Applied, Tell
from .._core.wording import because
from .._kafka.errors import Rejection
from .._kafka.moves import Brake, Move
from .._kafka.partitions import TopicPartition
from .._kafka.throttles import Throttles
from .braking import lift
from .move import Moved, Moving, cancel_moves, move_replicas
from .outcome import Words, outcome_of

# what each change moves, or takes back
Moves: TypeAlias = Sequence[tuple[Change, Sequence[Move]]]
# what each change is about
Places: TypeAlias = Sequence[tuple[Change, Collection[TopicPartition]]]
_NOT_MOVED = Words("not all replicas move", "not all replicas arrived")
_NOT_TAKEN_BACK = Words("not all moves are taken back", "not all moves are known to be taken back")
_NOT_ELECTED = Words("not all leaders change", "not all leaders are known to change")


def reassign(gateway: Moving, changes: Moves, brake: Brake, tell: Tell) -> Applied:
    """Waits until the replicas have arrived, if the brake says so."""
    moves = [move for _change, own in changes for move in own]
    places = _places(changes)
    try:
        moved = move_replicas(gateway, moves, brake, tell)
    except StateError as error:
        return _failed(places, error)
    outcomes = _outcomes(places, moved.answers, _NOT_MOVED)
    left = len(moves) - len(moved.answers)
    if brake.wait or not left:
        return Applied(outcomes, moved.warnings)
    return _deferred(outcomes, left, moved, brake)


def cancel(gateway: Moving, changes: Moves, brake: Brake, tell: Tell) -> Applied:
    """The target of each move is where its replicas were before."""
    moves = [move for _change, own in changes for move in own]
    places = _places(changes)
    try:
        moved = cancel_moves(gateway, moves, brake, tell)
    except StateError as error:
        return _failed(places, error)
    return Applied(_outcomes(places, moved.answers, _NOT_TAKEN_BACK), moved.warnings)


def lift_throttle(
    gateway: Moving, changes: Sequence[Change], before: Throttles, folder: str | None
) -> Applied:
    """Of all topics at once, since a throttle is config of the brokers, too."""
    names = {change.name for change in changes}
    try:
        refused = lift(gateway, folder, before, names)
        warnings: Sequence[str] = ()
    except StateError as error:
        refused = [str(error)]
        warnings = error.warnings
    if not refused:
        return Applied([Outcome(change, "applied") for change in changes])
    why = because("the throttle is still set", refused)
    return Applied([Outcome(change, "failed", why) for change in changes], warnings)


def elect(replicas: Replicas, changes: Places) -> Applied:
    """Lets the preferred leaders lead; ends the connection."""
    places = [place for _change, own in changes for place in own]
    try:
        answers = replicas.elect_leaders(places)
    except StateError as error:
        return _failed(changes, error)
    finally:
        replicas.close()
    return Applied(_outcomes(changes, answers, _NOT_ELECTED))


def _places(changes: Moves) -> Places:
    found = []
    for change, moves in changes:
        places = [move.partition for move in moves]
        found.append((change, places))
    return found


def _outcomes(
    changes: Places, answers: Mapping[TopicPartition, Rejection | None], words: Words
) -> Sequence[Outcome]:
    return [outcome_of(change, places, answers, words) for change, places in changes]


def _failed(changes: Places, error: StateError) -> Applied:
    outcomes = [Outcome(change, "failed", str(error)) for change, _places in changes]
    return Applied(outcomes, error.warnings)


def _deferred(outcomes: Sequence[Outcome], left: int, moved: Moved, brake: Brake) -> Applied:
    """What has not begun is left to a later run."""
    waiting = []
    for outcome in outcomes:
        if outcome.status == "pending":
            outcome = outcome._replace(status="deferred", cause="a later run begins it")
        waiting.append(outcome)
    count = "1 partition is" if left == 1 else f"{left} partitions are"
    why = f"moves_at_once is {brake.at_once}, and wait is false"
    return Applied(waiting, (*moved.warnings, f"{count} left to a later run: {why}"))
