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
from typing import Any, Protocol, TypeVar

from ..._core.errors import InvalidSpec, Unsupported
from ..._core.foreign import printable
from ..._kafka.errors import Rejection
from .. import sasl
from ..connection import Connection

IMPORT_ERROR: str | None = None
try:
    from confluent_kafka import KafkaError, KafkaException
except ImportError:
    # the runner reports it
    IMPORT_ERROR = traceback.format_exc()

_SETUP_MS = 5000
# as librdkafka says that it was built without
_NO_PROVIDER = "No provider for SASL mechanism"
_NO_GSSAPI = (
    "GSSAPI: this build of librdkafka lacks it, as all that PyPI has; install a librdkafka with "
    "libsasl2, such as Debian's librdkafka-dev with libsasl2-modules-gssapi-mit, and "
    "pip install --no-binary confluent-kafka confluent-kafka"
)
_NO_TEXT = "what answers is not Kafka: it sends names that are no text"


class _Client(Protocol):
    def poll(self, timeout: float, /) -> Any: ...


C = TypeVar("C", bound=_Client)


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
        line = printable(record.getMessage())
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
            self.lines.append(printable(error.str()))
        elif self.all_down is None:
            self.all_down = time.monotonic()


def client(
    kind: Callable[..., C], connection: Connection, journal: Journal, settings: Mapping[str, Any]
) -> C:
    """A client of that kind, which connects in the background.

    Raises InvalidSpec for properties that the library refuses, Unsupported for a mechanism that it
    lacks, and ClusterUnreachable where there is no token.
    """
    logger = logging.Logger("omninode.kafka")
    logger.addHandler(journal)
    properties: dict[str, Any] = {"socket.connection.setup.timeout.ms": _SETUP_MS}
    properties |= connection.client_config()
    properties |= settings
    properties["error_cb"] = journal.on_error
    if connection.sasl_mechanism == sasl.OAUTHBEARER:
        properties["oauth_cb"] = _tokens_of(connection)
    try:
        made = kind(properties, logger=logger)
        if "oauth_cb" in properties:
            # newer releases ask for a token by themselves, older ones only when they poll
            made.poll(0)
        return made
    except KafkaException as error:
        why = said(error)
    except (TypeError, ValueError) as error:
        why = str(error)
    if _NO_PROVIDER in why:
        raise Unsupported(f"cannot connect to {connection.address} by {_NO_GSSAPI}")
    # the library may quote a property's value; for the same reason its error is not chained
    why = connection.scrub(why)
    raise InvalidSpec(f"cannot connect to {connection.address}: {why}")


def why_unreachable(journal: Journal, connection: Connection) -> str:
    """Why no broker was reached."""
    from ..diagnosis import reason
    from ..explanation import explained

    return reason(journal.lines, partial(explained, connection))


def _tokens_of(connection: Connection) -> Callable[[str], tuple[str, float, str, dict[str, str]]]:
    """The oauth_cb of the library, which calls it on a thread of its own, and tells no errors."""
    from .. import tokens

    extensions = tokens.extensions(connection)
    # the first one now, whose error is told
    tokens.token(connection)

    def issue(_config: str) -> tuple[str, float, str, dict[str, str]]:
        token = tokens.token(connection)
        return token.text, token.ends, "", extensions

    return issue


def metadata_of(asked: Any, seconds: float, *topic: str) -> Any:
    """What that client finds in the cluster: all, or one topic. Raises KafkaException."""
    try:
        return asked.list_topics(*topic, timeout=seconds)
    except UnicodeDecodeError:
        raise KafkaException(KafkaError(KafkaError._BAD_MSG, _NO_TEXT)) from None


def said(exception: KafkaException) -> str:
    """What the client library says went wrong."""
    return printable(exception.args[0].str())


def raised(exception: KafkaException) -> Rejection:
    """The error of an exception, as an answer."""
    return rejection(exception.args[0])


def rejection(error: KafkaError) -> Rejection:
    return Rejection(error.code(), error.name(), printable(error.str() or ""))
