# SPDX-License-Identifier: GPL-3.0-or-later
"""The broker judges the plan before it is applied, in check mode too; what it refuses at apply time
is told topic by topic."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from confluent_kafka.admin import AclOperation

from tests.integration import run
from tests.integration.cluster import Cluster
from tests.integration.conftest import Call, outcome

# the broker's policies refuse topics with this word in their names
FORBIDDEN = "forbidden"

REFUSED: dict[str, tuple[dict[str, Any], str]] = {
    "policy": ({"name": FORBIDDEN}, "POLICY_VIOLATION"),
    "value": ({"name": "value", "config": {"compression.type": "middle-out"}}, "middle-out"),
    "range": (
        {"name": "range", "config": {"min.cleanable.dirty.ratio": 2}},
        "min.cleanable.dirty.ratio",
    ),
    "unknown key": (
        {"name": "key", "config": {"retention.mss": "7d"}},
        "did you mean 'retention.ms'",
    ),
    "unknown key of an existing topic": (
        {"name": "old", "config": {"retention.mss": "7d"}},
        "did you mean 'retention.ms'",
    ),
    "unset of an unknown key": (
        {"name": "old", "config": {"retention.mss": None}},
        "did you mean 'retention.ms'",
    ),
    "value of an existing topic": (
        {"name": "old", "config": {"compression.type": "middle-out"}},
        "middle-out",
    ),
    # our own guard would be first
    "replicas": (
        {"name": "replicas", "replication_factor": 2, "allow": ["availability"]},
        "INVALID_REPLICATION_FACTOR",
    ),
    "names that collide": ({"name": "o_ld"}, "collides"),
}


@pytest.mark.parametrize("check", [True, False])
def test_the_broker_refuses_a_bad_plan_before_anything_is_written(
    cluster: Cluster, refused: Call, prefix: str, check: bool
) -> None:
    cluster.create({f"{prefix}old": (1, {}), f"{prefix}o.ld": (1, {})})
    before = cluster.topics(prefix)

    for topic, reason in REFUSED.values():
        error = refused(
            topics=[{**topic, "name": f"{prefix}{topic['name']}"}, {"name": f"{prefix}good"}],
            check=check,
        )

        assert reason in error["msg"]
        assert error["error"] == "PlanRefused"
        assert outcome(error) == {
            "applied": [],
            "failed": [f"{prefix}{topic['name']}"],
            "pending": [],
            "unknown": [],
        }
        assert cluster.topics(prefix) == before


def test_all_that_the_broker_refuses_is_told_at_once(refused: Call, prefix: str) -> None:
    # the plan refuses an unknown key itself where a topic shows which keys there are
    elsewhere = ("old", "o_ld", "key")
    declared = [topic for topic, _unused in REFUSED.values() if topic["name"] not in elsewhere]

    error = refused(
        topics=[{**topic, "name": f"{prefix}{topic['name']}"} for topic in declared], check=True
    )

    assert set(outcome(error)["failed"]) == {f"{prefix}{topic['name']}" for topic in declared}


def test_all_unknown_keys_are_told_before_the_broker_is_asked(
    cluster: Cluster, refused: Call, prefix: str
) -> None:
    cluster.create({f"{prefix}old": (1, {})})
    misspelt = {"retention.mss": "7d", "segment.bytez": 1, "quux": 1, "flush.mss": None}
    declared = [{"name": f"{prefix}{name}", "config": misspelt} for name in ("old", "new")]

    error = refused(topics=declared, validate="local")

    told = [failure["why"] for failure in error["outcome"]["failed"]]
    assert len(told) == len(misspelt) * len(declared)
    assert all("unknown config key" in why for why in told)
    assert cluster.names(prefix) == [f"{prefix}old"]


def test_what_no_one_but_the_real_call_can_judge_is_listed(
    cluster: Cluster, topics: Call, prefix: str
) -> None:
    cluster.create({f"{prefix}old": (1, {})})
    declared = [{"name": f"{prefix}old", "state": "absent"}, {"name": f"{prefix}new"}]

    by_broker = topics(topics=declared, check=True)["not_validated"]
    locally = topics(topics=declared, check=True, validate="local")["not_validated"]

    assert [(item["name"], item["operation"]) for item in by_broker] == [(f"{prefix}old", "delete")]
    assert [(item["name"], item["operation"]) for item in locally] == [
        (f"{prefix}new", "create"),
        (f"{prefix}old", "delete"),
    ]
    assert all(item["why"] for item in [*by_broker, *locally])


def test_what_the_broker_refuses_at_apply_time_leaves_the_rest_applied_and_told(
    cluster: Cluster, refused: Call, prefix: str
) -> None:
    names = [f"{prefix}1", f"{prefix}2-{FORBIDDEN}", f"{prefix}3"]

    error = refused(topics=[{"name": name} for name in names], validate="local")

    assert outcome(error) == {
        "applied": [names[0], names[2]],
        "failed": [names[1]],
        "pending": [],
        "unknown": [],
    }
    assert cluster.names(prefix) == [names[0], names[2]]
    assert "POLICY_VIOLATION" in error["outcome"]["failed"][0]["why"]
    assert "POLICY_VIOLATION" in error["msg"]
    assert (error["error"], error["changed"]) == ("ApplyFailed", True)


def test_nothing_is_deleted_once_something_failed(
    cluster: Cluster, refused: Call, prefix: str
) -> None:
    cluster.create({f"{prefix}old": (1, {})})

    error = refused(
        topics=[{"name": f"{prefix}old", "state": "absent"}, {"name": f"{prefix}{FORBIDDEN}"}],
        validate="local",
    )

    assert outcome(error) == {
        "applied": [],
        "failed": [f"{prefix}{FORBIDDEN}"],
        "pending": [f"{prefix}old"],
        "unknown": [],
    }
    assert cluster.names(prefix) == [f"{prefix}old"]
    assert error["changed"] is False


def test_an_alteration_that_is_refused_at_apply_time_leaves_the_value(
    cluster: Cluster, refused: Call, prefix: str
) -> None:
    cluster.create({f"{prefix}{name}": (1, {}) for name in ("1", "2", "3")})
    values = {"1": "lz4", "2": "middle-out", "3": "zstd"}

    error = refused(
        topics=[
            {"name": f"{prefix}{name}", "config": {"compression.type": value}}
            for name, value in values.items()
        ],
        validate="local",
    )

    assert outcome(error) == {
        "applied": [f"{prefix}1", f"{prefix}3"],
        "failed": [f"{prefix}2"],
        "pending": [],
        "unknown": [],
    }
    assert [topic["config"] for topic in cluster.topics(prefix).values()] == [
        {"compression.type": "lz4"},
        {},
        {"compression.type": "zstd"},
    ]


def test_without_the_right_to_describe_a_topic_is_not_taken_for_absent(
    cluster: Cluster, prefix: str, alice: dict[str, Any], allow: Callable[..., None]
) -> None:
    cluster.create({f"{prefix}hidden": (1, {})})

    for state in ("present", "absent"):
        error = run.fail(
            "topics", **alice, topics=[{"name": f"{prefix}hidden", "state": state}], check=True
        )
        assert error["error"] == "NotAuthorized"
        assert f"{prefix}hidden" in error["msg"]
        assert "DESCRIBE" in error["msg"]
    allow(AclOperation.DESCRIBE)
    message = run.fail("topics", **alice, topics=[{"name": f"{prefix}hidden"}], check=True)["msg"]
    assert f"cannot read the config of topic {prefix}hidden" in message
    assert "DESCRIBE_CONFIGS" in message


def test_with_its_rights_a_principal_keeps_its_topics(
    cluster: Cluster, prefix: str, alice: dict[str, Any], allow: Callable[..., None]
) -> None:
    allow(AclOperation.CREATE, AclOperation.ALTER, AclOperation.ALTER_CONFIGS, AclOperation.DELETE)
    declaration: dict[str, Any] = {
        "topics": [{"name": f"{prefix}x", "config": {"flush.ms": 5}}],
        "purge": True,
        "owned_prefixes": [prefix],
    }

    run.succeed("topics", **alice, **declaration)

    assert cluster.topics(prefix)[f"{prefix}x"]["config"] == {"flush.ms": "5"}
    declaration["topics"][0] |= {"partitions": 2, "config": {"flush.ms": None}}
    assert [
        change["operation"] for change in run.succeed("topics", **alice, **declaration)["changes"]
    ] == ["add_partitions", "alter_config"]
    declaration |= {"topics": [], "purge_to_empty": True}
    assert [
        change["operation"] for change in run.succeed("topics", **alice, **declaration)["changes"]
    ] == ["delete"]
