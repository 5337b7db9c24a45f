# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from collections.abc import Mapping

import pytest
from ansible_collections.omninode.kafka.plugins.module_utils._cluster.gateway.replicas import (
    LogDir,
    LogDirs,
)
from ansible_collections.omninode.kafka.plugins.module_utils._cluster.gateway.topics import (
    Partition,
)
from ansible_collections.omninode.kafka.plugins.module_utils._core.errors import (
    NotAuthorized,
    StateError,
)
from ansible_collections.omninode.kafka.plugins.module_utils._kafka.errors import Rejection
from ansible_collections.omninode.kafka.plugins.module_utils._kafka.partitions import TopicPartition
from ansible_collections.omninode.kafka.plugins.module_utils._kafka.placement.layout import Broker
from ansible_collections.omninode.kafka.plugins.module_utils._move.layout import (
    read_layout,
    replicas_of,
)

from tests.fakes.cluster import Disk
from tests.fakes.gateway import CLUSTER, FakeCluster, FakeGateway
from tests.fakes.replicas import FakeReplicas

A0, A1 = TopicPartition("a", 0), TopicPartition("a", 1)
OFFLINE = Rejection(56, "KAFKA_STORAGE_ERROR", "Disk error.")


@pytest.fixture
def cluster() -> FakeCluster:
    cluster = FakeCluster(brokers=2)
    cluster.put("a", partitions=2)
    cluster.sizes = {A0: 300, A1: 70}
    return cluster


class _Told(FakeReplicas):
    def __init__(self, cluster: FakeCluster, dirs: Mapping[int, LogDirs | Rejection]) -> None:
        super().__init__(cluster)
        self._dirs = dirs
        self.closed = 0

    def describe_log_dirs(self) -> Mapping[int, LogDirs | Rejection]:
        return self._dirs

    def close(self) -> None:
        self.closed += 1


class Telling(FakeGateway):
    """Its brokers tell of these log dirs."""

    def __init__(self, cluster: FakeCluster, dirs: Mapping[int, LogDirs | Rejection]) -> None:
        super().__init__(cluster)
        self.told = _Told(cluster, dirs)

    def replicas(self) -> FakeReplicas:
        return self.told


def log_dir(
    total: int | None, usable: int | None, error: Rejection | None = None, cordoned: bool = False
) -> LogDir:
    return LogDir(error, total, usable, {}, cordoned)


CORDONED = log_dir(9, 9, cordoned=True)
OPEN = log_dir(9, 9)
BROKEN = log_dir(None, None, OFFLINE)


def test_each_broker_with_its_rack_and_what_it_holds(cluster: FakeCluster) -> None:
    first, second = cluster.brokers
    cluster.brokers = (first._replace(rack="east"), second)
    cluster.disks[2] = Disk(1000, 400)
    layout = read_layout(cluster.connect())
    assert layout.brokers == (Broker(1, "east", 1, 300), Broker(2, None, 1, 70))
    assert layout.usable == {1: 10**12, 2: 400}
    assert layout.sizes == {A0: 300, A1: 70}
    assert layout.under_way == {}


def test_a_partition_without_records_has_its_size_too(cluster: FakeCluster) -> None:
    cluster.sizes = {}
    assert read_layout(cluster.connect()).sizes == {A0: 0, A1: 0}


@pytest.mark.parametrize("sizes", [(300, 120), (120, 300)])
def test_the_largest_replica_counts_since_another_may_be_on_its_way(
    cluster: FakeCluster, sizes: tuple[int, int]
) -> None:
    dirs = {
        broker: {"/kafka": LogDir(None, 1000, 500, {A0: size})}
        for broker, size in enumerate(sizes, 1)
    }
    layout = read_layout(Telling(cluster, dirs))
    assert layout.sizes == {A0: 300}
    assert [broker.bytes for broker in layout.brokers] == [*sizes]


