# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads values of topic config keys, in human units, as the strings that Kafka compares. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cache
from math import isinf

from .._core.nearest import hint
from .._core.problems import excerpt, quoted
from .._kafka.quantities import COUNT, SIZE, TIME, format_quantity, parse_quantity
from .config_keys import FIRST, KEYS, LAST, ConfigKey

_QUANTITIES = {"ms": TIME, "bytes": SIZE, "": COUNT}
_BOOLEANS = {"true": True, "yes": True, "false": False, "no": False}
# Kafka takes its internal config keys, but does not show them
_INTERNAL = "internal."
# what Kafka's documentation names in place of a key that it removed
_SUCCESSORS = {
    "message.timestamp.difference.max.ms": (
        "since KIP-937 use message.timestamp.before.max.ms and message.timestamp.after.max.ms"
    )
}
_WHOLE = re.compile(r"-?[0-9]{1,19}")
_LIMITS = {"int": 2**31, "long": 2**63}
# as Java's Double reads and writes a number, without Infinity and hexadecimal
_DOUBLE = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?")


def parse_value(key: str, raw: object) -> str:
    """The declared value as Kafka's string. Raises ValueError, which says what is allowed.

    The value of an unknown key may be anything: the broker judges it.
    """
    value = _parsed(KEYS.get(key), raw)
    if not value.isprintable():
        # the client library would silently cut a value at a NUL
        raise ValueError(f"{quoted(value)} has characters that do not print")
    return value


def _parsed(known: ConfigKey | None, raw: object) -> str:
    if known is None:
        return _unknown(raw)
    if known.type == "list":
        return _list(raw, known)
    if isinstance(raw, str) and not raw.strip():
        raise ValueError("is empty: write null to remove the override")
    if known.type == "boolean":
        return str(parse_boolean(raw)).lower()
    if known.type == "double":
        return _double(raw)
    if known.type == "string":
        return _string(raw)
    return _whole(raw, known)


def parse_boolean(raw: object) -> bool:
    """Of a field or a config key alike: true, false, yes or no, in any case. Raises ValueError."""
    text = str(raw).strip().lower()
    if text not in _BOOLEANS:
        raise ValueError(f"{quoted(raw)} is not a boolean: write true or false")
    return _BOOLEANS[text]


def listed_items(text: str) -> list[str]:
    """The items of a text that should have been a list, such as '[compact, delete]'."""
    items = text.strip().removeprefix("[").removesuffix("]").split(",")
    return [item.strip(" '\"") for item in items]


def normalise(key: str, value: str) -> str:
    """A broker's value in the form that parse_value gives, so that the two can be compared."""
    try:
        return parse_value(key, value)
    except ValueError:
        return value.strip()


def readable(key: str, value: str | None) -> str | None:
    """Kafka's string as a person would declare it: times and sizes with a unit, such as 7d."""
    known = KEYS.get(key)
    if value is None or known is None or not known.unit:
        return value
    if not _WHOLE.fullmatch(value):
        return value
    return format_quantity(int(value), _QUANTITIES[known.unit])


def default_of(key: str, broker_config: Mapping[str, str | None]) -> str | None:
    """The value that a topic without an override inherits from this broker; None if not known."""
    known = KEYS.get(key)
    if known is None:
        return None
    for broker_key, factor in known.synonyms:
        value = broker_config.get(broker_key)
        if value is None:
            continue
        if factor == 1:
            return normalise(key, value)
        # hours and minutes below zero mean "no limit", as -1 ms does
        return str(max(int(value) * factor, -1))
    return known.default


def depends_on_version(key: str) -> bool:
    """Whether only the cluster can tell if it has the key: not every Kafka of the table has it."""
    known = KEYS.get(key)
    return known is None or known.until is not None or known.since != FIRST


def is_internal(key: str) -> bool:
    return key.startswith(_INTERNAL)


def is_in_no_table(key: str) -> bool:
    """Whether no Kafka of the table shows the key; a newer one may have it."""
    return key not in KEYS and not is_internal(key)


@cache
def why_unknown(key: str, there: frozenset[str] = frozenset()) -> str:
    """Why nobody can declare the key. `there`: the keys that the cluster shows, if it shows any."""
    if there:
        return f"unknown config key{unknown_key_hint(key, there)}"
    return f"not a topic config of Kafka {FIRST} to {LAST}{unknown_key_hint(key)}"


def unknown_key_hint(key: str, there: Iterable[str] = KEYS) -> str:
    """What to add to the refusal of a key: the nearest topic key, or which Kafka has this one.

    `there`: the keys that the cluster has, as far as known. Empty when there is nothing to say.
    """
    known = KEYS.get(key)
    if known is None:
        return hint(_topic_key(key), there)
    if known.until:
        successor = _SUCCESSORS.get(key, "nothing replaces it")
        return f" (Kafka has '{key}' until {known.until}; {successor})"
    if known.since != FIRST:
        return f" (Kafka has '{key}' since {known.since})"
    return ""


def _topic_key(broker_key: str) -> str:
    """The topic key that inherits from this broker key; the same word where there is none."""
    found = broker_key
    for key, known in KEYS.items():
        if any(synonym == broker_key for synonym, _factor in known.synonyms):
            found = key
    return found


def _whole(raw: object, known: ConfigKey) -> str:
    quantity = _QUANTITIES[known.unit]
    return str(parse_quantity(raw, quantity, _LIMITS[known.type]))


def _double(raw: object) -> str:
    text = str(raw).strip()
    if text == "NaN":
        # Kafka takes it for a number between 0 and 1, so a live topic can have it
        return text
    if not _DOUBLE.fullmatch(text) or isinf(float(text)):
        raise ValueError(f"{quoted(raw)} is not a number: give one such as 0.5")
    return repr(float(text))


def _string(raw: object) -> str:
    if not isinstance(raw, str):
        raise ValueError(f"{quoted(raw)} is not a string: put it in quotes")
    return raw.strip()


def _check_item(item: object) -> None:
    shown = quoted(item)
    if not isinstance(item, str):
        # YAML reads 1:2 as the number 62
        raise ValueError(f"{shown} is not a string: put it in quotes")
    if item.strip().startswith("["):
        meant = ",".join(listed_items(item))
        looks = f"{shown} is a string that looks like a list"
        raise ValueError(f"{looks}: write {excerpt(meant)}")


def _list(raw: object, known: ConfigKey) -> str:
    """The items in one order, since Kafka reads every list of a topic as a set."""
    given = [raw] if isinstance(raw, str) else raw
    if not isinstance(given, list):
        allowed = "give a list of strings, or one string with commas"
        raise ValueError(f"{quoted(raw)} is not a list: {allowed}")
    for item in given:
        _check_item(item)
    text = ",".join(given).strip()
    if not text:
        return ""
    items = {item.strip() for item in text.split(",")}
    # Kafka takes empty items in the lists of throttled replicas, which are empty by default
    if "" in items and known.default != "":
        raise ValueError(f"{quoted(raw)} has an empty item")
    return ",".join(sorted(items))


def _unknown(raw: object) -> str:
    if isinstance(raw, list):
        return ",".join(_plain(item) for item in raw)
    return _plain(raw)


def _plain(raw: object) -> str:
    if isinstance(raw, bool):
        return str(raw).lower()
    if isinstance(raw, (str, int, float)):
        return str(raw).strip()
    allowed = "give a string, a number, a boolean or a list of these"
    raise ValueError(f"{quoted(raw)} is not a config value: {allowed}")
