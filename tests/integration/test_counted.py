# SPDX-License-Identifier: GPL-3.0-or-later
"""What a run that changes nothing costs, counted: the same on a busy machine."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.benchmarks.wire import Counting, counted
from tests.brokers.fixtures import TestBroker
from tests.faults.relay import relay
from tests.integration import run
from tests.integration.cluster import Cluster
from tests.integration.conftest import Call

# requests of a run, however many topics: two connections, and what is known of the cluster
CONSTANT = 6
# one for what a batch of topics is, one for its config
EACH_BATCH = 2
# of a play, those that are skipped too: each takes a tenth of a second or more
MOST_TASKS_OF_SITE = 23


@pytest.mark.parametrize(("size", "batches"), [(10, 1), (300, 2)])
def test_a_run_that_changes_nothing_sends_few_requests(
    broker: TestBroker, cluster: Cluster, topics: Call, prefix: str, size: int, batches: int
) -> None:
    config = {"retention.ms": "604800000", "flush.ms": "1000"}
    declared: list[dict[str, Any]] = [
        {"name": f"{prefix}{number:03}", "partitions": 1, "config": config}
        for number in range(size)
    ]
    cluster.create({topic["name"]: (1, config) for topic in declared})

    with relay([int(broker.address(1).rpartition(":")[2])]) as between:
        between.fault = wire = Counting()
        result = topics(bootstrap_servers=between.bootstrap, topics=declared)

    assert result["changed"] is False
    requests = counted(wire.passed)
    assert requests["DescribeConfigs"] == batches
    assert sum(requests.values()) <= CONSTANT + EACH_BATCH * batches, requests


@pytest.fixture
def dev(broker: TestBroker, cluster: Cluster) -> Iterator[list[str]]:
    """Arguments of site.yml with the dev inventory, on the broker of the tests."""
    port = broker.bootstrap.rpartition(":")[2]
    own = [f"kafka_broker_port={port}", f"kafka_broker_cluster_id={broker.cluster_id}"]
    extra = [word for variable in own for word in ("-e", variable)]
    yield ["-i", str(run.ROOT / "inventories/dev"), "--skip-tags", "broker", *extra]
    cluster.delete(cluster.names("dev."))


def test_site_runs_few_tasks(dev: list[str]) -> None:
    site = run.ROOT / "site.yml"
    assert run.playbook(site, *dev).returncode == 0

    again = run.playbook(site, *dev)

    assert not any(result["changed"] for result in again.results)
    tasks = [line for line in again.stdout.splitlines() if line.startswith("TASK [")]
    assert 0 < len(tasks) <= MOST_TASKS_OF_SITE, tasks
