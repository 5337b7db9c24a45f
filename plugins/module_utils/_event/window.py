# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which records of a topic are read: from one offset of each partition up to another.

A user asks for them by offsets or by times.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

from .._cluster.gateway.records import Records
from .._core.errors import InvalidSpec, StateError
from .._core.problems import Problems
from .._kafka.errors import Rejection
from .._kafka.instants import parse_instant
from .._kafka.partitions import EARLIEST, LATEST, TopicPartition, partitions_of

_DIGITS = re.compile(r"[0-9]{1,18}")


class Wanted(NamedTuple):
    """`offsets`: where to begin, by partition. `since` and `until`: ms since 1970.

    `newest`: where no beginning is given, how many of each partition's last records.
    """

    offsets: Mapping[int, int] | None
    since: int | None
    until: int | None
    newest: int | None


class Window(NamedTuple):
    """By partition: the first offset to read, and the first one not to read."""

    start: Mapping[TopicPartition, int]
    end: Mapping[TopicPartition, int]


def parse_wanted(
    offsets: Mapping[object, object] | None,
    since: str | None,
    until: str | None,
    newest: int | None,
    now: int,
) -> Wanted:
    """`now`: ms since 1970. Raises InvalidSpec."""
    problems = Problems()
    begin = _instant("since", since, now, problems)
    end = _instant("until", until, now, problems)
    numbers = None if offsets is None else _numbers(offsets, problems)
    problems.raise_if_any()
    if numbers is not None or begin is not None:
        newest = None
    return Wanted(numbers, begin, end, newest)


def _instant(option: str, text: str | None, now: int, problems: Problems) -> int | None:
    if text is None:
        return None
    try:
        return parse_instant(text, now)
    except ValueError as error:
        problems.add("window", option, str(error))
        return None


def _numbers(offsets: Mapping[object, object], problems: Problems) -> dict[int, int]:
    found = {}
    for partition, offset in offsets.items():
        number = str(partition)
        begin = str(offset)
        if _DIGITS.fullmatch(number) and _DIGITS.fullmatch(begin):
            found[int(number)] = int(begin)
        else:
            message = f"{partition!r}: {offset!r} is not the number of a partition and an offset"
            problems.add("window", "offsets", message)
    return found


def find_window(gateway: Records, topic: str, partitions: int, wanted: Wanted) -> Window:
    """`partitions`: how many the topic has. Raises InvalidSpec and StateError."""
    places = partitions_of(topic, partitions)
    if wanted.offsets is not None:
        _check_partitions(topic, partitions, wanted.offsets)
        places = [place for place in places if place.partition in wanted.offsets]
    first = _offsets(gateway, places, EARLIEST)
    last = _offsets(gateway, places, LATEST)
    end = last
    if wanted.until is not None:
        end = _from_time(gateway, places, wanted.until, last)
    start = dict(first)
    if wanted.offsets is not None:
        for place in places:
            start[place] = max(first[place], wanted.offsets[place.partition])
    elif wanted.since is not None:
        start = _from_time(gateway, places, wanted.since, last)
    elif wanted.newest is not None:
        for place in places:
            start[place] = max(first[place], end[place] - wanted.newest)
    return Window(start, end)


def _check_partitions(topic: str, partitions: int, offsets: Mapping[int, int]) -> None:
    for number in sorted(offsets):
        if number >= partitions:
            raise InvalidSpec(
                f"offsets: topic {topic} has no partition {number}, only 0 to {partitions - 1}"
            )


def _from_time(
    gateway: Records, places: list[TopicPartition], time: int, last: Mapping[TopicPartition, int]
) -> dict[TopicPartition, int]:
    """The offset of the first record that is not older, or the end where all records are."""
    found = _offsets(gateway, places, time)
    for place, offset in found.items():
        if offset < 0:
            found[place] = last[place]
    return found


def _offsets(gateway: Records, places: list[TopicPartition], at: int) -> dict[TopicPartition, int]:
    found: dict[TopicPartition, int] = {}
    if not places:
        return found
    for place, answer in gateway.list_offsets(dict.fromkeys(places, at)).items():
        if isinstance(answer, Rejection):
            topic, partition = place
            raise StateError(
                f"cannot read the offsets of topic {topic}, partition {partition}: {answer}"
            )
        found[place] = answer.offset
    return found
