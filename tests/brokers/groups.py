# SPDX-License-Identifier: GPL-3.0-or-later
"""Consumer groups as other clients make them, on brokers that may have just started."""

from __future__ import annotations

import time
from collections.abc import Sequence

from confluent_kafka import Consumer, KafkaError, KafkaException, TopicPartition

SECONDS = 300.0  # only ends a hang
# so a broker answers until it has loaded its part of __consumer_offsets
_STARTING = (
    KafkaError.COORDINATOR_LOAD_IN_PROGRESS,
    KafkaError.COORDINATOR_NOT_AVAILABLE,
    KafkaError.NOT_COORDINATOR,
)


def commit(consumer: Consumer, offsets: Sequence[TopicPartition]) -> None:
    """The consumer's group commits these offsets, as soon as it has a coordinator."""
    deadline = time.monotonic() + SECONDS
    while True:
        try:
            consumer.commit(offsets=list(offsets), asynchronous=False)
            return
        except KafkaException as error:
            if error.args[0].code() not in _STARTING or time.monotonic() > deadline:
                raise
            time.sleep(0.1)  # between two looks: the client tells nothing of a coordinator
