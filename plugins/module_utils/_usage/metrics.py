# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What follows from the offsets of topics: rates, shares, ratios and lag.

An offset that could not be read is missing, and each figure that depends on it is UNKNOWN.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple, TypeAlias

from .._core.change import Plain
from .._kafka.partitions import TopicPartition, partitions_of
from .._kafka.usage import UNKNOWN

Offsets = Mapping[TopicPartition, int]
Counts = Sequence["int | None"]  # by partition; None: not known
Figure: TypeAlias = "int | float | str | None"

SPANS = ("retained", "window", "interval")


class Samples(NamedTuple):
    """`partitions`: how many, by topic. `earliest`: where they begin.

    `since`: the first record of the window, or the end. `before` and `latest`: the ends,
    read `seconds` apart.
    """

    partitions: Mapping[str, int]
    earliest: Offsets
    since: Offsets
    before: Offsets
    latest: Offsets
    seconds: float

    def places(self, topic: str) -> list[TopicPartition]:
        return partitions_of(topic, self.partitions[topic])

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

    `next`: where the group goes on reading. `records`: how many it has not processed.
    `deleted`: how many were deleted before it processed them. Both are None where not known.
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
    totals = {span: _total(counts[span]) for span in SPANS}
    return {
        "name": topic,
        "partitions": samples.partitions[topic],
        "records": {span: _known(totals[span]) for span in SPANS},
        "records_per_second": _rate(totals["interval"], samples.seconds),
        "imbalance": {span: imbalance(counts[span]) for span in SPANS},
        "distribution": _distribution(counts, samples.seconds),
    }


def _distribution(counts: Mapping[str, Counts], seconds: float) -> list[Plain]:
    """`counts`: by span."""
    shares = {span: _shares(counts[span]) for span in SPANS}
    rows: list[Plain] = []
    for number, count in enumerate(counts["interval"]):
        row: dict[str, Plain] = {
            "partition": number,
            "records": {span: _known(counts[span][number]) for span in SPANS},
            "records_per_second": _rate(count, seconds),
            "share": {span: shares[span][number] for span in SPANS},
        }
        rows.append(row)
    return rows


def imbalance(counts: Counts) -> Figure:
    """The largest share times the number of partitions.

    1: all shares are the same; the number of partitions: all records are in one.
    """
    known = _complete(counts)
    if known is None:
        return UNKNOWN
    largest = max(known, default=0)
    return _quotient(largest * len(known), sum(known))


def ratio_figures(samples: Samples, ratio: Ratio) -> dict[str, Plain]:
    """Not of the retained records: the two topics may retain theirs for different times."""
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
    """`ages`: in seconds, of the first record from an offset on; 0 where there is none.

    `ages` is None where nobody asked for the lag in seconds.
    """
    found = positions(samples, topic, committed)
    records = _total([position.records for position in found])
    deleted = _total([position.deleted for position in found])
    seconds = [_age(position, ages) for position in found]
    distribution: list[Plain] = []
    for position, age in zip(found, seconds, strict=True):
        distribution.append(position.as_result(age))
    return {
        "group": group,
        "topic": topic,
        "records": _known(records),
        "seconds": _longest(seconds),
        "deleted": _known(deleted),
        "uncommitted": _uncommitted(samples, topic, committed),
        "distribution": distribution,
    }


def _uncommitted(samples: Samples, topic: str, committed: Offsets) -> list[Plain]:
    """The partitions with records that the group has committed no offset of.

    Its auto.offset.reset says where it begins to read them, and the cluster does not know that.
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
    # an offset beyond the end was committed to an earlier topic of the same name
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
    """None where nobody asked for them, and where there is no position."""
    if UNKNOWN in seconds:
        return UNKNOWN
    known = [each for each in seconds if isinstance(each, float)]
    return max(known, default=None)


def _ratio(samples: Samples, ratio: Ratio, span: str) -> Figure:
    numerator = _records(samples, ratio.numerator, span)
    denominator = _records(samples, ratio.denominator, span)
    if numerator is None or denominator is None:
        return UNKNOWN
    return _quotient(numerator, denominator)


def _records(samples: Samples, topic: str, span: str) -> int | None:
    """None where the topic is absent, or the number not known."""
    if topic not in samples.partitions:
        return None
    return _total(samples.counts(topic, span))


def _shares(counts: Counts) -> list[Figure]:
    known = _complete(counts)
    if known is None:
        return [UNKNOWN] * len(counts)
    total = sum(known)
    return [_quotient(count, total) for count in known]


def _distance(starts: Offsets, ends: Offsets, place: TopicPartition) -> int | None:
    start = starts.get(place)
    end = ends.get(place)
    # the end is before the start where the topic was recreated or lost records in between
    if start is None or end is None or end < start:
        return None
    return end - start


def _total(counts: Counts) -> int | None:
    known = _complete(counts)
    if known is None:
        return None
    return sum(known)


def _complete(counts: Counts) -> list[int] | None:
    """None where one of them is not known."""
    known = []
    for count in counts:
        if count is None:
            return None
        known.append(count)
    return known


def _rate(count: int | None, seconds: float) -> Figure:
    if count is None:
        return UNKNOWN
    return _quotient(count, seconds)


def _known(count: int | None) -> int | str:
    if count is None:
        return UNKNOWN
    return count


def _quotient(part: float, whole: float) -> float | None:
    """None where there is nothing to divide by."""
    if not whole:
        return None
    return round(part / whole, 6)
