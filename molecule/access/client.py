# SPDX-License-Identifier: GPL-3.0-or-later
"""A service that writes or reads, as the user in its environment.

client.py write TOPIC...              writes a record to each topic
client.py flood TOPIC                 writes a large record, and tells for how long that is held
client.py read GROUP TOPIC...         reads a record of each topic, and commits
client.py stay FOLDER GROUP TOPIC...  reads until an error; FOLDER/reads appears once records come
client.py work FOLDER GROUP TOPIC     writes and reads until FOLDER/stop appears; FOLDER/writes and
                                      FOLDER/reads appear whenever a record is written or read
client.py find PREFIX                 finds the topics and the principals of ACLs that begin so

Prints JSON: what became of each topic (done, or the name of Kafka's error), or what it found.
"""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path
from typing import Any

from confluent_kafka import (
    OFFSET_BEGINNING,
    Consumer,
    KafkaError,
    KafkaException,
    Message,
    Producer,
    ThrottleEvent,
    TopicPartition,
)
from confluent_kafka.admin import (
    AclBindingFilter,
    AclOperation,
    AclPermissionType,
    AdminClient,
    ResourcePatternType,
    ResourceType,
)

DONE = "done"
PATIENCE = 60  # seconds after which what has not come is lost
STAY = 600
SMALL = b"an event"
LARGE = os.urandom(512 * 1024)
AT_ONCE = 100  # records that a poll takes
PAUSE = 0.1


def connection() -> dict[str, str]:
    return {
        "bootstrap.servers": os.environ["KAFKA_SERVERS"],
        "security.protocol": "SASL_SSL",
        "sasl.mechanism": os.environ.get("KAFKA_MECHANISM", "SCRAM-SHA-512"),
        "sasl.username": os.environ["KAFKA_USER"],
        "sasl.password": os.environ["KAFKA_PASSWORD"],
        "ssl.ca.location": os.environ["OMNINODE_KAFKA_CA_CERT"],
    }


class Writer:
    """`held`: the longest time, in seconds, for which a broker told it to wait."""

    def __init__(self, topics: list[str]) -> None:
        self._topics = topics
        self._found: dict[str, str] = {}
        self.held = 0.0
        callbacks = {"error_cb": self._failed, "throttle_cb": self._throttled}
        self._producer = Producer({**connection(), **callbacks})

    def write(self, value: bytes) -> dict[str, str]:
        for topic in self._topics:
            self._producer.produce(topic, value, on_delivery=self._delivered)
        deadline = time.monotonic() + PATIENCE
        while self._found.keys() < {*self._topics} and time.monotonic() < deadline:
            self._producer.poll(1)
        return self._found

    def _delivered(self, error: KafkaError | None, message: Message) -> None:
        self._found[str(message.topic())] = error.name() if error else DONE

    def _failed(self, error: KafkaError) -> None:
        # who may not log in writes nowhere, but librdkafka tries again
        if error.code() == KafkaError._AUTHENTICATION:
            self._found = dict.fromkeys(self._topics, error.name())

    def _throttled(self, event: ThrottleEvent) -> None:
        self.held = max(self.held, event.throttle_time)


def write(topics: list[str]) -> dict[str, str]:
    return Writer(topics).write(SMALL)


def flood(topic: str) -> dict[str, Any]:
    writer = Writer([topic])
    written = writer.write(LARGE)
    return {**written, "held": writer.held}


def from_the_beginning(consumer: Consumer, partitions: list[TopicPartition]) -> None:
    for partition in partitions:
        partition.offset = OFFSET_BEGINNING
    consumer.assign(partitions)


class Reader:
    def __init__(self, group: str, topics: list[str]) -> None:
        self._topics = topics
        self._found: dict[str, str] = {}
        self._consumer = Consumer({**connection(), "group.id": group, "enable.auto.commit": False})
        self._consumer.subscribe(topics, on_assign=from_the_beginning)

    def poll(self) -> None:
        message = self._consumer.poll(1)
        if message is None:
            return
        error = message.error()
        if error is None:
            self._found[str(message.topic())] = DONE
            return
        # an error of the group has no topic
        topic = message.topic()
        hit = [topic] if topic in self._topics else self._topics
        for name in hit:
            self._found[name] = error.name()

    @property
    def is_done(self) -> bool:
        return self._found.keys() >= {*self._topics}

    @property
    def is_refused(self) -> bool:
        return any(what != DONE for what in self._found.values())

    def end(self) -> dict[str, str]:
        self._consumer.close()
        return self._found

    def commit(self) -> None:
        try:
            self._consumer.commit(asynchronous=False)
        except KafkaException as problem:
            [error] = problem.args
            self._found = dict.fromkeys(self._topics, error.name())


