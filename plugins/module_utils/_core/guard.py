# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Guards judge the plan before the first write; a refused plan writes nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from .change import Change
from .diff import to_line
from .errors import PlanRefused
from .limits import Budget
from .plan import Plan, Refusal
from .wording import because


def expect(plan: Plan[Change], identity: str, expected: str | None) -> None:
    """Raises PlanRefused when another plan than this one was reviewed."""
    if expected and identity != expected:
        now = "it would do something else now" if plan.changes else "there is nothing left to do"
        head = f"refused the plan, nothing was changed: it is not the expected plan {expected}, since the cluster or the declaration has moved"
        raise PlanRefused(
            f"{head}: {now}; review this one, {identity}, and expect it",
            outcome=_nothing_done([], plan.changes),
        )


def forbid(
    change: Change, what: str, guard: str, why: str, setting: str, whose: str = ""
) -> Refusal:
    """What a guard says to a change: itself, its reason, the evidence, and the one setting that lifts it, of the resource unless it is another's."""
    evidence = f" ({to_line(change.facts)})" if change.facts else ""
    text = f"{what}: guard {guard}: {why}{evidence}; to allow it for {whose or f'this {change.kind}'}: {setting}"
    return Refusal(change.name, text, change.operation, guard)


def over_budget(
    destroyed: Mapping[str, Change],
    total: int,
    budget: Budget | None,
    what: Callable[[Change], str],
) -> Iterator[Refusal]:
    """Refuses every change that destroys, by the name of its resource, when they are more than the budget allows of `total` resources."""
    most = budget.of(total) if budget else len(destroyed)
    for change in destroyed.values() if len(destroyed) > most else ():
        found = f"{len(destroyed)} of {total} {change.kind}s would be deleted or shrunk"
        setting = f"destruction_budget: {len(destroyed)}"
        yield forbid(
            change,
            what(change),
            "destruction_budget",
            f"{found}, where destruction_budget {budget} allows {most}",
            setting,
            "this run",
        )


def guard(plan: Plan[Change]) -> None:
    """Raises PlanRefused, naming every refusal at once."""
    if plan.refusals:
        raise refused(plan, plan.refusals, "refused the plan")


def refused(plan: Plan[Change], refusals: Iterable[Refusal], head: str) -> PlanRefused:
    """The error for a plan of which nothing was written: what stands against it, and what therefore waits."""
    listed = list(refusals)
    failed = [
        {
            "name": refusal.name,
            "why": refusal.why,
            **({"guard": refusal.guard} if refusal.guard else {}),
        }
        for refusal in listed
    ]
    pending = [
        change for change in plan.changes if not any(refusal.stops(change) for refusal in listed)
    ]
    return PlanRefused(
        because(f"{head}, nothing was changed", [refusal.why for refusal in listed]),
        outcome=_nothing_done(failed, pending),
    )


def _nothing_done(
    failed: Sequence[Mapping[str, str]], pending: Iterable[Change]
) -> dict[str, object]:
    return {
        "applied": [],
        "failed": failed,
        "pending": [change.as_result() for change in pending],
        "unknown": [],
    }
