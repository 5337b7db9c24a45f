# SPDX-License-Identifier: GPL-3.0-or-later
"""Replicas that move between three brokers, each in a rack of its own."""

from __future__ import annotations

import json
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from kafka import KafkaAdminClient
from kafka import TopicPartition as Place

from tests.brokers.fixtures import TestBroker
from tests.integration import run
from tests.integration.cluster import Cluster
from tests.integration.conftest import Call
from tests.integration.moving import PARTITIONS, RECORDS, SIZE, filled, replicas, throttles

# As much passes at once as in eleven seconds, which is less than a replica: none arrives while a
# test looks.
THROTTLE = "384KiB"


@pytest.fixture
def refused(brokers: TestBroker) -> Call:
    return partial(run.fail, "topics", bootstrap_servers=brokers.bootstrap)


def test_a_factor_grows_even_if_the_run_is_killed(
    three: Cluster, brokers: TestBroker, own: str, move: Call, mover: KafkaAdminClient
) -> None:
    name = f"{own}orders"
    filled(three, brokers.bootstrap, name)
    before = replicas(three, name)
    topic = {"name": name, "replication_factor": 3, "config": {"min.insync.replicas": 2}}

    planned = move(topics=[topic], check=True, diff=True)
    [moving, altered] = planned["changes"]
    assert (moving["operation"], altered["operation"]) == ("reassign", "alter_config")
    assert (moving["hazards"], altered["hazards"]) == (["traffic"], [])
    assert moving["evidence"]["moves"]["bytes"] >= 2 * PARTITIONS * RECORDS * SIZE
    assert "-replication_factor" not in planned["diff"][0]["after"]
    assert "replication_factor: 3" in planned["diff"][0]["after"]
    assert replicas(three, name) == before

    killed = run.start(
        "topics", bootstrap_servers=brokers.bootstrap, topics=[topic], throttle=THROTTLE
    )
    three.await_(
        lambda: len(mover.list_partition_reassignments()) == PARTITIONS, "all partitions to move"
    )
    killed.kill()
    killed.communicate()
    assert len(throttles(three, name)) == 2 + 2 * 3

    planned = move(topics=[topic], throttle=THROTTLE, check=True)
    assert planned["changes"][0]["after"] == moving["after"]
    assert move(topics=[topic], throttle=THROTTLE, expected_plan_id=planned["plan_id"])["changed"]
    assert throttles(three, name) == {}

    after = replicas(three, name)
    assert after.leaders == before.leaders
    assert [brokers[0] for brokers in after.brokers] == before.leaders
    assert [sorted(brokers) for brokers in after.brokers] == [[1, 2, 3]] * PARTITIONS
    assert after.in_sync == [[1, 2, 3]] * PARTITIONS
    assert three.topics(own)[name]["config"] == {"min.insync.replicas": "2"}
    assert not move(topics=[topic])["changed"]


def test_a_factor_shrinks_only_if_allowed_and_its_undo_brings_the_replicas_back(
    three: Cluster, own: str, move: Call, refused: Call, tmp_path: Path
) -> None:
    name = f"{own}orders"
    move(topics=[{"name": name, "partitions": PARTITIONS, "replication_factor": 3}])
    before = replicas(three, name)
    topic = {"name": name, "replication_factor": 1}

    error = refused(topics=[topic])
    assert error["msg"].endswith(
        "(from 3 to 1 replicas): guard allow: hazard durability (moves: 3 partitions);"
        " to allow it for this topic: allow: [durability]"
    )
    in_sync = {**topic, "config": {"min.insync.replicas": 2}, "allow": ["durability"]}
    assert "1 replica is fewer than min.insync.replicas 2" in refused(topics=[in_sync])["msg"]
    assert replicas(three, name) == before

    undo_file = tmp_path / "undo.json"
    move(topics=[{**topic, "allow": ["durability"]}], undo_file=str(undo_file))
    assert [len(brokers) for brokers in replicas(three, name).brokers] == [1] * PARTITIONS

    undo = json.loads(undo_file.read_text())
    move(topics=undo["topics"])
    assert replicas(three, name).brokers == before.brokers


def test_brokers_are_chosen_by_the_declaration(
    three: Cluster, own: str, move: Call, refused: Call
) -> None:
    new, explicit = f"{own}new", f"{own}explicit"
    topics: list[dict[str, Any]] = [
        {"name": new, "partitions": 6, "replication_factor": 2, "placement": "balanced"},
        {"name": explicit, "partitions": 2, "assignments": {0: [3, 1], 1: [2, 3]}},
    ]
    move(topics=topics)
    assert replicas(three, explicit).brokers == [[3, 1], [2, 3]]
    held = [broker for brokers in replicas(three, new).brokers for broker in brokers]
    assert [held.count(broker) for broker in (1, 2, 3)] == [4, 4, 4]
    assert not move(topics=topics)["changed"]

    topics[0]["partitions"] = 9
    topics[1] |= {"partitions": 3, "assignments": {1: [1, 2], 2: [2, 3]}}
    changes = move(topics=topics, allow=["key_order"])["changes"]
    assert [change["operation"] for change in changes] == ["reassign", *["add_partitions"] * 2]
    assert changes[0]["before"] == {"assignments": {"1": [2, 3]}}
    assert replicas(three, explicit).brokers == [[3, 1], [1, 2], [2, 3]]
    held = [broker for brokers in replicas(three, new).brokers for broker in brokers]
    assert [held.count(broker) for broker in (1, 2, 3)] == [6, 6, 6]

    topics[1]["assignments"] = {1: [1, 7]}
    why = "partition 1 names broker 7, which the cluster does not have: write one of 1, 2, 3"
    assert why in refused(topics=topics)["msg"]


def test_what_another_client_moves_is_left_to_it(
    three: Cluster, brokers: TestBroker, own: str, refused: Call, mover: KafkaAdminClient
) -> None:
    name = f"{own}orders"
    filled(three, brokers.bootstrap, name)
    [leader, *_others] = replicas(three, name).leaders
    other = leader % 3 + 1
    three.alter(name, {"follower.replication.throttled.replicas": "*"})
    rate = {"follower.replication.throttled.rate": "1024"}
    three.alter_broker(other, rate)
    try:
        mover.alter_partition_reassignments({Place(name, 0): [leader, other]})
        error = refused(topics=[{"name": name, "replication_factor": 3}])
        moving = f"partition 0 is already on its way to brokers {leader}, {other}"
        assert f"{moving}, by another reassignment" in error["msg"]
    finally:
        three.alter_broker(other, dict.fromkeys(rate))
        mover.alter_partition_reassignments({Place(name, 0): None})


def test_the_replicas_of_an_internal_topic_move_on_request(
    three: Cluster, move: Call, refused: Call
) -> None:
    offsets = "__consumer_offsets"
    three.make_offsets_topic()
    three.await_(lambda: all(replicas(three, offsets).leaders), "the leaders of its partitions")
    assert "internal: true" in refused(topics=[{"name": offsets, "replication_factor": 1}])["msg"]

    # two at the end: with three, no broker of three could be drained
    for factor in (2, 3, 2):
        topic = {"name": offsets, "internal": True, "replication_factor": factor}
        move(topics=[{**topic, "allow": ["durability"]}])
        assert {len(held) for held in replicas(three, offsets).in_sync} == {factor}
        assert not move(topics=[topic])["changed"]
