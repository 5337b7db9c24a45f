# SPDX-License-Identifier: GPL-3.0-or-later
"""What event_publish leaves on a topic, as another client reads it; what it refuses, whole."""

from __future__ import annotations

import json
import traceback
import uuid
from functools import partial
from typing import Any

import pytest

from tests.brokers.fixtures import TestBroker
from tests.integration import run
from tests.integration.cluster import Cluster
from tests.integration.conftest import Call

RUN = "6f1c2f0e-0a58-4c8e-9d0a-3a1c2d9b7e11"
CONTRACT = {
    "event_type": "TEST_GENERATION_FAILED",
    "schema": {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "type": "object",
        "required": ["correlation_id", "error_code"],
        "properties": {
            "correlation_id": {"type": "string", "format": "uuid"},
            "timestamp": {"type": "string", "format": "date-time"},
            "error_code": {"type": "string", "minLength": 1},
            "quality_score": {"type": "number", "minimum": 0, "maximum": 1},
            "stack_trace": {"type": ["string", "null"]},
        },
    },
    "truncate": ["stack_trace"],
}
SCHEMAS = run.ROOT / "roles/kafka_test_generation/files/contracts/v1"
SHIPPED = {
    **CONTRACT,
    "schema": json.loads((SCHEMAS / "failed.schema.json").read_text()),
    "envelope": json.loads((SCHEMAS / "envelope.schema.json").read_text()),
}
EVENT = {
    "correlation_id": RUN,
    "error_code": "TEMPLATE_NOT_FOUND",
    "error_message": "none",
    "unknown": {"field": [1, None, "\u00e4\u4f60"]},
}


@pytest.fixture
def topic(cluster: Cluster, prefix: str) -> str:
    name = f"{prefix}failed"
    cluster.create({name: (3, {"compression.type": "snappy"})})
    return name


@pytest.fixture
def publish(broker: TestBroker) -> partial[dict[str, Any]]:
    return partial(
        run.succeed,
        "event_publish",
        bootstrap_servers=broker.bootstrap,
        source_node_id="node-1",
        contract=CONTRACT,
    )


@pytest.fixture
def unpublished(broker: TestBroker) -> Call:
    return partial(
        run.fail,
        "event_publish",
        bootstrap_servers=broker.bootstrap,
        source_node_id="node-1",
        contract=CONTRACT,
    )


def documents(cluster: Cluster, topic: str) -> list[dict[str, Any]]:
    return [json.loads(message.value()) for message in cluster.read(topic)]


def test_events_are_published_in_the_envelope(cluster: Cluster, publish: Call, topic: str) -> None:
    told = publish(
        topic=topic,
        events=[EVENT, {**EVENT, "quality_score": 0.5}],
        environment="development",
        source_version="1.2",
        metadata={"marked": True},
    )

    assert told["changed"] is True
    found = cluster.read(topic)
    assert [
        (row["topic"], row["partition"], row["offset"], row["key"]) for row in told["events"]
    ] == [(topic, message.partition(), message.offset(), RUN) for message in found]
    assert [message.key() for message in found] == [RUN.encode()] * 2
    envelopes = documents(cluster, topic)
    for row, envelope in zip(told["events"], envelopes, strict=True):
        assert (row["event_id"], row["correlation_id"], row["truncated"]) == (
            envelope["event_id"],
            RUN,
            [],
        )
        assert uuid.UUID(envelope["event_id"])
        assert envelope["event_type"] == "TEST_GENERATION_FAILED"
        assert (
            envelope["source_node_id"],
            envelope["source_service"],
            envelope["source_version"],
        ) == ("node-1", None, "1.2")
        assert (envelope["environment"], envelope["correlation_id"], envelope["metadata"]) == (
            "development",
            RUN,
            {"marked": True},
        )
        # the time is filled in, what is unknown is kept
        assert envelope["payload"].items() >= EVENT.items()
        assert envelope["payload"]["timestamp"] == envelope["event_timestamp"]
    assert envelopes[0]["event_id"] != envelopes[1]["event_id"]
    assert envelopes[1]["payload"]["quality_score"] == 0.5


