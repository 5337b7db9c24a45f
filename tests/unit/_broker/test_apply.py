# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every change has its own outcome, which says no more than is proven."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.omninode.kafka.plugins.module_utils._broker.resource import Broker
from ansible_collections.omninode.kafka.plugins.module_utils._core.change import Outcome
from ansible_collections.omninode.kafka.plugins.module_utils._core.outcome import shortfall
from ansible_collections.omninode.kafka.plugins.module_utils._core.resource import Applied
from ansible_collections.omninode.kafka.plugins.module_utils._kafka.errors import Rejection
from ansible_collections.omninode.kafka.plugins.module_utils._kafka.partitions import TopicPartition

from tests.fakes.cluster import CORDONED
from tests.fakes.gateway import CLUSTER, FakeCluster
from tests.unit._broker.draining import declared, lay, operations

NO_STEP = "not tried, since the change before it was not made"


@pytest.fixture
def cluster() -> FakeCluster:
    return FakeCluster(4)


def applied(cluster: FakeCluster, broker: Broker, meanwhile: Callable[[], Any] = list) -> Applied:
    """`meanwhile`: what happens after the plan is made."""
    gateway = cluster.connect()
    observed = broker.observe(gateway)
    plan = broker.plan(observed)
    meanwhile()
    done = broker.apply(gateway, plan, observed, lambda _text: None)
    assert [outcome.change for outcome in done.outcomes] == [*plan.changes]
    return done


def statuses(done: Applied) -> dict[str, tuple[str, str]]:
    return {told(outcome): (outcome.status, outcome.cause) for outcome in done.outcomes}


def told(outcome: Outcome) -> str:
    return f"{outcome.change.operation} {outcome.change.name}"


def left(cluster: FakeCluster, state: str) -> list[tuple[str, str]]:
    broker = declared(state)
    return operations(broker.plan(broker.observe(cluster.connect())))


def test_a_broker_is_drained_and_what_it_led_is_led_by_others(cluster: FakeCluster) -> None:
    lay(cluster, "a", (3, 1), (1, 2), (2, 3))
    lay(cluster, "b", (3,))
    lay(cluster, "c", (1, 3))
    cluster.looks = None
    place = TopicPartition("c", 0)
    cluster.connect().replicas().alter_partition_reassignments({place: (4, 1)})
    cluster.looks = 1
    cluster.before("list_partition_reassignments", cluster.finish_moves, 4)
    done = applied(cluster, declared("drained"))
    assert {status for status, _cause in statuses(done).values()} == {"applied"}
    reassigned = [f"reassign {name}" for name in ("a", "b", "c")]
    assert [*statuses(done)] == ["cordon 3", *reassigned, "elect_leaders c"]
    assert cluster.dynamic[3] == {CORDONED: "*"}
    for topic in cluster.topics.values():
        for partition in topic.partitions:
            assert 3 not in partition.replicas
            assert partition.leader == partition.replicas[0]
    assert left(cluster, "drained") == []
    assert cluster.topics["a"].config == {}


def test_an_active_broker_leads_again(cluster: FakeCluster) -> None:
    lay(cluster, "a", (3, 1), leader=1)
    lay(cluster, "b", (1, 3))
    cluster.looks = None
    place = TopicPartition("b", 0)
    cluster.connect().replicas().alter_partition_reassignments({place: (1, 2)})
    cluster.dynamic[3] = {CORDONED: "*"}
    done = applied(cluster, declared("active"))
    assert [*statuses(done)] == ["uncordon 3", "cancel_reassign b", "elect_leaders a"]
    assert {status for status, _cause in statuses(done).values()} == {"applied"}
    assert cluster.dynamic[3] == {}
    assert cluster.moves == {}
    assert cluster.topics["a"].partitions[0].leader == 3
    assert left(cluster, "active") == []


def test_nothing_moves_off_a_broker_that_could_not_be_cordoned(cluster: FakeCluster) -> None:
    lay(cluster, "a", (3, 1))
    cluster.denied["ALTER_CONFIGS"] = {CLUSTER}
    found = statuses(applied(cluster, declared("drained")))
    status, cause = found["cordon 3"]
    assert status == "failed"
    assert cause.endswith("(the principal needs the ACL operation ALTER_CONFIGS on the cluster)")
    assert found["reassign a"] == ("pending", NO_STEP)
    assert cluster.requests["alter_partition_reassignments"] == 0


