# SPDX-License-Identifier: GPL-3.0-or-later
"""A broker of three is drained and comes back. Other tests share the cluster, so it is left as it
was."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from confluent_kafka.admin import ConfigResource, NewTopic, ResourceType
from kafka import KafkaAdminClient
from kafka import TopicPartition as Place

from tests.brokers.fixtures import TestBroker
from tests.integration import run
from tests.integration.cluster import Cluster, Written
from tests.integration.conftest import Call
from tests.integration.moving import throttles
from tests.integration.run import Play
from tests.integration.test_examples import BROKER as BROKER_MODULE
from tests.integration.test_examples import examples

BROKER = 3
CORDONED = "cordoned.log.dirs"
RECORDS, SIZE = 20, 100_000
Layout = dict[str, list[list[int]]]


@pytest.fixture(scope="module")
def three(brokers: TestBroker) -> Cluster:
    return Cluster(brokers.bootstrap)


@pytest.fixture
def broker(brokers: TestBroker) -> Call:
    return partial(run.succeed, "broker", bootstrap_servers=brokers.bootstrap, broker=BROKER)


@pytest.fixture
def refused(brokers: TestBroker) -> Call:
    return partial(run.fail, "broker", bootstrap_servers=brokers.bootstrap, broker=BROKER)


@pytest.fixture
def own(three: Cluster, broker: Call, brokers: TestBroker) -> Iterator[str]:
    """Begins the names of the test's topics. Whatever fails, the broker gets back what it had."""
    prefix = f"it-{uuid.uuid4().hex[:8]}."
    before = layout(three)
    yield prefix
    three.delete(three.names(prefix))
    broker(state="active")
    topics = []
    for name, replicas in before.items():
        assignments = {str(number): held for number, held in enumerate(replicas)}
        topics.append({"name": name, "assignments": assignments, "internal": True})
    run.succeed("topics", bootstrap_servers=brokers.bootstrap, topics=topics)
    # and leads what it led
    broker(state="active")


@pytest.fixture
def mover(brokers: TestBroker) -> Iterator[KafkaAdminClient]:
    """Another client that moves replicas."""
    client = KafkaAdminClient(bootstrap_servers=brokers.bootstrap)
    yield client
    client.close()


@pytest.fixture
def playbook(brokers: TestBroker, tmp_path: Path) -> Call:
    """One of the collection, on an inventory with the cluster and these variables."""

    def play(name: str, *arguments: str, **variables: Any) -> Play:
        inventory = tmp_path / "inventory.json"
        connection = {"bootstrap_servers": brokers.bootstrap, "cluster_id": brokers.cluster_id}
        host = {
            **run.LOCAL_PLAY["vars"],
            "ansible_connection": "local",
            "kafka_connection": connection,
            **variables,
        }
        inventory.write_text(json.dumps({"kafka_clusters": {"hosts": {"test": host}}}))
        played = run.playbook(f"playbooks/{name}.yml", "-i", str(inventory), *arguments)
        assert played.returncode == 0, played.stdout
        return played

    return play


def create(three: Cluster, topics: Layout) -> None:
    """Topics with these brokers of each partition."""
    new = [NewTopic(name, len(held), replica_assignment=held) for name, held in topics.items()]
    for future in three.admin.create_topics(new).values():
        future.result(run.HANGS)
    three.await_(lambda: topics.items() <= layout(three).items(), "the topics to be visible")
    three.await_logs(topics)


def layout(three: Cluster) -> Layout:
    """The brokers of each partition of all topics."""
    found = {}
    for name, topic in three.admin.list_topics(timeout=run.HANGS).topics.items():
        numbers = sorted(topic.partitions)
        found[name] = [list(topic.partitions[number].replicas) for number in numbers]
    return found


def leaders(three: Cluster, name: str) -> list[int]:
    partitions = three.admin.list_topics(timeout=run.HANGS).topics[name].partitions
    return [partitions[number].leader for number in sorted(partitions)]


def cordon(three: Cluster) -> str:
    [answer] = three.admin.describe_configs(
        [ConfigResource(ResourceType.BROKER, str(BROKER))]
    ).values()
    return str(answer.result()[CORDONED].value)


