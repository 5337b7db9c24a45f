# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The rows of a CSV file, whose first line names the columns."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterator, Sequence

from ansible_collections.omninode.kafka.plugins.module_utils._core.problems import quoted

from .row import Row, Unreadable, row


def rows(text: str, delimiter: str) -> Iterator[Row]:
    """An empty cell is None."""
    lines = io.StringIO(text, newline="")
    reader = csv.reader(lines, delimiter=delimiter, skipinitialspace=True, strict=True)
    header: list[str] = []
    line = 1
    try:
        for cells in reader:
            begins, line = line, reader.line_num + 1
            stripped = [cell.strip() for cell in cells]
            # a blank line, or an empty row of a spreadsheet
            if not any(stripped):
                continue
            if header:
                yield _row(begins, header, stripped)
            else:
                header = stripped
                _check_header(begins, header)
    except csv.Error as error:
        raise Unreadable(line, f"is no CSV: {error}") from None


def _check_header(line: int, header: Sequence[str]) -> None:
    counts = Counter(header)
    for number, name in enumerate(header, 1):
        if not name:
            raise Unreadable(line, f"column {number} has no name: write one")
        if counts[name] > 1:
            raise Unreadable(line, f"two columns are called {quoted(name)}: rename one")


def _row(line: int, header: Sequence[str], cells: Sequence[str]) -> Row:
    if len(cells) != len(header):
        counted = f"has {len(cells)} cells, the header has {len(header)}"
        return Row(line, {}, f"{counted}: quote a cell that holds the delimiter")
    columns = dict(zip(header, cells, strict=True))
    return row(line, {name: cell or None for name, cell in columns.items()}, {})
