# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads where the replicas of a cluster are."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from .._cluster.gateway.clusters import Clusters
from .._cluster.gateway.replicas import LogDirs, Reassignment, Replicas
from .._core.errors import StateError
from .._kafka.errors import Rejection
from .._kafka.moves import Layout, Move
from .._kafka.partitions import TopicPartition
from .._kafka.placement.layout import Broker


class Placing(Clusters, Protocol):
    """The APIs that tell where replicas are."""

    def replicas(self) -> Replicas: ...


def read_under_way(gateway: Placing) -> Layout:
    """Only what moves, without sizes: the controller tells that. Raises StateError."""
    replicas = gateway.replicas()
    try:
        reassignments = replicas.list_partition_reassignments()
    finally:
        replicas.close()
    under_way = {}
    for place, moving in reassignments.items():
        under_way[place] = _move(place, moving, 0)
    brokers = []
    for broker in gateway.describe_cluster().brokers:
        alive = Broker(broker.id, broker.rack, 0, 0)
        brokers.append(alive)
    return Layout(tuple(brokers), {}, {}, under_way)


def read_layout(gateway: Placing) -> Layout:
    """Raises StateError where a broker does not tell; needs DESCRIBE on the cluster."""
    with_racks = gateway.describe_cluster().brokers
    replicas = gateway.replicas()
    try:
        reassignments = replicas.list_partition_reassignments()
        answers = replicas.describe_log_dirs()
    finally:
        replicas.close()
    brokers = []
    replicas_held = {}
    usable = {}
    cordoned = set()
    sizes: dict[TopicPartition, int] = {}
    for broker in with_racks:
        dirs = _told(broker.id, answers)
        held = replicas_of(dirs)
        replicas_held[broker.id] = held
        brokers.append(Broker(broker.id, broker.rack, len(held), sum(held.values())))
        usable[broker.id] = _usable(dirs)
        if _is_cordoned(dirs):
            cordoned.add(broker.id)
        for place, size in held.items():
            # a replica that is on its way is smaller than the others
            sizes[place] = max(size, sizes.get(place, 0))
    under_way = {}
    for place, moving in reassignments.items():
        move = _move(place, moving, sizes.get(place, 0))
        under_way[place] = move._replace(copied=copied_of(move, replicas_held))
    return Layout(tuple(brokers), usable, sizes, under_way, frozenset(cordoned))


def replicas_of(dirs: LogDirs) -> Mapping[TopicPartition, int]:
    """The size in bytes of each replica that a broker holds."""
    held: dict[TopicPartition, int] = {}
    for log_dir in dirs.values():
        held |= log_dir.replicas
    return held


def copied_of(move: Move, held: Mapping[int, Mapping[TopicPartition, int]]) -> int:
    """The bytes that have arrived where they are copied to. `held`: by broker."""
    copied = 0
    for broker in move.adding:
        present = held.get(broker, {}).get(move.partition, 0)
        # what was written meanwhile is copied too
        copied += min(present, move.bytes)
    return copied


def _move(place: TopicPartition, moving: Reassignment, size: int) -> Move:
    before = [broker for broker in moving.replicas if broker not in moving.adding]
    target = [broker for broker in moving.replicas if broker not in moving.removing]
    return Move(place, tuple(before), tuple(target), size)


def _told(broker: int, answers: Mapping[int, LogDirs | Rejection]) -> LogDirs:
    dirs = answers.get(broker)
    if dirs is None or isinstance(dirs, Rejection):
        why = dirs or "it did not answer"
        raise StateError(f"cannot read the log dirs of broker {broker}: {why}")
    return dirs


def _is_cordoned(dirs: LogDirs) -> bool:
    """Whether no log dir takes new replicas."""
    working = [log_dir for log_dir in dirs.values() if not log_dir.error]
    return bool(working) and all(log_dir.cordoned for log_dir in working)


def _usable(dirs: LogDirs) -> int | None:
    """Free bytes of all volumes; log dirs that tell the same numbers are on the same one."""
    volumes = set()
    for log_dir in dirs.values():
        if log_dir.error:
            continue
        if log_dir.usable_bytes is None:
            return None
        volumes.add((log_dir.total_bytes, log_dir.usable_bytes))
    return sum(usable for _total, usable in volumes)
