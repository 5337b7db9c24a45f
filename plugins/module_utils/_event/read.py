# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads events of a topic, decodes both wire forms and reports those that break the contract, without a consumer group."""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Callable, Mapping
from math import isfinite
from typing import Any, NamedTuple

from .._cluster.gateway.gateway import Gateway
from .._cluster.gateway.records import Log, Reading, Record
from .._core.change import Plain
from .._core.errors import InvalidSpec, NotAuthorized, StateError
from .._kafka.errors import TOPIC_AUTHORIZATION_FAILED
from .._kafka.instants import iso
from .._kafka.partitions import TopicPartition
from .contract import Contract, parse_contract
from .envelope import unwrap
from .topic import check_name, existing_topic
from .window import Window, find_window, parse_wanted

_PAGE = 10_000  # records of a partition that are searched at a time
_MOST_SHOWN = 80  # characters of a number
_DEEPEST = 100  # levels of a document; Ansible does not show what is nested a few hundred deep


def read_events(
    gateway: Gateway,
    topic: str,
    contract: Mapping[str, Any] | None = None,
    offsets: Mapping[object, object] | None = None,
    since: str | None = None,
    until: str | None = None,
    correlation_id: str | None = None,
    most: int = 100,
    seconds: float = 10,
    clock: Callable[[], float] = time.time,
) -> dict[str, Any]:
    check_name(topic)
    if most < 1 or seconds <= 0:
        raise InvalidSpec("most and seconds must be greater than 0")
    begin = clock()
    agreed = parse_contract(contract) if contract else None
    # a search goes through the whole window
    wanted = parse_wanted(
        offsets, since, until, None if correlation_id else most, int(begin * 1000)
    )
    found = existing_topic(gateway, topic, "read events of", "READ")
    window = find_window(gateway, topic, len(found.partitions), wanted)
    records, complete = _search(
        gateway.log(), window, correlation_id, most, lambda: begin + seconds - clock()
    )
    newest = wanted.newest is not None
    chosen = records[-most:] if newest else records[:most]
    rows = [_row(record, agreed) for record in chosen]
    return {
        "events": rows,
        "invalid": sum(not row["valid"] for row in rows),
        "complete": complete and (newest or len(records) <= most),
    }


def _search(
    log: Log, window: Window, correlation_id: str | None, most: int, rest: Callable[[], float]
) -> tuple[list[Record], bool]:
    """The records in the order of their timestamps, and whether the window was read to its end."""
    records: list[Record] = []
    read: Counter[TopicPartition] = Counter()
    left = _within(window.start, window)
    while left and (seconds := rest()) > 0:
        reading = log.read(left, _PAGE if correlation_id else most, seconds)
        _check_rights(reading)
        inside = [record for record in reading.records if record.offset < window.end[record.place]]
        read.update(record.place for record in inside)
        records += [
            record
            for record in inside
            if correlation_id is None or _tells_of(record, correlation_id)
        ]
        left = _within(reading.left, window)
        # the first ones by time may be in any partition
        if len(records) >= most if correlation_id else all(read[place] >= most for place in left):
            break
    records.sort(key=lambda record: (record.timestamp, record.partition, record.offset))
    return records, not left


def _within(places: Mapping[TopicPartition, int], window: Window) -> dict[TopicPartition, int]:
    return {place: offset for place, offset in places.items() if offset < window.end[place]}


def _check_rights(reading: Reading) -> None:
    for (topic, partition), why in reading.refused.items():
        if why.code == TOPIC_AUTHORIZATION_FAILED:
            raise NotAuthorized(
                f"cannot read events of topic {topic}: the principal needs the ACL operation READ on it"
            )
        raise StateError(f"cannot read events of topic {topic}, partition {partition}: {why}")


def _tells_of(record: Record, correlation_id: str) -> bool:
    # what is not JSON may still be about it
    wanted = correlation_id.lower()
    if wanted.encode() not in (record.value or b"").lower():
        return False
    decoded = _decode(record)
    return decoded.document is None or any(
        str(found).lower() == wanted for found in _correlation_ids(decoded.document)
    )


class _Decoded(NamedTuple):
    document: dict[str, Any] | None
    why: str = ""


def _decode(record: Record) -> _Decoded:
    if record.value is None:
        return _Decoded(None, "is a tombstone: a record without a value")
    try:
        # json itself would take UTF-16 too, and halves of surrogate pairs
        text = record.value.decode("utf-8-sig")
        document = json.loads(text, parse_constant=_refuse, parse_float=_finite, parse_int=_whole)
        if (
            "\\ud" in text.lower()
        ):  # half a surrogate pair is no character, and Ansible returns none
            json.dumps(document, ensure_ascii=False).encode()
    except (ValueError, RecursionError) as error:
        return _Decoded(None, f"is not JSON in UTF-8: {error}")
    if not isinstance(document, dict):
        return _Decoded(None, "is JSON, but not an object")
    return (
        _Decoded(None, f"is nested more than {_DEEPEST} levels deep")
        if _is_too_deep(document)
        else _Decoded(document)
    )


def _is_too_deep(document: object) -> bool:
    level = [document]
    for _depth in range(_DEEPEST):
        level = [
            item
            for value in level
            for item in (
                value.values()
                if isinstance(value, dict)
                else value
                if isinstance(value, list)
                else ()
            )
        ]
    return bool(level)


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is no number of JSON")


def _finite(number: str) -> float:
    found = float(number)
    if not isfinite(found):
        raise ValueError(f"{number[:_MOST_SHOWN]} is not a JSON number that a double can hold")
    return found


def _whole(number: str) -> int:
    _finite(number)
    return int(number)


def _correlation_ids(document: Mapping[str, Any]) -> list[Plain]:
    event, envelope = unwrap(document)
    return [event.get("correlation_id"), (envelope or {}).get("correlation_id")]


def _row(record: Record, contract: Contract | None) -> dict[str, Any]:
    place = {
        "partition": record.partition,
        "offset": record.offset,
        "timestamp": None if record.timestamp < 0 else iso(record.timestamp),
        "key": None if record.key is None else record.key.decode(errors="backslashreplace"),
    }
    document, why = _decode(record)
    if document is None:
        problem = {"path": "", "rule": "json", "message": f"the record {why}"}
        return {
            **place,
            "wire": None,
            "event_type": None,
            "correlation_id": None,
            "event": None,
            "envelope": None,
            "valid": False,
            "problems": [problem],
        }
    event, envelope = unwrap(document)
    problems = contract.problems(document) if contract else []
    return {
        **place,
        "wire": "bare" if envelope is None else "envelope",
        "event_type": (envelope or {}).get("event_type"),
        "correlation_id": next(
            (found for found in _correlation_ids(document) if found is not None), None
        ),
        "event": event,
        "envelope": envelope,
        "valid": not problems,
        "problems": problems,
    }
