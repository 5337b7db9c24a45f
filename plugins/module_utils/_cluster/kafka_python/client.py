# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The client library kafka-python: whether it is there, and how it is called.

Written against kafka-python 3.0.12. Its admin methods drop what a broker says beyond the code of an
error, and `describe_log_dirs` even that, so requests are sent by the client's connection manager,
an attribute that is private there. It waits for ever where it cannot encode a request, and its
`api_versions()` fails on Kafka 4.4.
"""

from __future__ import annotations

import logging
from contextlib import suppress
from typing import Any

from ..._core.errors import Unsupported
from ..._core.foreign import printable
from ..._kafka.errors import TIMED_OUT, TRANSPORT, Rejection

_OLDEST = 3
# check_library reports it where the library is missing
with suppress(ImportError):
    from kafka import KafkaAdminClient
    from kafka.errors import KafkaTimeoutError, RequestTimedOutError, for_code


def check_library(subject: str) -> None:
    """Raises Unsupported unless kafka-python is there, and new enough to ask about the subject."""
    with suppress(ImportError):
        from kafka import __version__ as version

        major = int(version.partition(".")[0])
        if major >= _OLDEST:
            return
    raise Unsupported(
        f"cannot ask about {subject}: this needs the Python library kafka-python {_OLDEST} "
        f"or newer on the host that runs the module (pip install 'kafka-python>={_OLDEST}')"
    )


def silence() -> None:
    """Keeps the library's log lines, which hold its properties, away from stderr."""
    logger = logging.getLogger("kafka")
    logger.propagate = False
    if not logger.handlers:
        logger.addHandler(logging.NullHandler())


def admin_client(properties: dict[str, Any]) -> Any:
    """A client that is connected. Raises KafkaError."""
    return KafkaAdminClient(**properties)


def send(client: Any, request: Any, broker: int) -> Any:
    """The response. Raises KafkaError."""
    manager = client._manager
    return manager.run(manager.send, request, broker)


def rejection(code: int, message: str | None) -> Rejection | None:
    """A broker's error; None for its code 0, which is none."""
    if not code:
        return None
    known = for_code(code)
    return Rejection(code, known.message, printable(message or known.description))


def refusal(response: Any) -> Rejection | None:
    """What is said of the request as a whole; not all versions of all responses say it."""
    if isinstance(response, Rejection):
        return response
    code = getattr(response, "error_code", 0)
    return rejection(code, getattr(response, "error_message", None))


def unanswered(error: Exception, seconds: float) -> Rejection:
    """Why there is no answer; it is lost."""
    if isinstance(error, (TimeoutError, KafkaTimeoutError, RequestTimedOutError)):
        return Rejection(TIMED_OUT, "_TIMED_OUT", f"no answer within {seconds:g} s")
    return Rejection(TRANSPORT, "_TRANSPORT", printable(str(error)))
