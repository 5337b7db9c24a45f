# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What all clients of confluent-kafka share: how they are made, what they log, their errors."""

from __future__ import annotations

import logging
import time
import traceback
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, TypeVar

from ..._core.errors import InvalidSpec
from ..._kafka.errors import Rejection
from ..connection import Connection

IMPORT_ERROR: str | None = None
try:
    from confluent_kafka import KafkaError, KafkaException
except ImportError:
    # the runner reports it
    IMPORT_ERROR = traceback.format_exc()

_SETUP_MS = 5000
_NO_TEXT = "what answers is not Kafka: it sends names that are no text"

C = TypeVar("C")


class Journal(logging.Handler):
    """Keeps librdkafka's log lines, which hold the real cause of failures, away from stderr.

    `all_down`: since when no broker is connected, by the monotonic clock.
    """

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[str] = []
        self.debug_lines: list[str] = []
        self.all_down: float | None = None

    def emit(self, record: logging.LogRecord) -> None:
        line = record.getMessage()
        if record.levelno <= logging.DEBUG:
            self.debug_lines.append(line)
        else:
            self.lines.append(line)

    def serve(self, asked: Any, seconds: float = 0) -> None:
        """Lets that client report and log, which it does only when polled."""
        try:
            asked.poll(seconds)
        except UnicodeDecodeError:
            # such as the name of a host, by a server that is no broker
            self.lines.append(_NO_TEXT)

    def on_error(self, error: KafkaError) -> None:
        """The client library's error_cb."""
        if error.code() != KafkaError._ALL_BROKERS_DOWN:
            self.lines.append(error.str())
        elif self.all_down is None:
            self.all_down = time.monotonic()


def client(
    kind: Callable[..., C], connection: Connection, journal: Journal, settings: Mapping[str, Any]
) -> C:
    """A client of that kind, which connects in the background.

    Raises InvalidSpec for properties that the library refuses.
    """
    logger = logging.Logger("omninode.kafka")
    logger.addHandler(journal)
    properties: dict[str, Any] = {"socket.connection.setup.timeout.ms": _SETUP_MS}
    properties |= connection.client_config()
    properties |= settings
    properties["error_cb"] = journal.on_error
    try:
        return kind(properties, logger=logger)
    except KafkaException as error:
        why = said(error)
    except (TypeError, ValueError) as error:
        why = str(error)
    # the library may quote a property's value; for the same reason its error is not chained
    why = connection.scrub(why)
    raise InvalidSpec(f"cannot connect to {connection.address}: {why}")


def why_unreachable(journal: Journal, connection: Connection) -> str:
    """Why no broker was reached."""
    from ..certificate import why_untrusted
    from ..diagnosis import reason

    return reason(journal.lines, partial(why_untrusted, connection))


def said(exception: KafkaException) -> str:
    """What the client library says went wrong."""
    return str(exception.args[0].str())


def raised(exception: KafkaException) -> Rejection:
    """The error of an exception, as an answer."""
    return rejection(exception.args[0])


def rejection(error: KafkaError) -> Rejection:
    return Rejection(error.code(), error.name(), error.str() or "")
