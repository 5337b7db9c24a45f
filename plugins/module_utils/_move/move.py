# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Moves replicas, so many partitions at a time, and waits until they have arrived."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NamedTuple, Protocol

from .._cluster.gateway.replicas import Replicas, Target
from .._cluster.gateway.topics import Partition, Topics
from .._core.errors import StateError
from .._core.interrupt import Interrupted
from .._core.wording import because
from .._kafka.errors import (
    NO_REASSIGNMENT_IN_PROGRESS,
    REASSIGNMENT_IN_PROGRESS,
    TIMED_OUT,
    UNKNOWN_TOPIC,
    Rejection,
)
from .._kafka.moves import Brake, Move
from .._kafka.partitions import TopicPartition
from .braking import Braking, lift_of, throttled
from .clock import Clock
from .layout import copied_of, replicas_of
from .progress import Pace, Progress

# a first look soon, since small partitions take less than a second
_FIRST_PAUSE = 0.2
_LONGEST_PAUSE = 2.0
# how long nothing may arrive: brokers fetch up to 1 MiB of a partition, then keep to the throttle
_STALLED_SECONDS = 120
_FETCH_BYTES = 2**20
# how long a broker may take to learn where replicas have arrived
_SHOWN_SECONDS = 10
_CANCELLED = Rejection(
    NO_REASSIGNMENT_IN_PROGRESS,
    "NO_REASSIGNMENT_IN_PROGRESS",
    "another client took the move back, or made another one of it: run again",
)
_RECREATED = Rejection(
    UNKNOWN_TOPIC,
    "UNKNOWN_TOPIC_OR_PART",
    "another client deleted the topic, and created it with fewer partitions",
)
_ELSEWHERE = Rejection(
    REASSIGNMENT_IN_PROGRESS,
    "REASSIGNMENT_IN_PROGRESS",
    "another client moves it to other brokers: wait for that, or take it back",
)


class Moving(Braking, Topics, Protocol):
    """The APIs that move replicas."""


class Moved(NamedTuple):
    """`answers`: None where the replicas have arrived, or are not awaited; nothing of a partition
    that did not start.

    `warnings`: what is left behind.
    """

    answers: Mapping[TopicPartition, Rejection | None]
    warnings: Sequence[str] = ()


def move_replicas(
    gateway: Moving,
    moves: Sequence[Move],
    brake: Brake,
    tell: Callable[[str], None],
    clock: Clock = Clock(),  # noqa: B008 - it is immutable
) -> Moved:
    """Moves that are under way already are awaited. Raises StateError before the first is begun.

    Afterwards the preferred leaders lead.
    """
    replicas = gateway.replicas()
    warnings: list[str] = []
    mover = _Mover(gateway, replicas, moves, brake, clock)
    try:
        mover.find_begun()
        with throttled(gateway, moves, brake, warnings, clock):
            if brake.wait:
                mover.run(tell)
                warnings += mover.elect()
            else:
                mover.begin()
    except (StateError, Interrupted) as error:
        error.warnings = (*error.warnings, *warnings)
        raise
    finally:
        replicas.close()
    return Moved(mover.answers, warnings)


def cancel_moves(
    gateway: Moving,
    moves: Sequence[Move],
    brake: Brake,
    tell: Callable[[str], None],
    clock: Clock = Clock(),  # noqa: B008 - it is immutable
) -> Moved:
    """Takes back moves that are under way, and their throttle. `target`: where replicas were."""
    replicas = gateway.replicas()
    canceller = _Canceller(gateway, replicas, moves, brake._replace(at_once=len(moves)), clock)
    try:
        canceller.run(tell)
        taken_back = [Move(move.partition, move.target, move.before, 0) for move in moves]
        warnings = _lifted(gateway, taken_back, brake)
    finally:
        replicas.close()
    return Moved(canceller.answers, warnings)


def _lifted(gateway: Moving, moves: Sequence[Move], brake: Brake) -> Sequence[str]:
    """Returns warnings: what is taken back is taken back, whatever becomes of the throttle."""
    try:
        return lift_of(gateway, moves, brake)
    except StateError as error:
        return [f"the throttle of the moves is still set: {error}"]


