# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which brokers are to hold what a drained broker holds, and what that moves. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import NamedTuple, TypeAlias

from .._core.wording import some, which
from .._kafka.moves import Layout, Move
from .._kafka.partitions import TopicPartition
from .._kafka.placement.layout import Broker, PlacedPartition
from .._kafka.placement.moves import moves
from .._kafka.placement.room import after, too_large
from .._kafka.placement.strategies import strategy
from .spec import BrokerSpec
from .state import HeldPartition, HeldTopic, Observed

Targets: TypeAlias = Mapping[TopicPartition, tuple[int, ...]]


class Drained(NamedTuple):
    """`moves`: by topic, those to begin, and those that an earlier run began.

    `immovable`: why a topic cannot leave. `too_large`: what does not fit on the other brokers.
    """

    moves: Mapping[str, Sequence[Move]]
    immovable: Mapping[str, str]
    too_large: str


def drain(declared: BrokerSpec, observed: Observed) -> Drained:
    """All replicas leave the broker, and no others move."""
    layout = observed.layout
    immovable = {}
    partitions = []
    for name, topic in observed.topics.items():
        why = _immovable(topic, declared.broker, observed)
        if why:
            immovable[name] = why
        else:
            partitions += [*_to_place(topic, layout)]
    targets = _targets(partitions, declared, layout)
    by_broker = moves(partitions, targets)
    why = too_large(by_broker, layout)
    begun = {}
    for name, topic in observed.topics.items():
        if name not in immovable:
            begun[name] = [_move(partition, targets, layout) for partition in topic.partitions]
    return Drained(begun, immovable, why)


def takers(broker: int, layout: Layout) -> Sequence[Broker]:
    """The brokers that remain to hold what the broker holds."""
    return [taker for taker in layout.takers if taker.id != broker]


def _immovable(topic: HeldTopic, broker: int, observed: Observed) -> str:
    for partition in topic.partitions:
        why = _stays(partition, broker, observed)
        if why:
            return why
    return ""


def _stays(partition: HeldPartition, broker: int, observed: Observed) -> str:
    """Why a partition cannot leave the broker; empty where it can, or does already."""
    number = partition.place.partition
    move = observed.layout.under_way.get(partition.place)
    if move is not None:
        if broker not in move.target:
            return ""
        target = some("broker", [str(target) for target in move.target])
        moving = f"partition {number} is already on its way to {target}"
        return f"{moving}, by another reassignment: wait for it, or take it back"
    if partition.leader is None:
        last, _verb = which("broker", partition.in_sync)
        return f"partition {number} is offline, with all its records on {last}: start {last}"
    down = {*partition.replicas}.difference(observed.alive, [broker])
    if down:
        brokers, verb = which("broker", down)
        return f"{brokers} {verb} down, with replicas of it: start {brokers} first"
    wanted = len(partition.replicas)
    remaining = len(takers(broker, observed.layout))
    if not remaining:
        return "no other broker takes replicas: add brokers, or uncordon one"
    if wanted > remaining:
        left = "1 remains" if remaining == 1 else f"{remaining} remain"
        needed = f"{wanted} replicas need as many brokers, and {left}"
        return f"{needed}: add brokers, or declare fewer replicas"
    return ""


def _to_place(topic: HeldTopic, layout: Layout) -> list[PlacedPartition]:
    """Those that are not on their way already."""
    found = []
    for partition in topic.partitions:
        place = partition.place
        if place in layout.under_way:
            continue
        size = layout.sizes.get(place, 0)
        in_sync = partition.in_sync
        lagging = tuple(held for held in partition.replicas if held not in in_sync)
        placed = PlacedPartition(place, partition.replicas, partition.leader, size, lagging)
        found.append(placed)
    return found


def _targets(
    partitions: Sequence[PlacedPartition], declared: BrokerSpec, layout: Layout
) -> Targets:
    found = {}
    by_factor: defaultdict[int, list[PlacedPartition]] = defaultdict(list)
    for partition in partitions:
        if partition.id in declared.chosen:
            found[partition.id] = declared.chosen[partition.id]
        else:
            factor = len(partition.replicas)
            by_factor[factor].append(partition)
    for factor, same in sorted(by_factor.items()):
        remaining = takers(declared.broker, layout)
        place = strategy(None, remaining)
        placed = place(same, remaining, factor)
        found |= placed
        # each sees what those before it leave
        layout = after(layout, moves(same, placed))
    return found


def _move(partition: HeldPartition, targets: Targets, layout: Layout) -> Move:
    place = partition.place
    if place in layout.under_way:
        return layout.under_way[place]
    size = layout.sizes.get(place, 0)
    return Move(place, partition.replicas, targets[place], size)
