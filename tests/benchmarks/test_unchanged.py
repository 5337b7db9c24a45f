# SPDX-License-Identifier: GPL-3.0-or-later
"""How long an unchanged run over many topics takes, beside a bare client that reads the same."""

from __future__ import annotations

import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.brokers.fixtures import TestBroker
from tests.integration import run
from tests.integration.cluster import Cluster

TOPICS = 1000
BARE = Path(__file__).with_name("bare.py")


@pytest.fixture
def prefix(broker: TestBroker) -> Iterator[str]:
    """Begins the names of the topics, which are there."""
    own = f"benchmark-{uuid.uuid4().hex[:8]}."
    cluster = Cluster(broker.bootstrap)
    cluster.create(
        {f"{own}{number:04}": (1, {"retention.ms": "604800000"}) for number in range(TOPICS)}
    )
    yield own
    cluster.delete(cluster.names(own))


def best(work: Callable[[], object], times: int = 3) -> float:
    """Seconds of the fastest of several runs: the others were disturbed."""
    taken = []
    for _unused in range(times):
        begin = time.monotonic()
        work()
        taken.append(time.monotonic() - begin)
    return min(taken)


def test_nothing_to_do(broker: TestBroker, prefix: str, capsys: pytest.CaptureFixture[str]) -> None:
    topics = [
        {"name": f"{prefix}{number:04}", "partitions": 1, "config": {"retention.ms": "7d"}}
        for number in range(TOPICS)
    ]
    options: dict[str, Any] = {"bootstrap_servers": broker.bootstrap, "topics": topics}

    def bare() -> None:
        command = [sys.executable, str(BARE), broker.bootstrap, prefix, str(TOPICS)]
        assert subprocess.run(command, capture_output=True, text=True, check=True).stdout == "0\n"

    def module() -> None:
        assert run.succeed("topics", **options)["changed"] is False

    def ping() -> None:
        """What ansible-playbook takes by itself."""
        assert run.play([{"name": "Do nothing", "ansible.builtin.ping": None}]).returncode == 0

    def play() -> None:
        [result] = run.play([{"name": "Keep the topics", "omninode.kafka.topics": options}]).results
        assert result["changed"] is False

    seconds = {what.__name__: best(what) for what in (bare, module, ping, play)}
    with capsys.disabled():
        print(f"\n{TOPICS} unchanged topics, the fastest of three runs, each a process of its own:")
        for what, taken in seconds.items():
            print(f"  {what:6} {taken:5.2f} s, {taken / seconds['bare']:.1f} times the bare client")