def on_broker(found: Layout) -> list[str]:
    return [name for name, held in found.items() if any(BROKER in brokers for brokers in held)]


def test_a_broker_is_drained_and_comes_back(
    three: Cluster, broker: Call, own: str, playbook: Call, tmp_path: Path
) -> None:
    orders, solo, other = f"{own}orders", f"{own}solo", f"{own}other"
    create(three, {orders: [[3, 1], [1, 2], [2, 3]], solo: [[3], [1]], other: [[1, 2]]})
    three.write(orders, *(Written(0, None, bytes(SIZE)) for _number in range(RECORDS)))
    before = layout(three)

    planned = broker(state="drained", check=True, diff=True)
    assert (layout(three), cordon(three)) == (before, "")
    assert planned["changes"][0]["operation"] == "cordon"
    [moving] = [change for change in planned["changes"] if change["name"] == orders]
    assert moving["before"] == {"assignments": {"0": [3, 1], "2": [2, 3]}}
    assert moving["after"] == {"assignments": {"0": [1, 2], "2": [2, 1]}}
    assert moving["evidence"]["moves"]["bytes"] >= RECORDS * SIZE
    shown = [pair.get("after", "") for pair in planned["diff"]]
    assert f'{CORDONED}: "*"\n' in shown
    assert 'assignments:\n  0: "1, 2"\n  2: "2, 1"\n' in shown

    undo_file = str(tmp_path / "undo.json")
    done = broker(state="drained", undo_file=undo_file, expected_plan_id=planned["plan_id"])
    # the room on the disks is another one at each look
    for change in (*planned["changes"], *done["changes"]):
        change["evidence"].get("moves", {}).pop("brokers", None)
    assert (done["changes"], done["undo"]) == (planned["changes"], planned["undo"])
    after = layout(three)
    assert on_broker(after) == []
    assert cordon(three) == "*"
    assert after[other] == before[other]
    assert after[orders] == [[1, 2], [1, 2], [2, 1]]
    assert leaders(three, orders) == [1, 1, 2]
    assert not broker(state="drained")["changed"]
    # the cordon keeps new topics away
    three.create({f"{own}new": (6, {})})
    assert on_broker(layout(three)) == []

    looked = playbook("undo", "--check", kafka_undo_file=undo_file)
    assert "then these topics get their replicas back" in looked.stdout
    assert cordon(three) == "*"
    # what a team declares for its own topics does not hold back those of others
    redo = str(tmp_path / "redo.json")
    owned = {"kafka_topics_owned_prefixes": ["none."]}
    playbook("undo", kafka_undo_file=undo_file, kafka_redo_file=redo, **owned)
    restored = layout(three)
    assert {name: restored[name] for name in before} == before
    assert cordon(three) == ""
    assert leaders(three, orders) == [3, 1, 2]
    assert not broker(state="active")["changed"]

    playbook("undo", kafka_undo_file=redo)
    assert on_broker(layout(three)) == []


@pytest.mark.usefixtures("own")
def test_the_examples_run_and_a_second_run_of_each_changes_nothing(brokers: TestBroker) -> None:
    tasks = examples(BROKER_MODULE, brokers)
    played = run.play([again for task in tasks for again in (task, task)])
    assert played.returncode == 0, played.stdout
    assert [result["changed"] for result in played.results] == [True, False, True, False]


def test_moves_that_leave_the_broker_are_finished_or_taken_back(
    three: Cluster, broker: Call, own: str, mover: KafkaAdminClient
) -> None:
    name = f"{own}orders"
    create(three, {name: [[3, 2]]})
    three.write(name, *(Written(0, None, bytes(SIZE)) for _number in range(RECORDS)))
    with held_back(three, name, 1):
        mover.alter_partition_reassignments({Place(name, 0): [2, 1]})
        cancelled = broker(state="active")["changes"]
        assert [change["operation"] for change in cancelled] == ["cancel_reassign"]
        assert cancelled[0]["before"] == {"assignments": {"0": [2, 1]}}
        assert {*layout(three)[name][0]} == {2, 3}
        assert mover.list_partition_reassignments() == {}

        mover.alter_partition_reassignments({Place(name, 0): [2, 1]})
        planned = broker(state="drained", check=True)["changes"]
        [moving] = [change for change in planned if change["name"] == name]
        assert moving["after"] == {"assignments": {"0": [2, 1]}}
    broker(state="drained")
    assert layout(three)[name] == [[2, 1]]
    assert leaders(three, name) == [2]


