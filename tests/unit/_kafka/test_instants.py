# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest
from ansible_collections.omninode.kafka.plugins.module_utils._kafka.instants import (
    iso,
    parse_instant,
)
from hypothesis import given
from hypothesis import strategies as st

NOW = 1_700_000_000_000


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2023-11-14T22:13:20Z", NOW),
        ("2023-11-14T22:13:20.5+00:00", NOW + 500),
        ("2023-11-15T00:13:20+02:00", NOW),
        (" 2023-11-14 22:13:20Z ", NOW),
        ("1960-01-01T00:00:00Z", 0),
        ("0s", NOW),
        ("250ms", NOW - 250),
        ("90 s", NOW - 90_000),
        ("5m", NOW - 300_000),
        ("2h", NOW - 7_200_000),
        ("1d", NOW - 86_400_000),
        ("1w", NOW - 604_800_000),
    ],
)
def test_instants_as_people_write_them(text: str, expected: int) -> None:
    assert parse_instant(text, NOW) == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        "yesterday",
        "2023-11-14T22:13:20",
        "2023-13-14T22:13:20Z",
        "5",
        "5 y",
        "-5m",
        "99999999w",
    ],
)
def test_invalid_instants_are_refused(text: str) -> None:
    with pytest.raises(
        ValueError,
        match=r"is neither a time with an offset, such as 2026-01-31T12:00:00Z, nor how long ago",
    ):
        parse_instant(text, NOW)


@given(st.integers(0, 250_000_000_000_000))
def test_a_formatted_instant_parses_to_itself(milliseconds: int) -> None:
    assert parse_instant(iso(milliseconds), NOW) == milliseconds


def test_a_timestamp_that_no_year_holds_stays_a_number() -> None:
    assert iso(NOW) == "2023-11-14T22:13:20.000Z"
    assert iso(10**18) == str(10**18)
