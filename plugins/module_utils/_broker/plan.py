# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Compares the declared state of a broker with the observed one: what to change. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TypeAlias

from .._core.guard import impossible
from .._core.plan import Plan, Reason, Refusal
from .._kafka.moves import Move, usable_after, weight
from . import hazards
from .change import (
    BROKER,
    CANCEL_REASSIGN,
    CORDON,
    ELECT_LEADERS,
    LIFT_THROTTLE,
    REASSIGN,
    TOPIC,
    UNCORDON,
    BrokerChange,
    Evidence,
    Shape,
    reason_of,
)
from .placement import drain
from .spec import DRAINED, BrokerSpec
from .state import CORDONS, EVERYTHING, HeldPartition, HeldTopic, Observed

Usable: TypeAlias = Mapping[int, "int | None"]


def plan_broker(declared: BrokerSpec, observed: Observed) -> Plan[BrokerChange]:
    """Everything that makes `observed` match `declared`, in the order of its application."""
    unknown = tuple(_unknown(declared, observed))
    if unknown:
        return Plan((), unknown)
    warnings: Iterable[str] = ()
    refusals: Sequence[Refusal] = ()
    if declared.state == DRAINED:
        changes, refusals = _drain(declared, observed)
        warnings = _uncordonable(declared, observed)
    else:
        changes = _activate(declared, observed)
    asked = [change for change in changes if declared.asks_for(change.key)]
    is_unchanged = not asked and not refusals
    return Plan(tuple(asked), tuple(refusals), int(is_unchanged), tuple(warnings))


def _unknown(declared: BrokerSpec, observed: Observed) -> Iterator[Refusal]:
    is_part = declared.only is not None
    is_known = declared.broker in observed.alive or observed.held
    # a part of the declaration need not be about replicas
    if is_part or is_known:
        return
    numbers = map(str, sorted(observed.alive))
    alive = ", ".join(numbers)
    absent = "the cluster has no such broker, or it is down and has no replicas"
    yield _of_broker(declared, f"{absent}: the brokers that are alive are {alive}")


def _of_broker(declared: BrokerSpec, why: str) -> Refusal:
    verb = "activate"
    if declared.state == DRAINED:
        verb = "drain"
    reason = Reason(BROKER, verb, "", "", why, "")
    refusal = impossible(declared.name, reason)
    key = BROKER, declared.name
    return replace(refusal, key=key)


def _of_topic(name: str, why: str) -> Refusal:
    reason = reason_of(REASSIGN, why)
    refusal = impossible(name, reason)
    key = TOPIC, name
    return replace(refusal, key=key)


def _uncordonable(declared: BrokerSpec, observed: Observed) -> Iterator[str]:
    if observed.cordon is not None:
        return
    why = f"its Kafka has no {CORDONS}"
    if declared.broker not in observed.alive:
        why = "it is down"
    placed = "until it is gone for good, Kafka may place new partitions on it"
    moved = "a run of topics with a declared placement may move replicas back"
    yield f"broker {declared.broker} cannot be cordoned, since {why}: {placed}, and {moved}"


def _drain(
    declared: BrokerSpec, observed: Observed
) -> tuple[Sequence[BrokerChange], list[Refusal]]:
    refusals = []
    for name in declared.assigned:
        why = f"its declared assignments name broker {declared.broker}: declare other brokers"
        refusals.append(_of_topic(name, why))
    drained = drain(declared, observed)
    for name, why in drained.immovable.items():
        refusals.append(_of_topic(name, why))
    if drained.too_large:
        refusals.append(_of_broker(declared, drained.too_large))
    changes = list(_cordon(declared, observed))
    elections: list[BrokerChange] = []
    usable = observed.layout.usable
    for name, moves in sorted(drained.moves.items()):
        topic = observed.topics[name]
        changes.append(_reassign(topic, moves, declared, usable))
        usable = usable_after(moves, usable)
        left_off = _left_off(topic, moves)
        elections += _elect(topic, left_off)
    changes += _lifting(changes, observed)
    return changes + elections, refusals


def _cordon(declared: BrokerSpec, observed: Observed) -> Iterator[BrokerChange]:
    """Nothing where the log dirs of the broker are all cordoned one by one."""
    cordon = observed.cordon
    is_cordoned = declared.broker in observed.layout.cordoned
    if cordon is None or is_cordoned:
        return
    before = cordon.dirs or None
    if before == EVERYTHING:
        return
    old = Shape(cordon={CORDONS: before})
    new = Shape(cordon={CORDONS: EVERYTHING})
    yield BrokerChange(declared.name, CORDON, old, new)


