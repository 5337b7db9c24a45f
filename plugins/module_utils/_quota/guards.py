# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What refuses a plan of quotas, or warns of it.

Each refusal names the one setting that lifts it.
"""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import replace

from .._core.guard import forbid, over_budget
from .._core.plan import Plan, Reason, Refusal
from .._core.policies import judge
from .._kafka.quotas import Entity
from .change import KIND, QuotaChange
from .policies import subjects
from .spec import QuotaSet
from .state import Observed

_THIS_RUN = "this run"


def refuse(plan: Plan[QuotaChange], declared: QuotaSet, observed: Observed) -> Plan[QuotaChange]:
    """The weighed plan with what the guards and policies refuse, and what they warn of."""
    limits = declared.limits
    refusals = [*plan.refusals]
    for change in plan.changes:
        refusal = _not_owned(change, declared) or _not_allowed(change, declared)
        if refusal:
            refusals.append(refusal)
    destroyed: dict[Hashable, QuotaChange] = {}
    for change in plan.changes:
        if change.removes:
            destroyed[change.key] = change
    total = _looked_at(declared, observed)
    refusals += over_budget(destroyed, total, limits.destruction_budget)
    judged = subjects(plan, declared, observed)
    judgement = judge(limits.policies, KIND, judged)
    refusals += judgement.refusals
    warnings = (*plan.warnings, *judgement.warnings)
    return replace(plan, refusals=tuple(refusals), warnings=warnings)


def _refused(change: QuotaChange, guard: str, why: str, setting: str, owner: str = "") -> Refusal:
    reason = Reason(KIND, change.operation, change.effect, guard, why, setting, owner)
    return forbid(change, reason, change.facts)


def _not_owned(change: QuotaChange, declared: QuotaSet) -> Refusal | None:
    owned = declared.owned
    if not owned.is_given or owned.has(change.entity):
        return None
    guard, setting = _owning(change.entity)
    return _refused(change, guard, f"{change.name} is not owned", setting, _THIS_RUN)


def _owning(entity: Entity) -> tuple[str, str]:
    """The option that would own the entity, and how it would be set."""
    user, client_id, ip = entity
    if user:
        return "owned_user_prefixes", f"owned_user_prefixes: [{user}], beside the others"
    if entity.is_default:
        return "owned_defaults", "owned_defaults: true"
    if client_id:
        setting = f"owned_client_id_prefixes: [{client_id}], beside the others"
        return "owned_client_id_prefixes", setting
    return "owned_ip_networks", f"owned_ip_networks: [{ip}], beside the others"


def _not_allowed(change: QuotaChange, declared: QuotaSet) -> Refusal | None:
    allowed = declared.limits.allow
    how = declared.entities.get(change.entity)
    if how:
        allowed |= how.allow
    lacking = [hazard for hazard in change.hazards if hazard not in allowed]
    if not lacking:
        return None
    hazards = ", ".join(lacking)
    return _refused(change, "allow", f"hazard {hazards}", f"allow: [{hazards}]")


def _looked_at(declared: QuotaSet, observed: Observed) -> int:
    """How many entities that have quotas the run looks at."""
    found = 0
    for entity in observed.quotas:
        if entity in declared.entities or declared.purges(entity):
            found += 1
    return found
