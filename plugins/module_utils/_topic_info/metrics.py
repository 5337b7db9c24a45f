# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Samples the offsets of topics and of the groups that read them. The requests are a constant number, one for each group, and those of the log."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple, Protocol

from .._cluster.gateway.gateway import Gateway
from .._cluster.gateway.records import Reading
from .._core.errors import InvalidSpec
from .._kafka.errors import GROUP_AUTHORIZATION_FAILED, TOPIC_AUTHORIZATION_FAILED, Rejection
from .._kafka.names import topic_name
from .._kafka.partitions import EARLIEST, LATEST, Offset, TopicPartition
from .._kafka.quantities import parse_duration
from .._topic.observe import describe_names
from .._usage.metrics import Offsets, Ratio, Samples, figures, lag, positions, ratio_figures
from .topics import wanted_names

# of a run that asks for the lag in seconds, to bound what it costs: a record for each lagging partition of each group, and the time for all of them
MOST_RECORDS = 200
MOST_SECONDS = 10.0

Ages = dict[tuple[TopicPartition, int], float]


class Clock(Protocol):
    """As the module time has it."""

    def time(self) -> float: ...
    def monotonic(self) -> float: ...
    def sleep(self, seconds: float, /) -> None: ...


class Gaps:
    """What could not be measured, and why."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, str], None] = {}

    def add(self, what: str, why: object) -> None:
        self._known[what, str(why)] = None

    def as_result(self) -> list[dict[str, str]]:
        return [{"what": what, "why": why} for what, why in self._known]


class Asked(NamedTuple):
    """The options of how to measure; all times in seconds but for `window` (ms)."""

    groups: Sequence[str] | None
    interval: int
    window: int
    lag_seconds: bool


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
    """The four metrics of the topics, which are chosen as read_topics does."""
    asked = Asked(groups, _seconds(interval), _window(window), lag_seconds)
    parsed = [_ratio(raw) for raw in ratios]
    wanted = wanted_names(gateway, names, prefix)
    counted = {topic for ratio in parsed for topic in (ratio.numerator, ratio.denominator)}
    described = describe_names(gateway, {*wanted, *counted})
    found = sorted(set(wanted) & described.keys())
    shown = [name for name in found if names is not None or not described[name].internal]
    sampled = sorted({*shown, *(counted & described.keys())})
    partitions = {name: len(described[name].partitions) for name in sampled}
    gaps = Gaps()
    samples, committed, moment = _sample(gateway, partitions, asked, gaps, clock)
    for ratio in parsed:
        for topic in sorted({ratio.numerator, ratio.denominator} - described.keys()):
            gaps.add(f"ratio {ratio.name}", f"there is no topic {topic}")
    return {
        "topics": [figures(samples, name) for name in shown],
        "lag": _lag(gateway, samples, shown, committed, asked, gaps, moment, clock),
        "ratios": [ratio_figures(samples, ratio) for ratio in parsed],
        "absent": sorted(set(names or ()) - described.keys()),
        "interval": round(samples.seconds, 3),
        "timestamp": round(moment, 3),
        "not_measured": gaps.as_result(),
    }


def _seconds(interval: int) -> int:
    if interval < 1:
        raise InvalidSpec(f"interval: {interval} is less than a second")
    return interval


def _window(window: str) -> int:
    try:
        return parse_duration(window)
    except ValueError as error:
        raise InvalidSpec(f"window: {error}") from error


def _ratio(raw: Mapping[str, str]) -> Ratio:
    ratio = Ratio(raw["name"], raw["numerator"], raw["denominator"])
    for name in ratio[1:]:
        try:
            topic_name(name)
        except ValueError as error:
            raise InvalidSpec(f"ratios: {error}") from error
    return ratio


def _sample(
    gateway: Gateway, partitions: Mapping[str, int], asked: Asked, gaps: Gaps, clock: Clock
) -> tuple[Samples, Mapping[str, Offsets], float]:
    """The samples, what each group has committed, and the time that both stand for."""
    places = [
        TopicPartition(topic, number)
        for topic, count in partitions.items()
        for number in range(count)
    ]

    def offsets(at: int) -> dict[TopicPartition, int]:
        answers = gateway.list_offsets(dict.fromkeys(places, at))
        for (topic, _number), answer in answers.items():
            if isinstance(answer, Rejection):
                gaps.add(f"topic {topic}", answer)
        return {
            place: answer.offset for place, answer in answers.items() if isinstance(answer, Offset)
        }

    before, begun = offsets(LATEST), clock.monotonic()
    clock.sleep(asked.interval)
    # before the ends: a group may overtake an older end, but not a newer one
    committed = _committed(gateway, asked.groups, gaps)
    latest, seconds, moment = offsets(LATEST), clock.monotonic() - begun, clock.time()
    since = offsets(max(int(moment * 1000) - asked.window, 0))
    # what has come in the meantime does not count
    since = {
        place: min(offset, latest.get(place, offset)) if offset >= 0 else latest[place]
        for place, offset in since.items()
        if place in latest
    }
    return Samples(partitions, offsets(EARLIEST), since, before, latest, seconds), committed, moment


def _committed(gateway: Gateway, groups: Sequence[str] | None, gaps: Gaps) -> dict[str, Offsets]:
    if groups is None and "DESCRIBE" not in (gateway.describe_cluster().operations or ()):
        gaps.add(
            "lag of all groups",
            "some may be hidden: that there are no others is told to who has DESCRIBE on the cluster",
        )
    answers = gateway.list_consumer_group_offsets(
        sorted(set(gateway.list_consumer_groups() if groups is None else groups))
    )
    committed: dict[str, Offsets] = {}
    for group, answer in answers.items():
        if isinstance(answer, Rejection):
            gaps.add(f"lag of group {group}", _refused(answer, "DESCRIBE on the group"))
        else:
            committed[group] = answer
    return committed


def _lag(
    gateway: Gateway,
    samples: Samples,
    shown: Sequence[str],
    committed: Mapping[str, Offsets],
    asked: Asked,
    gaps: Gaps,
    moment: float,
    clock: Clock,
) -> list[dict[str, Any]]:
    read = [
        (group, topic)
        for group in sorted(committed)
        for topic in shown
        if any(place in committed[group] for place in samples.places(topic))
    ]
    for group in sorted(
        set(asked.groups or ()) & committed.keys() - {group for group, _topic in read}
    ):
        gaps.add(f"lag of group {group}", "it has committed nothing of these topics")
    ages: Ages | None = None
    if asked.lag_seconds:
        behind = {
            (each.place, each.next)
            for group, topic in read
            for each in positions(samples, topic, committed[group])
            if each.records
        }
        ages = _ages(gateway, sorted(behind), gaps, moment, clock)
    return [lag(samples, group, topic, committed[group], ages) for group, topic in read]


def _ages(
    gateway: Gateway,
    wanted: Sequence[tuple[TopicPartition, int]],
    gaps: Gaps,
    moment: float,
    clock: Clock,
) -> Ages:
    """By place and offset, the age of the first record from there on; 0 where there is none, so nothing that could wait."""
    log, deadline = gateway.log(), clock.monotonic() + MOST_SECONDS
    ages: Ages = {}
    for (topic, _number), _offset in wanted[MOST_RECORDS:]:
        gaps.add(
            f"lag in seconds on topic {topic}",
            f"more than {MOST_RECORDS} records would have to be read",
        )
    for start in _rounds(wanted[:MOST_RECORDS]):
        rest = deadline - clock.monotonic()
        # without time, not even connecting is worth it
        reading = log.read(start, 1, rest) if rest > 0 else Reading([], start, {})
        timestamps = {record.place: record.timestamp for record in reading.records}
        for place, offset in start.items():
            what, timestamp = f"lag in seconds on topic {place[0]}", timestamps.get(place)
            if place in reading.refused:
                gaps.add(what, _refused(reading.refused[place], "READ on the topic"))
            elif timestamp is None and place in reading.left:
                gaps.add(what, f"the records could not be read within {MOST_SECONDS:.0f} s")
            elif timestamp == -1:
                gaps.add(what, "a record has no timestamp")
            else:
                ages[place, offset] = (
                    0.0 if timestamp is None else round(max(moment - timestamp / 1000, 0.0), 3)
                )
    return ages


def _rounds(wanted: Sequence[tuple[TopicPartition, int]]) -> Iterator[dict[TopicPartition, int]]:
    """A partition is read from one offset at a time."""
    left = list(wanted)
    while left:
        start: dict[TopicPartition, int] = {}
        for place, offset in left:
            start.setdefault(place, offset)
        left = [(place, offset) for place, offset in left if start[place] != offset]
        yield start


def _refused(answer: Rejection, right: str) -> str:
    return (
        f"{answer} (it takes {right})"
        if answer.code in (TOPIC_AUTHORIZATION_FAILED, GROUP_AUTHORIZATION_FAILED)
        else str(answer)
    )
