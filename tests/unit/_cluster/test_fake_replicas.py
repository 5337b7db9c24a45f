# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How a test steers the moves of replicas in memory; tests/contract has what real brokers do."""

from __future__ import annotations

import pytest
from ansible_collections.omninode.kafka.plugins.module_utils._cluster.gateway.replicas import (
    LogDir,
    Reassignment,
)
from ansible_collections.omninode.kafka.plugins.module_utils._kafka.errors import Rejection
from ansible_collections.omninode.kafka.plugins.module_utils._kafka.partitions import TopicPartition

from tests.fakes.cluster import Disk, Fate
from tests.fakes.gateway import FakeCluster
from tests.fakes.replicas import NO_PREFERRED, FakeReplicas

PLACE = TopicPartition("orders", 0)
GROWING = {PLACE: Reassignment((1, 2), (2,), ())}


@pytest.fixture
def cluster() -> FakeCluster:
    cluster = FakeCluster(brokers=2)
    cluster.put("orders")
    return cluster


@pytest.fixture
def replicas(cluster: FakeCluster) -> FakeReplicas:
    return cluster.connect().replicas()


def in_sync(cluster: FakeCluster) -> tuple[int, ...]:
    return cluster.topics["orders"].partitions[0].isr


@pytest.mark.parametrize("looks", [0, 1, 3])
def test_a_move_ends_after_some_looks(
    cluster: FakeCluster, replicas: FakeReplicas, looks: int
) -> None:
    cluster.looks = looks
    replicas.alter_partition_reassignments({PLACE: (1, 2)})
    for _look in range(looks):
        assert replicas.list_partition_reassignments() == GROWING
        assert in_sync(cluster) == (1,)
    assert replicas.list_partition_reassignments() == {}
    assert in_sync(cluster) == (1, 2)


def test_a_move_ends_when_the_test_says_so(cluster: FakeCluster, replicas: FakeReplicas) -> None:
    cluster.looks = None
    replicas.alter_partition_reassignments({PLACE: (1, 2)})
    for _look in range(5):
        assert replicas.list_partition_reassignments() == GROWING
    cluster.finish_moves()
    assert replicas.list_partition_reassignments() == {}
    assert in_sync(cluster) == (1, 2)


def test_nothing_moves_to_a_silent_broker(cluster: FakeCluster, replicas: FakeReplicas) -> None:
    cluster.silent = {2}
    replicas.alter_partition_reassignments({PLACE: (1, 2)})
    for _look in range(5):
        assert replicas.list_partition_reassignments() == GROWING
    lost = replicas.describe_log_dirs()[2]
    assert isinstance(lost, Rejection)
    assert lost.lost
    cluster.silent = set()
    assert replicas.list_partition_reassignments() == {}


def test_sizes_are_those_of_records_or_of_the_test(
    cluster: FakeCluster, replicas: FakeReplicas
) -> None:
    cluster.produce("orders", 1, 2, 3)
    cluster.disks[1] = Disk(1000, None)
    whole = LogDir(None, 1000, None, {PLACE: 300})
    assert replicas.describe_log_dirs()[1] == {"/var/lib/kafka": whole}
    cluster.sizes[PLACE] = 7
    replicas.alter_partition_reassignments({PLACE: (1, 2)})
    [first], [second] = (dirs.values() for dirs in replicas.describe_log_dirs().values())
    assert (first.replicas, second.replicas) == ({PLACE: 7}, {PLACE: 0})


@pytest.mark.parametrize(("fate", "found"), [("applied", GROWING), ("dropped", {})])
def test_a_lost_answer(
    cluster: FakeCluster, replicas: FakeReplicas, fate: Fate, found: object
) -> None:
    cluster.fates["alter_partition_reassignments"] = [fate]
    answers = replicas.alter_partition_reassignments({PLACE: (1, 2)})
    assert answers == {PLACE: cluster.loss}
    assert replicas.list_partition_reassignments() == found


def test_a_leader_that_is_not_in_sync_is_not_elected(
    cluster: FakeCluster, replicas: FakeReplicas
) -> None:
    cluster.looks = None
    replicas.alter_partition_reassignments({PLACE: (2, 1)})
    assert replicas.elect_leaders([PLACE]) == {PLACE: NO_PREFERRED}
    cluster.finish_moves()
    assert replicas.elect_leaders([PLACE]) == {PLACE: None}
    assert cluster.topics["orders"].partitions[0].leader == 2
