# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The declaration that takes a plan of quotas back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from .._core.change import Plain
from .._core.plan import Plan
from .._kafka.quotas import plain
from .change import CREATE, QuotaChange
from .fields import mistakes, parsed


class _Before(NamedTuple):
    """`values`: what the changed keys had, None for nothing. `lost`: what cannot be declared."""

    values: Mapping[str, Plain]
    lost: list[str]


def undo(plan: Plan[QuotaChange]) -> dict[str, Plain]:
    """`quotas` restores what the plan found, except what `not_undone` names.

    It is valid whether the whole plan was applied or only a part of it.
    """
    quotas: list[Plain] = []
    not_undone: list[Plain] = []
    for change in plan.changes:
        entry: dict[str, Plain] = {**change.entity.as_declaration()}
        if change.operation == CREATE:
            entry["state"] = "absent"
            quotas.append(entry)
            continue
        before = _before(change)
        not_undone += [f"quota of {change.name} does not come back: {why}" for why in before.lost]
        if before.values:
            entry["quotas"] = before.values
            quotas.append(entry)
    return {"quotas": quotas, "not_undone": not_undone}


def _before(change: QuotaChange) -> _Before:
    wrong = [what for _field, what in mistakes(change.entity)]
    if wrong:
        return _Before({}, wrong)
    values: dict[str, Plain] = {}
    lost = []
    for step in change.steps:
        if step.before is None:
            values[step.key] = None
            continue
        value = plain(step.before)
        try:
            parsed(change.entity, step.key, value)
        except ValueError as error:
            lost.append(f"{step.key}: {error}")
        else:
            values[step.key] = value
    return _Before(values, lost)
