# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The log on confluent-kafka's Producer and Consumer."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any

from ..._core.errors import ClusterUnreachable
from ..._kafka.errors import TIMED_OUT, UNKNOWN_TOPIC, Rejection
from ..._kafka.partitions import TopicPartition
from ..connection import Connection
from ..gateway.records import Message, Reading, Record, Stored
from .client import Journal, client, metadata_of, raised, rejection, said, why_unreachable

# the runner reports it where the library is missing
with suppress(ImportError):
    from confluent_kafka import (
        TIMESTAMP_NOT_AVAILABLE,
        Consumer,
        KafkaError,
        KafkaException,
        Producer,
    )
    from confluent_kafka import TopicPartition as _Position

_POLL_SECONDS = 0.1
# the most that the library allows, so that only the broker refuses a record as too large
_MOST_BYTES = 1_000_000_000
_MOST_PREFETCHED = 100_000
# bytes of values after which a call ends; the next call reads on from there
_MOST_HELD = 64 * 2**20

_PRODUCER = {
    "acks": "all",
    "enable.idempotence": True,
    "linger.ms": 0,
    # max.message.bytes limits a whole batch, and the library does not split one that is refused
    "batch.num.messages": 1,
    "message.max.bytes": _MOST_BYTES,
    "queue.buffering.max.messages": 0,
    "queue.buffering.max.kbytes": 2_147_483_647,
    # as Java clients do, so that all records of a key are in one partition, whoever wrote them
    "partitioner": "murmur2_random",
}
_CONSUMER = {
    # the library requires it, but a consumer that is assigned its partitions joins no group
    "group.id": "omninode.kafka",
    "enable.auto.commit": False,
    "enable.partition.eof": True,
    "auto.offset.reset": "earliest",
    "isolation.level": "read_committed",
    # after this time (1000 by default), the library looks again at a queue that was full; where
    # one message is to be read, a single one fills the queue
    "fetch.queue.backoff.ms": 10,
}


_MISSING = Rejection(UNKNOWN_TOPIC, "UNKNOWN_TOPIC_OR_PART", "Broker: Unknown topic or partition")


