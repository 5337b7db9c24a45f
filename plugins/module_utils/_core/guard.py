# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Guards judge the plan before the first write; a refused plan writes nothing."""

from __future__ import annotations

from collections.abc import Iterable

from .errors import PlanRefused
from .plan import Plan, Refusal
from .wording import because


def guard(plan: Plan) -> None:
    """Raises PlanRefused, naming every refusal at once."""
    if plan.refusals:
        raise refused(plan, plan.refusals, "refused the plan")


def refused(plan: Plan, refusals: Iterable[Refusal], head: str) -> PlanRefused:
    """The error for a plan of which nothing was written: what stands against it, and what therefore waits."""
    listed = list(refusals)
    return PlanRefused(
        because(f"{head}, nothing was changed", [refusal.why for refusal in listed]),
        changes=[change.as_result() for change in plan.changes],
        outcome={
            "applied": [],
            "failed": [{"name": refusal.name, "why": refusal.why, **({"guard": refusal.guard} if refusal.guard else {})} for refusal in listed],
            "pending": [change.as_result() for change in plan.changes if not any(refusal.stops(change) for refusal in listed)],
        },
    )
