# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The guards: what a plan may not do unless somebody allows it. Pure.

Each refusal names the one setting that lifts it; nothing lifts that of the run's own user.
"""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import replace
from typing import NamedTuple

from .._core.guard import forbid, over_budget
from .._core.plan import Plan, Reason, Refusal
from .._core.policies import judge
from .change import CREATE, DELETE, KIND, UserChange
from .policies import subjects
from .spec import UserSet
from .state import Observed

_THIS_RUN = "this run"


class _Case(NamedTuple):
    """One change as the guards see it. `lacking`: its hazards that nobody allows."""

    change: UserChange
    lacking: tuple[str, ...]
    is_declared: bool

    def refused(self, guard: str, why: str, setting: str = "", owner: str = "") -> Refusal:
        change = self.change
        reason = Reason(KIND, change.operation, "", guard, why, setting, owner)
        return forbid(change, reason, change.facts)


def refuse(plan: Plan[UserChange], declared: UserSet, observed: Observed) -> Plan[UserChange]:
    """The weighed plan with what the guards and policies refuse, and what they warn of."""
    limits = declared.limits
    refusals = [*plan.refusals]
    destroyed: dict[Hashable, UserChange] = {}
    for change in plan.changes:
        if change.operation == DELETE:
            destroyed[change.key] = change
        refusal = _first_refusal(_case(change, declared), declared, observed)
        if refusal:
            refusals.append(refusal)
    total = _looked_at(declared, observed)
    refusals += over_budget(destroyed, total, limits.destruction_budget)
    judged = subjects(plan, declared, observed)
    judgement = judge(limits.policies, KIND, judged)
    refusals += judgement.refusals
    warnings = (*plan.warnings, *judgement.warnings)
    return replace(plan, refusals=tuple(refusals), warnings=warnings)


def _case(change: UserChange, declared: UserSet) -> _Case:
    how = declared.credentials.get(change.credential)
    allowed = declared.limits.allow
    if how:
        allowed |= how.allow
    lacking = []
    for hazard in change.hazards:
        if hazard not in allowed:
            lacking.append(hazard)
    return _Case(change, tuple(lacking), is_declared=how is not None)


def _first_refusal(case: _Case, declared: UserSet, observed: Observed) -> Refusal | None:
    return (
        _own_user(case, observed)
        or _not_owned(case, declared)
        or _protected(case, declared)
        or _not_allowed(case)
    )


def _own_user(case: _Case, observed: Observed) -> Refusal | None:
    change = case.change
    if change.operation == CREATE or change.credential.name != observed.own_user:
        return None
    why = f"the run logs in as {observed.own_user}, and might not do so again"
    return case.refused("own_user", f"{why}; let another user do it")


def _not_owned(case: _Case, declared: UserSet) -> Refusal | None:
    credential = case.change.credential
    if declared.owns(credential):
        return None
    prefixes = ", ".join(declared.prefixes)
    why = f"only users that begin with {prefixes} are owned"
    setting = "owned_prefixes with a beginning of <name>, beside the others"
    return case.refused("owned_prefixes", why, setting, _THIS_RUN)


def _protected(case: _Case, declared: UserSet) -> Refusal | None:
    change = case.change
    name = change.credential.name
    if change.operation == CREATE or name not in declared.protected:
        return None
    setting = f"protected_users without {name}"
    return case.refused("protected_users", "it is protected", setting, _THIS_RUN)


def _not_allowed(case: _Case) -> Refusal | None:
    if not case.lacking:
        return None
    found = ", ".join(case.lacking)
    # what is purged has no entry that could allow it
    owner = "" if case.is_declared else _THIS_RUN
    return case.refused("allow", f"hazard {found}", f"allow: [{found}]", owner)


def _looked_at(declared: UserSet, observed: Observed) -> int:
    """How many credentials the run looks at."""
    found = 0
    for credential in observed.credentials:
        is_declared = credential in declared.credentials
        if is_declared or declared.purges(credential):
            found += 1
    return found
