# SPDX-License-Identifier: GPL-3.0-or-later
"""A broker that hangs or dies while events are published or read: what arrived, what did not, and what nobody can know."""

from __future__ import annotations

import json
import os
import signal
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.omninode.kafka.plugins.module_utils._cluster import confluent_log
from ansible_collections.omninode.kafka.plugins.module_utils._cluster.confluent import ConfluentGateway
from ansible_collections.omninode.kafka.plugins.module_utils._cluster.connection import Connection
from ansible_collections.omninode.kafka.plugins.module_utils._core.errors import ApplyFailed, ClusterUnreachable
from ansible_collections.omninode.kafka.plugins.module_utils._event.publish import parse_publication
from ansible_collections.omninode.kafka.plugins.module_utils._event.read import read_events
from confluent_kafka import Consumer, Producer

from tests.integration.cluster import Cluster
from tests.integration.run import ROOT, playbook

PORT = 22500 + os.getpid() % 50  # two runs on one machine do not meet; the broker also uses the same port 100, 200 and 300 further
BOOTSTRAP = f"127.0.0.1:{PORT}"
TOPIC = "outage"
SECONDS = 5
OPTIONS = {
    **dict.fromkeys(("contract", "correlation_id", "max_bytes", "source_node_id", "event_type")),
    "topic": TOPIC,
    "wire": "bare",
    "events": [{"event_id": "e", "number": number} for number in range(4)],
}


class Broker:
    """A process of its own, which tests may stop."""

    def __init__(self, inventory: Path, home: Path) -> None:
        self._inventory, self._home = inventory, home

    def bring(self, state: str) -> None:
        played = playbook("playbooks/broker.yml", "-i", str(self._inventory), "-e", f"kafka_broker_state={state}")
        assert played.returncode == 0, played.stdout

    def signal(self, number: signal.Signals) -> None:
        os.kill(int((self._home / "node-1/pid").read_text()), number)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Broker]:
    folder = tmp_path_factory.mktemp("broker")
    host = {
        "ansible_connection": "local",
        "ansible_python_interpreter": sys.executable,
        "kafka_broker_name": "outage",
        "kafka_broker_home": str(folder / "home"),
        "kafka_broker_libs": str(ROOT / ".kafka/libs"),
        "kafka_broker_port": PORT,
        "kafka_broker_cluster_id": "omninode-kafka-test-ou",
        "kafka_broker_heap": "256m",
    }
    inventory = folder / "hosts.json"
    inventory.write_text(json.dumps({"kafka_embedded": {"hosts": {"outage": host}}}))
    broker = Broker(inventory, folder / "home")
    yield broker
    broker.bring("absent")


@pytest.fixture
def broker(home: Broker) -> Broker:
    """With the topic of one partition, empty."""
    home.bring("started")
    cluster = Cluster(BOOTSTRAP)
    cluster.delete(cluster.names(TOPIC))
    cluster.await_(lambda: not cluster.names(TOPIC), "the topic to be gone")
    cluster.create({TOPIC: (1, {})})
    return home


def gateway() -> ConfluentGateway:
    return ConfluentGateway(Connection((BOOTSTRAP,), timeout=SECONDS))


def stopping(broker: Broker, with_signal: signal.Signals) -> type[Producer]:
    """A producer whose broker is stopped when two messages were acknowledged and the third is on its way."""

    class Stopping(Producer):
        produced = 0

        def produce(self, *arguments: Any, **options: Any) -> None:
            if Stopping.produced == 2:
                assert self.flush(SECONDS) == 0
                broker.signal(with_signal)
            Stopping.produced += 1
            super().produce(*arguments, **options)

    return Stopping


@pytest.mark.parametrize("with_signal", [signal.SIGSTOP, signal.SIGKILL])
def test_a_broker_that_goes_away_leaves_each_event_accounted_for(monkeypatch: pytest.MonkeyPatch, broker: Broker, with_signal: signal.Signals) -> None:
    monkeypatch.setattr(confluent_log, "Producer", stopping(broker, with_signal))
    found = gateway()
    publication = parse_publication(OPTIONS).prepare(found)
    begin = time.monotonic()

    with pytest.raises(ApplyFailed, match=r"\(2 published, 0 failed, 2 unknown\)") as caught:
        publication.send(found)

    assert time.monotonic() - begin < SECONDS + 3
    outcome = caught.value.facts["outcome"]
    assert isinstance(outcome, dict)
    assert [row["offset"] for row in outcome["published"]] == [0, 1]
    assert [(row["where"], row["why"].startswith("_TIMED_OUT: not acknowledged within 5 s")) for row in outcome["unknown"]] == [
        ("events[2]", True),
        ("events[3]", True),
    ]
    broker.signal(signal.SIGCONT) if with_signal == signal.SIGSTOP else broker.bring("started")
    # unknown is the truth: a broker that went on may have them, one that died does not; none is there twice
    stored = [json.loads(message.value() or b"")["number"] for message in Cluster(BOOTSTRAP).read(TOPIC)]
    assert stored == list(range(len(stored)))
    assert len(stored) >= 2


def test_a_broker_that_dies_while_it_is_read_from_is_told(monkeypatch: pytest.MonkeyPatch, broker: Broker) -> None:
    found = gateway()
    Cluster(BOOTSTRAP).produce({(TOPIC, 0): [1] * 3})

    class Stopping(Consumer):
        def assign(self, *arguments: Any) -> None:
            broker.signal(signal.SIGKILL)
            super().assign(*arguments)

    monkeypatch.setattr(confluent_log, "Consumer", Stopping)

    with pytest.raises(ClusterUnreachable, match=rf"^cannot read from {BOOTSTRAP}: all brokers are gone$"):
        read_events(found, TOPIC, seconds=3)


def test_a_broker_that_hangs_while_it_is_read_from_ends_the_window_early(monkeypatch: pytest.MonkeyPatch, broker: Broker) -> None:
    found = gateway()
    Cluster(BOOTSTRAP).produce({(TOPIC, 0): [1] * 3})

    class Stopping(Consumer):
        def assign(self, *arguments: Any) -> None:
            broker.signal(signal.SIGSTOP)
            super().assign(*arguments)

    monkeypatch.setattr(confluent_log, "Consumer", Stopping)
    begin = time.monotonic()
    try:
        assert read_events(found, TOPIC, seconds=3) == {"events": [], "invalid": 0, "complete": False}
        assert time.monotonic() - begin < 5
    finally:
        broker.signal(signal.SIGCONT)
