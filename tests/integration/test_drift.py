# SPDX-License-Identifier: GPL-3.0-or-later
"""The nightly comparison: equal, different, not to be mended, or not to be made; with rights to
read only, and nothing is ever written."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from confluent_kafka.admin import AclOperation

from tests.brokers.fixtures import TestBroker
from tests.integration import run
from tests.integration.cluster import Cluster
from tests.integration.run import NOWHERE, Play

Allow = Callable[..., None]
WEEK, DAY = "604800000", "86400000"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Holds what an earlier comparison found."""
    path = tmp_path / "drift.json"
    path.write_text('{"drifted": true, "changes": ["old"]}')
    return path


@pytest.fixture
def reader(alice: dict[str, Any], allow: Allow) -> dict[str, Any]:
    """The connection of somebody who may read the test's topics, and do nothing else."""
    allow(AclOperation.DESCRIBE, AclOperation.DESCRIBE_CONFIGS)
    return alice


def comparison(
    topics: list[dict[str, Any]], file: Path, connection: dict[str, Any], **more: Any
) -> dict[str, Any]:
    """By the role, which is handed the connection."""
    variables = {
        "kafka_topics_declared": topics,
        "kafka_topics_drift_file": str(file),
        "kafka_topics_connection": connection,
        **more,
    }
    return {
        "ansible.builtin.include_role": {
            "name": "omninode.kafka.kafka_topics",
            "tasks_from": "drift",
        },
        "vars": variables,
    }


def compare(
    topics: list[dict[str, Any]],
    file: Path,
    connection: dict[str, Any],
    *arguments: str,
    **more: Any,
) -> Play:
    return run.play([comparison(topics, file, connection, **more)], *arguments)


def report(played: Play, file: Path) -> dict[str, Any]:
    """What the fact and the file say alike."""
    [fact] = [
        result["ansible_facts"]["kafka_topics_drift"]
        for result in played.results
        if "kafka_topics_drift" in result.get("ansible_facts", {})
    ]
    assert json.loads(file.read_text()) == fact
    assert list(fact) == ["cluster_id", "drifted", "changes", "refused"]
    return dict(fact)


def names(changes: list[dict[str, Any]], prefix: str) -> list[tuple[str, str]]:
    return [(change["operation"], change["name"].removeprefix(prefix)) for change in changes]


@pytest.mark.parametrize("mode", [[], ["--check", "--diff"]], ids=["run", "check"])
def test_a_cluster_that_is_as_declared_passes_unchanged(
    broker: TestBroker,
    cluster: Cluster,
    prefix: str,
    reader: dict[str, Any],
    file: Path,
    mode: list[str],
) -> None:
    cluster.create({f"{prefix}a": (2, {"retention.ms": WEEK}), f"{prefix}undeclared": (1, {})})
    declared = [
        {"name": f"{prefix}a", "partitions": 2, "config": {"retention.ms": "7d"}},
        {"name": f"{prefix}gone", "state": "absent"},
    ]

    played = compare(declared, file, reader, *mode)

    assert played.returncode == 0, played.stdout
    assert [result["task"] for result in played.results if result.get("changed")] == []
    assert report(played, file) == {
        "cluster_id": broker.cluster_id,
        "drifted": False,
        "changes": [],
        "refused": [],
    }
    assert played.results[-1]["msg"] == f"no drift: cluster {broker.cluster_id}: unchanged 2"


