# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which records of the fake cluster are returned, and when reading them ends."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

import pytest
from ansible_collections.omninode.kafka.plugins.module_utils._cluster.gateway.records import (
    Message,
    Reading,
)
from ansible_collections.omninode.kafka.plugins.module_utils._core.errors import (
    NotAuthorized,
    NotFound,
    StateError,
)
from ansible_collections.omninode.kafka.plugins.module_utils._event.read import read_events
from ansible_collections.omninode.kafka.plugins.module_utils._kafka.errors import Rejection
from ansible_collections.omninode.kafka.plugins.module_utils._kafka.partitions import TopicPartition

from tests.fakes.gateway import FakeCluster
from tests.fakes.log import FakeLog

NOW = 1_700_000_000_000


@pytest.fixture
def cluster() -> FakeCluster:
    """Ten records in turns over two partitions, one a second; the even ones are of run A."""
    found = FakeCluster()
    found.put("t", partitions=2)
    for number in range(10):
        document = {"number": number, "correlation_id": "b" if number % 2 else "A"}
        found.write(
            "t", number // 2 % 2, Message(None, json.dumps(document).encode()), NOW + number * 1000
        )
    return found


def numbers(read: Mapping[str, Any]) -> list[int]:
    return [row["event"]["number"] for row in read["events"]]


@pytest.mark.parametrize(
    ("options", "expected", "complete"),
    [
        ({}, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9], True),
        ({"limit": 3}, [7, 8, 9], True),
        ({"since": "2023-11-14T22:13:21Z", "limit": 3}, [1, 2, 3], False),
        ({"since": "2023-11-14T22:13:21Z", "limit": 9}, [1, 2, 3, 4, 5, 6, 7, 8, 9], True),
        ({"offsets": {0: 2}}, [4, 5, 8, 9], True),
        ({"correlation_id": "a"}, [0, 2, 4, 6, 8], True),
        ({"correlation_id": "a", "limit": 2}, [0, 2], False),
        ({"correlation_id": "c"}, [], True),
    ],
)
def test_records_of_the_window_are_sorted_by_time(
    cluster: FakeCluster, options: dict[str, Any], expected: list[int], complete: bool
) -> None:
    read = read_events(cluster.connect(), "t", **options)

    assert (numbers(read), read["complete"]) == (expected, complete)


def page_by_page(monkeypatch: pytest.MonkeyPatch, size: int) -> list[float]:
    """The log returns less than was asked for, as it does of large records.

    Returns the seconds that each call was given.
    """
    seconds: list[float] = []
    whole = FakeLog.read

    def read(log: FakeLog, start: Mapping[TopicPartition, int], most: int, rest: float) -> Reading:
        seconds.append(rest)
        return whole(log, start, min(most, size), rest)

    monkeypatch.setattr(FakeLog, "read", read)
    return seconds


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"limit": 4},
        {"limit": 4, "since": "2023-11-14T22:13:21Z"},
        {"correlation_id": "a"},
        {"correlation_id": "a", "limit": 3},
    ],
)
def test_a_log_that_returns_few_records_at_a_time_changes_nothing(
    cluster: FakeCluster, monkeypatch: pytest.MonkeyPatch, options: dict[str, Any]
) -> None:
    whole = read_events(cluster.connect(), "t", **options)
    calls = page_by_page(monkeypatch, 1)

    assert read_events(cluster.connect(), "t", **options) == whole
    assert len(calls) > 1


def ticking(*times: float) -> Callable[[], float]:
    left = list(times)
    return lambda: left.pop(0) if len(left) > 1 else left[0]


def test_the_timeout_covers_all_reads_together(
    cluster: FakeCluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    seconds = page_by_page(monkeypatch, 1)

    read = read_events(cluster.connect(), "t", timeout=10, clock=ticking(1000, 1001, 1004, 1010))

    assert seconds == [9, 6]
    assert (numbers(read), read["complete"]) == ([0, 1, 2, 3], False)


def test_records_written_after_the_start_are_left_out(cluster: FakeCluster) -> None:
    late = Message(None, json.dumps({"number": 10}).encode())
    cluster.before("read", lambda: cluster.write("t", 0, late, NOW + 10_000))

    read = read_events(cluster.connect(), "t")

    assert (numbers(read), read["complete"]) == (list(range(10)), True)


@pytest.mark.parametrize("operation", ["READ", "DESCRIBE"])
def test_a_missing_right_to_read_is_named(cluster: FakeCluster, operation: str) -> None:
    cluster.denied[operation].add("t")

    with pytest.raises(
        NotAuthorized,
        match=r"^cannot read events of topic t: the principal needs the ACL operation READ on it",
    ):
        read_events(cluster.connect(), "t")
    assert cluster.requests["read"] == 0


def test_an_absent_topic_is_an_error(cluster: FakeCluster) -> None:
    with pytest.raises(NotFound, match=r"^cannot read events of topic absent: it does not exist"):
        read_events(cluster.connect(), "absent")


@pytest.mark.parametrize(
    ("why", "error"),
    [
        (Rejection(29, "TOPIC_AUTHORIZATION_FAILED", "no"), NotAuthorized),
        (Rejection(5, "LEADER_NOT_AVAILABLE", "none"), StateError),
    ],
)
def test_a_partition_refused_while_reading_is_an_error(
    cluster: FakeCluster, monkeypatch: pytest.MonkeyPatch, why: Rejection, error: type[Exception]
) -> None:
    monkeypatch.setattr(
        FakeLog,
        "read",
        lambda _log, start, _most, _seconds: Reading([], {}, dict.fromkeys(start, why)),
    )

    with pytest.raises(error, match=r"^cannot read events of topic t"):
        read_events(cluster.connect(), "t")


@pytest.mark.parametrize(
    ("value", "why"),
    [
        (
            b'{"a": 1e400}',
            "is not JSON in UTF-8: 1e400 is not a JSON number that a double can hold",
        ),
        (
            b'{"a": [-1e400]}',
            "is not JSON in UTF-8: -1e400 is not a JSON number that a double can hold",
        ),
        (b'{"a": 2' + b"0" * 309 + b"}", "is not a JSON number that a double can hold"),
        (b'{"a": 2' + b"0" * 9000 + b"}", "is not a JSON number that a double can hold"),
        ('{"a": "\\ud83d"}'.encode("utf-16"), "is not JSON in UTF-8"),
        (b'{"a": "\xed\xa0\xbd"}', "is not JSON in UTF-8"),
    ],
)
def test_a_value_that_no_result_can_hold_is_invalid(value: bytes, why: str) -> None:
    cluster = FakeCluster()
    cluster.put("t")
    cluster.write("t", 0, Message(None, value), NOW)

    [row] = read_events(cluster.connect(), "t")["events"]

    assert (row["valid"], row["event"]) == (False, None)
    assert why in row["problems"][0]["message"]
    assert len(row["problems"][0]["message"]) < 300


@pytest.mark.parametrize(
    ("value", "event"),
    [
        (b'{"a": 1e308, "b": 1' + b"0" * 308 + b"}", {"a": 1e308, "b": 10**308}),
        (b'\xef\xbb\xbf{"a": 1}', {"a": 1}),
        (b'{"__ansible_type": "nosuch"}', {"__ansible_type": "nosuch"}),
    ],
)
def test_unusual_but_valid_json_is_read(value: bytes, event: dict[str, Any]) -> None:
    cluster = FakeCluster()
    cluster.put("t")
    cluster.write("t", 0, Message(None, value), NOW)

    [row] = read_events(cluster.connect(), "t")["events"]

    assert (row["valid"], row["event"]) == (True, event)
