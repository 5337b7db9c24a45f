# SPDX-License-Identifier: GPL-3.0-or-later
"""A cluster nobody declared, taken over: exported as variables, applied back without a change."""

from __future__ import annotations

import ast
import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible_collections.omninode.kafka.plugins.module_utils._topic.config_keys import KEYS
from confluent_kafka.admin import ConfigResource, ResourceType

from tests.brokers.fixtures import TestBroker
from tests.integration import run
from tests.integration.cluster import Cluster, Config

# what the broker accepts of each key: of its type, but for these
BY_TYPE = {
    "boolean": ["true", "false"],
    "int": ["1048576"],
    "long": ["1048576"],
    "double": ["0.25", "1e-5", "0", "NaN"],
}
BY_KEY = {
    "cleanup.policy": [
        "compact",
        "delete",
        "compact,delete",
        "delete,compact",
        "delete, compact",
        "",
    ],
    "compression.gzip.level": ["-1", "9"],
    "compression.lz4.level": ["1", "17"],
    "compression.zstd.level": ["-131072", "22"],
    "compression.type": ["uncompressed", "zstd", "lz4", "snappy", "gzip", "producer"],
    "flush.messages": ["9223372036854775807", "+1"],
    "follower.replication.throttled.replicas": ["", "*", "0:1", "1:2, 0:1", "0:1,,1:2", ","],
    "leader.replication.throttled.replicas": ["", " * ", "1:0,0:1", "0:1,"],
    "local.retention.bytes": ["-2", "1048576"],
    "local.retention.ms": ["-2", "1048576"],
    "message.timestamp.type": ["CreateTime", "LogAppendTime"],
    "min.insync.replicas": ["1", "2"],
    # with tiered storage, which this broker has not, also true
    "remote.storage.enable": ["false"],
    "retention.bytes": ["-1", "0", "9223372036854775807"],
    "retention.ms": ["-1", "0", " 604800000 ", "9223372036854775807"],
}
ONES = {"flush.ms": "7", "retention.ms": "604800000"}
DECLARED_ONES = {"flush.ms": 7, "retention.ms": "7d"}
GIB = str(2**30)
# the configs and partitions of a cluster that others made
KINDS: dict[str, tuple[int, Config]] = {
    "events": (2, {"compression.type": "lz4", "retention.ms": "604800000"}),
    "state": (1, {"cleanup.policy": "compact", "segment.bytes": GIB}),
    "audit": (1, {"retention.ms": "31536000000", "segment.bytes": GIB}),
    "logs": (3, {"retention.ms": "86400000"}),
    "plain": (1, {}),
}
Export = Callable[..., run.Play]


@pytest.fixture
def platform(broker: TestBroker, tmp_path: Path) -> Path:
    """The folder of an inventory with one cluster, of which nothing is declared."""
    host = {
        "ansible_connection": "local",
        "ansible_python_interpreter": sys.executable,
        "kafka_connection": {"bootstrap_servers": broker.bootstrap},
    }
    (tmp_path / "hosts.json").write_text(
        json.dumps({"kafka_clusters": {"hosts": {"orders-prod": host}}})
    )
    (tmp_path / "group_vars").mkdir()
    return tmp_path


@pytest.fixture
def file(platform: Path) -> Path:
    return platform / "group_vars/kafka_clusters.yml"


@pytest.fixture
def export(platform: Path, prefix: str) -> Export:
    def export(*arguments: str, **variables: Any) -> run.Play:
        extra = json.dumps({"kafka_export_prefix": prefix, **variables})
        played = run.playbook(
            "omninode.kafka.export", "-i", str(platform / "hosts.json"), "-e", extra, *arguments
        )
        assert played.returncode == 0, played.stdout
        return played

    return export


def apply(platform: Path, *arguments: str) -> dict[str, Any]:
    """What the role makes of the variables that the inventory has now."""
    played = run.play(
        [{"ansible.builtin.include_role": {"name": "omninode.kafka.kafka_topics"}}],
        *("-i", str(platform / "hosts.json"), *arguments),
        hosts="kafka_clusters",
        module_defaults={"group/omninode.kafka.all": "{{ kafka_connection }}"},
    )
    assert played.returncode == 0, played.stdout
    [result] = [dict(result) for result in played.results if "changes" in result]
    return result


