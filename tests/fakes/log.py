# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The records of a cluster in memory."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from ansible_collections.omninode.kafka.plugins.module_utils._cluster.gateway.records import (
    Message,
    Reading,
    Record,
    Stored,
)
from ansible_collections.omninode.kafka.plugins.module_utils._kafka.errors import (
    TIMED_OUT,
    TOPIC_AUTHORIZATION_FAILED,
    UNKNOWN_TOPIC,
    Rejection,
)
from ansible_collections.omninode.kafka.plugins.module_utils._kafka.partitions import TopicPartition

if TYPE_CHECKING:
    from .cluster import FakeCluster

MSG_SIZE_TOO_LARGE = 10
BATCH_OVERHEAD = 61  # bytes of a record batch without its records

NOT_AUTHORIZED = Rejection(
    TOPIC_AUTHORIZATION_FAILED, "TOPIC_AUTHORIZATION_FAILED", "Broker: Topic authorization failed"
)
UNKNOWN = Rejection(UNKNOWN_TOPIC, "UNKNOWN_TOPIC_OR_PART", "Broker: Unknown topic or partition")
TOO_LARGE = Rejection(MSG_SIZE_TOO_LARGE, "MSG_SIZE_TOO_LARGE", "Broker: Message size too large")
NOTHING = Message(None, b"")
NOW = 1_700_000_000_000  # the time at which everything is published
LOST = Rejection(TIMED_OUT, "_TIMED_OUT", "not acknowledged within 30 s")


class FakeLog:
    """Implements Log."""

    def __init__(self, cluster: FakeCluster) -> None:
        self._cluster = cluster

    def publish(self, topic: str, messages: Sequence[Message]) -> Sequence[Stored | Rejection]:
        self._cluster.arrive("publish")
        refused = self._refusal(topic, "DESCRIBE") or self._refusal(topic, "WRITE")
        return [refused or self._append(topic, message) for message in messages]

    def read(self, start: Mapping[TopicPartition, int], most: int, seconds: float) -> Reading:
        self._cluster.arrive("read")
        records: list[Record] = []
        left: dict[TopicPartition, int] = {}
        refused: dict[TopicPartition, Rejection] = {}
        for (topic, partition), offset in start.items():
            place = TopicPartition(topic, partition)
            why = self._refusal(topic, "DESCRIBE", partition) or self._refusal(topic, "READ")
            if why:
                refused[place] = why
                continue
            if not seconds:
                left[place] = offset
                continue
            found = list(self._records(place, offset))[:most]
            records += found
            if len(found) == most:
                left[place] = found[-1].offset + 1
        return Reading(records, left, refused)

    def _append(self, topic: str, message: Message) -> Stored | Rejection:
        fate = self._cluster.next_fate("publish")
        if fate == "applied":
            self._store(topic, message)
        if fate:
            return LOST
        config = self._cluster.topics[topic].config
        limit = int(config.get("max.message.bytes", "1048588"))
        key = message.key or b""
        size = BATCH_OVERHEAD + len(key) + len(message.value)
        if size > limit:
            return TOO_LARGE
        return self._store(topic, message)

    def _store(self, topic: str, message: Message) -> Stored:
        partition = 0  # without a key it may be any
        if message.key is not None:
            partitions = len(self._cluster.topics[topic].partitions)
            positive = murmur2(message.key) & 0x7FFFFFFF
            partition = positive % partitions
        offset = self._cluster.write(topic, partition, message, NOW)
        return Stored(partition, offset, NOW)

    def _records(self, place: TopicPartition, start: int) -> Iterator[Record]:
        logs = self._cluster.topics[place.topic].logs
        log = logs.get(place.partition)
        if log is None:
            return
        begin = max(log.first, start)
        end = len(log.timestamps)
        for offset in range(begin, end):
            message = log.messages.get(offset, NOTHING)
            yield Record(*place, offset, log.timestamps[offset], *message)

    def _refusal(self, topic: str, operation: str, partition: int = 0) -> Rejection | None:
        if topic in self._cluster.denied[operation]:
            return NOT_AUTHORIZED
        known = self._cluster.topics.get(topic)
        if known is None or partition >= len(known.partitions):
            return UNKNOWN
        return None


MIXER = 0x5BD1E995


def murmur2(key: bytes) -> int:
    """The hash by which Java clients choose the partition of a key, unsigned."""
    found = 0x9747B28C ^ len(key)
    whole = len(key) - len(key) % 4
    for at in range(0, whole, 4):
        word = _mixed(int.from_bytes(key[at : at + 4], "little"))
        word = _mixed(word ^ word >> 24)
        found = _mixed(found) ^ word
    if key[whole:]:
        found = _mixed(found ^ int.from_bytes(key[whole:], "little"))
    found = _mixed(found ^ found >> 13)
    return found ^ found >> 15


def _mixed(word: int) -> int:
    return word * MIXER & 0xFFFFFFFF
