# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The fields of a declared ACL, how each is read, and the mistakes that brokers take.

Each reader raises ValueError, which says what is allowed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from .._core.limits import parse_allow
from .._core.nearest import hint
from .._core.problems import described, quoted
from .._kafka.acls import (
    ANY,
    CLUSTER,
    CLUSTER_NAME,
    EVERYBODY,
    GROUP,
    OPERATIONS,
    PATTERN_TYPES,
    PERMISSIONS,
    PREFIXED,
    TOPIC,
    TRANSACTIONAL_ID,
    Binding,
    Pattern,
)
from .._kafka.names import begins_topic_name, topic_name
from .._kafka.operations import ALL
from . import hazards

_USER = "User"
_LONGEST_HOST = 100  # characters; no address is longer
_WORDS_OF_OTHER_TOOLS = {"broker": CLUSTER, "transactional-id": TRANSACTIONAL_ID}
_EVERY_OPERATION = sorted({ALL, *(word for words in OPERATIONS.values() for word in words)})
_FORM = "must be a list of names and prefixes, such as [orders, {prefixed: shop.}]"


def choice(words: Sequence[str]) -> Callable[[object], str]:
    def read(value: object) -> str:
        if value in words:
            return str(value)
        word = str(value).lower()
        meant = hint(_WORDS_OF_OTHER_TOOLS.get(word, word), words)
        raise ValueError(f"must be {' or '.join(words)}, not {quoted(value)}{meant}")

    return read


def text(value: object) -> str:
    if not isinstance(value, str):
        raise ValueError(f"must be a string, not {described(value)}")
    if not value:
        raise ValueError("is empty")
    return value


def principal(value: object) -> str:
    given = text(value)
    kind, colon, _name = given.partition(":")
    if not colon or not kind:
        name = given.removeprefix(":")
        raise ValueError(f"{quoted(given)} has no type: write {_USER}:{name}")
    return given


def operations(value: object) -> tuple[str, ...]:
    """One word or several, in capitals or not."""
    words = [value] if isinstance(value, str) else value
    if not isinstance(words, (list, tuple)) or not words:
        raise ValueError(f"must be a list of operations, not {described(value)}")
    found = []
    for word in words:
        operation = str(word).upper()
        if operation not in _EVERY_OPERATION:
            meant = hint(operation, _EVERY_OPERATION).lower()
            raise ValueError(f"{quoted(word)} is no operation of Kafka's{meant}")
        found.append(operation)
    return tuple(sorted(set(found)))


def boolean(value: object) -> bool:
    words = {"true": True, "yes": True, "false": False, "no": False}
    word = str(value).lower()
    if word not in words:
        raise ValueError(f"must be true or false, not {quoted(value)}")
    return words[word]


def allow(value: object) -> frozenset[str]:
    return parse_allow(value, hazards.ALL)


def names(value: object) -> frozenset[str]:
    if not isinstance(value, (list, tuple)):
        raise ValueError(f"must be a list of strings, not {described(value)}")
    return frozenset(text(item) for item in value)


def patterns(resource_type: str) -> Callable[[object], tuple[Pattern, ...]]:
    """Of a list of names, and of dictionaries whose only key is `prefixed`."""

    def read(value: object) -> tuple[Pattern, ...]:
        if not isinstance(value, (list, tuple)):
            raise ValueError(f"{_FORM}, not {described(value)}")
        return tuple(_pattern(resource_type, item) for item in value)

    return read


def _pattern(resource_type: str, value: object) -> Pattern:
    if isinstance(value, Mapping):
        prefix = value.get(PREFIXED)
        if len(value) != 1 or not isinstance(prefix, str):
            raise ValueError(f"{_FORM}, not one with {quoted(value)}")
        return Pattern(resource_type, text(prefix), PREFIXED)
    if not isinstance(value, str):
        raise ValueError(f"{_FORM}, not one with {quoted(value)}")
    return Pattern(resource_type, text(value))


