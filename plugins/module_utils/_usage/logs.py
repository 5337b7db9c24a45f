# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What topics hold and which groups read them, asked of the cluster for all topics at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple, TypeAlias

from .._cluster.gateway.groups import Group
from .._cluster.gateway.records import Records
from .._kafka.errors import Rejection
from .._kafka.partitions import EARLIEST, LATEST, NEWEST, Offset, TopicPartition, partitions_of
from .._kafka.usage import UNKNOWN, Readers, RecordTimes, Unknown

OffsetAnswers: TypeAlias = Mapping[TopicPartition, Offset | Rejection]
GroupsAnswer: TypeAlias = Mapping[str, Group] | Rejection

_FROM_1970 = 0


class Logs(NamedTuple):
    """Where the partitions begin and end, and the oldest and the newest record that Kafka finds.

    `partitions`: how many, by topic.
    """

    partitions: Mapping[str, int]
    earliest: OffsetAnswers
    latest: OffsetAnswers
    oldest: OffsetAnswers
    newest: OffsetAnswers

    def places(self, topic: str) -> list[TopicPartition]:
        return partitions_of(topic, self.partitions[topic])

    def records(self, topic: str, limits: OffsetAnswers | None = None) -> int | None:
        """How many records are before the limits, or in the topic; None where it is not known.

        An upper bound, since compaction leaves gaps.
        """
        total = 0
        for place in self.places(topic):
            limit = limits.get(place) if limits else None
            count = self._count(place, limit)
            if count is None:
                return None
            total += count
        return total

    def times(self, topic: str) -> RecordTimes:
        written = []
        for place in self.places(topic):
            # for an empty partition Kafka may still name a newest record, which was deleted
            if self._count(place) != 0:
                written.append(place)
        oldest = _timestamp(written, self.oldest, min)
        newest = _timestamp(written, self.newest, max)
        return RecordTimes(oldest, newest)

    def _count(self, place: TopicPartition, limit: Offset | Rejection | None = None) -> int | None:
        first = self.earliest.get(place)
        last = self.latest.get(place)
        if not isinstance(first, Offset) or not isinstance(last, Offset):
            return None
        if isinstance(limit, Rejection):
            return None
        end = last.offset
        # a negative limit: all records are older
        if limit is not None and limit.offset >= 0:
            end = limit.offset
        return max(end - first.offset, 0)


def read_logs(gateway: Records, partitions: Mapping[str, int]) -> Logs:
    """In four requests, however many topics. `partitions`: how many, by topic."""
    places: list[TopicPartition] = []
    for topic, count in partitions.items():
        places += partitions_of(topic, count)

    def ask(at: int) -> OffsetAnswers:
        return gateway.list_offsets(dict.fromkeys(places, at))

    return Logs(
        partitions,
        earliest=ask(EARLIEST),
        latest=ask(LATEST),
        oldest=ask(_FROM_1970),
        newest=ask(NEWEST),
    )


def readers(topic: str, groups: GroupsAnswer) -> Readers | Unknown:
    if isinstance(groups, Rejection):
        return UNKNOWN
    active = []
    committed = []
    for name, group in sorted(groups.items()):
        if topic in group.active:
            active.append(name)
        if topic in group.committed:
            committed.append(name)
    return Readers(tuple(active), tuple(committed))


def _timestamp(
    places: Iterable[TopicPartition], offsets: OffsetAnswers, pick: Callable[[Iterable[int]], int]
) -> int | Unknown | None:
    """The lowest or the highest timestamp, as `pick` chooses; None without records."""
    timestamps = []
    for place in places:
        offset = offsets.get(place)
        # a record need not have a timestamp
        if not isinstance(offset, Offset) or offset.timestamp < 0:
            return UNKNOWN
        timestamps.append(offset.timestamp)
    if not timestamps:
        return None
    return pick(timestamps)
