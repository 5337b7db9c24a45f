# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest
from ansible_collections.omninode.kafka.plugins.module_utils._core.plan import Plan
from ansible_collections.omninode.kafka.plugins.module_utils._topic.change import TopicChange
from ansible_collections.omninode.kafka.plugins.module_utils._topic.observe import observe_names
from ansible_collections.omninode.kafka.plugins.module_utils._topic.resource import Topics
from ansible_collections.omninode.kafka.plugins.module_utils._topic.spec import (
    TopicSet,
    TopicSpec,
    parse_topic_set,
)
from ansible_collections.omninode.kafka.plugins.module_utils._topic.undo import undo
from hypothesis import assume, given
from hypothesis import strategies as st

from tests.fakes.gateway import FakeCluster
from tests.unit._topic.changes import evidence_of, topic_change
from tests.unit._topic.test_properties import DECLARED, LIVE, planned, resource, seeded, some
from tests.unit._topic.test_properties import applied as apply

NOBODY: dict[str, list[str]] = {"active": ["reader"], "committed": []}
LIVE_TOPIC = {"partitions": 3, "replication_factor": 2, "config": {"flush.ms": "5"}}
ALTERED: dict[str, Any] = {
    "before": {"config": {"retention.ms": "9", "flush.ms": None}},
    "after": {"config": {"retention.ms": "5", "flush.ms": "1"}},
}


def change(operation: str, name: str = "x", **fields: Any) -> TopicChange:
    return topic_change(name, operation, **fields)


def undone(*changes: TopicChange, **specs: TopicSpec) -> tuple[Any, Any]:
    result = undo(Plan(changes), TopicSet(specs))
    return result["topics"], result["not_undone"]


GROWN = change("add_partitions", before={"partitions": 3}, after={"partitions": 6})
KEEPS = "topic x keeps its 6 partitions: Kafka cannot take them away"
TO_UNDO = {
    "nothing": ([], [], []),
    "create": ([change("create", after=LIVE_TOPIC)], [{"name": "x", "state": "absent"}], []),
    "alter": ([change("alter_config", **ALTERED)], [{"name": "x", **ALTERED["before"]}], []),
    "grow": ([GROWN], [], [KEEPS]),
    "grow and alter": (
        [GROWN, change("alter_config", **ALTERED)],
        [{"name": "x", **ALTERED["before"]}],
        [KEEPS],
    ),
    "delete": (
        [change("delete", before=LIVE_TOPIC, evidence={"records": 0, "groups": NOBODY})],
        [{"name": "x", **LIVE_TOPIC}],
        [],
    ),
    "several, by name": (
        [change("create", "c"), change("create", "a"), change("alter_config", "b", **ALTERED)],
        [
            {"name": "a", "state": "absent"},
            {"name": "b", **ALTERED["before"]},
            {"name": "c", "state": "absent"},
        ],
        [],
    ),
}


@pytest.mark.parametrize("case", TO_UNDO)
def test_each_operation_is_taken_back(case: str) -> None:
    changes, topics, not_undone = TO_UNDO[case]
    assert undone(*changes) == (topics, not_undone)


LOSSES = [
    (
        "delete",
        {"records": 100, "groups": NOBODY},
        "topic x comes back empty; lost for good: up to 100 records",
    ),
    (
        "delete",
        {"records": 1, "groups": NOBODY},
        "topic x comes back empty; lost for good: up to 1 record",
    ),
    (
        "delete",
        {"records": 2, "groups": {"active": [], "committed": ["a", "b"]}},
        (
            "topic x comes back empty; lost for good: up to 2 records, the committed offsets of"
            " groups a, b"
        ),
    ),
    (
        "delete",
        {"records": 0, "groups": {"active": [], "committed": ["a"]}},
        "topic x comes back empty; lost for good: the committed offsets of group a",
    ),
    (
        "delete",
        {"records": "unknown", "groups": NOBODY},
        "topic x comes back empty; lost for good: an unknown number of records",
    ),
    (
        "delete",
        {"records": 0, "groups": "unknown"},
        "topic x comes back empty; lost for good: the committed offsets of its groups (unknown)",
    ),
    (
        "delete",
        {},
        (
            "topic x comes back empty; lost for good: an unknown number of records, the committed"
            " offsets of its groups (unknown)"
        ),
    ),
    (
        "retention_cut",
        {"records": 60},
        (
            "topic x: of up to 60 records at stake, those that the broker removes before the undo"
            " stay lost"
        ),
    ),
    (
        "policy_switch",
        {"records": "unknown"},
        (
            "topic x: of an unknown number of records at stake, those that the broker removes"
            " before the undo stay lost"
        ),
    ),
    ("availability", {"availability": "why"}, None),
]


