# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.omninode.kafka.plugins.module_utils._core.plan import Plan
from ansible_collections.omninode.kafka.plugins.module_utils._topic.plan import plan_topics
from ansible_collections.omninode.kafka.plugins.module_utils._topic.policies import document_of, judge, typed
from ansible_collections.omninode.kafka.plugins.module_utils._topic.spec import TopicSet, parse_topic_set
from ansible_collections.omninode.kafka.plugins.module_utils._topic.state import BrokerDefaults, Observed, TopicState

LIVE = TopicState(
    "live", 6, 2, {"retention.ms": "1000", "min.cleanable.dirty.ratio": "0.5"}, {"cleanup.policy": "delete", "segment.ms": "7", "preallocate": "false"}
)
DEFAULTS = BrokerDefaults(4, 3, {"retention.ms": "604800000", "min.insync.replicas": "2", "cleanup.policy": "delete"}, False, True)
OBSERVED = Observed({"live": LIVE}, DEFAULTS, frozenset(), "cluster-1", 3)


def planned(*topics: dict[str, Any], observed: Observed = OBSERVED, **policy: str) -> tuple[Plan, TopicSet]:
    declared = parse_topic_set(topics, policies=[{"name": "p", "message": "not so", **policy}] if policy else None)
    return plan_topics(declared, observed), declared


def judged(rule: str, level: str, *topics: dict[str, Any], observed: Observed = OBSERVED) -> tuple[list[str], list[str]]:
    """What is refused, and what is warned of."""
    plan, declared = planned(*topics, observed=observed, rule=rule, level=level)
    judgement = judge(plan, declared, observed)
    return [refusal.why for refusal in judgement.refusals], [*judgement.warnings]


def document(topic: dict[str, Any], observed: Observed = OBSERVED) -> dict[str, Any]:
    plan, declared = planned(topic, observed=observed)
    return document_of(declared.topics[topic["name"]], plan.changes, observed)


def test_a_level_decides_between_a_refusal_and_a_warning() -> None:
    why = "policy p: topic live: not so (replication_factor >= `3`)"
    assert judged("replication_factor >= `3`", "error", {"name": "live"}) == ([f"{why}; to allow it for this topic: exempt: [p]"], [])
    assert judged("replication_factor >= `3`", "warning", {"name": "live"}) == ([], [why])


def test_a_policy_warns_once_of_all_topics_that_break_it() -> None:
    refused, warnings = judged("partitions > `9`", "warning", {"name": "live"}, {"name": "new"})
    assert (refused, warnings) == ([], ["policy p: topics live, new: not so (partitions > `9`)"])
    assert len(judged("partitions > `9`", "error", {"name": "live"}, {"name": "new"})[0]) == 2


@pytest.mark.parametrize("level", ["error", "warning"])
def test_what_keeps_to_it_or_is_exempt_is_neither(level: str) -> None:
    assert judged("replication_factor >= `2`", level, {"name": "live"}) == ([], [])
    assert judged("replication_factor >= `3`", level, {"name": "live", "exempt": ["p"]}) == ([], [])
    assert judged("replication_factor >= `3`", level, {"name": "live", "exempt": ["another"]}) != ([], [])


@pytest.mark.parametrize("level", ["error", "warning"])
@pytest.mark.parametrize(
    ("rule", "what"),
    [
        ("labels.owner", "gave null"),
        ("labels.owner >= `3`", "gave null"),
        ("name", "gave 'live'"),
        ("partitions", "gave 6"),
        ("changes", "gave []"),
        ("starts_with(partitions, 'a')", "failed: "),
        ("matches(name, '(')", "failed: '(' is no regular expression"),
    ],
)
def test_neither_true_nor_false_is_an_error_of_policy_and_topic_whatever_the_level(rule: str, what: str, level: str) -> None:
    [refused], warnings = judged(rule, level, {"name": "live"})
    assert refused.startswith(f"policy p: topic live: the rule {what}")
    assert "must give true or false" in refused
    assert warnings == []


def test_a_rule_sees_the_topic_as_it_will_be() -> None:
    assert document({"name": "live", "partitions": 8, "config": {"retention.ms": "1d", "segment.ms": None}, "labels": {"owner": "x"}, "description": "d"}) == {
        "name": "live",
        "partitions": 8,
        "replication_factor": 2,
        # inherited, left alone and declared; each as its own type
        "config": {"cleanup.policy": "delete", "min.cleanable.dirty.ratio": 0.5, "preallocate": False, "retention.ms": 86_400_000, "segment.ms": 7},
        "labels": {"owner": "x"},
        "description": "d",
        "changes": [change.as_result() for change in planned({"name": "live", "partitions": 8, "config": {"retention.ms": "1d"}})[0].changes],
        "cluster": {"cluster_id": "cluster-1", "brokers": 3},
    }


def test_what_a_new_topic_does_not_declare_is_the_brokers() -> None:
    found = document({"name": "new", "config": {"min.insync.replicas": 1}})
    assert (found["partitions"], found["replication_factor"]) == (4, 3)
    assert found["config"] == {"cleanup.policy": "delete", "min.insync.replicas": 1, "retention.ms": 604_800_000}


def test_an_unset_key_falls_back_to_the_brokers_default() -> None:
    assert document({"name": "live", "config": {"retention.ms": None}})["config"]["retention.ms"] == 604_800_000
    assert document({"name": "live", "purge_config": True})["config"]["retention.ms"] == 604_800_000


def test_what_is_not_known_is_null() -> None:
    hidden = Observed({}, None, frozenset(), "cluster-1", 3)
    found = document({"name": "new"}, hidden)
    assert (found["partitions"], found["replication_factor"], found["config"]) == (None, None, {})


def test_a_topic_to_be_deleted_is_not_judged() -> None:
    assert judged("replication_factor >= `3`", "error", {"name": "live", "state": "absent"}) == ([], [])


@pytest.mark.parametrize(
    ("key", "value", "expected"),
    [
        ("retention.ms", "604800000", 604_800_000),
        ("retention.ms", "-1", -1),
        ("min.cleanable.dirty.ratio", "0.50", 0.5),
        ("preallocate", "true", True),
        ("preallocate", "false", False),
        ("cleanup.policy", "compact,delete", "compact,delete"),
        ("compression.type", "snappy", "snappy"),
        ("some.other.key", "5", "5"),
        ("retention.ms", "odd", "odd"),
        ("retention.ms", None, None),
    ],
)
def test_config_values_are_typed(key: str, value: str | None, expected: Any) -> None:
    found = typed(key, value)
    assert (found, type(found)) == (expected, type(expected))
