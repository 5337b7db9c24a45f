# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What becomes of the moves of earlier runs, of their throttles, and of leaders."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from ansible_collections.omninode.kafka.plugins.module_utils._cluster.gateway.topics import (
    Partition,
)
from ansible_collections.omninode.kafka.plugins.module_utils._core.errors import StateError
from ansible_collections.omninode.kafka.plugins.module_utils._core.outcome import report, shortfall
from ansible_collections.omninode.kafka.plugins.module_utils._core.resource import Applied
from ansible_collections.omninode.kafka.plugins.module_utils._kafka.partitions import TopicPartition
from ansible_collections.omninode.kafka.plugins.module_utils._topic.resource import Topics
from ansible_collections.omninode.kafka.plugins.module_utils._topic.spec import parse_topic_set

from tests.fakes.gateway import FakeCluster
from tests.unit._topic.placing import MORE, lay, only, operations, planned

LEADERS, FOLLOWERS = (
    "leader.replication.throttled.replicas",
    "follower.replication.throttled.replicas",
)


LEADER_RATE, FOLLOWER_RATE = (
    "leader.replication.throttled.rate",
    "follower.replication.throttled.rate",
)


@pytest.fixture
def cluster() -> FakeCluster:
    cluster = FakeCluster(3)
    cluster.looks = None
    return cluster


def apply(cluster: FakeCluster, *topics: dict[str, Any], **options: Any) -> Applied:
    gateway = cluster.connect()
    declared = Topics(parse_topic_set(topics, **options))
    observed = declared.observe(gateway)
    plan = declared.plan(observed)
    assert plan.refusals == ()
    assert declared.validate(gateway, plan, observed, True).refusals == ()
    return declared.apply(gateway, plan, observed, print)


def statuses(applied: Applied) -> list[tuple[str, str]]:
    return [(outcome.change.operation, outcome.status) for outcome in applied.outcomes]


def begin(cluster: FakeCluster, undo_file: str | None, **options: Any) -> Applied:
    """A run that does not wait."""
    return apply(cluster, MORE, wait=False, undo_file=undo_file, **options)


def test_moves_that_are_not_awaited_are_told_by_the_next_plan(
    cluster: FakeCluster, tmp_path: Path
) -> None:
    lay(cluster, (1,), (2,), (3,))
    undo_file = str(tmp_path / "undo")
    applied = begin(cluster, undo_file, moves_at_once=2)
    assert statuses(applied) == [("reassign", "deferred")]
    assert [*applied.warnings] == [
        "1 partition is left to a later run: moves_at_once is 2, and wait is false",
    ]
    assert shortfall(applied.outcomes, []) == ""
    [left] = report(applied.outcomes)["pending"]
    assert left["why"] == "move replicas of topic a: a later run begins it"
    assert len(cluster.moves) == 2

    change = only(planned(cluster, MORE))
    assert change.old.assignments == {0: (1,), 1: (2,), 2: (3,)}
    cluster.looks = 0
    cluster.finish_moves()
    assert statuses(begin(cluster, undo_file)) == [("reassign", "applied")]
    cluster.finish_moves()
    assert operations(planned(cluster, MORE, undo_file=undo_file)) == [("lift_throttle", "a")]


def test_a_throttle_that_was_left_is_lifted_once_nothing_moves(
    cluster: FakeCluster, tmp_path: Path
) -> None:
    lay(cluster, (1,), leader_replication_throttled_replicas="*")
    cluster.dynamic[1] = {"leader.replication.throttled.rate": "7"}
    undo_file = str(tmp_path / "undo")
    begin(cluster, undo_file)
    assert operations(planned(cluster, MORE, undo_file=undo_file)) == [("reassign", "a")]
    cluster.finish_moves()

    change = only(planned(cluster, MORE, undo_file=undo_file))
    assert change.operation == "lift_throttle"
    ours = {LEADER_RATE: "52428800", FOLLOWER_RATE: "52428800"}
    assert change.before == {
        "config": {LEADERS: "0:1", FOLLOWERS: "0:2"},
        "brokers": {"1": ours, "2": ours},
    }
    assert change.after == {
        "config": {LEADERS: "*", FOLLOWERS: None},
        "brokers": {"1": {LEADER_RATE: "7", FOLLOWER_RATE: None}, "2": dict.fromkeys(ours)},
    }
    # without the note, nobody knows whose it is
    for other in ({}, {"undo_file": "/elsewhere/undo"}):
        plan = planned(cluster, MORE, **other)
        assert plan.changes == ()
        [warning] = plan.warnings
        assert warning.startswith("topic a: replicas are throttled, and none moves")

    applied = apply(cluster, MORE, undo_file=undo_file)
    assert statuses(applied) == [("lift_throttle", "applied")]
    assert cluster.topics["a"].config == {LEADERS: "*"}
    rates = {number: config for number, config in cluster.dynamic.items() if config}
    assert rates == {1: {"leader.replication.throttled.rate": "7"}}
    assert planned(cluster, MORE, undo_file=undo_file).changes == ()
    assert [*tmp_path.iterdir()] == []


