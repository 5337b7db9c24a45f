# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The clusters that the contract is tried on: the fake, and a real one of each supported Kafka."""

from __future__ import annotations

import gc
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any, Protocol

import pytest
from ansible_collections.omninode.kafka.plugins.module_utils._cluster.confluent.gateway import (
    ConfluentGateway,
)
from ansible_collections.omninode.kafka.plugins.module_utils._cluster.connection import Connection
from ansible_collections.omninode.kafka.plugins.module_utils._cluster.gateway.gateway import Gateway
from ansible_collections.omninode.kafka.plugins.module_utils._cluster.gateway.groups import Group
from ansible_collections.omninode.kafka.plugins.module_utils._cluster.gateway.replicas import (
    LogDirs,
    Replicas,
)
from ansible_collections.omninode.kafka.plugins.module_utils._cluster.gateway.topics import NewTopic
from ansible_collections.omninode.kafka.plugins.module_utils._kafka.errors import Rejection
from ansible_collections.omninode.kafka.plugins.module_utils._kafka.partitions import (
    TopicPartition as Place,
)
from confluent_kafka import Consumer, Producer, TopicPartition
from confluent_kafka.admin import AdminClient

from tests.brokers import groups
from tests.brokers.fixtures import TestBroker
from tests.fakes.gateway import CLUSTER, OPERATIONS, FakeCluster, FakeGateway

SECONDS = 300.0  # only ends a hang
# kafka-python leaves a socket that it was connecting when it is closed to the garbage collector
LEFT_SOCKETS = pytest.mark.filterwarnings(
    "ignore:Exception ignored in. <socket.socket:pytest.PytestUnraisableExceptionWarning"
)
REAL = {"3.9": "broker_39", "4.0": "broker_40", "newest": "broker"}


@pytest.fixture(scope="module", autouse=True)
def collected() -> Iterator[None]:
    """Sockets that are left are closed before other tests see them."""
    yield
    gc.collect()


@pytest.fixture(scope="session")
def fake() -> FakeCluster:
    """With the policy of tests/brokers/policy."""
    words = {"create": ["forbidden"], "alter": ["forbidden", "frozen"]}
    verbs = {"create": "created", "alter": "altered"}

    def policy(kind: str, name: str, _config: object) -> str | None:
        return next(
            (
                f"topics named {word} must not be {verbs[kind]}"
                for word in words[kind]
                if word in name
            ),
            None,
        )

    cluster = FakeCluster()
    cluster.policy = policy
    return cluster


@pytest.fixture(scope="session", params=["fake", *REAL])
def gateway(request: pytest.FixtureRequest) -> Gateway:
    if request.param == "fake":
        fake: FakeCluster = request.getfixturevalue("fake")
        return fake.connect()
    broker: TestBroker = request.getfixturevalue(REAL[request.param])
    return ConfluentGateway(
        Connection((broker.bootstrap,), cluster_id=broker.cluster_id), journal_features=True
    )


@pytest.fixture
def prefix(gateway: Gateway) -> Iterator[str]:
    """Begins the names of the test's topics, which are deleted after it."""
    own = f"contract-{uuid.uuid4().hex[:8]}."
    yield own
    left = [name for name in gateway.list_topics() if name.startswith(own)]
    if left:
        gateway.delete_topics(left)


@pytest.fixture
def topic(gateway: Gateway, prefix: str) -> str:
    """A topic that is there: three partitions, one override."""
    name = f"{prefix}topic"
    made(gateway, NewTopic(name, 3, 1, {"flush.ms": "1000"}))
    return name


@pytest.fixture
def stranger(
    request: pytest.FixtureRequest, gateway: Gateway, topic: str, prefix: str
) -> Iterator[Gateway]:
    """Another principal on the same cluster, who has no rights."""
    if isinstance(gateway, FakeGateway):
        cluster: FakeCluster = request.getfixturevalue("fake")
        for operation in OPERATIONS:
            cluster.denied[operation] |= {topic, f"{prefix}absent", CLUSTER}
        yield cluster.connect()
        cluster.denied.clear()
        return
    broker: TestBroker = request.getfixturevalue("broker")
    rights: dict[str, Any] = {
        "sasl_mechanism": "SCRAM-SHA-512",
        "sasl_username": "alice",
        "sasl_password": broker.users["alice"],
    }
    yield ConfluentGateway(
        Connection((broker.sasl_bootstrap,), "SASL_SSL", str(broker.ca_cert), **rights)
    )


