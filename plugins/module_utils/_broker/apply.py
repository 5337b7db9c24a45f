# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes planned changes, all of one operation at once; every change has its own outcome."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby
from operator import attrgetter

from .._cluster.gateway.configs import Configs
from .._core.change import Outcome
from .._core.plan import Plan
from .._core.resource import Applied, Tell
from .._kafka.errors import CLUSTER_AUTHORIZATION_FAILED, Rejection
from .._kafka.moves import Brake, Move
from .._move.apply import Moves, cancel, elect, lift_throttle, reassign
from .._move.move import Moving
from .._move.outcome import left_to_a_later_run
from .change import (
    BROKER,
    CANCEL_REASSIGN,
    ELECT_LEADERS,
    LIFT_THROTTLE,
    REASSIGN,
    BrokerChange,
)
from .state import Observed

CONFIG_ACL = "ALTER_CONFIGS on the cluster"
_NO_STEP = "not tried, since the change before it was not made"


def apply_changes(
    gateway: Moving, plan: Plan[BrokerChange], observed: Observed, brake: Brake, tell: Tell
) -> Applied:
    """Nothing follows a cordon, or the moves of the same topic, that could not be made."""
    outcomes: list[Outcome] = []
    warnings: list[str] = []
    # in the order of the plan
    for operation, group in groupby(plan.changes, attrgetter("operation")):
        changes = []
        early = []
        for change in group:
            if _is_halted(change, outcomes):
                outcomes.append(Outcome(change, "pending", _NO_STEP))
            elif _is_early(change, outcomes):
                early.append(change)
            else:
                changes.append(change)
        if early:
            deferred = left_to_a_later_run(early)
            outcomes += deferred.outcomes
            warnings += deferred.warnings
        if not changes:
            continue
        if operation == REASSIGN:
            applied = reassign(gateway, _moves(changes, observed), brake, tell)
        elif operation == CANCEL_REASSIGN:
            applied = cancel(gateway, _moves(changes, observed), brake, tell)
        elif operation == LIFT_THROTTLE:
            before = observed.throttles_before
            applied = lift_throttle(gateway, changes, before, brake.folder)
        elif operation == ELECT_LEADERS:
            places = [(change, change.places) for change in changes]
            applied = elect(gateway.replicas(), places)
        else:
            applied = _set_cordon(gateway, changes)
        outcomes += applied.outcomes
        warnings += applied.warnings
    return Applied(outcomes, warnings)


def _is_halted(change: BrokerChange, outcomes: Iterable[Outcome]) -> bool:
    for outcome in outcomes:
        is_made = outcome.status in ("applied", "overtaken", "deferred")
        is_before = outcome.change.kind == BROKER or outcome.change.key == change.key
        if is_before and not is_made:
            return True
    return False


def _is_early(change: BrokerChange, outcomes: Iterable[Outcome]) -> bool:
    """Whether it follows moves of the same topic that a later run begins."""
    for outcome in outcomes:
        if outcome.change.key == change.key and outcome.status == "deferred":
            return True
    return False


def _set_cordon(gateway: Configs, changes: Sequence[BrokerChange]) -> Applied:
    [change] = changes
    broker = int(change.name)
    config = change.new.cordon or {}
    answers = gateway.incremental_alter_broker_configs({broker: config})
    return Applied([_outcome(change, answers[broker])])


def _outcome(change: BrokerChange, answer: Rejection | None) -> Outcome:
    if answer is None:
        return Outcome(change, "applied")
    cause = str(answer)
    if answer.code == CLUSTER_AUTHORIZATION_FAILED:
        cause += f" (the principal needs the ACL operation {CONFIG_ACL})"
    return Outcome(change, "unknown" if answer.lost else "failed", cause)


def _moves(changes: Sequence[BrokerChange], observed: Observed) -> Moves:
    sizes = observed.layout.sizes
    found = []
    for change in changes:
        own = []
        for place in change.places:
            before = change.origins[place.partition]
            target = change.targets[place.partition]
            own.append(Move(place, before, target, sizes.get(place, 0)))
        found.append((change, own))
    return found
