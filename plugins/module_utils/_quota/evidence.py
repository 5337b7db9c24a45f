# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is at stake: whom a default binds that nobody named."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from typing import NamedTuple, Protocol

from .._cluster.gateway.acls import Acls
from .._core.plan import Plan
from .._kafka.acls import ANY
from .._kafka.errors import Rejection
from .._kafka.quotas import DEFAULT, Entity, binding
from .._kafka.usage import UNKNOWN, Unknown
from .change import Evidence, QuotaChange
from .hazards import ByEntity
from .plan import quotas_after
from .state import Observed

_USER = "User"


class Weighing(Protocol):
    """The APIs that evidence is read from."""

    def acls(self) -> Acls: ...


class _Facts(NamedTuple):
    """The quotas before and after the plan, and the users whom the cluster knows."""

    before: ByEntity
    after: ByEntity
    users: Collection[str] | Unknown


def weigh(gateway: Weighing, plan: Plan[QuotaChange], observed: Observed) -> Plan[QuotaChange]:
    """The plan with the evidence of its hazards.

    A hazard stays where no user is bound: a cluster does not know all that may connect to it.
    """
    if not any(change.hazards for change in plan.changes):
        return plan
    after = quotas_after(plan, observed.quotas)
    users: Collection[str] | Unknown = UNKNOWN
    if any(map(_binds_users, plan.changes)):
        users = _known_users(gateway, after)
    facts = _Facts(observed.quotas, after, users)
    changes = []
    for change in plan.changes:
        if change.hazards:
            binds = _bound(change, facts)
            change = change._replace(evidence=Evidence(binds))
        changes.append(change)
    return replace(plan, changes=tuple(changes))


def _binds_users(change: QuotaChange) -> bool:
    """Whether users are bound; no cluster knows its client IDs and addresses."""
    return bool(change.hazards) and change.entity.user == DEFAULT


def _known_users(gateway: Weighing, quotas: ByEntity) -> Collection[str] | Unknown:
    """The users whom quotas and ACLs name; unknown where one of them cannot be read."""
    found = {entity.user for entity in quotas if entity.user}
    for users in (_of_acls(gateway),):
        if users == UNKNOWN:
            return UNKNOWN
        found.update(users)
    return found


def _of_acls(gateway: Weighing) -> Collection[str] | Unknown:
    bindings = gateway.acls().describe_acls()
    if isinstance(bindings, Rejection):
        return UNKNOWN
    found = set()
    for each in bindings:
        kind, _colon, name = each.principal.partition(":")
        if kind == _USER and name != ANY:
            found.add(name)
    return found


def _bound(change: QuotaChange, facts: _Facts) -> int | Unknown:
    if facts.users == UNKNOWN or not _binds_users(change):
        return UNKNOWN
    bound = set()
    for user in facts.users:
        for key in change.lowered:
            if _is_bound(user, key, change.entity, facts):
                bound.add(user)
    return len(bound)


def _is_bound(user: str, key: str, entity: Entity, facts: _Facts) -> bool:
    """Whether the user is bound by the entity, or by what comes after one that is removed."""
    before, after, _users = facts
    client_id = entity.client_id or DEFAULT
    bound = binding(before, key, user, client_id)
    binds = binding(after, key, user, client_id)
    is_set = key in after.get(entity, {})
    if is_set or binds is None:
        return binds == entity
    was_bound = bound == entity
    return was_bound and after[binds][key] < before[entity][key]
