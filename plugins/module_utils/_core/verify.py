# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Verify is the planner again: what was applied shows when nothing is left to plan.

There is no second notion of "equal".
"""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple, TypeAlias

from .change import Change, Outcome, Plain, Status
from .errors import StateError
from .plan import Plan, Refusal

_FIRST_PAUSE = 0.02
_LONGEST_PAUSE = 1.0
SENT: tuple[Status, ...] = ("applied", "unknown", "overtaken")

# plans again, for the resources of these keys
Replan: TypeAlias = Callable[[frozenset[Hashable]], Plan[Change]]
# is told how many changes the view that is asked now shows, and how many were sent
Watch: TypeAlias = Callable[[int, int], None]


class Verdict(NamedTuple):
    """What is left to plan after the changes: only `not_visible` yet, or `contradictions`.

    `unread`: the keys of what could not be read, and `trouble` why.
    `shown`: an earlier view showed all changes, so they are made, whatever this view lacks.
    """

    not_visible: tuple[Change, ...] = ()
    contradictions: Mapping[Hashable, str] = {}
    warnings: tuple[str, ...] = ()
    unread: frozenset[Hashable] = frozenset()
    trouble: str = ""
    shown: bool = False

    def unsettled(self) -> frozenset[Hashable]:
        unseen = {change.key for change in self.not_visible}
        return self.unread.union(unseen, self.contradictions)


def changed_meanwhile(
    plan: Plan[Change], fresh: Plan[Change], made_again: Collection[Hashable] = ()
) -> Iterator[Refusal]:
    """What another client changed since the plan was made. `fresh`: a plan from a second look.

    `made_again`: the keys of what has its name only; its evidence is that of something else.

    What it changed to the declared state is no obstacle: to write the same again is harmless.
    """
    planned = {(change.key, change.operation): change for change in plan.changes}
    for change in plan.changes:
        if change.key in made_again:
            why = f"{change.title}: another client deleted it meanwhile, and made it again"
            yield Refusal(change.name, why, key=change.key)
    for change in fresh.changes:
        same = change.key, change.operation
        known = planned.get(same)
        if known is not None and _is_left_of(known, change):
            continue
        now = "it is gone" if change.before is None else f"it shows {change.before}"
        why = f"{change.title}: another client changed it meanwhile: {now}"
        yield Refusal(change.name, why, key=change.key)
    yield from fresh.refusals


def _is_left_of(planned: Change, fresh: Change) -> bool:
    """Whether the rest of it was made meanwhile, as a replica that was on its way has arrived."""
    if fresh.before == planned.before:
        return True
    parts = isinstance(fresh.after, Mapping)
    return parts and _looks_as_before(fresh.before, planned.before)


def _unwatched(_shown: int, _sent: int) -> None:
    pass


def await_converged(
    views: Iterable[Replan],
    outcomes: Sequence[Outcome],
    seconds: float,
    clock: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], None] = time.sleep,
    watch: Watch = _unwatched,
) -> Verdict:
    """Plans again from one view of the cluster after the other until none shows a difference.

    It takes at most `seconds`. A view is asked again only for what it does not show yet or for
    what could not be read.
    """
    deadline = clock() + seconds
    warnings: tuple[str, ...] = ()
    shown = False
    sent = [outcome.change.key for outcome in outcomes if outcome.status in SENT]
    watch(0, len(sent))
    for replan in views:
        pause = _FIRST_PAUSE
        keys = frozenset(sent)
        while keys:
            verdict = _look(replan, keys, outcomes)
            warnings = verdict.warnings or warnings
            keys = verdict.unsettled()
            visible = [key for key in sent if key not in keys]
            watch(len(visible), len(sent))
            if not keys:
                break
            if clock() >= deadline:
                return verdict._replace(warnings=warnings, shown=shown)
            sleep(pause)
            pause = min(pause * 2, _LONGEST_PAUSE)
        shown = True
    return Verdict(warnings=warnings)


def _look(replan: Replan, keys: frozenset[Hashable], outcomes: Sequence[Outcome]) -> Verdict:
    try:
        remaining = replan(keys)
    except StateError as error:
        return Verdict(unread=keys, trouble=str(error))
    verdict = compare(outcomes, remaining)
    return verdict._replace(warnings=remaining.warnings)


def compare(outcomes: Sequence[Outcome], remaining: Plan[Change]) -> Verdict:
    """What still looks as the plan saw it is only not visible yet; any other value contradicts."""
    sent = defaultdict(list)
    unsent = set()
    for outcome in outcomes:
        change = outcome.change
        if outcome.status in SENT:
            sent[change.key].append(change)
        else:
            unsent.add((change.key, change.operation))
    contradictions: dict[Hashable, str] = {}
    for refusal in remaining.refusals:
        if refusal.subject in sent:
            contradictions[refusal.subject] = refusal.why
    not_visible: list[Change] = []
    for left in remaining.changes:
        if left.key not in sent or (left.key, left.operation) in unsent:
            continue
        if any(_saw(change, left) for change in sent[left.key]):
            not_visible.append(left)
        else:
            contradictions[left.key] = _contradiction(left)
    return Verdict(tuple(not_visible), contradictions)


def _contradiction(left: Change) -> str:
    resource = f"{left.kind} {left.name}"
    values = f"shows {left.before}, declared is {left.after}"
    return f"{resource} {values}: another client changed it meanwhile"


def _saw(change: Change, left: Change) -> bool:
    """Whether the change was planned on what is left. Both belong to one resource.

    `before` of one operation says nothing about another operation, except that of a creation: it
    saw everything that was there, which is nothing.
    """
    if change.operation != left.operation and change.before is not None:
        return False
    return _looks_as_before(left.before, change.before)


def _looks_as_before(left: Plain, planned: Plain) -> bool:
    """Whether every value that is left is the one that the plan saw; None: the plan saw none.

    The border to every kind of resource: only its type tells a dictionary from a value here.
    """
    if not isinstance(left, Mapping):
        return left == planned
    if planned is None:
        planned = dict.fromkeys(left)
    if not isinstance(planned, Mapping):
        return False
    for key, value in left.items():
        if key not in planned or not _looks_as_before(value, planned[key]):
            return False
    return True


def settle(outcomes: Iterable[Outcome], verdict: Verdict) -> list[Outcome]:
    """Decides the open outcomes by what the cluster shows now; what is not proven is unknown."""
    return [_settled(outcome, verdict) for outcome in outcomes]


def _settled(outcome: Outcome, verdict: Verdict) -> Outcome:
    if outcome.status not in ("unknown", "overtaken"):
        return outcome
    key = outcome.change.key
    if verdict.shown or key not in verdict.unsettled():
        return outcome._replace(status="applied", cause="")
    status: Status = "unknown"
    if key in verdict.contradictions:
        why = f"now {verdict.contradictions[key]}"
        # a lost write may still be made, or was made and is overwritten; a refused one is not made
        if outcome.status == "overtaken":
            status = "failed"
    elif key in verdict.unread:
        why = verdict.trouble
    else:
        why = "the cluster does not show it"
    return outcome._replace(status=status, cause=f"{outcome.cause}; {why}")
