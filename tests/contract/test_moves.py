# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How replicas move between three brokers."""

from __future__ import annotations

import os
import signal
import uuid
from collections.abc import Iterator, Mapping

import pytest
from ansible_collections.omninode.kafka.plugins.module_utils._cluster.confluent.gateway import (
    ConfluentGateway,
)
from ansible_collections.omninode.kafka.plugins.module_utils._cluster.connection import Connection
from ansible_collections.omninode.kafka.plugins.module_utils._cluster.gateway.gateway import Gateway
from ansible_collections.omninode.kafka.plugins.module_utils._cluster.gateway.records import Message
from ansible_collections.omninode.kafka.plugins.module_utils._cluster.gateway.replicas import (
    Reassignment,
    Replicas,
)
from ansible_collections.omninode.kafka.plugins.module_utils._cluster.gateway.topics import (
    NewPartitions,
    NewTopic,
    Partition,
    Topic,
)
from ansible_collections.omninode.kafka.plugins.module_utils._core.errors import ClusterUnreachable
from ansible_collections.omninode.kafka.plugins.module_utils._kafka.errors import Rejection
from ansible_collections.omninode.kafka.plugins.module_utils._kafka.partitions import TopicPartition

from tests.brokers.fixtures import TestBroker
from tests.contract.conftest import LEFT_SOCKETS, awaited, dirs, made, size
from tests.fakes.gateway import FakeCluster
from tests.fakes.replicas import INVALID_REPLICA_ASSIGNMENT
from tests.fakes.topics import INVALID_REPLICATION_FACTOR

NODES = (1, 2, 3)
RATE = "follower.replication.throttled.rate"

pytestmark = LEFT_SOCKETS


@pytest.fixture(scope="session")
def fake_three() -> FakeCluster:
    cluster = FakeCluster(brokers=3)
    cluster.brokers = tuple(broker._replace(rack=f"rack-{broker.id}") for broker in cluster.brokers)
    return cluster


@pytest.fixture(scope="session", params=["fake", "newest"])
def three(request: pytest.FixtureRequest) -> Gateway:
    """A cluster of three brokers, each in a rack of its own."""
    if request.param == "fake":
        fake: FakeCluster = request.getfixturevalue("fake_three")
        return fake.connect()
    brokers: TestBroker = request.getfixturevalue("brokers")
    connection = Connection((brokers.bootstrap,), cluster_id=brokers.cluster_id)
    await_all_brokers(connection)
    return ConfluentGateway(connection)


def await_all_brokers(connection: Connection) -> None:
    def all_known() -> bool:
        try:
            cluster = ConfluentGateway(connection).describe_cluster()
        # the client library gives up where the first broker does not list itself yet
        except ClusterUnreachable:
            return False
        return len(cluster.brokers) == len(NODES)

    awaited(all_known, "all brokers")


class Moving:
    """A topic whose only partition moves between three brokers."""

    def __init__(self, gateway: Gateway, replicas: Replicas, name: str) -> None:
        self.gateway = gateway
        self.replicas = replicas
        self.place = TopicPartition(name, 0)
        made(gateway, NewTopic(name, 1, 1, {}))
        [origin] = self.partition().replicas
        # the one that has the replica first
        self.brokers = (origin, *(node for node in NODES if node != origin))

    def partition(self) -> Partition:
        return self.topic().partitions[0]

    def topic(self) -> Topic:
        """As any broker shows it, once that broker knows it."""
        name = self.place.topic
        answers: list[Topic | Rejection] = []

        def known() -> bool:
            answers.append(self.gateway.describe_topics([name])[name])
            return isinstance(answers[-1], Topic)

        awaited(known, "each broker to know the topic")
        found = answers[-1]
        assert isinstance(found, Topic)
        return found

    def move(self, *target: int) -> None:
        answers = self.replicas.alter_partition_reassignments({self.place: target})
        assert answers == {self.place: None}

    def cancel(self) -> None:
        answers = self.replicas.alter_partition_reassignments({self.place: None})
        assert answers == {self.place: None}

    def under_way(self) -> Reassignment | None:
        return self.replicas.list_partition_reassignments().get(self.place)

    def await_arrival(self, *target: int) -> None:
        awaited(lambda: self.under_way() is None, "the move to end")
        awaited(lambda: self.partition().replicas == target, "the replicas to be shown")
        awaited(lambda: set(self.partition().isr) == set(target), "the replicas to be in sync")


@pytest.fixture
def moving(three: Gateway) -> Iterator[Moving]:
    name = f"contract-moving.{uuid.uuid4().hex[:8]}"
    replicas = three.replicas()
    yield Moving(three, replicas, name)
    replicas.close()
    three.delete_topics([name])


