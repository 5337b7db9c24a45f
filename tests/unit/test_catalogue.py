# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the role kafka_test_generation declares with each inventory: variables as Ansible reads
them, merged as the module does."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from ansible.inventory.manager import InventoryManager
from ansible.parsing.dataloader import DataLoader
from ansible.plugins.loader import init_plugin_loader
from ansible.template import Templar
from ansible.vars.manager import VariableManager
from ansible_collections.omninode.kafka.plugins.module_utils._acl.spec import parse_acl_set
from ansible_collections.omninode.kafka.plugins.module_utils._core.policies import judge
from ansible_collections.omninode.kafka.plugins.module_utils._event.contract import parse_contract
from ansible_collections.omninode.kafka.plugins.module_utils._kafka.acls import Pattern
from ansible_collections.omninode.kafka.plugins.module_utils._topic.plan import plan_topics
from ansible_collections.omninode.kafka.plugins.module_utils._topic.policies import subjects
from ansible_collections.omninode.kafka.plugins.module_utils._topic.spec import (
    TopicSet,
    TopicSpec,
    parse_topic_set,
)
from ansible_collections.omninode.kafka.plugins.module_utils._topic.state import (
    BrokerDefaults,
    Observed,
)

ROOT = Path(__file__).parents[2]
ROLE = ROOT / "roles" / "kafka_test_generation"
ENVIRONMENTS = ["dev", "staging", "prod"]
EVENTS = ["started", "completed", "failed"]
SEVEN_DAYS, THIRTY_DAYS = "604800000", "2592000000"


@pytest.fixture(scope="module")
def _lookups() -> None:
    init_plugin_loader()  # which takes no second call


def variables(environment: str, **more: Any) -> Templar:
    """What a task of the role sees on the inventory's one cluster; `more` stands in that
    inventory."""
    loader = DataLoader()
    inventory = InventoryManager(loader, sources=[str(ROOT / "inventories" / environment)])
    (cluster,) = inventory.get_hosts("kafka_clusters")
    of_host = VariableManager(loader, inventory).get_vars(host=cluster, include_hostvars=False)
    defaults, catalogue = (
        loader.load_from_file(str(ROLE / kind / "main.yml"), trusted_as_template=True)
        for kind in ("defaults", "vars")
    )
    of_topics = loader.load_from_file(
        str(ROOT / "roles/kafka_topics/vars/main.yml"), trusted_as_template=True
    )
    return Templar(loader, {**defaults, **of_host, **more, **catalogue, **of_topics})


def declared_set(environment: str, **more: Any) -> TopicSet:
    templar = variables(environment, **more)
    words = ("topics", "topic_defaults", "topic_profiles")
    topics, defaults, profiles = (
        templar.template(templar.available_variables[f"kafka_test_generation_{word}"])
        for word in words
    )
    policies = templar.template(templar.available_variables.get("kafka_topics_policies", []))
    return parse_topic_set(topics, defaults, profiles, policies=policies)


def declared(environment: str, **more: Any) -> dict[str, TopicSpec]:
    """The topics by logical name."""
    return {
        spec.labels["logical_name"]: spec
        for spec in declared_set(environment, **more).topics.values()
    }


@pytest.mark.parametrize(
    ("environment", "replicas", "more_config"),
    [
        ("dev", 1, {}),
        ("staging", 3, {"min.insync.replicas": "2"}),
        ("prod", 3, {"min.insync.replicas": "2"}),
    ],
)
@pytest.mark.parametrize("event", EVENTS)
def test_topic_is_declared_as_in_the_catalogue(
    environment: str, replicas: int, more_config: dict[str, str], event: str
) -> None:
    spec = declared(environment)[f"omninode_test_generation_{event}_v1"]
    assert spec == TopicSpec(
        name=f"{environment}.omninode-bridge.test-generation.{event}.v1",
        partitions=3,
        replication_factor=replicas,
        config={
            "cleanup.policy": "delete",
            "compression.type": "snappy",
            "retention.ms": THIRTY_DAYS if event == "failed" else SEVEN_DAYS,
            **more_config,
        },
        labels={
            "owner": "omninode-bridge",
            "logical_name": f"omninode_test_generation_{event}_v1",
            "event": f"ModelEventTestGeneration{event.capitalize()}",
        },
        description=spec.description,
    )
    assert spec.description


