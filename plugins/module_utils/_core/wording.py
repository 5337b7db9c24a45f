# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Messages for people: bounded, on one line where that is enough. The facts hold everything."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TypeVar

from .foreign import printable

_MOST_REASONS = 20
_MOST_NAMES = 5

T = TypeVar("T")


def shortened(items: Sequence[T], most: int) -> tuple[Sequence[T], str]:
    """The first `most` items, and what to say of the others: `and 3 more`, or nothing."""
    shown = items[:most]
    hidden = len(items) - len(shown)
    rest = f"and {hidden} more" if hidden else ""
    return shown, rest


def because(head: str, reasons: Sequence[str]) -> str:
    """One line where there is one reason, a list where there are several."""
    if not reasons:
        return head
    if len(reasons) == 1:
        return f"{head}: {printable(reasons[0])}"
    shown, rest = shortened(reasons, _MOST_REASONS)
    lines = [f"{head}:"]
    for reason in shown:
        lines.append(f"- {printable(reason)}")
    if rest:
        lines.append(f"- ... {rest}")
    return "\n".join(lines)


def some(kind: str, names: Sequence[str]) -> str:
    """The first few names after their kind, such as `topics a, b and 3 more`."""
    if len(names) > 1:
        kind = f"{kind}s"
    return f"{kind} {listed(names)}"


def which(kind: str, numbers: Iterable[int]) -> tuple[str, str]:
    """The same for numbers, all of them, and its verb, such as `brokers 1, 2` and `are`."""
    names = [str(number) for number in sorted(numbers)]
    subject = f"{kind}s {', '.join(names)}"
    if len(names) == 1:
        return f"{kind} {names[0]}", "is"
    return subject, "are"


def listed(names: Sequence[str]) -> str:
    """The first few names, such as `a, b and 3 more`."""
    shown, rest = shortened(names, _MOST_NAMES)
    text = printable(", ".join(shown))
    if rest:
        text += f" {rest}"
    return text
