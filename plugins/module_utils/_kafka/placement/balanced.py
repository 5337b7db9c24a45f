# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Gives each broker as many replicas as any other, whatever its rack."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import NamedTuple, TypeAlias

from .draft import Draft, fit
from .layout import Assignments, Broker, PlacedPartition
from .order import in_order
from .substitutes import is_uneven, substitute


def place(
    partitions: Sequence[PlacedPartition],
    brokers: Sequence[Broker],
    factor: int,
    *,
    move: bool = False,
) -> Assignments:
    """As layout.Strategy says.

    The rule: a broker holds at most one replica more of the given partitions than any other.
    """
    if move:
        brokers = _holding_only(partitions, brokers)
    draft = Draft(partitions, brokers, factor, _load)
    fit(draft)
    substitute(draft, _keeps_leaders)
    if move:
        substitute(draft, _always)
        _level(draft)
    return in_order(draft)


def _holding_only(
    partitions: Sequence[PlacedPartition], brokers: Sequence[Broker]
) -> Sequence[Broker]:
    """The brokers as if they held no replicas of others."""
    held: Counter[int] = Counter()
    for partition in partitions:
        held.update(partition.replicas)
    counted = []
    for broker in brokers:
        replicas = held[broker.id]
        counted.append(broker._replace(replicas=replicas))
    return counted


def _load(draft: Draft, _partition: PlacedPartition, broker: int) -> tuple[int, ...]:
    return draft.load(broker)


def _keeps_leaders(_draft: Draft, partition: PlacedPartition, source: int, _target: int) -> bool:
    return source != partition.leader


def _always(_draft: Draft, _partition: PlacedPartition, _source: int, _target: int) -> bool:
    """Better that another replica leads than that one moves."""
    return True


class _Move(NamedTuple):
    """The fields in the order in which they decide: a follower first, then few bytes."""

    of_leader: bool
    bytes: int
    partition: PlacedPartition
    source: int


# by broker, the best one first
_Moves: TypeAlias = dict[int, list[_Move]]


def _level(draft: Draft) -> None:
    """Each move is from a fullest broker to the emptiest, so that none is made in vain."""
    moves = _moves(draft)
    while is_uneven(draft):
        target = min(draft.brokers, key=draft.load)
        candidates = _candidates(draft, moves, target)
        move = min(candidates)
        draft.move(move.partition, move.source, target)
        moves[move.source].remove(move)


def _moves(draft: Draft) -> _Moves:
    found: _Moves = {broker: [] for broker in draft.brokers}
    for partition in draft.partitions:
        for source in draft.chosen(partition):
            of_leader = source == partition.leader
            move = _Move(of_leader, partition.bytes, partition, source)
            found[source].append(move)
    for moves in found.values():
        moves.sort()
    return found


def _candidates(draft: Draft, moves: _Moves, target: int) -> Iterator[_Move]:
    """The best move of each fullest broker: it has partitions that the target lacks."""
    held = draft.held
    most = max(held.values())
    for source in draft.brokers:
        if held[source] == most:
            yield _best(draft, moves[source], target)


def _best(draft: Draft, moves: Sequence[_Move], target: int) -> _Move:
    possible = (move for move in moves if target not in draft.chosen(move.partition))
    return next(possible)
