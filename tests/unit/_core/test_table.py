# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A cell is a cell and a row is a row, whatever a name holds."""

from __future__ import annotations

import pytest
from ansible_collections.omninode.kafka.plugins.module_utils._core.table import lines, some_of


def test_a_name_fakes_no_row_and_no_column() -> None:
    rows = [("GROUP", "LAG"), ("a\nother  0", "7"), ("b  9", "8"), ("\x1b[8mc", "9")]
    assert lines(rows) == [
        "GROUP           LAG",
        r"a\nother \x200  7",
        r"b \x209         8",
        r"\x1b[8mc        9",
    ]


@pytest.mark.parametrize(
    ("cells", "shown"),
    [([], "none"), (["a", "b"], "a,b"), (["a,b"], r"a\x2cb"), (["a", "b", "c", "d"], "a,b,c,+1")],
)
def test_a_name_fakes_no_other_in_a_list(cells: list[str], shown: str) -> None:
    assert some_of(cells, 3) == shown
