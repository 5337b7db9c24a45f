# SPDX-License-Identifier: GPL-3.0-or-later
"""Guards and policies on a real broker: what they refuse, in check mode and for real, and the one
setting that lifts each."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

import pytest

from tests.brokers.fixtures import TestBroker
from tests.integration import run
from tests.integration.cluster import Cluster, Config
from tests.integration.conftest import Call

NOW = int(time.time()) * 1000
MS_PER_DAY = 86_400_000
OLD = [NOW - 5 * MS_PER_DAY] * 7
FOR_EVER = {"retention.ms": "-1"}
SMALL = {"name": "small", "rule": "partitions < `3`", "message": "three partitions are too many"}


class Guarded(NamedTuple):
    """`topic` and `settings` are refused by `guard`, with `evidence` in the message; `lifted` is
    what allows it, of the topic or of the run.

    `records`: of the topic as it was before; None: there was none.
    """

    guard: str
    topic: dict[str, Any] | None
    evidence: str
    lifted: dict[str, Any]
    records: list[int] | None = OLD
    settings: Mapping[str, Any] = MappingProxyType({})


OF_TOPIC = {
    "retention": Guarded(
        "allow",
        {"config": {"retention.ms": "1d"}},
        "retention.ms from -1 to 1d",
        {"allow": ["retention_cut"]},
    ),
    "policy": Guarded(
        "allow",
        {"config": {"cleanup.policy": "compact"}},
        "records: 7",
        {"allow": ["policy_switch"]},
    ),
    "partitions": Guarded("allow", {"partitions": 2}, "compacted: false", {"allow": ["key_order"]}),
    "available": Guarded(
        "allow",
        {"config": {"max.message.bytes": 1000}},
        "larger messages are refused",
        {"allow": ["availability"]},
    ),
    "replicas": Guarded(
        "allow",
        {"config": {"min.insync.replicas": 2}},
        "above the replication factor 1",
        {"allow": ["availability"]},
        None,
    ),
    "in-use": Guarded(
        "allow", {"state": "absent"}, "it is in use (records: 1; ", {"allow": ["delete"]}, [NOW]
    ),
    "protected": Guarded(
        "protected",
        {"state": "absent", "protected": True, "allow": ["all"]},
        "records: 7",
        {"protected": False},
    ),
    "empty-protected": Guarded(
        "protected", {"state": "absent", "protected": True}, "records: 0", {"protected": False}, []
    ),
    "wide": Guarded(
        "policies",
        {"partitions": 3},
        "three partitions are too many",
        {"exempt": ["small"]},
        None,
        {"policies": [SMALL]},
    ),
}
OF_RUN = {
    "retention": Guarded(
        "allow", {"config": {"retention.ms": "1d"}}, "records: 7", {"allow": ["all"]}
    ),
    "idle": Guarded(
        "allow",
        {"state": "absent"},
        "it is in use",
        {"delete_min_idle": "4d"},
        OLD,
        {"delete_min_idle": "6d"},
    ),
    "purged": Guarded(
        "allow",
        None,
        "it is not declared, and is purged with all its records",
        {"allow": ["delete"]},
    ),
    "budget": Guarded(
        "destruction_budget",
        {"state": "absent"},
        "records: 7",
        {"destruction_budget": "100%"},
        OLD,
        {"destruction_budget": 0, "allow": ["all"]},
    ),
    "theirs": Guarded(
        "owned_prefixes",
        {"partitions": 1},
        "its name is not under ours.",
        {"owned_prefixes": ["ours.", "it-"]},
        None,
        {"owned_prefixes": ["ours."]},
    ),
}


@pytest.mark.parametrize(
    ("case", "by_topic"),
    [*((name, True) for name in OF_TOPIC), *((name, False) for name in OF_RUN)],
)
def test_a_guard_refuses_in_check_mode_and_for_real_until_it_is_lifted(
    cluster: Cluster, topics: Call, refused: Call, prefix: str, case: str, by_topic: bool
) -> None:
    guarded = (OF_TOPIC if by_topic else OF_RUN)[case]
    name, other = f"{prefix}{case}", f"{prefix}other"
    if guarded.records is not None:
        cluster.create({name: (1, FOR_EVER)})
        cluster.produce({(name, 0): guarded.records})
    before = cluster.topics(prefix)

    def declaration(lift_topic: Mapping[str, Any], lift_run: Mapping[str, Any]) -> dict[str, Any]:
        purge = {"purge": True, "owned_prefixes": [prefix]} if guarded.topic is None else {}
        declared = [] if guarded.topic is None else [{"name": name, **guarded.topic, **lift_topic}]
        return {**purge, **guarded.settings, **lift_run, "topics": [*declared, {"name": other}]}

    for check in (True, False):
        error = refused(**declaration({}, {}), check=check)
        assert (error["error"], {item["guard"] for item in error["outcome"]["failed"]}) == (
            "PlanRefused",
            {guarded.guard},
        )
        assert guarded.evidence in error["msg"]
        assert name in error["msg"]
        assert cluster.topics(prefix) == before

    lifted = topics(
        **(declaration(guarded.lifted, {}) if by_topic else declaration({}, guarded.lifted))
    )
    assert {change["name"] for change in lifted["changes"]} == {name, other}


def test_a_topic_that_a_group_is_active_on_is_in_use(
    cluster: Cluster, topics: Call, refused: Call, prefix: str
) -> None:
    name = f"{prefix}read"
    cluster.create({name: (1, {})})
    absent = {"topics": [{"name": name, "state": "absent"}]}
    try:
        with cluster.consuming(f"{prefix}readers", name, "classic"):
            message = refused(**absent)["msg"]
            assert (
                "it is in use (records: 0; oldest: null; newest: null; groups: active"
                f" {prefix}readers, committed none)" in message
            )
        # without a reader, an empty topic is nothing to ask for
        assert topics(**absent)["changed"] is True
    finally:
        cluster.forget_groups(prefix)


def test_a_topic_in_use_may_come_back_by_itself(
    cluster: Cluster, topics: Call, prefix: str
) -> None:
    names = [f"{prefix}used", f"{prefix}busy", f"{prefix}idle"]
    cluster.create(dict.fromkeys(names, (1, FOR_EVER)))
    cluster.produce({(names[0], 0): [NOW], (names[1], 0): [NOW], (names[2], 0): OLD})
    absent = [{"name": name, "state": "absent"} for name in names]

    warnings = topics(topics=absent, allow="all", check=True)["warnings"]

    assert len(warnings) == 1
    told = f"delete topics {names[1]}, {names[0]}: in use, and auto.create.topics.enable is true"
    assert told in str(warnings)


def test_a_default_is_named_with_its_value(cluster: Cluster, refused: Call, prefix: str) -> None:
    kept, given = f"{prefix}kept", f"{prefix}given"
    cluster.create({kept: (1, {}), given: (1, FOR_EVER)})
    cluster.produce({(kept, 0): [NOW - 5 * MS_PER_DAY], (given, 0): [NOW - 9 * MS_PER_DAY]})
    declared = [
        {"name": kept, "config": {"retention.ms": "1d"}},
        {"name": given, "config": {"retention.ms": None}},
    ]

    message = refused(topics=declared, check=True)["msg"]

    assert f"{kept} (retention.ms from the default (7d) to 1d)" in message
    assert f"{given} (retention.ms from -1 to the default (7d))" in message


@pytest.mark.parametrize(
    ("rule", "why"),
    [
        ("matches(name, '(')", "is not a regular expression of RE2: missing ): ("),
        (
            "(" * 5_000,
            "is not a JMESPath expression: its brackets are nested 5000 levels deep, but at most",
        ),
        ("!" * 5_000 + "a", "is not a JMESPath expression: it is nested too deep for Python"),
    ],
)
def test_a_rule_that_cannot_be_read_is_no_traceback(
    refused: Call, prefix: str, rule: str, why: str
) -> None:
    policy = {"name": "p", "rule": rule, "message": "no"}
    assert why in refused(topics=[{"name": f"{prefix}x"}], policies=[policy], check=True)["msg"]


def test_a_rule_takes_no_longer_than_its_text(refused: Call, prefix: str) -> None:
    policy = {"name": "p", "rule": "matches(description, '(a+)+b')", "message": "no b"}
    topic = {"name": f"{prefix}x", "description": "a" * 10_000}
    assert "p: topic" in refused(topics=[topic], policies=[policy], check=True)["msg"]


def test_replicas_that_no_live_broker_could_hold_are_refused_before_the_broker_is_asked(
    refused: Call, prefix: str
) -> None:
    message = refused(
        topics=[{"name": f"{prefix}x", "replication_factor": 3}], validate="local", check=True
    )["msg"]
    assert "replication_factor 3 is above the number of live brokers, 1" in message


def test_a_warning_of_a_policy_hinders_nothing(topics: Call, cluster: Cluster, prefix: str) -> None:
    name = f"{prefix}wide"
    result = topics(
        topics=[{"name": name, "partitions": 3}], policies=[{**SMALL, "level": "warning"}]
    )
    assert f"policy small: topic {name}: three partitions are too many (partitions < `3`)" in str(
        result["warnings"]
    )
    assert cluster.names(prefix) == [name]


@pytest.mark.parametrize("level", ["error", "warning"])
def test_a_rule_without_an_answer_is_an_error_of_policy_and_topic(
    refused: Call, prefix: str, level: str
) -> None:
    policy = {"name": "owner", "rule": "labels.owner", "message": "needs an owner", "level": level}
    error = refused(topics=[{"name": f"{prefix}x"}], policies=[policy], check=True)
    assert (
        f"policy owner: topic {prefix}x: the rule gave null, but it must give true or false"
        in error["msg"]
    )


def test_values_that_are_inherited_are_judged_as_numbers(
    cluster: Cluster, topics: Call, refused: Call, prefix: str
) -> None:
    cluster.create({f"{prefix}live": (1, {})})
    declared = [{"name": f"{prefix}live"}, {"name": f"{prefix}new"}]
    days = {"name": "days", "message": "too long"}
    assert (
        topics(
            topics=declared,
            policies=[{**days, "rule": 'config."retention.ms" <= `604800000`'}],
            check=True,
        )["changed"]
        is True
    )
    failed = refused(
        topics=declared,
        policies=[{**days, "rule": 'config."retention.ms" < `604800000`'}],
        check=True,
    )["outcome"]["failed"]
    assert [item["name"] for item in failed] == [f"{prefix}live", f"{prefix}new"]


def test_a_reviewed_plan_is_refused_when_the_cluster_has_moved(
    cluster: Cluster, topics: Call, refused: Call, prefix: str
) -> None:
    name = f"{prefix}a"
    moved: Config = {"flush.messages": "7"}
    cluster.create({name: (1, FOR_EVER)})
    declaration: dict[str, Any] = {"topics": [{"name": name, "config": {"flush.ms": 5}}]}
    reviewed = topics(**declaration, check=True)["plan_id"]
    cluster.alter(name, moved)

    error = refused(**declaration, expected_plan_id=reviewed)

    assert "the cluster or the declaration has moved" in error["msg"]
    assert cluster.topics(prefix)[name]["config"] == {**FOR_EVER, **moved}
    assert topics(**declaration, expected_plan_id=error["plan_id"])["changed"] is True


def test_ansible_prints_a_refusal_first_and_little_besides(
    broker: TestBroker, cluster: Cluster, prefix: str
) -> None:
    """Of one topic among many, with Ansible's default settings."""
    cluster.create({f"{prefix}wide": (3, {})})
    new = [{"name": f"{prefix}{number}"} for number in range(500)]
    role = {"name": "omninode.kafka.kafka_topics"}
    variables = {
        "kafka_topics_declared": [*new, {"name": f"{prefix}wide", "partitions": 2}],
        "kafka_topics_connection": {"bootstrap_servers": broker.bootstrap},
    }

    played = run.play(
        [{"ansible.builtin.include_role": role, "vars": variables}],
        env={"ANSIBLE_CALLBACK_RESULT_FORMAT": "json"},
    )

    refusal = f"refused the plan, nothing was changed: change partitions of topic {prefix}wide"
    assert f"Task failed: Module failed: {refusal}" in played.stdout
    _unused, _unused, printed = played.stdout.partition("FAILED! => ")
    result, _end = json.JSONDecoder().raw_decode(printed)
    assert result["msg"].startswith(refusal)
    assert "create 500" in result["summary"]
    assert len(json.dumps(result)) < 1500
