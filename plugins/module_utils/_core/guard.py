# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Guards judge the plan before the first write; a refused plan writes nothing."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from typing import TypeVar

from .change import Change
from .diff import to_line
from .errors import PlanRefused
from .limits import Budget
from .plan import Plan, Refusal
from .wording import because

C = TypeVar("C", bound=Change)


def expect(plan: Plan[Change], identity: str, expected: str | None) -> None:
    """Raises PlanRefused when another plan than this one was reviewed."""
    if not expected or identity == expected:
        return
    now = "it would do something else now" if plan.changes else "there is nothing left to do"
    head = f"refused the plan, nothing was changed: it is not the expected plan {expected}"
    why = "the cluster or the declaration has moved"
    raise PlanRefused(
        f"{head}, since {why}: {now}; review this one, {identity}, and expect it",
        outcome=_nothing_done([], plan.changes),
    )


def forbid(
    change: Change, what: str, guard: str, why: str, setting: str, whose: str = ""
) -> Refusal:
    """What a guard says to a change: its reason, the evidence, and the one setting that lifts it.

    `whose`: whom the setting is for, if not for the resource.
    """
    if change.facts:
        why += f" ({to_line(change.facts)})"
    owner = whose or f"this {change.kind}"
    text = f"{what}: guard {guard}: {why}; to allow it for {owner}: {setting}"
    return Refusal(change.name, text, change.operation, guard, change.key)


def over_budget(
    destroyed: Mapping[Hashable, C],
    total: int,
    budget: Budget | None,
    what: Callable[[C], str],
) -> Iterator[Refusal]:
    """Refuses all that destroys, by key, when it is more than the budget allows of `total`."""
    if budget is None or len(destroyed) <= budget.of(total):
        return
    most = budget.of(total)
    for change in destroyed.values():
        found = f"{len(destroyed)} of {total} {change.kind}s would be deleted or shrunk"
        why = f"{found}, where destruction_budget {budget} allows {most}"
        setting = f"destruction_budget: {len(destroyed)}"
        yield forbid(change, what(change), "destruction_budget", why, setting, "this run")


def raise_if_refused(plan: Plan[Change]) -> None:
    """Raises PlanRefused, naming every refusal at once."""
    if plan.refusals:
        raise refused(plan, plan.refusals, "refused the plan")


def refused(plan: Plan[Change], refusals: Iterable[Refusal], head: str) -> PlanRefused:
    """The error for a plan that was not begun: what stands against it, and what therefore waits."""
    listed = list(refusals)
    failed = []
    for refusal in listed:
        entry = {"name": refusal.name, "why": refusal.why}
        if refusal.guard:
            entry["guard"] = refusal.guard
        failed.append(entry)
    pending = []
    for change in plan.changes:
        if not any(refusal.stops(change) for refusal in listed):
            pending.append(change)
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
