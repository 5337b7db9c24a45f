# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Partitions of topics, and places in them."""

from __future__ import annotations

from typing import NamedTuple

# what may be asked of a partition besides a timestamp (ListOffsets, KIP-79 and KIP-734)
EARLIEST, LATEST, NEWEST = -2, -1, -3


class TopicPartition(NamedTuple):
    topic: str
    partition: int


class Offset(NamedTuple):
    """A place in a partition and the timestamp of its record (ms since 1970); -1: there is none."""

    offset: int
    timestamp: int
