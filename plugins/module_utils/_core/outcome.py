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
    """Why not every change is made, in one message; nothing when every one is.

    `further`: other reasons.
    """
    missing = [outcome for outcome in outcomes if outcome.status in ("failed", "unknown")]
    waiting = [outcome for outcome in outcomes if outcome.status == "pending"]
    if not missing and not waiting:
        return ""
    # a pending change waits because of what failed, so its own reason is told only when alone
    return because(_head(outcomes), [*_reasons(missing or waiting), *further])


def _head(outcomes: Sequence[Outcome]) -> str:
    told = []
    for status in ("applied", "failed", "pending"):
        count = sum(outcome.status == status for outcome in outcomes)
        told.append(f"{count} {status}")
    unknown = sum(outcome.status == "unknown" for outcome in outcomes)
    if not unknown:
        return f"not all of {len(outcomes)} changes were made ({', '.join(told)})"
    told.append(f"{unknown} unknown: they may still be made; run again")
    return f"not all of {len(outcomes)} changes are known to be made ({', '.join(told)})"


def _reasons(outcomes: Iterable[Outcome]) -> list[str]:
    """Equal reasons once, with the changes that they hold for."""
    names: dict[tuple[str, str], list[str]] = {}
    for outcome in outcomes:
        reason = outcome.change.verb, outcome.cause
        names.setdefault(reason, []).append(outcome.change.name)
    reasons = []
    for (verb, cause), named in names.items():
        reasons.append(f"{some(verb, named)}: {cause}")
    return reasons
