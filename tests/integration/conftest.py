# SPDX-License-Identifier: GPL-3.0-or-later
"""What every integration test starts from: a broker, another client on it, topic names of its own,
and the modules bound to the broker."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from confluent_kafka.admin import (
    AclBinding,
    AclOperation,
    AclPermissionType,
    ResourcePatternType,
    ResourceType,
)
from kafka import KafkaAdminClient

from tests.brokers.fixtures import TestBroker
from tests.integration import run
from tests.integration.cluster import Cluster
from tests.integration.nodes import Nodes

Call = Callable[..., dict[str, Any]]
HERE = Path(__file__).parent
ONE_NODE = {"broker", "broker_39", "broker_40"}


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Marks each test with the brokers that it uses; tests/all runs the tests of a mark apart."""
    for item in items:
        if not isinstance(item, pytest.Function) or HERE not in item.path.parents:
            continue
        # a module may have a fixture of its own by such a name
        used = {name for name in item.fixturenames if not hasattr(item.module, name)}
        if "brokers" not in used:
            item.add_marker("shared" if used & ONE_NODE else "own")
        elif not used & ONE_NODE:
            item.add_marker("cluster")
        else:
            raise pytest.UsageError(
                f"{item.nodeid} uses the cluster of three as well as a broker of one node, and"
                " tests/all runs the tests of these apart: make two tests of it"
            )


@pytest.fixture(scope="session")
def cluster(broker: TestBroker) -> Cluster:
    return Cluster(broker.bootstrap)


@pytest.fixture
def prefix(cluster: Cluster) -> Iterator[str]:
    """Begins the names of the test's topics, which are deleted after it."""
    own = f"it-{uuid.uuid4().hex[:8]}."
    yield own
    cluster.delete(cluster.names(own))


@pytest.fixture
def group(cluster: Cluster, prefix: str) -> Iterator[str]:
    """Begins the names of the test's groups, which are deleted after it."""
    yield prefix
    cluster.forget_groups(prefix)


@pytest.fixture
def topics(broker: TestBroker) -> Call:
    """The module topics, which must succeed; takes check=, diff= and env= besides the module's
    options."""
    return partial(run.succeed, "topics", bootstrap_servers=broker.bootstrap)


@pytest.fixture
def refused(broker: TestBroker) -> Call:
    """The module topics, which must fail."""
    return partial(run.fail, "topics", bootstrap_servers=broker.bootstrap)


@pytest.fixture
def alice(broker: TestBroker) -> dict[str, Any]:
    """The connection of a principal without rights but those that a test gives."""
    return {
        "bootstrap_servers": broker.sasl_bootstrap,
        "security_protocol": "SASL_SSL",
        "ca_cert": str(broker.ca_cert),
        "sasl_mechanism": "SCRAM-SHA-512",
        "sasl_username": "alice",
        "sasl_password": broker.users["alice"],
    }


@pytest.fixture
def allow(cluster: Cluster, prefix: str) -> Iterator[Callable[..., None]]:
    """Gives alice rights on the test's own topics, on the cluster, or on all groups, until its
    end."""
    given: list[AclBinding] = []
    places = {
        ResourceType.TOPIC: (prefix, ResourcePatternType.PREFIXED),
        ResourceType.BROKER: ("kafka-cluster", ResourcePatternType.LITERAL),
        ResourceType.GROUP: ("*", ResourcePatternType.LITERAL),
    }

    def give(*operations: AclOperation, on: ResourceType = ResourceType.TOPIC) -> None:
        bindings = [
            AclBinding(on, *places[on], "User:alice", "*", operation, AclPermissionType.ALLOW)
            for operation in operations
        ]
        cluster.allow(bindings)
        given.extend(bindings)

    yield give
    cluster.disallow(given)


@pytest.fixture(scope="module")
def three(brokers: TestBroker) -> Cluster:
    """Another client on the cluster of three brokers, where replicas move."""
    return Cluster(brokers.bootstrap)


@pytest.fixture
def own(brokers: TestBroker) -> Iterator[str]:
    """Begins the names of the test's topics, which are deleted after it."""
    prefix = f"it-{uuid.uuid4().hex[:8]}."
    yield prefix
    # a client of its own: an older one may still wait for a broker that was dead
    again = Cluster(brokers.bootstrap)
    again.delete(again.names(prefix))


@pytest.fixture
def nodes(brokers: TestBroker, own: str) -> Iterator[Nodes]:  # noqa: ARG001
    """The processes of the three brokers, which run again before the test's topics are deleted."""
    found = Nodes(brokers)
    yield found
    found.heal()


@pytest.fixture
def move(brokers: TestBroker) -> Call:
    return partial(run.succeed, "topics", bootstrap_servers=brokers.bootstrap)


@pytest.fixture
def mover(brokers: TestBroker) -> Iterator[KafkaAdminClient]:
    """Another client that moves replicas."""
    client = KafkaAdminClient(bootstrap_servers=brokers.bootstrap)
    yield client
    client.close()


def outcome(error: dict[str, Any]) -> dict[str, list[str]]:
    """The names of the topics that a failed run applied, failed on and left."""
    return {status: [item["name"] for item in items] for status, items in error["outcome"].items()}


def declare(module: str, name: str) -> dict[str, Any]:
    """The options with which a module deals with this topic; none for those that read all."""
    options: dict[str, dict[str, Any]] = {
        "topics": {"topics": [{"name": name}]},
        "topic": {"name": name},
        "undeclared_topics_info": {"owned_prefixes": [name]},
    }
    return options.get(module, {})
