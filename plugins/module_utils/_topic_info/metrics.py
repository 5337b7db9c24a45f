# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Samples the offsets of topics and of the groups that read them.

A run takes a constant number of requests, one more for each group, and those that read records.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple, Protocol, TypeAlias

from .._cluster.gateway.clusters import Clusters
from .._cluster.gateway.groups import Groups
from .._cluster.gateway.records import Reading, Records
from .._cluster.gateway.topics import Topics
from .._core.errors import InvalidSpec
from .._kafka.errors import GROUP_AUTHORIZATION_FAILED, TOPIC_AUTHORIZATION_FAILED, Rejection
from .._kafka.names import topic_name
from .._kafka.partitions import EARLIEST, LATEST, TopicPartition, partitions_of
from .._kafka.quantities import parse_duration
from .._topic.observe import describe_names
from .._usage.metrics import Ratio, Samples, figures, lag, positions, ratio_figures
from .topics import wanted_names

# The lag in seconds needs one record of each partition in which a group lags. These bound how many
# records one run reads, and for how long.
MOST_RECORDS = 200
MOST_SECONDS = 10.0

Start: TypeAlias = tuple[TopicPartition, int]  # an offset to read from
Committed: TypeAlias = Mapping[str, Mapping[TopicPartition, int]]  # the offsets, by group


class Clock(Protocol):
    """What the module `time` gives."""

    def time(self) -> float: ...
    def monotonic(self) -> float: ...
    def sleep(self, seconds: float, /) -> None: ...


class Metering(Clusters, Groups, Records, Topics, Protocol):
    """The APIs that metrics are read from."""


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


class Chosen(NamedTuple):
    """`shown`: the topics to report. `partitions`: how many, by topic; of those in ratios too."""

    shown: Sequence[str]
    partitions: Mapping[str, int]


class Measured(NamedTuple):
    """`moment`: when it was measured, in seconds since 1970."""

    samples: Samples
    committed: Committed
    moment: float


class _Run(NamedTuple):
    """What each step of a run needs."""

    gateway: Metering
    asked: Asked
    clock: Clock
    gaps: Gaps


