# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Values of topic config keys: from human units to Kafka's strings, in the form they compare in."""

from __future__ import annotations

import re
from collections.abc import Mapping

from .._core.nearest import hint
from .._kafka.quantities import COUNT, SIZE, TIME, parse_quantity
from .config_keys import KEYS, ConfigKey

_QUANTITIES = {"ms": TIME, "bytes": SIZE, "": COUNT}
_OLDEST = min(known.since for known in KEYS.values())
_LIMITS = {"int": 2**31, "long": 2**63}
# as Java's Double reads and writes it, without Infinity and hexadecimal
_DOUBLE = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?")


def parse_value(key: str, raw: object) -> str:
    """The declared value as Kafka's string. Raises ValueError, saying what is allowed.

    The broker judges the value of an unknown key.
    """
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


def normalise(key: str, value: str) -> str:
    """A broker's value in the form that parse_value gives: equal when they mean the same."""
    try:
        return parse_value(key, value)
    except ValueError:
        return value.strip()


def default_of(key: str, broker_config: Mapping[str, str | None]) -> str | None:
    """The value that a topic without an override inherits from this broker; None if not known."""
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
    """What to add when a broker refuses a key: the nearest topic key, or which Kafka has this one.

    Nothing when there is nothing to say.
    """
    known = KEYS.get(key)
    if known is None:
        topic_keys = {
            broker_key: name
            for name, topic_key in KEYS.items()
            for broker_key, _factor in topic_key.synonyms
        }
        return hint(topic_keys.get(key, key), KEYS)
    if known.until:
        return f" (Kafka has '{key}' until {known.until})"
    return f" (Kafka has '{key}' since {known.since})" if known.since != _OLDEST else ""


def _whole(raw: object, known: ConfigKey) -> str:
    return str(parse_quantity(raw, _QUANTITIES[known.unit], _LIMITS[known.type]))


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
        raise ValueError(
            f"{raw!r} is not a list: give a list of strings, or one string with commas"
        )
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
    raise ValueError(
        f"{raw!r} is not a config value: give a string, a number, a boolean or a list of these"
    )
