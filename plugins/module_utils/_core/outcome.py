# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What became of a plan, for the result and for one message. Pure."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from typing import TypeAlias

from .change import Outcome, Plain, Status
from .wording import because, some

Report: TypeAlias = dict[str, list[dict[str, Plain]]]


def report(outcomes: Sequence[Outcome]) -> Report:
    """The changes by what became of them."""
    changes: Report = {"applied": [], "failed": [], "pending": [], "unknown": []}
    for outcome in outcomes:
        status = "pending" if outcome.status == "deferred" else outcome.status
        changes[status].append(outcome.as_result())
    return changes


def shortfall(outcomes: Sequence[Outcome], further: Iterable[str]) -> str:
    """Why not every change is made, in one message; empty when every one is.

    `further`: more reasons, from outside the outcomes.
    """
    unmade = _of_status(outcomes, "failed", "unknown")
    waiting = _of_status(outcomes, "pending")
    if not unmade and not waiting:
        return ""
    # a pending change waits because another one failed, so its own reason matters only alone
    reasons = _reasons(unmade or waiting)
    return because(_head(outcomes), [*reasons, *further])


def _of_status(outcomes: Iterable[Outcome], *statuses: Status) -> list[Outcome]:
    return [outcome for outcome in outcomes if outcome.status in statuses]


def _head(outcomes: Sequence[Outcome]) -> str:
    counts: Counter[str] = Counter(outcome.status for outcome in outcomes)
    told = []
    for status in ("applied", "failed", "pending"):
        told.append(f"{counts[status]} {status}")
    made = "were made"
    unknown = counts["unknown"]
    if unknown:
        told.append(f"{unknown} unknown: they may still be made; run again")
        made = "are known to be made"
    return f"not all of {len(outcomes)} changes {made} ({', '.join(told)})"


def _reasons(outcomes: Iterable[Outcome]) -> list[str]:
    """Each reason once, with the names of all changes that it holds for."""
    names = defaultdict(list)
    for outcome in outcomes:
        change = outcome.change
        names[change.verb, outcome.cause].append(change.name)
    reasons = []
    for (verb, cause), named in names.items():
        reasons.append(f"{some(verb, named)}: {cause}")
    return reasons
