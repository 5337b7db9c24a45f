# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads events of a topic, enveloped or bare, and reports those that break their contract.

Uses no consumer group.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any, Protocol

from .._cluster.gateway.records import Log, Reading, Record, Records
from .._core.errors import InvalidSpec, NotAuthorized, StateError
from .._kafka.errors import TOPIC_AUTHORIZATION_FAILED
from .._kafka.instants import iso
from .._kafka.partitions import TopicPartition
from .contract import Contract, Problem, parse_contract
from .decode import decode
from .envelope import unwrap
from .topic import NamedTopics, check_name, existing_topic
from .window import Window, find_window, parse_wanted

_PAGE = 10_000  # records of each partition that one call reads for a search


class Source(NamedTopics, Records, Protocol):
    """Where events are read from."""


def read_events(
    gateway: Source,
    topic: str,
    contract: Mapping[str, Any] | None = None,
    offsets: Mapping[object, object] | None = None,
    since: str | None = None,
    until: str | None = None,
    correlation_id: str | None = None,
    limit: int = 100,
    timeout: float = 30,
    clock: Callable[[], float] = time.time,
) -> dict[str, Any]:
    check_name(topic)
    if limit < 1:
        raise InvalidSpec("limit must be greater than 0")
    begin = clock()
    parsed = parse_contract(contract) if contract else None
    # a search goes through the whole window
    newest = None if correlation_id else limit
    wanted = parse_wanted(offsets, since, until, newest, int(begin * 1000))
    partitions = len(existing_topic(gateway, topic, "read events of", "READ").partitions)
    window = find_window(gateway, topic, partitions, wanted)

    def seconds_left() -> float:
        return begin + timeout - clock()

    records, complete = _search(gateway.log(), window, correlation_id, limit, seconds_left)
    if wanted.newest is not None:
        chosen = records[-limit:]
    else:
        chosen = records[:limit]
        complete = complete and len(records) <= limit
    rows = [_row(record, parsed) for record in chosen]
    return {
        "events": rows,
        "invalid": sum(not row["valid"] for row in rows),
        "complete": complete,
    }


def _search(
    log: Log,
    window: Window,
    correlation_id: str | None,
    limit: int,
    seconds_left: Callable[[], float],
) -> tuple[list[Record], bool]:
    """The records sorted by time, and whether the window was read to its end."""
    records: list[Record] = []
    read: Counter[TopicPartition] = Counter()
    left = _within(window.start, window)
    page = _PAGE if correlation_id else limit
    while left:
        seconds = seconds_left()
        if seconds <= 0:
            break
        reading = log.read(left, page, seconds)
        _check_refused(reading)
        for record in reading.records:
            if record.offset >= window.end[record.place]:
                continue
            read[record.place] += 1
            if correlation_id is None or _is_of_run(record, correlation_id):
                records.append(record)
        left = _within(reading.left, window)
        if correlation_id:
            enough = len(records) >= limit
        else:
            # the earliest records may be in any partition
            enough = all(read[place] >= limit for place in left)
        if enough:
            break
    records.sort(key=lambda record: (record.timestamp, record.partition, record.offset))
    return records, not left


def _within(places: Mapping[TopicPartition, int], window: Window) -> dict[TopicPartition, int]:
    return {place: offset for place, offset in places.items() if offset < window.end[place]}


def _check_refused(reading: Reading) -> None:
    for place, why in reading.refused.items():
        refused = f"cannot read events of topic {place.topic}"
        if why.code == TOPIC_AUTHORIZATION_FAILED:
            raise NotAuthorized(f"{refused}: the principal needs the ACL operation READ on it")
        raise StateError(f"{refused}, partition {place.partition}: {why}")


def _is_of_run(record: Record, correlation_id: str) -> bool:
    wanted = correlation_id.lower()
    value = record.value or b""
    if wanted.encode() not in value.lower():
        return False
    document = decode(record.value).document
    if document is None:
        # it holds the id, and may be of the run although it is not JSON
        return True
    event, envelope = unwrap(document)
    for part in (event, envelope or {}):
        found = str(part.get("correlation_id"))
        if found.lower() == wanted:
            return True
    return False


def _place(record: Record) -> dict[str, Any]:
    timestamp = None if record.timestamp < 0 else iso(record.timestamp)
    key = None if record.key is None else record.key.decode(errors="backslashreplace")
    return {
        "partition": record.partition,
        "offset": record.offset,
        "timestamp": timestamp,
        "key": key,
    }


def _row(record: Record, contract: Contract | None) -> dict[str, Any]:
    place = _place(record)
    document, why = decode(record.value)
    if document is None:
        nothing = dict.fromkeys(("wire", "event_type", "correlation_id", "event", "envelope"))
        problem = Problem("", "json", f"the record {why}")
        return {**place, **nothing, "valid": False, "problems": [problem.as_result()]}
    event, envelope = unwrap(document)
    enclosing = envelope or {}
    correlation_id = event.get("correlation_id")
    if correlation_id is None:
        correlation_id = enclosing.get("correlation_id")
    problems = contract.problems(document) if contract else []
    return {
        **place,
        "wire": "bare" if envelope is None else "envelope",
        "event_type": enclosing.get("event_type"),
        "correlation_id": correlation_id,
        "event": event,
        "envelope": envelope,
        "valid": not problems,
        "problems": [problem.as_result() for problem in problems],
    }
