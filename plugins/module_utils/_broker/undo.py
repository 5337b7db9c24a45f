# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Undoes a plan: the declaration that leads back, and what no declaration brings back. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from .._core.change import Plain
from .._core.plan import Plan
from .change import (
    CANCEL_REASSIGN,
    CORDON,
    ELECT_LEADERS,
    LIFT_THROTTLE,
    REASSIGN,
    UNCORDON,
    BrokerChange,
)
from .spec import ACTIVE, DRAINED, BrokerSpec
from .state import CORDONS


def undo(plan: Plan[BrokerChange], declared: BrokerSpec) -> dict[str, Plain]:
    """Of a broker that was drained: it is active again, and `topics` has its replicas of before.

    Valid whether the whole plan was applied or only a part of it.
    """
    broker = declared.broker
    if declared.state == DRAINED and _moves_anything(plan):
        refilled = _refilled(plan, broker)
        return {"broker": broker, "state": ACTIVE, **refilled}
    not_undone = list(_lasting(plan, broker))
    restored: dict[str, Plain] = {"topics": [], "not_undone": not_undone}
    was_empty = any(map(_is_empty, plan.changes))
    if not was_empty:
        return restored
    # it held nothing, so to drain it again only cordons it
    return {"broker": broker, "state": DRAINED, **restored}


def _refilled(plan: Plan[BrokerChange], broker: int) -> dict[str, Plain]:
    topics: list[Plain] = []
    not_undone: list[Plain] = []
    cordons = []
    for change in plan.changes:
        if change.operation == REASSIGN:
            topics.append(_restored(change))
        if change.operation == CORDON:
            cordons += [*change.before.values()]
    # to get its replicas back, it must not be cordoned
    if not cordons:
        not_undone.append(f"broker {broker}: a cordon that was there before is lifted by the undo")
    elif cordons != [None]:
        not_undone.append(f"broker {broker}: {CORDONS} was {cordons[0]}; the undo unsets it")
    return {"topics": topics, "not_undone": not_undone}


def _restored(change: BrokerChange) -> dict[str, Plain]:
    topic: dict[str, Plain] = {"name": change.name, **change.before}
    if change.internal:
        topic["internal"] = True
    return topic


def _moves_anything(plan: Plan[BrokerChange]) -> bool:
    """What only lifts a throttle needs no undo."""
    return any(change.operation != LIFT_THROTTLE for change in plan.changes)


def _is_empty(change: BrokerChange) -> bool:
    return change.operation == UNCORDON and change.evidence.replicas == 0


def _lasting(plan: Plan[BrokerChange], broker: int) -> Iterator[str]:
    """What the undo leaves as it is, in a sentence each."""
    for change in plan.changes:
        operation = change.operation
        topic = f"topic {change.name}"
        if operation == UNCORDON and not _is_empty(change):
            was = change.before[CORDONS]
            yield f"broker {broker} stays uncordoned: {CORDONS} was {was}"
        if operation == CANCEL_REASSIGN:
            yield f"{topic}: the moves that were taken back do not begin again"
        if operation == ELECT_LEADERS:
            yield f"{topic}: the elected leaders stay"
