# SPDX-License-Identifier: GPL-3.0-or-later
"""A service that writes or reads, as the user in its environment.

client.py write TOPIC...              writes a record to each topic
client.py read GROUP TOPIC...         reads a record of each topic, and commits
client.py stay FOLDER GROUP TOPIC...  reads until an error; FOLDER/reads appears once records come

Prints what became of each topic as JSON: done, or the name of Kafka's error.
"""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path

from confluent_kafka import (
    OFFSET_BEGINNING,
    Consumer,
    KafkaError,
    KafkaException,
    Message,
    Producer,
    TopicPartition,
)

DONE = "done"
PATIENCE = 60  # seconds after which what has not come is lost
STAY = 600


def connection() -> dict[str, str]:
    return {
        "bootstrap.servers": os.environ["KAFKA_SERVERS"],
        "security.protocol": "SASL_SSL",
        "sasl.mechanism": "SCRAM-SHA-512",
        "sasl.username": os.environ["KAFKA_USER"],
        "sasl.password": os.environ["KAFKA_PASSWORD"],
        "ssl.ca.location": os.environ["OMNINODE_KAFKA_CA_CERT"],
    }


def write(topics: list[str]) -> dict[str, str]:
    found = {}

    def delivered(error: KafkaError | None, message: Message) -> None:
        found[str(message.topic())] = error.name() if error else DONE

    producer = Producer(connection())
    for topic in topics:
        producer.produce(topic, "an event", on_delivery=delivered)
    producer.flush(PATIENCE)
    return found


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


def main(action: str, *names: str) -> dict[str, str]:
    if action == "write":
        return write([*names])
    if action == "read":
        group, *topics = names
        return read(group, topics)
    folder, group, *topics = names
    return stay(Path(folder), group, topics)


if __name__ == "__main__":
    print(json.dumps(main(*sys.argv[1:])))
