# SPDX-License-Identifier: GPL-3.0-or-later
"""What is declared of each kind of resource: pure, and the same for everybody who is measured."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

Entry = dict[str, Any]
PREFIX = "bench."
PASSWORD = "bench-secret"
_CONFIG = {"cleanup.policy": "delete", "retention.ms": "604800000", "flush.ms": "1000"}
_ONE_IN = 100


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of resource. `changed` is an entry that differs from `entry`, `named` what a policy
    reads of it."""

    name: str
    option: str
    entry: Callable[[int], Entry]
    changed: Callable[[int], Entry]
    named: str
    info: str
    owned: Mapping[str, Any]
    sasl: bool = False


def entries(kind: Kind, size: int, changed: bool = False) -> list[Entry]:
    """`changed`: one in a hundred differs, at least one."""
    return [
        kind.changed(number) if changed and number % _ONE_IN == 0 else kind.entry(number)
        for number in range(size)
    ]


def compact(size: int) -> dict[str, Any]:
    """The same topics as names under a profile."""
    topics = entries(TOPICS, size)
    fields = {field: value for field, value in topics[0].items() if field != "name"}
    return {"bench": {**fields, "names": [topic["name"] for topic in topics]}}


def absent(kind: Kind, size: int) -> list[Entry]:
    return [gone(entry) for entry in entries(kind, size)]


def gone(entry: Entry) -> Entry:
    dropped = {"config", "partitions", "replication_factor", "password", "iterations", "quotas"}
    identity = {field: value for field, value in entry.items() if field not in dropped}
    return {**identity, "state": "absent"}


def policies(kind: Kind) -> list[dict[str, str]]:
    """Ten that every entry keeps."""
    return [
        {
            "name": f"policy-{number}",
            "rule": f"{kind.named} != 'forbidden-{number}'",
            "message": "take another name",
        }
        for number in range(10)
    ]


def _topic(number: int) -> Entry:
    return {
        "name": f"{PREFIX}{number:06}",
        "partitions": 1,
        "replication_factor": 1,
        "config": dict(_CONFIG),
    }


def _changed_topic(number: int) -> Entry:
    return {**_topic(number), "config": {**_CONFIG, "flush.ms": "2000"}}


def _acl(number: int) -> Entry:
    return {
        "principal": f"User:bench-{number:06}",
        "resource_type": "topic",
        "resource_name": f"{PREFIX}{number:06}",
        "operations": ["read"],
    }


def _changed_acl(number: int) -> Entry:
    return {**_acl(number), "state": "absent"}


def _user(number: int) -> Entry:
    return {"name": f"bench-{number:06}", "password": PASSWORD, "iterations": 4096}


def _changed_user(number: int) -> Entry:
    return {**_user(number), "password": f"other-{PASSWORD}"}


def _quota(number: int) -> Entry:
    return {
        "user": f"bench-{number:06}",
        "quotas": {"producer_byte_rate": 1048576, "consumer_byte_rate": 2097152},
    }


def _changed_quota(number: int) -> Entry:
    quota = _quota(number)
    return {**quota, "quotas": {**quota["quotas"], "producer_byte_rate": 3145728}}


TOPICS = Kind(
    "topics", "topics", _topic, _changed_topic, "name", "export", {"owned_prefixes": [PREFIX]}
)
ACLS = Kind(
    "acls",
    "acls",
    _acl,
    _changed_acl,
    "principal",
    "export_acls",
    {"owned_principal_prefixes": ["User:bench-"]},
)
USERS = Kind(
    "scram_users",
    "users",
    _user,
    _changed_user,
    "name",
    "export_scram_users",
    {"owned_prefixes": ["bench-"]},
    sasl=True,
)
QUOTAS = Kind(
    "quotas",
    "quotas",
    _quota,
    _changed_quota,
    "user",
    "export_quotas",
    {"owned_user_prefixes": ["bench-"]},
)
KINDS = (TOPICS, ACLS, USERS, QUOTAS)