def test_events_are_published_bare(cluster: Cluster, publish: Call, topic: str) -> None:
    told = publish(topic=topic, events=[EVENT], wire="bare", source_node_id=None)

    [message] = cluster.read(topic)
    assert message.key() == RUN.encode()
    assert json.loads(message.value()) == {
        **EVENT,
        "timestamp": json.loads(message.value())["timestamp"],
    }
    assert told["events"][0]["event_id"] is None


def test_any_object_is_published_without_a_contract(
    cluster: Cluster, publish: Call, topic: str
) -> None:
    publish(topic=topic, events=[{"any": 1}], contract=None, wire="bare")
    publish(topic=topic, events=[{"any": 2}], contract=None, event_type="ANY", partition_key="all")

    bare, envelope = sorted(cluster.read(topic), key=lambda message: message.key() or b"")
    assert (bare.key(), json.loads(bare.value())) == (None, {"any": 1})
    assert (envelope.key(), json.loads(envelope.value())["payload"]) == (b"all", {"any": 2})


def test_the_correlation_id_of_the_call_is_that_of_events_without_one(
    cluster: Cluster, publish: Call, topic: str
) -> None:
    other = str(uuid.uuid4())

    publish(
        topic=topic,
        events=[{"error_code": "A"}, {**EVENT, "error_code": "B"}],
        correlation_id=other,
    )

    assert {
        envelope["payload"]["error_code"]: envelope["correlation_id"]
        for envelope in documents(cluster, topic)
    } == {"A": other, "B": RUN}


def test_the_events_of_a_run_stay_in_order(cluster: Cluster, publish: Call, topic: str) -> None:
    publish(topic=topic, events=[{**EVENT, "number": number} for number in range(100)])

    assert [envelope["payload"]["number"] for envelope in documents(cluster, topic)] == list(
        range(100)
    )


def test_no_events_are_no_change(publish: Call, topic: str) -> None:
    told = publish(topic=topic, events=[])

    assert (told["changed"], told["events"]) == (False, [])


def test_check_mode_sends_nothing_and_tells_what_would_be_sent(
    cluster: Cluster, publish: Call, topic: str
) -> None:
    told = publish(topic=topic, events=[EVENT], check=True)

    assert told["changed"] is True
    [row] = told["events"]
    assert (row["topic"], row["key"], row["correlation_id"], "offset" in row) == (
        topic,
        RUN,
        RUN,
        False,
    )
    assert cluster.read(topic) == []


@pytest.mark.parametrize("check", [True, False])
def test_an_invalid_event_keeps_all_from_being_sent(
    cluster: Cluster, unpublished: Call, topic: str, check: bool
) -> None:
    wrong = {"correlation_id": "no-uuid", "error_code": "", "quality_score": 1.7}

    error = unpublished(
        topic=topic, events=[EVENT, EVENT, wrong, {"correlation_id": RUN}], check=check
    )

    assert error["error"] == "InvalidSpec"
    assert {(problem["where"], problem["field"]) for problem in error["errors"]} == {
        ("events[2]", "payload.correlation_id"),
        ("events[2]", "payload.error_code"),
        ("events[2]", "payload.quality_score"),
        ("events[3]", "payload.error_code"),
    }
    assert error["msg"].startswith("4 errors in the events, nothing was published:\n- ")
    assert "events[2]: payload.quality_score: 1.7 is greater than the maximum of 1" in error["msg"]
    assert cluster.read(topic) == []


@pytest.mark.parametrize(("options", "message"), [
    ({"source_node_id": None}, "source_node_id is needed for events in the envelope"),
    ({"contract": None}, "event_type is needed"),
    ({"topic": "a b"}, "topic: 'a b' is not a topic name"),
    ({"max_bytes": 0}, "max_bytes"),
    ({"contract": {"event_type": "A", "schema": {"type": "no such type"}}}, "schema"),
    ({"contract": {"event_type": "A", "schema": {}, "key": "a ||"}}, "key"),
])  # fmt: skip
def test_options_that_cannot_work_are_told_before_connecting(
    unpublished: Call, options: dict[str, Any], message: str
) -> None:
    error = unpublished(
        **{"bootstrap_servers": run.NOWHERE, "topic": "t", "events": [EVENT], **options}
    )

    assert message in error["msg"]
    assert error["error"] == "InvalidSpec"