def test_a_lost_answer_to_a_cordon_proves_nothing(cluster: FakeCluster) -> None:
    lay(cluster, "a", (3, 1))
    cluster.fates["incremental_alter_broker_configs"] = ["applied"]
    found = statuses(applied(cluster, declared("drained")))
    assert found["cordon 3"][0] == "unknown"
    assert found["reassign a"] == ("pending", NO_STEP)


def test_moves_that_cannot_begin_fail_with_their_right(cluster: FakeCluster) -> None:
    lay(cluster, "a", (3, 1))
    lay(cluster, "b", (3, 1))
    cluster.denied["ALTER"] = {CLUSTER}
    found = statuses(applied(cluster, declared("drained")))
    assert found["cordon 3"] == ("applied", "")
    for name in ("reassign a", "reassign b"):
        status, cause = found[name]
        assert status == "failed"
        assert cause.endswith("(the principal needs the ACL operation ALTER on the cluster)")


def test_throttles_that_cannot_be_read_fail_the_moves(cluster: FakeCluster) -> None:
    lay(cluster, "a", (3, 1))

    def deny() -> None:
        cluster.denied["DESCRIBE_CONFIGS"] = {"a"}

    found = statuses(applied(cluster, declared("drained"), deny))
    assert found["reassign a"][0] == "failed"
    assert "cannot read the throttles" in found["reassign a"][1]


def test_leaders_are_not_elected_where_the_moves_did_not_end(cluster: FakeCluster) -> None:
    lay(cluster, "a", (1, 3))
    cluster.looks = None
    place = TopicPartition("a", 0)
    cluster.connect().replicas().alter_partition_reassignments({place: (4, 1)})

    def elsewhere() -> None:
        cluster.connect().replicas().alter_partition_reassignments({place: None})
        cluster.connect().replicas().alter_partition_reassignments({place: (2, 1)})

    found = statuses(applied(cluster, declared("drained"), elsewhere))
    assert found["reassign a"][0] == "failed"
    assert found["elect_leaders a"] == ("pending", NO_STEP)


def test_leaders_are_elected_by_the_run_that_begins_the_moves(cluster: FakeCluster) -> None:
    lay(cluster, "a", (1, 3), (3, 2))
    cluster.looks = None
    place = TopicPartition("a", 0)
    cluster.connect().replicas().alter_partition_reassignments({place: (4, 1)})
    not_awaited = declared("drained", wait=False, moves_at_once=1, throttle="unlimited")
    done = applied(cluster, not_awaited)
    found = {told: status for told, (status, _cause) in statuses(done).items()}
    assert found == {
        "cordon 3": "applied",
        "reassign a": "deferred",
        "elect_leaders a": "deferred",
    }
    assert shortfall(done.outcomes, []) == ""


@pytest.mark.parametrize("state", ["drained", "active"])
def test_the_throttle_of_moves_that_were_not_awaited_is_lifted_by_a_later_run(
    cluster: FakeCluster, tmp_path: Path, state: str
) -> None:
    lay(cluster, "a", (3, 1))
    lay(cluster, "gone", (3,))
    cluster.looks = None
    undo_file = str(tmp_path / "undo")
    applied(cluster, declared("drained", wait=False, undo_file=undo_file))
    moving = declared("drained", undo_file=undo_file)
    plan = moving.plan(moving.observe(cluster.connect()))
    assert "lift_throttle" not in dict(operations(plan))
    cluster.looks = 0
    cluster.finish_moves()
    del cluster.topics["gone"]
    assert cluster.topics["a"].config != {}

    later = declared(state, undo_file=undo_file)
    done = applied(cluster, later)
    assert statuses(done)["lift_throttle a"] == ("applied", "")
    [change] = [o.change for o in done.outcomes if o.change.operation == "lift_throttle"]
    assert isinstance(change.before, dict)
    assert change.before["brokers"].keys() == {"1", "2", "3", "4"}
    assert cluster.topics["a"].config == {}
    assert not any("rate" in key for config in cluster.dynamic.values() for key in config)
    assert [*tmp_path.iterdir()] == []
    observed = later.observe(cluster.connect())
    assert later.plan(observed).changes == ()


def test_a_run_that_only_lifts_a_throttle_needs_no_undo(
    cluster: FakeCluster, tmp_path: Path
) -> None:
    lay(cluster, "a", (3, 1))
    cluster.looks = None
    undo_file = str(tmp_path / "undo")
    applied(cluster, declared("drained", wait=False, undo_file=undo_file))
    cluster.looks = 0
    cluster.finish_moves()
    later = declared("drained", undo_file=undo_file)
    gateway = cluster.connect()
    plan = later.plan(later.observe(gateway))
    assert operations(plan) == [("lift_throttle", "a")]
    assert later.undo(plan) == {"topics": [], "not_undone": []}
    cluster.denied["ALTER_CONFIGS"] = {CLUSTER}
    refusals = later.validate(gateway, plan, later.observe(gateway), True).refusals
    assert [refusal.why for refusal in refusals] == [
        "lift the throttle of topic a: the principal needs the ACL operation ALTER_CONFIGS on the"
        " cluster",
    ]


