# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Clusters as tables write them, and random ones."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from ansible_collections.omninode.kafka.plugins.module_utils._kafka.partitions import TopicPartition
from ansible_collections.omninode.kafka.plugins.module_utils._kafka.placement.layout import (
    Assignments,
    Broker,
    PlacedPartition,
    Strategy,
)
from hypothesis import strategies as st

_BROKER = re.compile(r"(\d+)([a-z]?)(?::(\d+))?(?:/(\d+))?")


class Cluster(NamedTuple):
    """`brokers`: those that may hold replicas; the partitions may have some on others."""

    partitions: list[PlacedPartition]
    brokers: list[Broker]
    factor: int

    def placed_by(self, strategy: Strategy, *, move: bool) -> Assignments:
        return strategy(self.partitions, self.brokers, self.factor, move=move)


def brokers(text: str) -> list[Broker]:
    """`1a:5/70 2`: broker 1 in rack a has 5 replicas of 70 bytes, broker 2 no rack and nothing."""
    found = []
    for word in text.split():
        match = _BROKER.fullmatch(word)
        assert match, word
        number, rack, replicas, size = match.groups()
        found.append(Broker(int(number), rack or None, int(replicas or 0), int(size or 0)))
    return found


def partitions(*texts: str) -> list[PlacedPartition]:
    """Partition 0 and those after it; `3 1* 2`: broker 1 leads. Each has 10 bytes."""
    found = []
    for number, text in enumerate(texts):
        words = text.split()
        replicas = tuple(int(word.rstrip("*")) for word in words)
        leaders = [int(word.rstrip("*")) for word in words if word.endswith("*")]
        leader = leaders[0] if leaders else None
        found.append(PlacedPartition(TopicPartition("t", number), replicas, leader, 10))
    return found


def lines(assignments: Assignments) -> list[str]:
    """As `partitions` takes them, without leaders."""
    return [" ".join(map(str, replicas)) for _place, replicas in sorted(assignments.items())]


def after(cluster: Cluster, assignments: Assignments) -> Cluster:
    """The cluster with the plan applied: a leader that had to go is followed by the first one."""
    placed = []
    for partition in cluster.partitions:
        replicas = assignments[partition.id]
        leader = partition.leader if partition.leader in replicas else replicas[0]
        placed.append(partition._replace(replicas=replicas, leader=leader))
    return cluster._replace(partitions=placed)


def kept(partition: PlacedPartition, cluster: Cluster) -> set[int]:
    """The present replicas that may stay."""
    return {broker.id for broker in cluster.brokers}.intersection(partition.replicas)


def totals(cluster: Cluster, assignments: Assignments) -> dict[int, int]:
    """The replicas of the given partitions on each broker."""
    held = {broker.id: 0 for broker in cluster.brokers}
    for replicas in assignments.values():
        for broker in replicas:
            held[broker] += 1
    return held


@st.composite
def clusters(
    draw: st.DrawFn,
    most_brokers: int = 8,
    most_partitions: int = 8,
    present: Sequence[int] = tuple(range(9)),
) -> Cluster:
    """`present`: how many replicas a partition may have now, of those brokers that there are."""
    total = draw(st.integers(1, most_brokers))
    racks = st.sampled_from(
        draw(st.sampled_from([(None,), ("a", "b"), ("a", "b", "c"), ("a", None)]))
    )
    known = [
        Broker(number, draw(racks), draw(st.integers(0, 6)), draw(st.integers(0, 3)))
        for number in range(total)
    ]
    left = draw(st.sets(st.integers(0, total - 1), max_size=total - 1))
    usable = [broker for broker in known if broker.id not in left]
    placed = []
    for number in range(draw(st.integers(1, most_partitions))):
        count = min(total, draw(st.sampled_from(present)))
        replicas = tuple(draw(st.permutations(range(total)))[:count])
        leader = draw(st.sampled_from([*replicas, None]))
        size = draw(st.integers(0, 3))
        placed.append(PlacedPartition(TopicPartition("t", number), replicas, leader, size))
    return Cluster(placed, usable, draw(st.integers(1, len(usable))))
