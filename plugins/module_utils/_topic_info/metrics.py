# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Samples the offsets of topics and of the groups that read them.

It takes a constant number of requests, one for each group, and those that read records.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple, Protocol, TypeAlias

from .._cluster.gateway.clusters import Clusters
from .._cluster.gateway.gateway import Gateway
from .._cluster.gateway.groups import Groups
from .._cluster.gateway.records import Reading, Records
from .._core.errors import InvalidSpec
from .._kafka.errors import GROUP_AUTHORIZATION_FAILED, TOPIC_AUTHORIZATION_FAILED, Rejection
from .._kafka.names import topic_name
from .._kafka.partitions import EARLIEST, LATEST, TopicPartition
from .._kafka.quantities import parse_duration
from .._topic.observe import describe_names
from .._usage.metrics import Offsets, Ratio, Samples, figures, lag, positions, ratio_figures
from .topics import wanted_names

# The lag in seconds takes a record of each lagging partition of each group.
# These bound what one run reads, and for how long.
MOST_RECORDS = 200
MOST_SECONDS = 10.0

Start: TypeAlias = tuple[TopicPartition, int]
Ages = dict[Start, float]


class Clock(Protocol):
    """The functions of the module `time` that are needed."""

    def time(self) -> float: ...
    def monotonic(self) -> float: ...
    def sleep(self, seconds: float, /) -> None: ...


class GroupReader(Clusters, Groups, Protocol):
    """Where consumer groups are looked up."""


