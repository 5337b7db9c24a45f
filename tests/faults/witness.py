# SPDX-License-Identifier: GPL-3.0-or-later
"""What nobody declares, and every case must leave as it is."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from confluent_kafka.admin import (
    AclBinding,
    AclOperation,
    AclPermissionType,
    ResourcePatternType,
    ResourceType,
)

from tests.integration import run
from tests.integration.cluster import Cluster, Written

NAME = "faults.witness"
RECORDS = 100
_RIGHT = AclBinding(
    ResourceType.TOPIC,
    NAME,
    ResourcePatternType.LITERAL,
    f"User:{NAME}",
    "*",
    AclOperation.READ,
    AclPermissionType.ALLOW,
)


class Witness:
    """A topic on all brokers with records in it, and a right."""

    def __init__(self, cluster: Cluster) -> None:
        self._cluster = cluster

    def lost(self) -> list[str]:
        """What is missing, in words."""
        lost = []
        found = self._cluster.topics(NAME)
        if not found:
            lost.append("the topic")
        elif found[NAME] != {"partitions": 1, "replication_factor": 3, "config": {"flush.ms": "7"}}:
            lost.append(f"the topic's shape: it is {found[NAME]}")
        if found:
            records = len(self._cluster.read(NAME))
            if records != RECORDS:
                lost.append(f"{RECORDS - records} records")
        if _RIGHT not in self._cluster.rights():
            lost.append("the right")
        return lost


@contextmanager
def witness(cluster: Cluster, bootstrap: str) -> Iterator[Witness]:
    declared = {"name": NAME, "replication_factor": 3, "config": {"flush.ms": 7}}
    run.succeed("topics", bootstrap_servers=bootstrap, topics=[declared])
    cluster.await_logs([NAME])
    cluster.write(NAME, *(Written(0, None, b"%d" % number) for number in range(RECORDS)))
    cluster.allow([_RIGHT])
    yield Witness(cluster)
    cluster.disallow([_RIGHT])
    cluster.delete([NAME])
