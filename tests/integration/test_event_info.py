# SPDX-License-Identifier: GPL-3.0-or-later
"""What event_info reads of events that other clients wrote in any form.

It leaves no trace of its reading.
"""

from __future__ import annotations

import json
import uuid
from functools import partial
from typing import Any

import pytest
from ansible_collections.omninode.kafka.plugins.module_utils._cluster.confluent.gateway import (
    ConfluentGateway,
)
from ansible_collections.omninode.kafka.plugins.module_utils._cluster.connection import Connection
from ansible_collections.omninode.kafka.plugins.module_utils._core.foreign import from_ansible
from ansible_collections.omninode.kafka.plugins.module_utils._event.read import read_events

from tests.brokers.fixtures import TestBroker
from tests.hostile import TEXTS
from tests.integration import run
from tests.integration.cluster import Cluster, Written
from tests.integration.conftest import Call

RUN = "6f1c2f0e-0a58-4c8e-9d0a-3a1c2d9b7e11"
BEGIN = 1_700_000_000_000  # 2023-11-14T22:13:20Z
CONTRACT = {
    "event_type": "DONE",
    "schema": {
        "type": "object",
        "required": ["correlation_id"],
        "properties": {"quality_score": {"type": "number", "maximum": 1}},
    },
}
EVENT = {"correlation_id": RUN, "quality_score": 0.5}
ENVELOPE = {
    "envelope_version": "1.0",
    "event_type": "DONE",
    "source_node_id": "node-1",
    "correlation_id": RUN,
}


@pytest.fixture
def topic(cluster: Cluster, prefix: str) -> str:
    name = f"{prefix}done"
    # old records stay
    cluster.create({name: (3, {"retention.ms": "-1"})})
    return name


@pytest.fixture
def info(broker: TestBroker) -> Call:
    return partial(run.succeed, "event_info", bootstrap_servers=broker.bootstrap)


def written(
    partition: int, document: object, seconds: float = 0, key: bytes | None = b"k"
) -> Written:
    value = (
        document
        if isinstance(document, bytes) or document is None
        else json.dumps(document).encode()
    )
    return Written(partition, key, value, int(BEGIN + seconds * 1000))


def numbers(read: dict[str, Any]) -> list[int]:
    return [row["event"]["number"] for row in read["events"]]


def test_both_wire_forms_are_decoded(cluster: Cluster, info: Call, topic: str) -> None:
    cluster.write(topic, written(0, {**ENVELOPE, "payload": EVENT}, 0), written(0, EVENT, 1, None))

    read = info(topic=topic, contract=CONTRACT)

    assert (read["changed"], read["invalid"], read["complete"]) == (False, 0, True)
    enveloped, bare = read["events"]
    assert enveloped == {
        "partition": 0,
        "offset": 0,
        "timestamp": "2023-11-14T22:13:20.000Z",
        "key": "k",
        "wire": "envelope",
        "event_type": "DONE",
        "correlation_id": RUN,
        "event": EVENT,
        "envelope": ENVELOPE,
        "valid": True,
        "problems": [],
    }
    assert bare == {
        **enveloped,
        "offset": 1,
        "timestamp": "2023-11-14T22:13:21.000Z",
        "key": None,
        "wire": "bare",
        "event_type": None,
        "envelope": None,
    }


STRANGE = {
    "no JSON": (b"hello", "is not JSON in UTF-8"),
    "no UTF-8": (b'{"a": "\xff"}', "is not JSON in UTF-8"),
    "nothing": (b"", "is not JSON in UTF-8"),
    "NaN": (b'{"a": NaN}', "NaN is not a JSON number"),
    "no number": (b'{"a": [-1e400]}', "-1e400 is not a JSON number that a double can hold"),
    "no whole number": (
        b'{"a": 1' + b"0" * 400 + b"}",
        "000 is not a JSON number that a double can hold",
    ),
    "UTF-16": ('{"a": "\\ud83d"}'.encode("utf-16"), "is not JSON in UTF-8"),
    "half a character in bytes": (b'{"a": "\xed\xa0\xbd"}', "is not JSON in UTF-8"),
    "deeper than the parser goes": (b"[" * 200_000, "is not JSON in UTF-8"),
    "deeper than Ansible shows": (
        b'{"a":' * 300 + b"1" + b"}" * 300,
        "is nested more than 100 levels deep",
    ),
    "half a character": (b'{"a": "\\ud83d"}', "is not JSON in UTF-8"),
    "a list": (b"[1]", "is JSON, but not an object"),
    "a tombstone": (None, "is a tombstone"),
}


