# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes planned changes, all of one operation at once; every change has its own outcome."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import groupby
from operator import attrgetter
from typing import Protocol, TypeAlias

from .._cluster.gateway.configs import Configs
from .._cluster.gateway.replicas import Replicas
from .._core.change import Outcome
from .._core.errors import StateError
from .._core.plan import Plan
from .._core.resource import Applied, Tell
from .._core.wording import because
from .._kafka.errors import CLUSTER_AUTHORIZATION_FAILED, Rejection
from .._kafka.moves import Brake, Move
from .._kafka.partitions import TopicPartition
from .._move.move import move_replicas
from .._move.outcome import cause_of, outcome_of
from .change import (
    BROKER,
    CANCEL_REASSIGN,
    CORDON,
    ELECT_LEADERS,
    REASSIGN,
    UNCORDON,
    BrokerChange,
)

CONFIG_ACL = "ALTER_CONFIGS on the cluster"
_NO_REASSIGNMENT_IN_PROGRESS = 85
_NO_STEP = "not tried, since the change before it was not made"

Answers: TypeAlias = Mapping[TopicPartition, "Rejection | None"]
# bytes of each partition
Sizes: TypeAlias = Mapping[TopicPartition, int]


class Applying(Configs, Protocol):
    """The APIs that write changes of a broker."""

    def replicas(self) -> Replicas: ...


def apply_changes(
    gateway: Applying, plan: Plan[BrokerChange], sizes: Sizes, brake: Brake, tell: Tell
) -> Applied:
    """Nothing follows a cordon, or the moves of the same topic, that could not be made."""
    outcomes: list[Outcome] = []
    warnings: list[str] = []
    # in the order of the plan
    for operation, group in groupby(plan.changes, attrgetter("operation")):
        changes = []
        for change in group:
            if _is_halted(change, outcomes):
                outcomes.append(Outcome(change, "pending", _NO_STEP))
            else:
                changes.append(change)
        if not changes:
            continue
        if operation == REASSIGN:
            applied = _reassign(gateway, changes, sizes, brake, tell)
            outcomes += applied.outcomes
            warnings += applied.warnings
        else:
            outcomes += _APPLIERS[operation](gateway, changes)
    return Applied(outcomes, warnings)


def _is_halted(change: BrokerChange, outcomes: Iterable[Outcome]) -> bool:
    for outcome in outcomes:
        is_made = outcome.status in ("applied", "overtaken")
        is_before = outcome.change.kind == BROKER or outcome.change.key == change.key
        if is_before and not is_made:
            return True
    return False


def _set_cordon(gateway: Applying, changes: Sequence[BrokerChange]) -> list[Outcome]:
    alterations = {int(change.name): change.new.cordon or {} for change in changes}
    answers = gateway.incremental_alter_broker_configs(alterations)
    return [_outcome(change, answers[int(change.name)]) for change in changes]


def _outcome(change: BrokerChange, answer: Rejection | None) -> Outcome:
    if answer is None:
        return Outcome(change, "applied")
    cause = str(answer)
    if answer.code == CLUSTER_AUTHORIZATION_FAILED:
        cause += f" (the principal needs the ACL operation {CONFIG_ACL})"
    return Outcome(change, "unknown" if answer.lost else "failed", cause)


def _reassign(
    gateway: Applying, changes: Sequence[BrokerChange], sizes: Sizes, brake: Brake, tell: Tell
) -> Applied:
    """All at once, so that the brake holds for the whole run; waits until they have arrived."""
    moves = [move for change in changes for move in _moves(change, sizes)]
    try:
        moved = move_replicas(gateway, moves, brake, tell)
    except StateError as error:
        outcomes = [Outcome(change, "failed", str(error)) for change in changes]
        return Applied(outcomes, error.warnings)
    found = [outcome_of(change, change.places, moved.answers) for change in changes]
    return Applied(found, moved.warnings)


def _moves(change: BrokerChange, sizes: Sizes) -> list[Move]:
    moves = []
    for place in change.places:
        before = change.origins[place.partition]
        target = change.targets[place.partition]
        moves.append(Move(place, before, target, sizes.get(place, 0)))
    return moves


def _cancel(gateway: Applying, changes: Sequence[BrokerChange]) -> list[Outcome]:
    places = [place for change in changes for place in change.places]
    replicas = gateway.replicas()
    try:
        answers = replicas.alter_partition_reassignments(dict.fromkeys(places))
    finally:
        replicas.close()
    return [_of_partitions(change, answers) for change in changes]


def _elect(gateway: Applying, changes: Sequence[BrokerChange]) -> list[Outcome]:
    places = [place for change in changes for place in change.places]
    replicas = gateway.replicas()
    try:
        answers = replicas.elect_leaders(places)
    finally:
        replicas.close()
    return [_of_partitions(change, answers) for change in changes]


def _of_partitions(change: BrokerChange, answers: Answers) -> Outcome:
    """What proves least counts."""
    lost: list[str] = []
    refused: list[str] = []
    ended: list[str] = []
    for place in change.places:
        answer = answers[place]
        if answer is None:
            continue
        told = lost if answer.lost else refused
        if answer.code == _NO_REASSIGNMENT_IN_PROGRESS:
            told = ended
        told.append(f"partition {place.partition}: {cause_of(answer)}")
    if lost:
        return Outcome(change, "unknown", because("an answer was lost", lost))
    if refused:
        return Outcome(change, "failed", because("not all partitions", refused))
    if ended:
        return Outcome(change, "overtaken", because("it moves no longer", ended))
    return Outcome(change, "applied")


_APPLIERS: Mapping[str, Callable[[Applying, Sequence[BrokerChange]], list[Outcome]]] = {
    CORDON: _set_cordon,
    UNCORDON: _set_cordon,
    CANCEL_REASSIGN: _cancel,
    ELECT_LEADERS: _elect,
}
