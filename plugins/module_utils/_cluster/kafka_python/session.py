# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A connection by kafka-python: how it is opened, asked within a deadline, and given up."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from contextlib import suppress
from functools import partial
from typing import Any, NamedTuple

from ..._core.errors import ClusterUnreachable, Unsupported
from ..._kafka.errors import Rejection
from ..background import begin
from ..connection import Connection
from ..gateway.clusters import Broker
from .client import admin_client, check_library, refusal, send, silence, unanswered
from .properties import properties

# check_library reports it where the library is missing
with suppress(ImportError):
    from kafka.errors import KafkaError, UnsupportedVersionError

# a cluster is unreachable when none of these answers
_TRIED_BROKERS = 3
_CONNECT_SECONDS = 7.0


class _Unanswered(Exception):
    def __init__(self, why: Rejection) -> None:
        super().__init__(why)
        self.why = why


class _Client(NamedTuple):
    """kafka-python's, and the broker that it is connected to."""

    admin: Any
    broker: int


class Session:
    """What the adapters of all APIs share. `_subject`: what they ask about, for messages."""

    _subject = "replicas"

    def __init__(
        self, connection: Connection, brokers: Sequence[Broker], standing: Callable[[], str]
    ) -> None:
        """Connects only when asked. `brokers`: those that another client library has reached.

        `standing`: tells, when no answer comes, which brokers answer and what is wrong with the
        others; kafka-python does not. Raises Unsupported.
        """
        check_library(self._subject)
        silence()
        self._connection = connection
        self._brokers = tuple(brokers)
        self._standing = standing
        self._properties = properties(connection)
        self._client: _Client | None = None

    def close(self) -> None:
        client = self._client
        self._client = None
        if client:
            closed = begin(client.admin.close)
            with suppress(TimeoutError, KafkaError, OSError, RuntimeError):
                closed.result(_CONNECT_SECONDS)

    def _read(self, request: Callable[..., Any], **fields: Any) -> Any:
        """The response. `request`: one of kafka-python's classes."""
        try:
            return self._ask(request, **fields)
        except _Unanswered:
            self._give_up()
        try:
            return self._ask(request, **fields)
        except _Unanswered as error:
            self._give_up()
            lost = self._explained(error.why)
        raise ClusterUnreachable(f"cannot read from {self._connection.address}: {lost}")

    def _write(self, request: Callable[..., Any], **fields: Any) -> Any:
        """The response, or a rejection that is lost."""
        try:
            return self._ask(request, **fields)
        except _Unanswered as error:
            self._give_up()
            return self._explained(error.why)

    def _read_each(
        self, brokers: Sequence[int], request: Callable[..., Any], **fields: Any
    ) -> Mapping[int, Any]:
        """The response of each broker, or a rejection that is lost."""
        admin = self._opened().admin
        deadline = time.monotonic() + self._connection.timeout
        asked = {}
        for broker in brokers:
            asked[broker] = begin(partial(send, admin, request(**fields), broker))
        answers = {}
        is_lost = False
        for broker, answer in asked.items():
            seconds = max(0.0, deadline - time.monotonic())
            try:
                answers[broker] = self._answer(answer, seconds)
            except _Unanswered as error:
                answers[broker] = error.why
                is_lost = True
        if is_lost:
            # the library knows no broker that was away when it last looked
            self._give_up()
        return answers

    def _ask(self, request: Callable[..., Any], **fields: Any) -> Any:
        client = self._opened()
        asked = partial(send, client.admin, request(**fields), client.broker)
        return self._answer(begin(asked), self._connection.timeout)

    def _answer(self, answer: Future[Any], seconds: float) -> Any:
        """The response, unless it leaves open what became of the request."""
        try:
            response = answer.result(seconds)
        except UnsupportedVersionError as error:
            what = f"cannot ask {self._connection.address} about {self._subject}"
            raise Unsupported(f"{what}: its Kafka is too old for it: {error}") from None
        except (TimeoutError, KafkaError) as error:
            response = unanswered(error, self._connection.timeout)
        refused = refusal(response)
        if refused is None or not refused.lost:
            return response
        # the library may quote a property's value; for the same reason its error is not chained
        why = self._connection.scrub(refused.message)
        raise _Unanswered(refused._replace(message=why))

    def _opened(self) -> _Client:
        if self._client is None:
            self._client = self._open()
        return self._client

    def _open(self) -> _Client:
        tried = self._brokers[:_TRIED_BROKERS]
        # one that hangs leaves time for the others
        seconds = min(_CONNECT_SECONDS, self._connection.timeout / max(1, len(tried)))
        for broker in tried:
            own = {
                "bootstrap_servers": [broker.address],
                "bootstrap_timeout_ms": int(seconds * 1000),
            }
            opened = begin(partial(admin_client, {**self._properties, **own}))
            with suppress(TimeoutError, KafkaError):
                return _Client(opened.result(seconds), broker.id)
        self._give_up()
        what = f"cannot reach {self._connection.address} with kafka-python"
        raise ClusterUnreachable(f"{what}: {self._standing()}")

    def _give_up(self) -> None:
        """The next call opens a new connection, to another broker where there is one."""
        if self._client:
            begin(self._client.admin.close)
        self._client = None
        self._brokers = (*self._brokers[1:], *self._brokers[:1])

    def _explained(self, lost: Rejection) -> Rejection:
        return lost._replace(message=f"{lost.message} ({self._standing()})")
