# SPDX-License-Identifier: GPL-3.0-or-later
"""The table of the cases, which is printed at the end, and which docs/faults.md shows."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

_HEAD = ("case", "seconds", "bound", "true report", "runs needed", "lost")


class Row(NamedTuple):
    """One case. `seconds`: of the run with the fault, and the `bound` that it must keep.

    `report`: what that run said, all of which is true. `runs`: how many more it took until nothing
    was left to change. `lost`: what should be there and is not.
    """

    case: str
    seconds: float
    bound: float
    report: str
    runs: int
    lost: str = "nothing"


def table(rows: Iterable[Row]) -> list[str]:
    """As Markdown."""
    lines = [_line(_HEAD), _line(["---"] * len(_HEAD))]
    for row in rows:
        seconds, bound = f"{row.seconds:.1f}", f"{row.bound:.0f}"
        lines.append(_line((row.case, seconds, bound, row.report, str(row.runs), row.lost)))
    return lines


def _line(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"
