# SPDX-License-Identifier: GPL-3.0-or-later
"""The three brokers of the cluster, which a case stops, hangs and kills."""

from __future__ import annotations

import signal
from collections.abc import Iterable

from kafka import KafkaAdminClient

from tests.brokers.fixtures import INVENTORY, TestBroker
from tests.integration import run
from tests.integration.cluster import Cluster
from tests.integration.own_broker import OwnBroker

NODES = (1, 2, 3)


class Nodes:
    def __init__(self, broker: TestBroker) -> None:
        self._broker = broker
        self._processes = OwnBroker(INVENTORY, run.ROOT / ".kafka/test" / broker.name)

    def kill(self, *nodes: int) -> None:
        self._signal(signal.SIGKILL, nodes)

    def freeze(self, *nodes: int) -> None:
        self._signal(signal.SIGSTOP, nodes)

    def thaw(self, *nodes: int) -> None:
        self._signal(signal.SIGCONT, nodes)

    def address(self, node: int) -> str:
        host, _colon, port = self._broker.bootstrap.rpartition(":")
        return f"{host}:{int(port) + node - 1}"

    def controller(self) -> int:
        """The active one."""
        client = KafkaAdminClient(bootstrap_servers=self._broker.bootstrap)
        try:
            [metadata] = client.describe_metadata_quorum()["topics"]
            leader: int = metadata["partitions"][0]["leader_id"]
            return leader
        finally:
            client.close()

    def heal(self) -> None:
        """All run, and all replicas are in sync."""
        for node in NODES:
            try:
                self.thaw(node)
            except ProcessLookupError:
                continue
        self._processes.command("start")
        # a client of its own: an older one may still wait for who was dead
        again = Cluster(",".join(map(self.address, NODES)))
        again.await_(lambda: _is_healthy(again), "all replicas to be in sync", run.HANGS)

    def _signal(self, number: signal.Signals, nodes: Iterable[int]) -> None:
        for node in nodes:
            self._processes.signal(number, node)


def _is_healthy(cluster: Cluster) -> bool:
    found = cluster.admin.list_topics(timeout=run.HANGS)
    for topic in found.topics.values():
        for partition in topic.partitions.values():
            if partition.leader < 0 or len(partition.isrs) < len(partition.replicas):
                return False
    return len(found.brokers) == len(NODES)