@pytest.mark.parametrize("mode", [[], ["--check", "--diff"]], ids=["run", "check"])
def test_a_difference_fails_in_one_line_and_nothing_is_written(
    broker: TestBroker,
    cluster: Cluster,
    prefix: str,
    reader: dict[str, Any],
    file: Path,
    mode: list[str],
) -> None:
    cluster.create(
        {f"{prefix}a": (1, {"retention.ms": DAY, "flush.ms": "1"}), f"{prefix}same": (1, {})}
    )
    before = cluster.topics(prefix)
    declared = [
        {"name": f"{prefix}a", "config": {"retention.ms": "7d"}},
        {"name": f"{prefix}same"},
        {"name": f"{prefix}new"},
    ]

    played = compare(declared, file, reader, *mode)

    assert played.returncode == 2
    assert (
        played.results[-1]["msg"]
        == f"drift: cluster {broker.cluster_id}: create 1, alter_config 1, unchanged 1"
    )
    found = report(played, file)
    assert (found["cluster_id"], found["drifted"], found["refused"]) == (
        broker.cluster_id,
        True,
        [],
    )
    assert names(found["changes"], prefix) == [("create", "new"), ("alter_config", "a")]
    assert (found["changes"][1]["before"], found["changes"][1]["after"]) == (
        {"config": {"retention.ms": DAY}},
        {"config": {"retention.ms": WEEK}},
    )
    assert cluster.topics(prefix) == before


def test_a_difference_that_may_not_be_mended_is_drift_as_well(
    broker: TestBroker, cluster: Cluster, prefix: str, reader: dict[str, Any], file: Path
) -> None:
    cluster.create({f"{prefix}cut": (1, {"retention.ms": "-1"}), f"{prefix}wide": (3, {})})
    cluster.produce({(f"{prefix}cut", 0): [1_700_000_000_000]})
    before = cluster.topics(prefix)
    declared = [
        {"name": f"{prefix}cut", "config": {"retention.ms": "7d"}},
        {"name": f"{prefix}wide", "partitions": 2},
    ]

    played = compare(declared, file, reader)

    assert played.returncode == 2
    assert (
        played.results[-1]["msg"]
        == f"drift: cluster {broker.cluster_id}: alter_config 1, unchanged 0; hazards:"
        " retention_cut 1; refused 2"
    )
    found = report(played, file)
    assert found["cluster_id"] == broker.cluster_id
    assert (found["drifted"], names(found["changes"], prefix)) == (True, [("alter_config", "cut")])
    why = {refusal["name"].removeprefix(prefix): refusal["why"] for refusal in found["refused"]}
    assert "retention_cut" in why["cut"]
    assert "from 3 to 2" in why["wide"]
    assert cluster.topics(prefix) == before
    # there need not be a change that could be made
    alone = compare(declared[1:], file, reader)
    assert alone.results[-1]["msg"] == f"drift: cluster {broker.cluster_id}: unchanged 0; refused 1"
    assert report(alone, file).items() >= {"drifted": True, "changes": []}.items()


def test_the_diff_is_shown_although_a_topic_is_refused(
    cluster: Cluster, prefix: str, reader: dict[str, Any], file: Path
) -> None:
    cluster.create({f"{prefix}a": (1, {"retention.ms": DAY}), f"{prefix}wide": (3, {})})
    declared = [
        {"name": f"{prefix}a", "config": {"retention.ms": "7d"}},
        {"name": f"{prefix}wide", "partitions": 2},
    ]

    played = compare(declared, file, reader, "--check", "--diff")

    assert played.returncode == 2
    [compared] = [
        result for result in played.results if result["task"] == "Keep the declared topics"
    ]
    assert compared["changed"]
    assert not compared.get("failed")
    for line in (f"+++ after: topic {prefix}a", "-  retention.ms: 1d"):
        assert line in played.stdout
    [refusal] = [
        result["msg"]
        for result in played.results
        if result["task"] == "Show what a run would refuse"
    ]
    assert f"topic {prefix}wide" in refusal
    # a refused plan cannot be applied, so nobody is to expect it
    assert "plan_id" not in played.stdout
    assert played.results[-1]["msg"].startswith("drift: ")
    assert names(report(played, file)["changes"], prefix) == [("alter_config", "a")]


