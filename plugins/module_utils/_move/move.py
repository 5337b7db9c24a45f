# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Moves replicas, so many partitions at a time, and waits until they have arrived."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import NamedTuple, Protocol

from .._cluster.gateway.replicas import Replicas
from .._core.errors import StateError
from .._core.wording import because
from .._kafka.errors import REASSIGNMENT_IN_PROGRESS, TIMED_OUT, Rejection
from .._kafka.moves import Brake, Move
from .._kafka.partitions import TopicPartition
from .interrupt import interruptible
from .layout import replicas_of
from .progress import Pace, Progress
from .throttle import (
    Throttling,
    read_throttles,
    wanted_throttles,
    without_ours,
    write_throttles,
)

# a first look soon, since small partitions take less than a second
_FIRST_PAUSE = 0.2
_LONGEST_PAUSE = 2.0
# how long nothing may arrive: brokers fetch up to 1 MiB of a partition, then keep to the throttle
_STALLED_SECONDS = 120
_FETCH_BYTES = 2**20
_ELSEWHERE = Rejection(
    REASSIGNMENT_IN_PROGRESS,
    "REASSIGNMENT_IN_PROGRESS",
    "another client moves it to other brokers: wait for that, or cancel it",
)


class Moving(Throttling, Protocol):
    """The APIs that move replicas."""

    def replicas(self) -> Replicas: ...


class Moved(NamedTuple):
    """`answers`: None where the replicas have arrived; nothing of a partition that did not start.

    `warnings`: what is left behind.
    """

    answers: Mapping[TopicPartition, Rejection | None]
    warnings: Sequence[str] = ()


class Clock(NamedTuple):
    now: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep


def move_replicas(
    gateway: Moving,
    moves: Sequence[Move],
    brake: Brake,
    tell: Callable[[str], None],
    clock: Clock = Clock(),  # noqa: B008 - it is immutable
) -> Moved:
    """Moves that are under way already are awaited. Raises StateError before the first is begun."""
    replicas = gateway.replicas()
    warnings: list[str] = []
    mover = _Mover(replicas, moves, brake, clock)
    try:
        mover.find_begun()
        with interruptible(), _throttled(gateway, moves, brake.throttle, warnings):
            mover.run(tell)
    except StateError as error:
        error.warnings = (*error.warnings, *warnings)
        raise
    finally:
        replicas.close()
    return Moved(mover.answers, warnings)


@contextmanager
def _throttled(
    gateway: Throttling, moves: Sequence[Move], rate: int | None, warnings: list[str]
) -> Iterator[None]:
    """Throttles the moves, and afterwards sets again what was set before, whatever happens."""
    copies = [move for move in moves if move.adding]
    if rate is None or not copies:
        yield
        return
    wanted = wanted_throttles(copies, rate)
    before = without_ours(read_throttles(gateway, wanted), wanted)
    kept = list(before.told())
    if kept:
        warnings.append(because("throttles that were set before the moves are set again", kept))
    try:
        refused = write_throttles(gateway, wanted)
        if refused:
            raise StateError(because("cannot throttle the moves, so none was begun", refused))
        yield
    finally:
        left = write_throttles(gateway, before)
        if left:
            warnings.append(because("the throttle of the moves is still set", left))


class _Mover:
    """What is waiting, on its way and decided."""

    def __init__(
        self, replicas: Replicas, moves: Sequence[Move], brake: Brake, clock: Clock
    ) -> None:
        self._replicas = replicas
        self._moves = moves
        self._brake = brake
        self._clock = clock
        self._waiting = sorted(moves, key=_size)
        self._on_way: dict[TopicPartition, Move] = {}
        self._seen: set[TopicPartition] = set()
        self.answers: dict[TopicPartition, Rejection | None] = {}

    def find_begun(self) -> None:
        """A move to the same brokers that is under way is not begun again.

        One to others began after the plan was made; to replace it is not what was planned.
        """
        under_way = self._replicas.list_partition_reassignments()
        for move in [*self._waiting]:
            moving = under_way.get(move.partition)
            if moving is None:
                continue
            self._waiting.remove(move)
            target = set(moving.replicas).difference(moving.removing)
            if target == {*move.target}:
                self._on_way[move.partition] = move
            else:
                self.answers[move.partition] = _ELSEWHERE

    def run(self, tell: Callable[[str], None]) -> None:
        """What was lost, or does not arrive, is answered by a rejection that is `lost`."""
        try:
            copied = self._copied()
            began = self._clock.now()
            pace = Pace(began, copied, copied, began)
            pause = _FIRST_PAUSE
            while self._waiting or self._on_way:
                self._begin()
                arrived = self._look()
                now = self._clock.now()
                pace = pace.after(self._copied(), arrived, now)
                tell(str(self._progress(pace, now)))
                if pace.idle(now) > self._patience():
                    self._give_up(f"nothing arrived within {pace.idle(now):.0f} s")
                    return
                pause = _FIRST_PAUSE if arrived else min(pause * 2, _LONGEST_PAUSE)
                if self._on_way:
                    self._clock.sleep(pause)
        except StateError as error:
            self._give_up(str(error))

    def _begin(self) -> None:
        room = self._brake.at_once - len(self._on_way)
        batch = self._waiting[: max(room, 0)]
        del self._waiting[: len(batch)]
        targets = {move.partition: move.target for move in batch}
        answers = self._replicas.alter_partition_reassignments(targets)
        for move in batch:
            answer = answers[move.partition]
            if answer is None:
                self._seen.add(move.partition)
            if answer is None or answer.lost:
                self._on_way[move.partition] = move
            else:
                self.answers[move.partition] = answer

    def _look(self) -> bool:
        """Whether a partition has arrived since the last look."""
        under_way = self._replicas.list_partition_reassignments()
        gone = [place for place in self._on_way if place not in under_way]
        self._seen |= under_way.keys()
        for place in gone:
            del self._on_way[place]
            self.answers[place] = None
            if place not in self._seen:
                self.answers[place] = _lost("the answer was lost, and it does not move")
        return bool(gone)

    def _copied(self) -> int:
        answers = self._replicas.describe_log_dirs()
        held = {}
        for broker, dirs in answers.items():
            held[broker] = {} if isinstance(dirs, Rejection) else replicas_of(dirs)
        copied = 0
        for move in self._moves:
            for broker in move.adding:
                present = held.get(broker, {}).get(move.partition, 0)
                copied += min(present, move.bytes)
        return copied

    def _progress(self, pace: Pace, now: float) -> Progress:
        whole = sum(move.bytes_to_copy for move in self._moves)
        done = len(self.answers)
        return Progress(done, len(self._moves), pace.copied, whole, pace.rate(now))

    def _patience(self) -> float:
        """Seconds. With many partitions at once, each gets its share of the throttle."""
        throttle = self._brake.throttle
        if throttle is None:
            return _STALLED_SECONDS
        return _STALLED_SECONDS + len(self._on_way) * _FETCH_BYTES / throttle

    def _give_up(self, why: str) -> None:
        for place, move in self._on_way.items():
            awaited = move.adding or move.target
            names = [str(broker) for broker in awaited]
            brokers = ", ".join(names)
            number = place.partition
            where = f"partition {number} on its way to broker {brokers}"
            self.answers[place] = _lost(f"{why} ({where})")
        self._on_way.clear()


def _lost(why: str) -> Rejection:
    return Rejection(TIMED_OUT, "_TIMED_OUT", why)


def _size(move: Move) -> tuple[int, TopicPartition]:
    return move.bytes_to_copy, move.partition