def read(group: str, topics: list[str]) -> dict[str, str]:
    reader = Reader(group, topics)
    deadline = time.monotonic() + PATIENCE
    while not reader.is_done and time.monotonic() < deadline:
        reader.poll()
    if not reader.is_refused:
        reader.commit()
    return reader.end()


def stay(folder: Path, group: str, topics: list[str]) -> dict[str, str]:
    reader = Reader(group, topics)
    deadline = time.monotonic() + STAY
    # without its folder the scenario ended early
    while not reader.is_refused and folder.exists() and time.monotonic() < deadline:
        reader.poll()
        if reader.is_done:
            (folder / "reads").touch()
    return reader.end()


class Worker:
    """Writes records of its own to a topic with one partition, and reads what its group gets.

    `slowest`: seconds until a record was written, and until one was read.
    """

    def __init__(self, folder: Path, group: str, topic: str) -> None:
        self._folder = folder
        self._topic = topic
        self._is_member = False
        self._sent = 0
        self._written: list[str] = []
        self._failed: list[str] = []
        self._read: set[str] = set()
        self._slowest = {"write": 0.0, "read": 0.0}
        self._producer = Producer(connection())
        own = {"group.id": group, "auto.offset.reset": "earliest"}
        self._consumer = Consumer({**connection(), **own})
        self._consumer.subscribe([topic], on_assign=self._joined)

    def work(self) -> dict[str, Any]:
        deadline = time.monotonic() + STAY
        # without its folder the scenario ended early
        while self._folder.exists() and time.monotonic() < deadline:
            if (self._folder / "stop").exists():
                break
            # so that its records wait for no reader that has yet to begin
            if self._is_member:
                self._write()
            self._poll()
        self._producer.flush(PATIENCE)
        self._read_what_is_left()
        self._consumer.close()
        return {
            "written": self._written,
            "failed": self._failed,
            "read": sorted(self._read),
            "slowest": self._slowest,
        }

    def _joined(self, _consumer: Consumer, _partitions: list[TopicPartition]) -> None:
        self._is_member = True

    def _write(self) -> None:
        self._sent += 1
        record = f"{self._folder.name} {self._sent}"
        self._producer.produce(self._topic, record, on_delivery=self._delivered)
        self._producer.poll(0)

    def _delivered(self, error: KafkaError | None, message: Message) -> None:
        if error:
            self._failed.append(error.name())
            return
        self._written.append(text(message))
        self._note("write", message.latency())
        self._tell("writes")

    def _poll(self) -> None:
        for message in self._consumer.consume(AT_ONCE, PAUSE):
            # what it cannot read is missing in the end
            if message.error():
                continue
            self._read.add(text(message))
            _type, created = message.timestamp()
            self._note("read", time.time() - created / 1000)
            self._tell("reads")

    def _read_what_is_left(self) -> None:
        """Up to its own last record, unless another member of the group reads that."""
        if not self._written:
            return
        last = self._written[-1]
        deadline = time.monotonic() + PATIENCE
        while last not in self._read and time.monotonic() < deadline:
            self._poll()
            if not self._consumer.assignment():
                return

    def _note(self, what: str, seconds: float) -> None:
        longest = max(self._slowest[what], seconds)
        self._slowest[what] = round(longest, 3)

    def _tell(self, what: str) -> None:
        if self._folder.exists():
            (self._folder / what).touch()


def text(message: Message) -> str:
    return (message.value() or b"").decode()


def find(prefix: str) -> dict[str, list[str]]:
    admin = AdminClient(connection())
    topics = admin.list_topics(timeout=PATIENCE).topics
    acls = AclBindingFilter(
        ResourceType.ANY,
        None,
        ResourcePatternType.ANY,
        None,
        None,
        AclOperation.ANY,
        AclPermissionType.ANY,
    )
    principals = {acl.principal for acl in admin.describe_acls(acls).result(PATIENCE)}
    return {
        "topics": sorted(topic for topic in topics if topic.startswith(prefix)),
        "principals": sorted(
            principal for principal in principals if principal.startswith(f"User:{prefix}")
        ),
    }


def main(action: str, *names: str) -> dict[str, Any]:
    if action == "write":
        return write([*names])
    if action == "flood":
        return flood(*names)
    if action == "find":
        return find(*names)
    if action == "work":
        folder, group, topic = names
        return Worker(Path(folder), group, topic).work()
    if action == "read":
        group, *topics = names
        return read(group, topics)
    folder, group, *topics = names
    return stay(Path(folder), group, topics)


if __name__ == "__main__":
    print(json.dumps(main(*sys.argv[1:])))
