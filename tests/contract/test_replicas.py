# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the collection relies on where it moves replicas, as far as one broker can show."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from ansible_collections.omninode.kafka.plugins.module_utils._cluster.gateway.gateway import Gateway
from ansible_collections.omninode.kafka.plugins.module_utils._cluster.gateway.replicas import (
    Replicas,
)
from ansible_collections.omninode.kafka.plugins.module_utils._core.errors import (
    NotAuthorized,
)
from ansible_collections.omninode.kafka.plugins.module_utils._kafka.errors import (
    CLUSTER_AUTHORIZATION_FAILED,
    UNKNOWN_TOPIC,
    Rejection,
)
from ansible_collections.omninode.kafka.plugins.module_utils._kafka.partitions import TopicPartition

from tests.contract.conftest import LEFT_SOCKETS, OtherClient, awaited, dirs, size
from tests.fakes.replicas import INVALID_REPLICA_ASSIGNMENT, NO_REASSIGNMENT_IN_PROGRESS

pytestmark = LEFT_SOCKETS

# those with an authorizer
guarded = pytest.mark.parametrize("gateway", ["fake", "newest"], indirect=True)


def rejected(answer: object, code: int) -> None:
    assert isinstance(answer, Rejection), answer
    assert answer.code == code, answer
    assert answer.error
    assert answer.message
    assert not answer.lost


@pytest.fixture
def replicas(gateway: Gateway) -> Iterator[Replicas]:
    opened = gateway.replicas()
    yield opened
    opened.close()


@pytest.fixture
def place(topic: str) -> TopicPartition:
    return TopicPartition(topic, 0)


def test_nothing_moves(replicas: Replicas) -> None:
    assert replicas.list_partition_reassignments() == {}


def test_nothing_is_asked_of_no_partitions(replicas: Replicas) -> None:
    assert replicas.alter_partition_reassignments({}) == {}
    assert replicas.elect_leaders([]) == {}


def test_the_same_replicas_again_are_fine(replicas: Replicas, place: TopicPartition) -> None:
    assert replicas.alter_partition_reassignments({place: (1,)}) == {place: None}
    assert replicas.list_partition_reassignments() == {}


@pytest.mark.parametrize(
    ("target", "code"),
    [
        ((99,), INVALID_REPLICA_ASSIGNMENT),
        ((1, 1), INVALID_REPLICA_ASSIGNMENT),
        ((), INVALID_REPLICA_ASSIGNMENT),
        (None, NO_REASSIGNMENT_IN_PROGRESS),
    ],
    ids=["unknown broker", "broker twice", "no broker", "nothing to cancel"],
)
def test_a_move_that_is_refused(
    replicas: Replicas, place: TopicPartition, target: tuple[int, ...] | None, code: int
) -> None:
    rejected(replicas.alter_partition_reassignments({place: target})[place], code)


def test_each_move_stands_for_itself(
    replicas: Replicas, place: TopicPartition, prefix: str
) -> None:
    absent, beyond = TopicPartition(f"{prefix}absent", 0), place._replace(partition=9)
    answers = replicas.alter_partition_reassignments({absent: (1,), place: (1,), beyond: (1,)})
    assert set(answers) == {absent, place, beyond}
    assert answers[place] is None
    rejected(answers[absent], UNKNOWN_TOPIC)
    rejected(answers[beyond], UNKNOWN_TOPIC)


def test_a_leader_that_is_the_preferred_one_already(
    replicas: Replicas, place: TopicPartition, prefix: str
) -> None:
    absent = TopicPartition(f"{prefix}absent", 0)
    answers = replicas.elect_leaders([place, absent])
    assert answers[place] is None
    rejected(answers[absent], UNKNOWN_TOPIC)


def test_log_dirs_tell_sizes(
    replicas: Replicas, place: TopicPartition, other_client: OtherClient
) -> None:
    awaited(lambda: size(replicas, 1, place) == 0, "the log to be made")
    other_client.produce(place.topic, 1, 2, 3)
    awaited(lambda: (size(replicas, 1, place) or 0) > 0, "the log to grow")
    [log_dir] = dirs(replicas, 1).values()
    assert log_dir.error is None
    assert log_dir.total_bytes is not None
    assert log_dir.usable_bytes is not None
    assert log_dir.total_bytes >= log_dir.usable_bytes > 0
    assert {TopicPartition(place.topic, number) for number in range(3)} <= set(log_dir.replicas)


def test_a_connection_that_was_closed_opens_again(replicas: Replicas) -> None:
    replicas.close()
    replicas.close()
    assert replicas.list_partition_reassignments() == {}


@guarded
def test_without_rights(stranger: Gateway, place: TopicPartition) -> None:
    replicas = stranger.replicas()
    try:
        with pytest.raises(NotAuthorized, match="needs DESCRIBE on the cluster"):
            replicas.list_partition_reassignments()
        for answer in (
            replicas.alter_partition_reassignments({place: (1,)})[place],
            replicas.elect_leaders([place])[place],
            replicas.describe_log_dirs()[1],
        ):
            rejected(answer, CLUSTER_AUTHORIZATION_FAILED)
    finally:
        replicas.close()
