# SPDX-License-Identifier: GPL-3.0-or-later
"""Publishes events from asyncio: each run's in their order, in a bounded time, losing none."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any

from confluent_kafka import KafkaError, KafkaException, Producer

from .events import Message
from .spool import Spool

log = logging.getLogger(__name__)


class EventPublisher:
    """`async with EventPublisher({"bootstrap.servers": ...}, spool) as publisher`.

    `seconds`: how long one event may take.
    """

    def __init__(self, client_config: Mapping[str, Any], spool: Path, seconds: float = 5.0) -> None:
        self._seconds = seconds
        self._spool = Spool(spool)
        self._producer = Producer(
            {
                **client_config,
                "enable.idempotence": True,  # and with it acks=all
                "delivery.timeout.ms": int(seconds * 1000),
                "linger.ms": 0,
                "partitioner": "murmur2_random",  # the partitions that Java clients choose
                "allow.auto.create.topics": False,
            },
            logger=log,
        )
        self._publishing: dict[str, asyncio.Task[None]] = {}  # the newest of each run
        self._resending: asyncio.Task[None] | None = None
        self._closing = threading.Event()
        self._reports = threading.Thread(
            target=self._serve_reports, name="delivery reports", daemon=True
        )

    async def __aenter__(self) -> EventPublisher:
        self._loop = asyncio.get_running_loop()
        self._reports.start()
        self.resend()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Waits for what is on its way; what is not sent by then stays in the spool."""
        try:
            if self._publishing:
                await asyncio.wait(self._publishing.values())
            if self._resending:
                await asyncio.wait([self._resending], timeout=self._seconds)
                self._resending.cancel()
        finally:
            self._closing.set()
            await asyncio.to_thread(self._reports.join)

    def publish(self, message: Message) -> asyncio.Future[None]:
        """Goes on when whoever awaits it is cancelled, and never raises.

        An event that cannot be sent is logged and spooled.
        """
        run = message.run

        def forget(done: asyncio.Task[None]) -> None:
            # a later event of the run may have taken its place
            if self._publishing[run] is done:
                del self._publishing[run]

        task = self._loop.create_task(self._publish(message, self._publishing.get(run)))
        self._publishing[run] = task
        task.add_done_callback(forget)
        return asyncio.shield(task)

    def resend(self) -> asyncio.Task[None]:
        """Sends the spooled events, oldest first.

        That is also done at the start, and whenever an event was delivered.
        """
        if self._resending is None or self._resending.done():
            self._resending = self._loop.create_task(self._resend())
        return self._resending

    async def _publish(self, message: Message, earlier: asyncio.Task[None] | None) -> None:
        sent = waits = False
        try:
            if earlier:
                await asyncio.wait([earlier])
            waits = self._spool.holds(message.run)
            sent = not waits and await self._send(message) is None
        finally:
            if not sent:
                self._spool.add(message)
        if waits:
            await asyncio.wait([self.resend()], timeout=self._seconds)
        elif sent and self._spool:
            self.resend()

    async def _resend(self) -> None:
        """One round. Where an event cannot be sent, the rest of its run waits; other runs go on."""
        waiting: set[str] = set()
        silent: set[str] = set()
        sent = False
        try:
            while message := self._spool.oldest(besides=waiting):
                if message.topic in silent:
                    waiting.add(message.run)
                elif (error := await self._send(message)) is None:
                    self._spool.remove(message)
                    sent = True
                else:
                    waiting.add(message.run)
                    # errors of the client itself are negative: no broker answered,
                    # so none will for the topic's other events
                    if error.code() < 0:
                        silent.add(message.topic)
        finally:
            if sent:
                self._spool.save()

    async def _send(self, message: Message) -> KafkaError | None:
        """Until the broker has it, or why not."""
        reported: asyncio.Future[KafkaError | None] = self._loop.create_future()

        def report(error: KafkaError | None, _message: object) -> None:
            self._loop.call_soon_threadsafe(
                lambda: None if reported.done() else reported.set_result(error)
            )

        try:
            self._producer.produce(
                message.topic,
                message.value.encode("utf-8", "replace"),
                message.run.encode(),
                on_delivery=report,
            )
            error = await reported
        except BufferError:
            error = KafkaError(KafkaError._QUEUE_FULL)
        except KafkaException as refusal:
            error = refusal.args[0]
        if error:
            log.warning(
                "an event of run %s was not sent to %s: %s", message.run, message.topic, error.str()
            )
        return error

    def _serve_reports(self) -> None:
        while not self._closing.is_set():
            self._producer.poll(0.1)
