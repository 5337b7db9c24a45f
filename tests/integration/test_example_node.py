# SPDX-License-Identifier: GPL-3.0-or-later
"""The example of a node: what its runs leave on the topics, read by a plain consumer, while its
broker works, hangs or is gone."""

from __future__ import annotations

import asyncio
import json
import logging
import signal
import subprocess
import sys
import uuid
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from confluent_kafka import Consumer, TopicPartition
from jsonschema import Draft202012Validator

from examples.node_test_generator_effect.events import Source, Started
from examples.node_test_generator_effect.node import (
    GeneratedTests,
    GenerationRequest,
    NodeTestGeneratorEffect,
    TemplateNotFound,
)
from examples.node_test_generator_effect.publisher import EventPublisher
from tests.integration.cluster import Cluster
from tests.integration.own_broker import OwnBroker, own_broker, port_from
from tests.integration.run import ROOT

PORT = port_from(21850)
BOOTSTRAP = f"127.0.0.1:{PORT}"
TOPICS = {
    kind: f"dev.omninode-bridge.test-generation.{kind}.v1"
    for kind in ("started", "completed", "failed")
}
CONTRACTS = ROOT / "roles/kafka_test_generation/files/contracts/v1"
SECONDS = 10.0  # that one event may take; a living broker surely takes less
HANGS = 120.0  # without that bound, the client library waits for 300

TESTS = GeneratedTests(
    files=["tests/test_unit.py"],
    quality_score=0.92,
    coverage_estimate=85.5,
    metadata={"unit_tests": 12},
)

Generate = Callable[[GenerationRequest], Awaitable[GeneratedTests]]


@pytest.fixture(scope="module")
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OwnBroker]:
    with own_broker(tmp_path_factory.mktemp("broker"), "example", PORT) as broker:
        broker.bring("started")
        broker.play("topics")
        Cluster(BOOTSTRAP).await_logs(TOPICS.values())
        yield broker


@pytest.fixture
def spool(tmp_path: Path) -> Path:
    return tmp_path / "unsent.jsonl"


@pytest.fixture
def wanted() -> GenerationRequest:
    return GenerationRequest(
        test_contract_name="postgres_crud_effect_tests",
        test_types=["unit", "integration"],
        node_name="postgres_crud_effect",
        output_directory="./generated",
        workflow_id=str(uuid.uuid4()),
    )


def publisher(spool: Path) -> EventPublisher:
    return EventPublisher({"bootstrap.servers": BOOTSTRAP}, spool, SECONDS)


def node(generate: Generate, events: EventPublisher) -> NodeTestGeneratorEffect:
    return NodeTestGeneratorEffect(generate, events, Source("test-generator-1", "dev"))


def effect(generate: Generate, request: GenerationRequest, spool: Path) -> GeneratedTests:
    async def once() -> GeneratedTests:
        async with asyncio.timeout(HANGS), publisher(spool) as events:
            return await node(generate, events).execute_effect(request)

    return asyncio.run(once())


async def generated(_request: GenerationRequest) -> GeneratedTests:
    return TESTS


def events_of(run: str) -> list[dict[str, Any]]:
    """The payloads of a run, as they were stored: each is valid, and has its run as its key."""
    found = sorted(
        (record for record in _records() if record[2]["correlation_id"] == run),
        key=lambda record: record[0],
    )
    for _timestamp, key, envelope in found:
        kind = envelope["event_type"].removeprefix("TEST_GENERATION_").lower()
        assert key == run
        assert envelope["payload"]["correlation_id"] == run
        for schema, document in (("envelope", envelope), (kind, envelope["payload"])):
            checker = Draft202012Validator.FORMAT_CHECKER
            Draft202012Validator(
                json.loads((CONTRACTS / f"{schema}.schema.json").read_text()),
                format_checker=checker,
            ).validate(document)
    return [
        {"type": envelope["event_type"], **envelope["payload"]}
        for _timestamp, _key, envelope in found
    ]


def _records() -> Iterator[tuple[int, str, dict[str, Any]]]:
    consumer = Consumer(
        {
            "bootstrap.servers": BOOTSTRAP,
            "group.id": "plain",
            "enable.auto.commit": False,
            "enable.partition.eof": True,
        }
    )
    try:
        open_ends = {(topic, partition) for topic in TOPICS.values() for partition in range(3)}
        consumer.assign([TopicPartition(topic, partition, 0) for topic, partition in open_ends])
        while open_ends:
            record = consumer.poll(300)
            assert record is not None, f"no answer for {open_ends}"
            if record.error():
                open_ends.remove((record.topic(), record.partition()))
            else:
                assert (
                    record.topic()
                    == TOPICS[json.loads(record.value())["event_type"].rsplit("_")[-1].lower()]
                )
                yield record.timestamp()[1], record.key().decode(), json.loads(record.value())
    finally:
        consumer.close()


