# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Client quotas: whom they bind, their keys, and how values are written.

Source: org.apache.kafka.server.config.QuotaConfig (the keys), ClientQuotaControlManager (what a
controller takes) and ClientQuotaManager (whom a quota binds), Kafka 3.9 to 4.4; KIP-55, KIP-124,
KIP-257, KIP-546, KIP-599, KIP-612.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from typing import NamedTuple, TypeAlias

from .quantities import COUNT, SIZE, Quantity, format_quantity, parse_quantity

# in place of a name: all that have no quota of their own; Kafka takes no empty name
DEFAULT = ""
USER, CLIENT_ID, IP = "user", "client_id", "ip"
_WORDS = {USER: "user", CLIENT_ID: "client id", IP: "ip"}
_DEFAULTS = {USER: "user_defaults", CLIENT_ID: "client_defaults", IP: "ip_defaults"}


class Entity(NamedTuple):
    """Whom a quota binds: each part is a name, DEFAULT, or None where it does not matter.

    A user and a client ID may be combined, an IP address stands alone.
    """

    user: str | None = None
    client_id: str | None = None
    ip: str | None = None

    def __str__(self) -> str:
        """Such as `user orders with client id app`, or `ip defaults`."""
        told = []
        for part, name in self.parts.items():
            if name == DEFAULT:
                word = _DEFAULTS[part]
                told.append(word.replace("_", " "))
            else:
                word = _WORDS[part]
                told.append(f"{word} {name}")
        return " with ".join(told)

    @property
    def parts(self) -> dict[str, str]:
        """The parts that matter."""
        found = {}
        for part, name in self._asdict().items():
            if name is not None:
                found[part] = name
        return found

    @property
    def is_default(self) -> bool:
        """Whether it binds some whom nobody named."""
        return DEFAULT in self

    def as_declaration(self) -> dict[str, str | bool]:
        """In the form that is declared."""
        declared: dict[str, str | bool] = {}
        for part, name in self.parts.items():
            if name == DEFAULT:
                word = _DEFAULTS[part]
                declared[word] = True
            else:
                declared[part] = name
        return declared


# the values of an entity by key
Values: TypeAlias = Mapping[str, float]


def in_order(entities: Iterable[Entity]) -> list[Entity]:
    """Users, then client IDs, then IP addresses; the defaults before names."""
    return sorted(entities, key=_rank)


def _rank(entity: Entity) -> list[tuple[bool, str]]:
    return [(part is None, part or "") for part in entity]


class Key(NamedTuple):
    """`parts`: of the entities that have it. `most`: what Kafka takes at most.

    `quantity`: of a whole number, None for a key that takes fractions.
    """

    parts: frozenset[str]
    quantity: Quantity | None = None
    most: float = math.inf


_OF_CLIENTS = frozenset({USER, CLIENT_ID})
PRODUCER_BYTE_RATE, CONSUMER_BYTE_RATE = "producer_byte_rate", "consumer_byte_rate"
REQUEST_PERCENTAGE = "request_percentage"
CONTROLLER_MUTATION_RATE = "controller_mutation_rate"
CONNECTION_CREATION_RATE = "connection_creation_rate"
# Kafka stores every value as a double, and compares it with the highest number of the key's type
_LONG, _INT = 2**63, 2**31 - 1
KEYS: Mapping[str, Key] = {
    PRODUCER_BYTE_RATE: Key(_OF_CLIENTS, SIZE, _LONG),
    CONSUMER_BYTE_RATE: Key(_OF_CLIENTS, SIZE, _LONG),
    REQUEST_PERCENTAGE: Key(_OF_CLIENTS),
    CONTROLLER_MUTATION_RATE: Key(_OF_CLIENTS),
    CONNECTION_CREATION_RATE: Key(frozenset({IP}), COUNT, _INT),
}
# the fraction that a controller takes for a rounding error
_ROUNDING = 1e-6
_NUMBER = re.compile(r"[0-9]{1,19}(\.[0-9]{1,40})?([eE][+-]?[0-9]{1,3})?")


def parse_value(key: str, raw: object) -> float:
    """The value of a known key as Kafka stores it. Raises ValueError, saying what is allowed."""
    kind = KEYS[key]
    value = _number(raw) if kind.quantity is None else _whole(raw, kind.quantity)
    if value <= 0:
        raise ValueError(f"{raw!r} is not above 0, which Kafka asks for; null removes the quota")
    if value > kind.most:
        raise ValueError(f"{raw!r} is too large: Kafka takes {kind.most:.0f} at most")
    return value


def _whole(raw: object, quantity: Quantity) -> float:
    # as a controller takes and shows it
    if isinstance(raw, float) and raw % 1 <= _ROUNDING:
        return raw
    number = parse_quantity(raw, quantity, 2**64)
    return float(number)


def _number(raw: object) -> float:
    """The number, or what a text such as 12.5 stands for."""
    is_number = isinstance(raw, (int, float)) and not isinstance(raw, bool)
    text = str(raw).strip()
    if not is_number and not _NUMBER.fullmatch(text):
        wrong = f"{raw!r} is not a number"
        meant = text.removesuffix("%").strip()
        if meant != text and _NUMBER.fullmatch(meant):
            raise ValueError(f"{wrong}: write {meant}")
        raise ValueError(f"{wrong}: give one such as 50 or 12.5")
    value = float(text)
    if not math.isfinite(value):
        raise ValueError(f"{raw!r} is no finite number")
    return value


def plain(value: float) -> int | float | str:
    """The same value without the fraction `.0`; a text for what JSON cannot hold.

    Kafka 4.0 and older take such a value, 4.4 does not.
    """
    if not math.isfinite(value):
        return str(value)
    is_whole = value.is_integer() and abs(value) <= _LONG
    return int(value) if is_whole else value


def readable(key: str, value: float) -> str | int | float:
    """As people write it: a byte rate in the largest unit that leaves a whole number."""
    number = plain(value)
    known = KEYS.get(key)
    if known is None or known.quantity is not SIZE or not isinstance(number, int):
        return number
    shown = format_quantity(number, SIZE)
    return number if shown == str(number) else shown


def binding(quotas: Mapping[Entity, Values], key: str, user: str, client_id: str) -> Entity | None:
    """Whose quota of the key binds a client; DEFAULT stands for a name that no quota has.

    A broker takes the first that it finds, so this is its order.
    """
    order = [
        Entity(user, client_id),
        Entity(user, DEFAULT),
        Entity(user),
        Entity(DEFAULT, client_id),
        Entity(DEFAULT, DEFAULT),
        Entity(DEFAULT),
        Entity(None, client_id),
        Entity(None, DEFAULT),
    ]
    for entity in order:
        if key in quotas.get(entity, {}):
            return entity
    return None