class Gaps:
    """What could not be measured, and why."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, str], None] = {}

    def add(self, what: str, why: object) -> None:
        self._known[what, str(why)] = None

    def as_result(self) -> list[dict[str, str]]:
        return [{"what": what, "why": why} for what, why in self._known]


class Asked(NamedTuple):
    """How to measure. `interval` in seconds, `window` in milliseconds."""

    groups: Sequence[str] | None
    interval: int
    window: int
    lag_seconds: bool


class Measured(NamedTuple):
    """`committed`: by group. `moment`: when it was measured, in seconds since 1970."""

    samples: Samples
    committed: Mapping[str, Offsets]
    moment: float


def read_metrics(
    gateway: Gateway,
    names: Sequence[str] | None = None,
    prefix: str | None = None,
    groups: Sequence[str] | None = None,
    interval: int = 10,
    window: str = "1h",
    ratios: Sequence[Mapping[str, str]] = (),
    lag_seconds: bool = True,
    clock: Clock = time,
) -> dict[str, Any]:
    """The topics are chosen as read_topics does; those of the ratios are only counted."""
    asked = _asked(groups, interval, window, lag_seconds)
    parsed = [_ratio(raw) for raw in ratios]
    wanted = set(wanted_names(gateway, names, prefix))
    counted: set[str] = set()
    for ratio in parsed:
        counted |= {ratio.numerator, ratio.denominator}
    described = describe_names(gateway, wanted | counted)
    shown = sorted(wanted & described.keys())
    if names is None:
        shown = [name for name in shown if not described[name].internal]
    sampled = sorted({*shown, *(counted & described.keys())})
    partitions = {name: len(described[name].partitions) for name in sampled}
    gaps = Gaps()
    measured = _measure(gateway, partitions, asked, gaps, clock)
    samples = measured.samples
    for ratio in parsed:
        for topic in sorted({ratio.numerator, ratio.denominator} - described.keys()):
            gaps.add(f"ratio {ratio.name}", f"there is no topic {topic}")
    return {
        "topics": [figures(samples, name) for name in shown],
        "lag": _lag(gateway, measured, shown, asked, gaps, clock),
        "ratios": [ratio_figures(samples, ratio) for ratio in parsed],
        "absent": sorted(set(names or ()) - described.keys()),
        "interval": round(samples.seconds, 3),
        "timestamp": round(measured.moment, 3),
        "not_measured": gaps.as_result(),
    }


def _asked(groups: Sequence[str] | None, interval: int, window: str, lag_seconds: bool) -> Asked:
    if interval < 1:
        raise InvalidSpec(f"interval: {interval} is less than a second")
    try:
        return Asked(groups, interval, parse_duration(window), lag_seconds)
    except ValueError as error:
        raise InvalidSpec(f"window: {error}") from error


def _ratio(raw: Mapping[str, str]) -> Ratio:
    ratio = Ratio(raw["name"], raw["numerator"], raw["denominator"])
    for name in (ratio.numerator, ratio.denominator):
        try:
            topic_name(name)
        except ValueError as error:
            raise InvalidSpec(f"ratios: {error}") from error
    return ratio


def _measure(
    gateway: Gateway, partitions: Mapping[str, int], asked: Asked, gaps: Gaps, clock: Clock
) -> Measured:
    places: list[TopicPartition] = []
    for topic, count in partitions.items():
        places += [TopicPartition(topic, number) for number in range(count)]
    before = _offsets(gateway, places, LATEST, gaps)
    begun = clock.monotonic()
    clock.sleep(asked.interval)
    # before the ends are read: a group may overtake an older end, but not a newer one
    committed = _committed(gateway, asked.groups, gaps)
    latest = _offsets(gateway, places, LATEST, gaps)
    seconds = clock.monotonic() - begun
    moment = clock.time()
    begin_of_window = max(int(moment * 1000) - asked.window, 0)
    since = {}
    for place, offset in _offsets(gateway, places, begin_of_window, gaps).items():
        if place in latest:
            # records that arrived since the ends were read do not count
            since[place] = min(offset, latest[place]) if offset >= 0 else latest[place]
    earliest = _offsets(gateway, places, EARLIEST, gaps)
    samples = Samples(partitions, earliest, since, before, latest, seconds)
    return Measured(samples, committed, moment)


def _offsets(
    gateway: Records, places: Sequence[TopicPartition], at: int, gaps: Gaps
) -> dict[TopicPartition, int]:
    found = {}
    for place, answer in gateway.list_offsets(dict.fromkeys(places, at)).items():
        if isinstance(answer, Rejection):
            topic, _partition = place
            gaps.add(f"topic {topic}", answer)
        else:
            found[place] = answer.offset
    return found


def _committed(
    gateway: GroupReader, groups: Sequence[str] | None, gaps: Gaps
) -> dict[str, Offsets]:
    if groups is None:
        groups = sorted(gateway.list_consumer_groups())
        if "DESCRIBE" not in (gateway.describe_cluster().operations or ()):
            gaps.add(
                "lag of all groups",
                "some may be hidden: the principal needs DESCRIBE on the cluster to see all",
            )
    committed: dict[str, Offsets] = {}
    for group, answer in gateway.list_consumer_group_offsets(sorted(set(groups))).items():
        if isinstance(answer, Rejection):
            gaps.add(f"lag of group {group}", _refused(answer, "DESCRIBE on the group"))
        else:
            committed[group] = answer
    return committed


def _lag(
    gateway: Records,
    measured: Measured,
    shown: Sequence[str],
    asked: Asked,
    gaps: Gaps,
    clock: Clock,
) -> list[dict[str, Any]]:
    samples, committed, moment = measured
    read = []
    for group in sorted(committed):
        topics = [topic for topic in shown if positions(samples, topic, committed[group])]
        read += [(group, topic) for topic in topics]
        if not topics and group in (asked.groups or ()):
            gaps.add(f"lag of group {group}", "it has committed nothing of these topics")
    ages: Ages | None = None
    if asked.lag_seconds:
        behind: set[Start] = set()
        for group, topic in read:
            for position in positions(samples, topic, committed[group]):
                if position.records:
                    behind.add((position.place, position.next))
        ages = _ages(gateway, sorted(behind), gaps, moment, clock)
    return [lag(samples, group, topic, committed[group], ages) for group, topic in read]


def _ages(
    gateway: Records, wanted: Sequence[Start], gaps: Gaps, moment: float, clock: Clock
) -> Ages:
    """The age of the first record from each offset on.

    0 where there is none, so that nothing can wait.
    """
    log = gateway.log()
    deadline = clock.monotonic() + MOST_SECONDS
    for place, _offset in wanted[MOST_RECORDS:]:
        gaps.add(
            f"lag in seconds on topic {place.topic}",
            f"more than {MOST_RECORDS} records would have to be read",
        )
    ages: Ages = {}
    for start in _rounds(wanted[:MOST_RECORDS]):
        rest = deadline - clock.monotonic()
        # without time left, connecting is not worth it
        reading = log.read(start, 1, rest) if rest > 0 else Reading([], start, {})
        timestamps = {record.place: record.timestamp for record in reading.records}
        for place, offset in start.items():
            timestamp = timestamps.get(place)
            gap = _gap(place, timestamp, reading)
            if gap:
                gaps.add(f"lag in seconds on topic {place.topic}", gap)
            elif timestamp is None:
                ages[place, offset] = 0.0
            else:
                ages[place, offset] = round(max(moment - timestamp / 1000, 0.0), 3)
    return ages


def _gap(place: TopicPartition, timestamp: int | None, reading: Reading) -> str | None:
    """Why the age is not known, if it is not."""
    if place in reading.refused:
        return _refused(reading.refused[place], "READ on the topic")
    if timestamp is None and place in reading.left:
        return f"the records could not be read within {MOST_SECONDS:.0f} s"
    if timestamp == -1:
        return "a record has no timestamp"
    return None


def _rounds(wanted: Sequence[Start]) -> Iterator[dict[TopicPartition, int]]:
    """A partition is read from one offset at a time."""
    left = list(wanted)
    while left:
        start: dict[TopicPartition, int] = {}
        for place, offset in left:
            start.setdefault(place, offset)
        left = [(place, offset) for place, offset in left if start[place] != offset]
        yield start


def _refused(answer: Rejection, right: str) -> str:
    if answer.code in (TOPIC_AUTHORIZATION_FAILED, GROUP_AUTHORIZATION_FAILED):
        return f"{answer} (it takes {right})"
    return str(answer)
