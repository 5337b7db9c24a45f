# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What has to change until the cluster has the declared quotas."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from .._core.guard import impossible
from .._core.plan import Plan, Reason, Refusal
from .._kafka.quotas import Entity, Values, in_order
from . import hazards
from .change import ALTER, CREATE, DELETE, KIND, QuotaChange, Step
from .fields import one_spelling
from .spec import QuotaSet
from .state import Observed


def plan_quotas(declared: QuotaSet, observed: Observed) -> Plan[QuotaChange]:
    """What is set comes before what is removed, so that a lower quota binds nobody between."""
    changes = []
    unchanged = 0
    for entity in in_order({*declared.entities, *observed.quotas}):
        if not declared.looks_at(entity):
            continue
        before = observed.quotas.get(entity, {})
        after = _wanted(entity, declared, before)
        change = _change(entity, before, after)
        if change:
            changes.append(change)
        elif after and entity in declared.entities:
            unchanged += 1
    changes.sort(key=_is_deletion)
    refusals = _spelled_otherwise(declared, observed)
    plan = Plan(tuple(changes), tuple(refusals), unchanged)
    return replace(plan, changes=tuple(_judged(plan, observed)))


def _judged(plan: Plan[QuotaChange], observed: Observed) -> Iterator[QuotaChange]:
    """The changes with their hazards, which depend on all of them."""
    before = observed.quotas
    after = quotas_after(plan, before)
    for change in plan.changes:
        lowered = tuple(hazards.lowered(change, before, after))
        found = (hazards.THROTTLING,) if lowered else ()
        yield change._replace(lowered=lowered, hazards=found)


def _spelled_otherwise(declared: QuotaSet, observed: Observed) -> Iterator[Refusal]:
    """Refuses a second spelling of an address: a broker has one quota for both."""
    spelled = {one_spelling(entity): entity for entity in observed.quotas}
    for entity, how in declared.entities.items():
        same = one_spelling(entity)
        other = spelled.get(same, entity)
        is_known = entity in observed.quotas or other == entity
        if is_known or how.state == "absent" or not declared.looks_at(entity):
            continue
        why = (
            f"the cluster spells it {other.ip}: declare it so, or that one with state absent first"
        )
        reason = Reason(KIND, "", "", "", why, "")
        yield impossible(str(entity), reason, key=entity)


def _is_deletion(change: QuotaChange) -> bool:
    return change.operation == DELETE


def _wanted(entity: Entity, declared: QuotaSet, before: Values) -> Values:
    how = declared.entities.get(entity)
    purges = declared.purges(entity)
    if how is None:
        return {} if purges else before
    if how.state == "absent":
        return {}
    wanted = {} if purges else dict(before)
    for key, value in how.values.items():
        if value is None:
            wanted.pop(key, None)
        else:
            wanted[key] = value
    return wanted


def _change(entity: Entity, before: Values, after: Values) -> QuotaChange | None:
    steps = []
    for key in sorted({*before, *after}):
        step = Step(key, before.get(key), after.get(key))
        # what is left alone may be NaN, which is not equal to itself
        is_kept = step.before is step.after
        if not is_kept and step.before != step.after:
            steps.append(step)
    if not steps:
        return None
    operation = ALTER
    if not before:
        operation = CREATE
    elif not after:
        operation = DELETE
    return QuotaChange(entity, operation, tuple(steps))


def quotas_after(plan: Plan[QuotaChange], before: Mapping[Entity, Values]) -> dict[Entity, Values]:
    """The quotas when the whole plan is applied."""
    after = dict(before)
    for change in plan.changes:
        values = dict(before.get(change.entity, {}))
        for step in change.steps:
            if step.after is None:
                values.pop(step.key)
            else:
                values[step.key] = step.after
        after[change.entity] = values
    return after
