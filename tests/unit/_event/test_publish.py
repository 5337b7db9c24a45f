# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Events on their way to the fake cluster: what is refused before, and what is told after."""

from __future__ import annotations

import json
from typing import Any

import pytest
from ansible_collections.omninode.kafka.plugins.module_utils._core.errors import (
    ApplyFailed,
    InvalidSpec,
    NotAuthorized,
    NotFound,
)
from ansible_collections.omninode.kafka.plugins.module_utils._event.publish import (
    Publication,
    parse_publication,
)
from ansible_collections.omninode.kafka.plugins.modules.event_publish import SPEC

from tests.fakes.gateway import FakeCluster
from tests.schemas.events import contract

RUN = "6f1c2f0e-0a58-4c8e-9d0a-3a1c2d9b7e11"
NOW = 1_700_000_000.25
CONTRACT = {
    "event_type": "DONE",
    "schema": {
        "type": "object",
        "required": ["correlation_id"],
        "properties": {
            "correlation_id": {"type": "string"},
            "timestamp": {"type": "string"},
            "score": {"type": "number", "maximum": 1},
            "stack_trace": {"type": "string"},
        },
    },
    "truncate": ["stack_trace"],
}
ROLES = contract("started")  # of kafka_test_generation
DEFAULTS = {name: option.get("default") for name, option in SPEC.items()}


@pytest.fixture
def cluster() -> FakeCluster:
    found = FakeCluster()
    found.put("t", partitions=3)
    return found


def publication(*events: dict[str, Any], **options: Any) -> Publication:
    return parse_publication(
        {
            **DEFAULTS,
            "topic": "t",
            "contract": CONTRACT,
            "source_node_id": "n",
            **options,
            "events": list(events),
        },
        clock=lambda: NOW,
    )


def sent(cluster: FakeCluster, *events: dict[str, Any], **options: Any) -> dict[str, Any]:
    gateway = cluster.connect()
    return publication(*events, **options).prepare(gateway).send(gateway)


def stored(cluster: FakeCluster) -> list[dict[str, Any]]:
    reading = cluster.connect().log().read({("t", number): 0 for number in range(3)}, 100, 1)
    return [json.loads(record.value or b"") for record in reading.records]


def test_check_mode_and_real_run_report_the_same_events(cluster: FakeCluster) -> None:
    events = [{"correlation_id": RUN, "score": 1}, {"correlation_id": RUN}]
    prepared = publication(*events).prepare(cluster.connect())
    before = prepared.result()
    assert stored(cluster) == []

    after = prepared.send(cluster.connect())

    assert [
        row
        | {"partition": row["partition"], "offset": row["offset"], "timestamp": row["timestamp"]}
        for row in after["events"]
    ] == after["events"]
    assert [
        {name: row[name] for name in told}
        for row, told in zip(after["events"], before["events"], strict=True)
    ] == before["events"]
    assert (before["changed"], after["changed"]) == (True, True)
    assert [row["offset"] for row in after["events"]] == [0, 1]


def test_a_missing_timestamp_and_correlation_id_are_filled_in(cluster: FakeCluster) -> None:
    sent(
        cluster, {}, {"correlation_id": "own", "timestamp": "then"}, correlation_id=RUN, wire="bare"
    )

    assert sorted(stored(cluster), key=lambda event: event["correlation_id"]) == [
        {"correlation_id": RUN, "timestamp": "2023-11-14T22:13:20.250Z"},
        {"correlation_id": "own", "timestamp": "then"},
    ]


def test_without_a_contract_nothing_is_added(cluster: FakeCluster) -> None:
    sent(cluster, {"any": 1}, contract=None, wire="bare", correlation_id=RUN)

    assert stored(cluster) == [{"any": 1}]


@pytest.mark.parametrize(
    ("options", "service"),
    [
        ({}, None),
        ({"source_service": "shop"}, "shop"),
        ({"contract": ROLES}, "omninode-bridge"),
        ({"contract": ROLES, "source_service": "shop"}, "shop"),
    ],
)
def test_source_service_defaults_to_that_of_the_contract(
    cluster: FakeCluster, options: dict[str, Any], service: str | None
) -> None:
    sent(cluster, ROLES["schema"]["examples"][0], **options)

    assert [document["source_service"] for document in stored(cluster)] == [service]


def test_one_invalid_event_refuses_all(cluster: FakeCluster) -> None:
    with pytest.raises(
        InvalidSpec, match=r"^2 errors in the events, nothing was published"
    ) as caught:
        publication({"correlation_id": RUN}, {"correlation_id": RUN, "score": 2}, {})

    assert [(error["where"], error["field"]) for error in caught.value.facts["errors"]] == [
        ("events[1]", "payload.score"),
        ("events[2]", "payload.correlation_id"),
    ]
    assert not cluster.requests


