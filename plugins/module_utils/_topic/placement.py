# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which brokers are to hold the replicas of a topic, and what that moves. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from .._core.wording import some, which
from .._kafka.moves import Brake, Layout, Move, weight
from .._kafka.partitions import TopicPartition
from .._kafka.placement.explicit import wrong_assignments
from .._kafka.placement.layout import PlacedPartition
from .._kafka.placement.moves import moves
from .._kafka.placement.room import after, too_large
from .._kafka.placement.strategies import strategy
from . import hazards
from .change import REASSIGN, Brokers, Evidence, Shape, TopicChange
from .fields import BALANCED, RACK_AWARE
from .spec import TopicSpec
from .state import TopicState

Targets = Mapping[TopicPartition, tuple[int, ...]]


class Planned(NamedTuple):
    """The change, if any, or why it cannot be made; and the layout after it.

    `added`: the brokers of partitions that the topic does not have yet, where the declaration asks
    for certain ones.
    """

    change: TopicChange | None
    refused: str
    layout: Layout
    added: Mapping[int, tuple[int, ...]] = {}


class NewPlacement(NamedTuple):
    """The brokers of each partition of a new topic, or why there can be none; the layout after."""

    assignments: Brokers
    refused: str
    layout: Layout


def plan_move(
    spec: TopicSpec, state: TopicState, in_sync: int, layout: Layout, brake: Brake
) -> Planned:
    """`layout`: as it will be when what was planned before is done.

    `in_sync`: the min.insync.replicas after the run.
    """
    if not (spec.is_placed or spec.wanted_replicas):
        return Planned(None, "", layout)
    down = _down(state, layout)
    if down and not spec.assignments:
        why = _waits(spec, state, down)
        begun = _moved(state, {}, layout)
        if why or not begun:
            return Planned(None, why, layout)
        return Planned(_change(spec, begun, brake, layout), "", layout)
    for why in _immovable(spec, state, layout):
        return Planned(None, why, layout)
    partitions = [*_present(state, layout), *_missing(spec, state)]
    placed = _targets(spec, partitions, layout)
    by_broker = moves(partitions, placed)
    why = _on_cordoned(placed, layout)
    why = why or _moving_elsewhere(placed, layout) or too_large(by_broker, layout)
    if why:
        return Planned(None, why, layout)
    left = after(layout, by_broker)
    added = {}
    for place, brokers in placed.items():
        if place.partition not in state.replicas:
            added[place.partition] = brokers
    moved = _moved(state, placed, layout)
    if not moved:
        return Planned(None, "", left, added)
    change = _change(spec, moved, brake, layout)
    too_few = _too_few(change, in_sync)
    if too_few:
        return Planned(None, too_few, layout)
    return Planned(change, "", left, added)


def place_new(spec: TopicSpec, partitions: int, factor: int, layout: Layout) -> NewPlacement:
    """`layout`: as it will be when what was planned before is done."""
    for why in _unplaceable(spec, partitions, factor, layout, is_new=True):
        return NewPlacement({}, why, layout)
    new = _without_brokers(spec.name, range(partitions))
    placed: Targets = _written(spec, new)
    if not spec.assignments:
        place_all = strategy(spec.placement, layout.takers)
        placed = place_all(new, layout.takers, factor)
    why = _on_cordoned(placed, layout)
    if why:
        return NewPlacement({}, why, layout)
    assignments = {}
    for place, brokers in sorted(placed.items()):
        assignments[place.partition] = brokers
    return NewPlacement(assignments, "", after(layout, moves(new, placed)))


def _down(state: TopicState, layout: Layout) -> list[int]:
    """The brokers that hold replicas of the topic and are not alive."""
    held = {broker for brokers in state.replicas.values() for broker in brokers}
    alive = {broker.id for broker in layout.brokers}
    return sorted(held - alive)


