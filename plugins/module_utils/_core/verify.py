# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Verify is the planner again: what was applied shows when nothing is left to plan.

There is no second notion of "equal".
"""

from __future__ import annotations

import time
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple, TypeAlias

from .change import Change, Outcome, Plain, Status
from .errors import StateError
from .plan import Plan, Refusal

_FIRST_PAUSE = 0.02
_LONGEST_PAUSE = 1.0
SENT: tuple[Status, ...] = ("applied", "unknown", "overtaken")

# plans again for the resources of these keys
Replan: TypeAlias = Callable[[frozenset[Hashable]], Plan[Change]]


class Verdict(NamedTuple):
    """What a later plan still holds: what is only `not_visible` yet, and `contradictions`.

    `unread`: the keys that could not be looked at, and `trouble` why.
    `shown`: an earlier view has shown all changes, so they are made, whatever this one lacks.
    """

    not_visible: tuple[Change, ...] = ()
    contradictions: Mapping[Hashable, str] = {}
    warnings: tuple[str, ...] = ()
    unread: frozenset[Hashable] = frozenset()
    trouble: str = ""
    shown: bool = False

    def unsettled(self) -> frozenset[Hashable]:
        unseen = frozenset(change.key for change in self.not_visible)
        return unseen | self.contradictions.keys() | self.unread


def changed_meanwhile(plan: Plan[Change], fresh: Plan[Change]) -> Iterator[Refusal]:
    """What another client did since the plan was made, by a plan from a second look.

    What it did as declared is no obstacle: a write of the same is harmless.
    """
    planned = {(change.key, change.operation): change for change in plan.changes}
    for change in fresh.changes:
        was = planned.get((change.key, change.operation))
        if was is None or was.before != change.before:
            now = "it is gone" if change.before is None else f"it shows {change.before}"
            why = f"{change.title}: another client changed it meanwhile: {now}"
            yield Refusal(change.name, why, key=change.key)
    yield from fresh.refusals


def await_converged(
    views: Iterable[Replan],
    outcomes: Sequence[Outcome],
    seconds: float,
    clock: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], None] = time.sleep,
) -> Verdict:
    """Plans again by one view of the cluster after the other until none shows a difference.

    At most `seconds` long. A view is asked again only for what it did not show yet, and when it
    could not be read.
    """
    deadline = clock() + seconds
    warnings: tuple[str, ...] = ()
    shown = False
    for replan in views:
        pause = _FIRST_PAUSE
        keys = frozenset(outcome.change.key for outcome in outcomes if outcome.status in SENT)
        while keys:
            verdict = _look(replan, keys, outcomes)
            warnings = verdict.warnings or warnings
            keys = verdict.unsettled()
            if keys and clock() >= deadline:
                return verdict._replace(warnings=warnings, shown=shown)
            if keys:
                sleep(pause)
                pause = min(pause * 2, _LONGEST_PAUSE)
        shown = True
    return Verdict(warnings=warnings)


def _look(replan: Replan, keys: frozenset[Hashable], outcomes: Sequence[Outcome]) -> Verdict:
    try:
        remaining = replan(keys)
    except StateError as error:
        return Verdict(unread=keys, trouble=str(error))
    return compare(outcomes, remaining)._replace(warnings=remaining.warnings)


def compare(outcomes: Sequence[Outcome], remaining: Plan[Change]) -> Verdict:
    """What starts from what the plan saw is only not visible yet; any other value contradicts."""
    unsent = {
        (outcome.change.key, outcome.change.operation)
        for outcome in outcomes
        if outcome.status in ("failed", "pending")
    }
    sent = [outcome.change for outcome in outcomes if outcome.status in SENT]
    keys = {change.key for change in sent}
    contradictions: dict[Hashable, str] = {}
    for refusal in remaining.refusals:
        if refusal.subject in keys:
            contradictions[refusal.subject] = refusal.why
    not_visible: list[Change] = []
    for left in remaining.changes:
        if left.key not in keys or (left.key, left.operation) in unsent:
            continue
        if any(_saw(change, left) for change in sent):
            not_visible.append(left)
        else:
            shows = f"{left.kind} {left.name} shows {left.before}, declared is {left.after}"
            contradictions[left.key] = f"{shows}: another client changed it meanwhile"
    return Verdict(tuple(not_visible), contradictions)


def _saw(change: Change, left: Change) -> bool:
    """Whether the change was planned on what is left.

    One operation's `before` says nothing about another's; only a creation saw everything there
    was: nothing.
    """
    if change.key != left.key:
        return False
    is_telling = change.operation == left.operation or change.before is None
    return is_telling and _as_before(left.before, change.before)


def settle(outcomes: Iterable[Outcome], verdict: Verdict) -> list[Outcome]:
    """Decides the open outcomes by what the cluster shows now; what is not proven stays unknown."""
    return [_settled(outcome, verdict) for outcome in outcomes]


def _settled(outcome: Outcome, verdict: Verdict) -> Outcome:
    key = outcome.change.key
    if outcome.status not in ("unknown", "overtaken"):
        return outcome
    if verdict.shown or key not in verdict.unsettled():
        return outcome._replace(status="applied", cause="")
    if key in verdict.contradictions:
        # a lost write may still be made, or was made and is overwritten; a refused one is not made
        status: Status = "failed" if outcome.status == "overtaken" else "unknown"
        return outcome._replace(
            status=status, cause=f"{outcome.cause}; now {verdict.contradictions[key]}"
        )
    unproven = verdict.trouble if key in verdict.unread else "the cluster does not show it"
    return outcome._replace(status="unknown", cause=f"{outcome.cause}; {unproven}")


def _as_before(left: Plain, planned: Plain) -> bool:
    """Whether what is left starts from what the plan saw; a creation (None) saw nothing there."""
    if not isinstance(left, Mapping):
        return left == planned
    if planned is None:
        return all(_as_before(value, None) for value in left.values())
    return isinstance(planned, Mapping) and all(
        key in planned and _as_before(value, planned[key]) for key, value in left.items()
    )