def read_metrics(
    gateway: Metering,
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
    shown, partitions = _choose(gateway, names, prefix, parsed)
    run = _Run(gateway, asked, clock, Gaps())
    measured = _measure(run, partitions)
    samples = measured.samples
    for ratio in parsed:
        for topic in sorted(_topics_of(ratio) - partitions.keys()):
            run.gaps.add(f"ratio {ratio.name}", f"there is no topic {topic}")
    return {
        "topics": [figures(samples, name) for name in shown],
        "lag": _lag(run, measured, shown),
        "ratios": [ratio_figures(samples, ratio) for ratio in parsed],
        "absent": sorted(set(names or ()) - partitions.keys()),
        "interval": round(samples.seconds, 3),
        "timestamp": round(measured.moment, 3),
        "not_measured": run.gaps.as_result(),
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


def _topics_of(ratio: Ratio) -> set[str]:
    return {ratio.numerator, ratio.denominator}


def _choose(
    gateway: Topics, names: Sequence[str] | None, prefix: str | None, ratios: Sequence[Ratio]
) -> Chosen:
    wanted = set(wanted_names(gateway, names, prefix))
    counted: set[str] = set()
    for ratio in ratios:
        counted |= _topics_of(ratio)
    described = describe_names(gateway, wanted | counted)
    shown = sorted(wanted & described.keys())
    if names is None:
        shown = [name for name in shown if not described[name].internal]
    counted &= described.keys()
    sampled = sorted(counted.union(shown))
    partitions = {name: len(described[name].partitions) for name in sampled}
    return Chosen(shown, partitions)


def _measure(run: _Run, partitions: Mapping[str, int]) -> Measured:
    places: list[TopicPartition] = []
    for topic, count in partitions.items():
        places += partitions_of(topic, count)
    before = _offsets(run, places, LATEST)
    begun = run.clock.monotonic()
    run.clock.sleep(run.asked.interval)
    # before the ends are read: a group may overtake an older end, but not a newer one
    committed = _committed(run)
    latest = _offsets(run, places, LATEST)
    seconds = run.clock.monotonic() - begun
    moment = run.clock.time()
    window_start = max(int(moment * 1000) - run.asked.window, 0)
    since = {}
    for place, offset in _offsets(run, places, window_start).items():
        end = latest.get(place)
        if end is not None:
            # records that arrived since the ends were read do not count
            since[place] = min(offset, end) if offset >= 0 else end
    earliest = _offsets(run, places, EARLIEST)
    samples = Samples(partitions, earliest, since, before, latest, seconds)
    return Measured(samples, committed, moment)


def _offsets(run: _Run, places: Sequence[TopicPartition], at: int) -> dict[TopicPartition, int]:
    wanted = dict.fromkeys(places, at)
    found = {}
    for place, answer in run.gateway.list_offsets(wanted).items():
        if isinstance(answer, Rejection):
            run.gaps.add(f"topic {place.topic}", answer)
        else:
            found[place] = answer.offset
    return found


def _committed(run: _Run) -> Committed:
    groups = run.asked.groups
    if groups is None:
        groups = sorted(run.gateway.list_consumer_groups())
        operations = run.gateway.describe_cluster().operations or ()
        if "DESCRIBE" not in operations:
            run.gaps.add(
                "lag of all groups",
                "some may be hidden: the principal needs DESCRIBE on the cluster to see all",
            )
    answers = run.gateway.list_consumer_group_offsets(sorted(set(groups)))
    committed = {}
    for group, answer in answers.items():
        if isinstance(answer, Rejection):
            run.gaps.add(f"lag of group {group}", _refused(answer, "DESCRIBE on the group"))
        else:
            committed[group] = answer
    return committed


def _lag(run: _Run, measured: Measured, shown: Sequence[str]) -> list[dict[str, Any]]:
    samples, committed, _moment = measured
    asked_groups = run.asked.groups or ()
    readings = []
    for group, offsets in sorted(committed.items()):
        topics = [topic for topic in shown if positions(samples, topic, offsets)]
        for topic in topics:
            readings.append((group, topic))
        if not topics and group in asked_groups:
            run.gaps.add(f"lag of group {group}", "it has committed no offset of these topics")
    ages = None
    if run.asked.lag_seconds:
        ages = _ages(run, measured, readings)
    lags = []
    for group, topic in readings:
        offsets = committed[group]
        lags.append(lag(samples, group, topic, offsets, ages))
    return lags


def _ages(run: _Run, measured: Measured, readings: Sequence[tuple[str, str]]) -> dict[Start, float]:
    """The age in seconds of the first record that each group has not processed.

    0 where there is no such record, so that nothing can wait.
    """
    behind: set[Start] = set()
    for group, topic in readings:
        for position in positions(measured.samples, topic, measured.committed[group]):
            if position.records:
                behind.add((position.place, position.next))
    wanted = sorted(behind)
    for place, _offset in wanted[MOST_RECORDS:]:
        why = f"more than {MOST_RECORDS} records would have to be read"
        run.gaps.add(f"lag in seconds on topic {place.topic}", why)
    ages: dict[Start, float] = {}
    for start, timestamp in _timestamps(run, wanted[:MOST_RECORDS]):
        age = 0.0
        if timestamp is not None:
            written = timestamp / 1000
            age = max(measured.moment - written, 0.0)
        ages[start] = round(age, 3)
    return ages


def _timestamps(run: _Run, wanted: Sequence[Start]) -> Iterator[tuple[Start, int | None]]:
    """When the first record from each offset on was written (ms); None where there is none."""
    log = run.gateway.log()
    deadline = run.clock.monotonic() + MOST_SECONDS
    for starts in _rounds(wanted):
        seconds = deadline - run.clock.monotonic()
        reading = Reading([], left=starts, refused={})
        if seconds > 0:
            # without time left, connecting is not worth it
            reading = log.read(starts, 1, seconds)
        timestamps = {record.place: record.timestamp for record in reading.records}
        for place, offset in starts.items():
            timestamp = timestamps.get(place)
            gap = _gap(place, timestamp, reading)
            if gap:
                run.gaps.add(f"lag in seconds on topic {place.topic}", gap)
            else:
                yield (place, offset), timestamp


def _gap(place: TopicPartition, timestamp: int | None, reading: Reading) -> str | None:
    """Why the age is not known; None where it is."""
    if place in reading.refused:
        return _refused(reading.refused[place], "READ on the topic")
    if timestamp is None and place in reading.left:
        return f"the records could not be read within {MOST_SECONDS:.0f} s"
    if timestamp == -1:
        return "a record has no timestamp"
    return None


def _rounds(wanted: Sequence[Start]) -> Iterator[dict[TopicPartition, int]]:
    """Each round reads a partition from one offset only: the log takes one for each partition."""
    left = wanted
    while left:
        starts: dict[TopicPartition, int] = {}
        later: list[Start] = []
        for place, offset in left:
            if place in starts:
                later.append((place, offset))
            else:
                starts[place] = offset
        yield starts
        left = later


def _refused(answer: Rejection, right: str) -> str:
    if answer.code in (TOPIC_AUTHORIZATION_FAILED, GROUP_AUTHORIZATION_FAILED):
        return f"{answer} (the principal needs {right})"
    return str(answer)