class _Mover:
    """What is waiting, on its way and decided."""

    def __init__(
        self,
        gateway: Topics,
        replicas: Replicas,
        moves: Sequence[Move],
        brake: Brake,
        clock: Clock,
    ) -> None:
        self._gateway = gateway
        self._replicas = replicas
        self._moves = moves
        self._brake = brake
        self._clock = clock
        self._waiting = sorted(moves, key=_size)
        self._on_way: dict[TopicPartition, Move] = {}
        self._seen: set[TopicPartition] = set()
        # since when they are not on their way any more
        self._gone: dict[TopicPartition, float] = {}
        self._led_by_others: list[TopicPartition] = []
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
                self._seen.add(move.partition)
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

    def begin(self) -> None:
        """Begins as many as may move at once, and does not await them."""
        try:
            self._begin()
            if self._on_way.keys() - self._seen:
                self._seen |= self._replicas.list_partition_reassignments().keys()
        except StateError as error:
            self._give_up(str(error))
        for place in self._on_way:
            self.answers[place] = None if place in self._seen else _LOST

    def elect(self) -> Sequence[str]:
        """Lets the preferred leaders lead what has arrived; returns warnings."""
        try:
            answers = self._replicas.elect_leaders(self._led_by_others)
        except StateError as error:
            return [f"the replicas have arrived, but not all preferred leaders lead: {error}"]
        refused = []
        for place, answer in answers.items():
            if answer is not None:
                refused.append(f"topic {place.topic}, partition {place.partition}: {answer}")
        if not refused:
            return []
        return [because("the replicas have arrived, but not all preferred leaders lead", refused)]

    def _begin(self) -> None:
        room = self._brake.at_once - len(self._on_way)
        batch = self._waiting[: max(room, 0)]
        del self._waiting[: len(batch)]
        targets = {move.partition: self._wanted(move) for move in batch}
        answers = self._replicas.alter_partition_reassignments(targets)
        for move in batch:
            answer = answers[move.partition]
            if answer is None:
                self._seen.add(move.partition)
            if answer is None or answer.lost:
                self._on_way[move.partition] = move
            else:
                self.answers[move.partition] = answer

    def _wanted(self, move: Move) -> Target:
        return move.target

    def _look(self) -> bool:
        """Whether a partition has arrived since the last look."""
        under_way = self._replicas.list_partition_reassignments()
        self._seen |= under_way.keys()
        gone = [move for place, move in self._on_way.items() if place not in under_way]
        partitions = shown_partitions(self._gateway, gone)
        decided = len(self.answers)
        for move in gone:
            self._settle(move, partitions[move.partition])
        return len(self.answers) > decided

    def _settle(self, move: Move, shown: Partition | Rejection) -> None:
        """Decides on a partition that is not on its way any more, as soon as a broker shows why."""
        place = move.partition
        now = self._clock.now()
        since = self._gone.setdefault(place, now)
        answer = None
        if isinstance(shown, Rejection):
            answer = shown
            if shown.code != UNKNOWN_TOPIC:
                answer = _lost(f"no broker shows whether it has arrived: {shown}")
        elif {*shown.replicas} == {*move.target}:
            if shown.leader != move.target[0]:
                self._led_by_others.append(place)
        elif now - since < _SHOWN_SECONDS:
            return
        else:
            answer = _CANCELLED if place in self._seen else _LOST
        self.answers[place] = answer
        del self._on_way[place]

    def _copied(self) -> int:
        held = {}
        for broker, dirs in self._replicas.describe_log_dirs().items():
            if not isinstance(dirs, Rejection):
                held[broker] = replicas_of(dirs)
        return sum(copied_of(move, held) for move in self._moves)

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


class _Canceller(_Mover):
    """Takes back what is on its way."""

    def _wanted(self, _move: Move) -> Target:
        return None


def shown_partitions(
    gateway: Topics, moves: Iterable[Move]
) -> Mapping[TopicPartition, Partition | Rejection]:
    """As a broker shows them now."""
    places = [move.partition for move in moves]
    names = sorted({place.topic for place in places})
    topics = gateway.describe_topics(names) if names else {}
    found: dict[TopicPartition, Partition | Rejection] = {}
    for place in places:
        topic = topics[place.topic]
        if isinstance(topic, Rejection):
            found[place] = topic
        elif place.partition < len(topic.partitions):
            found[place] = topic.partitions[place.partition]
        else:
            found[place] = _RECREATED
    return found


def _lost(why: str) -> Rejection:
    return Rejection(TIMED_OUT, "_TIMED_OUT", why)


_LOST = _lost("the answer was lost, and it does not move")


def _size(move: Move) -> tuple[int, TopicPartition]:
    return move.bytes_to_copy, move.partition
