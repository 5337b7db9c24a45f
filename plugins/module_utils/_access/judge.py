# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Compares what an application may do with what is declared of it. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple, TypeAlias

from .._core.wording import listed
from .._kafka.acls import CLUSTER, GROUP, LITERAL, TRANSACTIONAL_ID, with_implied
from .._kafka.errors import (
    GROUP_AUTHORIZATION_FAILED,
    TOPIC_AUTHORIZATION_FAILED,
    UNKNOWN_TOPIC,
    Rejection,
)
from .._kafka.intent import NEEDED
from .._kafka.operations import ALTER_CONFIGS, CREATE, DESCRIBE, DESCRIBE_CONFIGS, IDEMPOTENT_WRITE
from .targets import Target

# the operations, or why the cluster does not tell them; None where it only says nothing
Answer: TypeAlias = frozenset[str] | Rejection | None

PROVED, MISSING, EXCESS, UNKNOWN = "proved", "missing", "excess", "unknown"
_DENIED = (TOPIC_AUTHORIZATION_FAILED, GROUP_AUTHORIZATION_FAILED)
# they neither read nor change what is in a topic of others; CREATE is for topics to come
_TOUCHING_NOTHING = frozenset({CREATE, DESCRIBE, DESCRIBE_CONFIGS})
# it gives nothing that WRITE on a topic does not (KIP-679)
_OF_ANY_CLUSTER = frozenset({IDEMPOTENT_WRITE})
_NOT_IMPLYING = frozenset({ALTER_CONFIGS, CREATE})
_NONE: frozenset[str] = frozenset()
_NOTHING_TOLD = "the cluster does not tell what may be done with it"
_UNTOLD = "Kafka tells no operations of transactional IDs"


class Access(NamedTuple):
    """What is proved of one resource. `may`: None where that is unknown.

    `lacking`: what is declared, and refused. `touching`: what is allowed on a topic of others.
    """

    target: Target
    status: str
    may: frozenset[str] | None = None
    lacking: frozenset[str] = frozenset()
    touching: frozenset[str] = frozenset()
    why: str = ""

    @property
    def differs(self) -> bool:
        """Whether the proof fails by it."""
        return bool(self.lacking or self.touching)

    def as_result(self) -> dict[str, Any]:
        pattern = self.target.pattern
        return {
            "resource_type": pattern.resource_type,
            "resource_name": pattern.name,
            "pattern_type": pattern.pattern_type,
            "others": self.target.is_others,
            "declared": _lower(self.target.declared),
            "may": None if self.may is None else _lower(self.may),
            "status": self.status,
            "why": self.why,
        }


def judge(target: Target, answer: Answer) -> Access:
    if target.pattern.resource_type == TRANSACTIONAL_ID:
        return Access(target, UNKNOWN, why=_UNTOLD)
    if answer is None:
        return Access(target, UNKNOWN, why=_NOTHING_TOLD)
    if not isinstance(answer, Rejection):
        return _compared(target, answer)
    if answer.code in _DENIED:
        return _hidden(target)
    why = str(answer)
    if answer.code == UNKNOWN_TOPIC:
        why = "it does not exist" if target.exists else "none exists"
        why = f"{why}, and Kafka tells no operations of what is not there"
    return Access(target, UNKNOWN, why=why)


def _compared(target: Target, may: frozenset[str]) -> Access:
    lacking = target.declared - may
    beyond = _beyond(target, may)
    touching = beyond - _TOUCHING_NOTHING if target.is_others else _NONE
    more = beyond - touching
    parts = []
    if lacking:
        parts.append(f"may not {_words(lacking)}")
    if touching:
        parts.append(f"may {_words(touching)}, although it belongs to others")
    if more:
        parts.append(f"may also {_words(more)}, which is not declared")
    status = EXCESS if beyond else PROVED
    if lacking:
        status = MISSING
    why = "; ".join(parts)
    return Access(target, status, may, lacking, touching, why)


def _hidden(target: Target) -> Access:
    """It may not even be described, which READ, WRITE, DELETE and ALTER would imply."""
    lacking = target.declared - _NOT_IMPLYING
    if not lacking:
        return Access(target, PROVED, _NONE)
    why = f"may not {_words(lacking)}, and not even {DESCRIBE}"
    return Access(target, MISSING, _NONE, lacking, why=why)


def _beyond(target: Target, may: frozenset[str]) -> frozenset[str]:
    """What is not declared, without what is implied by more than itself."""
    beyond = may - with_implied(target.declared)
    if target.pattern.resource_type == CLUSTER:
        beyond -= _OF_ANY_CLUSTER
    for implied in (DESCRIBE, DESCRIBE_CONFIGS):
        others = may - {implied}
        if implied in with_implied(others):
            beyond -= {implied}
    return beyond


def reason(access: Access) -> str:
    """What differs, and what to do about it."""
    target = access.target
    pattern = target.pattern
    if access.touching:
        remedy = "remove the ACL that allows it, which omninode.kafka.acl_info names"
        return f"{target}: {access.why}: {remedy}"
    name = pattern.name
    if pattern.pattern_type != LITERAL:
        name = f"{{{pattern.pattern_type}: {name}}}"
    words = []
    for option in _options(pattern.resource_type, access.lacking):
        words.append(f"{option}: [{name}]")
    declared = " and ".join(words)
    remedy = f"declare {declared} in an ACL of the application, and run the role kafka_acls"
    return f"{target}: {access.why}: {remedy}"


def _options(resource_type: str, operations: Iterable[str]) -> list[str]:
    """What has to be declared for these operations."""
    if resource_type == GROUP:
        return ["groups"]
    found = []
    for option in ("produce", "consume", "admin_of"):
        if not set(NEEDED[option]).isdisjoint(operations):
            found.append(option)
    return found


def _words(operations: Iterable[str]) -> str:
    return listed(sorted(operations))


def _lower(operations: Iterable[str]) -> list[str]:
    return sorted(operation.lower() for operation in operations)