def test_development_is_dev_in_the_names_of_topics() -> None:
    assert declared("dev", kafka_test_generation_environment="development") == declared("dev")


@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_nothing_else_is_declared(environment: str) -> None:
    assert sorted(declared(environment)) == sorted(
        f"omninode_test_generation_{event}_v1" for event in EVENTS
    )


def test_inventory_changes_all_topics() -> None:
    topics = declared(
        "dev",
        kafka_test_generation_partitions=6,
        kafka_test_generation_replication_factor=2,
        kafka_test_generation_compression="lz4",
        kafka_test_generation_retention="1d",
        kafka_test_generation_retention_failed="2d",
        kafka_test_generation_min_insync_replicas=1,
    )
    assert {
        (spec.partitions, spec.replication_factor, spec.config["compression.type"])
        for spec in topics.values()
    } == {(6, 2, "lz4")}
    assert {spec.config["min.insync.replicas"] for spec in topics.values()} == {"1"}
    assert [
        topics[f"omninode_test_generation_{event}_v1"].config["retention.ms"] for event in EVENTS
    ] == ["86400000", "86400000", "172800000"]


@pytest.mark.parametrize("event", EVENTS)
def test_override_by_logical_name_changes_one_topic(event: str) -> None:
    changed = f"omninode_test_generation_{event}_v1"
    override = {"partitions": 12, "config": {"retention.ms": "90d", "compression.type": None}}
    before, after = (
        declared("dev"),
        declared("dev", kafka_test_generation_overrides={changed: override}),
    )
    assert after[changed].partitions == 12
    assert after[changed].config == {
        "cleanup.policy": "delete",
        "compression.type": None,
        "retention.ms": "7776000000",
    }
    assert {name: spec for name, spec in after.items() if name != changed} == {
        name: spec for name, spec in before.items() if name != changed
    }


BROKER = BrokerDefaults(
    1,
    1,
    {"min.insync.replicas": "1", "cleanup.policy": "delete", "retention.ms": "604800000"},
    False,
    True,
)


def broken(environment: str, **fields: Any) -> list[str]:
    """The policies that the topic of failed runs breaks on a new cluster when it has these fields
    besides."""
    topic_set = declared_set(
        environment, kafka_test_generation_overrides={"omninode_test_generation_failed_v1": fields}
    )
    cluster = Observed({}, BROKER, frozenset(), "new", 3)
    judgement = judge(
        topic_set.limits.policies,
        "topic",
        subjects(plan_topics(topic_set, cluster), topic_set, cluster),
    )
    return [
        text.split(":")[0]
        for text in (*judgement.warnings, *(refusal.why for refusal in judgement.refusals))
    ]


@pytest.mark.parametrize("environment", ["staging", "prod"])
@pytest.mark.parametrize(
    ("fields", "policies"),
    [
        ({}, []),
        ({"partitions": 12, "config": {"compression.type": "lz4", "retention.ms": "90d"}}, []),
        ({"replication_factor": 2}, ["policy replicas"]),
        ({"config": {"min.insync.replicas": 1}}, ["policy durability"]),
        ({"config": {"min.insync.replicas": None}}, ["policy durability"]),
        ({"config": {"compression.type": "zstd"}}, ["policy compression"]),
        ({"config": {"retention.ms": -1}}, ["policy retention"]),
        ({"config": {"retention.ms": -1, "cleanup.policy": "compact"}}, []),
        ({"labels": {"mib_per_second": 30, "mib_per_second_per_partition": 10}}, []),
        (
            {"labels": {"mib_per_second": 30.5, "mib_per_second_per_partition": 10}},
            ["policy throughput"],
        ),
        # what cannot be judged
        ({"labels": {"mib_per_second": 30}}, ["policy throughput"]),
    ],
)
def test_production_keeps_to_the_recommendations(
    environment: str, fields: dict[str, Any], policies: list[str]
) -> None:
    assert broken(environment, **fields) == policies


