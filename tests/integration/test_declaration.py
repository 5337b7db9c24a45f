# SPDX-License-Identifier: GPL-3.0-or-later
"""What a declaration may say: values in human units, defaults, profiles, and all its mistakes at
once."""

from __future__ import annotations

from typing import Any

import pytest

from tests.brokers.fixtures import TestBroker
from tests.integration import run
from tests.integration.cluster import Cluster
from tests.integration.conftest import Call
from tests.integration.run import NOWHERE

VALUES = [
    ("retention.ms", "7d", "604800000"),
    ("retention.ms", "2w", "1209600000"),
    ("retention.ms", 604800000, "604800000"),
    ("retention.ms", " 1000 ", "1000"),
    ("retention.ms", -1, "-1"),
    ("segment.ms", "90 m", "5400000"),
    ("segment.bytes", "1GiB", "1073741824"),
    ("max.message.bytes", "512KiB", "524288"),
    ("retention.bytes", "2TiB", "2199023255552"),
    ("min.cleanable.dirty.ratio", 0.5, "0.5"),
    ("min.cleanable.dirty.ratio", "5e-1", "0.5"),
    ("min.cleanable.dirty.ratio", 1, "1.0"),
    ("preallocate", True, "true"),
    ("preallocate", " True ", "true"),
    ("cleanup.policy", ["delete", "compact"], "compact,delete"),
    ("cleanup.policy", "compact, delete", "compact,delete"),
    ("compression.type", " lz4", "lz4"),
]
# as another client may have written it: Kafka keeps the spelling of some
SPELLINGS = [
    ("preallocate", "True", True),
    ("cleanup.policy", "delete,compact", ["compact", "delete"]),
    ("cleanup.policy", "delete, compact", "compact,delete"),
    ("min.cleanable.dirty.ratio", "0.50", 0.5),
    ("retention.ms", " 604800000 ", "7d"),
    ("compression.type", " lz4 ", "lz4"),
]


def test_values_are_kept_in_kafkas_units_and_a_second_run_finds_no_difference(
    cluster: Cluster, topics: Call, prefix: str
) -> None:
    declared = [
        {"name": f"{prefix}{number}", "config": {key: value}}
        for number, (key, value, _unused) in enumerate(VALUES)
    ]

    topics(topics=declared)

    found = {name: topic["config"] for name, topic in cluster.topics(prefix).items()}
    assert found == {
        f"{prefix}{number}": {key: kept} for number, (key, _unused, kept) in enumerate(VALUES)
    }
    assert topics(topics=declared)["changes"] == []


def test_another_clients_spelling_of_the_same_value_is_no_difference(
    cluster: Cluster, topics: Call, prefix: str
) -> None:
    cluster.create(
        {
            f"{prefix}{number}": (1, {key: spelled})
            for number, (key, spelled, _unused) in enumerate(SPELLINGS)
        }
    )

    result = topics(
        topics=[
            {"name": f"{prefix}{number}", "config": {key: value}}
            for number, (key, _unused, value) in enumerate(SPELLINGS)
        ]
    )

    assert result["changes"] == []


def test_a_topic_wins_over_its_profiles_and_they_over_the_defaults(
    cluster: Cluster, topics: Call, prefix: str
) -> None:
    declaration: dict[str, Any] = {
        "defaults": {
            "partitions": 2,
            "replication_factor": -1,
            "config": {"flush.ms": 1, "segment.ms": "1h"},
            "labels": {"owner": "all"},
        },
        "profiles": {
            "compacted": {"config": {"cleanup.policy": "compact", "segment.ms": "2h"}},
            "wide": {"partitions": 4, "config": {"segment.ms": "3h"}},
            "audit": {
                "names": [f"{prefix}logins", f"{prefix}payments"],
                "partitions": 1,
                "config": {"retention.ms": "90d"},
            },
        },
        "topics": [
            {"name": f"{prefix}plain"},
            {
                "name": f"{prefix}wide",
                "profiles": ["compacted", "wide"],
                "labels": {"class": "state"},
                "description": "later profiles win",
            },
            {
                "name": f"{prefix}narrow",
                "profiles": ["wide", "compacted"],
                "partitions": 1,
                "config": {"flush.ms": None},
            },
        ],
    }

    topics(**declaration)

    audit = (1, {"flush.ms": "1", "segment.ms": "3600000", "retention.ms": "7776000000"})
    assert {
        name.removeprefix(prefix): (topic["partitions"], topic["config"])
        for name, topic in cluster.topics(prefix).items()
    } == {
        "plain": (2, {"flush.ms": "1", "segment.ms": "3600000"}),
        "wide": (4, {"flush.ms": "1", "segment.ms": "10800000", "cleanup.policy": "compact"}),
        "narrow": (1, {"segment.ms": "7200000", "cleanup.policy": "compact"}),
        "logins": audit,
        "payments": audit,
    }
    assert topics(**declaration)["changes"] == []


