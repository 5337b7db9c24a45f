# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tables for people to read, as lines."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import zip_longest

from .foreign import cell


def lines(rows: Sequence[Sequence[str]]) -> list[str]:
    """`rows`: the first names the columns; others may be shorter. Each row is one line."""
    shown = []
    for row in rows:
        shown.append([cell(text) for text in row])
    widths = []
    for column in zip_longest(*shown, fillvalue=""):
        lengths = [len(text) for text in column]
        widths.append(max(lengths))
    return [_line(row, widths) for row in shown]


def _line(row: Sequence[str], widths: Sequence[int]) -> str:
    padded = []
    for text, width in zip(row, widths, strict=False):
        padded.append(text.ljust(width))
    # two spaces between columns: a YAML printer folds long lines at single ones
    return "  ".join(padded).rstrip()


def some_of(names: Sequence[str], most: int) -> str:
    """The first few names as one cell, such as `a,b,c,+2`; `none` if there are none.

    Without spaces, unlike `listed` in a sentence: a YAML printer would fold the row there.
    """
    if not names:
        return "none"
    shown = [name.replace(",", r"\x2c") for name in names[:most]]
    hidden = len(names) - len(shown)
    if hidden:
        shown.append(f"+{hidden}")
    return ",".join(shown)
