# SPDX-License-Identifier: GPL-3.0-or-later
"""A node that generates tests, and reports each run.

First Started, then exactly one of Completed and Failed.
"""

from __future__ import annotations

import asyncio
import json
import time
import traceback
import uuid
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from .events import LONGEST_MESSAGE, LONGEST_TRACE, Completed, Failed, Source, Started, shortened
from .publisher import EventPublisher


@dataclass(frozen=True, kw_only=True)
class GenerationRequest:
    test_contract_name: str
    test_types: Sequence[str]
    node_name: str
    output_directory: str
    workflow_id: str | None = None
    correlation_id: str = field(default_factory=lambda: str(uuid.uuid4()))


@dataclass(frozen=True, kw_only=True)
class GeneratedTests:
    """Checked where it is made, so that a mistake in it is reported as the generator's error."""

    files: Sequence[str]
    quality_score: float
    coverage_estimate: float | None = None
    metadata: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not 0 <= self.quality_score <= 1:
            raise ValueError(f"quality_score must be 0 to 1, not {self.quality_score}")
        if self.coverage_estimate is not None and not 0 <= self.coverage_estimate <= 100:
            raise ValueError(f"coverage_estimate must be 0 to 100, not {self.coverage_estimate}")
        json.dumps(self.metadata, allow_nan=False, default=str)


class GenerationError(Exception):
    """Why tests cannot be generated, as far as the generator foresees it."""

    code = "GENERATION_FAILED"

    def __init__(
        self, message: str, test_type: str | None = None, partial_files: Sequence[str] = ()
    ) -> None:
        super().__init__(message)
        self.test_type = test_type
        self.partial_files = partial_files


class TemplateNotFound(GenerationError):
    code = "TEMPLATE_NOT_FOUND"


Generator = Callable[[GenerationRequest], Awaitable[GeneratedTests]]


class NodeTestGeneratorEffect:
    def __init__(self, generate: Generator, publisher: EventPublisher, source: Source) -> None:
        self._generate = generate
        self._publisher = publisher
        self._source = source

    async def execute_effect(self, request: GenerationRequest) -> GeneratedTests:
        """The caller sees the work's own result or error, whatever becomes of the events."""
        begin = time.monotonic()
        # not awaited: the work does not wait for Kafka
        self._publish(_started(request))
        try:
            tests = await self._generate(request)
        except (Exception, asyncio.CancelledError) as error:
            await self._publish(_failed(request, error))
            raise
        await self._publish(_completed(request, tests, time.monotonic() - begin))
        return tests

    def _publish(self, event: Started | Completed | Failed) -> asyncio.Future[None]:
        return self._publisher.publish(self._source.message(event))


def _started(request: GenerationRequest) -> Started:
    return Started(
        correlation_id=request.correlation_id,
        workflow_id=request.workflow_id,
        test_contract_name=request.test_contract_name,
        test_types=request.test_types,
        node_name=request.node_name,
        output_directory=request.output_directory,
    )


def _completed(request: GenerationRequest, tests: GeneratedTests, seconds: float) -> Completed:
    return Completed(
        correlation_id=request.correlation_id,
        workflow_id=request.workflow_id,
        generated_files=tests.files,
        file_count=len(tests.files),
        duration_seconds=seconds,
        quality_score=tests.quality_score,
        test_coverage_estimate=tests.coverage_estimate,
        metadata=tests.metadata,
    )


def _failed(request: GenerationRequest, error: BaseException) -> Failed:
    foreseen = error if isinstance(error, GenerationError) else None
    return Failed(
        correlation_id=request.correlation_id,
        workflow_id=request.workflow_id,
        error_code=foreseen.code if foreseen else type(error).__name__,
        error_message=shortened(str(error) or type(error).__name__, LONGEST_MESSAGE),
        stack_trace=shortened("".join(traceback.format_exception(error)), LONGEST_TRACE),
        failed_test_type=foreseen.test_type if foreseen else None,
        partial_files_generated=foreseen.partial_files if foreseen else (),
    )
