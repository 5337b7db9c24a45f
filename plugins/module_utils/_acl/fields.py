# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The fields of a declared ACL, how each is read, and the mistakes that brokers take.

Each reader raises ValueError, which says what is allowed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from .._core.foreign import check_characters
from .._core.limits import parse_allow
from .._core.nearest import hint
from .._core.problems import described, quoted
from .._kafka.acls import (
    ANY,
    CLUSTER,
    CLUSTER_NAME,
    EVERYBODY,
    GROUP,
    LITERAL,
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
_MOST_BYTES = 2**15 - 1  # of a string in Kafka's protocol
_BOOLEANS = {"true": True, "yes": True, "false": False, "no": False}
_WORDS_OF_OTHER_TOOLS = {"broker": CLUSTER, "transactional-id": TRANSACTIONAL_ID}
_EVERY_OPERATION = sorted({ALL, *(word for words in OPERATIONS.values() for word in words)})
_FORM = "must be a list of names and prefixes, such as [orders, {prefixed: shop.}]"


def _choice(value: object, words: Sequence[str]) -> str:
    if value in words:
        return str(value)
    word = str(value).lower()
    meant = _WORDS_OF_OTHER_TOOLS.get(word, word)
    allowed = " or ".join(words)
    given = quoted(value)
    raise ValueError(f"must be {allowed}, not {given}{hint(meant, words)}")


def _state(value: object) -> str:
    return _choice(value, ("present", "absent"))


def _resource_type(value: object) -> str:
    return _choice(value, tuple(OPERATIONS))


def _pattern_type(value: object) -> str:
    return _choice(value, PATTERN_TYPES)


def _permission(value: object) -> str:
    return _choice(value, PERMISSIONS)


def text(value: object) -> str:
    if not isinstance(value, str):
        raise ValueError(f"must be a string, not {described(value)}")
    if not value:
        raise ValueError("is empty")
    check_characters(value)
    if "\0" in value:
        # the client library would send what is before it
        raise ValueError(f"{quoted(value)} holds the character NUL, which cannot be sent")
    if len(value.encode()) > _MOST_BYTES:
        raise ValueError(f"{quoted(value)} has more than the {_MOST_BYTES} bytes that Kafka takes")
    return value


def principal(value: object) -> str:
    given = text(value)
    kind, colon, _name = given.partition(":")
    has_type = kind and colon
    if not has_type:
        name = given.removeprefix(":")
        shown = quoted(given)
        raise ValueError(f"{shown} has no type: write {_USER}:{name}")
    return given


def operations(value: object) -> tuple[str, ...]:
    """One word or several, in capitals or not."""
    words = [value] if isinstance(value, str) else value
    if not isinstance(words, (list, tuple)) or not words:
        given = described(value)
        raise ValueError(f"must be a list of operations, not {given}")
    found = set()
    for word in words:
        operation = str(word).upper()
        if operation not in _EVERY_OPERATION:
            given = quoted(word)
            meant = hint(operation, _EVERY_OPERATION).lower()
            raise ValueError(f"{given} is no operation of Kafka's{meant}")
        found.add(operation)
    return tuple(sorted(found))


def boolean(value: object) -> bool:
    word = str(value).lower()
    if word not in _BOOLEANS:
        given = quoted(value)
        raise ValueError(f"must be true or false, not {given}")
    return _BOOLEANS[word]


def allow(value: object) -> frozenset[str]:
    return parse_allow(value, hazards.ALL)


def names(value: object) -> frozenset[str]:
    if not isinstance(value, (list, tuple)):
        given = described(value)
        raise ValueError(f"must be a list of strings, not {given}")
    return frozenset(map(text, value))


def _topics(value: object) -> tuple[Pattern, ...]:
    return _patterns(TOPIC, value)


def _groups(value: object) -> tuple[Pattern, ...]:
    return _patterns(GROUP, value)


def _transactional_ids(value: object) -> tuple[Pattern, ...]:
    return _patterns(TRANSACTIONAL_ID, value)


def _patterns(resource_type: str, value: object) -> tuple[Pattern, ...]:
    """Of a list of names, and of dictionaries whose only key is `prefixed`."""
    if not isinstance(value, (list, tuple)):
        given = described(value)
        raise ValueError(f"{_FORM}, not {given}")
    found = []
    for item in value:
        name, pattern_type = item, LITERAL
        if isinstance(item, Mapping) and [*item] == [PREFIXED]:
            name, pattern_type = item[PREFIXED], PREFIXED
        if not isinstance(name, str):
            given = quoted(item)
            raise ValueError(f"{_FORM}, not one with {given}")
        pattern = Pattern(resource_type, text(name), pattern_type)
        found.append(pattern)
    return tuple(found)


SETTINGS: Mapping[str, Callable[[Any], Any]] = {
    "principal": principal,
    "host": text,
    "state": _state,
    "allow": allow,
    "exempt": names,
}
# of one resource pattern
RIGHT: Mapping[str, Callable[[Any], Any]] = {
    "resource_type": _resource_type,
    "resource_name": text,
    "pattern_type": _pattern_type,
    "operations": operations,
    "permission": _permission,
}
# of what the principal does
INTENT: Mapping[str, Callable[[Any], Any]] = {
    "produce": _topics,
    "consume": _topics,
    "groups": _groups,
    "transactional_ids": _transactional_ids,
    "admin_of": _topics,
    "idempotent": boolean,
}


def address(host: str) -> str:
    """The host as Java writes it, which brokers compare: with all groups of an IPv6 address.

    Raises ValueError.
    """
    if host == ANY:
        return host
    from ipaddress import IPv6Address, ip_address  # most hosts are any

    try:
        found = ip_address(host)
    except ValueError:
        given = quoted(host)
        why = "brokers compare it with the address of the client, never with a name or a network"
        wrong = f"must be an IP address, or '{ANY}' for any host, not {given}"
        raise ValueError(f"{wrong}: {why}") from None
    if not isinstance(found, IPv6Address):
        return str(found)
    if found.ipv4_mapped:
        return str(found.ipv4_mapped)
    number = int(found)
    groups = []
    for position in range(8):
        group = number >> 16 * (7 - position) & 0xFFFF
        groups.append(f"{group:x}")
    written = ":".join(groups)
    if found.scope_id:
        return f"{written}%{found.scope_id}"
    return written


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
    shown = quoted(given)
    if not name:
        yield f"{shown} has no name after the type"
    stripped = f"{kind.lstrip()}:{name.strip()}"
    if given != stripped:
        yield f"{shown} has spaces, which brokers take as part of it: write {stripped}"
    is_misspelled = kind != _USER and hint(kind, [_USER])
    if is_misspelled:
        yield f"{shown} is no user (did you mean '{_USER}:{name}'?)"
    is_prefix = name.endswith(ANY)
    if is_prefix and given != EVERYBODY:
        why = f"brokers know no wildcard but {EVERYBODY}"
        yield f"{shown} is taken as it stands: {why}; declare each principal"


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
