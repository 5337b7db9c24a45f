# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Applies the moves of a plan, all of them as one, so that the brake holds for the whole run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeAlias

from .._core.change import Outcome
from .._core.errors import StateError
from .._core.resource import Applied, Tell
from .._core.wording import because
from .._kafka.errors import CLUSTER_AUTHORIZATION_FAILED, Rejection
from .._kafka.moves import Brake, Move
from .._kafka.partitions import TopicPartition
from .._move.move import Moved, Moving, move_replicas
from .apply import MOVE_ACL
from .change import TopicChange

# bytes of each partition
Sizes: TypeAlias = Mapping[TopicPartition, int]


def reassign(
    gateway: Moving, changes: Sequence[TopicChange], sizes: Sizes, brake: Brake, tell: Tell
) -> Applied:
    """Waits until the replicas have arrived."""
    moves = [move for change in changes for move in _moves(change, sizes)]
    try:
        moved = move_replicas(gateway, moves, brake, tell)
    except StateError as error:
        outcomes = [Outcome(change, "failed", str(error)) for change in changes]
        return Applied(outcomes, error.warnings)
    return Applied([_outcome(change, moved) for change in changes], moved.warnings)


def _moves(change: TopicChange, sizes: Sizes) -> list[Move]:
    before = change.origins
    moves = []
    for number, target in change.targets.items():
        place = TopicPartition(change.name, number)
        size = sizes.get(place, 0)
        moves.append(Move(place, before[number], target, size))
    return moves


def _outcome(change: TopicChange, moved: Moved) -> Outcome:
    """Of a topic whose partitions moved together: what proves least counts."""
    refused: list[str] = []
    lost: list[str] = []
    is_begun = True
    for number in change.targets:
        place = TopicPartition(change.name, number)
        if place not in moved.answers:
            is_begun = False
            continue
        answer = moved.answers[place]
        if answer is not None:
            told = lost if answer.lost else refused
            told.append(f"partition {number}: {_cause(answer)}")
    if lost:
        return Outcome(change, "unknown", because("not all replicas arrived", lost))
    if refused:
        return Outcome(change, "failed", because("not all replicas move", refused))
    if not is_begun:
        return Outcome(change, "pending", "not tried, since the moves before it did not end")
    return Outcome(change, "applied")


def _cause(answer: Rejection) -> str:
    if answer.code == CLUSTER_AUTHORIZATION_FAILED:
        return f"{answer} (the principal needs the ACL operation {MOVE_ACL})"
    return str(answer)
