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
from .note import Note, read_note, remove_note, write_note
from .throttle import (
    Throttling,
    as_before,
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
    return Before(LeftOver(found, as_before(found, note.before, note.ours)), note)


def left_over(gateway: Braking, folder: str | None) -> LeftOver | None:
    """The throttles of a run that was killed, by its note; None where there are none.

    Raises StateError.
    """
    if folder is None:
        return None
    left = before_moves(gateway, folder, _NOTHING).left
    return left if left.found != left.before else None


@contextmanager
def throttled(
    gateway: Braking, moves: Sequence[Move], brake: Brake, warnings: list[str]
) -> Iterator[None]:
    """Raises StateError where it cannot throttle. Without `brake.wait`, the throttle stays set."""
    wanted = _wanted(moves, brake)
    left, note = before_moves(gateway, brake.folder, wanted)
    ours = {move.partition.topic for move in moves}
    if not wanted.topics:
        if note:
            lift(gateway, brake.folder, left.before, warnings, ours)
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
        yield
        stays = not brake.wait
    finally:
        if not stays:
            lift(gateway, brake.folder, left.before, warnings, ours)
    if stays and not brake.folder:
        warnings.append(_STAYS)


def lift(
    gateway: Braking,
    folder: str | None,
    before: Throttles,
    warnings: list[str],
    ours: Collection[str] = (),
) -> None:
    """Sets again what was set before, but not of what other runs still move.

    `ours`: the topics whose moves have ended, or which this run gives up.
    """
    cluster_id = gateway.describe_cluster().cluster_id
    moving = _moving(gateway, before.topics.keys() - ours)
    if moving:
        topics = {name: before.topics[name] for name in before.topics.keys() - moving}
        before = Throttles({}, topics)
    left = write_throttles(gateway, before)
    if left:
        warnings.append(because("the throttle of the moves is still set", left))
    elif folder and not moving:
        remove_note(folder, cluster_id)


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