def types(run: str) -> list[str]:
    return [event["type"].removeprefix("TEST_GENERATION_") for event in events_of(run)]


@pytest.mark.usefixtures("broker")
class TestWorkingBroker:
    def test_a_run_that_succeeds(self, wanted: GenerationRequest, spool: Path) -> None:
        assert effect(generated, wanted, spool) is TESTS

        started, completed = events_of(wanted.correlation_id)
        assert (
            started.items()
            >= {
                "type": "TEST_GENERATION_STARTED",
                "test_types": ["unit", "integration"],
                "node_name": "postgres_crud_effect",
            }.items()
        )
        assert (
            completed.items()
            >= {
                "type": "TEST_GENERATION_COMPLETED",
                "generated_files": TESTS.files,
                "file_count": 1,
                "quality_score": 0.92,
            }.items()
        )
        assert started["workflow_id"] == completed["workflow_id"] == wanted.workflow_id
        assert not spool.exists()

    def test_a_foreseen_error(self, wanted: GenerationRequest, spool: Path) -> None:
        error = TemplateNotFound(
            "there is no template test_contract.py.j2", "contract", ["tests/test_unit.py"]
        )

        async def fail(_request: GenerationRequest) -> GeneratedTests:
            raise error

        with pytest.raises(TemplateNotFound) as raised:
            effect(fail, wanted, spool)

        assert raised.value is error
        _started, failed = events_of(wanted.correlation_id)
        assert (
            failed.items()
            >= {
                "error_code": "TEMPLATE_NOT_FOUND",
                "error_message": str(error),
                "failed_test_type": "contract",
            }.items()
        )
        assert failed["partial_files_generated"] == ["tests/test_unit.py"]

    def test_an_unforeseen_error_of_any_size(self, wanted: GenerationRequest, spool: Path) -> None:
        async def fail(_request: GenerationRequest) -> GeneratedTests:
            raise ZeroDivisionError("\0 \udc80" + "ü" * 5_000_000 + "the end")

        with pytest.raises(ZeroDivisionError):
            effect(fail, wanted, spool)

        _started, failed = events_of(wanted.correlation_id)
        assert failed["error_code"] == "ZeroDivisionError"
        assert failed["error_message"].startswith("\0 ?üü")
        assert "characters left out" in failed["error_message"]
        assert failed["stack_trace"].startswith("Traceback")
        assert failed["stack_trace"].endswith("the end\n")

    def test_a_result_that_would_be_an_invalid_event_is_an_error_of_the_generator(
        self, wanted: GenerationRequest, spool: Path
    ) -> None:
        async def exaggerate(_request: GenerationRequest) -> GeneratedTests:
            return GeneratedTests(files=[], quality_score=1.7)

        with pytest.raises(ValueError, match="quality_score must be 0 to 1"):
            effect(exaggerate, wanted, spool)
        assert types(wanted.correlation_id) == ["STARTED", "FAILED"]

    def test_cancelled_work_has_failed(self, wanted: GenerationRequest, spool: Path) -> None:
        async def cancelled() -> None:
            begun = asyncio.Event()

            async def endless(_request: GenerationRequest) -> GeneratedTests:
                begun.set()
                await asyncio.Event().wait()
                return TESTS

            async with publisher(spool) as events:
                work = asyncio.create_task(node(endless, events).execute_effect(wanted))
                await begun.wait()
                work.cancel()
                with pytest.raises(asyncio.CancelledError):
                    await work

        asyncio.run(cancelled())
        _started, failed = events_of(wanted.correlation_id)
        assert failed["error_code"] == failed["error_message"] == "CancelledError"

    def test_who_is_cancelled_after_the_work_has_completed_it(
        self, wanted: GenerationRequest, spool: Path
    ) -> None:
        async def cancelled() -> None:
            done = asyncio.Event()

            async def generate(_request: GenerationRequest) -> GeneratedTests:
                done.set()
                return TESTS

            async with publisher(spool) as events:
                work = asyncio.create_task(node(generate, events).execute_effect(wanted))
                await done.wait()
                work.cancel()
                with pytest.raises(asyncio.CancelledError):
                    await work

        asyncio.run(cancelled())
        assert types(wanted.correlation_id) == ["STARTED", "COMPLETED"]

    def test_an_event_that_is_refused_waits_and_lets_the_others_pass(
        self, wanted: GenerationRequest, spool: Path
    ) -> None:
        refused = GenerationRequest(
            test_contract_name="x" * 2_000_000, test_types=[], node_name="n", output_directory="o"
        )

        assert effect(generated, refused, spool) is TESTS
        effect(generated, wanted, spool)

        assert types(wanted.correlation_id) == ["STARTED", "COMPLETED"]
        assert [json.loads(line)["run"] for line in spooled(spool)] == [refused.correlation_id] * 2

    def test_a_spool_that_cannot_be_written_hides_nothing(
        self, tmp_path: Path, caplog: pytest.LogCaptureFixture
    ) -> None:
        refused = GenerationRequest(
            test_contract_name="x" * 2_000_000, test_types=[], node_name="n", output_directory="o"
        )

        assert effect(generated, refused, tmp_path / "no folder" / "unsent.jsonl") is TESTS
        kept = [
            record.message
            for record in caplog.records
            if record.levelno == logging.ERROR and refused.correlation_id in record.message
        ]
        assert ["TEST_GENERATION_STARTED" in message for message in kept] == [True, False]

    def test_a_line_that_a_crash_cut_off_takes_no_other_with_it(
        self, wanted: GenerationRequest, spool: Path
    ) -> None:
        started = Started(
            correlation_id=wanted.correlation_id,
            test_contract_name="x",
            test_types=[],
            node_name="n",
            output_directory="o",
        )
        message = Source("test-generator-1", "dev").message(started)
        spool.write_text(json.dumps(message._asdict()) + '\n{"at": "2026-')

        asyncio.run(open_and_resend(spool))

        assert types(wanted.correlation_id) == ["STARTED"]
        assert spooled(spool) == []

    def test_the_command_of_the_readme(self, tmp_path: Path) -> None:
        command = [
            sys.executable,
            "-m",
            "examples.node_test_generator_effect",
            BOOTSTRAP,
            str(tmp_path),
        ]
        done = subprocess.run(
            [*command, "unit"], cwd=ROOT, capture_output=True, text=True, check=True
        )
        run = done.stdout.split()[1].rstrip(":")
        assert types(run) == ["STARTED", "COMPLETED"]

        failed = subprocess.run(
            [*command, "unit", "poetry"], cwd=ROOT, capture_output=True, text=True, check=False
        )
        assert failed.returncode == 1
        assert failed.stderr.endswith("TemplateNotFound: there is no template for poetry tests\n")


