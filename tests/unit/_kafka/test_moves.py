# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest
from ansible_collections.omninode.kafka.plugins.module_utils._kafka.moves import Brake, Move
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
