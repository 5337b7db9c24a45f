# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Partitions of topics, and offsets in them."""

from __future__ import annotations

from typing import NamedTuple

# what a ListOffsets request may ask for instead of a timestamp (KIP-79 and KIP-734)
EARLIEST, LATEST, NEWEST = -2, -1, -3


class TopicPartition(NamedTuple):
    topic: str
    partition: int


class Offset(NamedTuple):
    """An offset, and the timestamp (ms since 1970) of the record there; -1 where there is none."""

    offset: int
    timestamp: int


def partitions_of(topic: str, count: int) -> list[TopicPartition]:
    """Partition 0 and those after it, `count` in all."""
    return [TopicPartition(topic, number) for number in range(count)]