def deep(depth: int) -> None:
    if depth == 0:
        raise RuntimeError("template \u00e4\u4f60\U0001f642 not found: " + "x" * 5_000_000)
    deep(depth - 1)


@pytest.mark.parametrize("wire", ["envelope", "bare"])
def test_a_large_stack_trace_is_truncated_and_the_event_stays_valid(
    cluster: Cluster, publish: partial[dict[str, Any]], topic: str, wire: str
) -> None:
    with pytest.raises(RuntimeError) as caught:
        deep(50)
    trace = "".join(traceback.format_exception(caught.value))
    assert len(trace) > 5_000_000

    told = publish(
        topic=topic,
        contract=SHIPPED,
        wire=wire,
        events=[{**EVENT, "stack_trace": trace}, {**EVENT, "stack_trace": trace[:1000]}],
    )

    assert [bool(row["truncated"]) for row in told["events"]] == [True, False]
    assert [len(message.value() or b"") > 1_000_000 for message in cluster.read(topic)] == [
        True,
        False,
    ]
    stored, short = [document.get("payload", document) for document in documents(cluster, topic)]
    assert stored["stack_trace"][:1000] == trace[:1000] == short["stack_trace"]
    assert stored["stack_trace"][-1000:] == trace[-1000:]
    assert "characters left out" in stored["stack_trace"]
    read = run.succeed(
        "event_info",
        bootstrap_servers=publish.keywords["bootstrap_servers"],
        topic=topic,
        contract=SHIPPED,
    )
    assert [(row["wire"], row["valid"], row["event"]["stack_trace"]) for row in read["events"]] == [
        (wire, True, stored["stack_trace"]),
        (wire, True, short["stack_trace"]),
    ]


def test_what_cannot_be_truncated_is_refused(
    cluster: Cluster, unpublished: Call, topic: str
) -> None:
    error = unpublished(
        topic=topic, events=[EVENT, {**EVENT, "error_code": "x" * 2000}], max_bytes=1500
    )

    assert error["error"] == "InvalidSpec"
    [problem] = error["errors"]
    assert problem["where"] == "events[1]"
    assert "max_bytes is 1500" in problem["message"]
    assert cluster.read(topic) == []


def test_events_that_the_broker_takes_and_those_that_it_does_not_are_told_apart(
    cluster: Cluster, unpublished: Call, topic: str
) -> None:
    cluster.alter(topic, {"max.message.bytes": "5000"})

    error = unpublished(
        topic=topic, events=[EVENT, {**EVENT, "error_code": "x" * 6000}, EVENT], max_bytes=10_000
    )

    assert (error["error"], error["changed"]) == ("ApplyFailed", True)
    assert {status: len(rows) for status, rows in error["outcome"].items()} == {
        "published": 2,
        "failed": 1,
        "unknown": 0,
    }
    [failed] = error["outcome"]["failed"]
    assert (failed["where"], failed["why"]) == (
        "events[1]",
        "MSG_SIZE_TOO_LARGE: Broker: Message size too large",
    )
    assert (
        error["msg"]
        == f"not all events were published to topic {topic} (2 published, 1 failed, 0 unknown): "
        f"events[1]: {failed['why']}"
    )
    assert len(cluster.read(topic)) == 2


@pytest.mark.parametrize("check", [True, False])
def test_an_absent_topic_is_told_and_not_created(
    cluster: Cluster, unpublished: Call, prefix: str, check: bool
) -> None:
    """Although the broker creates topics on demand."""
    error = unpublished(topic=f"{prefix}absent", events=[EVENT], check=check)

    assert error["error"] == "NotFound"
    assert f"topic {prefix}absent: it does not exist" in error["msg"]
    assert cluster.names(prefix) == []


def test_an_unreachable_cluster_is_reported_as_by_every_module(unpublished: Call) -> None:
    error = unpublished(bootstrap_servers=run.NOWHERE, topic="t", events=[EVENT])

    assert (
        error["msg"]
        == f"cannot reach {run.NOWHERE}: host name not resolved: check bootstrap_servers"
    )
