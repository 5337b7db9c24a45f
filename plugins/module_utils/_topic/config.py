# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Values of topic config keys: from human units to Kafka's own strings, in the one form in which they are compared."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

from .._core.nearest import hint
from .config_keys import KEYS, ConfigKey


class _Quantity(NamedTuple):
    noun: str
    allowed: str
    units: Mapping[str, int]


_QUANTITIES = {
    "ms": _Quantity(
        "a time",
        "a whole number of ms, or one with a unit: ms s m h d w",
        {"ms": 1, "s": 1_000, "m": 60_000, "h": 3_600_000, "d": 86_400_000, "w": 604_800_000},
    ),
    "bytes": _Quantity(
        "a size",
        "a whole number of bytes, or one with a unit: B KiB MiB GiB TiB",
        {"B": 1, "KiB": 2**10, "MiB": 2**20, "GiB": 2**30, "TiB": 2**40},
    ),
    "": _Quantity("a whole number", "digits only; this key has no unit", {}),
}
_DURATION = ConfigKey("long", "ms", "")
_OLDEST = min(known.since for known in KEYS.values())
_LIMITS = {"int": 2**31, "long": 2**63}
_WHOLE = re.compile(r"(-?[0-9]+)\s*([A-Za-z]*)")
# as Java's Double reads and writes it, without Infinity and hexadecimal
_DOUBLE = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?")


def parse_value(key: str, raw: object) -> str:
    """The declared value as Kafka's string. Raises ValueError, saying what is allowed. The value of an unknown key is the broker's to judge."""
    value = _parsed(KEYS.get(key), raw)
    if not value.isprintable():
        # the client library cuts a value at a NUL without a word
        raise ValueError(f"{value!r} has characters that do not print")
    return value


def _parsed(known: ConfigKey | None, raw: object) -> str:
    if known is None:
        return ",".join(_plain(item) for item in raw) if isinstance(raw, list) else _plain(raw)
    if known.type == "boolean":
        return _boolean(raw)
    if known.type == "double":
        return _double(raw)
    if known.type == "string":
        return _string(raw)
    if known.type == "list":
        return _list(raw, known)
    return _whole(raw, known)


def parse_duration(raw: object) -> int:
    """Milliseconds, from a number of them or one with a unit, such as 7d. Raises ValueError, saying what is allowed."""
    milliseconds = int(_whole(raw, _DURATION))
    if milliseconds < 0:
        raise ValueError(f"{raw!r} is below zero")
    return milliseconds


def normalise(key: str, value: str) -> str:
    """A broker's value in the form that parse_value gives, so that the two compare equal when they mean the same."""
    try:
        return parse_value(key, value)
    except ValueError:
        return value.strip()


def default_of(key: str, broker_config: Mapping[str, str | None]) -> str | None:
    """The value a topic without an override inherits from this broker; None when that is not known."""
    known = KEYS.get(key)
    if known is None:
        return None
    for broker_key, factor in known.synonyms:
        value = broker_config.get(broker_key)
        if value is not None:
            # hours and minutes below zero mean "no limit", as -1 ms does
            return normalise(key, value) if factor == 1 else str(max(int(value) * factor, -1))
    return known.default


def unknown_key_hint(key: str) -> str:
    """What to add when a broker refuses a key: the nearest topic key, or which Kafka has this one; nothing when there is nothing to say."""
    known = KEYS.get(key)
    if known is None:
        topic_keys = {broker_key: name for name, topic_key in KEYS.items() for broker_key, _factor in topic_key.synonyms}
        return hint(topic_keys.get(key, key), KEYS)
    if known.until:
        return f" (Kafka has '{key}' until {known.until})"
    return f" (Kafka has '{key}' since {known.since})" if known.since != _OLDEST else ""


def _whole(raw: object, known: ConfigKey) -> str:
    quantity = _QUANTITIES[known.unit]
    if isinstance(raw, float) and raw.is_integer():
        raise ValueError(f"{raw!r} is not {quantity.noun}: write {int(raw)}")
    match = None if isinstance(raw, (bool, float)) else _WHOLE.fullmatch(str(raw).strip())
    if not match or (match[2] and match[2] not in quantity.units):
        raise ValueError(f"{raw!r} is not {quantity.noun}: give {quantity.allowed}")
    if match[2] and match[1].startswith("-"):
        raise ValueError(f"{raw!r} is not {quantity.noun}: a negative value is written without a unit")
    value, limit = int(match[1]) * quantity.units.get(match[2], 1), _LIMITS[known.type]
    if not -limit <= value < limit:
        raise ValueError(f"{raw!r} is out of range: Kafka takes {-limit} to {limit - 1}")
    return str(value)


def _boolean(raw: object) -> str:
    text = str(raw).strip().lower()
    if text not in ("true", "false"):
        raise ValueError(f"{raw!r} is not a boolean: give true or false")
    return text


def _double(raw: object) -> str:
    text = str(raw).strip()
    if text == "NaN":
        # Kafka lets it pass as between 0 and 1, so a live topic can have it
        return text
    number = float(text) if _DOUBLE.fullmatch(text) else float("inf")
    if abs(number) == float("inf"):
        raise ValueError(f"{raw!r} is not a number: give one such as 0.5")
    return repr(number)


def _string(raw: object) -> str:
    if not isinstance(raw, str):
        raise ValueError(f"{raw!r} is not a string: put it in quotes")
    if not raw.strip():
        raise ValueError("is empty: null removes the override")
    return raw.strip()


def _list(raw: object, known: ConfigKey) -> str:
    """Kafka reads every list of a topic as a set, so one order stands for all."""
    given = [raw] if isinstance(raw, str) else raw
    if not isinstance(given, list):
        raise ValueError(f"{raw!r} is not a list: give a list of strings, or one string with commas")
    for item in given:
        if not isinstance(item, str):
            # YAML reads 1:2 as the number 62
            raise ValueError(f"{item!r} is not a string: put it in quotes")
    text = ",".join(given).strip()
    items = {item.strip() for item in text.split(",")} if text else set()
    # among the throttled replicas, which are none by default, Kafka takes empty items
    if "" in items and known.default != "":
        raise ValueError(f"{raw!r} has an empty item")
    return ",".join(sorted(items))


def _plain(raw: object) -> str:
    if isinstance(raw, bool):
        return str(raw).lower()
    if isinstance(raw, (str, int, float)):
        return str(raw).strip()
    raise ValueError(f"{raw!r} is not a config value: give a string, a number, a boolean or a list of these")
