# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Checks assignments that somebody wrote: the brokers of each partition of a topic."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import TypeAlias

# each partition with its brokers, as often as it is written
Written: TypeAlias = Sequence[tuple[int, Sequence[int]]]


def wrong_assignments(
    written: Written, partitions: int, brokers: Collection[int], *, is_new: bool
) -> list[str]:
    """All that is wrong, each with what to write instead; nothing if Kafka can take it.

    `partitions`: how many the topic is to have. `brokers`: those that the cluster has.
    `is_new`: Kafka creates a topic only where every partition has its brokers, and all as many.
    """
    missing: Iterable[str] = ()
    lengths: Iterable[str] = ()
    if is_new:
        missing = _missing(written, partitions)
        lengths = _wrong_lengths(written)
    return [
        *missing,
        *_wrong_partitions(written, partitions),
        *_wrong_brokers(written, brokers),
        *lengths,
    ]


def _missing(written: Written, partitions: int) -> Iterator[str]:
    numbers = {number for number, _replicas in written}
    for number in range(partitions):
        if number not in numbers:
            yield f"partition {number} is missing: write its brokers"


def _wrong_partitions(written: Written, partitions: int) -> Iterator[str]:
    numbers = [number for number, _replicas in written]
    times = Counter(numbers)
    wanted = range(partitions)
    last = wanted[-1]
    for number, count in sorted(times.items()):
        if number not in wanted:
            yield f"partition {number} does not exist: write only partitions 0 to {last}"
        if count > 1:
            yield f"partition {number} is written {count} times: write it once"


def _wrong_brokers(written: Written, brokers: Collection[int]) -> Iterator[str]:
    numbers = map(str, sorted(brokers))
    known = ", ".join(numbers)
    for number, replicas in written:
        if not replicas:
            yield f"partition {number} names no broker: write at least one of {known}"
        times = Counter(replicas)
        for broker, count in times.items():
            named = f"partition {number} names broker {broker}"
            if broker not in brokers:
                yield f"{named}, which the cluster does not have: write one of {known}"
            if count > 1:
                yield f"{named} {count} times: write it once"


def _wrong_lengths(written: Written) -> Iterator[str]:
    # an empty list is told already
    lengths = [len(replicas) for _number, replicas in written if replicas]
    times = Counter(lengths)
    usual = max(times, key=times.__getitem__, default=0)
    for number, replicas in written:
        length = len(replicas)
        if length not in (0, usual):
            subject = f"partition {number} has a list of length {length}"
            remedy = "write the same number of brokers for every partition"
            yield f"{subject}, others of {usual}: {remedy}"
