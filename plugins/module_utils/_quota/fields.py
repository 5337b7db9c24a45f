# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The fields of a declared quota.

Each reader raises ValueError, which says what is allowed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from ipaddress import ip_address
from typing import Any

from .._core.foreign import check_characters
from .._core.limits import parse_allow
from .._core.nearest import hint
from .._core.problems import described, quoted
from .._kafka.quotas import IP, KEYS, Entity, parse_value
from . import hazards

_MOST_BYTES = 2**15 - 1  # of a string in Kafka's protocol
_BOOLEANS = {"true": True, "yes": True, "false": False, "no": False}
_STATES = ("present", "absent")
_USER_TYPE = "User:"
# as kafka-configs.sh and older tools write a default, and ACLs all users
_WILDCARDS = ("<default>", "*")


def _state(value: object) -> str:
    if value in _STATES:
        return str(value)
    given = quoted(value)
    raise ValueError(f"must be present or absent, not {given}{hint(str(value), _STATES)}")


def name(value: object) -> str:
    if not isinstance(value, str):
        raise ValueError(f"must be a string, not {described(value)}")
    if not value:
        raise ValueError("is empty")
    check_characters(value)
    if len(value.encode()) > _MOST_BYTES:
        raise ValueError(f"{quoted(value)} has more than the {_MOST_BYTES} bytes that Kafka takes")
    return value


def boolean(value: object) -> bool:
    word = str(value).lower()
    if word not in _BOOLEANS:
        given = quoted(value)
        raise ValueError(f"must be true or false, not {given}")
    return _BOOLEANS[word]


def _quotas(value: object) -> Mapping[Any, Any]:
    if not isinstance(value, Mapping):
        given = described(value)
        raise ValueError(f"must be a dictionary such as {{producer_byte_rate: 10MiB}}, not {given}")
    return value


def _allow(value: object) -> frozenset[str]:
    return parse_allow(value, hazards.ALL)


def names(value: object) -> frozenset[str]:
    if not isinstance(value, (list, tuple)):
        given = described(value)
        raise ValueError(f"must be a list of strings, not {given}")
    return frozenset(map(name, value))


# of the entity
NAMES: Mapping[str, Callable[[Any], Any]] = {
    "user": name,
    "client_id": name,
    "ip": name,
}
DEFAULTS: Mapping[str, Callable[[Any], Any]] = {
    "user_defaults": boolean,
    "client_defaults": boolean,
    "ip_defaults": boolean,
}
SETTINGS: Mapping[str, Callable[[Any], Any]] = {
    "quotas": _quotas,
    "state": _state,
    "allow": _allow,
    "exempt": names,
}


def address(text: str) -> str:
    """One spelling for all of the same address. Raises ValueError."""
    try:
        found = ip_address(text)
    except ValueError:
        given = quoted(text)
        why = "a controller takes the name of a host for the address that it has today"
        raise ValueError(f"must be an IP address, not {given}: {why}") from None
    # brokers take ::ffff:192.0.2.7 for 192.0.2.7
    return str(getattr(found, "ipv4_mapped", None) or found)


def one_spelling(entity: Entity) -> Entity:
    """The same for all spellings of an IPv6 address, which Kafka takes for different entities."""
    if not entity.ip:
        return entity
    try:
        return entity._replace(ip=address(entity.ip))
    except ValueError:
        return entity


def mistakes(entity: Entity) -> Iterator[tuple[str, str]]:
    """What a broker takes without a word: pairs of a field and a text."""
    user, client_id, ip = entity
    if user and user.startswith(_USER_TYPE):
        meant = user.removeprefix(_USER_TYPE)
        yield "user", f"{quoted(user)} has a type, which the name of a user lacks: write {meant}"
    if user in _WILDCARDS:
        yield "user", f"{quoted(user)} is taken as it stands: for all others user_defaults: true"
    if client_id in _WILDCARDS:
        meant = "for all others client_defaults: true"
        yield "client_id", f"{quoted(client_id)} is taken as it stands: {meant}"
    if ip:
        try:
            address(ip)
        except ValueError as error:
            yield "ip", str(error)


def parsed(entity: Entity, key: object, raw: object) -> float:
    """The value of a key that the entity has."""
    known = KEYS.get(str(key))
    if known is None:
        meant = hint(str(key), KEYS)
        raise ValueError(f"is no quota of Kafka's{meant}")
    is_elsewhere = known.parts.isdisjoint(entity.parts)
    if entity.parts and is_elsewhere:
        whose = "ip" if IP in known.parts else "user and client_id"
        raise ValueError(f"is a quota of {whose} alone")
    return parse_value(str(key), raw)
