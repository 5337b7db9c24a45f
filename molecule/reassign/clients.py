# SPDX-License-Identifier: GPL-3.0-or-later
"""clients.py FOLDER SERVERS TOPIC...: a producer and a consumer of these topics, as a service is.

They run until FOLDER/run is gone, then print as JSON what they saw. A file with the name of a phase
appears in FOLDER once records were produced and consumed in that phase.
"""

from __future__ import annotations

import base64
import json
import os
import sys
import time
from pathlib import Path
from typing import Any, NamedTuple

from confluent_kafka import Consumer, KafkaError, Message, Producer

ONE, MOVING, THREE = PHASES = ("one replica", "moving", "three replicas")
PARTITIONS = 3
# in each partition before the moves: more than a broker copies before it looks at the throttle
OLD, OLD_BYTES = 30, 50_000
BETWEEN_RECORDS = 0.01
BETWEEN_LOOKS = 0.2
PATIENCE = 120  # seconds after which what has not come is lost


class Count(NamedTuple):
    """How many records so far."""

    produced: int
    consumed: int


class Clients:
    def __init__(self, servers: str, topics: list[str]) -> None:
        connection = {
            "bootstrap.servers": servers,
            "security.protocol": "SASL_SSL",
            "sasl.mechanism": "SCRAM-SHA-512",
            "sasl.username": os.environ["OMNINODE_KAFKA_SASL_USERNAME"],
            "sasl.password": os.environ["OMNINODE_KAFKA_SASL_PASSWORD"],
            "ssl.ca.location": os.environ["OMNINODE_KAFKA_CA_CERT"],
        }
        reading = {"group.id": "molecule", "auto.offset.reset": "earliest"}
        self._topics = topics
        self._producer = Producer({**connection, "enable.idempotence": True})
        self._consumer = Consumer({**connection, **reading})
        self._consumer.subscribe(topics)
        self._sent = 0
        self._produced: set[int] = set()
        # topic, partition and offset of each record
        self._consumed: dict[int, set[tuple[Any, ...]]] = {}
        # the counts when the replicas were first and last seen so
        self._first: dict[str, Count] = {}
        self._last: dict[str, Count] = {}
        self.errors: list[str] = []

    def produce(self, size: int) -> None:
        """The next record, to each partition in turn. Its text cannot be compressed much."""
        number = self._sent
        self._sent += 1
        partition, topic = divmod(number % (PARTITIONS * len(self._topics)), len(self._topics))
        filling = base64.b64encode(os.urandom(size * 3 // 4)).decode()

        def delivered(error: KafkaError | None, _message: Message) -> None:
            if error:
                self.errors.append(f"produce {number}: {error}")
            else:
                self._produced.add(number)

        value = f"{number} {filling}"
        self._producer.produce(
            self._topics[topic], value, partition=partition, on_delivery=delivered
        )

    def poll(self) -> None:
        self._producer.poll(0)
        for message in self._consumer.consume(1000, BETWEEN_RECORDS):
            error = message.error()
            # a broker may not know a new topic yet
            if error and error.code() == KafkaError.UNKNOWN_TOPIC_OR_PART and not self._consumed:
                continue
            if error:
                self.errors.append(f"consume: {error}")
                continue
            number = int((message.value() or b"").split()[0])
            place = (message.topic(), message.partition(), message.offset())
            self._consumed.setdefault(number, set()).add(place)

    def look(self) -> None:
        """Which phase it is. Some brokers know it later than others, so no phase comes again."""
        found = self._producer.list_topics(timeout=PATIENCE).topics
        if not found.keys() >= {*self._topics}:
            return
        shapes = set()  # how many replicas a partition has, and how many of them are in sync
        for topic in self._topics:
            for partition in found[topic].partitions.values():
                shapes.add((len(partition.replicas), len(partition.isrs)))
        phase = MOVING
        if shapes == {(1, 1)}:
            phase = ONE
        elif shapes == {(3, 3)}:
            phase = THREE
        if any(later in self._first for later in PHASES[PHASES.index(phase) + 1 :]):
            return
        count = Count(len(self._produced), len(self._consumed))
        self._first.setdefault(phase, count)
        self._last[phase] = count

    def phases(self) -> dict[str, Count]:
        """The records between the first and the last look that saw each phase."""
        found = {}
        for phase, first in self._first.items():
            last = self._last[phase]
            found[phase] = Count(last.produced - first.produced, last.consumed - first.consumed)
        return found

    def finish(self) -> None:
        """Waits for what is on its way."""
        deadline = time.monotonic() + PATIENCE
        self._producer.flush(PATIENCE)
        while self.lost() and time.monotonic() < deadline:
            self.poll()
        self._consumer.close()

    def lost(self) -> int:
        return len(self._produced - self._consumed.keys())

    def doubled(self) -> int:
        """Records that are in more than one place; reading one again does not double it."""
        return sum(len(places) > 1 for places in self._consumed.values())


def main(folder: Path, servers: str, topics: list[str]) -> None:
    clients = Clients(servers, topics)
    for _turn in range(OLD * PARTITIONS * len(topics)):
        clients.produce(OLD_BYTES)
    looked = 0.0
    while (folder / "run").exists():
        clients.produce(100)
        clients.poll()
        if time.monotonic() < looked + BETWEEN_LOOKS:
            continue
        looked = time.monotonic()
        clients.look()
        for phase, count in clients.phases().items():
            if min(count):
                (folder / phase).touch()
    if not folder.exists():
        return  # the scenario ended early, and its brokers are gone
    clients.finish()
    told = {
        "phases": {phase: count._asdict() for phase, count in clients.phases().items()},
        "lost": clients.lost(),
        "doubled": clients.doubled(),
        "errors": clients.errors,
    }
    print(json.dumps(told))


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], sys.argv[3:])
