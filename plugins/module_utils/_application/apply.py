# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Applies the plans of all parts, one after the other.

Every change has its own outcome.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .._cluster.gateway.gateway import Gateway
from .._core.change import Outcome, Status
from .._core.errors import StateError
from .._core.resource import AnyResource, Applied, Tell
from .change import PartChange
from .plan import AnyPlan, Plans, steps

_NOT_TRIED = "not tried, since not all changes before it are known to be made"
# changes after such a one may depend on it
_UNMADE = frozenset({"failed", "unknown", "pending"})


def apply_parts(
    gateway: Gateway,
    resources: Mapping[str, AnyResource],
    plans: Plans,
    observed: Mapping[str, Any],
    tell: Tell,
) -> Applied:
    """`resources`, `plans`, `observed`: by part."""
    outcomes: list[Outcome] = []
    warnings: list[str] = []
    for name, plan in steps(plans):
        statuses = {outcome.status for outcome in outcomes}
        if statuses.isdisjoint(_UNMADE):
            tell(f"sending the changes of {name}")
            done = _applied(gateway, resources[name], plan, observed[name], tell)
        else:
            done = _all(plan, "pending", _NOT_TRIED)
        warnings += done.warnings
        for outcome in done.outcomes:
            change = PartChange(name, outcome.change)
            outcomes.append(outcome._replace(change=change))
    return Applied(outcomes, warnings)


def _applied(
    gateway: Gateway, resource: AnyResource, plan: AnyPlan, observed: Any, tell: Tell
) -> Applied:
    """What was applied before must be told, so an error is what became of the changes here."""
    try:
        return resource.apply(gateway, plan, observed, tell)
    except StateError as error:
        return _all(plan, "unknown", str(error))


def _all(plan: AnyPlan, status: Status, cause: str) -> Applied:
    return Applied([Outcome(change, status, cause) for change in plan.changes])