@pytest.mark.parametrize("state", ["drained", "active"])
def test_the_throttle_of_moves_that_were_not_awaited_is_lifted_by_a_later_run(
    three: Cluster, broker: Call, own: str, mover: KafkaAdminClient, tmp_path: Path, state: str
) -> None:
    name, undo_file = f"{own}orders", str(tmp_path / "undo.json")
    create(three, {name: [[3, 1]]})
    three.write(name, *(Written(0, None, bytes(SIZE)) for _number in range(RECORDS)))
    broker(state="drained", wait=False, moves_at_once=1000, undo_file=undo_file)
    three.await_(lambda: not mover.list_partition_reassignments(), "all replicas to arrive")
    assert throttles(three, name) != {}
    lifted = broker(state=state, undo_file=undo_file, check=True)["changes"]
    assert ("lift_throttle", name) in [(one["operation"], one["name"]) for one in lifted]
    assert broker(state=state, undo_file=undo_file)["changes"] == lifted
    assert throttles(three, name) == {}
    assert [*tmp_path.glob("kafka-throttles-*")] == []
    assert not broker(state=state, undo_file=undo_file)["changed"]


class held_back:  # noqa: N801 - used as a function
    """No replica of a topic arrives at a broker meanwhile."""

    def __init__(self, three: Cluster, name: str, broker: int) -> None:
        self._three = three
        self._broker = broker
        three.alter(name, {"follower.replication.throttled.replicas": "*"})

    def __enter__(self) -> None:
        self._three.alter_broker(self._broker, {"follower.replication.throttled.rate": "1"})

    def __exit__(self, *_error: object) -> None:
        self._three.alter_broker(self._broker, {"follower.replication.throttled.rate": None})


def test_what_cannot_leave_is_refused_before_the_first_write(
    three: Cluster, refused: Call, own: str, mover: KafkaAdminClient
) -> None:
    everywhere, again, moving = f"{own}everywhere", f"{own}again", f"{own}moving"
    create(three, {everywhere: [[1, 2, 3]], again: [[3, 2, 1]], moving: [[3, 1]]})
    before = layout(three)
    error = refused(state="drained")
    assert f"move replicas of topics {again}, {everywhere}: 3 replicas need" in error["msg"]
    assert "and 2 remain" in error["msg"]

    three.write(moving, *(Written(0, None, bytes(SIZE)) for _number in range(RECORDS)))
    with held_back(three, moving, 2):
        mover.alter_partition_reassignments({Place(moving, 0): [3, 2]})
        message = refused(state="drained")["msg"]
        mover.alter_partition_reassignments({Place(moving, 0): None})
    assert f"topic {moving}: partition 0 is already on its way to brokers 3, 2" in message

    declared = [{"name": moving, "assignments": {0: [1, BROKER]}}]
    message = refused(state="drained", topics=declared)["msg"]
    assert f"topic {moving}: its declared assignments name broker 3" in message
    assert (
        "drain broker 9: the cluster has no such broker"
        in refused(state="drained", broker=9)["msg"]
    )
    assert {**layout(three), moving: []} == {**before, moving: []}
    assert cordon(three) == ""


def test_the_playbook_drains_a_broker(
    three: Cluster, own: str, playbook: Call, tmp_path: Path
) -> None:
    name = f"{own}orders"
    create(three, {name: [[3, 1]]})
    undo_file = tmp_path / "undo.json"
    drain = partial(
        playbook, "drain", kafka_drain_broker=BROKER, kafka_drain_undo_file=str(undo_file)
    )
    drain(kafka_topics_declared=[{"name": name, "partitions": 1}])
    assert on_broker(layout(three)) == []
    undo = json.loads(undo_file.read_text())
    assert {"name": name, "assignments": {"0": [3, 1]}} in undo["topics"]
    drain(kafka_drain_state="active")
    assert cordon(three) == ""
    assert layout(three)[name] == [[1, 2]]
