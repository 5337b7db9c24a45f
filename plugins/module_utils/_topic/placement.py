# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which brokers are to hold the replicas of a topic, and what that moves. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from .._kafka.moves import Brake, Layout
from .._kafka.partitions import TopicPartition, partitions_of
from .._kafka.placement.explicit import wrong_assignments
from .._kafka.placement.layout import Broker, PlacedPartition, Strategy
from .._kafka.placement.moves import BrokerMoves, moves
from .._kafka.placement.strategies import STRATEGIES, default_strategy
from .._kafka.quantities import about_bytes
from . import hazards
from .change import REASSIGN, Evidence, Moves, Shape, TopicChange
from .fields import BALANCED, RACK_AWARE
from .spec import TopicSpec
from .state import TopicState

Targets = Mapping[TopicPartition, tuple[int, ...]]


class Planned(NamedTuple):
    """The change, if any, or why it cannot be made; and the layout after it."""

    change: TopicChange | None
    refused: str
    layout: Layout


class NewPlacement(NamedTuple):
    """The brokers of each partition of a new topic, or why there can be none; the layout after."""

    assignments: Mapping[int, tuple[int, ...]]
    refused: str
    layout: Layout


def plan_move(spec: TopicSpec, state: TopicState, layout: Layout, brake: Brake) -> Planned:
    """`layout`: as it will be when what was planned before is done."""
    for why in _immovable(spec, state, layout):
        return Planned(None, why, layout)
    partitions = _partitions(state, layout)
    planned = _targets(spec, partitions, layout)
    if not planned:
        return Planned(None, "", layout)
    under_way = sorted(planned.keys() & layout.targets.keys())
    if under_way:
        return Planned(None, _under_way(under_way[0], layout), layout)
    by_broker = moves(partitions, planned)
    too_large = _too_large(by_broker, layout)
    if too_large:
        return Planned(None, too_large, layout)
    change = _change(spec, state, planned, by_broker, brake)
    return Planned(change, "", _after(layout, by_broker))


def place_new(spec: TopicSpec, partitions: int, factor: int, layout: Layout) -> NewPlacement:
    """`layout`: as it will be when what was planned before is done."""
    for why in _unplaceable(spec, partitions, factor, layout, is_new=True):
        return NewPlacement({}, why, layout)
    new = []
    for place in partitions_of(spec.name, partitions):
        new.append(PlacedPartition(place, (), None, 0))
    placed: Targets = {item.id: spec.assignments.get(item.id.partition, ()) for item in new}
    if not spec.assignments:
        place_all = _strategy(spec.placement, layout.brokers)
        placed = place_all(new, layout.brokers, factor)
    assignments = {place.partition: brokers for place, brokers in sorted(placed.items())}
    return NewPlacement(assignments, "", _after(layout, moves(new, placed)))


def _immovable(spec: TopicSpec, state: TopicState, layout: Layout) -> Iterator[str]:
    present = [len(brokers) for brokers in state.replicas.values()]
    wanted = spec.wanted_replicas or max(present)
    yield from _unplaceable(spec, state.partitions, wanted, layout, is_new=False)
    in_sync = spec.config.get(hazards.IN_SYNC) or state.effective(hazards.IN_SYNC)
    if in_sync and in_sync.isdecimal() and wanted < int(in_sync):
        yield f"{wanted} replicas are fewer than {hazards.IN_SYNC} {in_sync}: lower that too"


def _unplaceable(
    spec: TopicSpec, partitions: int, wanted: int, layout: Layout, *, is_new: bool
) -> Iterator[str]:
    if spec.assignments:
        known = {broker.id for broker in layout.brokers}
        wrong = wrong_assignments([*spec.assignments.items()], partitions, known, is_new=is_new)
        if wrong:
            yield f"assignments: {'; '.join(wrong)}"
    alive = len(layout.brokers)
    if wanted > alive:
        yield f"{wanted} replicas need as many brokers, and {alive} are alive"
    if spec.placement == RACK_AWARE:
        without = [str(broker.id) for broker in layout.brokers if not broker.rack]
        if without:
            names = ", ".join(without)
            remedy = f"set broker.rack of broker {names}, or declare {BALANCED}"
            yield f"placement {RACK_AWARE}: {remedy}"


