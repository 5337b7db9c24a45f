# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the offsets of topics tell: rates, shares, ratios and lag. An offset that could not be read is missing, and what rests on it is UNKNOWN."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple, TypeAlias

from .._core.change import UNKNOWN, Plain
from .._kafka.partitions import TopicPartition

Offsets = Mapping[TopicPartition, int]
Counts = Sequence["int | None"]  # None: not known
Figure: TypeAlias = "int | float | str | None"

SPANS = ("retained", "window", "interval")


class Samples(NamedTuple):
    """`partitions`: how many, by topic. `since`: the first record of the window, the end where there is none.
    `before` and `latest`: the ends, so many `seconds` apart."""

    partitions: Mapping[str, int]
    earliest: Offsets
    since: Offsets
    before: Offsets
    latest: Offsets
    seconds: float

    def places(self, topic: str) -> list[TopicPartition]:
        return [TopicPartition(topic, number) for number in range(self.partitions[topic])]

    def counts(self, topic: str, span: str) -> Counts:
        """Of each partition, how many records; an upper bound, since compaction and transactions leave gaps."""
        starts = {"retained": self.earliest, "window": self.since, "interval": self.before}[span]
        found: list[int | None] = []
        for place in self.places(topic):
            start, end = starts.get(place), self.latest.get(place)
            # an end that went back is that of another log: the topic was made anew, or lost records
            found.append(
                end - start if start is not None and end is not None and start <= end else None
            )
        return found


class Ratio(NamedTuple):
    """`numerator` and `denominator`: names of topics."""

    name: str
    numerator: str
    denominator: str


class Position(NamedTuple):
    """A partition that a group has committed an offset of. `records`, `deleted`: None where not known."""

    place: TopicPartition
    committed: int
    next: int  # where the first record may be that it has not processed
    records: int | None
    deleted: int | None

    def as_result(self, seconds: Figure) -> dict[str, Plain]:
        known = {
            "records": _known(self.records),
            "deleted": _known(self.deleted),
            "seconds": seconds,
        }
        return {"partition": self.place[1], "committed": self.committed, **known}


def figures(samples: Samples, topic: str) -> dict[str, Plain]:
    counts = {span: samples.counts(topic, span) for span in SPANS}
    shares = {span: _shares(counts[span]) for span in SPANS}
    return {
        "name": topic,
        "partitions": samples.partitions[topic],
        "records": {span: _known(_total(counts[span])) for span in SPANS},
        "records_per_second": _rate(_total(counts["interval"]), samples.seconds),
        "imbalance": {span: imbalance(counts[span]) for span in SPANS},
        "distribution": [
            {
                "partition": number,
                "records": {span: _known(counts[span][number]) for span in SPANS},
                "records_per_second": _rate(counts["interval"][number], samples.seconds),
                "share": {span: shares[span][number] for span in SPANS},
            }
            for number in range(samples.partitions[topic])
        ],
    }


def imbalance(counts: Counts) -> Figure:
    """The largest share times the number of partitions: 1 is even, the number of partitions is all in one."""
    known = [count for count in counts if count is not None]
    total = _total(counts)
    if total is None:
        return UNKNOWN
    return _rounded(max(known) * len(known) / total) if total else None


def ratio_figures(samples: Samples, ratio: Ratio) -> dict[str, Plain]:
    """Not of the retained records: two topics need not retain theirs equally long."""
    return {
        **ratio._asdict(),
        **{span: _ratio(samples, ratio, span) for span in ("window", "interval")},
    }


def positions(samples: Samples, topic: str, committed: Offsets) -> list[Position]:
    return [
        _position(samples, place, committed[place])
        for place in samples.places(topic)
        if place in committed
    ]


def lag(
    samples: Samples,
    group: str,
    topic: str,
    committed: Offsets,
    ages: Mapping[tuple[TopicPartition, int], float] | None,
) -> dict[str, Plain]:
    """`ages`: how old the first record from an offset on is, 0 where there is none; None where nobody asked for it."""
    found = positions(samples, topic, committed)
    seconds = [_age(position, ages) for position in found]
    unread = dict(zip(samples.places(topic), samples.counts(topic, "retained"), strict=True))
    return {
        "group": group,
        "topic": topic,
        "records": _known(_total([position.records for position in found])),
        "seconds": _longest(seconds),
        "deleted": _known(_total([position.deleted for position in found])),
        # where it begins to read there is for its auto.offset.reset to say, which only itself knows
        "uncommitted": [
            place[1] for place, count in unread.items() if place not in committed and count != 0
        ],
        "distribution": [
            position.as_result(age) for position, age in zip(found, seconds, strict=True)
        ],
    }


def _position(samples: Samples, place: TopicPartition, committed: int) -> Position:
    earliest, latest = samples.earliest.get(place), samples.latest.get(place)
    start = max(committed, earliest or 0)
    # one that committed beyond the end did so to another log
    known = earliest is not None and latest is not None and start <= latest
    records = latest - start if known and latest is not None else None
    return Position(
        place, committed, start, records, start - committed if earliest is not None else None
    )


def _age(position: Position, ages: Mapping[tuple[TopicPartition, int], float] | None) -> Figure:
    if ages is None:
        return None
    if position.records is None:
        return UNKNOWN
    return ages.get((position.place, position.next), UNKNOWN) if position.records else 0.0


def _longest(seconds: Sequence[Figure]) -> Figure:
    known = [each for each in seconds if isinstance(each, float)]
    if len(known) < len(seconds):
        return UNKNOWN if UNKNOWN in seconds else None
    return max(known, default=None)


def _ratio(samples: Samples, ratio: Ratio, span: str) -> Figure:
    if not {ratio.numerator, ratio.denominator} <= samples.partitions.keys():
        return UNKNOWN
    above, below = (
        _total(samples.counts(topic, span)) for topic in (ratio.numerator, ratio.denominator)
    )
    if above is None or below is None:
        return UNKNOWN
    return _rounded(above / below) if below else None


def _shares(counts: Counts) -> list[Figure]:
    total = _total(counts)
    if total is None:
        return [UNKNOWN] * len(counts)
    return [_rounded((count or 0) / total) if total else None for count in counts]


def _total(counts: Counts) -> int | None:
    known = [count for count in counts if count is not None]
    return sum(known) if len(known) == len(counts) else None


def _rate(count: int | None, seconds: float) -> Figure:
    return UNKNOWN if count is None else _rounded(count / seconds)


def _known(count: int | None) -> int | str:
    return UNKNOWN if count is None else count


def _rounded(figure: float) -> float:
    return round(figure, 6)
