# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is asked of the logs of topics: where they begin and end, and the records themselves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple, Protocol

from ..._kafka.errors import Rejection
from ..._kafka.partitions import Offset, TopicPartition


class Message(NamedTuple):
    """What is published: the partition follows from the key, as Java clients choose it."""

    key: bytes | None
    value: bytes
    headers: tuple[tuple[str, bytes | None], ...] = ()


class Stored(NamedTuple):
    """Where all in-sync replicas store a published message. `timestamp`: ms since 1970."""

    partition: int
    offset: int
    timestamp: int


class Record(NamedTuple):
    """`value` is None in a tombstone. `timestamp`: ms since 1970, -1 without one."""

    topic: str
    partition: int
    offset: int
    timestamp: int
    key: bytes | None
    value: bytes | None
    headers: tuple[tuple[str, bytes | None], ...] = ()

    @property
    def place(self) -> TopicPartition:
        return TopicPartition(self.topic, self.partition)


class Reading(NamedTuple):
    """What one call has read.

    `records`: those of one partition in their order. `left`: where to go on in the partitions
    whose end was not reached. `refused`: why a partition could not be read.
    """

    records: Sequence[Record]
    left: Mapping[TopicPartition, int]
    refused: Mapping[TopicPartition, Rejection]


class Log(Protocol):
    """The records of a cluster, by connections of their own.

    What fails as a whole raises ClusterUnreachable; what fails of one item is an answer.
    """

    def publish(self, topic: str, messages: Sequence[Message]) -> Sequence[Stored | Rejection]:
        """Writes each message once, or not; a rejection that is `lost` leaves open which.

        The answers are in the order of the messages. Never creates a topic.
        """

    def read(self, start: Mapping[TopicPartition, int], most: int, seconds: float) -> Reading:
        """From these offsets to the end that each partition has by then.

        Reads at most `most` records of each partition, and fewer where they are large, for at most
        `seconds`. Joins no group and commits nothing. Where the record at an offset was deleted,
        it starts at the first one that is left.
        """


class Records(Protocol):
    def list_offsets(
        self, wanted: Mapping[TopicPartition, int]
    ) -> Mapping[TopicPartition, Offset | Rejection]:
        """By partition: its EARLIEST or LATEST offset, that of its NEWEST record, or of the first
        record from a timestamp on."""

    def log(self) -> Log:
        """The records, by connections of their own."""
