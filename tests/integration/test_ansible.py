# SPDX-License-Identifier: GPL-3.0-or-later
"""What only a whole Ansible shows: defaults for all modules, the environment, secrets, the diff,
and the journeys of the checkout."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest

from tests.brokers.fixtures import TestBroker
from tests.integration import run
from tests.integration.cluster import Cluster
from tests.integration.conftest import Call

ALL = "group/omninode.kafka.all"


@pytest.fixture
def dave(broker: TestBroker) -> dict[str, Any]:
    """The connection of a user whose password is a word that occurs in many results."""
    assert broker.users["dave"] == "dev"
    return {
        "bootstrap_servers": broker.sasl_bootstrap,
        "security_protocol": "SASL_SSL",
        "ca_cert": str(broker.ca_cert),
        "sasl_mechanism": "SCRAM-SHA-512",
        "sasl_username": "dave",
        "sasl_password": "dev",
    }


def test_the_connection_is_set_once_for_all_modules(broker: TestBroker, prefix: str) -> None:
    names = [f"{prefix}one", f"{prefix}two"]
    tasks: list[dict[str, Any]] = [
        {"omninode.kafka.topics": {"topics": [{"name": names[0]}]}},
        {"omninode.kafka.topic": {"name": names[1]}},
        {"omninode.kafka.topic_info": {"prefix": prefix}},
        {"omninode.kafka.cluster_info": {}},
    ]

    played = run.play(
        tasks,
        module_defaults={
            ALL: {"bootstrap_servers": [broker.bootstrap], "cluster_id": broker.cluster_id}
        },
    )

    assert played.returncode == 0, played.stdout
    created, one, info, cluster = played.results
    assert [created["changed"], one["changed"], info["changed"], cluster["changed"]] == [
        True,
        True,
        False,
        False,
    ]
    assert [topic["name"] for topic in info["topics"]] == names
    assert cluster["cluster_id"] == broker.cluster_id


def test_a_password_that_is_a_common_word_masks_no_result_and_is_shown_nowhere(
    cluster: Cluster, dave: dict[str, Any], prefix: str
) -> None:
    name = f"{prefix}dev.orders"
    secret = {"ssl.keystore.password": "secret-dev"}
    declared = {"topics": [{"name": name, "config": {"retention.ms": "7d"}}], "return_topics": True}
    tasks: list[dict[str, Any]] = [
        {"omninode.kafka.topics": {**dave, "secret_client_properties": secret, **declared}},
        {"omninode.kafka.topic_info": {**dave, "prefix": prefix}, "register": "read"},
        {"ansible.builtin.debug": {"msg": "{{ read }}"}},
    ]

    played = run.play(tasks, "-vvv", "--diff", env={"ANSIBLE_INJECT_INVOCATION": "true"})

    assert played.returncode == 0, played.stdout
    changed, read, shown = played.results
    assert changed["changes"][0]["name"] == name
    assert [topic["name"] for topic in changed["topics"]] == [name]
    assert (
        [topic["name"] for topic in read["topics"]]
        == [topic["name"] for topic in shown["msg"]["topics"]]
        == [name]
    )
    assert f"topic {name}" in played.stdout
    assert name in cluster.topics(prefix)
    # the echo of the options names the secret options, and hides their values
    invocation = changed["invocation"]["module_args"]
    assert invocation["sasl_username"] == "dave"
    assert invocation["sasl_password"] != "dev"
    assert "secret-dev" not in played.stdout + str(played.results)
    assert not re.search(r"sasl_password\W+dev\b", played.stdout + str(played.results))


def test_a_secret_is_not_told_by_a_failure_either(dave: dict[str, Any]) -> None:
    wrong = {
        **dave,
        "sasl_password": "wrong-secret",
        "secret_client_properties": {"ssl.keystore.password": "another-secret"},
    }

    played = run.play(
        [{"omninode.kafka.cluster_info": wrong}], "-vvv", env={"ANSIBLE_INJECT_INVOCATION": "true"}
    )

    assert played.returncode == 2
    assert "authentication failed" in played.results[0]["msg"]
    assert "wrong-secret" not in played.stdout + played.stderr
    assert "another-secret" not in played.stdout + played.stderr


def test_the_environment_fills_in_what_no_option_sets(broker: TestBroker) -> None:
    env = {
        "OMNINODE_KAFKA_BOOTSTRAP_SERVERS": f"{broker.sasl_bootstrap},{broker.sasl_bootstrap}",
        "OMNINODE_KAFKA_SECURITY_PROTOCOL": "SASL_SSL",
        "OMNINODE_KAFKA_CA_CERT": str(broker.ca_cert),
        "OMNINODE_KAFKA_SASL_MECHANISM": "SCRAM-SHA-512",
        "OMNINODE_KAFKA_SASL_USERNAME": "admin",
        "OMNINODE_KAFKA_SASL_PASSWORD": broker.users["admin"],
        "OMNINODE_KAFKA_CLIENT_PROPERTIES": '{"client.id": "from-the-environment"}',
        "OMNINODE_KAFKA_CLUSTER_ID": broker.cluster_id,
        "OMNINODE_KAFKA_TIMEOUT": "20",
    }

    assert run.succeed("cluster_info", env=env)["cluster_id"] == broker.cluster_id
    pinned = run.fail(
        "cluster_info", env={**env, "OMNINODE_KAFKA_CLUSTER_ID": "another-cluster-000001"}
    )
    assert "another-cluster-000001" in pinned["msg"]


def test_the_environment_never_overrides_an_option(broker: TestBroker) -> None:
    env = {
        "OMNINODE_KAFKA_BOOTSTRAP_SERVERS": run.NOWHERE,
        "OMNINODE_KAFKA_SECURITY_PROTOCOL": "SASL_SSL",
        "OMNINODE_KAFKA_CLUSTER_ID": "another-cluster-000001",
    }
    options = {
        "bootstrap_servers": broker.bootstrap,
        "security_protocol": "PLAINTEXT",
        "cluster_id": broker.cluster_id,
    }

    assert run.succeed("cluster_info", env=env, **options)["cluster_id"] == broker.cluster_id
    played = run.play(
        [{"omninode.kafka.cluster_info": {}}], env=env, module_defaults={ALL: options}
    )
    assert played.results[0]["cluster_id"] == broker.cluster_id


def test_the_diff_shows_what_differs_and_one_line_for_the_cluster(
    broker: TestBroker, cluster: Cluster, prefix: str
) -> None:
    cluster.create(
        {
            f"{prefix}old": (1, {"retention.ms": "-1", "flush.ms": "5"}),
            f"{prefix}gone": (1, {"retention.ms": "-1"}),
            f"{prefix}same": (1, {}),
        }
    )
    cluster.produce(
        {
            (f"{prefix}old", 0): [1_700_000_000_000, 1_700_000_060_000],
            (f"{prefix}gone", 0): [1_700_000_000_000],
        }
    )
    declared = [
        {"name": f"{prefix}new", "partitions": 2, "config": {"cleanup.policy": "compact"}},
        {"name": f"{prefix}old", "partitions": 3, "config": {"retention.ms": "1s", "flush.ms": 5}},
        {"name": f"{prefix}gone", "state": "absent"},
        {"name": f"{prefix}same"},
    ]

    options = {"bootstrap_servers": broker.bootstrap, "topics": declared, "allow": ["all"]}
    played = run.play([{"omninode.kafka.topics": options}], "--check", "--diff")

    two, nobody = evidence(2, "22:13:20", "22:14:20"), "groups: active none, committed none"
    lines = played.stdout.splitlines()
    for line in (
        (
            f"+++ after: topic {prefix}gone (hazards: delete;"
            f" {evidence(1, '22:13:20', '22:13:20')}; {nobody})"
        ),
        f"+++ after: topic {prefix}new",
        "+partitions: 2",
        "+  cleanup.policy: compact",
        (
            f"+++ after: topic {prefix}old (hazards: key_order; {two}; {nobody}; compacted: false)"
            f" (hazards: retention_cut; {two})"
        ),
        "-partitions: 1",
        "+partitions: 3",
        "-  retention.ms: -1",
        "+  retention.ms: 1s",
    ):
        assert line in lines
    assert not any("flush.ms" in line or f"{prefix}same" in line for line in lines)
    assert lines.count(played.results[0]["summary"]) == 1


def evidence(records: int, oldest: str, newest: str) -> str:
    """How a heading tells the evidence: of records of one day."""
    return f"records: {records}; oldest: 2023-11-14T{oldest}Z; newest: 2023-11-14T{newest}Z"


def test_a_long_diff_is_cut_and_the_rest_counted(topics: Call, prefix: str) -> None:
    diff = topics(
        topics=[{"name": f"{prefix}{number}", "partitions": number} for number in range(1, 6)],
        diff_limit=2,
        check=True,
        diff=True,
    )["diff"]

    assert len([part for part in diff if "before_header" in part]) == 2
    assert "and 3 more" in diff[-1]["prepared"]


CATALOGUE = {
    f"dev.omninode-bridge.test-generation.{event}.v1": {
        "partitions": 3,
        "replication_factor": 1,
        "config": {
            "cleanup.policy": "delete",
            "compression.type": "snappy",
            "retention.ms": retention,
        },
    }
    for event, retention in (
        ("started", "604800000"),
        ("completed", "604800000"),
        ("failed", "2592000000"),
    )
}


@pytest.fixture
def dev(broker: TestBroker, cluster: Cluster) -> Iterator[list[str]]:
    """Arguments of a playbook: the dev inventory, of which the test's broker stands in for the
    embedded one."""
    yield [
        *("-i", str(run.ROOT / "inventories/dev"), "--skip-tags", "broker"),
        *(
            "-e",
            f"kafka_broker_port={broker.bootstrap.rpartition(':')[2]}",
            "-e",
            f"kafka_broker_cluster_id={broker.cluster_id}",
        ),
    ]
    cluster.delete(CATALOGUE.keys() & set(cluster.names("dev.")))


def test_the_dev_inventory_keeps_the_catalogue(cluster: Cluster, dev: list[str]) -> None:
    site = run.ROOT / "site.yml"

    promised = run.playbook(site, *dev, "--check")
    assert (promised.returncode, cluster.names("dev.")) == (0, []), promised.stdout
    first = run.playbook(site, *dev)
    assert first.returncode == 0, first.stdout
    assert cluster.topics("dev.") == CATALOGUE
    again = run.playbook("omninode.kafka.topics", *dev)
    assert (again.returncode, changes(again)) == (0, [])

    drifted = next(iter(CATALOGUE))
    cluster.alter(drifted, {"retention.ms": "1000"})
    shown = run.playbook(site, *dev, "--check", "--diff", "--limit", "kafka-dev")
    assert changes(shown) == [
        {
            "kind": "topic",
            "name": drifted,
            "operation": "alter_config",
            "hazards": [],
            "evidence": {},
            "before": {"config": {"retention.ms": "1000"}},
            "after": {"config": {"retention.ms": "604800000"}},
        }
    ]
    assert "-  retention.ms: 1s" in shown.stdout.splitlines()
    reported = run.playbook(site, *dev, "--tags", "report")
    assert (reported.returncode, changes(reported)) == (0, [])
    assert all(name in reported.stdout for name in CATALOGUE)
    assert cluster.topics("dev.")[drifted]["config"]["retention.ms"] == "1000"
    run.playbook(site, *dev)
    assert cluster.topics("dev.") == CATALOGUE


def changes(played: run.Play) -> list[dict[str, Any]]:
    return [change for result in played.results for change in result.get("changes", ())]


@pytest.mark.parametrize("environment", ["staging", "prod"])
def test_an_environment_that_cannot_be_reached_is_named(environment: str) -> None:
    env = {"OMNINODE_KAFKA_SASL_USERNAME": "nobody", "OMNINODE_KAFKA_SASL_PASSWORD": "nothing"}

    played = run.playbook(
        run.ROOT / "site.yml", "-i", str(run.ROOT / "inventories" / environment), env=env
    )

    assert played.returncode == 2
    assert f"kafka-1.{environment}.omninode.example:9093" in played.results[-1]["msg"]
    assert "host name not resolved" in played.results[-1]["msg"]
    assert "PLAY [Run the embedded Kafka broker]" in played.stdout
    assert "skipping: no hosts matched" in played.stdout
