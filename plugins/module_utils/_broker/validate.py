# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What speaks against a plan before its first write: Kafka validates none of its changes."""

from __future__ import annotations

from dataclasses import replace
from typing import Protocol

from .._cluster.gateway.clusters import Clusters
from .._core.guard import impossible
from .._core.plan import Plan, Refusal, Unvalidated, Validation
from .._move.outcome import MOVE_ACL
from .apply import CONFIG_ACL
from .change import BROKER, LIFT_THROTTLE, REASSIGN, BrokerChange, reason_of
from .state import Observed

_WHY = "Kafka validates no change of this kind"
_TOPIC_ACL = "ALTER_CONFIGS on the topic"


class Validating(Clusters, Protocol):
    """The API that tells what the principal may do."""


def look_up_rights(
    gateway: Validating, plan: Plan[BrokerChange], observed: Observed, by_broker: bool
) -> Validation:
    """A right that is missing refuses the plan, unless the broker is not to be asked."""
    refusals: list[Refusal] = []
    unvalidated = []
    for change in plan.changes:
        operation = change.operation
        unvalidated.append(Unvalidated(change.name, operation, _WHY))
        lacking = _lacking(gateway, change, observed)
        if lacking and by_broker:
            why = f"the principal needs the ACL operation {lacking}"
            reason = reason_of(operation, why)
            refusal = impossible(change.name, reason, operation)
            refusals.append(replace(refusal, key=change.key))
    return Validation(tuple(refusals), tuple(unvalidated))


def _lacking(gateway: Clusters, change: BrokerChange, observed: Observed) -> str:
    """The ACL that the change needs; empty where nothing says that it is missing."""
    operations = gateway.describe_cluster().operations
    needed = [("ALTER", operations, MOVE_ACL)]
    configs = ("ALTER_CONFIGS", operations, CONFIG_ACL)
    if change.kind == BROKER or change.operation == LIFT_THROTTLE:
        needed = [configs]
    moves = change.evidence.moves
    if change.operation == REASSIGN and moves and moves.throttle and moves.bytes:
        topic = observed.topics[change.name]
        needed += [configs, ("ALTER_CONFIGS", topic.operations, _TOPIC_ACL)]
    for operation, allowed, acl in needed:
        if allowed is not None and operation not in allowed:
            return acl
    return ""