def test_what_is_no_event_is_reported_and_stops_nothing(
    cluster: Cluster, info: Call, topic: str
) -> None:
    cluster.write(
        topic,
        *(written(0, value, number) for number, (value, _why) in enumerate(STRANGE.values())),
        written(0, EVENT, 100),
    )

    read = info(topic=topic, contract=CONTRACT)

    assert [row["valid"] for row in read["events"]] == [False] * len(STRANGE) + [True]
    assert read["invalid"] == len(STRANGE)
    for row, (_value, why) in zip(read["events"], STRANGE.values(), strict=False):
        assert (row["wire"], row["event"], row["envelope"]) == (None, None, None)
        [problem] = row["problems"]
        assert why in problem["message"]


def test_events_that_break_the_contract_are_reported(
    cluster: Cluster, info: Call, topic: str
) -> None:
    broken = {**EVENT, "quality_score": 1.7}
    cluster.write(
        topic,
        written(0, {**ENVELOPE, "payload": broken}, 0),
        written(0, broken, 1),
        written(0, EVENT, 2),
        written(0, {}, 3),
    )

    read = info(topic=topic, contract=CONTRACT)

    assert [[problem["path"] for problem in row["problems"]] for row in read["events"]] == [
        ["payload.quality_score"], ["quality_score"], [], ["correlation_id"],
    ]  # fmt: skip
    assert read["events"][0]["problems"][0]["message"] == "1.7 is greater than the maximum of 1"
    assert read["invalid"] == 3
    # without a contract, each is an event
    assert info(topic=topic)["invalid"] == 0


def test_ansible_takes_what_no_terminal_shows(
    cluster: Cluster, broker: TestBroker, topic: str
) -> None:
    cluster.write(
        topic,
        written(0, b'{"zero": "\\u0000", "pair": "\\ud83d\\ude42"}', 0, b"\xff\x00"),
        *(written(0, value, 1) for value, _why in STRANGE.values()),
    )

    played = run.play(
        [
            {
                "name": "Read",
                "omninode.kafka.event_info": {
                    "topic": topic,
                    "bootstrap_servers": broker.bootstrap,
                },
            }
        ]
    )

    assert played.returncode == 0, played.stdout
    [row, *_strange] = played.results[0]["events"]
    assert (row["event"], row["key"]) == ({"zero": "\0", "pair": "\U0001f642"}, "\\xff\0")


TYPED: list[dict[str, Any]] = [
    {"__ansible_type": "nosuch"},
    {"a": [{"__ansible_type": "_AnsibleTaggedStr", "value": "b", "tags": []}]},
    {"__ansible_unsafe": "{{ 6 * 7 }}", "\\__ansible_type": 1, "a": {"__ansible_vault": "x"}},
    *(
        {"value": text, "in": [text], "": {text: {text: text}}}
        for name, text in TEXTS.items()
        if name not in ("half a surrogate pair", "long")
    ),
]


def test_events_stay_what_they_are_for_ansible(
    cluster: Cluster, broker: TestBroker, topic: str
) -> None:
    cluster.write(topic, *(written(0, document, number) for number, document in enumerate(TYPED)))
    connection = {"group/omninode.kafka.all": {"bootstrap_servers": broker.bootstrap}}
    tasks = [
        {"omninode.kafka.event_info": {"topic": topic}, "register": "read"},
        {
            "omninode.kafka.event_publish": {
                "topic": topic,
                "wire": "bare",
                "events": "{{ read.events | map(attribute='event') }}",
            }
        },
        {"omninode.kafka.event_info": {"topic": topic, "limit": 500}},
    ]

    played = run.play(tasks, module_defaults=connection)

    assert played.returncode == 0, played.stdout[-2000:]
    first, _published, second = played.results
    assert [from_ansible(row["event"]) for row in first["events"]] == TYPED
    # what was read can be published, and is the same again
    assert sorted(json.dumps(from_ansible(row["event"])) for row in second["events"]) == sorted(
        json.dumps(document) for document in [*TYPED, *TYPED]
    )
    assert (first["invalid"], second["invalid"]) == (0, 0)
    assert first["events"][0]["event"] == {"\\__ansible_type": "nosuch"}