@pytest.fixture
def throttled(moving: Moving) -> Iterator[Moving]:
    """More is in the topic than a move of it brings along in a minute."""
    gateway, name = moving.gateway, moving.place.topic
    followers: Mapping[str, str | None] = {"follower.replication.throttled.replicas": "*"}
    assert gateway.incremental_alter_configs({name: followers}, False) == {name: None}
    limit(gateway, "1")
    # a replica fetches 1 MB before the broker looks at the rate, and more each 11 seconds
    messages = [Message(None, bytes(900_000))] * 6

    def published() -> bool:
        answers = gateway.log().publish(name, messages)
        return not any(isinstance(answer, Rejection) for answer in answers)

    awaited(published, "the leader to know that it is one")
    yield moving
    limit(gateway, None)


def limit(gateway: Gateway, rate: str | None) -> None:
    """The rate at which each broker fetches throttled replicas, in bytes a second."""
    alterations = {node: {RATE: rate} for node in NODES}
    answers = gateway.incremental_alter_broker_configs(alterations)
    assert answers == dict.fromkeys(NODES)
    awaited(lambda: set(rates(gateway)) == {rate}, "the rates to be shown")


def rates(gateway: Gateway) -> list[str | None]:
    found = []
    for config in gateway.describe_broker_configs(NODES).values():
        assert not isinstance(config, Rejection), config
        found.append(config.own.get(RATE))
    return found


def test_brokers_tell_their_racks(three: Gateway) -> None:
    racks = {broker.rack for broker in three.describe_cluster().brokers if broker.rack}
    assert len(racks) == len(NODES)


@pytest.fixture
def placed(three: Gateway) -> Iterator[str]:
    """A topic whose brokers were chosen by who created it."""
    name = f"contract-placed.{uuid.uuid4().hex[:8]}"
    made(three, NewTopic(name, 1, 2, {}, ((3, 1),)))
    yield name
    three.delete_topics([name])


def test_partitions_have_the_brokers_that_are_asked_for(three: Gateway, placed: str) -> None:
    new = NewPartitions(2, ((2, 3),))
    assert three.create_partitions({placed: new}, False) == {placed: None}

    def shown() -> bool:
        found = three.describe_topics([placed])[placed]
        assert isinstance(found, Topic), found
        return [partition.replicas for partition in found.partitions] == [(3, 1), (2, 3)]

    awaited(shown, "the brokers of both partitions")


def test_replicas_grow_and_shrink(moving: Moving) -> None:
    origin, other, _third = moving.brokers
    moving.move(origin, other)
    moving.await_arrival(origin, other)
    assert moving.partition().leader == origin
    assert size(moving.replicas, other, moving.place) == 0
    moving.move(other)
    moving.await_arrival(other)
    awaited(lambda: moving.partition().leader == other, "the leader to be shown")
    awaited(lambda: size(moving.replicas, origin, moving.place) is None, "the log to be deleted")


def test_the_leader_stays_until_another_is_elected(moving: Moving) -> None:
    origin, other, third = moving.brokers
    moving.move(other, third, origin)
    moving.await_arrival(other, third, origin)
    assert moving.partition().leader == origin
    assert moving.replicas.elect_leaders([moving.place]) == {moving.place: None}
    awaited(lambda: moving.partition().leader == other, "the preferred leader")
    assert moving.replicas.elect_leaders([moving.place]) == {moving.place: None}


def test_a_move_is_seen_under_way_and_cancelled(throttled: Moving) -> None:
    origin, other, third = throttled.brokers
    throttled.move(other, third)
    expected = Reassignment((other, third, origin), (other, third), (origin,))
    assert throttled.under_way() == expected
    awaited(lambda: throttled.partition().replicas == expected.replicas, "the new replicas")
    # no broker shows them in sync, whether it knows of the move or not
    assert throttled.partition().isr == (origin,)
    assert throttled.under_way() == expected
    throttled.cancel()
    throttled.await_arrival(origin)


def test_another_target_builds_on_the_one_before(throttled: Moving) -> None:
    """So that a cancelled move leaves what an earlier one was adding."""
    origin, other, third = throttled.brokers
    throttled.move(origin, other)
    assert throttled.under_way() == Reassignment((origin, other), (other,), ())
    throttled.move(origin, third)
    assert throttled.under_way() == Reassignment((origin, third, other), (third,), (other,))
    throttled.cancel()
    assert throttled.under_way() is None
    awaited(lambda: throttled.partition().replicas == (origin, other), "the replicas")


