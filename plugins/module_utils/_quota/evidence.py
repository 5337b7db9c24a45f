# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is at stake: whom a default binds that nobody named."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Protocol

from .._cluster.gateway.acls import Acls
from .._core.plan import Plan
from .._kafka.acls import ANY
from .._kafka.errors import Rejection
from .._kafka.quotas import DEFAULT, Entity, Values, overruling
from .._kafka.usage import UNKNOWN, Unknown
from .change import Evidence, QuotaChange
from .plan import quotas_after
from .state import Observed

_USER = "User"


class Weighing(Protocol):
    """The APIs that evidence is read from."""

    def acls(self) -> Acls: ...


def weigh(gateway: Weighing, plan: Plan[QuotaChange], observed: Observed) -> Plan[QuotaChange]:
    """The plan with the evidence of its hazards.

    A hazard stays where no user is bound: a cluster does not know all that may connect to it.
    """
    if not any(change.hazards for change in plan.changes):
        return plan
    after = quotas_after(plan, observed.quotas)
    users: Collection[str] | Unknown = UNKNOWN
    if any(_binds_users(change) for change in plan.changes):
        users = _known_users(gateway, after)
    changes = []
    for change in plan.changes:
        if change.hazards:
            binds = _bound(change, users, after)
            change = change._replace(evidence=Evidence(binds))
        changes.append(change)
    return replace(plan, changes=tuple(changes))


def _binds_users(change: QuotaChange) -> bool:
    """Whether users are bound; no cluster knows its client IDs and addresses."""
    return bool(change.hazards) and change.entity.user == DEFAULT


def _known_users(gateway: Weighing, quotas: Mapping[Entity, Values]) -> Collection[str] | Unknown:
    """The users that ACLs and quotas name."""
    bindings = gateway.acls().describe_acls()
    if isinstance(bindings, Rejection):
        return UNKNOWN
    found = {entity.user for entity in quotas if entity.user}
    for binding in bindings:
        kind, _colon, name = binding.principal.partition(":")
        if kind == _USER and name != ANY:
            found.add(name)
    return found


def _bound(
    change: QuotaChange, users: Collection[str] | Unknown, quotas: Mapping[Entity, Values]
) -> int | Unknown:
    if users == UNKNOWN or not _binds_users(change):
        return UNKNOWN
    bound = set()
    for user in users:
        overruled = [quotas.get(other, {}) for other in overruling(change.entity, user)]
        for key in change.lowered:
            if not any(key in values for values in overruled):
                bound.add(user)
    return len(bound)
