# SPDX-License-Identifier: GPL-3.0-or-later
"""A broker that hangs or dies while events are published or read.

What arrived, what did not, and what nobody can know.
"""

from __future__ import annotations

import json
import signal
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from ansible_collections.omninode.kafka.plugins.module_utils._cluster.confluent import (
    log as confluent_log,
)
from ansible_collections.omninode.kafka.plugins.module_utils._cluster.confluent.gateway import (
    ConfluentGateway,
)
from ansible_collections.omninode.kafka.plugins.module_utils._cluster.connection import Connection
from ansible_collections.omninode.kafka.plugins.module_utils._core.errors import (
    ApplyFailed,
    ClusterUnreachable,
)
from ansible_collections.omninode.kafka.plugins.module_utils._event.publish import parse_publication
from ansible_collections.omninode.kafka.plugins.module_utils._event.read import read_events
from confluent_kafka import Consumer, Producer

from tests.integration.cluster import Cluster
from tests.integration.own_broker import OwnBroker, own_broker, port_from

PORT = port_from(22500)
BOOTSTRAP = f"127.0.0.1:{PORT}"
TOPIC = "outage"
SECONDS = 15  # in which a living broker surely answers
OPTIONS = {
    **dict.fromkeys(
        ("contract", "correlation_id", "max_bytes", "source_node_id", "event_type", "metadata")
    ),
    "topic": TOPIC,
    "wire": "bare",
    "events": [{"event_id": "e", "number": number} for number in range(4)],
}


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OwnBroker]:
    with own_broker(tmp_path_factory.mktemp("broker"), "outage", PORT) as broker:
        broker.bring("started")
        yield broker


@pytest.fixture
def broker(home: OwnBroker) -> OwnBroker:
    """With the topic, empty."""
    home.command("start")
    cluster = Cluster(BOOTSTRAP)
    cluster.delete(cluster.names(TOPIC))
    cluster.await_(lambda: not cluster.names(TOPIC), "the topic to be gone")
    cluster.create({TOPIC: (1, {})})
    return home


def gateway() -> ConfluentGateway:
    return ConfluentGateway(Connection((BOOTSTRAP,), timeout=SECONDS))


def stopping_writer(stop: Callable[[], None]) -> type[Producer]:
    """A producer whose broker stops when two records were acknowledged, and the third is sent."""

    class Stopping(Producer):
        produced = 0

        def produce(self, *arguments: Any, **options: Any) -> None:
            if Stopping.produced == 2:
                assert self.flush(300) == 0
                stop()
            Stopping.produced += 1
            super().produce(*arguments, **options)

    return Stopping


def stopping_reader(stop: Callable[[], None]) -> type[Consumer]:
    """A consumer whose broker stops before the first record is asked for."""

    class Stopping(Consumer):
        def assign(self, *arguments: Any) -> None:
            stop()
            super().assign(*arguments)

    return Stopping


def test_a_broker_that_hangs_while_it_is_read_from_ends_the_window_early(
    monkeypatch: pytest.MonkeyPatch, broker: OwnBroker
) -> None:
    Cluster(BOOTSTRAP).produce({(TOPIC, 0): [1]})
    found = gateway()
    monkeypatch.setattr(
        confluent_log, "Consumer", stopping_reader(lambda: broker.signal(signal.SIGSTOP))
    )
    try:
        # it returns while the broker hangs, so something ended it
        assert read_events(found, TOPIC, timeout=3) == {
            "events": [],
            "invalid": 0,
            "complete": False,
        }
    finally:
        broker.signal(signal.SIGCONT)


def test_a_broker_that_is_gone_while_it_is_read_from_is_told(
    monkeypatch: pytest.MonkeyPatch, broker: OwnBroker
) -> None:
    Cluster(BOOTSTRAP).produce({(TOPIC, 0): [1]})
    found = gateway()
    monkeypatch.setattr(confluent_log, "Consumer", stopping_reader(lambda: broker.command("stop")))

    with pytest.raises(
        ClusterUnreachable, match=rf"^cannot read from {BOOTSTRAP}: all brokers are gone$"
    ):
        read_events(found, TOPIC, timeout=10)


def test_a_broker_that_hangs_leaves_each_event_accounted_for(
    monkeypatch: pytest.MonkeyPatch, broker: OwnBroker
) -> None:
    try:
        publish_while(monkeypatch, lambda: broker.signal(signal.SIGSTOP))
    finally:
        broker.signal(signal.SIGCONT)
    # unknown is the truth: the broker had them on its way; none is there twice
    stored = [
        json.loads(message.value() or b"")["number"] for message in Cluster(BOOTSTRAP).read(TOPIC)
    ]
    assert stored in ([0, 1], [0, 1, 2], [0, 1, 2, 3])


def test_a_broker_that_dies_leaves_each_event_accounted_for(
    monkeypatch: pytest.MonkeyPatch, broker: OwnBroker
) -> None:
    publish_while(monkeypatch, lambda: broker.signal(signal.SIGKILL))


def publish_while(monkeypatch: pytest.MonkeyPatch, stop: Callable[[], None]) -> None:
    """Four events, of which two are acknowledged when the broker stops."""
    monkeypatch.setattr(confluent_log, "Producer", stopping_writer(stop))
    found = gateway()
    publication = parse_publication(OPTIONS).prepare(found)

    with pytest.raises(ApplyFailed, match=r"\(2 published, 0 failed, 2 unknown\)") as caught:
        publication.send(found)

    outcome = caught.value.facts["outcome"]
    assert isinstance(outcome, dict)
    assert [row["offset"] for row in outcome["published"]] == [0, 1]
    assert [row["where"] for row in outcome["unknown"]] == ["events[2]", "events[3]"]
    assert all(
        row["why"].startswith(f"_TIMED_OUT: not acknowledged within {SECONDS} s")
        for row in outcome["unknown"]
    )
