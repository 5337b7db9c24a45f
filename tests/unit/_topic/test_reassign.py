# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every change that moves replicas has its own outcome, which says no more than is proven."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pytest
from ansible_collections.omninode.kafka.plugins.module_utils._core.plan import Plan
from ansible_collections.omninode.kafka.plugins.module_utils._kafka.errors import (
    CLUSTER_AUTHORIZATION_FAILED,
    Rejection,
)
from ansible_collections.omninode.kafka.plugins.module_utils._kafka.moves import Brake, Layout, Move
from ansible_collections.omninode.kafka.plugins.module_utils._kafka.partitions import TopicPartition
from ansible_collections.omninode.kafka.plugins.module_utils._move import apply as stage
from ansible_collections.omninode.kafka.plugins.module_utils._move.move import Moved
from ansible_collections.omninode.kafka.plugins.module_utils._topic.apply import apply_changes
from ansible_collections.omninode.kafka.plugins.module_utils._topic.change import TopicChange
from ansible_collections.omninode.kafka.plugins.module_utils._topic.reassign import (
    APPLIERS_OF_REPLICAS,
)
from ansible_collections.omninode.kafka.plugins.module_utils._topic.resource import Topics
from ansible_collections.omninode.kafka.plugins.module_utils._topic.spec import parse_topic_set
from ansible_collections.omninode.kafka.plugins.module_utils._topic.state import Observed
from ansible_collections.omninode.kafka.plugins.module_utils._topic.validate import (
    validate_by_broker,
)

from tests.fakes.gateway import CLUSTER, FakeCluster
from tests.unit._topic.changes import topic_change

Answers = Mapping[tuple[str, int], Rejection | None]
LOST = Rejection(-185, "_TIMED_OUT", "nothing arrived within 120 s")
REFUSED = Rejection(39, "INVALID_REPLICATION_ASSIGNMENT", "no such broker")
DENIED = Rejection(CLUSTER_AUTHORIZATION_FAILED, "CLUSTER_AUTHORIZATION_FAILED", "")
reassign = APPLIERS_OF_REPLICAS["reassign"]
NOTHING = Observed({})
NOT_TRIED = "not tried, since the moves before it did not end"


def move(name: str = "a", partitions: int = 1, target: tuple[int, ...] = (1, 2)) -> TopicChange:
    numbers = range(partitions)
    before = dict.fromkeys(numbers, (1,))
    after = dict.fromkeys(numbers, target)
    return topic_change(name, "reassign", {"assignments": before}, {"assignments": after})


@pytest.fixture
def moved(monkeypatch: pytest.MonkeyPatch) -> Callable[..., list[tuple[str, str]]]:
    """What becomes of changes when the mover answers so."""

    def run(*changes: TopicChange, answers: Answers) -> list[tuple[str, str]]:
        found = {TopicPartition(*place): answer for place, answer in answers.items()}
        monkeypatch.setattr(stage, "move_replicas", lambda *_: Moved(found))
        gateway = FakeCluster().connect()
        outcomes = reassign(gateway, changes, NOTHING, Brake(), print).outcomes
        assert [outcome.change for outcome in outcomes] == [*changes]
        return [(outcome.status, outcome.cause) for outcome in outcomes]

    return run


@pytest.mark.parametrize(
    ("answers", "status", "cause"),
    [
        ((None, None), "applied", ""),
        (
            (None, REFUSED),
            "failed",
            "not all replicas move: partition 1: INVALID_REPLICATION_ASSIGNMENT: no such broker",
        ),
        (
            (None, LOST),
            "unknown",
            "not all replicas arrived: partition 1: _TIMED_OUT: nothing arrived within 120 s",
        ),
        # what proves least counts
        (
            (REFUSED, LOST),
            "unknown",
            "not all replicas arrived: partition 1: _TIMED_OUT: nothing arrived within 120 s",
        ),
        (
            (DENIED, None),
            "failed",
            "not all replicas move: partition 0: CLUSTER_AUTHORIZATION_FAILED (the principal needs"
            " the ACL operation ALTER on the cluster)",
        ),
        ((None,), "pending", NOT_TRIED),
        ((), "pending", NOT_TRIED),
    ],
)
def test_the_answer_that_proves_least_is_the_outcome_of_a_topic(
    moved: Callable[..., Any],
    answers: tuple[Rejection | None, ...],
    status: str,
    cause: str,
) -> None:
    by_place = {("a", number): answer for number, answer in enumerate(answers)}
    assert moved(move(partitions=2), answers=by_place) == [(status, cause)]


def test_each_topic_has_its_own_outcome(moved: Callable[..., Any]) -> None:
    answers = {("a", 0): None, ("b", 0): LOST}
    outcomes = moved(move("a"), move("b"), move("c"), answers=answers)
    assert [status for status, _cause in outcomes] == ["applied", "unknown", "pending"]


def test_all_topics_move_as_one_with_their_sizes(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Any] = []

    def record(*arguments: Any) -> Moved:
        asked.append(arguments[1:])
        return Moved({}, ["left behind"])

    monkeypatch.setattr(stage, "move_replicas", record)
    sizes = {TopicPartition("a", 1): 300}
    brake = Brake(7, 2)
    changes = [move("a", partitions=2), move("b", target=(3,))]
    observed = Observed({}, layout=Layout((), {}, sizes, {}))
    applied = reassign(FakeCluster().connect(), changes, observed, brake, print)
    moves = [
        Move(TopicPartition("a", 0), (1,), (1, 2), 0),
        Move(TopicPartition("a", 1), (1,), (1, 2), 300),
        Move(TopicPartition("b", 0), (1,), (3,), 0),
    ]
    assert asked == [(moves, brake, print)]
    assert applied.warnings == ["left behind"]


