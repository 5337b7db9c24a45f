# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.omninode.kafka.plugins.module_utils._topic.plan import plan_topics
from ansible_collections.omninode.kafka.plugins.module_utils._topic.policies import subjects, typed
from ansible_collections.omninode.kafka.plugins.module_utils._topic.spec import parse_topic_set
from ansible_collections.omninode.kafka.plugins.module_utils._topic.state import (
    BrokerDefaults,
    Observed,
    TopicState,
)

LIVE = TopicState(
    "live",
    6,
    2,
    {"retention.ms": "1000", "min.cleanable.dirty.ratio": "0.5"},
    {"cleanup.policy": "delete", "segment.ms": "7", "preallocate": "false"},
)
DEFAULTS = BrokerDefaults(
    4,
    3,
    {"retention.ms": "604800000", "min.insync.replicas": "2", "cleanup.policy": "delete"},
    False,
    True,
)
OBSERVED = Observed({"live": LIVE}, DEFAULTS, frozenset(), "cluster-1", 3)


CHANGES = plan_topics(
    parse_topic_set([{"name": "live", "partitions": 8, "config": {"retention.ms": "1d"}}]), OBSERVED
).changes


def document(topic: dict[str, Any], observed: Observed = OBSERVED) -> dict[str, Any]:
    declared = parse_topic_set([topic])
    [subject] = subjects(plan_topics(declared, observed), declared, observed)
    assert subject.name == topic["name"]
    return dict(subject.document)


@pytest.mark.parametrize(
    ("name", "assignments", "partitions", "fewest"),
    [
        ("new", {0: [1], 1: [2]}, 2, 1),
        ("live", {0: [1]}, 2, 1),
        ("live", {0: [1, 2, 3]}, 2, 2),
        ("live", {0: [1, 2, 3], 1: [2, 3, 1]}, 2, 3),
    ],
)
def test_a_rule_sees_how_many_replicas_the_assignments_leave(
    name: str, assignments: dict[int, list[int]], partitions: int, fewest: int
) -> None:
    live = LIVE._replace(partitions=2, replicas={0: (1, 2), 1: (2, 1)})
    observed = OBSERVED._replace(topics={"live": live})
    found = document({"name": name, "assignments": assignments}, observed)
    assert (found["partitions"], found["replication_factor"]) == (partitions, fewest)


def test_a_rule_sees_the_topic_as_it_will_be() -> None:
    assert document(
        {
            "name": "live",
            "partitions": 8,
            "config": {"retention.ms": "1d", "segment.ms": None},
            "labels": {"owner": "x"},
            "description": "d",
        }
    ) == {
        "name": "live",
        "partitions": 8,
        "replication_factor": 2,
        # an inherited, an undeclared and a declared value, each in its own type
        "config": {
            "cleanup.policy": "delete",
            "min.cleanable.dirty.ratio": 0.5,
            "preallocate": False,
            "retention.ms": 86_400_000,
            "segment.ms": 7,
        },
        "labels": {"owner": "x"},
        "description": "d",
        "changes": [change.as_result() for change in CHANGES],
        "cluster": {"cluster_id": "cluster-1", "brokers": 3},
    }


def test_what_a_new_topic_does_not_declare_is_the_brokers() -> None:
    found = document({"name": "new", "config": {"min.insync.replicas": 1}})
    assert (found["partitions"], found["replication_factor"]) == (4, 3)
    assert found["config"] == {
        "cleanup.policy": "delete",
        "min.insync.replicas": 1,
        "retention.ms": 604_800_000,
    }


def test_an_unset_key_falls_back_to_the_brokers_default() -> None:
    assert (
        document({"name": "live", "config": {"retention.ms": None}})["config"]["retention.ms"]
        == 604_800_000
    )
    assert document({"name": "live", "purge_config": True})["config"]["retention.ms"] == 604_800_000


def test_what_is_not_known_is_null() -> None:
    hidden = Observed({}, None, frozenset(), "cluster-1", 3)
    found = document({"name": "new"}, hidden)
    assert (found["partitions"], found["replication_factor"], found["config"]) == (None, None, {})


def test_a_topic_to_be_deleted_is_not_judged() -> None:
    declared = parse_topic_set([{"name": "live", "state": "absent"}])
    assert [*subjects(plan_topics(declared, OBSERVED), declared, OBSERVED)] == []


def test_what_a_topic_is_exempt_from_is_told() -> None:
    declared = parse_topic_set([{"name": "live", "exempt": ["p", "q"]}])
    [subject] = subjects(plan_topics(declared, OBSERVED), declared, OBSERVED)
    assert subject.exempt == {"p", "q"}


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
