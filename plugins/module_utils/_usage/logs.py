# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What topics hold and who reads them, asked of the cluster for all of them together."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple, TypeAlias

from .._cluster.gateway.groups import Group
from .._cluster.gateway.records import Records
from .._kafka.errors import Rejection
from .._kafka.partitions import EARLIEST, LATEST, NEWEST, Offset, TopicPartition
from .._kafka.usage import UNKNOWN, Ages, Readers, Unknown

Offsets: TypeAlias = Mapping[TopicPartition, Offset | Rejection]
Groups: TypeAlias = Mapping[str, Group] | Rejection


class Logs(NamedTuple):
    """Where the partitions begin and end, and the oldest and the newest record that Kafka finds.

    `partitions`: how many, by topic.
    """

    partitions: Mapping[str, int]
    earliest: Offsets
    latest: Offsets
    oldest: Offsets
    newest: Offsets

    def places(self, topic: str) -> list[TopicPartition]:
        return [TopicPartition(topic, number) for number in range(self.partitions[topic])]

    def records(self, topic: str, limits: Offsets | None = None) -> int | None:
        """An upper bound of the records before the limits, since compaction leaves gaps.

        None where it is not known.
        """
        return self._records(self.places(topic), limits or {})

    def ages(self, topic: str) -> Ages:
        # the newest record that Kafka knows of may be a deleted one
        written = [place for place in self.places(topic) if self._records([place], {}) != 0]
        return Ages(_extreme(written, self.oldest, min), _extreme(written, self.newest, max))

    def _records(self, places: Iterable[TopicPartition], limits: Offsets) -> int | None:
        records = 0
        for place in places:
            first, last, limit = self.earliest.get(place), self.latest.get(place), limits.get(place)
            if not isinstance(first, Offset) or not isinstance(last, Offset):
                return None
            if isinstance(limit, Rejection):
                return None
            # no record is younger than the limit, or there is no limit: all of them go
            end = last.offset if limit is None or limit.offset < 0 else limit.offset
            records += max(end - first.offset, 0)
        return records


def read_logs(gateway: Records, partitions: Mapping[str, int]) -> Logs:
    """In four requests, however many topics."""
    places = [
        TopicPartition(topic, number)
        for topic, count in partitions.items()
        for number in range(count)
    ]
    earliest, latest, oldest, newest = (
        gateway.list_offsets(dict.fromkeys(places, at)) for at in (EARLIEST, LATEST, 0, NEWEST)
    )
    return Logs(partitions, earliest, latest, oldest, newest)


def readers(topic: str, groups: Groups) -> Readers | Unknown:
    if isinstance(groups, Rejection):
        return UNKNOWN
    active, committed = [], []
    for name, group in sorted(groups.items()):
        if topic in group.active:
            active.append(name)
        if topic in group.committed:
            committed.append(name)
    return Readers(tuple(active), tuple(committed))


def _extreme(
    places: Iterable[TopicPartition], offsets: Offsets, pick: Callable[[Iterable[int]], int]
) -> int | Unknown | None:
    found = [offsets.get(place) for place in places]
    # a record need not have a timestamp
    times = [
        offset.timestamp for offset in found if isinstance(offset, Offset) and offset.timestamp >= 0
    ]
    if len(times) < len(found):
        return UNKNOWN
    return pick(times) if times else None