def every_key(cluster: Cluster, name: str) -> Iterator[tuple[str, str]]:
    """Each key that the broker has, with each of its values."""
    cluster.create({name: (1, {})})
    [described] = cluster.admin.describe_configs(
        [ConfigResource(ResourceType.TOPIC, name)]
    ).values()
    known = described.result(run.HANGS).keys()
    assert known <= KEYS.keys()
    for key in sorted(known):
        for value in BY_KEY.get(key) or BY_TYPE[KEYS[key].type]:
            yield key, value


def test_every_key_and_value_comes_back_as_an_empty_plan(
    cluster: Cluster, export: Export, platform: Path, file: Path, prefix: str
) -> None:
    configs: list[Config] = [{key: value} for key, value in every_key(cluster, f"{prefix}plain")]
    # and many on one topic
    configs.append({key: value for config in configs for key, value in config.items()})
    cluster.create(
        {f"{prefix}{number:03}": (1 + number % 3, config) for number, config in enumerate(configs)}
    )

    export(kafka_export_file=str(file))

    applied = apply(platform)
    assert (applied["changes"], applied["changed"]) == ([], False)
    assert applied["summary"].endswith(f": unchanged {len(configs) + 1}")
    declared = yaml.safe_load(file.read_text())
    assert names(declared) == cluster.names(prefix)
    assert declared["kafka_topics_defaults"] == {"replication_factor": 1}
    assert "throttled" not in file.read_text()


def names(variables: dict[str, Any]) -> list[str]:
    """Of all topics that the variables declare."""
    found = [topic["name"] for topic in variables["kafka_topics_declared"]]
    for profile in variables["kafka_topics_profiles"].values():
        found += profile["names"]
    return sorted(found)


def test_many_topics_are_a_short_file_that_replaces_what_an_inventory_declares(
    cluster: Cluster, export: Export, platform: Path, file: Path, prefix: str, tmp_path: Path
) -> None:
    kinds = list(KINDS)
    topics = {}
    for number in range(500):
        kind = kinds[number % len(kinds)]
        topics[f"{prefix}{kind}.{number:03}"] = KINDS[kind]
    cluster.create(topics)
    inventory = {
        "kafka_topics_defaults": {"config": {"flush.ms": "1s"}},
        "kafka_topics_profiles": {"own": {"partitions": 9, "names": list(topics)}},
        "kafka_topics_declared": [{"name": f"{prefix}other"}],
    }
    file.write_text(json.dumps(inventory))
    exported = tmp_path / "exported.yml"

    export(kafka_export_file=str(exported))

    variables = yaml.safe_load(exported.read_text())
    assert names(variables) == sorted(topics)
    assert sorted(variables["kafka_topics_profiles"]) == [
        "compact-segment-1GiB",
        "retention-1d-3-partitions",
        "retention-365d-segment-1GiB",
        "retention-7d-2-partitions",
    ]
    # a line for each topic, and a few for what they share
    assert len(exported.read_text().splitlines()) < len(topics) + 50
    applied = apply(platform, "-e", f"@{exported}")
    assert (applied["changes"], applied["changed"]) == ([], False)
    assert applied["summary"].endswith(f": unchanged {len(topics)}")


def test_the_file_is_a_state_of_its_own(
    cluster: Cluster, export: Export, platform: Path, file: Path, prefix: str
) -> None:
    cluster.create(
        {f"{prefix}b": (2, ONES), f"{prefix}a": (2, {**ONES, "cleanup.policy": "compact"})}
    )

    promised = export("--check", "--diff", kafka_export_file=str(file))
    assert promised.results[-1]["changed"] is True
    assert f"+- name: {prefix}a" in promised.stdout
    assert not file.exists()

    assert export(kafka_export_file=str(file)).results[-1]["changed"] is True
    assert file.read_text().splitlines() == [
        (
            "# The topics of orders-prod as they were found: variables of the role"
            " omninode.kafka.kafka_topics."
        ),
        (
            "# Applied to the same cluster, they change nothing. The defaults hold for every topic,"
            " a profile for the topics under its names."
        ),
        (
            "# To give one of these a field of its own, move it to kafka_topics_declared,"
            " with profiles: [name of the profile]."
        ),
        "---",
        "kafka_topics_defaults:",
        "  partitions: 2",
        "  replication_factor: 1",
        "  config:",
        "    flush.ms: 7",
        "    retention.ms: 7d",
        "kafka_topics_profiles: {}",
        "kafka_topics_declared:",
        f"- name: {prefix}a",
        "  config:",
        "    cleanup.policy: compact",
        f"- name: {prefix}b",
    ]
    first = file.read_bytes()
    assert export(kafka_export_file=str(file)).results[-1]["changed"] is False
    assert file.read_bytes() == first

    cluster.alter(f"{prefix}b", {"flush.ms": "8"})
    [change] = apply(platform)["changes"]
    assert (change["name"], change["before"], change["after"]) == (
        f"{prefix}b",
        {"config": {"flush.ms": "8"}},
        {"config": {"flush.ms": "7"}},
    )


