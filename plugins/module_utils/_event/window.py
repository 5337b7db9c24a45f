# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The window of a topic's records that is read.

It is asked for by offsets or times, and found as two offsets of each partition.
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
from .._kafka.partitions import EARLIEST, LATEST, TopicPartition

_DIGITS = re.compile(r"[0-9]{1,18}")


class Wanted(NamedTuple):
    """`newest`: how many of the last records before the end, where no beginning is given."""

    offsets: Mapping[int, int] | None
    since: int | None
    until: int | None
    newest: int | None


class Window(NamedTuple):
    """By partition: the first offset, and the one before which reading ends."""

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
    times = {
        "since": _instant("since", since, now, problems),
        "until": _instant("until", until, now, problems),
    }
    numbers = None if offsets is None else _numbers(offsets, problems)
    problems.raise_if_any()
    if numbers is not None or since is not None:
        newest = None
    return Wanted(numbers, times["since"], times["until"], newest)


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
        if _DIGITS.fullmatch(str(partition)) and _DIGITS.fullmatch(str(offset)):
            found[int(str(partition))] = int(str(offset))
        else:
            problems.add(
                "window",
                "offsets",
                f"{partition!r}: {offset!r} is not the number of a partition and an offset",
            )
    return found


def find_window(gateway: Records, topic: str, partitions: int, wanted: Wanted) -> Window:
    numbers = range(partitions) if wanted.offsets is None else sorted(wanted.offsets)
    for number in numbers:
        if number >= partitions:
            raise InvalidSpec(
                f"offsets: topic {topic} has no partition {number}, only 0 to {partitions - 1}"
            )
    places = [TopicPartition(topic, number) for number in numbers]
    first = _offsets(gateway, places, EARLIEST)
    last = _offsets(gateway, places, LATEST)
    end = last
    if wanted.until is not None:
        end = _from_time(gateway, places, wanted.until, last)
    if wanted.offsets is not None:
        asked = wanted.offsets
        return Window({place: max(asked[place.partition], first[place]) for place in places}, end)
    if wanted.since is not None:
        return Window(_from_time(gateway, places, wanted.since, last), end)
    if wanted.newest is not None:
        newest = wanted.newest
        return Window({place: max(first[place], end[place] - newest) for place in places}, end)
    return Window(first, end)


def _from_time(
    gateway: Records, places: list[TopicPartition], time: int, last: Mapping[TopicPartition, int]
) -> dict[TopicPartition, int]:
    """The offset of the first record that is not older; the end of the log where all are older."""
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
