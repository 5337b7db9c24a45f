# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads whether a user that may no longer log in has any rights.

Brokers hide who is a super user, so its ACLs have to do.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from typing import Protocol

from .._cluster.gateway.acls import Acls
from .._cluster.gateway.configs import Configs
from .._core.plan import Plan
from .._kafka.errors import Rejection
from .._kafka.scram import USER, Credential
from .._kafka.usage import UNKNOWN
from .change import DELETE, Evidence, UserChange
from .state import Observed

_AUTHORIZER = "authorizer.class.name"


class Weighing(Configs, Protocol):
    """The APIs that evidence is read from."""

    def acls(self) -> Acls: ...


def weigh(gateway: Weighing, plan: Plan[UserChange], observed: Observed) -> Plan[UserChange]:
    """The plan with the evidence of its hazards, without those that put nothing at stake."""
    if not any(change.hazards for change in plan.changes):
        return plan
    rights = _rights(gateway)
    kept = set(observed.credentials)
    for change in plan.changes:
        if change.operation == DELETE:
            kept.discard(change.credential)
        else:
            kept.add(change.credential)
    changes = [_weighed(change, rights, kept) for change in plan.changes]
    return replace(plan, changes=tuple(changes))


def _rights(gateway: Weighing) -> Counter[str] | None:
    """How many ACLs name each principal, or None where that cannot be read."""
    found = gateway.acls().describe_acls()
    if isinstance(found, Rejection):
        return None
    if not found and not _has_authorizer(gateway):
        return None
    return Counter(binding.principal for binding in found)


def _has_authorizer(gateway: Weighing) -> bool:
    """Without one, a cluster shows that it has no ACLs, and everybody may do everything."""
    config = gateway.describe_broker_config()
    if isinstance(config, Rejection):
        return False
    return bool(config.get(_AUTHORIZER))


def _weighed(
    change: UserChange, rights: Counter[str] | None, kept: Iterable[Credential]
) -> UserChange:
    if not change.hazards:
        return change
    name, own = change.credential
    mechanisms = []
    for credential in sorted(kept):
        if credential.name == name and credential.mechanism != own:
            mechanisms.append(credential.mechanism)
    if rights is None:
        return change._replace(evidence=Evidence(UNKNOWN, tuple(mechanisms)))
    count = rights[f"{USER}:{name}"]
    if not count:
        return change._replace(hazards=())
    return change._replace(evidence=Evidence(count, tuple(mechanisms)))