def test_a_lost_answer_of_an_election_proves_nothing(cluster: FakeCluster) -> None:
    lay(cluster, "a", (3, 1), leader=1)
    cluster.fates["elect_leaders"] = ["applied"]
    status, cause = statuses(applied(cluster, declared("active")))["elect_leaders a"]
    assert status == "unknown"
    assert cause.startswith("not all leaders are known to change: partition 0: ")


def test_a_move_whose_end_is_seen_is_taken_back_without_an_answer(cluster: FakeCluster) -> None:
    lay(cluster, "b", (1, 3))
    cluster.looks = None
    place = TopicPartition("b", 0)
    cluster.connect().replicas().alter_partition_reassignments({place: (1, 2)})
    cluster.fates["alter_partition_reassignments"] = ["applied"]
    found = statuses(applied(cluster, declared("active")))
    assert found["cancel_reassign b"] == ("applied", "")


def test_a_move_that_ended_meanwhile_is_not_taken_back(cluster: FakeCluster) -> None:
    lay(cluster, "b", (1, 3))
    cluster.looks = None
    place = TopicPartition("b", 0)
    cluster.connect().replicas().alter_partition_reassignments({place: (1, 2)})
    done = applied(cluster, declared("active"), cluster.finish_moves)
    status, cause = statuses(done)["cancel_reassign b"]
    assert status == "failed"
    why = "not all moves are taken back: partition 0: NO_REASSIGNMENT_IN_PROGRESS"
    assert cause.startswith(why)


def test_a_leader_that_cannot_be_elected_fails_alone(cluster: FakeCluster) -> None:
    lay(cluster, "a", (3, 1), leader=1)
    lay(cluster, "b", (3, 1), leader=1)

    def lag() -> None:
        partition = cluster.topics["a"].partitions[0]
        cluster.lay_out("a", partition._replace(isr=(1,)))

    found = statuses(applied(cluster, declared("active"), lag))
    status, cause = found["elect_leaders a"]
    assert status == "failed"
    assert "partition 0: PREFERRED_LEADER_NOT_AVAILABLE" in cause
    assert found["elect_leaders b"] == ("applied", "")


@pytest.mark.parametrize(
    ("denied", "lacking"),
    [
        ({"ALTER_CONFIGS"}, {"3": "ALTER_CONFIGS on the cluster"}),
        ({"ALTER"}, {"a": "ALTER on the cluster", "empty": "ALTER on the cluster"}),
        (set(), {}),
    ],
)
def test_a_right_that_is_missing_refuses_the_plan(
    cluster: FakeCluster, denied: set[str], lacking: dict[str, str]
) -> None:
    lay(cluster, "a", (3, 1))
    lay(cluster, "empty", (3, 1))
    cluster.sizes = {TopicPartition("a", 0): 100}
    for operation in denied:
        cluster.denied[operation] = {CLUSTER}
    if denied == {"ALTER_CONFIGS"}:
        # a throttle is config of the brokers
        lacking = {**lacking, "a": "ALTER_CONFIGS on the cluster"}
    gateway = cluster.connect()
    broker = declared("drained")
    observed = broker.observe(gateway)
    plan = broker.plan(observed)
    validation = broker.validate(gateway, plan, observed, True)
    found = {refusal.name: refusal.why for refusal in validation.refusals}
    assert found.keys() == lacking.keys()
    for name, right in lacking.items():
        assert found[name].endswith(f": the principal needs the ACL operation {right}")
    assert len(validation.unvalidated) == len(plan.changes)
    assert broker.validate(gateway, plan, observed, False).refusals == ()


def test_a_cordon_that_the_broker_refuses_fails(cluster: FakeCluster) -> None:
    lay(cluster, "a", (3, 1))
    refused = Rejection(42, "INVALID_REQUEST", "requirement failed")
    gateway = cluster.connect()
    broker = declared("drained")
    observed = broker.observe(gateway)
    plan = broker.plan(observed)
    gateway.incremental_alter_broker_configs = lambda _changes: {3: refused}  # type: ignore[method-assign]
    [cordon, _move] = broker.apply(gateway, plan, observed, print).outcomes
    assert (cordon.status, cordon.cause) == ("failed", "INVALID_REQUEST: requirement failed")
