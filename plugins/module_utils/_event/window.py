# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The window of a topic's records that is read: asked for by offsets or times, found as a first and an end offset of each partition."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

from .._cluster.gateway.gateway import Gateway
from .._core.errors import InvalidSpec, StateError
from .._core.problems import Problems
from .._kafka.errors import Rejection
from .._kafka.instants import parse_instant
from .._kafka.partitions import EARLIEST, LATEST, TopicPartition

_DIGITS = re.compile(r"[0-9]{1,18}")


class Wanted(NamedTuple):
    """`newest`: without a beginning, the last ones before the end are meant, at most so many."""

    offsets: Mapping[int, int] | None
    since: int | None
    until: int | None
    newest: int | None


class Window(NamedTuple):
    """By place: the first offset, and the one before which reading ends."""

    start: Mapping[TopicPartition, int]
    end: Mapping[TopicPartition, int]


def parse_wanted(
    offsets: Mapping[object, object] | None,
    since: str | None,
    until: str | None,
    newest: int | None,
    now: int,
) -> Wanted:
    """Raises InvalidSpec."""
    problems = Problems()
    times = {}
    for option, text in {"since": since, "until": until}.items():
        try:
            times[option] = None if text is None else parse_instant(text, now)
        except ValueError as error:
            problems.add("window", option, str(error))
    for partition, offset in (offsets or {}).items():
        if not _DIGITS.fullmatch(str(partition)) or not _DIGITS.fullmatch(str(offset)):
            problems.add(
                "window",
                "offsets",
                f"{partition!r}: {offset!r} is not the number of a partition and an offset",
            )
    problems.raise_if_any()
    begins = offsets is not None or since is not None
    return Wanted(
        None
        if offsets is None
        else {int(str(partition)): int(str(offset)) for partition, offset in offsets.items()},
        times["since"],
        times["until"],
        None if begins else newest,
    )


def find_window(gateway: Gateway, topic: str, partitions: int, wanted: Wanted) -> Window:
    numbers = range(partitions) if wanted.offsets is None else sorted(wanted.offsets)
    absent = [number for number in numbers if number >= partitions]
    if absent:
        raise InvalidSpec(
            f"offsets: topic {topic} has no partition {absent[0]}, only 0 to {partitions - 1}"
        )
    places = [TopicPartition(topic, number) for number in numbers]
    first, last = _offsets(gateway, places, EARLIEST), _offsets(gateway, places, LATEST)
    end = last if wanted.until is None else _from_time(gateway, places, wanted.until, last)
    if wanted.offsets is not None:
        start = {place: max(wanted.offsets[place.partition], first[place]) for place in places}
    elif wanted.since is not None:
        start = _from_time(gateway, places, wanted.since, last)
    else:
        start = (
            first
            if wanted.newest is None
            else {place: max(first[place], end[place] - wanted.newest) for place in places}
        )
    return Window(start, end)


def _from_time(
    gateway: Gateway, places: list[TopicPartition], time: int, last: Mapping[TopicPartition, int]
) -> dict[TopicPartition, int]:
    """The offset of the first record that is not older; the end of the partition where all are."""
    return {
        place: last[place] if offset < 0 else offset
        for place, offset in _offsets(gateway, places, time).items()
    }


def _offsets(gateway: Gateway, places: list[TopicPartition], at: int) -> dict[TopicPartition, int]:
    found: dict[TopicPartition, int] = {}
    for (topic, partition), answer in (
        gateway.list_offsets(dict.fromkeys(places, at)).items() if places else ()
    ):
        if isinstance(answer, Rejection):
            raise StateError(
                f"cannot read the offsets of topic {topic}, partition {partition}: {answer}"
            )
        found[TopicPartition(topic, partition)] = answer.offset
    return found
