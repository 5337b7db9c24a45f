# SPDX-License-Identifier: GPL-3.0-or-later
"""Moves that a run does not await, that it is killed in, or that are taken back."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from kafka import KafkaAdminClient

from tests.brokers.fixtures import TestBroker
from tests.integration import run
from tests.integration.cluster import Cluster
from tests.integration.conftest import Call
from tests.integration.moving import PARTITIONS, filled, replicas, throttles

SLOW = "64KiB"  # nothing arrives while a test looks
RATES = ("leader.replication.throttled.rate", "follower.replication.throttled.rate")
LEADERS = "leader.replication.throttled.replicas"


@pytest.fixture
def topic(three: Cluster, brokers: TestBroker, own: str) -> Iterator[dict[str, Any]]:
    """It is to have more replicas."""
    name = f"{own}orders"
    filled(three, brokers.bootstrap, name)
    yield {"name": name, "replication_factor": 3}
    # a test that failed leaves no throttle to the others
    for broker in (1, 2, 3):
        three.alter_broker(broker, dict.fromkeys(RATES))


def settled(three: Cluster, name: str) -> None:
    found = replicas(three, name)
    assert found.in_sync == [[1, 2, 3]] * PARTITIONS
    assert throttles(three, name) == {}


def test_a_move_that_is_not_awaited_is_finished_and_its_throttle_lifted_by_later_runs(
    three: Cluster,
    brokers: TestBroker,
    move: Call,
    mover: KafkaAdminClient,
    topic: dict[str, Any],
    tmp_path: Path,
) -> None:
    name, undo_file = topic["name"], str(tmp_path / "undo.json")
    begin = {"wait": False, "throttle": SLOW, "undo_file": undo_file, "moves_at_once": 2}
    begun = move(topics=[topic], **begin)
    assert begun["changed"]
    assert "1 partition is left to a later run: moves_at_once is 2" in str(begun["warnings"])
    assert len(mover.list_partition_reassignments()) == 2
    assert len(throttles(three, name)) == 2 + 2 * 3

    told = run.succeed("topic_info", bootstrap_servers=brokers.bootstrap, names=[name], moves=True)[
        "moves"
    ]
    assert [moving["topic"] for moving in told] == [name] * 2
    for moving in told:
        assert len(moving["before"]) == 1
        assert sorted(moving["after"]) == [1, 2, 3]
        assert 0 <= moving["copied"] < moving["bytes"]
    [change] = move(topics=[topic], check=True)["changes"]
    assert len(change["after"]["assignments"]) == PARTITIONS

    # the next run that does not wait takes the throttle off, and begins the last one
    move(topics=[topic], wait=False, throttle="1GiB", undo_file=undo_file)
    three.await_(lambda: not mover.list_partition_reassignments(), "all partitions to arrive")
    assert throttles(three, name) != {}
    lifted = move(topics=[topic], undo_file=undo_file, diff=True)
    [change] = lifted["changes"]
    assert (change["operation"], change["evidence"]) == ("lift_throttle", {})
    assert change["before"]["brokers"].keys() == {"1", "2", "3"}
    assert set(change["after"]["brokers"]["3"].values()) == {None}
    assert "throttled.replicas" in lifted["diff"][0]["before"]
    settled(three, name)
    assert [path.name for path in tmp_path.iterdir() if "throttles" in path.name] == []
    assert not move(topics=[topic], undo_file=undo_file)["changed"]


def test_what_was_throttled_before_a_run_that_was_killed_is_throttled_again(
    three: Cluster,
    brokers: TestBroker,
    move: Call,
    mover: KafkaAdminClient,
    topic: dict[str, Any],
    tmp_path: Path,
) -> None:
    name, undo_file = topic["name"], str(tmp_path / "undo.json")
    three.alter(name, {LEADERS: "7:1"})
    options = {"bootstrap_servers": brokers.bootstrap, "topics": [topic], "undo_file": undo_file}
    killed = run.start("topics", throttle=SLOW, **options)
    three.await_(
        lambda: len(mover.list_partition_reassignments()) == PARTITIONS, "all partitions to move"
    )
    killed.kill()
    killed.communicate()
    [note] = tmp_path.glob("kafka-throttles-*.json")
    assert note.stat().st_mode & 0o777 == 0o600
    assert json.loads(note.read_text())["before"]["topics"][name][LEADERS] == "7:1"

    # at another rate, which would hide whose throttle it was
    move(topics=[topic], throttle="100MiB", undo_file=undo_file)
    assert throttles(three, name) == {f"{name} {LEADERS}": "7:1"}
    move(topics=[{**topic, "config": {LEADERS: None}}])
    settled(three, name)
    assert not note.exists()


def test_moves_are_taken_back_with_their_throttle(
    three: Cluster, move: Call, mover: KafkaAdminClient, topic: dict[str, Any], tmp_path: Path
) -> None:
    name, undo_file = topic["name"], str(tmp_path / "undo.json")
    before = replicas(three, name)
    move(topics=[topic], wait=False, throttle=SLOW, undo_file=undo_file)
    assert len(mover.list_partition_reassignments()) == PARTITIONS

    planned = move(topics=[topic], cancel_moves=True, undo_file=undo_file, check=True)
    [change] = planned["changes"]
    assert change["operation"] == "cancel_reassign"
    assert len(mover.list_partition_reassignments()) == PARTITIONS
    done = move(
        topics=[topic],
        cancel_moves=True,
        undo_file=undo_file,
        expected_plan_id=planned["plan_id"],
    )
    assert done["changes"] == planned["changes"]
    assert not mover.list_partition_reassignments()
    assert replicas(three, name) == before
    assert throttles(three, name) == {}
    assert not move(topics=[topic], cancel_moves=True, undo_file=undo_file)["changed"]


def test_preferred_leaders_lead_on_request(three: Cluster, own: str, move: Call) -> None:
    name = f"{own}led"
    topic = {"name": name, "partitions": 2, "assignments": {0: [1, 2], 1: [2, 3]}}
    move(topics=[topic])
    three.await_(lambda: replicas(three, name).leaders == [1, 2], "all leaders")
    # Kafka keeps the leader
    turned = {**topic, "assignments": {0: [2, 1], 1: [2, 3]}}
    [change] = move(topics=[turned])["changes"]
    assert change["after"]["assignments"] == {"0": [2, 1]}
    three.await_(lambda: replicas(three, name).leaders == [2, 2], "the preferred leaders")
    wanted = {**turned, "preferred_leaders": True}
    assert not move(topics=[wanted])["changed"]