@pytest.mark.parametrize(("hazard", "evidence", "sentence"), LOSSES)
def test_what_is_lost_is_said_with_its_evidence(
    hazard: str, evidence: dict[str, Any], sentence: str | None
) -> None:
    planned_change = (
        change("delete", before=LIVE_TOPIC)
        if hazard == "delete"
        else change("alter_config", **ALTERED)
    )
    assert undone(replace(planned_change, hazards=(hazard,), evidence=evidence_of(**evidence)))[
        1
    ] == ([sentence] if sentence else [])


def test_a_protected_topic_stays_protected() -> None:
    guarded = TopicSpec("x", protected=True)
    assert undone(change("alter_config", **ALTERED), x=guarded)[0] == [
        {"name": "x", **ALTERED["before"], "protected": True}
    ]
    assert undone(change("create", after=LIVE_TOPIC), x=guarded) == (
        [],
        ["topic x stays: it is declared as protected"],
    )


def state_of(cluster: FakeCluster, kept: Mapping[str, int]) -> list[dict[str, Any]]:
    """The topics as declarations. `kept`: the numbers of partitions that no undo takes back."""
    found = observe_names(cluster.connect(), cluster.topics).declarations()
    parsed = parse_topic_set(
        [
            {**topic, "partitions": kept.get(str(topic["name"]), topic["partitions"])}
            for topic in found
        ]
    )
    return sorted(
        (spec._asdict() for spec in parsed.topics.values()), key=lambda spec: spec["name"]
    )


def took_no_writes(live: Mapping[str, Any], item: TopicChange) -> bool:
    """Whether it adds replicas to a topic that had too few: no plan goes back to that."""
    if item.operation != "reassign":
        return False
    topic = live[item.name]
    in_sync: int = topic["config"].get("min.insync.replicas", 1)
    replicas: int = topic["replicas"]
    return replicas < in_sync


@given(LIVE, DECLARED, st.integers(0, 8))
@some
def test_after_any_part_of_a_plan_its_undo_restores_what_was_there(
    live: Mapping[str, Any], declared: Mapping[str, Any], applied: int
) -> None:
    cluster, topics = seeded(live), resource(declared)
    plan = planned(cluster, topics)
    assume(not any(took_no_writes(live, item) for item in plan.changes))
    moved = {item.name for item in plan.changes if item.operation == "reassign"}
    way_back = undo(plan, topics.declared)
    grown = {
        item.name: int(str(item.after["partitions"]))
        for item in plan.changes
        if item.after and item.operation == "add_partitions"
    }
    # the partitions that stay have as many replicas as they were added with
    assume(moved.isdisjoint(grown))
    assert len(way_back["topics"]) == len(
        {item.name for item in plan.changes if item.operation != "add_partitions"}
    )
    done = replace(plan, changes=plan.changes[:applied])
    kept = {
        item.name: grown[item.name] for item in done.changes if item.operation == "add_partitions"
    }
    before = state_of(cluster, kept)

    apply(cluster, topics, done)
    restoring = Topics(parse_topic_set(json.loads(json.dumps(way_back))["topics"]))
    restoration = planned(cluster, restoring)

    assert restoration.refusals == ()
    assert {item.status for item in apply(cluster, restoring, restoration)} <= {"applied"}
    assert state_of(cluster, {}) == before
