# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest
from ansible_collections.omninode.kafka.plugins.module_utils._kafka.quantities import (
    COUNT,
    SIZE,
    TIME,
    Quantity,
    about_bytes,
    about_seconds,
    format_duration,
    format_quantity,
    in_unit,
    parse_quantity,
    size_unit,
)
from hypothesis import given
from hypothesis import strategies as st


@pytest.mark.parametrize(
    ("value", "quantity", "shown"),
    [
        (31_536_000_000, TIME, "365d"),
        (604_800_000, TIME, "7d"),
        (604_800_001, TIME, "604800001"),
        (5_400_000, TIME, "90m"),
        (1500, TIME, "1500"),
        (0, TIME, "0"),
        (-1, TIME, "-1"),
        (-86_400_000, TIME, "-86400000"),
        (2**30, SIZE, "1GiB"),
        (3 * 2**29, SIZE, "1536MiB"),
        (2**50, SIZE, "1024TiB"),
        (1_048_588, SIZE, "1048588"),
        (1023, SIZE, "1023"),
        (3600, COUNT, "3600"),
    ],
)
def test_the_largest_unit_that_leaves_a_whole_number_is_shown(
    value: int, quantity: Quantity, shown: str
) -> None:
    assert format_quantity(value, quantity) == shown


WHOLE = st.builds(
    int.__mul__, st.integers(-(2**20), 2**20), st.sampled_from([1, 1000, 86_400_000, 2**10, 2**40])
)


@given(st.integers(-(2**63), 2**63 - 1) | WHOLE, st.sampled_from([TIME, SIZE, COUNT]))
def test_what_is_shown_reads_back_as_the_same_value(value: int, quantity: Quantity) -> None:
    assert parse_quantity(format_quantity(value, quantity), quantity) == value


@pytest.mark.parametrize(("value", "shown"), [(86_400_000, "1d"), (1500, "1500ms"), (0, "0ms")])
def test_a_duration_always_has_a_unit(value: int, shown: str) -> None:
    assert format_duration(value) == shown


@pytest.mark.parametrize(
    ("number", "unit"),
    [
        (0, "B"),
        (0.5, "B"),
        (1023, "B"),
        (1024, "KiB"),
        (2**20 - 1, "KiB"),
        (2**20, "MiB"),
        (2**30, "GiB"),
        (2**40, "TiB"),
        (2**60, "TiB"),
    ],
)
def test_a_size_has_the_largest_unit_that_leaves_at_least_one(number: float, unit: str) -> None:
    assert size_unit(number) == unit


@pytest.mark.parametrize(
    ("number", "unit", "shown"),
    [
        (0, "GiB", "0"),
        (2**29, "GiB", "0.5"),
        (2**30, "GiB", "1"),
        (int(3.14 * 2**30), "GiB", "3.1"),
        (int(9.9 * 2**30), "GiB", "9.9"),
        (int(51.4 * 2**20), "MiB", "51"),
        (int(9.96 * 2**20), "MiB", "10"),
        (10 * 2**20, "KiB", "10240"),
        (99.6, "B", "100"),
        (7, "B", "7"),
    ],
)
def test_a_size_has_no_more_digits_than_people_compare(
    number: float, unit: str, shown: str
) -> None:
    assert in_unit(number, unit) == shown


@pytest.mark.parametrize(
    ("number", "shown"),
    [(0, "0 B"), (1000, "1000 B"), (1536, "1.5 KiB"), (50 * 2**20, "50 MiB"), (2**50, "1024 TiB")],
)
def test_about_so_many_bytes(number: float, shown: str) -> None:
    assert about_bytes(number) == shown


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [
        (0, "about 1 s"),
        (0.2, "about 1 s"),
        (25.4, "about 25 s"),
        (119, "about 119 s"),
        (120, "about 2 min"),
        (150, "about 2 min"),
        (151, "about 3 min"),
        (7199, "about 120 min"),
        (7200, "about 2.0 h"),
        (12_600, "about 3.5 h"),
    ],
)
def test_about_so_many_seconds(seconds: float, shown: str) -> None:
    assert about_seconds(seconds) == shown
