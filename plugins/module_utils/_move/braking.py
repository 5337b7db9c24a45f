# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Throttles moves while they last, and sets again what was set before, whatever happens."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from typing import NamedTuple, Protocol

from .._cluster.gateway.clusters import Clusters
from .._cluster.gateway.replicas import Replicas
from .._core.errors import StateError
from .._core.wording import because
from .._kafka.moves import Brake, Move
from .._kafka.throttles import LeftOver, Throttles
from .clock import Clock
from .note import Note, read_note, remove_note, write_note
from .throttle import (
    Throttling,
    as_before,
    await_rates,
    read_throttles,
    wanted_throttles,
    without_ours,
    write_throttles,
)

_NOTHING = Throttles({}, {})
_STAYS = (
    "the throttle of the moves stays set, and no run will know that it is not somebody else's:"
    " with undo_file, a later run takes it away"
)


class Braking(Throttling, Clusters, Protocol):
    """The APIs that throttle moves, and tell when they have ended."""

    def replicas(self) -> Replicas: ...


class Before(NamedTuple):
    """What is set, and was set before runs of ours; and their note, if there is one."""

    left: LeftOver
    note: Note | None


def before_moves(gateway: Braking, folder: str | None, wanted: Throttles) -> Before:
    """As a killed run noted it, or else as it is now. Raises StateError."""
    note = None
    if folder:
        cluster_id = gateway.describe_cluster().cluster_id
        note = read_note(folder, cluster_id)
    if note is None:
        found = read_throttles(gateway, wanted)
        return Before(LeftOver(found, without_ours(found, wanted)), None)
    found = read_throttles(gateway, wanted.with_more(note.before))
    # a broker that is down may be back before the moves end
    brokers = {**note.before.brokers, **found.brokers}
    found = found._replace(brokers=brokers)
    return Before(LeftOver(found, as_before(found, note.before, note.ours)), note)


def left_over(
    gateway: Braking, folder: str | None, topics: Collection[str] | None, moving: Collection[str]
) -> LeftOver | None:
    """The throttles of a killed run on these topics, and on brokers; None where it noted none.

    `topics`: None stands for all that it noted. Those that are `moving` are left out, and brokers
    too while any topic of the note moves. Raises StateError.
    """
    if folder is None:
        return None
    found, before = before_moves(gateway, folder, _NOTHING).left
    names = before.topics.keys() - moving
    if topics is not None:
        names = names.intersection(topics)
    if found == before or not names:
        return None
    is_quiet = before.topics.keys().isdisjoint(moving)
    still_set = _only(found, names, with_brokers=is_quiet)
    wanted = _only(before, names, with_brokers=is_quiet)
    return LeftOver(still_set, wanted)


def _only(throttles: Throttles, topics: Collection[str], *, with_brokers: bool) -> Throttles:
    brokers = throttles.brokers if with_brokers else {}
    kept = {name: throttles.topics[name] for name in topics}
    return Throttles(brokers, kept)


@contextmanager
def throttled(
    gateway: Braking, moves: Sequence[Move], brake: Brake, warnings: list[str], clock: Clock
) -> Iterator[None]:
    """Raises StateError where it cannot throttle. Without `brake.wait`, the throttle stays set."""
    wanted = _wanted(moves, brake)
    left, note = before_moves(gateway, brake.folder, wanted)
    ours = {move.partition.topic for move in moves}
    if not wanted.topics:
        if note:
            warnings += _restore(gateway, brake.folder, left.before, ours)
        yield
        return
    kept = list(left.before.told())
    if kept:
        warnings.append(because("throttles that were set before the moves are set again", kept))
    if brake.folder:
        # first of all: a killed run cannot tell any more
        earlier = note.ours if note else ()
        ours_now = [throttles for throttles in earlier if throttles != wanted]
        cluster_id = gateway.describe_cluster().cluster_id
        write_note(brake.folder, cluster_id, Note(left.before, (*ours_now, wanted)))
    stays = False
    try:
        refused = write_throttles(gateway, wanted)
        if refused:
            raise StateError(because("cannot throttle the moves, so none was begun", refused))
        await_rates(gateway, wanted, clock)
        yield
        stays = not brake.wait
    finally:
        if not stays:
            warnings += _restore(gateway, brake.folder, left.before, ours)
    if stays and not brake.folder:
        warnings.append(_STAYS)


def lift(
    gateway: Braking,
    folder: str | None,
    before: Throttles,
    ours: Collection[str],
) -> Sequence[str]:
    """Sets again what was set before, but not of what other runs still move.

    `ours`: the topics whose moves have ended, or which this run gives up. Returns what was refused,
    in words.
    """
    cluster = gateway.describe_cluster()
    alive = {broker.id for broker in cluster.brokers}
    moving = _moving(gateway, before.topics.keys() - ours)
    keeps_note = bool(moving) or not alive.issuperset(before.brokers)
    if folder and not keeps_note:
        keeps_note = _may_be_left_elsewhere(gateway, folder, before)
    if moving:
        ended = before.topics.keys() - moving
        before = _only(before, ended, with_brokers=False)
    refused = write_throttles(gateway, before)
    if folder and not refused and not keeps_note:
        remove_note(folder, cluster.cluster_id)
    return refused


def _may_be_left_elsewhere(gateway: Braking, folder: str, lifted: Throttles) -> bool:
    try:
        return _left_elsewhere(gateway, folder, lifted)
    except StateError:
        # not known, so the note stays
        return True


def _left_elsewhere(gateway: Braking, folder: str, lifted: Throttles) -> bool:
    """Whether the killed run has left throttles on topics that are not among those `lifted`."""
    cluster_id = gateway.describe_cluster().cluster_id
    note = read_note(folder, cluster_id)
    if note is None or note.before.topics.keys() <= lifted.topics.keys():
        return False
    found, before = before_moves(gateway, folder, _NOTHING).left
    for name, replicas in before.topics.items():
        if name not in lifted.topics and replicas != found.topics[name]:
            return True
    return False


def lift_of(gateway: Braking, moves: Sequence[Move], brake: Brake) -> Sequence[str]:
    """After moves that an earlier run has begun; returns warnings. Raises StateError."""
    left = before_moves(gateway, brake.folder, _wanted(moves, brake)).left
    kept = list(left.before.told())
    warnings = []
    if kept:
        # without the note, those of the run that began the moves look like somebody else's
        warnings.append(because("throttles that were set before the moves stay set", kept))
    if left.found != left.before:
        ours = {move.partition.topic for move in moves}
        warnings += _restore(gateway, brake.folder, left.before, ours)
    return warnings


def _restore(
    gateway: Braking, folder: str | None, before: Throttles, ours: Collection[str]
) -> Sequence[str]:
    """Returns warnings."""
    left = lift(gateway, folder, before, ours)
    if not left:
        return []
    return [because("the throttle of the moves is still set", left)]


def _wanted(moves: Sequence[Move], brake: Brake) -> Throttles:
    copies = [move for move in moves if move.adding]
    if brake.throttle is None or not copies:
        return _NOTHING
    return wanted_throttles(copies, brake.throttle)


def _moving(gateway: Braking, topics: Collection[str]) -> Collection[str]:
    """Those of the topics that other runs move."""
    if not topics:
        return ()
    replicas = gateway.replicas()
    try:
        under_way = replicas.list_partition_reassignments()
    except StateError:
        # not known, so theirs stays
        return topics
    finally:
        replicas.close()
    names = {place.topic for place in under_way}
    return names.intersection(topics)
