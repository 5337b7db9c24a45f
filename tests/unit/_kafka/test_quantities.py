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
    format_duration,
    format_quantity,
    parse_quantity,
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