def test_a_smaller_target_for_a_move_under_way_never_ends(throttled: Moving) -> None:
    """On Kafka 4.4; 3.9 and 4.0 end the move at once."""
    origin, other, _third = throttled.brokers
    throttled.move(origin, other)
    throttled.move(origin)
    stuck = Reassignment((origin, other), (other,), (other,))
    assert throttled.under_way() == stuck
    limit(throttled.gateway, None)
    if isinstance(throttled.gateway, ConfluentGateway):
        awaited(lambda: len(throttled.partition().isr) == 2, "all to be in sync")
    assert throttled.under_way() == stuck
    throttled.cancel()
    throttled.await_arrival(origin)


def test_a_move_goes_on_without_its_limit(throttled: Moving) -> None:
    origin, other, _third = throttled.brokers
    throttled.move(other)
    assert throttled.under_way() == Reassignment((other, origin), (other,), (origin,))
    full = size(throttled.replicas, origin, throttled.place)
    limit(throttled.gateway, None)
    throttled.await_arrival(other)
    awaited(lambda: size(throttled.replicas, other, throttled.place) == full, "the whole log")


def test_a_broker_that_hangs_holds_nobody_up(request: pytest.FixtureRequest) -> None:
    brokers: TestBroker = request.getfixturevalue("brokers")
    connection = Connection((brokers.bootstrap,), timeout=9)
    gateway = ConfluentGateway(connection)
    pid = brokers.pid(1)
    replicas = gateway.replicas()
    os.kill(pid, signal.SIGSTOP)
    try:
        found = replicas.describe_log_dirs()
    finally:
        os.kill(pid, signal.SIGCONT)
    lost = found.pop(1)
    assert isinstance(lost, Rejection)
    assert lost.lost
    assert not any(isinstance(answer, Rejection) for answer in found.values())
    awaited(lambda: not isinstance(replicas.describe_log_dirs()[1], Rejection), "the broker")
    replicas.close()
    await_all_brokers(connection)


CORDONED = "cordoned.log.dirs"


@pytest.fixture
def cordoned(three: Gateway) -> Iterator[Replicas]:
    """Broker 3 takes no new replicas."""
    assert three.incremental_alter_broker_configs({3: {CORDONED: "*"}}) == {3: None}
    replicas = three.replicas()
    awaited(lambda: is_cordoned(replicas, 3), "the broker to be cordoned")
    yield replicas
    assert three.incremental_alter_broker_configs({3: {CORDONED: None}}) == {3: None}
    awaited(lambda: not is_cordoned(replicas, 3), "the broker to take replicas again")
    replicas.close()


def is_cordoned(replicas: Replicas, broker: int) -> bool:
    return {log_dir.cordoned for log_dir in dirs(replicas, broker).values()} == {True}


def test_a_broker_that_is_cordoned_tells_so(three: Gateway, cordoned: Replicas) -> None:
    configs = three.describe_broker_configs(NODES)
    found = {}
    for node, config in configs.items():
        assert not isinstance(config, Rejection), config
        found[node] = config.own.get(CORDONED)
        assert config.knows(CORDONED)
    assert found == {1: None, 2: None, 3: "*"}
    assert [is_cordoned(cordoned, node) for node in NODES] == [False, False, True]


@pytest.mark.parametrize("target", [(2, 3), (3, 1, 2), (1, 3)])
def test_a_broker_that_is_cordoned_is_no_target_even_where_it_has_the_replica(
    placed: str, cordoned: Replicas, target: tuple[int, ...]
) -> None:
    place = TopicPartition(placed, 0)
    answer = cordoned.alter_partition_reassignments({place: target})[place]
    assert isinstance(answer, Rejection)
    assert answer.code == INVALID_REPLICA_ASSIGNMENT
    assert "includes broker 3, but all its log directories are cordoned" in answer.message
    assert cordoned.alter_partition_reassignments({place: (2, 1)}) == {place: None}


def test_new_partitions_are_not_on_a_broker_that_is_cordoned(
    three: Gateway, placed: str, cordoned: Replicas
) -> None:
    assert cordoned.list_partition_reassignments() == {}
    named = NewTopic(f"{placed}.named", 1, 1, {}, ((3,),))
    three_replicas = NewTopic(f"{placed}.three", 1, 3, {})
    answers = three.create_topics([named, three_replicas], False)
    assert [answer and answer.code for answer in answers.values()] == [
        INVALID_REPLICA_ASSIGNMENT,
        INVALID_REPLICATION_FACTOR,
    ]
    for new, code in ((NewPartitions(2, ((3, 1),)), INVALID_REPLICA_ASSIGNMENT), (2, None)):
        grown = new if isinstance(new, NewPartitions) else NewPartitions(new)
        answer = three.create_partitions({placed: grown}, False)[placed]
        assert (answer and answer.code) == code

    def shown() -> bool:
        found = three.describe_topics([placed])[placed]
        assert isinstance(found, Topic), found
        return [{*partition.replicas} for partition in found.partitions] == [{3, 1}, {1, 2}]

    awaited(shown, "the brokers of the new partition")
