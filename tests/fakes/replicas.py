# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The API of replicas, in memory."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from typing import NamedTuple

from ansible_collections.omninode.kafka.plugins.module_utils._cluster.gateway.replicas import (
    LogDir,
    LogDirs,
    Reassignment,
    Target,
)
from ansible_collections.omninode.kafka.plugins.module_utils._cluster.gateway.topics import (
    Partition,
)
from ansible_collections.omninode.kafka.plugins.module_utils._core.errors import NotAuthorized
from ansible_collections.omninode.kafka.plugins.module_utils._kafka.errors import (
    TIMED_OUT,
    UNKNOWN_TOPIC,
    Rejection,
)
from ansible_collections.omninode.kafka.plugins.module_utils._kafka.partitions import TopicPartition

from .cluster import CLUSTER, LOG_DIR, FakeCluster
from .session import CLUSTER_DENIED

INVALID_REPLICA_ASSIGNMENT = 39
PREFERRED_LEADER_NOT_AVAILABLE = 80
NO_REASSIGNMENT_IN_PROGRESS = 85
NOTHING_MOVES = Rejection(
    NO_REASSIGNMENT_IN_PROGRESS,
    "NO_REASSIGNMENT_IN_PROGRESS",
    "No partition reassignment is in progress.",
)
NO_PREFERRED = Rejection(
    PREFERRED_LEADER_NOT_AVAILABLE,
    "PREFERRED_LEADER_NOT_AVAILABLE",
    "The preferred leader was not available.",
)
SILENT = Rejection(TIMED_OUT, "_TIMED_OUT", "no answer within 30 s")
RATE = "follower.replication.throttled.rate"
_FAST = 2**20  # bytes per second, at which the small logs of tests arrive at once

Answers = Mapping[TopicPartition, "Rejection | None"]


class Move(NamedTuple):
    """`looks`: how many more listings show it under way; None: until the test ends it."""

    replicas: tuple[int, ...]
    adding: tuple[int, ...]
    removing: tuple[int, ...]
    looks: int | None

    @property
    def target(self) -> tuple[int, ...]:
        return without(self.replicas, self.removing)

    @property
    def ends(self) -> bool:
        """As Kafka has it, it waits for replicas in sync that it removes at once."""
        return set(self.adding).isdisjoint(self.removing)


