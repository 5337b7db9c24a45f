# SPDX-License-Identifier: GPL-3.0-or-later
"""The three brokers of the cluster, which a case stops, hangs and kills."""

from __future__ import annotations

import contextlib
import os
import select
import shutil
import signal
import subprocess
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest
from kafka import KafkaAdminClient

from tests.brokers.fixtures import INVENTORY, TestBroker
from tests.integration import run
from tests.integration.cluster import Cluster
from tests.integration.own_broker import OwnBroker

NODES = (1, 2, 3)
# of its listeners, above the first: PLAINTEXT, SASL_SSL, of the controller and between brokers
_LISTENERS = (0, 100, 200, 300)
_SMALL = "size=64m"  # what its log directory holds takes half of it


class Nodes:
    def __init__(self, broker: TestBroker) -> None:
        self._broker = broker
        self._home = run.ROOT / ".kafka/test" / broker.name
        self._processes = OwnBroker(INVENTORY, self._home)

    def kill(self, *nodes: int) -> None:
        self._signal(signal.SIGKILL, nodes)

    def freeze(self, *nodes: int) -> None:
        self._signal(signal.SIGSTOP, nodes)

    def thaw(self, *nodes: int) -> None:
        self._signal(signal.SIGCONT, nodes)

    def restart(self, node: int) -> None:
        """In good order, until it answers and all replicas are in sync."""
        self.stop(node)
        self.heal()

    def stop(self, node: int) -> None:
        """In good order, until it has ended."""
        process = os.pidfd_open(self._broker.pid(node))
        try:
            self._signal(signal.SIGTERM, [node])
            # readable then
            select.select([process], [], [], run.HANGS)
        finally:
            os.close(process)

    def start(self) -> None:
        """Those that do not run."""
        self._processes.command("start")

    def address(self, node: int) -> str:
        return self._broker.address(node)

    def addresses(self) -> list[str]:
        return [self.address(node) for node in NODES]

    def ports(self, node: int) -> list[int]:
        """Those on which it listens."""
        first = int(self.address(node).rpartition(":")[2])
        return [first + above for above in _LISTENERS]

    def client_ports(self) -> list[int]:
        """Those on which clients reach any node."""
        return [port for node in NODES for port in self.ports(node)[:2]]

    def controller(self) -> int:
        """The active one."""
        client = KafkaAdminClient(bootstrap_servers=self._broker.bootstrap)
        try:
            [metadata] = client.describe_metadata_quorum()["topics"]
            leader: int = metadata["partitions"][0]["leader_id"]
            return leader
        finally:
            client.close()

    @contextlib.contextmanager
    def on_small_disk(self, node: int) -> Iterator[Path]:
        """Its log directory meanwhile, which has a file system of its own."""
        data = self._home / f"node-{node}/data"
        kept = data.with_name("kept")
        self.stop(node)
        mount = ["mount", "-t", "tmpfs", "-o", _SMALL, "tmpfs", data]
        _copy(data, kept)
        mounted = subprocess.run(mount, capture_output=True, text=True, check=False)
        if mounted.returncode:
            shutil.rmtree(kept)
            self.heal()
            pytest.skip(f"only root can make a small disk: {mounted.stderr}")
        try:
            _copy(kept, data)
            self.heal()
            yield data
        finally:
            with contextlib.suppress(ProcessLookupError):
                self.kill(node)
            shutil.rmtree(kept)
            _copy(data, kept)
            # a process that was killed holds it for a moment
            subprocess.run(["umount", "--lazy", data], check=True)
            shutil.rmtree(data)
            kept.rename(data)
            self.heal()

    def heal(self) -> None:
        """All run, and all replicas are in sync."""
        for node in NODES:
            try:
                self.thaw(node)
            except ProcessLookupError:
                continue
        self.start()
        # a client of its own: an older one may still wait for who was dead
        again = Cluster(",".join(self.addresses()))
        again.await_(lambda: _is_healthy(again), "all replicas to be in sync", run.HANGS)

    def _signal(self, number: signal.Signals, nodes: Iterable[int]) -> None:
        for node in nodes:
            self._processes.signal(number, node)


def _copy(source: Path, target: Path) -> None:
    target.mkdir(exist_ok=True)
    # most of an index is a hole
    command = ["cp", "-a", "--sparse=always", f"{source}/.", target]
    subprocess.run(command, check=True)


def _is_healthy(cluster: Cluster) -> bool:
    found = cluster.admin.list_topics(timeout=run.HANGS)
    for topic in found.topics.values():
        for partition in topic.partitions.values():
            if partition.leader < 0 or len(partition.isrs) < len(partition.replicas):
                return False
    return len(found.brokers) == len(NODES)
