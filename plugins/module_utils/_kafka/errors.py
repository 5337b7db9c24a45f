# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Why Kafka did not read or write something, and the error codes that the stages tell apart.

Source: https://kafka.apache.org/protocol.html#protocol_error_codes
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple, TypeVar

UNKNOWN_SERVER_ERROR = -1
UNKNOWN_TOPIC = 3
BROKER_NOT_AVAILABLE = 8
TOPIC_AUTHORIZATION_FAILED = 29
GROUP_AUTHORIZATION_FAILED = 30
CLUSTER_AUTHORIZATION_FAILED = 31
TOPIC_ALREADY_EXISTS = 36
INVALID_PARTITIONS = 37
INVALID_CONFIG = 40
SECURITY_DISABLED = 54  # there is no authorizer
REASSIGNMENT_IN_PROGRESS = 60
ELECTION_NOT_NEEDED = 84
NO_REASSIGNMENT_IN_PROGRESS = 85
RESOURCE_NOT_FOUND = 91
TIMED_OUT = -185  # the client gave up waiting
TRANSPORT = -195  # the connection broke

# A broker's errors that do not prove that it refused: REQUEST_TIMED_OUT, NETWORK_EXCEPTION,
# NOT_ENOUGH_REPLICAS_AFTER_APPEND and NOT_CONTROLLER. A controller gives the last one, too,
# when another one takes over before the write is committed.
_UNDECIDED = frozenset({7, 13, 20, 41})
# The client library's own error codes are below -1. With these two it sent nothing:
# _INVALID_ARG and _UNSUPPORTED_FEATURE.
_NEVER_SENT = frozenset({-186, -165})


class Rejection(NamedTuple):
    """Why an item was not read or written: the error code, its name, the broker's message."""

    code: int
    error: str
    message: str

    def __str__(self) -> str:
        if not self.message:
            return self.error
        return f"{self.error}: {self.message}"

    @property
    def lost(self) -> bool:
        """Whether the true answer got lost: the write may have happened, or may still happen."""
        if self.code < UNKNOWN_SERVER_ERROR:
            return self.code not in _NEVER_SENT
        return self.code in _UNDECIDED


T = TypeVar("T")
Answers = Mapping[str, "T | Rejection"]
Acknowledgements = Mapping[str, "Rejection | None"]
