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
    """Raises PlanRefused when the plan that was reviewed is not this one."""
    if not expected or identity == expected:
        return
    now = "it would do something else now" if plan.changes else "there is nothing left to do"
    head = f"refused the plan, nothing was changed: it is not the expected plan {expected}"
    why = f"since the cluster or the declaration has moved: {now}"
    remedy = f"review this one, {identity}, and expect it"
    raise PlanRefused(f"{head}, {why}; {remedy}", outcome=_nothing_done([], plan.changes))


def forbid(
    change: Change, what: str, guard: str, why: str, setting: str, whose: str = ""
) -> Refusal:
    """A guard's refusal of a change: the reason, the evidence, the one setting that lifts it.

    `what`: the change, for people. `whose`: what the setting is for, if not for the resource.
    """
    reason = why
    if change.facts:
        reason += f" ({to_line(change.facts)})"
    owner = whose or f"this {change.kind}"
    remedy = f"to allow it for {owner}: {setting}"
    return Refusal(
        name=change.name,
        why=f"{what}: guard {guard}: {reason}; {remedy}",
        operation=change.operation,
        guard=guard,
        key=change.key,
    )


def over_budget(
    destroyed: Mapping[Hashable, C],
    total: int,
    budget: Budget | None,
    what: Callable[[C], str],
) -> Iterator[Refusal]:
    """Refuses every change that destroys when they are more than the budget allows of `total`.

    `destroyed`: one change for each key. `what`: a change, for people.
    """
    if budget is None:
        return
    most = budget.of(total)
    count = len(destroyed)
    if count <= most:
        return
    setting = f"destruction_budget: {count}"
    for change in destroyed.values():
        found = f"{count} of {total} {change.kind}s would be deleted or shrunk"
        why = f"{found}, but destruction_budget {budget} allows {most}"
        yield forbid(change, what(change), "destruction_budget", why, setting, "this run")


def raise_if_refused(plan: Plan[Change]) -> None:
    """Raises PlanRefused, naming every refusal at once."""
    if plan.refusals:
        raise refused(plan, plan.refusals, "refused the plan")


def refused(plan: Plan[Change], refusals: Iterable[Refusal], head: str) -> PlanRefused:
    """The error for a plan that was not begun: why each refusal, and what waits because of it."""
    against = list(refusals)
    failed = []
    for refusal in against:
        entry = {"name": refusal.name, "why": refusal.why}
        if refusal.guard:
            entry["guard"] = refusal.guard
        failed.append(entry)
    pending = []
    for change in plan.changes:
        if not any(refusal.stops(change) for refusal in against):
            pending.append(change)
    reasons = [refusal.why for refusal in against]
    message = because(f"{head}, nothing was changed", reasons)
    return PlanRefused(message, outcome=_nothing_done(failed, pending))


def _nothing_done(
    failed: Sequence[Mapping[str, str]], pending: Iterable[Change]
) -> dict[str, object]:
    return {
        "applied": [],
        "failed": failed,
        "pending": [change.as_result() for change in pending],
        "unknown": [],
    }
