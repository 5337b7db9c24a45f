# SPDX-License-Identifier: GPL-3.0-or-later
"""The proof that events arrive: a line for each topic, or a failure that names the topic whose path
is broken."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.brokers.fixtures import TestBroker
from tests.integration import run
from tests.integration.cluster import Cluster
from tests.integration.run import NOWHERE

PREFIX = "staging.omninode-bridge.test-generation."
KINDS = ("started", "completed", "failed")


@pytest.fixture(autouse=True)
def _catalogue(cluster: Cluster) -> Iterator[None]:
    cluster.create({f"{PREFIX}{kind}.v1": (3, {}) for kind in KINDS})
    yield
    cluster.delete(cluster.names(PREFIX))
    cluster.await_(lambda: not cluster.names(PREFIX), "the topics of the catalogue to be gone")


def prove(bootstrap: str, folder: Path, *arguments: str) -> run.Play:
    host = {
        "ansible_connection": "local",
        "ansible_python_interpreter": sys.executable,
        "kafka_connection": {"bootstrap_servers": bootstrap, "timeout": 30},
        "kafka_test_generation_environment": "staging",
    }
    inventory = folder / "hosts.json"
    inventory.write_text(json.dumps({"kafka_clusters": {"hosts": {"kafka-staging": host}}}))
    return run.playbook("omninode.kafka.prove_events", "-i", str(inventory), *arguments)


def stored(broker: TestBroker, kind: str) -> list[dict[str, Any]]:
    read = run.succeed("event_info", bootstrap_servers=broker.bootstrap, topic=f"{PREFIX}{kind}.v1")
    return [
        {"place": (row["partition"], row["offset"]), **row["envelope"]} for row in read["events"]
    ]


def test_each_topic_that_works_has_a_line_and_one_marked_event(
    broker: TestBroker, tmp_path: Path
) -> None:
    played = prove(broker.bootstrap, tmp_path)

    assert played.returncode == 0, played.stdout
    [text] = [
        result["msg"] for result in played.results if result["task"] == "Show which topics work"
    ]
    runs = []
    for kind, line in zip(KINDS, text.splitlines(), strict=True):
        [event] = stored(broker, kind)
        partition, offset = event["place"]
        assert re.fullmatch(
            rf"{re.escape(PREFIX)}{kind}\.v1: works: partition {partition}, offset {offset}, read"
            r" back after \d+ ms",
            line,
        )
        assert event["event_type"] == f"TEST_GENERATION_{kind.upper()}"
        assert event["metadata"] == {"proof": True}
        runs.append(event["correlation_id"])
    assert runs[0] == runs[1] != runs[2]


def test_a_topic_that_is_missing_is_named_and_the_others_are_proved(
    broker: TestBroker, cluster: Cluster, tmp_path: Path
) -> None:
    missing = f"{PREFIX}completed.v1"
    cluster.delete([missing])
    cluster.await_(lambda: missing not in cluster.names(PREFIX), "the topic to be gone")

    played = prove(broker.bootstrap, tmp_path)

    assert played.returncode == 2
    assert re.match(
        rf"events do not arrive: {re.escape(missing)}: .*{re.escape(missing)}.*does not exist",
        played.results[-1]["msg"],
    )
    [text] = [
        result["msg"] for result in played.results if result["task"] == "Show which topics work"
    ]
    assert [line.split(":")[0] for line in text.splitlines()] == [
        f"{PREFIX}started.v1",
        f"{PREFIX}failed.v1",
    ]
    assert missing not in cluster.names(PREFIX)


def test_a_cluster_that_cannot_be_reached(tmp_path: Path) -> None:
    played = prove(NOWHERE, tmp_path)

    assert played.returncode == 2
    assert [
        f"{PREFIX}{kind}.v1: cannot reach {NOWHERE}" in played.results[-1]["msg"] for kind in KINDS
    ] == [True] * 3


def test_check_mode_writes_nothing(broker: TestBroker, tmp_path: Path) -> None:
    played = prove(broker.bootstrap, tmp_path, "--check")

    assert played.returncode == 0, played.stdout
    assert [stored(broker, kind) for kind in KINDS] == [[], [], []]


def test_a_play_publishes_by_the_contracts_that_the_role_gives(broker: TestBroker) -> None:
    event = {
        "correlation_id": "3f2a1b5c-8d4e-4f1a-9c3b-7e6d5a4c3b2a",
        "generated_files": [],
        "file_count": 0,
        "duration_seconds": 1,
        "quality_score": 1.7,
    }
    publish = {
        "topic": f"{PREFIX}completed.v1",
        "contract": "{{ kafka_test_generation_contracts.omninode_test_generation_completed_v1 }}",
        "source_node_id": "test",
        "events": [event],
    }
    take = {
        "ansible.builtin.include_role": {
            "name": "omninode.kafka.kafka_test_generation",
            "tasks_from": "contracts",
        }
    }
    played = run.play(
        [take, {"omninode.kafka.event_publish": publish}],
        env={"OMNINODE_KAFKA_BOOTSTRAP_SERVERS": broker.bootstrap},
    )

    assert (
        played.results[-1]["msg"]
        == "1 error in the events, nothing was published: events[0]: payload.quality_score: 1.7 is"
        " greater than the maximum of 1"
    )
    assert stored(broker, "completed") == []
