# SPDX-License-Identifier: GPL-3.0-or-later
"""The three events of a run and the envelope around them, as the contract has them.

This file does not know Kafka.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from typing import Any, ClassVar, NamedTuple

# In characters. Escaped in JSON, each takes six bytes at most,
# so any event stays below the topics' max.message.bytes of 1 MiB.
LONGEST_TRACE = 100_000
LONGEST_MESSAGE = 10_000


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="microseconds")


@dataclass(frozen=True, kw_only=True)
class Event:
    """`correlation_id` is the same in all events of one run."""

    kind: ClassVar[str]
    correlation_id: str
    workflow_id: str | None = None
    timestamp: str = field(default_factory=_now)
    schema_version: str = "1.0"


@dataclass(frozen=True, kw_only=True)
class Started(Event):
    kind = "started"
    test_contract_name: str
    test_types: Sequence[str]
    node_name: str
    output_directory: str


@dataclass(frozen=True, kw_only=True)
class Completed(Event):
    kind = "completed"
    generated_files: Sequence[str]
    file_count: int
    duration_seconds: float
    quality_score: float
    test_coverage_estimate: float | None = None
    metadata: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Failed(Event):
    kind = "failed"
    error_code: str
    error_message: str
    stack_trace: str | None = None
    failed_test_type: str | None = None
    partial_files_generated: Sequence[str] = ()
    metadata: Mapping[str, Any] = field(default_factory=dict)


class Message(NamedTuple):
    """What is sent to Kafka.

    `run`: the correlation id, which is also the key, so that a run's events of one topic share a
    partition.
    """

    at: str
    topic: str
    run: str
    value: str


@dataclass(frozen=True)
class Source:
    """Who reports.

    `environment`: development, staging or prod. Topics call development dev; both words are taken.
    """

    node_id: str
    environment: str
    instance: str | None = None
    service: str = "omninode-bridge"
    version: str = "1.0.0"

    def message(self, event: Event) -> Message:
        at = _now()
        prefix = "dev" if self.environment == "development" else self.environment
        topic = f"{prefix}.{self.service}.test-generation.{event.kind}.v1"
        value = json.dumps(
            self._envelope(event, at),
            ensure_ascii=False,
            separators=(",", ":"),
            allow_nan=False,
            default=str,
        )
        return Message(at, topic, event.correlation_id, value)

    def _envelope(self, event: Event, at: str) -> dict[str, Any]:
        return {
            "envelope_version": "1.0",
            "event_id": str(uuid.uuid4()),
            "event_type": f"TEST_GENERATION_{event.kind.upper()}",
            "event_version": "1.0",
            "event_timestamp": at,
            "source_node_id": self.node_id,
            "source_service": self.service,
            "source_version": self.version,
            "source_instance": self.instance,
            "correlation_id": event.correlation_id,
            "causation_id": None,
            "environment": "development" if self.environment == "dev" else self.environment,
            "region": None,
            "partition_key": None,
            "payload": asdict(event),
            "metadata": {},
        }


def shortened(text: str, longest: int) -> str:
    """Without its middle where it is too long: the ends of a stack trace tell the most."""
    if len(text) <= longest:
        return text
    half = longest // 2
    return f"{text[:half]}\n… {len(text) - 2 * half} characters left out …\n{text[-half:]}"