def _reassign(
    topic: HeldTopic, moves: Sequence[Move], declared: BrokerSpec, usable: Usable
) -> BrokerChange:
    """`usable`: the free bytes of each broker when the moves before these have arrived."""
    before = {}
    target = {}
    copied = 0
    for move in moves:
        number = move.partition.partition
        before[number] = move.before
        target[number] = move.target
        copied += move.bytes_to_copy
    found = (hazards.TRAFFIC,) if copied else ()
    return BrokerChange(
        topic.name,
        REASSIGN,
        Shape(assignments=before),
        Shape(assignments=target),
        found,
        Evidence(moves=weight(moves, declared.brake, usable)),
        topic.belongs_to_kafka,
    )


def _left_off(topic: HeldTopic, moves: Sequence[Move]) -> Iterator[HeldPartition]:
    """The partitions whose leader stays, but is not the preferred one after the moves.

    Where the leader leaves, Kafka elects the preferred one.
    """
    for partition, move in zip(topic.partitions, moves, strict=True):
        if partition.leader in move.target:
            yield partition._replace(replicas=move.target)


def _elect(topic: HeldTopic, partitions: Iterator[HeldPartition]) -> Iterator[BrokerChange]:
    """`partitions`: with their replicas as they will be."""
    before = {}
    after = {}
    for partition in partitions:
        preferred = partition.replicas[0]
        if partition.leader != preferred:
            number = partition.place.partition
            before[number] = partition.leader
            after[number] = preferred
    if after:
        old = Shape(leaders=before)
        yield BrokerChange(topic.name, ELECT_LEADERS, old, Shape(leaders=after))


def _activate(declared: BrokerSpec, observed: Observed) -> Sequence[BrokerChange]:
    broker = declared.broker
    changes = list(_uncordon(declared, observed))
    elections: list[BrokerChange] = []
    for name in sorted(observed.topics):
        topic = observed.topics[name]
        changes += _cancel(topic, broker, observed)
        led_elsewhere = _led_elsewhere(topic, broker, observed)
        elections += _elect(topic, led_elsewhere)
    changes += _lifting(changes, observed)
    return changes + elections


def _lifting(changes: Iterable[BrokerChange], observed: Observed) -> Sequence[BrokerChange]:
    """Lifts the throttles that an earlier run has left, of topics that do not move any more.

    Nothing where this run begins, awaits or takes back a move: that lifts them at its end.
    """
    operations = {change.operation for change in changes}
    left = observed.left
    if left is None or not operations.isdisjoint((REASSIGN, CANCEL_REASSIGN)):
        return ()
    found = []
    rates, rates_before = left.rates()
    for name, config in sorted(left.found.topics.items()):
        before = left.before.topics[name]
        if config != before:
            old = Shape(config=config, brokers=rates or None)
            new = Shape(config=before, brokers=rates_before or None)
            found.append(BrokerChange(name, LIFT_THROTTLE, old, new))
    return found


def _uncordon(declared: BrokerSpec, observed: Observed) -> Iterator[BrokerChange]:
    cordon = observed.cordon
    if cordon is None or not cordon.dirs:
        return
    old = Shape(cordon={CORDONS: cordon.dirs})
    # what the properties of the broker say cannot be unset
    lifted = None if cordon.overridden else ""
    new = Shape(cordon={CORDONS: lifted})
    evidence = Evidence(replicas=observed.held)
    yield BrokerChange(declared.name, UNCORDON, old, new, evidence=evidence)


def _leaving(partition: HeldPartition, broker: int, observed: Observed) -> Move | None:
    """The move that takes the partition off the broker."""
    move = observed.layout.under_way.get(partition.place)
    if move is None or broker in move.target:
        return None
    return move


def _cancel(topic: HeldTopic, broker: int, observed: Observed) -> Iterator[BrokerChange]:
    before = {}
    after = {}
    for partition in topic.partitions:
        move = _leaving(partition, broker, observed)
        if move is not None:
            number = partition.place.partition
            before[number] = move.target
            after[number] = move.before
    if after:
        old = Shape(assignments=before)
        new = Shape(assignments=after)
        yield BrokerChange(topic.name, CANCEL_REASSIGN, old, new)


def _led_elsewhere(topic: HeldTopic, broker: int, observed: Observed) -> Iterator[HeldPartition]:
    """The partitions that the broker should lead, and could, without the moves that leave it."""
    if broker not in observed.alive:
        return
    for partition in topic.partitions:
        move = _leaving(partition, broker, observed)
        replicas = move.before if move else partition.replicas
        is_preferred = replicas[0] == broker
        if is_preferred and broker in partition.in_sync:
            yield partition._replace(replicas=replicas)