def test_a_throttle_of_topics_that_are_not_declared_stays_noted(
    cluster: FakeCluster, tmp_path: Path
) -> None:
    lay(cluster, (1,))
    lay(cluster, (2,), name="b")
    undo_file = str(tmp_path / "undo")
    apply(cluster, MORE, {**MORE, "name": "b"}, wait=False, undo_file=undo_file)
    cluster.finish_moves()
    apply(cluster, MORE, undo_file=undo_file)
    assert cluster.topics["a"].config == {}
    assert cluster.topics["b"].config[LEADERS] == "0:2"
    apply(cluster, {**MORE, "name": "b"}, undo_file=undo_file)
    assert cluster.topics["b"].config == {}
    assert [*tmp_path.iterdir()] == []


def test_moves_are_taken_back(cluster: FakeCluster, tmp_path: Path) -> None:
    lay(cluster, (1,), (2,))
    undo_file = str(tmp_path / "undo")
    begin(cluster, undo_file)
    config = {**MORE, "config": {"retention.ms": "5"}}
    plan = planned(cluster, config, cancel_moves=True, undo_file=undo_file)
    assert operations(plan) == [("cancel_reassign", "a"), ("alter_config", "a")]
    [change, _alter] = plan.changes
    assert change.new.assignments == {0: (1,), 1: (2,)}

    cluster.looks = 0
    applied = apply(cluster, config, cancel_moves=True, undo_file=undo_file)
    assert statuses(applied) == [("cancel_reassign", "applied"), ("alter_config", "applied")]
    assert not applied.warnings
    assert cluster.moves == {}
    assert [partition.replicas for partition in cluster.topics["a"].partitions] == [(1,), (2,)]
    assert cluster.topics["a"].config == {"retention.ms": "5"}
    assert all(not config for config in cluster.dynamic.values())
    assert [*tmp_path.iterdir()] == []
    # it moves nothing, even though the declaration asks for it
    assert planned(cluster, config, cancel_moves=True).changes == ()


def test_a_throttle_that_a_broker_still_shows_after_the_run_is_not_told(
    cluster: FakeCluster,
) -> None:
    lay(cluster, (1, 2), leader_replication_throttled_replicas="*")
    declared = Topics(parse_topic_set([MORE]))
    gateway = cluster.connect()
    for topics, told in ((declared, 1), (declared.narrowed(["a"]), 0)):
        plan = topics.plan(topics.observe(gateway))
        assert (plan.changes, len(plan.warnings)) == ((), told)


def test_a_move_that_ended_is_not_taken_back(cluster: FakeCluster) -> None:
    lay(cluster, (1,))
    begin(cluster, None)
    cluster.before("alter_partition_reassignments", cluster.finish_moves, call=2)
    [outcome] = apply(cluster, MORE, cancel_moves=True).outcomes
    assert outcome.status == "failed"
    assert outcome.cause.startswith("not all moves are taken back: partition 0: NO_REASSIGNMENT")


def test_a_throttle_that_stays_when_moves_are_taken_back_is_told(cluster: FakeCluster) -> None:
    lay(cluster, (1,))
    begin(cluster, None, throttle="1MiB")
    cluster.looks = 0
    [warning] = apply(cluster, MORE, cancel_moves=True, throttle="2MiB").warnings
    assert warning.startswith("throttles that were set before the moves stay set:\n- broker 1: ")
    assert cluster.topics["a"].config != {}


def led(cluster: FakeCluster, *leaders: int | None) -> None:
    """Every partition has brokers 1 and 2, and prefers 1."""
    cluster.put("a", len(leaders))
    for number, leader in enumerate(leaders):
        cluster.lay_out("a", Partition(number, leader, (1, 2), (1, 2)))


LED = {"name": "a", "preferred_leaders": True}


def test_preferred_leaders_are_elected_on_request(cluster: FakeCluster) -> None:
    led(cluster, 1, 2, None)
    assert planned(cluster, {"name": "a"}).changes == ()
    change = only(planned(cluster, LED))
    assert (change.operation, change.hazards) == ("elect_leaders", ())
    assert change.before == {"leaders": {"1": 2, "2": None}}
    assert change.after == {"leaders": {"1": 1, "2": 1}}
    assert statuses(apply(cluster, LED)) == [("elect_leaders", "applied")]
    assert [partition.leader for partition in cluster.topics["a"].partitions] == [1, 1, 1]
    assert planned(cluster, LED).changes == ()