def test_the_module_topic_keeps_one_topic(
    broker: TestBroker, cluster: Cluster, prefix: str
) -> None:
    declared = {
        "bootstrap_servers": broker.bootstrap,
        "name": f"{prefix}one",
        "partitions": 2,
        "config": {"retention.ms": "7d"},
    }

    created = run.succeed("topic", **declared)

    assert [change["operation"] for change in created["changes"]] == ["create"]
    assert cluster.topics(prefix)[f"{prefix}one"] == {
        "partitions": 2,
        "replication_factor": 1,
        "config": {"retention.ms": "604800000"},
    }
    assert run.succeed("topic", **declared)["changed"] is False
    assert run.succeed("topic", **{**declared, "state": "absent"})["changed"] is True
    assert cluster.topics(prefix) == {}


MISTAKES: list[tuple[dict[str, Any], str, str, str]] = [
    (
        {"name": "d.count", "partitions": 0},
        "topic 'd.count'",
        "partitions",
        "must be a whole number from 1",
    ),
    (
        {"name": "d.float", "partitions": 1.5},
        "topic 'd.float'",
        "partitions",
        "must be a whole number from 1",
    ),
    (
        {"name": "d.unit", "config": {"retention.ms": "7 days"}},
        "topic 'd.unit'",
        "config retention.ms",
        "'7 days' is not a time",
    ),
    (
        {"name": "d.size", "config": {"segment.bytes": "1GB"}},
        "topic 'd.size'",
        "config segment.bytes",
        "'1GB' is not a size",
    ),
    (
        {"name": "d.kind", "config": {"segment.bytes": "7d"}},
        "topic 'd.kind'",
        "config segment.bytes",
        "'7d' is not a size",
    ),
    (
        {"name": "d.bool", "config": {"preallocate": "maybe"}},
        "topic 'd.bool'",
        "config preallocate",
        "'maybe' is not a boolean",
    ),
    ({"name": "d.state", "state": "gone"}, "topic 'd.state'", "state", "must be present or absent"),
    (
        {"name": "d.field", "partition_count": 3},
        "topic 'd.field'",
        "partition_count",
        "did you mean 'partitions'",
    ),
    (
        {"name": "d.profile", "profiles": ["compactd"]},
        "topic 'd.profile'",
        "profiles",
        "unknown profile 'compactd' (did you mean 'compacted'?)",
    ),
    (
        {"name": "d.dict", "config": "retention.ms=1"},
        "topic 'd.dict'",
        "config",
        "must be a dictionary",
    ),
    ({"name": "d name"}, "topic 'd name'", "name", "is not a topic name"),
    ({"partitions": 3}, "topics[11]", "name", "is missing"),
    ({"name": "d.twice"}, "topic 'd.twice'", "name", ""),
    ({"name": "d.twice"}, "topic 'd.twice'", "name", ""),
]


def test_every_mistake_of_every_topic_is_told_at_once_and_nothing_is_read() -> None:
    error = run.fail(
        "topics",
        bootstrap_servers=NOWHERE,
        profiles={"compacted": {}},
        topics=[topic for topic, *_unused in MISTAKES],
    )

    told = {(mistake["where"], mistake["field"]): mistake["message"] for mistake in error["errors"]}
    for _unused, where, field, message in MISTAKES:
        assert message in told.get((where, field), f"nothing is said of {where} {field}: {told}")
        assert where in error["msg"]
    assert len(error["errors"]) == len(
        {(where, field) for _unused, where, field, _unused in MISTAKES}
    )
    assert error["error"] == "InvalidSpec"


def test_the_role_leaves_the_form_of_the_declaration_to_the_module() -> None:
    role = {"name": "omninode.kafka.kafka_topics"}
    connection = {"bootstrap_servers": [NOWHERE]}
    for declared, message in (
        ({"name": "a"}, "topics: value: must be a list of topics, not the dictionary"),
        ([{"name": "a"}, [{"name": "b"}]], "topics[1]: value: must be a dictionary with a name"),
    ):
        variables = {
            "kafka_topics_declared": declared,
            "kafka_topics_connection": connection,
        }

        played = run.play([{"ansible.builtin.include_role": role, "vars": variables}])

        told = played.results[-1]["msg"]
        assert message in told
        assert "class" not in told


@pytest.mark.parametrize("entry_point", ["main", "drift", "undeclared"])
def test_every_entry_point_refuses_a_declaration_that_is_null(entry_point: str) -> None:
    role = {"name": "omninode.kafka.kafka_topics", "tasks_from": entry_point}
    variables = {
        "kafka_topics_declared": None,
        "kafka_topics_owned_prefixes": ["shop."],
        "kafka_topics_connection": {"bootstrap_servers": [NOWHERE]},
    }

    played = run.play([{"ansible.builtin.include_role": role, "vars": variables}])

    assert (
        "kafka_topics_declared: must be a list of topics, not nothing"
        in (played.results[-1]["msg"])
    )


@pytest.mark.parametrize(("options", "message"), [
    ({"defaults": {"partitons": 3}}, "did you mean 'partitions'"),
    ({"profiles": {"wide": {"config": {"segment.bytes": "1GB"}}}}, "profile 'wide'"),
    ({"profiles": {"wide": {"names": "one"}}}, "must be a list of strings"),
    ({"topics": ["d.string"]}, "must be a dictionary"),
])  # fmt: skip
def test_mistakes_outside_the_topics_are_told_too(options: dict[str, Any], message: str) -> None:
    error = run.fail("topics", bootstrap_servers=NOWHERE, **options)

    assert message in error["msg"]
    assert error["error"] == "InvalidSpec"