def test_a_policy_that_refuses_what_is_as_declared_is_no_drift(
    cluster: Cluster, prefix: str, reader: dict[str, Any], file: Path
) -> None:
    cluster.create({f"{prefix}a": (1, {})})
    policy = {
        "name": "wide-enough",
        "rule": "partitions >= `3`",
        "message": "has too few partitions",
        "level": "error",
    }

    played = compare([{"name": f"{prefix}a"}], file, reader, kafka_topics_policies=[policy])

    assert "policy wide-enough" in played.results[-1]["msg"]
    assert_no_drift(played, file)


def assert_no_drift(played: Play, file: Path) -> None:
    assert played.returncode == 2
    assert not played.results[-1]["msg"].startswith("drift")
    assert "kafka_topics_drift" not in str(played.results)
    assert not file.exists()


def test_what_cannot_be_compared_fails_as_itself(
    prefix: str, alice: dict[str, Any], file: Path
) -> None:
    topic = {"name": f"{prefix}a"}
    nowhere = {"bootstrap_servers": NOWHERE}
    for declared, connection, message in (
        (topic, nowhere, "host name not resolved"),
        ({**topic, "partitons": 3}, nowhere, "did you mean 'partitions'"),
        (topic, alice, "the ACL operation DESCRIBE"),
        (topic, {"no_option": 1}, "no_option"),
    ):
        file.write_text("{}")

        played = compare([declared], file, connection)

        assert message in played.results[-1]["msg"]
        assert_no_drift(played, file)


def test_an_earlier_comparison_is_not_taken_for_a_failed_one(
    cluster: Cluster, prefix: str, reader: dict[str, Any], file: Path
) -> None:
    cluster.create({f"{prefix}a": (1, {})})

    played = run.play(
        [
            comparison([topic], file, reader)
            for topic in ({"name": f"{prefix}a"}, {"name": f"{prefix}a", "partitons": 1})
        ]
    )

    assert played.returncode == 2
    assert "did you mean 'partitions'" in played.results[-1]["msg"]
    assert not file.exists()


@pytest.fixture
def inventory(broker: TestBroker, cluster: Cluster, tmp_path: Path) -> Iterator[list[str]]:
    """Arguments of a playbook: a cluster in production, of which the test's broker stands in."""
    host = {
        "ansible_connection": "local",
        "ansible_python_interpreter": sys.executable,
        "kafka_connection": {"bootstrap_servers": broker.bootstrap},
        "kafka_test_generation_environment": "prod",
        # whatever else the inventory keeps is no part of the catalogue
        "kafka_topics_purge": True,
        "kafka_topics_drift_file": "{{ inventory_dir }}/{{ inventory_hostname }}.json",
    }
    (tmp_path / "hosts.json").write_text(
        json.dumps({"kafka_clusters": {"hosts": {"kafka-prod": host}}})
    )
    yield ["-i", str(tmp_path / "hosts.json")]
    cluster.delete(cluster.names("prod.omninode-bridge.test-generation."))


def test_the_playbook_compares_the_catalogue(
    cluster: Cluster, inventory: list[str], tmp_path: Path
) -> None:
    catalogue = "prod.omninode-bridge.test-generation."
    file = tmp_path / "kafka-prod.json"

    missing = run.playbook("omninode.kafka.drift", *inventory)
    assert missing.results[-1]["msg"].endswith(": create 3, unchanged 0")
    assert (report(missing, file)["drifted"], cluster.names(catalogue)) == (True, [])

    assert run.playbook("omninode.kafka.topics", *inventory).returncode == 0
    same = run.playbook("omninode.kafka.drift", *inventory)
    assert (same.returncode, report(same, file)["drifted"]) == (0, False), same.stdout

    cluster.alter(f"{catalogue}started.v1", {"compression.type": "lz4"})
    differing = run.playbook("omninode.kafka.drift", *inventory)
    assert (differing.returncode, names(report(differing, file)["changes"], catalogue)) == (
        2,
        [("alter_config", "started.v1")],
    )