@pytest.fixture
def cluster() -> FakeCluster:
    cluster = FakeCluster(brokers=3)
    for name in ("a", "b", "gone"):
        cluster.put(name)
    return cluster


def applied(cluster: FakeCluster, *changes: TopicChange) -> list[tuple[str, str]]:
    outcomes = apply_changes(
        cluster.connect(), Plan(changes), Observed({}), Brake(throttle=None), print
    ).outcomes
    return [(outcome.change.name, outcome.status) for outcome in outcomes]


DELETION = topic_change("gone", "delete", {"partitions": 1, "replication_factor": 1}, None)


def test_replicas_are_moved(cluster: FakeCluster) -> None:
    cluster.looks = 0
    assert applied(cluster, move("a"), move("b", target=(3, 2)), DELETION) == [
        ("a", "applied"),
        ("b", "applied"),
        ("gone", "applied"),
    ]
    replicas = {name: topic.partitions[0].replicas for name, topic in cluster.topics.items()}
    assert replicas == {"a": (1, 2), "b": (3, 2)}
    assert cluster.requests["alter_partition_reassignments"] == 1


def test_nothing_is_deleted_after_a_move_that_failed(cluster: FakeCluster) -> None:
    cluster.looks = 0
    assert applied(cluster, move("a", target=(1, 9)), move("b"), DELETION) == [
        ("a", "failed"),
        ("b", "applied"),
        ("gone", "pending"),
    ]


def alter(in_sync: int) -> TopicChange:
    config = {"min.insync.replicas": str(in_sync)}
    before = {"config": dict.fromkeys(config)}
    return topic_change("a", "alter_config", before, {"config": config})


def test_min_insync_replicas_does_not_grow_where_the_replicas_did_not(
    cluster: FakeCluster,
) -> None:
    cluster.denied["ALTER"] = {CLUSTER}
    outcomes = [("a", "failed"), ("a", "pending")]
    assert applied(cluster, move("a"), alter(in_sync=2)) == outcomes
    assert cluster.topics["a"].config == {}


def test_no_replica_goes_where_min_insync_replicas_did_not_go_down(cluster: FakeCluster) -> None:
    cluster.looks = 0
    cluster.denied["ALTER_CONFIGS"] = {"a"}
    changes = [alter(in_sync=1), move("a"), move("b")]
    assert applied(cluster, *changes) == [("a", "failed"), ("a", "pending"), ("b", "applied")]
    assert cluster.topics["a"].partitions[0].replicas == (1,)


def test_moves_that_cannot_begin_fail_with_the_reason(cluster: FakeCluster) -> None:
    cluster.denied["ALTER_CONFIGS"] = {CLUSTER}
    outcomes = reassign(cluster.connect(), [move("a"), move("b")], NOTHING, Brake(), print).outcomes
    assert [outcome.status for outcome in outcomes] == ["failed", "failed"]
    for outcome in outcomes:
        assert outcome.cause.startswith("cannot throttle the moves, so none was begun:")
    assert cluster.moves == {}


def test_a_throttle_that_stays_is_told_where_no_move_could_begin(cluster: FakeCluster) -> None:
    cluster.fates["incremental_alter_broker_configs"] = ["applied", "dropped"]
    applied = reassign(cluster.connect(), [move("a")], NOTHING, Brake(), print)
    assert [outcome.status for outcome in applied.outcomes] == ["failed"]
    [warning] = applied.warnings
    assert warning.startswith("the throttle of the moves is still set:")
    assert cluster.dynamic[1] != {}


@pytest.mark.parametrize(
    ("denied", "refused"),
    [
        (set(), []),
        (
            {CLUSTER},
            [
                "move replicas of topic a: the principal needs the ACL operation ALTER on the"
                " cluster"
            ],
        ),
    ],
)
def test_the_right_to_move_is_looked_up_since_kafka_validates_no_move(
    cluster: FakeCluster, denied: set[str], refused: list[str]
) -> None:
    cluster.denied["ALTER"] = denied
    found = validate_by_broker(cluster.connect(), Plan((move("a"),)), Observed({}))
    assert [refusal.why for refusal in found.refusals] == refused
    assert [item.operation for item in found.unvalidated] == ["reassign"]
    assert cluster.written() == 0


@pytest.mark.parametrize(
    ("where", "acl"),
    [(CLUSTER, "ALTER_CONFIGS on the cluster"), ("a", "ALTER_CONFIGS on the topic")],
)
def test_the_right_to_throttle_is_looked_up_where_that_is_needed(
    cluster: FakeCluster, where: str, acl: str
) -> None:
    cluster.put("b", replicas=2)
    cluster.denied["ALTER_CONFIGS"] = {where}
    declared = [{"name": "a", "replication_factor": 2}, {"name": "b", "replication_factor": 1}]

    def refused(throttle: str) -> list[str]:
        resource = Topics(parse_topic_set(declared, throttle=throttle))
        gateway = cluster.connect()
        observed = resource.observe(gateway)
        plan = resource.plan(observed)
        assert len(plan.changes) == 2
        found = resource.validate(gateway, plan, observed, by_broker=True)
        return [refusal.why for refusal in found.refusals]

    why = f"move replicas of topic a: the principal needs the ACL operation {acl}"
    assert refused("1MiB") == [why]
    assert refused("unlimited") == []