class OtherClient(Protocol):
    """Writes to partition 0 of a topic and reads from it, as the collection itself never does."""

    def produce(self, topic: str, *timestamps: int) -> None: ...

    def delete_records(self, topic: str, before: int) -> None: ...

    def commit(self, group: str, topic: str, offset: int = 0) -> None: ...

    def consuming(self, group: str, topic: str) -> AbstractContextManager[None]:
        """A member of the group is assigned the topic."""


class FakeClient:
    def __init__(self, cluster: FakeCluster) -> None:
        self._cluster = cluster
        self.produce = cluster.produce
        self.delete_records = cluster.delete_records

    def commit(self, group: str, topic: str, offset: int = 0) -> None:
        self._cluster.commit_offsets(group, topic, offset)

    @contextmanager
    def consuming(self, group: str, topic: str) -> Iterator[None]:
        idle = self._cluster.groups.get(group, Group(frozenset(), frozenset()))
        self._cluster.groups[group] = idle._replace(active=frozenset({topic}))
        yield
        self._cluster.groups[group] = idle


class RealClient:
    def __init__(self, bootstrap: str) -> None:
        self._server = {"bootstrap.servers": bootstrap}
        # kept, since the answers to a client that is gone never arrive
        self._admin = AdminClient(self._server)
        self._groups: set[str] = set()

    def produce(self, topic: str, *timestamps: int) -> None:
        producer = Producer({**self._server, "acks": "all"})
        for timestamp in timestamps:
            producer.produce(topic, b"", partition=0, timestamp=timestamp)
        assert producer.flush(SECONDS) == 0

    def delete_records(self, topic: str, before: int) -> None:
        [done] = self._admin.delete_records([TopicPartition(topic, 0, before)]).values()
        assert done.result().low_watermark == before

    def commit(self, group: str, topic: str, offset: int = 0) -> None:
        consumer = self._consumer(group)
        groups.commit(consumer, [TopicPartition(topic, 0, offset)])
        consumer.close()

    @contextmanager
    def consuming(self, group: str, topic: str) -> Iterator[None]:
        consumer = self._consumer(group)
        consumer.subscribe([topic])
        awaited(lambda: consumer.poll(0.1) or consumer.assignment(), "the member to be assigned")
        yield
        consumer.close()

    def close(self) -> None:
        if self._groups:
            for deleted in self._admin.delete_consumer_groups(list(self._groups)).values():
                deleted.result()

    def _consumer(self, group: str) -> Consumer:
        self._groups.add(group)
        return Consumer({**self._server, "group.id": group, "enable.auto.commit": False})


@pytest.fixture
def other_client(request: pytest.FixtureRequest, gateway: Gateway) -> Iterator[OtherClient]:
    if isinstance(gateway, FakeGateway):
        yield FakeClient(request.getfixturevalue("fake"))
        return
    broker: TestBroker = request.getfixturevalue(REAL[request.node.callspec.params["gateway"]])
    client = RealClient(broker.bootstrap)
    yield client
    client.close()


def awaited(condition: Callable[[], Any], what: str) -> None:
    """Brokers show a change some time after the controller accepted it."""
    deadline = time.monotonic() + SECONDS
    while not condition():
        assert time.monotonic() < deadline, f"waited {SECONDS} s for {what}"
        time.sleep(0.02)


def made(gateway: Gateway, *topics: NewTopic) -> None:
    names = [topic.name for topic in topics]
    assert gateway.create_topics(topics, False) == dict.fromkeys(names)
    awaited(
        lambda: (
            not any(
                isinstance(answer, Rejection) for answer in gateway.describe_topics(names).values()
            )
        ),
        "the topics to be visible",
    )


def partitions(gateway: Gateway, name: str) -> int:
    described = gateway.describe_topics([name])[name]
    assert not isinstance(described, Rejection), described
    return len(described.partitions)


def overrides(gateway: Gateway, name: str) -> dict[str, str | None]:
    config = gateway.describe_configs([name])[name]
    assert not isinstance(config, Rejection), config
    return {**config.own}


def dirs(replicas: Replicas, broker: int) -> LogDirs:
    answer = replicas.describe_log_dirs()[broker]
    assert not isinstance(answer, Rejection), answer
    return answer


def size(replicas: Replicas, broker: int, place: Place) -> int | None:
    found = [log_dir.replicas.get(place) for log_dir in dirs(replicas, broker).values()]
    return next((count for count in found if count is not None), None)
