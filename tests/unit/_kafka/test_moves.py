# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest
from ansible_collections.omninode.kafka.plugins.module_utils._kafka.moves import (
    Brake,
    Move,
    Weight,
    parse_throttle,
    usable_after,
    weight,
    weight_as_told,
)
from ansible_collections.omninode.kafka.plugins.module_utils._kafka.partitions import TopicPartition

Brokers = tuple[int, ...]


@pytest.mark.parametrize(
    ("before", "target", "adding", "copied"),
    [
        ((1,), (1, 2), (2,), 70),
        ((1, 2), (4, 3), (4, 3), 140),
        ((1, 2, 3), (3, 4, 1), (4,), 70),
        # nothing is copied to the brokers that have it
        ((1, 2), (2, 1), (), 0),
        ((1, 2), (2,), (), 0),
    ],
)
def test_a_move_copies_to_each_broker_that_it_adds(
    before: Brokers, target: Brokers, adding: Brokers, copied: int
) -> None:
    move = Move(TopicPartition("a", 0), before, target, 70)
    assert (move.adding, move.bytes_to_copy) == (adding, copied)


def test_moves_are_held_back_unless_somebody_says_otherwise() -> None:
    assert Brake() == Brake(throttle=52_428_800, at_once=10)


def moved(number: int, target: Brokers, size: int) -> Move:
    return Move(TopicPartition("a", number), (1,), target, size)


@pytest.mark.parametrize(
    ("moves", "throttle", "expected", "told"),
    [
        ([moved(0, (1, 2), 0)], None, Weight(1, 0, None, None), "1 partition"),
        (
            [moved(0, (2,), 2**30), moved(1, (3,), 2**30)],
            None,
            Weight(2, 2**31, None, None),
            "2 partitions, 2 GiB",
        ),
        # both arrive at broker 2
        (
            [moved(0, (2,), 2**30), moved(1, (2, 3), 2**30)],
            2**20,
            Weight(2, 3 * 2**30, 2048, 2**20),
            "2 partitions, 3 GiB, about 34 min at 1 MiB/s",
        ),
        # nothing is copied
        ([moved(0, (), 70)], 2**20, Weight(1, 0, 0, 2**20), "1 partition"),
    ],
)
def test_moves_weigh_what_the_busiest_broker_receives(
    moves: list[Move], throttle: int | None, expected: Weight, told: str
) -> None:
    found = weight(moves, Brake(throttle), {})
    assert found._replace(brokers={}) == expected
    assert weight_as_told(found.as_result()) == told


def test_each_broker_is_told_with_what_arrives_and_the_room_that_is_left() -> None:
    moves = [moved(0, (2,), 300), moved(1, (2, 3), 50), moved(2, (4,), 7)._replace(copied=3)]
    usable = {1: 9, 2: 1000, 3: None}
    found = weight(moves, Brake(), usable)
    assert found.as_result()["brokers"] == {
        "2": {"partitions": 2, "bytes": 350, "usable_bytes": 650},
        "3": {"partitions": 1, "bytes": 50, "usable_bytes": None},
        "4": {"partitions": 1, "bytes": 4, "usable_bytes": None},
    }
    assert usable_after(moves, usable) == {1: 9, 2: 650, 3: None, 4: None}


@pytest.mark.parametrize(
    ("given", "rate"), [("1MiB", 2**20), (1, 1), ("unlimited", None), ("50MiB", Brake().throttle)]
)
def test_a_throttle_is_bytes_per_second(given: object, rate: int | None) -> None:
    assert parse_throttle(given) == rate


@pytest.mark.parametrize("given", ["fast", "", "0", "Unlimited"])
def test_a_throttle_that_is_none_is_refused(given: object) -> None:
    with pytest.raises(ValueError, match=r", or unlimited$"):
        parse_throttle(given)