def test_nothing_is_guarded_in_dev() -> None:
    settings = variables("dev").available_variables
    assert (settings["kafka_topics_allow"], settings.get("kafka_topics_policies")) == (
        ["all"],
        None,
    )


@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_only_dev_has_an_embedded_broker(environment: str) -> None:
    inventory = InventoryManager(DataLoader(), sources=[str(ROOT / "inventories" / environment)])
    assert [host.name for host in inventory.get_hosts("kafka_embedded")] == (
        ["kafka-dev"] if environment == "dev" else []
    )


@pytest.mark.parametrize("environment", ["staging", "prod"])
def test_no_secret_stands_in_the_inventory(environment: str) -> None:
    templar = variables(environment)
    connection = templar.template(templar.available_variables["kafka_connection"])
    assert (connection["security_protocol"], connection["sasl_mechanism"]) == (
        "SASL_SSL",
        "SCRAM-SHA-512",
    )
    assert not [
        option
        for option in connection
        if "username" in option or "password" in option or "secret" in option
    ]


def test_dev_is_pinned_to_the_embedded_broker() -> None:
    templar = variables("dev", kafka_broker_port=19092, kafka_broker_cluster_id="pinned")
    connection = templar.template(templar.available_variables["kafka_connection"])
    assert connection["bootstrap_servers"] == "127.0.0.1:19092"
    assert connection["cluster_id"] == "pinned"


@pytest.mark.usefixtures("_lookups")
def test_dev_is_pinned_to_the_id_that_the_first_start_made(tmp_path: Path) -> None:
    def pinned() -> str:
        templar = variables("dev", kafka_broker_home=str(tmp_path))
        connection = templar.template(templar.available_variables["kafka_connection"])
        return str(connection["cluster_id"])

    # not without a pin, since something else may listen there
    assert pinned() == "none-before-first-start"

    (tmp_path / "config").mkdir()
    (tmp_path / "config/cluster_id").write_text("made\n")
    assert pinned() == "made"


@pytest.mark.usefixtures("_lookups")
def test_each_topic_has_a_contract() -> None:
    templar = variables("dev", role_path=str(ROLE))
    contracts = templar.template(templar.available_variables["kafka_test_generation_contracts"])

    assert contracts.keys() == declared("dev").keys()
    for event in EVENTS:
        contract = contracts[f"omninode_test_generation_{event}_v1"]
        assert (
            contract["schema"]["title"]
            == declared("dev")[f"omninode_test_generation_{event}_v1"].labels["event"]
        )
        assert (contract["event_type"], contract["envelope"]["title"]) == (
            f"TEST_GENERATION_{event.upper()}",
            "OnexEnvelopeV1",
        )
        assert parse_contract(contract).problems(contract["schema"]["examples"][0]) == []
    assert parse_contract(contracts["omninode_test_generation_failed_v1"]).truncate == (
        "stack_trace",
    )


@pytest.mark.parametrize("environment", ["staging", "prod"])
def test_the_services_have_rights_on_the_topics_and_on_nothing_else(environment: str) -> None:
    templar = variables(environment)
    acls = templar.template(templar.available_variables["kafka_acls_declared"])
    topics = {Pattern("topic", spec.name) for spec in declared(environment).values()}
    group = Pattern("group", "omninode-monitoring")

    found = {
        (binding.principal, binding.operation, binding.pattern)
        for binding in parse_acl_set(acls).bindings
    }

    assert found == {
        *(("User:omninode-bridge", "WRITE", topic) for topic in topics),
        *(("User:omninode-monitoring", "READ", topic) for topic in topics),
        ("User:omninode-monitoring", "READ", group),
    }


def test_the_development_broker_has_no_acls_to_keep() -> None:
    inventory = InventoryManager(DataLoader(), sources=[str(ROOT / "inventories" / "dev")])
    assert inventory.get_hosts("kafka_authorized") == []
