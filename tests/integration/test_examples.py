# SPDX-License-Identifier: GPL-3.0-or-later
"""The examples of every module's documentation run as they stand, but for the address."""

from __future__ import annotations

import ast
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.brokers.fixtures import TestBroker
from tests.integration import run
from tests.integration.cluster import Cluster

BROKER = run.ROOT / "plugins/modules/broker.py"  # needs three: test_broker.py
REPORT = run.ROOT / "plugins/modules/fleet_report.py"  # asks no broker
MODULES = sorted({*(run.ROOT / "plugins/modules").glob("*.py")} - {BROKER, REPORT})
ADDRESS = "127.0.0.1:9092"
NAMES = "example."
SASL_ADDRESS, CA_CERT = "127.0.0.1:9093", "/etc/kafka/ca.pem"
ORDERS: Mapping[str, tuple[int, Mapping[str, str]]] = {"example.orders": (3, {})}
NEEDED = {"access_proof": ORDERS, "event_info": ORDERS, "event_publish": ORDERS}


def forget_acls(broker: TestBroker) -> None:
    owned = {"owned_prefixes": ["example"], "owned_principal_prefixes": ["User:example-"]}
    purge = {"purge": True, "purge_to_empty": True, "allow": ["all"], **owned}
    run.succeed("acls", bootstrap_servers=broker.bootstrap, **purge)


def forget_quotas(broker: TestBroker) -> None:
    left = run.succeed("quota_info", bootstrap_servers=broker.bootstrap)["quotas"]
    absent = [{**entry, "quotas": None, "state": "absent"} for entry in left]
    run.succeed("quotas", bootstrap_servers=broker.bootstrap, quotas=absent)


@pytest.fixture
def _no_examples(
    request: pytest.FixtureRequest, broker: TestBroker, cluster: Cluster
) -> Iterator[None]:
    """The examples' topics exist neither before nor after, and no ACLs and quotas afterwards."""
    cluster.delete(cluster.names(NAMES))
    cluster.await_(lambda: not cluster.names(NAMES), "the topics of the examples to be gone")
    yield
    cluster.delete(cluster.names(NAMES))
    forget_acls(broker)
    if "quotas" in request.node.name:
        forget_quotas(broker)


def adds_records(task: dict[str, Any]) -> bool:
    """Whether each run changes something."""
    proof = task.get("omninode.kafka.access_proof", {})
    return "omninode.kafka.event_publish" in task or bool(proof.get("records"))


def let_alice(broker: TestBroker) -> None:
    """Gives her what the examples prove, which forget_acls takes back."""
    does = {"produce": ["example.orders"], "consume": ["example.orders"]}
    groups = [{"prefixed": "example-alice."}]
    declared = [{"principal": "User:alice", **does, "groups": groups}]
    run.succeed("acls", bootstrap_servers=broker.bootstrap, acls=declared)


def examples(path: Path, broker: TestBroker) -> list[dict[str, Any]]:
    assigned = {
        node.targets[0].id: node.value
        for node in ast.parse(path.read_text()).body
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name)
    }
    text: str = ast.literal_eval(assigned["EXAMPLES"])
    assert ADDRESS in text
    text = text.replace(ADDRESS, broker.bootstrap).replace(SASL_ADDRESS, broker.sasl_bootstrap)
    tasks: list[dict[str, Any]] = yaml.safe_load(text.replace(CA_CERT, str(broker.ca_cert)))
    return tasks


@pytest.mark.usefixtures("_no_examples")
@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.stem)
def test_the_examples_run_and_a_second_run_of_each_changes_nothing(
    broker: TestBroker, cluster: Cluster, path: Path
) -> None:
    tasks = examples(path, broker)
    if path.stem in NEEDED:
        cluster.create(NEEDED[path.stem])
    if path.stem == "access_proof":
        let_alice(broker)

    passwords = {f"{name}_password": password for name, password in broker.users.items()}
    passwords["orders_password"] = "orders-secret"
    given = ["-e", json.dumps(passwords)]
    played = run.play([again for task in tasks for again in (task, task)], *given)

    assert played.returncode == 0, played.stdout
    assert [result["task"] for result in played.results] == [
        task["name"] for task in tasks for _unused in range(2)
    ]
    assert [result["task"] for result in played.results[1::2] if result["changed"]] == [
        task["name"] for task in tasks if adds_records(task)
    ]