class ConfluentLog:
    """Implements the Log protocol."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def publish(self, topic: str, messages: Sequence[Message]) -> Sequence[Stored | Rejection]:
        seconds = self._connection.timeout
        journal = Journal()
        settings = {**_PRODUCER, "delivery.timeout.ms": seconds * 1000}
        producer = client(Producer, self._connection, journal, settings)
        found = self._partitions(producer, topic, journal)
        if isinstance(found, Rejection):
            return [found] * len(messages)
        reports = []
        for message in messages:
            report = _DeliveryReport()
            report.send(producer, topic, message)
            reports.append(report)
        deadline = time.monotonic() + seconds + 1
        fatal = _await_reports(producer, deadline)
        lost = f"not acknowledged within {seconds} s"
        if journal.all_down:
            lost += ": all brokers are gone"
        return [_settled(report.answer, fatal, lost) for report in reports]

    def read(self, start: Mapping[TopicPartition, int], most: int, seconds: float) -> Reading:
        deadline = time.monotonic() + seconds
        journal = Journal()
        settings = {**_CONSUMER, "queued.min.messages": min(most, _MOST_PREFETCHED)}
        consumer = client(Consumer, self._connection, journal, settings)
        unreadable = self._unreadable(consumer, start, journal)
        progress = _Progress(start, most, unreadable)
        try:
            positions = [_Position(*place, start[place]) for place in progress.open]
            consumer.assign(positions)
            while progress.goes_on:
                rest = deadline - time.monotonic()
                if rest <= 0:
                    break
                message = consumer.poll(min(rest, _POLL_SECONDS))
                # a message without a topic is an error that does not matter here, such as that
                # of a group's coordinator
                if message is None or message.topic() is None:
                    continue
                journal.all_down = None
                done = progress.take(message)
                if done:
                    consumer.pause([_Position(*done)])
        finally:
            consumer.close()
        if progress.open and journal.all_down:
            what = f"cannot read from {self._connection.address}"
            raise ClusterUnreachable(f"{what}: all brokers are gone")
        return Reading(progress.records, progress.left, progress.refused)

    def _unreadable(
        self, consumer: Any, places: Mapping[TopicPartition, int], journal: Journal
    ) -> dict[TopicPartition, Rejection]:
        """The partitions that the library must not be asked for: it waits for those not there."""
        topics = sorted({topic for topic, _partition in places})
        found = {topic: self._partitions(consumer, topic, journal) for topic in topics}
        refused: dict[TopicPartition, Rejection] = {}
        for place in places:
            topic, partition = place
            answer = found[topic]
            if isinstance(answer, Rejection):
                refused[place] = answer
            elif partition >= answer:
                refused[place] = _MISSING
        return refused

    def _partitions(self, asking: Any, topic: str, journal: Journal) -> int | Rejection:
        """How many partitions the topic has.

        Asking for a topic by its name does not create it: allow.auto.create.topics is false.
        """
        try:
            listed = metadata_of(asking, self._connection.timeout, topic)
        except KafkaException as error:
            asking.poll(0)
            why = said(error)
            if journal.all_down:
                why = why_unreachable(journal, self._connection)
            raise ClusterUnreachable(f"cannot reach {self._connection.address}: {why}") from error
        found = listed.topics[topic]
        if found.error:
            return rejection(found.error)
        return len(found.partitions)


class _Progress:
    """What was read so far. `open`: where there may be more to read."""

    def __init__(
        self,
        start: Mapping[TopicPartition, int],
        most: int,
        refused: dict[TopicPartition, Rejection],
    ) -> None:
        self._start = start
        self._held = 0
        self.refused = refused
        self.left = {place: offset for place, offset in start.items() if place not in refused}
        self.open = set(self.left)
        self._rest = dict.fromkeys(self.left, most)
        self.records: list[Record] = []

    @property
    def goes_on(self) -> bool:
        return bool(self.open) and self._held < _MOST_HELD

    def take(self, message: Any) -> TopicPartition | None:
        """Returns the message's partition if nothing more is to be read there."""
        place = TopicPartition(message.topic(), message.partition())
        if place not in self.open:
            return None
        error = message.error()
        if error:
            self._end(place)
            if error.code() != KafkaError._PARTITION_EOF:
                self.refused[place] = rejection(error)
        elif message.offset() < self._start[place]:
            # the library went back to the first record, since the asked one lies beyond the end
            self._end(place)
        else:
            self._keep(place, message)
        if place in self.open:
            return None
        return place

    def _end(self, place: TopicPartition) -> None:
        del self.left[place]
        self.open.discard(place)

    def _keep(self, place: TopicPartition, message: Any) -> None:
        self.records.append(_record(message))
        value = message.value() or b""
        self._held += len(value)
        self.left[place] = message.offset() + 1
        self._rest[place] -= 1
        if not self._rest[place]:
            self.open.discard(place)


class _DeliveryReport:
    """What became of a message. `answer`: None until there is one."""

    def __init__(self) -> None:
        self.answer: Stored | Rejection | None = None

    def send(self, producer: Any, topic: str, message: Message) -> None:
        try:
            producer.produce(
                topic,
                message.value,
                message.key,
                headers=list(message.headers),
                on_delivery=self._receive,
            )
        except KafkaException as error:
            self.answer = raised(error)

    def _receive(self, error: Any, message: Any) -> None:
        if error:
            self.answer = rejection(error)
            return
        _kind, timestamp = message.timestamp()
        self.answer = Stored(message.partition(), message.offset(), timestamp)


def _await_reports(producer: Any, deadline: float) -> Rejection | None:
    """Waits until each message has its answer, or until the deadline.

    Returns the error that ended the producer, such as a missing right.
    """
    fatal = None
    while len(producer) and time.monotonic() < deadline:
        try:
            producer.poll(_POLL_SECONDS)
        except KafkaException as error:
            fatal = raised(error)
    return fatal


def _settled(
    answer: Stored | Rejection | None, fatal: Rejection | None, lost: str
) -> Stored | Rejection:
    """An answer in Kafka's words rather than the library's."""
    if isinstance(answer, Stored):
        return answer
    if answer and fatal and answer.code in (KafkaError._PURGE_QUEUE, KafkaError._FATAL):
        return fatal
    if answer is None or answer.code in (KafkaError._MSG_TIMED_OUT, KafkaError._PURGE_INFLIGHT):
        return Rejection(TIMED_OUT, "_TIMED_OUT", lost)
    return answer


def _record(message: Any) -> Record:
    kind, timestamp = message.timestamp()
    return Record(
        message.topic(),
        message.partition(),
        message.offset(),
        timestamp if kind != TIMESTAMP_NOT_AVAILABLE else -1,
        message.key(),
        message.value(),
        tuple(message.headers() or ()),
    )