def test_prefix_and_query_select_and_without_a_file_the_declaration_is_shown(
    cluster: Cluster, export: Export, prefix: str
) -> None:
    cluster.create({f"{prefix}a": (1, {}), f"{prefix}b": (3, ONES), f"{prefix}c.d": (4, {})})

    def shown(**variables: Any) -> dict[str, list[str]]:
        found: dict[str, Any] = export(**variables).results[-1]["msg"]
        return {
            "names": [
                topic["name"].removeprefix(prefix) for topic in found["kafka_topics_declared"]
            ],
            "defaults": sorted(found["kafka_topics_defaults"]),
        }

    assert shown() == {"names": ["a", "b", "c.d"], "defaults": ["replication_factor"]}
    assert shown(kafka_export_prefix=f"{prefix}c.") == {"names": ["c.d"], "defaults": []}
    assert shown(kafka_export_query="[?partitions > `1`]") == {
        "names": ["b", "c.d"],
        "defaults": ["replication_factor"],
    }
    assert shown(kafka_export_query="[?config.\"flush.ms\" == '7']") == {
        "names": ["b"],
        "defaults": [],
    }
    nothing = export(kafka_export_prefix="it-nothing-begins-so").results[-1]
    assert nothing["msg"] == "No topics to export: none that you may describe is selected."


def test_what_is_shown_can_be_copied_into_a_file(
    cluster: Cluster, export: Export, prefix: str
) -> None:
    cluster.create({f"{prefix}a": (2, {**ONES, "leader.replication.throttled.replicas": "*"})})

    played = export()

    printed = played.stdout.partition("msg:\n")[2].partition("\nPLAY RECAP")[0]
    assert yaml.safe_load(printed) == played.results[-1]["msg"]
    assert played.results[-1]["msg"]["kafka_topics_declared"] == [
        {
            "name": f"{prefix}a",
            "partitions": 2,
            "replication_factor": 1,
            "config": DECLARED_ONES,
        }
    ]


def test_the_examples_of_the_filter_run(
    broker: TestBroker, cluster: Cluster, prefix: str, file: Path
) -> None:
    source = ast.parse((run.ROOT / "plugins/filter/topic_declaration.py").read_text())
    [text] = [
        ast.literal_eval(node.value)
        for node in source.body
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "EXAMPLES"
    ]
    assert "group_vars/kafka_clusters.yml" in text
    tasks = yaml.safe_load(
        text.replace("group_vars/kafka_clusters.yml", str(file)).replace("shop.", prefix)
    )
    cluster.create({f"{prefix}a": (1, ONES)})

    played = run.play(
        [*tasks, *tasks],
        module_defaults={"group/omninode.kafka.all": {"bootstrap_servers": broker.bootstrap}},
    )

    assert played.returncode == 0, played.stdout
    assert [result["changed"] for result in played.results] == [False, True, False, False]
    assert yaml.safe_load(file.read_text())["kafka_topics_declared"][0]["config"] == DECLARED_ONES


def test_a_host_of_any_name_stays_in_its_comment(
    cluster: Cluster, export: Export, platform: Path, file: Path, prefix: str
) -> None:
    cluster.create({f"{prefix}a": (1, {})})
    hosts = json.loads((platform / "hosts.json").read_text())
    [host] = hosts["kafka_clusters"]["hosts"].values()
    name = "h\nkafka_topics_declared: {} # {{ 6 * 7 }}"
    (platform / "hosts.json").write_text(json.dumps({"kafka_clusters": {"hosts": {name: host}}}))

    export(kafka_export_file=str(file))

    assert (
        file.read_text().splitlines()[0]
        == r"# The topics of h\nkafka_topics_declared: {} # {{ 6 * 7 }} as they were found:"
        r" variables of the role omninode.kafka.kafka_topics."
    )
    assert [
        topic["name"] for topic in yaml.safe_load(file.read_text())["kafka_topics_declared"]
    ] == [f"{prefix}a"]
