# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Moves replicas in memory, by a clock that stands still unless the mover sleeps."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import chain

from ansible_collections.omninode.kafka.plugins.module_utils._cluster.gateway.replicas import Target
from ansible_collections.omninode.kafka.plugins.module_utils._kafka.moves import Brake, Move
from ansible_collections.omninode.kafka.plugins.module_utils._kafka.partitions import TopicPartition
from ansible_collections.omninode.kafka.plugins.module_utils._move.clock import Clock
from ansible_collections.omninode.kafka.plugins.module_utils._move.move import (
    Moved,
    move_replicas,
)

from tests.fakes.gateway import FakeCluster, FakeGateway
from tests.fakes.replicas import Answers, FakeReplicas

LEADER, FOLLOWER = (
    "leader.replication.throttled.replicas",
    "follower.replication.throttled.replicas",
)
LEADER_RATE = "leader.replication.throttled.rate"
FOLLOWER_RATE = "follower.replication.throttled.rate"
RATE = 5 * 2**20
RATES = {LEADER_RATE: str(RATE), FOLLOWER_RATE: str(RATE)}
UNLIMITED = Brake(throttle=None)
THROTTLED = Brake(throttle=RATE)
Brokers = tuple[int, ...]


def place(number: int) -> TopicPartition:
    return TopicPartition("a", number)


class _Watched(FakeReplicas):
    """`begun`: the partitions of each request; `copied`: those of which replicas had to be copied.

    `most`: how many moved at once.
    """

    def __init__(self, cluster: FakeCluster) -> None:
        super().__init__(cluster)
        self.begun: list[Sequence[TopicPartition]] = []
        self.copied: list[TopicPartition] = []
        self.most = 0
        self.closed = 0

    def alter_partition_reassignments(self, targets: Mapping[TopicPartition, Target]) -> Answers:
        moving = {*self._cluster.moves}
        answers = super().alter_partition_reassignments(targets)
        if targets:
            self.begun.append([*targets])
        self.copied += self._cluster.moves.keys() - moving
        self.most = max(self.most, len(self._cluster.moves))
        return answers

    def close(self) -> None:
        self.closed += 1


class Mover(FakeGateway):
    """Moves partitions of topic a from broker 1. `sleeps`: what happens while the mover waits."""

    def __init__(self, partitions: int = 1, looks: int | None = 1, lag: int = 0) -> None:
        self.cluster = FakeCluster(brokers=3)
        self.cluster.looks = looks
        self.cluster.put("a", partitions)
        for partition in self.cluster.topics["a"].partitions:
            moved = partition._replace(leader=1, replicas=(1,), isr=(1,))
            self.cluster.lay_out("a", moved)
        super().__init__(self.cluster, lag)
        self.watched = _Watched(self.cluster)
        self.time = 0.0
        self.told: list[str] = []
        self.sleeps: list[Callable[[], object]] = []

    def replicas(self) -> _Watched:
        return self.watched

    def move(self, number: int = 0, target: Brokers = (1, 2), size: int = 0) -> Move:
        self.cluster.sizes[place(number)] = size
        before = self.cluster.topics["a"].partitions[number].replicas
        return Move(place(number), before, target, size)

    def run(self, *moves: Move, brake: Brake = UNLIMITED) -> Moved:
        return move_replicas(self, moves, brake, self.told.append, Clock(self._now, self._sleep))

    @property
    def begun(self) -> list[int]:
        """The partitions, in the order in which they were begun."""
        return [partition.partition for partition in chain(*self.watched.begun)]

    def _now(self) -> float:
        return self.time

    def _sleep(self, seconds: float) -> None:
        assert seconds > 0
        self.time += seconds
        assert self.time < 10_000, "it never ends"
        if self.sleeps:
            self.sleeps.pop(0)()


def arrived(*numbers: int) -> dict[TopicPartition, None]:
    return {place(number): None for number in numbers}
