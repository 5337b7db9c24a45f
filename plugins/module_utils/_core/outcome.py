# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What became of a plan, as a result has it and as one sentence says it. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TypeAlias

from .change import Outcome, Plain
from .wording import because, some

Report: TypeAlias = dict[str, list[dict[str, Plain]]]


def report(outcomes: Sequence[Outcome]) -> Report:
    """The changes by what became of them."""
    listed: Report = {"applied": [], "failed": [], "pending": [], "unknown": []}
    for outcome in outcomes:
        listed[outcome.status].append(outcome.as_result())
    return listed


def shortfall(outcomes: Sequence[Outcome], further: Iterable[str]) -> str:
    """Why not every change is made, in one message; nothing when every one is. `further`: reasons beside."""
    missing = [outcome for outcome in outcomes if outcome.status in ("failed", "unknown")]
    waiting = [outcome for outcome in outcomes if outcome.status == "pending"]
    if not missing and not waiting:
        return ""
    # what waits does so because of what failed, so its own reason is told only when it is the only one
    return because(_head(outcomes), [*_reasons(missing or waiting), *further])


def _head(outcomes: Sequence[Outcome]) -> str:
    counts = {status: len(listed) for status, listed in report(outcomes).items()}
    unknown = counts.pop("unknown")
    told = ", ".join(f"{count} {status}" for status, count in counts.items())
    if not unknown:
        return f"not all of {len(outcomes)} changes were made ({told})"
    unproven = f"{unknown} unknown: they may still be made; run again"
    return f"not all of {len(outcomes)} changes are known to be made ({told}, {unproven})"


def _reasons(outcomes: Iterable[Outcome]) -> list[str]:
    """Equal ones once, with the changes that they hold for."""
    names: dict[tuple[str, str], list[str]] = {}
    for outcome in outcomes:
        names.setdefault((outcome.change.verb, outcome.cause), []).append(outcome.change.name)
    return [f"{some(verb, named)}: {cause}" for (verb, cause), named in names.items()]
