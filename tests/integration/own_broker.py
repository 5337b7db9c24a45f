# SPDX-License-Identifier: GPL-3.0-or-later
"""Brokers of a test's own, which it may stop, hang and kill."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.integration.run import ROOT, Play, playbook


class OwnBroker:
    """A process, by the role kafka_broker.

    `inventory` has it in the groups kafka_embedded and kafka_clusters.
    """

    def __init__(self, inventory: Path, home: Path) -> None:
        self._inventory, self._home = inventory, home

    def play(self, name: str, *arguments: str) -> None:
        played = playbook(f"playbooks/{name}.yml", "-i", str(self._inventory), *arguments)
        assert played.returncode == 0, played.stdout

    def bring(self, state: str) -> None:
        self.play("broker", "-e", f"kafka_broker_state={state}")

    def start(self, **variables: Any) -> Play:
        """Whatever comes of it."""
        extra = json.dumps(variables)
        return playbook("playbooks/broker.yml", "-i", str(self._inventory), "-e", extra)

    def command(self, word: str) -> None:
        """start or stop, faster than by the role."""
        subprocess.run([self._home / "broker", word], check=True, capture_output=True)

    def signal(self, number: signal.Signals, node: int = 1) -> None:
        os.kill(int((self._home / f"node-{node}/pid").read_text()), number)


def port_from(first: int) -> int:
    """One of 50 ports, so that two runs on one machine do not meet.

    The broker also uses the ports 100, 200 and 300 above it.
    """
    return first + os.getpid() % 50


@contextmanager
def own_broker(
    folder: Path,
    name: str,
    port: int,
    nodes: int = 1,
    variables: Mapping[str, Any] | None = None,
    **config: str,
) -> Iterator[OwnBroker]:
    """Not started yet; gone afterwards.

    `variables`: further ones of the role. `config`: properties of the broker, with _ for the dots.
    """
    host = {
        "ansible_connection": "local",
        "ansible_python_interpreter": sys.executable,
        "kafka_broker_backend": "process",
        "kafka_broker_name": name,
        "kafka_broker_home": str(folder / "home"),
        "kafka_broker_libs": str(ROOT / ".kafka/libs"),
        "kafka_broker_port": port,
        "kafka_broker_nodes": nodes,
        "kafka_broker_config": {key.replace("_", "."): value for key, value in config.items()},
        "kafka_broker_cluster_id": f"omninode-kafka-{name}-A",
        "kafka_broker_heap": "256m",
        "kafka_broker_start_timeout": 600,
        "kafka_connection": {"bootstrap_servers": f"127.0.0.1:{port}"},
        "kafka_test_generation_environment": "dev",
        **(variables or {}),
    }
    inventory = folder / "hosts.json"
    inventory.write_text(
        json.dumps(
            {group: {"hosts": {name: host}} for group in ("kafka_embedded", "kafka_clusters")}
        )
    )
    broker = OwnBroker(inventory, folder / "home")
    yield broker
    broker.bring("absent")
