# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Messages for people: bounded, one line where that is enough. The facts hold everything."""

from __future__ import annotations

from collections.abc import Sequence

from .foreign import printable

_MOST_REASONS = 20
_MOST_NAMES = 5


def because(head: str, reasons: Sequence[str]) -> str:
    """One line where there is one reason, a list where there are several."""
    if not reasons:
        return head
    if len(reasons) == 1:
        return f"{head}: {printable(reasons[0])}"
    lines = [*reasons[:_MOST_REASONS]]
    hidden = len(reasons) - len(lines)
    if hidden:
        lines.append(f"... and {hidden} more")
    return f"{head}:" + "".join(f"\n- {printable(line)}" for line in lines)


def some(kind: str, names: Sequence[str]) -> str:
    """The first few of them, such as `topics a, b and 3 more`."""
    return f"{kind}{'s' if len(names) > 1 else ''} {listed(names)}"


def listed(names: Sequence[str]) -> str:
    """The first few of them, such as `a, b and 3 more`."""
    shown = printable(", ".join(names[:_MOST_NAMES]))
    hidden = len(names) - _MOST_NAMES
    return f"{shown} and {hidden} more" if hidden > 0 else shown