class FakeReplicas:
    """Implements Replicas."""

    def __init__(self, cluster: FakeCluster) -> None:
        self._cluster = cluster

    def list_partition_reassignments(self) -> Mapping[TopicPartition, Reassignment]:
        cluster = self._cluster
        cluster.arrive("list_partition_reassignments")
        if CLUSTER in cluster.denied["DESCRIBE"]:
            what = "cannot list the reassignments of fake"
            raise NotAuthorized(f"{what}: {CLUSTER_DENIED} (needs DESCRIBE on the cluster)")
        found = {}
        for place, move in list(cluster.moves.items()):
            if partition_at(cluster, place) is None:
                del cluster.moves[place]
                continue
            if move.looks == 0 and move.ends and not is_held(cluster, place, move):
                settle(cluster, place, move)
                continue
            if move.looks:
                cluster.moves[place] = move._replace(looks=move.looks - 1)
            found[place] = Reassignment(move.replicas, move.adding, move.removing)
        return found

    def alter_partition_reassignments(self, targets: Mapping[TopicPartition, Target]) -> Answers:
        def decide(place: TopicPartition) -> Rejection | None:
            return self._refusal(place, targets[place])

        def act(place: TopicPartition) -> None:
            self._begin(place, targets[place])

        return self._write("alter_partition_reassignments", targets, decide, act)

    def elect_leaders(self, partitions: Collection[TopicPartition]) -> Answers:
        return self._write("elect_leaders", partitions, self._unelectable, self._elect)

    def describe_log_dirs(self) -> Mapping[int, LogDirs | Rejection]:
        self._cluster.arrive("describe_log_dirs")
        found: dict[int, LogDirs | Rejection] = {}
        for broker in self._cluster.brokers:
            found[broker.id] = self._log_dirs(broker.id)
        return found

    def close(self) -> None:
        """There is nothing to close."""

    def _write(
        self,
        kind: str,
        places: Collection[TopicPartition],
        decide: Callable[[TopicPartition], Rejection | None],
        act: Callable[[TopicPartition], None],
    ) -> Answers:
        if not places:
            return {}
        self._cluster.arrive(kind)
        if CLUSTER in self._cluster.denied["ALTER"]:
            return dict.fromkeys(places, CLUSTER_DENIED)
        answers = {place: decide(place) for place in places}
        fate = self._cluster.next_fate(kind)
        if fate != "dropped":
            for place, refused in answers.items():
                if refused is None:
                    act(place)
        return dict.fromkeys(places, self._cluster.loss) if fate else answers

    def _refusal(self, place: TopicPartition, target: Target) -> Rejection | None:
        if partition_at(self._cluster, place) is None:
            return unknown(place)
        if target is None:
            return None if place in self._cluster.moves else NOTHING_MOVES
        if not target:
            return bad_assignment("an empty replica list")
        for broker in target:
            if target.count(broker) > 1:
                return bad_assignment(f"the broker {broker} more than once")
            if broker not in {known.id for known in self._cluster.brokers}:
                return bad_assignment(f"broker {broker}, but no such broker is registered")
            if broker in self._cluster.cordoned():
                why = "all its log directories are cordoned"
                return bad_assignment(f"broker {broker}, but {why}")
        return None

    def _begin(self, place: TopicPartition, target: Target) -> None:
        """Moves replicas, or takes a move back."""
        cluster = self._cluster
        partition = partition_at(cluster, place)
        assert partition is not None
        before = cluster.moves.pop(place, None)
        if target is None:
            assert before is not None
            replicas = without(partition.replicas, before.adding)
            isr = without(partition.isr, before.adding)
            cluster.lay_out(place.topic, partition._replace(replicas=replicas, isr=isr))
            return
        # those of now count, also where a move before is only adding them
        removing = without(partition.replicas, target)
        adding = without(target, partition.replicas)
        if before:
            adding = adding or before.adding
            removing = removing or before.removing
        move = Move((*target, *without(removing, target)), adding, removing, cluster.looks)
        # whoever is added is a replica at once, but not in sync before it has all records
        cluster.lay_out(place.topic, partition._replace(replicas=move.replicas))
        if adding:
            cluster.moves[place] = move
        else:
            settle(cluster, place, move)

    def _unelectable(self, place: TopicPartition) -> Rejection | None:
        partition = partition_at(self._cluster, place)
        if partition is None:
            return unknown(place)
        return None if partition.replicas[0] in partition.isr else NO_PREFERRED

    def _elect(self, place: TopicPartition) -> None:
        partition = partition_at(self._cluster, place)
        assert partition is not None
        self._cluster.lay_out(place.topic, partition._replace(leader=partition.replicas[0]))

    def _log_dirs(self, broker: int) -> LogDirs | Rejection:
        cluster = self._cluster
        if broker in cluster.silent:
            return SILENT
        if CLUSTER in cluster.denied["DESCRIBE"]:
            return CLUSTER_DENIED
        sizes = {}
        for name, topic in cluster.topics.items():
            for partition in topic.partitions:
                place = TopicPartition(name, partition.id)
                if broker in partition.replicas:
                    sizes[place] = cluster.size(place) if broker in partition.isr else 0
        disk = cluster.disks[broker]
        cordoned = broker in cluster.cordoned()
        log_dir = LogDir(None, disk.total_bytes, disk.usable_bytes, sizes, cordoned)
        return {LOG_DIR: log_dir}


def settle(cluster: FakeCluster, place: TopicPartition, move: Move) -> None:
    """The move is complete."""
    cluster.moves.pop(place, None)
    partition = partition_at(cluster, place)
    assert partition is not None
    leader = partition.leader if partition.leader in move.target else move.target[0]
    moved = partition._replace(leader=leader, replicas=move.target, isr=move.target)
    cluster.lay_out(place.topic, moved)


def is_held(cluster: FakeCluster, place: TopicPartition, move: Move) -> bool:
    """Whether a broker is silent, or its rate so slow that no test sees the end."""
    if not cluster.silent.isdisjoint(move.adding):
        return True
    topic = cluster.topics[place.topic]
    throttled = topic.config.get("follower.replication.throttled.replicas", "").split(",")
    for broker in move.adding:
        rate = cluster.dynamic[broker].get(RATE)
        is_slow = rate is not None and int(rate) < _FAST
        if is_slow and ("*" in throttled or f"{place.partition}:{broker}" in throttled):
            return True
    return False


def partition_at(cluster: FakeCluster, place: TopicPartition) -> Partition | None:
    topic = cluster.topics.get(place.topic)
    if topic is None or not 0 <= place.partition < len(topic.partitions):
        return None
    return topic.partitions[place.partition]


def without(brokers: Iterable[int], others: Collection[int]) -> tuple[int, ...]:
    return tuple(broker for broker in brokers if broker not in others)


def unknown(place: TopicPartition) -> Rejection:
    why = f"Unable to find partition {place.topic}:{place.partition}."
    return Rejection(UNKNOWN_TOPIC, "UNKNOWN_TOPIC_OR_PARTITION", why)


def bad_assignment(what: str) -> Rejection:
    why = f"The manual partition assignment includes {what}."
    return Rejection(INVALID_REPLICA_ASSIGNMENT, "INVALID_REPLICATION_ASSIGNMENT", why)