def spooled(spool: Path) -> list[str]:
    return [line for line in spool.read_text().splitlines() if line]


async def open_and_resend(spool: Path) -> None:
    async with publisher(spool) as events:
        await events.resend()


def test_a_broker_that_hangs_in_the_middle(
    broker: OwnBroker, wanted: GenerationRequest, spool: Path
) -> None:
    async def hang(_request: GenerationRequest) -> GeneratedTests:
        while not types(wanted.correlation_id):
            await asyncio.sleep(0)
        broker.signal(signal.SIGSTOP)
        return TESTS

    async def once() -> None:
        async with publisher(spool) as events:
            async with asyncio.timeout(HANGS):
                assert await node(hang, events).execute_effect(wanted) is TESTS
            [line] = spooled(spool)
            assert json.loads(line)["topic"] == TOPICS["completed"]
            broker.signal(signal.SIGCONT)
            # the same publisher goes on
            await node(generated, events).execute_effect(other)
            await events.resend()

    other = GenerationRequest(
        test_contract_name="other", test_types=[], node_name="n", output_directory="o"
    )
    try:
        asyncio.run(once())
    finally:
        broker.signal(signal.SIGCONT)
    assert spooled(spool) == []
    # what was on its way when the time was up may have arrived as well
    assert [*dict.fromkeys(types(wanted.correlation_id))] == ["STARTED", "COMPLETED"]
    assert types(other.correlation_id) == ["STARTED", "COMPLETED"]


def test_a_broker_that_is_gone(broker: OwnBroker, wanted: GenerationRequest, spool: Path) -> None:
    async def fail(_request: GenerationRequest) -> GeneratedTests:
        raise TemplateNotFound("there is no template test_unit.py.j2")

    broker.command("stop")
    try:
        with pytest.raises(TemplateNotFound):
            effect(fail, wanted, spool)
        assert [json.loads(line)["topic"] for line in spooled(spool)] == [
            TOPICS["started"],
            TOPICS["failed"],
        ]
    finally:
        broker.command("start")

    asyncio.run(open_and_resend(spool))

    assert types(wanted.correlation_id) == ["STARTED", "FAILED"]
    assert spooled(spool) == []
