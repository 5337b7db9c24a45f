# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Verify is the planner again: the cluster shows what was applied when nothing is left to plan. There is no second notion of "equal"."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NamedTuple, TypeAlias

from .change import Change, Outcome, Plain, Status
from .plan import Plan

_FIRST_PAUSE = 0.02
_LONGEST_PAUSE = 1.0
SENT: tuple[Status, ...] = ("applied", "unknown")

# plans again for the resources of these names
Replan: TypeAlias = Callable[[frozenset[str]], Plan]


class Verdict(NamedTuple):
    """What a later plan still holds: changes that are only `not_visible` yet, and what `contradicts` them."""

    not_visible: tuple[Change, ...] = ()
    contradictions: Mapping[str, str] = {}
    warnings: tuple[str, ...] = ()

    def names(self) -> frozenset[str]:
        return frozenset(change.name for change in self.not_visible) | self.contradictions.keys()


def await_converged(
    views: Iterable[Replan],
    outcomes: Sequence[Outcome],
    seconds: float,
    clock: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], None] = time.sleep,
) -> Verdict:
    """Plans again by one view of the cluster after the other until none of them shows a difference, at most `seconds` long.

    A view is asked again only for what it did not show yet.
    """
    deadline = clock() + seconds
    warnings: tuple[str, ...] = ()
    for replan in views:
        names = frozenset(outcome.change.name for outcome in outcomes if outcome.status in SENT)
        pause = _FIRST_PAUSE
        while names:
            remaining = replan(names)
            warnings = remaining.warnings or warnings
            verdict = judge(outcomes, remaining)
            names = verdict.names()
            if names and clock() >= deadline:
                return verdict._replace(warnings=warnings)
            if names:
                sleep(pause)
                pause = min(pause * 2, _LONGEST_PAUSE)
    return Verdict(warnings=warnings)


def judge(outcomes: Sequence[Outcome], remaining: Plan) -> Verdict:
    """A remaining change whose `before` is what the plan saw is only not visible yet; any other live value contradicts the declared one."""
    unsent = {(o.change.name, o.change.operation) for o in outcomes if o.status in ("failed", "pending")}
    sent = [outcome.change for outcome in outcomes if outcome.status in SENT]
    names = {change.name for change in sent}
    contradictions = {refusal.name: refusal.why for refusal in remaining.refusals if refusal.name in names}
    not_visible: list[Change] = []
    for left in remaining.changes:
        if left.name not in names or (left.name, left.operation) in unsent:
            continue
        # one operation's `before` says nothing about another's; only a creation saw everything there was: nothing
        seen = [change.before for change in sent if change.name == left.name and (change.operation == left.operation or change.before is None)]
        if any(_as_before(left.before, before) for before in seen):
            not_visible.append(left)
        else:
            contradictions[left.name] = f"{left.kind} {left.name} shows {left.before}, declared is {left.after}: another client changed it meanwhile"
    return Verdict(tuple(not_visible), contradictions)


def settle(outcomes: Iterable[Outcome], verdict: Verdict) -> list[Outcome]:
    """Decides the outcomes that are unknown by what the cluster shows now."""
    unseen = {change.name for change in verdict.not_visible}
    settled: list[Outcome] = []
    for outcome in outcomes:
        if outcome.status != "unknown":
            settled.append(outcome)
        elif outcome.change.name in verdict.contradictions:
            settled.append(outcome._replace(status="failed", why=f"{outcome.why}; now {verdict.contradictions[outcome.change.name]}"))
        elif outcome.change.name in unseen:
            settled.append(outcome._replace(status="failed", why=f"{outcome.why}; the cluster does not show it"))
        else:
            settled.append(outcome._replace(status="applied", why=""))
    return settled


def _as_before(left: Plain, planned: Plain) -> bool:
    """Whether what is left starts from what the plan saw; a creation (None) saw that nothing was there."""
    if not isinstance(left, Mapping):
        return left == planned
    if planned is None:
        return all(_as_before(value, None) for value in left.values())
    return isinstance(planned, Mapping) and all(key in planned and _as_before(value, planned[key]) for key, value in left.items())
