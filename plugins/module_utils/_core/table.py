# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tables for people to read, as lines."""

from __future__ import annotations

from collections.abc import Sequence

from .foreign import cell


def lines(rows: Sequence[Sequence[str]]) -> list[str]:
    """`rows`: the first names the columns; others may be shorter. Each row is one line."""
    cells = [[cell(text) for text in row] for row in rows]
    widths = [
        max(len(row[column]) for row in cells if column < len(row))
        for column in range(len(rows[0]))
    ]
    # two spaces between columns: a YAML printer folds long lines at single ones
    return [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=False)).rstrip()
        for row in cells
    ]


def some_of(cells: Sequence[str], most: int) -> str:
    """The first few of them, such as `a,b,c,+2`; `none` without any."""
    shown = [text.replace(",", r"\x2c") for text in cells[:most]]
    hidden = len(cells) - len(shown)
    if hidden:
        shown.append(f"+{hidden}")
    return ",".join(shown) or "none"
