# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Assignments that somebody wrote are told apart from those that Kafka can take."""

from __future__ import annotations

import pytest
from ansible_collections.omninode.kafka.plugins.module_utils._kafka.placement.explicit import (
    Written,
    wrong_assignments,
)
from hypothesis import given
from hypothesis import strategies as st

BROKERS = {1, 2, 3, 10}
WRONG: dict[str, tuple[Written, list[str]]] = {
    "nothing": ([(0, [1, 2]), (1, [3, 1])], []),
    "another order": ([(1, [3, 1]), (0, [1, 2])], []),
    "a partition is missing": ([(1, [3, 1])], ["partition 0 is missing: write its brokers"]),
    "a partition too many": (
        [(0, [1]), (1, [2]), (2, [3])],
        ["partition 2 does not exist: write only partitions 0 to 1"],
    ),
    "a partition below zero": (
        [(0, [1]), (1, [2]), (-1, [3])],
        ["partition -1 does not exist: write only partitions 0 to 1"],
    ),
    "a partition twice": (
        [(0, [1]), (1, [2]), (0, [1])],
        ["partition 0 is written 2 times: write it once"],
    ),
    "an unknown broker": (
        [(0, [1, 4]), (1, [2, 3])],
        ["partition 0 names broker 4, which the cluster does not have: write one of 1, 2, 3, 10"],
    ),
    "a broker twice": (
        [(0, [1, 1]), (1, [2, 3])],
        ["partition 0 names broker 1 2 times: write it once"],
    ),
    "no broker": (
        [(0, [1, 2]), (1, [])],
        ["partition 1 names no broker: write at least one of 1, 2, 3, 10"],
    ),
    "another length": (
        [(0, [1]), (1, [2, 3])],
        [
            "partition 1 has a list of length 2, others of 1:"
            " write the same number of brokers for every partition"
        ],
    ),
    "all at once": (
        [(0, [7, 7]), (2, [1]), (2, [])],
        [
            "partition 1 is missing: write its brokers",
            "partition 2 does not exist: write only partitions 0 to 1",
            "partition 2 is written 2 times: write it once",
            "partition 0 names broker 7, which the cluster does not have: write one of 1, 2, 3, 10",
            "partition 0 names broker 7 2 times: write it once",
            "partition 2 names no broker: write at least one of 1, 2, 3, 10",
            "partition 2 has a list of length 1, others of 2:"
            " write the same number of brokers for every partition",
        ],
    ),
}


@pytest.mark.parametrize("case", WRONG)
def test_all_that_is_wrong_is_told(case: str) -> None:
    written, expected = WRONG[case]
    assert wrong_assignments(written, 2, BROKERS, is_new=True) == expected


def test_the_most_frequent_length_is_taken_for_the_meant_one() -> None:
    written = [(0, [1]), (1, [2, 3]), (2, [1, 2])]
    (text,) = wrong_assignments(written, 3, BROKERS, is_new=True)
    assert text.startswith("partition 0 has a list of length 1, others of 2")


LISTS = st.lists(st.sampled_from([1, 2, 3, 4]), max_size=3)
WRITTEN = st.lists(st.tuples(st.integers(-1, 3), LISTS), max_size=4)


@given(WRITTEN, st.integers(1, 3))
def test_nothing_is_told_of_what_kafka_can_take_and_only_of_that(
    written: list[tuple[int, list[int]]], partitions: int
) -> None:
    numbers = sorted(number for number, _replicas in written)
    lists = [replicas for _number, replicas in written]
    is_right = (
        numbers == list(range(partitions))
        and all(replicas and BROKERS.issuperset(replicas) for replicas in lists)
        and all(len(set(replicas)) == len(replicas) for replicas in lists)
        and len({len(replicas) for replicas in lists}) == 1
    )
    assert (wrong_assignments(written, partitions, BROKERS, is_new=True) == []) == is_right