@pytest.mark.parametrize(
    ("before", "target"),
    [((1,), (1, 2)), ((1,), (2,)), ((1, 2), (3, 2)), ((1, 2), (3, 2, 1))],
)
def test_a_partition_that_moves_counts_with_where_it_comes_from_and_goes(
    cluster: FakeCluster, before: tuple[int, ...], target: tuple[int, ...]
) -> None:
    cluster.brokers += (cluster.brokers[0]._replace(id=3),)
    cluster.lay_out("a", Partition(0, 1, before, before))
    cluster.looks = None
    cluster.connect().replicas().alter_partition_reassignments({A0: target})
    [move] = read_layout(cluster.connect()).under_way.values()
    assert (move.partition, set(move.before), move.target) == (A0, set(before), target)
    assert move.bytes == 300


def test_the_replicas_of_a_broker_are_those_of_all_its_log_dirs() -> None:
    dirs = {"/x": LogDir(None, 9, 9, {A0: 1}), "/y": LogDir(None, 9, 9, {A1: 2})}
    assert replicas_of(dirs) == {A0: 1, A1: 2}


@pytest.mark.parametrize(
    ("dirs", "usable"),
    [
        ([log_dir(1000, 400)], 400),
        # two volumes
        ([log_dir(1000, 400), log_dir(1000, 300)], 700),
        ([log_dir(1000, 400), log_dir(900, 400)], 800),
        # one volume that holds two log dirs
        ([log_dir(1000, 400), log_dir(1000, 400)], 400),
        # a broker does not say before Kafka 3.3
        ([log_dir(None, None)], None),
        ([log_dir(1000, 400), log_dir(None, None)], None),
        # nothing can be put on a log dir that failed
        ([log_dir(1000, 400), log_dir(None, None, OFFLINE)], 400),
        ([log_dir(1000, 400, OFFLINE)], 0),
    ],
)
def test_usable_bytes_are_those_of_each_volume_once(
    cluster: FakeCluster, dirs: list[LogDir], usable: int | None
) -> None:
    by_path = {f"/kafka-{number}": each for number, each in enumerate(dirs)}
    layout = read_layout(Telling(cluster, {1: by_path, 2: {"/": log_dir(9, 8)}}))
    assert layout.usable == {1: usable, 2: 8}


@pytest.mark.parametrize(
    ("dirs", "cordoned"),
    [
        ([OPEN], False),
        ([CORDONED], True),
        ([CORDONED, CORDONED], True),
        # the other one takes new replicas
        ([CORDONED, OPEN], False),
        ([CORDONED, BROKEN], True),
        ([BROKEN], False),
    ],
)
def test_a_broker_is_cordoned_when_no_log_dir_takes_new_replicas(
    cluster: FakeCluster, dirs: list[LogDir], cordoned: bool
) -> None:
    by_path = {f"/kafka-{number}": each for number, each in enumerate(dirs)}
    layout = read_layout(Telling(cluster, {1: by_path, 2: {"/": OPEN}}))
    assert layout.cordoned == ({1} if cordoned else set())
    assert [broker.id for broker in layout.takers] == ([2] if cordoned else [1, 2])


@pytest.mark.parametrize(
    ("answers", "why"),
    [
        ({1: {}}, "it did not answer"),
        ({1: {}, 2: OFFLINE}, "KAFKA_STORAGE_ERROR: Disk error."),
    ],
)
def test_a_broker_that_does_not_tell_ends_the_run(
    cluster: FakeCluster, answers: Mapping[int, LogDirs | Rejection], why: str
) -> None:
    gateway = Telling(cluster, answers)
    with pytest.raises(StateError) as error:
        read_layout(gateway)
    assert str(error.value) == f"cannot read the log dirs of broker 2: {why}"
    assert gateway.told.closed == 1


def test_the_right_that_lacks_is_named(cluster: FakeCluster) -> None:
    cluster.denied["DESCRIBE"] = {CLUSTER}
    gateway = Telling(cluster, {})
    with pytest.raises(NotAuthorized, match="DESCRIBE on the cluster"):
        read_layout(gateway)
    assert gateway.told.closed == 1