def _waits(spec: TopicSpec, state: TopicState, down: Sequence[int]) -> str:
    """Nothing where only the placement is asked for: a broker may just be restarting."""
    present = {len(brokers) for brokers in state.replicas.values()}
    if spec.replication_factor in (None, *present) and len(present) == 1:
        return ""
    brokers, verb = which("broker", down)
    return f"{brokers} {verb} down, with replicas of it: start {brokers}, or declare assignments"


def _immovable(spec: TopicSpec, state: TopicState, layout: Layout) -> Iterator[str]:
    """Nothing of a topic that stays as it is, or whose moves an earlier run began."""
    if not spec.may_move(state.replicas):
        return
    present = [len(brokers) for brokers in state.replicas.values()]
    wanted = spec.wanted_replicas or max(present)
    total = max(state.partitions, spec.partitions or 0)
    yield from _unplaceable(spec, total, wanted, layout, is_new=False)
    if not spec.assignments:
        return
    for number in range(state.partitions, total):
        if number not in spec.assignments:
            yield f"assignments: partition {number} is missing: write its brokers"


def _too_few(change: TopicChange, in_sync: int) -> str:
    """Why the topic would take no writes with acks=all."""
    held = [len(brokers) for brokers in change.targets.values()]
    left = min(held)
    loses_replicas = hazards.DURABILITY in change.hazards
    if left >= in_sync or not loses_replicas:
        return ""
    replicas = f"{left} replicas are"
    if left == 1:
        replicas = "1 replica is"
    least = f"{hazards.IN_SYNC} {in_sync}"
    return f"{replicas} fewer than {least}: declare that lower too"


def _unplaceable(
    spec: TopicSpec, partitions: int, wanted: int, layout: Layout, *, is_new: bool
) -> Iterator[str]:
    if spec.assignments:
        known = {broker.id for broker in layout.brokers}
        written = [*spec.assignments.items()]
        wrong = wrong_assignments(written, partitions, known, is_new=is_new)
        if wrong:
            yield f"assignments: {'; '.join(wrong)}"
    yield from _too_many(spec, wanted, layout)
    if spec.placement == RACK_AWARE:
        without = [str(broker.id) for broker in layout.takers if not broker.rack]
        if without:
            brokers = some("broker", without)
            remedy = f"set broker.rack of {brokers}, or declare {BALANCED}"
            yield f"placement {RACK_AWARE}: {remedy}"


def _too_many(spec: TopicSpec, wanted: int, layout: Layout) -> Iterator[str]:
    alive = len(layout.brokers)
    takers = len(layout.takers)
    verb = "is" if alive == 1 else "are"
    why = f"{wanted} replicas need as many brokers, and {alive} {verb} alive"
    if wanted > alive:
        yield why
    elif wanted > takers and not spec.assignments:
        cordoned = _cordoned(layout.cordoned)
        yield f"{why}, but {cordoned}"


def _cordoned(brokers: Collection[int]) -> str:
    """Such as `brokers 2, 3 are cordoned`."""
    return f"{' '.join(which('broker', brokers))} cordoned"


def _on_cordoned(placed: Targets, layout: Layout) -> str:
    """Kafka refuses these, also where the broker has the replica already."""
    for place, brokers in sorted(placed.items()):
        closed = layout.cordoned.intersection(brokers)
        if closed:
            named = f"partition {place.partition} names broker {min(closed)}"
            return f"{named}, which is cordoned: write another, or set it active"
    return ""


def _present(state: TopicState, layout: Layout) -> list[PlacedPartition]:
    """Those on their way as they will be."""
    partitions = []
    for number, replicas in state.replicas.items():
        place = TopicPartition(state.name, number)
        move = layout.under_way.get(place)
        present = move.target if move else replicas
        size = layout.sizes.get(place, 0)
        in_sync = state.in_sync.get(number, present)
        behind = [broker for broker in present if broker not in in_sync]
        lagging = tuple(behind)
        leader = state.leaders.get(number)
        partitions.append(PlacedPartition(place, present, leader, size, lagging))
    return partitions


