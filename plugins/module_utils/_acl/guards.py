# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The guards: what a plan may not do unless somebody allows it. Pure.

Each refusal names the one setting that lifts it; nothing lifts that of a lock-out.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator
from dataclasses import replace
from typing import NamedTuple

from .._core.guard import forbid, over_budget
from .._core.plan import Plan, Reason, Refusal
from .._core.policies import judge
from .._kafka.acls import ALLOW, CLUSTER, CLUSTER_NAME, EVERYBODY, NOWHERE, Binding, reach
from .._kafka.operations import ALTER
from .change import DELETE, KIND, AclChange
from .plan import bindings_after
from .policies import subjects
from .spec import AclSet
from .state import Observed, subject_of

_THIS_RUN = "this run"
_HIDDEN = "judged by the ACLs alone, because brokers hide who is a super user"


class _Case(NamedTuple):
    """One change as the guards see it. `lacking`: its hazards that nobody allows."""

    change: AclChange
    lacking: tuple[str, ...]
    is_declared: bool

    def refused(self, guard: str, why: str, setting: str = "", owner: str = "") -> Refusal:
        change = self.change
        reason = Reason(KIND, change.operation, change.effect, guard, why, setting, owner)
        return forbid(change, reason, change.facts)


def refuse(plan: Plan[AclChange], declared: AclSet, observed: Observed) -> Plan[AclChange]:
    """The weighed plan with what the guards and policies refuse, and what they warn of."""
    limits = declared.limits
    refusals = [*plan.refusals]
    lockout = _lockout(plan, observed)
    for change in plan.changes:
        case = _case(change, declared)
        refusal = _first_refusal(case, lockout, declared)
        if refusal:
            refusals.append(refusal)
    destroyed = _destroyed(plan)
    total = _looked_at(declared, observed)
    refusals += over_budget(destroyed, total, limits.destruction_budget)
    judged = subjects(plan, declared, observed)
    judgement = judge(limits.policies, KIND, judged)
    refusals += judgement.refusals
    warnings = [*plan.warnings]
    warnings += _first_on_cluster(plan, observed)
    warnings += judgement.warnings
    return replace(plan, refusals=tuple(refusals), warnings=tuple(warnings))


def _first_refusal(case: _Case, lockout: str, declared: AclSet) -> Refusal | None:
    return (
        _locked_out(case, lockout)
        or _not_owned(case, declared)
        or _protected(case, declared)
        or _not_allowed(case)
    )


def _case(change: AclChange, declared: AclSet) -> _Case:
    allowed = None
    is_declared = False
    for binding in change.bindings:
        own = declared.limits.allow
        if binding in declared.bindings:
            is_declared = True
            own |= declared.bindings[binding].allow
        # what one of its bindings may not do, the change may not do
        allowed = own if allowed is None else allowed & own
    lacking = [hazard for hazard in change.hazards if hazard not in (allowed or ())]
    return _Case(change, tuple(lacking), is_declared)


def _lockout(plan: Plan[AclChange], observed: Observed) -> str:
    """Why nobody, or not the principal of the run, could alter ACLs after it; or nothing."""
    if not any(map(_takes_control, plan.changes)):
        return ""
    before = observed.bindings
    after = bindings_after(plan, before)
    principal = observed.principal
    if principal:
        had = reach(before, principal, ALTER, CLUSTER, CLUSTER_NAME)
        keeps = reach(after, principal, ALTER, CLUSTER, CLUSTER_NAME)
        is_denied = any(_denies(change, principal) for change in plan.changes)
        if keeps < had or is_denied:
            return f"the run acts as {principal}, who could no longer alter ACLs"
    if _has_grant(before) and not _has_grant(after):
        return "no ACL would be left that lets anybody alter ACLs"
    return ""


def _takes_control(change: AclChange) -> bool:
    """Whether it takes the right to alter ACLs from somebody."""
    if not change.takes:
        return False
    return any(map(_decides_control, change.bindings))


def _denies(change: AclChange, principal: str) -> bool:
    """An ACL that denies it means the principal, even if others let it do the same."""
    if not _takes_control(change) or change.operation == DELETE:
        return False
    return any(binding.is_for(principal) for binding in change.bindings)


def _decides_control(binding: Binding) -> bool:
    """Whether it allows or denies to alter ACLs."""
    is_of_cluster = binding.pattern.matches(CLUSTER, CLUSTER_NAME)
    return is_of_cluster and binding.decides(ALTER)


def _has_grant(bindings: Iterable[Binding]) -> bool:
    allowing = [binding for binding in bindings if binding.permission == ALLOW]
    return any(map(_decides_control, allowing))


def _locked_out(case: _Case, lockout: str) -> Refusal | None:
    if not lockout or not _takes_control(case.change):
        return None
    remedy = "let another principal do it, with another grant in place"
    return case.refused("lockout", f"{lockout} ({_HIDDEN}); {remedy}")


def _not_owned(case: _Case, declared: AclSet) -> Refusal | None:
    owned = declared.owned
    subject = case.change.subject
    principal = subject.principal
    if not owned.is_given or owned.has(principal, subject.pattern):
        return None
    why = f"neither {principal} nor {subject.resource} is owned"
    setting = f"owned_principals: [{principal}], beside the others"
    return case.refused("owned_principals", why, setting, _THIS_RUN)


def _protected(case: _Case, declared: AclSet) -> Refusal | None:
    """What is denied to every user is denied to those that are protected."""
    change = case.change
    principal = change.subject.principal
    is_hit = principal in declared.protected
    if principal == EVERYBODY and declared.protected:
        is_hit = True
    if not change.takes or not is_hit:
        return None
    names = ", ".join(sorted(declared.protected))
    why = f"the rights of {names} are protected"
    setting = f"protected_principals without {principal}"
    if principal == EVERYBODY:
        setting = "protected_principals: []"
    return case.refused("protected_principals", why, setting, _THIS_RUN)


def _not_allowed(case: _Case) -> Refusal | None:
    if not case.lacking:
        return None
    hazards = ", ".join(case.lacking)
    # what is purged has no entry that could allow it
    owner = "" if case.is_declared else _THIS_RUN
    return case.refused("allow", f"hazard {hazards}", f"allow: [{hazards}]", owner)


def _destroyed(plan: Plan[AclChange]) -> dict[Hashable, AclChange]:
    destroyed: dict[Hashable, AclChange] = {}
    for change in plan.changes:
        if change.operation == DELETE:
            destroyed[change.key] = change
    return destroyed


def _looked_at(declared: AclSet, observed: Observed) -> int:
    """How many rights of a principal on a resource the run looks at."""
    found = set()
    for binding in observed.bindings:
        if binding in declared.bindings or declared.purges(binding):
            found.add(subject_of(binding))
    return len(found)


def _first_on_cluster(plan: Plan[AclChange], observed: Observed) -> Iterator[str]:
    """Warns of a first ACL on the cluster: where others had all rights, it takes them."""
    changes = [change for change in plan.changes if change.subject.pattern.resource_type == CLUSTER]
    if not changes or any(
        binding.pattern.resource_type == CLUSTER for binding in observed.bindings
    ):
        return
    principal = observed.principal or "its principal"
    after = bindings_after(plan, observed.bindings)
    if reach(after, principal, ALTER, CLUSTER, CLUSTER_NAME) > NOWHERE:
        return
    setting = "allow.everyone.if.no.acl.found is true on the brokers, which hide it"
    yield (
        f"{changes[0].title}: the first ACL on the cluster; if {setting}, nobody else may alter"
        f" ACLs after it but super users, and the run ({principal}) may be none"
    )
