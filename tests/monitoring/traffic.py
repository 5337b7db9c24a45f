# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs of a test generator, at a known rate: traffic.py BOOTSTRAP_SERVERS PREFIX SECONDS

20 runs a second begin, 5 of them fail. Of 10 that begin, 8 are written to partition 0, one to each
of the others.
A consumer of the group `stopped` processes the first 8 records of partition 0, and stops.
"""

from __future__ import annotations

import sys
import time

from confluent_kafka import Consumer, KafkaError, KafkaException, Producer, TopicPartition

PER_SECOND = 20
PARTITIONS = (0, 0, 0, 0, 1, 0, 0, 0, 0, 2)
PROCESSED = 8


def main(servers: str, prefix: str, seconds: int) -> None:
    producer = Producer({"bootstrap.servers": servers, "linger.ms": 0})
    begin = time.monotonic()
    for run in range(seconds * PER_SECOND):
        partition = PARTITIONS[run % len(PARTITIONS)]
        end = "failed" if run % 4 == 0 else "completed"
        for event in ("started", end):
            producer.produce(f"{prefix}.{event}.v1", b"{}", partition=partition)
        if run == PER_SECOND:
            producer.flush(300)
            stop_after_a_few(servers, f"{prefix}.started.v1")
        while (left := begin + run / PER_SECOND - time.monotonic()) > 0:
            producer.poll(left)
    if producer.flush(300):
        sys.exit("records were not delivered")


def stop_after_a_few(servers: str, topic: str) -> None:
    consumer = Consumer(
        {"bootstrap.servers": servers, "group.id": "stopped", "enable.auto.commit": False}
    )
    while not committed(consumer, TopicPartition(topic, 0, PROCESSED)):
        consumer.poll(0.1)
    consumer.close()


def committed(consumer: Consumer, offset: TopicPartition) -> bool:
    """False for the first group of a cluster, until it has a coordinator."""
    try:
        consumer.commit(offsets=[offset], asynchronous=False)
    except KafkaException as refused:
        if refused.args[0].code() not in (
            KafkaError.NOT_COORDINATOR,
            KafkaError.COORDINATOR_NOT_AVAILABLE,
            KafkaError.COORDINATOR_LOAD_IN_PROGRESS,
        ):
            raise
        return False
    return True


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