def _missing(spec: TopicSpec, state: TopicState) -> list[PlacedPartition]:
    """The partitions to be added, where the declaration says which brokers hold them."""
    total = spec.partitions or 0
    if not spec.is_placed or state.belongs_to_kafka:
        return []
    return _without_brokers(state.name, range(state.partitions, total))


def _without_brokers(topic: str, numbers: Iterable[int]) -> list[PlacedPartition]:
    """Partitions that do not exist yet."""
    new = []
    for number in numbers:
        place = TopicPartition(topic, number)
        new.append(PlacedPartition(place, (), None, 0))
    return new


def _targets(spec: TopicSpec, partitions: Sequence[PlacedPartition], layout: Layout) -> Targets:
    """The partitions that move, with their brokers afterwards."""
    found = _written(spec, partitions)
    by_factor: defaultdict[int, list[PlacedPartition]] = defaultdict(list)
    # Kafka adds partitions only with as many replicas as the first one has
    first = min(partitions)
    usual = len(found.get(first.id, first.replicas))
    must_obey = spec.placement is not None
    for item in partitions:
        present = len(item.replicas)
        factor = spec.replication_factor or present or usual
        # the strategy would move replicas away from a broker that is down
        is_obeyed = must_obey and layout.cordoned.isdisjoint(item.replicas)
        stays = factor == present and not is_obeyed
        if not stays and item.id.partition not in spec.assignments:
            by_factor[factor].append(item)
    place = strategy(spec.placement, layout.takers)
    for factor, same in by_factor.items():
        placed = place(same, layout.takers, factor, move=must_obey)
        for item in same:
            wanted = placed[item.id]
            # which one leads is no reason to move
            if set(wanted) != set(item.replicas):
                found[item.id] = wanted
    return found


def _written(
    spec: TopicSpec, partitions: Sequence[PlacedPartition]
) -> dict[TopicPartition, tuple[int, ...]]:
    found: dict[TopicPartition, tuple[int, ...]] = {}
    for item in partitions:
        wanted = spec.assignments.get(item.id.partition, item.replicas)
        if wanted != item.replicas:
            found[item.id] = wanted
    return found


def _moving_elsewhere(placed: Targets, layout: Layout) -> str:
    for place, move in sorted(layout.under_way.items()):
        if place in placed:
            target = some("broker", [str(broker) for broker in move.target])
            moving = f"partition {place.partition} is already on its way to {target}"
            remedy = "wait for it, or take it back (cancel_moves)"
            return f"{moving}, by another reassignment: {remedy}"
    return ""


def _moved(state: TopicState, planned: Targets, layout: Layout) -> list[Move]:
    """Those to begin, and those of the topic that a run before this one began."""
    moved = []
    for number, replicas in state.replicas.items():
        place = TopicPartition(state.name, number)
        if place in planned:
            size = layout.sizes.get(place, 0)
            moved.append(Move(place, replicas, planned[place], size))
        elif place in layout.under_way:
            moved.append(layout.under_way[place])
    return moved


def _change(spec: TopicSpec, moved: Sequence[Move], brake: Brake, layout: Layout) -> TopicChange:
    before = {}
    target = {}
    found = set()
    for move in moved:
        number = move.partition.partition
        before[number] = move.before
        target[number] = move.target
        if move.bytes_to_copy:
            found.add(hazards.TRAFFIC)
        if len(move.target) < len(move.before):
            found.add(hazards.DURABILITY)
    old = Shape(assignments=before)
    new = Shape(assignments=target)
    present = {len(brokers) for brokers in before.values()}
    wanted = spec.replication_factor
    if wanted is not None and present != {wanted} and not spec.assignments:
        old = old._replace(replication_factor=min(present))
        new = new._replace(replication_factor=wanted)
    ordered = tuple(hazard for hazard in hazards.ALL if hazard in found)
    evidence = Evidence(moves=weight(moved, brake, layout.usable))
    return TopicChange(spec.name, REASSIGN, old, new, ordered, evidence)
