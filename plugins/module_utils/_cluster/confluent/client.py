# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What all clients of confluent-kafka have in common: how they are made, what they log, and their errors in our words."""

from __future__ import annotations

import logging
import time
import traceback
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, TypeVar

from ..._core.errors import InvalidSpec
from ..._kafka.errors import Rejection
from ..certificate import why_untrusted
from ..connection import Connection
from ..diagnosis import reason

IMPORT_ERROR: str | None = None
try:
    from confluent_kafka import KafkaError, KafkaException
except ImportError:
    # the runner reports it
    IMPORT_ERROR = traceback.format_exc()

_SETUP_MS = 5000

C = TypeVar("C")


class Journal(logging.Handler):
    """Keeps librdkafka's log lines, which would otherwise go to stderr; they hold the real cause of failures."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[str] = []
        self.debug_lines: list[str] = []
        self.all_down: float | None = None

    def emit(self, record: logging.LogRecord) -> None:
        (self.debug_lines if record.levelno <= logging.DEBUG else self.lines).append(
            record.getMessage()
        )

    def on_error(self, error: KafkaError) -> None:
        """The client library's error_cb."""
        if error.code() == KafkaError._ALL_BROKERS_DOWN:
            self.all_down = self.all_down or time.monotonic()
        else:
            self.lines.append(error.str())


def client(
    kind: Callable[..., C], connection: Connection, journal: Journal, settings: Mapping[str, Any]
) -> C:
    """A client of that kind, which connects in the background. Raises InvalidSpec for properties that the library refuses."""
    logger = logging.Logger("omninode.kafka")
    logger.addHandler(journal)
    setup = {"socket.connection.setup.timeout.ms": _SETUP_MS}
    try:
        return kind(
            {**setup, **connection.client_config(), **settings, "error_cb": journal.on_error},
            logger=logger,
        )
    except (KafkaException, TypeError, ValueError) as error:
        text = error.args[0].str() if isinstance(error, KafkaException) else str(error)
        # the message may quote a property's value; the cause is not chained, since it does too
        why = connection.scrub(text)
        raise InvalidSpec(f"cannot connect to {connection.address}: {why}") from None


def cause(journal: Journal, connection: Connection) -> str:
    """Why no broker was reached."""
    return reason(journal.lines, partial(why_untrusted, connection))


def rejection(error: KafkaError) -> Rejection:
    return Rejection(error.code(), error.name(), error.str() or "")
