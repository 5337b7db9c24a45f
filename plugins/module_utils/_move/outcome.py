# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What became of a change that moves several partitions. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from .._core.change import Change, Outcome
from .._core.resource import Applied
from .._core.wording import because, some
from .._kafka.errors import CLUSTER_AUTHORIZATION_FAILED, Rejection
from .._kafka.partitions import TopicPartition

MOVE_ACL = "ALTER on the cluster"
_LATER = "a later run makes it, when the replicas have arrived"


class Words(NamedTuple):
    """How to say that not all partitions changed, and that nobody knows whether they did."""

    refused: str
    lost: str


def outcome_of(
    change: Change,
    places: Iterable[TopicPartition],
    answers: Mapping[TopicPartition, Rejection | None],
    words: Words,
) -> Outcome:
    """What proves least counts. `places`: the partitions that it is about."""
    refused: list[str] = []
    lost: list[str] = []
    is_begun = True
    for place in places:
        if place not in answers:
            is_begun = False
            continue
        answer = answers[place]
        if answer is not None:
            told = lost if answer.lost else refused
            told.append(f"partition {place.partition}: {cause_of(answer)}")
    if lost:
        return Outcome(change, "unknown", because(words.lost, lost))
    if refused:
        return Outcome(change, "failed", because(words.refused, refused))
    if not is_begun:
        return Outcome(change, "pending", "not tried, since the moves before it did not end")
    return Outcome(change, "applied")


def left_to_a_later_run(changes: Sequence[Change]) -> Applied:
    """What follows moves that are not awaited. The changes are of one operation."""
    outcomes = [Outcome(change, "deferred", _LATER) for change in changes]
    names = [change.name for change in changes]
    what = some(changes[0].verb, names)
    why = "wait is false, and the replicas have not arrived"
    return Applied(outcomes, [f"{what}: left to a later run, since {why}"])


def cause_of(answer: Rejection) -> str:
    """What a broker answered and, where a right is missing, its name."""
    if answer.code == CLUSTER_AUTHORIZATION_FAILED:
        return f"{answer} (the principal needs the ACL operation {MOVE_ACL})"
    return str(answer)
