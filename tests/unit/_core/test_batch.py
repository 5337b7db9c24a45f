# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest
from ansible_collections.omninode.kafka.plugins.module_utils._core.batch import batches
from hypothesis import given
from hypothesis import strategies as st


@pytest.mark.parametrize(
    ("items", "most", "expected"),
    [
        ([], 2, []),
        ([4, 6, 1], 10, [[4, 6], [1]]),
        ([4, 6, 1], 99, [[4, 6, 1]]),
        ([99, 1, 1], 10, [[99], [1, 1]]),
        ([1, 99, 1], 10, [[1], [99], [1]]),
    ],
)
def test_weights_add_up_to_the_most(items: list[int], most: int, expected: list[list[int]]) -> None:
    assert list(batches(items, most, int)) == expected


def test_without_weights_items_are_counted() -> None:
    assert list(batches(["a", "b", "c", "d", "e"], 2)) == [["a", "b"], ["c", "d"], ["e"]]


@given(st.lists(st.integers(0, 20)), st.integers(1, 20))
def test_nothing_is_lost_and_no_limit_is_passed(items: list[int], most: int) -> None:
    found = list(batches(items, most, int))
    assert [item for batch in found for item in batch] == items
    assert all(sum(batch) <= most or len(batch) == 1 for batch in found)
