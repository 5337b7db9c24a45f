# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the offsets of topics tell: rates, shares, ratios and lag.

An offset that could not be read is missing, and what depends on it is UNKNOWN.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple, TypeAlias

from .._core.change import Plain
from .._kafka.partitions import TopicPartition
from .._kafka.usage import UNKNOWN

Offsets = Mapping[TopicPartition, int]
Counts = Sequence["int | None"]  # None: not known
Figure: TypeAlias = "int | float | str | None"

SPANS = ("retained", "window", "interval")


class Samples(NamedTuple):
    """`partitions`: how many, by topic. `since`: the first record of the window, or the end.

    `before` and `latest`: the ends, measured so many `seconds` apart.
    """

    partitions: Mapping[str, int]
    earliest: Offsets
    since: Offsets
    before: Offsets
    latest: Offsets
    seconds: float

    def places(self, topic: str) -> list[TopicPartition]:
        return [TopicPartition(topic, number) for number in range(self.partitions[topic])]

    def counts(self, topic: str, span: str) -> Counts:
        """The number of records in each partition.

        An upper bound, since compaction and transactions leave gaps.
        """
        starts = {"retained": self.earliest, "window": self.since, "interval": self.before}[span]
        return [_distance(starts, self.latest, place) for place in self.places(topic)]


class Ratio(NamedTuple):
    """`numerator` and `denominator`: names of topics."""

    name: str
    numerator: str
    denominator: str


class Position(NamedTuple):
    """A partition that a group has committed an offset of.

    `next`: where the first record may be that the group has not processed.
    `records`, `deleted`: None where not known.
    """

    place: TopicPartition
    committed: int
    next: int
    records: int | None
    deleted: int | None

    def as_result(self, seconds: Figure) -> dict[str, Plain]:
        return {
            "partition": self.place.partition,
            "committed": self.committed,
            "records": _known(self.records),
            "deleted": _known(self.deleted),
            "seconds": seconds,
        }


def figures(samples: Samples, topic: str) -> dict[str, Plain]:
    counts = {span: samples.counts(topic, span) for span in SPANS}
    shares = {span: _shares(counts[span]) for span in SPANS}
    distribution: list[Plain] = []
    for number in range(samples.partitions[topic]):
        distribution.append(
            {
                "partition": number,
                "records": {span: _known(counts[span][number]) for span in SPANS},
                "records_per_second": _rate(counts["interval"][number], samples.seconds),
                "share": {span: shares[span][number] for span in SPANS},
            }
        )
    return {
        "name": topic,
        "partitions": samples.partitions[topic],
        "records": {span: _known(_total(counts[span])) for span in SPANS},
        "records_per_second": _rate(_total(counts["interval"]), samples.seconds),
        "imbalance": {span: imbalance(counts[span]) for span in SPANS},
        "distribution": distribution,
    }


def imbalance(counts: Counts) -> Figure:
    """The largest share times the number of partitions.

    1: all shares are the same; the number of partitions: all records are in one.
    """
    known = _complete(counts)
    if known is None:
        return UNKNOWN
    return _quotient(max(known, default=0) * len(known), sum(known))


def ratio_figures(samples: Samples, ratio: Ratio) -> dict[str, Plain]:
    """Of no retained records: two topics may retain theirs for different times."""
    return {
        **ratio._asdict(),
        "window": _ratio(samples, ratio, "window"),
        "interval": _ratio(samples, ratio, "interval"),
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
    """`ages`: of the first record from an offset on, 0 where there is none.

    None where nobody asked for the lag in seconds.
    """
    found = positions(samples, topic, committed)
    seconds = [_age(position, ages) for position in found]
    return {
        "group": group,
        "topic": topic,
        "records": _known(_total([position.records for position in found])),
        "seconds": _longest(seconds),
        "deleted": _known(_total([position.deleted for position in found])),
        "uncommitted": _uncommitted(samples, topic, committed),
        "distribution": [
            position.as_result(age) for position, age in zip(found, seconds, strict=True)
        ],
    }


def _uncommitted(samples: Samples, topic: str, committed: Offsets) -> list[Plain]:
    """The partitions with records that the group has committed no offset of.

    Where it begins to read, its auto.offset.reset says, which the cluster does not know.
    """
    counts = samples.counts(topic, "retained")
    found: list[Plain] = []
    for place, count in zip(samples.places(topic), counts, strict=True):
        if place not in committed and count != 0:
            found.append(place.partition)
    return found


def _position(samples: Samples, place: TopicPartition, committed: int) -> Position:
    earliest = samples.earliest.get(place)
    latest = samples.latest.get(place)
    if earliest is None:
        return Position(place, committed, committed, records=None, deleted=None)
    start = max(committed, earliest)
    records = None
    # who committed an offset beyond the end did so to another log
    if latest is not None and start <= latest:
        records = latest - start
    return Position(place, committed, start, records, deleted=start - committed)


def _age(position: Position, ages: Mapping[tuple[TopicPartition, int], float] | None) -> Figure:
    if ages is None:
        return None
    if position.records is None:
        return UNKNOWN
    if position.records == 0:
        return 0.0
    return ages.get((position.place, position.next), UNKNOWN)


def _longest(seconds: Sequence[Figure]) -> Figure:
    if UNKNOWN in seconds:
        return UNKNOWN
    if None in seconds:
        return None
    return max((each for each in seconds if isinstance(each, float)), default=None)


def _ratio(samples: Samples, ratio: Ratio, span: str) -> Figure:
    if not {ratio.numerator, ratio.denominator} <= samples.partitions.keys():
        return UNKNOWN
    numerator = _total(samples.counts(ratio.numerator, span))
    denominator = _total(samples.counts(ratio.denominator, span))
    if numerator is None or denominator is None:
        return UNKNOWN
    return _quotient(numerator, denominator)


def _shares(counts: Counts) -> list[Figure]:
    known = _complete(counts)
    if known is None:
        return [UNKNOWN] * len(counts)
    total = sum(known)
    return [_quotient(count, total) for count in known]


def _distance(starts: Offsets, ends: Offsets, place: TopicPartition) -> int | None:
    start = starts.get(place)
    end = ends.get(place)
    # an end before the start is that of another log: the topic was recreated, or lost records
    if start is None or end is None or end < start:
        return None
    return end - start


def _total(counts: Counts) -> int | None:
    known = _complete(counts)
    return None if known is None else sum(known)


def _complete(counts: Counts) -> list[int] | None:
    """None where one of them is not known."""
    known = [count for count in counts if count is not None]
    return known if len(known) == len(counts) else None


def _rate(count: int | None, seconds: float) -> Figure:
    return UNKNOWN if count is None else _quotient(count, seconds)


def _known(count: int | None) -> int | str:
    return UNKNOWN if count is None else count


def _quotient(part: float, whole: float) -> float | None:
    """None where there is nothing to divide by."""
    if not whole:
        return None
    return round(part / whole, 6)
