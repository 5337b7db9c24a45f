# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from collections.abc import Sequence

import pytest
from ansible_collections.omninode.kafka.plugins.module_utils._core.change import (
    Outcome,
    Status,
)
from ansible_collections.omninode.kafka.plugins.module_utils._core.outcome import report, shortfall

from tests.unit._core.changes import PlainChange


def outcomes(
    status: Status, cause: str, names: Sequence[str], operation: str = "create"
) -> list[Outcome]:
    return [
        Outcome(PlainChange("topic", name, operation, None, {}), status, cause) for name in names
    ]


MADE = outcomes("applied", "", "ab")
SILENT = outcomes("unknown", "no answer", "cdefghi")
REFUSED = outcomes("failed", "not that one", "jk")
WAITING = outcomes("pending", "not tried", "l", "delete")
PROVEN = "not all of {} changes were made ({} applied, {} failed, {} pending)"
OPEN = (
    "not all of {} changes are known to be made ({} applied, {} failed, {} pending, {} unknown:"
    " they may still be made; run again)"
)


@pytest.mark.parametrize(
    ("found", "further", "text"),
    [
        ([], [], ""),
        (MADE, [], ""),
        # a contradiction of what was applied is another failure
        (MADE, ["a shows 7"], ""),
        (
            SILENT,
            [],
            OPEN.format(7, 0, 0, 0, 7) + ": create topics c, d, e, f, g and 2 more: no answer",
        ),
        ([*MADE, *REFUSED], [], PROVEN.format(4, 2, 2, 0) + ": create topics j, k: not that one"),
        (
            [*MADE, *SILENT, *REFUSED, *WAITING],
            ["a shows 7"],
            OPEN.format(12, 2, 2, 1, 7)
            + ":\n- create topics c, d, e, f, g and 2 more: no answer\n- create topics j, k: not"
            " that one\n- a shows 7",
        ),
        ([*MADE, *WAITING], [], PROVEN.format(3, 2, 0, 1) + ": delete topic l: not tried"),
    ],
)
def test_the_sentence_counts_all_and_tells_equal_reasons_once(
    found: list[Outcome], further: list[str], text: str
) -> None:
    assert shortfall(found, further) == text


def test_each_change_is_in_the_list_of_what_became_of_it() -> None:
    told = report([*MADE, *SILENT, *REFUSED, *WAITING])
    assert {
        status: "".join(str(item["name"]) for item in listed) for status, listed in told.items()
    } == {
        "applied": "ab",
        "failed": "jk",
        "pending": "l",
        "unknown": "cdefghi",
    }
    assert told["unknown"][0]["why"] == "create topic c: no answer"
    assert "why" not in told["applied"][0]
