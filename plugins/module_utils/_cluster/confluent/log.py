# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The log on confluent-kafka's Producer and Consumer."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import Any

from ..._core.errors import ClusterUnreachable
from ..._kafka.errors import TIMED_OUT, UNKNOWN_TOPIC, Rejection
from ..._kafka.partitions import TopicPartition
from ..connection import Connection
from ..gateway.records import Message, Reading, Record, Stored
from .client import Journal, cause, client, rejection

# the runner reports it where the library is missing
with suppress(ImportError):
    from confluent_kafka import Consumer, KafkaError, KafkaException, Producer
    from confluent_kafka import TopicPartition as _Position

_POLL_SECONDS = 0.1
_MOST_BYTES = (
    1_000_000_000  # the most that the library takes: what is too large is for the broker to judge
)
_MOST_PREFETCHED = 100_000
_MOST_HELD = (
    64 * 2**20
)  # bytes of values after which reading pauses: what is left is for the next call

_PRODUCER = {
    "acks": "all",
    "enable.idempotence": True,
    "linger.ms": 0,
    # a topic's max.message.bytes counts for a whole batch, and the library does not split one that is refused
    "batch.num.messages": 1,
    "message.max.bytes": _MOST_BYTES,
    "queue.buffering.max.messages": 0,
    "queue.buffering.max.kbytes": 2_147_483_647,
    # as Java clients do it, so that records of one key meet in one partition, whoever wrote them
    "partitioner": "murmur2_random",
}
_CONSUMER = {
    # the library wants a name, but a consumer that is assigned its partitions joins no group
    "group.id": "omninode.kafka",
    "enable.auto.commit": False,
    "enable.partition.eof": True,
    "auto.offset.reset": "earliest",
    "isolation.level": "read_committed",
    # one message that is to be read is as many as the queue shall hold, and the library looks again only after this time, 1000 by default
    "fetch.queue.backoff.ms": 10,
}


class ConfluentLog:
    """Implements the Log protocol."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def publish(self, topic: str, messages: Sequence[Message]) -> Sequence[Stored | Rejection]:
        seconds = self._connection.timeout
        journal = Journal()
        producer = client(
            Producer,
            self._connection,
            journal,
            {**_PRODUCER, "delivery.timeout.ms": seconds * 1000},
        )
        found = self._partitions(producer, topic, journal)
        if isinstance(found, Rejection):
            return [found] * len(messages)
        answers: dict[int, Stored | Rejection] = {}
        for number, message in enumerate(messages):
            try:
                producer.produce(
                    topic,
                    message.value,
                    message.key,
                    headers=list(message.headers),
                    on_delivery=_into(answers, number),
                )
            except KafkaException as error:
                answers[number] = rejection(error.args[0])
        fatal = _await_delivery(producer, time.monotonic() + seconds + 1)
        lost = f"not acknowledged within {seconds} s" + (
            ": all brokers are gone" if journal.all_down else ""
        )
        return [_settled(answers.get(number), fatal, lost) for number in range(len(messages))]

    def read(self, start: Mapping[TopicPartition, int], most: int, seconds: float) -> Reading:
        deadline = time.monotonic() + seconds
        journal = Journal()
        consumer = client(
            Consumer,
            self._connection,
            journal,
            {**_CONSUMER, "queued.min.messages": min(most, _MOST_PREFETCHED)},
        )
        progress = _Progress(start, most, self._unreadable(consumer, start, journal))
        try:
            consumer.assign([_Position(*place, start[place]) for place in progress.open])
            while (
                progress.open
                and progress.held < _MOST_HELD
                and (rest := deadline - time.monotonic()) > 0
            ):
                message = consumer.poll(min(rest, _POLL_SECONDS))
                if (
                    message is None or message.topic() is None
                ):  # such as an error of a group's coordinator, whom nobody needs
                    continue
                journal.all_down = None
                if done := progress.take(message):
                    consumer.pause([_Position(*done)])
        finally:
            consumer.close()
        if progress.open and journal.all_down:
            raise ClusterUnreachable(
                f"cannot read from {self._connection.address}: all brokers are gone"
            )
        return Reading(progress.records, progress.left, progress.refused)

    def _unreadable(
        self, consumer: Any, places: Mapping[TopicPartition, int], journal: Journal
    ) -> dict[TopicPartition, Rejection]:
        """The library waits for a partition that does not exist, so it is not asked for one."""
        found = {
            topic: self._partitions(consumer, topic, journal)
            for topic in sorted({topic for topic, _partition in places})
        }
        missing = Rejection(
            UNKNOWN_TOPIC, "UNKNOWN_TOPIC_OR_PART", "Broker: Unknown topic or partition"
        )
        refused: dict[TopicPartition, Rejection] = {}
        for place in places:
            topic, partition = place
            partitions = found[topic]
            if isinstance(partitions, Rejection):
                refused[place] = partitions
            elif partition >= partitions:
                refused[place] = missing
        return refused

    def _partitions(self, asking: Any, topic: str, journal: Journal) -> int | Rejection:
        """How many partitions the topic has. Asking by name creates none: the connection forbids it."""
        try:
            found = asking.list_topics(topic, timeout=self._connection.timeout).topics[topic]
        except KafkaException as error:
            asking.poll(0)
            why = cause(journal, self._connection) if journal.all_down else error.args[0].str()
            raise ClusterUnreachable(f"cannot reach {self._connection.address}: {why}") from error
        return rejection(found.error) if found.error else len(found.partitions)


class _Progress:
    """What was read so far. `open`: where there may be more to read."""

    def __init__(
        self,
        start: Mapping[TopicPartition, int],
        most: int,
        refused: dict[TopicPartition, Rejection],
    ) -> None:
        self._start = start
        self._rest = {place: most for place in start if place not in refused}
        self.records: list[Record] = []
        self.held = 0
        self.refused = refused
        self.left = {place: offset for place, offset in start.items() if place not in refused}
        self.open = set(self.left)

    def take(self, message: Any) -> TopicPartition | None:
        """Returns the message's place when nothing more is to be read there."""
        place = TopicPartition(message.topic(), message.partition())
        if place not in self.open:
            return None
        error = message.error()
        # after a reset to the first record: the asked one lies beyond the end
        beyond = not error and message.offset() < self._start[place]
        if error or beyond:
            del self.left[place]
            if error and error.code() != KafkaError._PARTITION_EOF:
                self.refused[place] = rejection(error)
        else:
            self.records.append(_record(message))
            self.held += len(message.value() or b"")
            self.left[place] = message.offset() + 1
            self._rest[place] -= 1
        if place in self.left and self._rest[place]:
            return None
        self.open.discard(place)
        return place


def _into(answers: dict[int, Stored | Rejection], number: int) -> Callable[[Any, Any], None]:
    def on_delivery(error: Any, message: Any) -> None:
        answers[number] = (
            rejection(error)
            if error
            else Stored(message.partition(), message.offset(), message.timestamp()[1])
        )

    return on_delivery


def _await_delivery(producer: Any, deadline: float) -> Rejection | None:
    """Until each message has its answer. Returns the error that ended the producer, such as a missing right."""
    fatal = None
    while len(producer) and time.monotonic() < deadline:
        try:
            producer.poll(_POLL_SECONDS)
        except KafkaException as error:
            fatal = rejection(error.args[0])
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
    place = message.topic(), message.partition(), message.offset()
    return Record(
        *place,
        timestamp if kind else -1,
        message.key(),
        message.value(),
        tuple(message.headers() or ()),
    )