def _partitions(state: TopicState, layout: Layout) -> list[PlacedPartition]:
    """Those on their way as they will be."""
    partitions = []
    for number, replicas in state.replicas.items():
        place = TopicPartition(state.name, number)
        present = layout.targets.get(place, replicas)
        size = layout.sizes.get(place, 0)
        partitions.append(PlacedPartition(place, present, state.leaders.get(number), size))
    return partitions


def _targets(spec: TopicSpec, partitions: Sequence[PlacedPartition], layout: Layout) -> Targets:
    """The partitions that move, with their brokers afterwards."""
    if spec.assignments:
        moved: dict[TopicPartition, tuple[int, ...]] = {}
        for item in partitions:
            wanted = spec.assignments.get(item.id.partition, item.replicas)
            if wanted != item.replicas:
                moved[item.id] = wanted
        return moved
    place = _strategy(spec.placement, layout.brokers)
    by_factor: defaultdict[int, list[PlacedPartition]] = defaultdict(list)
    for item in partitions:
        by_factor[spec.wanted_replicas or len(item.replicas)].append(item)
    found: dict[TopicPartition, tuple[int, ...]] = {}
    for factor, same in by_factor.items():
        placed = place(same, layout.brokers, factor, move=bool(spec.placement))
        for item in same:
            # which one leads is no reason to move
            if set(placed[item.id]) != set(item.replicas):
                found[item.id] = placed[item.id]
    return found


def _strategy(placement: str | None, brokers: Sequence[Broker]) -> Strategy:
    return STRATEGIES[placement or default_strategy(brokers)]


def _under_way(place: TopicPartition, layout: Layout) -> str:
    target = ", ".join(map(str, layout.targets[place]))
    moving = f"partition {place.partition} is already on its way to brokers {target}"
    return f"{moving}, by another reassignment: wait for it, or cancel it"


def _too_large(by_broker: Mapping[int, BrokerMoves], layout: Layout) -> str:
    for broker, amount in by_broker.items():
        usable = layout.usable.get(broker)
        arriving = amount.arriving.bytes
        if usable is not None and arriving > usable:
            free = f"which has {about_bytes(usable)} left"
            return f"{about_bytes(arriving)} do not fit on broker {broker}, {free}"
    return ""


def _change(
    spec: TopicSpec,
    state: TopicState,
    planned: Targets,
    by_broker: Mapping[int, BrokerMoves],
    brake: Brake,
) -> TopicChange:
    targets = {place.partition: brokers for place, brokers in planned.items()}
    before = {number: state.replicas[number] for number in targets}
    old, new = Shape(assignments=before), Shape(assignments=targets)
    wanted = spec.wanted_replicas
    present = [len(brokers) for brokers in before.values()]
    if wanted is not None and any(count != wanted for count in present):
        old = old._replace(replication_factor=state.replication_factor)
        new = new._replace(replication_factor=wanted)
    found = []
    copied = sum(amount.arriving.bytes for amount in by_broker.values())
    if copied:
        found.append(hazards.TRAFFIC)
    if any(len(brokers) < len(before[number]) for number, brokers in targets.items()):
        found.append(hazards.DURABILITY)
    evidence = Evidence(moves=_moves(len(targets), copied, by_broker, brake))
    return TopicChange(spec.name, REASSIGN, old, new, tuple(found), evidence)


def _moves(
    partitions: int, copied: int, by_broker: Mapping[int, BrokerMoves], brake: Brake
) -> Moves:
    seconds = None
    if brake.throttle is not None:
        busiest = max(amount.arriving.bytes for amount in by_broker.values())
        seconds = -(-busiest // brake.throttle)
    return Moves(partitions, copied, seconds, brake.throttle)


def _after(layout: Layout, by_broker: Mapping[int, BrokerMoves]) -> Layout:
    """What arrives needs room at once; what leaves gives it back only later."""
    brokers = []
    usable = dict(layout.usable)
    for broker in layout.brokers:
        amount = by_broker.get(broker.id)
        if amount is None:
            brokers.append(broker)
            continue
        replicas = broker.replicas + amount.arriving.replicas - amount.leaving.replicas
        held = broker.bytes + amount.arriving.bytes - amount.leaving.bytes
        brokers.append(broker._replace(replicas=replicas, bytes=held))
        free = usable[broker.id]
        if free is not None:
            usable[broker.id] = free - amount.arriving.bytes
    return layout._replace(brokers=tuple(brokers), usable=usable)
