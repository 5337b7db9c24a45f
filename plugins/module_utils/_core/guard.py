# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Guards judge the plan before the first write; a refused plan writes nothing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from .alike import together
from .change import Change, Plain
from .diff import to_line, to_text
from .errors import PlanRefused
from .limits import Budget
from .plan import NAME, Plan, Reason, Refusal
from .wording import because, some


def expect(plan: Plan[Change], identity: str, expected: str | None) -> None:
    """Raises PlanRefused when the plan that was reviewed is not this one."""
    if not expected or identity == expected:
        return
    now = "it would do something else now" if plan.changes else "there is nothing left to do"
    head = f"refused the plan, nothing was changed: it is not the expected plan {expected}"
    why = f"since the cluster or the declaration has moved: {now}"
    remedy = f"review this one, {identity}, and expect it"
    raise PlanRefused(f"{head}, {why}; {remedy}", changes=[], outcome=nothing_done())


def forbid(change: Change, reason: Reason, facts: Mapping[str, Plain]) -> Refusal:
    """A guard's refusal of a change. `facts`: the evidence for it."""
    return Refusal(
        name=change.name,
        why=_told(reason, [change.name], change.told(facts)),
        operation=change.operation,
        guard=reason.guard,
        key=change.key,
        reason=reason,
        facts=facts,
        told=change.told,
    )


def impossible(name: str, reason: Reason, operation: str = "", key: Hashable = None) -> Refusal:
    """The refusal, by no guard, of an operation, or of whatever is declared of a resource.

    `key`: that of the resource, where it is not its name.
    """
    why = _told(reason, [name], {})
    return Refusal(name, why, operation, key=key, reason=reason)


def disobeyed(name: str, reason: Reason, guard: str, key: Hashable = None) -> Refusal:
    """The refusal of whatever is declared of a resource, because it breaks a rule."""
    return replace(impossible(name, reason, key=key), guard=guard)


def _told(reason: Reason, names: Sequence[str], facts: Mapping[str, Plain]) -> str:
    """The reason for the resources of these names: their evidence, the one setting that lifts it.

    Such as `delete topics a, b: guard allow: in use (records: 7); to allow it for these topics: …`.
    """
    text = some(reason.kind, names)
    if reason.what:
        text = f"{reason.what} {text}"
    if reason.steps:
        text += f" ({reason.steps})"
    why = reason.why
    if reason.guard:
        why = f"guard {reason.guard}: {why}"
    text += f": {why}"
    if facts:
        text += f" ({to_line(facts)})"
    if not reason.setting:
        return text
    owner = f"this {reason.kind}"
    name = names[0]
    if len(names) > 1:
        owner = f"these {reason.kind}s"
        name = NAME
    setting = reason.setting.replace(NAME, name)
    return f"{text}; to allow it for {reason.owner or owner}: {setting}"


def over_budget(
    destroyed: Mapping[Hashable, Change], total: int, budget: Budget | None
) -> Iterator[Refusal]:
    """Refuses every change that destroys when they are more than the budget allows of `total`.

    `destroyed`: one change for each key.
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
        reason = Reason(change.kind, "", "", "destruction_budget", why, setting, "this run")
        yield forbid(change, reason, {})


def raise_if_refused(plan: Plan[Change]) -> None:
    """Raises PlanRefused, naming every refusal at once.

    Ansible shows no diff of a task that failed, so the message has what no refusal describes.
    """
    if not plan.refusals:
        return
    error = refused(plan, plan.refusals, "refused the plan")
    untold = []
    for change, against in _opposed(plan, plan.refusals):
        if against and not any(_describes(refusal, change) for refusal in against):
            untold.append(change)
    if untold:
        error.args = ("\n".join([str(error), "It would have changed:", *to_text(untold)]),)
    raise error


def refused(plan: Plan[Change], refusals: Iterable[Refusal], head: str) -> PlanRefused:
    """The error for a plan that was not begun: why each refusal, and the changes that it stops.

    Ansible prints a failed result as a whole, so the summary only counts the other changes.
    """
    against = list(refusals)
    failed = [_entry(refusal) for refusal in against]
    stopped = []
    for change, opposed in _opposed(plan, against):
        if opposed:
            stopped.append(change.as_result())
    message = because(f"{head}, nothing was changed", _reasons(against))
    return PlanRefused(message, changes=stopped, outcome=nothing_done(failed))


def _opposed(
    plan: Plan[Change], refusals: Iterable[Refusal]
) -> Iterator[tuple[Change, Sequence[Refusal]]]:
    """Each change with the refusals that stop it."""
    by_subject: defaultdict[Hashable, list[Refusal]] = defaultdict(list)
    for refusal in refusals:
        by_subject[refusal.subject].append(refusal)
    for change in plan.changes:
        of_resource = by_subject.get(change.key, ())
        yield change, [refusal for refusal in of_resource if refusal.stops(change)]


def _entry(refusal: Refusal) -> dict[str, Plain]:
    """A refusal in the result; the message has its sentence."""
    entry: dict[str, Plain] = {"name": refusal.name, "why": refusal.why}
    if refusal.guard:
        entry["guard"] = refusal.guard
    reason = refusal.reason
    if reason and reason.setting:
        setting = reason.setting.replace(NAME, refusal.name)
        entry |= {"why": reason.why, "setting": setting}
    return entry


def _describes(refusal: Refusal, change: Change) -> bool:
    """Whether the refusal says what the change would do."""
    return refusal.operation == change.operation and bool(refusal.reason and refusal.reason.what)


def _reasons(refusals: Iterable[Refusal]) -> list[str]:
    """Equal reasons once, with the names and the evidence of all that they hold for."""
    groups: defaultdict[Reason | str, list[Refusal]] = defaultdict(list)
    for refusal in refusals:
        groups[refusal.reason or refusal.why].append(refusal)
    reasons = []
    for reason, same in groups.items():
        if isinstance(reason, str):
            reasons.append(reason)
            continue
        names = [refusal.name for refusal in same]
        facts = together([refusal.facts for refusal in same])
        told = same[0].told or _as_is
        reasons.append(_told(reason, names, told(facts)))
    return reasons


def _as_is(facts: Mapping[str, Plain]) -> Mapping[str, Plain]:
    return facts


def nothing_done(failed: Sequence[Mapping[str, Plain]] = ()) -> dict[str, object]:
    """The outcome of a plan that was not begun."""
    return {"applied": [], "failed": [*failed], "pending": [], "unknown": []}
