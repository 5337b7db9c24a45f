# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Verify is the planner again: the cluster shows what was applied when nothing is left to plan. There is no second notion of "equal"."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple, TypeAlias

from .change import Change, Outcome, Plain, Status
from .errors import StateError
from .plan import Plan, Refusal

_FIRST_PAUSE = 0.02
_LONGEST_PAUSE = 1.0
SENT: tuple[Status, ...] = ("applied", "unknown", "overtaken")

# plans again for the resources of these names
Replan: TypeAlias = Callable[[frozenset[str]], Plan[Change]]


class Verdict(NamedTuple):
    """What a later plan still holds: changes that are only `not_visible` yet, and what `contradicts` them.

    `unread`: the names that could not be looked at, and `trouble` why.
    `shown`: an earlier view has shown all changes, so they are made, whatever this one lacks.
    """

    not_visible: tuple[Change, ...] = ()
    contradictions: Mapping[str, str] = {}
    warnings: tuple[str, ...] = ()
    unread: frozenset[str] = frozenset()
    trouble: str = ""
    shown: bool = False

    def names(self) -> frozenset[str]:
        unseen = frozenset(change.name for change in self.not_visible)
        return unseen | self.contradictions.keys() | self.unread


def changed_meanwhile(plan: Plan[Change], fresh: Plan[Change]) -> Iterator[Refusal]:
    """What another client did since the plan was made, by a plan from a second look at the same names.

    What it did as declared is no obstacle: a write of the same is harmless.
    """
    planned = {(change.name, change.operation): change for change in plan.changes}
    for change in fresh.changes:
        was = planned.get((change.name, change.operation))
        if was is None or was.before != change.before:
            now = "it is gone" if change.before is None else f"it shows {change.before}"
            yield Refusal(
                change.name, f"{change.title}: another client changed it meanwhile: {now}"
            )
    yield from fresh.refusals


def await_converged(
    views: Iterable[Replan],
    outcomes: Sequence[Outcome],
    seconds: float,
    clock: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], None] = time.sleep,
) -> Verdict:
    """Plans again by one view of the cluster after the other until none of them shows a difference, at most `seconds` long.

    A view is asked again only for what it did not show yet, and when it could not be read.
    """
    deadline = clock() + seconds
    warnings: tuple[str, ...] = ()
    shown = False
    for replan in views:
        pause = _FIRST_PAUSE
        names = frozenset(outcome.change.name for outcome in outcomes if outcome.status in SENT)
        while names:
            verdict = _look(replan, names, outcomes)
            warnings = verdict.warnings or warnings
            names = verdict.names()
            if names and clock() >= deadline:
                return verdict._replace(warnings=warnings, shown=shown)
            if names:
                sleep(pause)
                pause = min(pause * 2, _LONGEST_PAUSE)
        shown = True
    return Verdict(warnings=warnings)


def _look(replan: Replan, names: frozenset[str], outcomes: Sequence[Outcome]) -> Verdict:
    try:
        remaining = replan(names)
    except StateError as error:
        return Verdict(unread=names, trouble=str(error))
    return judge(outcomes, remaining)._replace(warnings=remaining.warnings)


def judge(outcomes: Sequence[Outcome], remaining: Plan[Change]) -> Verdict:
    """A remaining change whose `before` is what the plan saw is only not visible yet; any other live value contradicts the declared one."""
    unsent = {
        (o.change.name, o.change.operation) for o in outcomes if o.status in ("failed", "pending")
    }
    sent = [outcome.change for outcome in outcomes if outcome.status in SENT]
    names = {change.name for change in sent}
    contradictions = {
        refusal.name: refusal.why for refusal in remaining.refusals if refusal.name in names
    }
    not_visible: list[Change] = []
    for left in remaining.changes:
        if left.name not in names or (left.name, left.operation) in unsent:
            continue
        # one operation's `before` says nothing about another's; only a creation saw everything there was: nothing
        seen = [
            change.before
            for change in sent
            if change.name == left.name
            and (change.operation == left.operation or change.before is None)
        ]
        if any(_as_before(left.before, before) for before in seen):
            not_visible.append(left)
        else:
            contradictions[left.name] = (
                f"{left.kind} {left.name} shows {left.before}, declared is {left.after}: another client changed it meanwhile"
            )
    return Verdict(tuple(not_visible), contradictions)


def settle(outcomes: Iterable[Outcome], verdict: Verdict) -> list[Outcome]:
    """Decides the outcomes that are open by what the cluster shows now; what it does not prove stays unknown."""
    return [_settled(outcome, verdict) for outcome in outcomes]


def _settled(outcome: Outcome, verdict: Verdict) -> Outcome:
    name = outcome.change.name
    if outcome.status not in ("unknown", "overtaken"):
        return outcome
    if verdict.shown or name not in verdict.names():
        return outcome._replace(status="applied", cause="")
    if name in verdict.contradictions:
        # a lost write may still be made, or was made and is overwritten; one that was refused is not made
        status: Status = "failed" if outcome.status == "overtaken" else "unknown"
        return outcome._replace(
            status=status, cause=f"{outcome.cause}; now {verdict.contradictions[name]}"
        )
    unproven = verdict.trouble if name in verdict.unread else "the cluster does not show it"
    return outcome._replace(status="unknown", cause=f"{outcome.cause}; {unproven}")


def _as_before(left: Plain, planned: Plain) -> bool:
    """Whether what is left starts from what the plan saw; a creation (None) saw that nothing was there."""
    if not isinstance(left, Mapping):
        return left == planned
    if planned is None:
        return all(_as_before(value, None) for value in left.values())
    return isinstance(planned, Mapping) and all(
        key in planned and _as_before(value, planned[key]) for key, value in left.items()
    )
