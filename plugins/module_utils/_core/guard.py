# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Guards judge the plan before the first write; a refused plan writes nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from .change import Change
from .errors import PlanRefused
from .plan import Plan, Refusal
from .wording import because


def expect(plan: Plan, identity: str, expected: str | None) -> None:
    """Raises PlanRefused when another plan than this one was reviewed."""
    if expected and identity != expected:
        now = "it would do something else now" if plan.changes else "there is nothing left to do"
        head = f"refused the plan, nothing was changed: it is not the expected plan {expected}, since the cluster or the declaration has moved"
        raise PlanRefused(f"{head}: {now}; review this one, {identity}, and expect it", outcome=_nothing_done([], plan.changes))


def guard(plan: Plan) -> None:
    """Raises PlanRefused, naming every refusal at once."""
    if plan.refusals:
        raise refused(plan, plan.refusals, "refused the plan")


def refused(plan: Plan, refusals: Iterable[Refusal], head: str) -> PlanRefused:
    """The error for a plan of which nothing was written: what stands against it, and what therefore waits."""
    listed = list(refusals)
    failed = [{"name": refusal.name, "why": refusal.why, **({"guard": refusal.guard} if refusal.guard else {})} for refusal in listed]
    pending = [change for change in plan.changes if not any(refusal.stops(change) for refusal in listed)]
    return PlanRefused(because(f"{head}, nothing was changed", [refusal.why for refusal in listed]), outcome=_nothing_done(failed, pending))


def _nothing_done(failed: Sequence[Mapping[str, str]], pending: Iterable[Change]) -> dict[str, object]:
    return {"applied": [], "failed": failed, "pending": [change.as_result() for change in pending]}
