# SPDX-License-Identifier: GPL-3.0-or-later
"""The examples of every module's documentation run as they stand, but for the address."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.brokers.fixtures import TestBroker
from tests.integration import run
from tests.integration.cluster import Cluster

BROKER = run.ROOT / "plugins/modules/broker.py"  # needs three: test_broker.py
MODULES = sorted({*(run.ROOT / "plugins/modules").glob("*.py")} - {BROKER})
ADDRESS = "127.0.0.1:9092"
NAMES = "example."
NEEDED = {"event_info": {"example.orders": (3, {})}, "event_publish": {"example.orders": (3, {})}}
ADDING = {"event_publish"}  # each run adds records


def forget_acls(broker: TestBroker) -> None:
    owned = {"owned_prefixes": [NAMES], "owned_principal_prefixes": ["User:example-"]}
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


def examples(path: Path, address: str) -> list[dict[str, Any]]:
    assigned = {
        node.targets[0].id: node.value
        for node in ast.parse(path.read_text()).body
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name)
    }
    text: str = ast.literal_eval(assigned["EXAMPLES"])
    assert ADDRESS in text
    tasks: list[dict[str, Any]] = yaml.safe_load(text.replace(ADDRESS, address))
    return tasks


@pytest.mark.usefixtures("_no_examples")
@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.stem)
def test_the_examples_run_and_a_second_run_of_each_changes_nothing(
    broker: TestBroker, cluster: Cluster, path: Path
) -> None:
    tasks = examples(path, broker.bootstrap)
    if path.stem in NEEDED:
        cluster.create(NEEDED[path.stem])

    played = run.play([again for task in tasks for again in (task, task)])

    assert played.returncode == 0, played.stdout
    assert [result["task"] for result in played.results] == [
        task["name"] for task in tasks for _unused in range(2)
    ]
    assert [result["task"] for result in played.results[1::2] if result["changed"]] == (
        [task["name"] for task in tasks] if path.stem in ADDING else []
    )