def test_a_preferred_leader_that_is_not_in_sync_is_not_elected(cluster: FakeCluster) -> None:
    led(cluster, 2)
    partition = cluster.topics["a"].partitions[0]
    cluster.lay_out("a", partition._replace(isr=(2,)))
    assert planned(cluster, LED).changes == ()


def test_an_election_that_is_refused_fails(cluster: FakeCluster) -> None:
    led(cluster, 2)
    partition = cluster.topics["a"].partitions[0]
    late = partition._replace(isr=(2,))
    cluster.before("elect_leaders", lambda: cluster.lay_out("a", late))
    [outcome] = apply(cluster, LED).outcomes
    assert outcome.status == "failed"
    why = "not all leaders change: partition 0: PREFERRED_LEADER_NOT_AVAILABLE"
    assert outcome.cause.startswith(why)


def test_leaders_of_what_moves_are_elected_with_the_move(cluster: FakeCluster) -> None:
    led(cluster, 2, 2)
    cluster.looks = 1
    topic = {**LED, "assignments": {0: [3, 1]}}
    assert operations(planned(cluster, topic)) == [("reassign", "a"), ("elect_leaders", "a")]
    assert [status for _operation, status in statuses(apply(cluster, topic))] == ["applied"] * 2
    assert [partition.leader for partition in cluster.topics["a"].partitions] == [3, 1]
    assert planned(cluster, topic).changes == ()


def test_nothing_of_this_is_undone(cluster: FakeCluster, tmp_path: Path) -> None:
    led(cluster, 2)
    undo_file = str(tmp_path / "undo")
    declared = Topics(parse_topic_set([LED], undo_file=undo_file))
    undo = declared.undo(declared.plan(declared.observe(cluster.connect())))
    assert undo == {
        "topics": [],
        "not_undone": ["topic a keeps its preferred leaders: Kafka elects no others on request"],
    }


def test_a_move_that_is_taken_back_can_be_made_again(cluster: FakeCluster) -> None:
    lay(cluster, (1,))
    begin(cluster, None)
    target = cluster.moves[TopicPartition("a", 0)].target
    declared = Topics(parse_topic_set([MORE], cancel_moves=True))
    undo = declared.undo(declared.plan(declared.observe(cluster.connect())))
    assert undo["topics"] == [{"name": "a", "assignments": {"0": [*target]}}]


@pytest.mark.parametrize("at_once", [2, 3])
def test_what_needs_the_replicas_waits_for_moves_that_are_not_awaited(
    cluster: FakeCluster, tmp_path: Path, at_once: int
) -> None:
    lay(cluster, (1,), (2,), (3,))
    config = {"min.insync.replicas": 2}
    topic = {**MORE, "partitions": 4, "config": config}
    undo_file = str(tmp_path / "undo")
    applied = apply(cluster, topic, wait=False, moves_at_once=at_once, undo_file=undo_file)
    begun = "applied" if at_once == 3 else "deferred"
    assert statuses(applied) == [
        ("reassign", begun),
        ("add_partitions", "deferred"),
        ("alter_config", "deferred"),
    ]
    assert shortfall(applied.outcomes, []) == ""
    assert applied.warnings[-1] == (
        "alter config of topic a: left to a later run, since wait is false, and the replicas have"
        " not arrived"
    )
    assert len(cluster.topics["a"].partitions) == 3
    assert "min.insync.replicas" not in cluster.topics["a"].config


def test_config_that_needs_no_replicas_does_not_wait_for_them(cluster: FakeCluster) -> None:
    lay(cluster, (1,), (2,), (3,))
    topic = {**MORE, "config": {"retention.ms": 1}}
    applied = apply(cluster, topic, wait=False, moves_at_once=2, throttle="unlimited")
    assert statuses(applied) == [("reassign", "deferred"), ("alter_config", "applied")]
    assert shortfall(applied.outcomes, []) == ""


@pytest.mark.parametrize("by_broker", [True, False])
def test_a_note_that_cannot_be_read_ends_a_run_before_it_writes(
    cluster: FakeCluster, tmp_path: Path, by_broker: bool
) -> None:
    lay(cluster, (1,))
    undo_file = str(tmp_path / "undo")
    begin(cluster, undo_file)
    [note] = tmp_path.glob("kafka-throttles-*")
    note.write_text("{")
    gateway = cluster.connect()
    declared = Topics(parse_topic_set([MORE], undo_file=undo_file))
    observed = declared.observe(gateway)
    plan = declared.plan(observed)
    with pytest.raises(StateError, match="cannot read which throttles were set before"):
        declared.validate(gateway, plan, observed, by_broker)
