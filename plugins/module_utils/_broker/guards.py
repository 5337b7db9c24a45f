# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a plan may not do unless somebody allows it. Pure."""

from __future__ import annotations

from dataclasses import replace

from .._core.guard import forbid
from .._core.plan import Plan
from .change import BrokerChange, reason_of
from .hazards import TRAFFIC
from .spec import BrokerSpec


def refuse(plan: Plan[BrokerChange], declared: BrokerSpec) -> Plan[BrokerChange]:
    """Traffic is allowed while a throttle limits it."""
    if TRAFFIC in declared.allow or declared.brake.throttle is not None:
        return plan
    refusals = [*plan.refusals]
    why = f"hazard {TRAFFIC}"
    setting = f"allow: [{TRAFFIC}]"
    for change in plan.changes:
        if TRAFFIC in change.hazards:
            reason = reason_of(change.operation, why, "allow", setting)
            refusal = forbid(change, reason, change.facts)
            refusals.append(refusal)
    return replace(plan, refusals=tuple(refusals))
