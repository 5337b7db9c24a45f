# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where the replicas of a cluster are, how large, and which of them are on their way. Pure."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, NamedTuple, Protocol, TypeAlias, TypeVar

from .partitions import TopicPartition
from .placement.layout import Broker
from .quantities import SIZE, about_bytes, about_seconds, parse_quantity

T = TypeVar("T")
# what JSON holds
Plain: TypeAlias = "Mapping[str, Plain] | int | str | None"
UNLIMITED = "unlimited"  # as throttle


class Move(NamedTuple):
    """The brokers of a partition before and after a move, and the bytes of one replica.

    `copied`: the bytes that have arrived already, on all brokers.
    """

    partition: TopicPartition
    before: tuple[int, ...]
    target: tuple[int, ...]
    bytes: int
    copied: int = 0

    @property
    def adding(self) -> tuple[int, ...]:
        return tuple(broker for broker in self.target if broker not in self.before)

    @property
    def bytes_to_copy(self) -> int:
        return self.bytes * len(self.adding)


class Layout(NamedTuple):
    """`brokers`: those that are alive. `usable`: free bytes of each; None where it does not say.

    `sizes`: the bytes of each partition. `under_way`: the partitions that move now. `cordoned`: the
    ids of the brokers that take no new replicas, although they are alive.
    """

    brokers: tuple[Broker, ...]
    usable: Mapping[int, int | None]
    sizes: Mapping[TopicPartition, int]
    under_way: Mapping[TopicPartition, Move]
    cordoned: frozenset[int] = frozenset()

    @property
    def takers(self) -> tuple[Broker, ...]:
        """The brokers that take new replicas."""
        return tuple(broker for broker in self.brokers if broker.id not in self.cordoned)


class Brake(NamedTuple):
    """How moves are held back, and awaited.

    `throttle`: the bytes per second that each broker may send and may receive for them, None
    without a limit. `at_once`: how many partitions move at the same time. `wait`: whether until the
    replicas have arrived. `folder`: where the throttles that were set before are noted while those
    of the moves are set; None where nowhere.
    """

    throttle: int | None = 50 * 2**20
    at_once: int = 10
    wait: bool = True
    folder: str | None = None


_USUAL = Brake()


def parse_at_once(value: int | None) -> int:
    """Raises ValueError."""
    if value is None:
        return _USUAL.at_once
    if value < 1:
        raise ValueError(f"must be at least 1, not {value}")
    return value


def parse_throttle(value: object) -> int | None:
    """In bytes per second; None is unlimited. Raises ValueError."""
    if value is None:
        return _USUAL.throttle
    if value == UNLIMITED:
        return None
    try:
        rate = parse_quantity(value, SIZE)
    except ValueError as error:
        raise ValueError(f"{error}, or {UNLIMITED}") from None
    if rate < 1:
        raise ValueError(f"must be at least 1, or {UNLIMITED}")
    return rate


class Parsed(Protocol):
    """Reads the value of an option, and keeps what is wrong with it."""

    def __call__(
        self, option: str, parse: Callable[[Any], T], value: object, otherwise: T
    ) -> T: ...


def parse_brake(
    parsed: Parsed,
    throttle: object,
    moves_at_once: int | None,
    wait: bool,
    undo_file: str | None,
) -> Brake:
    rate = parsed("throttle", parse_throttle, throttle, None)
    at_once = parsed("moves_at_once", parse_at_once, moves_at_once, 1)
    folder = None
    if undo_file:
        folder, _slash, _name = undo_file.rpartition("/")
    return Brake(rate, at_once, wait, folder)


class Arrival(NamedTuple):
    """What a broker receives, and the free bytes it has afterwards; None where it does not say."""

    partitions: int
    bytes: int
    usable_bytes: int | None


class Weight(NamedTuple):
    """What moves put on a cluster.

    `bytes`: those to copy. `throttle`: bytes per second, None if unlimited. `seconds`: how long the
    busiest broker takes at the throttle. `copied`: the bytes that have arrived already. `brokers`:
    what is still to arrive at each.
    """

    partitions: int
    bytes: int
    seconds: int | None
    throttle: int | None
    copied: int = 0
    brokers: Mapping[int, Arrival] = {}

    def as_result(self) -> dict[str, Plain]:
        facts: dict[str, Plain] = {"partitions": self.partitions, "bytes": self.bytes}
        if self.copied:
            facts["copied"] = self.copied
        if self.throttle is not None:
            rate = about_bytes(self.throttle)
            facts["seconds"] = self.seconds
            facts["throttle"] = f"{rate}/s"
        if self.brokers:
            # JSON knows no other keys
            facts["brokers"] = {str(broker): it._asdict() for broker, it in self.brokers.items()}
        return facts


def weight(moves: Sequence[Move], brake: Brake, usable: Mapping[int, int | None]) -> Weight:
    """`usable`: the free bytes of each broker before these moves."""
    count = len(moves)
    whole = sum(move.bytes_to_copy for move in moves)
    copied = sum(move.copied for move in moves)
    brokers = _arrivals(moves, usable)
    if brake.throttle is None:
        return Weight(count, whole, None, None, copied, brokers)
    busiest = max((arrival.bytes for arrival in brokers.values()), default=0)
    seconds = math.ceil(busiest / brake.throttle)
    return Weight(count, whole, seconds, brake.throttle, copied, brokers)


def usable_after(
    moves: Iterable[Move], usable: Mapping[int, int | None]
) -> Mapping[int, int | None]:
    """The free bytes of each broker when these moves have arrived."""
    after = dict(usable)
    for broker, arrival in _arrivals(moves, usable).items():
        after[broker] = arrival.usable_bytes
    return after


def _arrivals(moves: Iterable[Move], usable: Mapping[int, int | None]) -> Mapping[int, Arrival]:
    partitions: Counter[int] = Counter()
    arriving: Counter[int] = Counter()
    for move in moves:
        # as if each had as much of it
        left = move.bytes_to_copy - move.copied
        for broker in move.adding:
            partitions[broker] += 1
            arriving[broker] += left // len(move.adding)
    found = {}
    for broker, count in sorted(partitions.items()):
        free = usable.get(broker)
        size = arriving[broker]
        left_free = None if free is None else free - size
        found[broker] = Arrival(count, size, left_free)
    return found


def weight_as_told(facts: Mapping[str, object]) -> str:
    """A weight's result for people, such as `3 partitions, 1.2 GiB, about 25 s at 50 MiB/s`."""
    partitions, size, seconds = facts["partitions"], facts["bytes"], facts.get("seconds")
    text = "1 partition" if partitions == 1 else f"{partitions} partitions"
    if not isinstance(size, int) or not size:
        return text
    text += f", {about_bytes(size)}"
    copied = facts.get("copied")
    if isinstance(copied, int):
        text += f" ({about_bytes(copied)} of it copied)"
    if isinstance(seconds, int):
        text += f", {about_seconds(seconds)} at {facts['throttle']}"
    return text