@pytest.fixture
def hourly(cluster: Cluster, topic: str) -> str:
    """One event an hour, in turns over the partitions."""
    cluster.write(
        topic,
        *(
            written(
                number % 3,
                {
                    "number": number,
                    "correlation_id": RUN.upper() if number in (2, 7) else str(uuid.uuid4()),
                },
                number * 3600,
            )
            for number in range(9)
        ),
    )
    return topic


@pytest.mark.parametrize(("options", "expected", "complete"), [
    ({}, [0, 1, 2, 3, 4, 5, 6, 7, 8], True),
    # the newest
    ({"limit": 2}, [7, 8], True),
    ({"limit": 2, "until": "2023-11-15T02:13:20Z"}, [2, 3], True),
    # the first from then on
    ({"since": "2023-11-15T02:13:20Z"}, [4, 5, 6, 7, 8], True),
    ({"since": "2023-11-15T02:13:20Z", "limit": 2}, [4, 5], False),
    ({"since": "2023-11-15T02:13:20Z", "until": "2023-11-15T04:13:20Z"}, [4, 5], True),
    ({"since": "1h"}, [], True),
    ({"offsets": {1: 1}}, [4, 7], True),
    ({"offsets": {1: 1, "2": 2}}, [4, 7, 8], True),
    ({"offsets": {1: 1}, "limit": 1}, [4], False),
    ({"offsets": {0: 3}}, [], True),
    ({"offsets": {0: 300}}, [], True),
    ({"correlation_id": RUN}, [2, 7], True),
    ({"correlation_id": RUN, "since": "2023-11-15T02:13:20Z"}, [7], True),
    ({"correlation_id": RUN, "until": "2023-11-15T02:13:20Z"}, [2], True),
    ({"correlation_id": str(uuid.UUID(int=0))}, [], True),
])  # fmt: skip
def test_a_window_is_read(
    info: Call, hourly: str, options: dict[str, Any], expected: list[int], complete: bool
) -> None:
    read = info(topic=hourly, **options)

    assert (numbers(read), read["complete"]) == (expected, complete)


@pytest.mark.parametrize(("options", "message"), [
    ({"since": "yesterday"}, "'yesterday' is neither a time with an offset"),
    ({"offsets": {"a": 1}}, "'a': 1 is not the number of a partition and an offset"),
    ({"offsets": {0: 1}, "since": "1h"}, "mutually exclusive"),
    ({"limit": 0}, "limit must be greater than 0"),
    ({"timeout": 0}, "timeout must be"),
    ({"topic": ""}, "topic: '' is not a topic name"),
])  # fmt: skip
def test_options_that_cannot_work_are_told(
    broker: TestBroker, prefix: str, options: dict[str, Any], message: str
) -> None:
    assert (
        message
        in run.fail(
            "event_info",
            **{"bootstrap_servers": broker.bootstrap, "topic": f"{prefix}t", **options},
        )["msg"]
    )


def test_a_run_is_found_among_many_records(cluster: Cluster, info: Call, topic: str) -> None:
    others = (
        written(
            number % 3, {**EVENT, "correlation_id": str(uuid.UUID(int=number)), "number": number}
        )
        for number in range(50_000)
    )
    cluster.write(
        topic, written(0, {**EVENT, "number": -1}), *others, written(1, {**EVENT, "number": -2}, 1)
    )

    read = info(topic=topic, correlation_id=RUN)

    assert (numbers(read), read["complete"]) == ([-1, -2], True)


def test_time_bounds_a_search(cluster: Cluster, broker: TestBroker, topic: str) -> None:
    cluster.write(topic, written(0, EVENT))
    gateway = ConfluentGateway(Connection((broker.bootstrap,)))

    read = read_events(gateway, topic, timeout=0.000001)

    assert (read["events"], read["complete"]) == ([], False)


def test_reading_joins_no_group_and_commits_nothing(
    cluster: Cluster, info: Call, topic: str
) -> None:
    def groups() -> list[str]:
        return sorted(
            group.group_id for group in cluster.admin.list_consumer_groups().result().valid
        )

    cluster.write(topic, written(0, EVENT))
    before = groups()

    assert len(info(topic=topic)["events"]) == 1

    assert groups() == before
    assert "omninode.kafka" not in before


def test_an_absent_topic_is_told_and_not_created(
    cluster: Cluster, broker: TestBroker, prefix: str
) -> None:
    error = run.fail("event_info", bootstrap_servers=broker.bootstrap, topic=f"{prefix}absent")

    assert error["error"] == "NotFound"
    assert cluster.names(prefix) == []