@pytest.mark.parametrize(
    ("denied", "error"),
    [({"WRITE"}, NotAuthorized), ({"DESCRIBE"}, NotAuthorized), ({"DESCRIBE_CONFIGS"}, None)],
)
def test_a_missing_right_is_refused_before_publishing(
    cluster: FakeCluster, denied: set[str], error: type[Exception] | None
) -> None:
    for operation in denied:
        cluster.denied[operation].add("t")
    prepare = publication({"correlation_id": RUN}).prepare
    if error:
        with pytest.raises(error, match="the principal needs the ACL operation WRITE on it"):
            prepare(cluster.connect())
    else:
        prepare(cluster.connect())
    assert cluster.requests["publish"] == 0


def test_an_absent_topic_is_refused_before_publishing(cluster: FakeCluster) -> None:
    with pytest.raises(
        NotFound,
        match=r"^cannot publish to topic absent: "
        r"it does not exist on cluster fake-cluster-id-000000; declare it",
    ):
        publication({"correlation_id": RUN}, topic="absent").prepare(cluster.connect())


def test_each_event_is_reported_as_published_failed_or_unknown(cluster: FakeCluster) -> None:
    cluster.put("t", max_message_bytes="2000")
    # of the events that fit, the first is written, though nobody tells; the second is lost
    cluster.fates["publish"] = ["applied", "dropped"]

    with pytest.raises(
        ApplyFailed,
        match=r"^not all events were published to topic t \(1 published, 1 failed, 2 unknown\):"
        r"\n- events\[2\]: MSG_SIZE",
    ) as caught:
        sent(
            cluster,
            *({"correlation_id": RUN, "n": "x" * size} for size in (1, 2, 3000, 3)),
            max_bytes=5000,
        )

    outcome = caught.value.facts["outcome"]
    assert {status: [row.get("where") for row in rows] for status, rows in outcome.items()} == {
        "published": [None],
        "failed": ["events[2]"],
        "unknown": ["events[0]", "events[1]"],
    }
    assert caught.value.facts["changed"] is True
    assert [len(event["payload"]["n"]) for event in stored(cluster)] == [1, 3]


def test_a_run_that_writes_nothing_is_unchanged(cluster: FakeCluster) -> None:
    cluster.put("t", max_message_bytes="2000")

    with pytest.raises(ApplyFailed) as caught:
        sent(cluster, {"correlation_id": RUN, "n": "x" * 3000}, max_bytes=5000)

    assert caught.value.facts["changed"] is False


@pytest.mark.parametrize("readable", [True, False])
def test_an_event_that_is_too_large_is_told_by_what(cluster: FakeCluster, readable: bool) -> None:
    cluster.put("t", max_message_bytes="2000000")
    told = "topic t takes records of 2000000 bytes"
    if not readable:
        cluster.denied["DESCRIBE_CONFIGS"].add("t")
        told = (
            "Kafka's default of 1048588 bytes is assumed; to read its own limit, the principal"
            " needs the ACL operation DESCRIBE_CONFIGS on the topic"
        )

    with pytest.raises(InvalidSpec) as caught:
        sent(cluster, {"correlation_id": RUN, "n": "x" * 2_100_000})

    [problem] = caught.value.facts["errors"]
    assert problem["message"].endswith(f"({told})")
    assert stored(cluster) == []


@pytest.mark.parametrize("config", [{"max_message_bytes": "3000"}, {}])
def test_an_event_is_truncated_to_max_message_bytes(
    cluster: FakeCluster, config: dict[str, str]
) -> None:
    cluster.put("t", **config)
    limit = int(config.get("max_message_bytes", "1048588"))

    told = sent(
        cluster,
        {"correlation_id": RUN, "stack_trace": "x" * 2 * limit},
        {"correlation_id": RUN, "stack_trace": "short"},
    )

    assert [len(row["truncated"]) for row in told["events"]] == [1, 0]
    long, short = [event["payload"]["stack_trace"] for event in stored(cluster)]
    assert limit * 0.5 < len(long) < limit
    assert short == "short"


def test_a_right_lost_after_the_check_fails_the_events(cluster: FakeCluster) -> None:
    gateway = cluster.connect()
    prepared = publication({"correlation_id": RUN}).prepare(gateway)
    cluster.denied["WRITE"].add("t")

    with pytest.raises(NotAuthorized, match=r"events\[0\]: TOPIC_AUTHORIZATION_FAILED"):
        prepared.send(gateway)


def test_escapes_of_event_info_are_undone(cluster: FakeCluster) -> None:
    event = {"correlation_id": RUN, "timestamp": "t", "a": [{r"\__ansible_type": 1, r"\b": 2}]}
    sent(cluster, event, wire="envelope", metadata={r"\\__ansible_unsafe": 3})
    [document] = stored(cluster)
    assert document["payload"] == {**event, "a": [{"__ansible_type": 1, r"\b": 2}]}
    assert document["metadata"] == {r"\__ansible_unsafe": 3}