SETTINGS: Mapping[str, Callable[[Any], Any]] = {
    "principal": principal,
    "host": text,
    "state": choice(("present", "absent")),
    "allow": allow,
    "exempt": names,
}
# of one resource pattern
RIGHT: Mapping[str, Callable[[Any], Any]] = {
    "resource_type": choice(tuple(OPERATIONS)),
    "resource_name": text,
    "pattern_type": choice(PATTERN_TYPES),
    "operations": operations,
    "permission": choice(PERMISSIONS),
}
# of what the principal does
INTENT: Mapping[str, Callable[[Any], Any]] = {
    "produce": patterns(TOPIC),
    "consume": patterns(TOPIC),
    "groups": patterns(GROUP),
    "transactional_ids": patterns(TRANSACTIONAL_ID),
    "admin_of": patterns(TOPIC),
    "idempotent": boolean,
}


def address(host: str) -> str:
    """The host as a broker compares it: an IPv6 address has all its groups. Raises ValueError."""
    if host == ANY:
        return host
    from ipaddress import IPv6Address, ip_address  # most hosts are any

    if len(host) > _LONGEST_HOST:
        raise ValueError(f"must be an IP address, or '{ANY}' for any host, not {quoted(host)}")
    try:
        found = ip_address(host)
    except ValueError:
        why = "brokers compare it with the address of the client, never with a name or a network"
        wrong = f"must be an IP address, or '{ANY}' for any host, not {quoted(host)}"
        raise ValueError(f"{wrong}: {why}") from None
    if not isinstance(found, IPv6Address):
        return str(found)
    if found.ipv4_mapped:
        return str(found.ipv4_mapped)
    groups = found.exploded.partition("%")[0].split(":")
    return ":".join(group.lstrip("0") or "0" for group in groups)


def mistakes(binding: Binding) -> Iterator[tuple[str, str]]:
    """What a broker takes without a word, or refuses too late: pairs of a field and a text."""
    for what in _principal_mistakes(binding.principal):
        yield "principal", what
    pattern = binding.pattern
    resource_type = pattern.resource_type
    for what in _name_mistakes(pattern):
        yield "resource_name", what
    known = (ALL, *OPERATIONS[resource_type])
    if binding.operation not in known:
        # AclEntry.supportedOperations in Kafka
        words = ", ".join(word.lower() for word in known)
        what = f"{binding.operation.lower()} does nothing on a {resource_type}, which has {words}"
        yield "operations", what
    try:
        address(binding.host)
    except ValueError as error:
        yield "host", str(error)


def _principal_mistakes(given: str) -> Iterator[str]:
    kind, _colon, name = given.partition(":")
    if not name:
        yield f"{quoted(given)} has no name after the type"
    elif given != given.strip() or name != name.strip():
        yield f"{quoted(given)} has spaces at its ends, which brokers take as part of the name"
    if kind != _USER and hint(kind, [_USER]):
        yield f"{quoted(given)} is no user (did you mean '{_USER}:{name}'?)"
    if name.endswith(ANY) and given != EVERYBODY:
        why = f"brokers know no wildcard but {EVERYBODY}; declare each principal"
        yield f"{quoted(given)} is taken as it stands: {why}"


def _name_mistakes(pattern: Pattern) -> Iterator[str]:
    resource_type, name, pattern_type = pattern
    if resource_type == CLUSTER:
        if name != CLUSTER_NAME or pattern_type == PREFIXED:
            yield f"the name of a cluster is always {CLUSTER_NAME}, as a literal"
    elif pattern_type == PREFIXED:
        if name == ANY:
            literal = f"for every {resource_type}, declare '{ANY}' as a literal name"
            yield f"'{ANY}' as a prefix matches only names that begin with it; {literal}"
        elif resource_type == TOPIC and not begins_topic_name(name):
            yield f"{quoted(name)} cannot begin the name of a topic"
    elif resource_type == TOPIC and name != ANY:
        try:
            topic_name(name)
        except ValueError as error:
            yield f"{error}{_prefix_meant(name)}"


def _prefix_meant(name: str) -> str:
    prefix = name.removesuffix(ANY)
    if prefix == name:
        return ""
    return f" (did you mean the prefix '{prefix}'?)"
