# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Live ACLs as a short declaration: by what a principal does, where that is what they are. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from .._core.errors import InvalidSpec
from .._kafka.acls import ALLOW, ANY, CLUSTER, GROUP, LITERAL, PREFIXED, TOPIC, TRANSACTIONAL_ID
from .._kafka.intent import NEEDED
from .._kafka.operations import IDEMPOTENT_WRITE
from .spec import parse_acl_set

_DEFAULTS = {
    "pattern_type": LITERAL,
    "permission": ALLOW,
    "host": ANY,
}
_DONE_TO: Mapping[str, tuple[str, ...]] = {
    TOPIC: ("produce", "consume", "admin_of"),
    GROUP: ("groups",),
    TRANSACTIONAL_ID: ("transactional_ids",),
}
_IDEMPOTENT = "idempotent"
_ORDER = ("principal", *NEEDED, _IDEMPOTENT, "host")

Entry = dict[str, Any]


def declaration(acls: Iterable[Mapping[str, Any]]) -> list[Entry]:
    """Those that may be declared; one that is left out has a mistake, so it does nothing.

    An ACL with more or fewer operations than what is done takes stays as it is.
    """
    found: list[Entry] = []
    by_principal: dict[tuple[str, str], Entry] = {}
    for entry in acls:
        short = _short(entry)
        if not _may_be_declared(short):
            continue
        does = _does(entry)
        if not does:
            found.append(short)
            continue
        principal, host = entry["principal"], entry["host"]
        whose = (principal, host)
        if whose not in by_principal:
            by_principal[whose] = {"principal": principal}
            if host != ANY:
                by_principal[whose]["host"] = host
            found.append(by_principal[whose])
        _add(by_principal[whose], does, entry)
    return [_in_order(entry) for entry in found]


def _short(entry: Mapping[str, Any]) -> Entry:
    short = dict(entry)
    for field, default in _DEFAULTS.items():
        if short.get(field) == default:
            del short[field]
    if short["resource_type"] == CLUSTER:
        del short["resource_name"]
    return short


def _does(entry: Mapping[str, Any]) -> Sequence[str]:
    """What takes exactly these operations; nothing if they are no more than operations."""
    if entry.get("permission", ALLOW) != ALLOW:
        return ()
    left = {operation.upper() for operation in entry["operations"]}
    resource_type = entry["resource_type"]
    if resource_type == CLUSTER and left == {IDEMPOTENT_WRITE}:
        return (_IDEMPOTENT,)
    does = []
    for name in _DONE_TO.get(resource_type, ()):
        needed = set(NEEDED[name])
        if needed <= left:
            does.append(name)
            left -= needed
    return () if left else does


def _add(to: Entry, does: Iterable[str], entry: Mapping[str, Any]) -> None:
    pattern: str | Entry = entry["resource_name"]
    if entry.get("pattern_type") == PREFIXED:
        pattern = {PREFIXED: pattern}
    for name in does:
        if name == _IDEMPOTENT:
            to[name] = True
        else:
            to.setdefault(name, []).append(pattern)


def _in_order(entry: Entry) -> Entry:
    if "operations" in entry:
        return entry
    return {field: entry[field] for field in _ORDER if field in entry}


def _may_be_declared(entry: Mapping[str, Any]) -> bool:
    try:
        parse_acl_set([entry])
    except InvalidSpec:
        return False
    return True
