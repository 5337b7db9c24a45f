# SPDX-License-Identifier: GPL-3.0-or-later
"""Topics whose replicas move between three brokers, and what another client sees of them."""

from __future__ import annotations

from typing import NamedTuple

from confluent_kafka import Producer
from confluent_kafka.admin import ConfigResource, ResourceType

from tests.integration import run
from tests.integration.cluster import Cluster

PARTITIONS = 3
RECORDS, SIZE = 60, 100_000  # in each partition
_THROTTLES = {
    "leader.replication.throttled.replicas",
    "follower.replication.throttled.replicas",
    "leader.replication.throttled.rate",
    "follower.replication.throttled.rate",
}


class Replicas(NamedTuple):
    """Of each partition, in its order."""

    leaders: list[int]
    brokers: list[list[int]]
    in_sync: list[list[int]]


def filled(three: Cluster, bootstrap: str, name: str) -> None:
    """A topic with one replica of each partition, and records in all of them."""
    three.create({name: (PARTITIONS, {})})
    fill(bootstrap, name, PARTITIONS)


def fill(bootstrap: str, name: str, partitions: int) -> None:
    producer = Producer({"bootstrap.servers": bootstrap})
    for number in range(RECORDS * partitions):
        producer.produce(name, bytes(SIZE), partition=number % partitions)
    assert producer.flush(run.HANGS) == 0


def replicas(three: Cluster, name: str) -> Replicas:
    partitions = three.admin.list_topics(timeout=run.HANGS).topics[name].partitions
    found = [partitions[number] for number in sorted(partitions)]
    return Replicas(
        [partition.leader for partition in found],
        [list(partition.replicas) for partition in found],
        [sorted(partition.isrs) for partition in found],
    )


def throttles(three: Cluster, name: str) -> dict[str, str]:
    """All that is set, on the topic or on a broker."""
    resources = [ConfigResource(ResourceType.TOPIC, name)]
    for broker in three.admin.list_topics(timeout=run.HANGS).brokers:
        resources.append(ConfigResource(ResourceType.BROKER, str(broker)))
    found = {}
    for resource in resources:
        [answer] = three.admin.describe_configs([resource]).values()
        for key, entry in answer.result().items():
            if key in _THROTTLES and entry.value:
                found[f"{resource.name} {key}"] = entry.value
    return found
