# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Looks up the right to alter users, since Kafka validates no change of them."""

from __future__ import annotations

from .._core.guard import impossible
from .._core.plan import Plan, Refusal, Unvalidated, Validation
from .._kafka.operations import ALTER
from .change import UserChange, reason_of
from .state import Observed

ALTER_USER = "the principal needs the ACL operation ALTER on the cluster"
_BY_BROKER = "Kafka validates no change of users; the right to alter them was looked up"
_LOCAL = "validate is local: not shown to the broker"


def validate_rights(plan: Plan[UserChange], observed: Observed, by_broker: bool) -> Validation:
    refusals: list[Refusal] = []
    unvalidated: list[Unvalidated] = []
    why = _BY_BROKER if by_broker else _LOCAL
    operations = observed.operations
    is_lacking = operations is not None and ALTER not in operations
    for change in plan.changes:
        name, operation = change.name, change.operation
        unvalidated.append(Unvalidated(name, operation, why))
        if by_broker and is_lacking:
            reason = reason_of(change, ALTER_USER)
            refusals.append(impossible(name, reason, operation, change.key))
    return Validation(tuple(refusals), tuple(unvalidated))
