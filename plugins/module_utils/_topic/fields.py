# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The fields of a declared topic, and how the raw value of each is read.

Each reader raises ValueError, which says what is allowed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from .._core.limits import parse_allow
from .._core.problems import described, excerpt, quoted
from .._kafka.names import topic_name
from .._kafka.quantities import whole_number
from . import hazards
from .config import listed_items, parse_boolean

# Kafka counts the partitions of a topic as an int
_MOST_PARTITIONS = 2**31 - 1
_LARGEST_ID = 2**31 - 1
# the client library does not send more
_MOST_REPLICAS = 10_000
_MOST_DIGITS = 19
_COUNT = re.compile(r"-1|[1-9][0-9]*")
_ID = re.compile(r"0|[1-9][0-9]{0,9}")
RACK_AWARE, BALANCED = PLACEMENTS = ("rack_aware", "balanced")


def _state(value: object) -> str:
    if value not in ("present", "absent"):
        raise ValueError(f"must be present or absent, not {quoted(value)}")
    return str(value)


def _partitions(value: object) -> int | None:
    return _count(value, _MOST_PARTITIONS)


def _replication_factor(value: object) -> int | None:
    return _count(value, _MOST_REPLICAS)


def _count(value: object, most: int) -> int | None:
    """A whole number from 1. -1 means the broker's default, so it counts as not declared."""
    text = str(value).strip()
    can_be_number = isinstance(value, (int, str)) and not isinstance(value, bool)
    if not can_be_number or not _COUNT.fullmatch(text):
        allowed = "must be a whole number from 1, or -1 for the broker's default"
        given = quoted(value)
        meant = _count_meant(value)
        raise ValueError(f"{allowed}, not {given}{meant}")
    if text == "-1":
        return None
    is_too_long = len(text) > _MOST_DIGITS
    if is_too_long or int(text) > most:
        raise ValueError(f"must be at most {most}, not {excerpt(text)}")
    return int(text)


def _count_meant(value: object) -> str:
    if value == "":
        return ": write -1"
    meant = whole_number(value)
    if meant is None or meant < -1 or meant == 0:
        return ""
    return f": write {meant}"


def _placement(value: object) -> str:
    if value not in PLACEMENTS:
        raise ValueError(f"must be {' or '.join(PLACEMENTS)}, not {quoted(value)}")
    return str(value)


def _assignments(value: object) -> dict[int, tuple[int, ...]]:
    """The brokers of each partition; those of partition 0 first."""
    wrong = "must give each partition its brokers, such as {0: [1, 2], 1: [2, 3]}"
    if not isinstance(value, Mapping):
        raise ValueError(f"{wrong}, not {described(value)}")
    assignments: dict[int, tuple[int, ...]] = {}
    for key, brokers in value.items():
        try:
            number = _id(key)
            assignments[number] = _brokers(brokers)
        except ValueError:
            raise ValueError(f"{wrong}, not {quoted({key: brokers})}") from None
    return dict(sorted(assignments.items()))


def _brokers(value: object) -> tuple[int, ...]:
    if not isinstance(value, (list, tuple)) or not value:
        raise ValueError
    return tuple(_id(broker) for broker in value)


def _id(value: object) -> int:
    """Of a partition or a broker."""
    text = str(value)
    if isinstance(value, bool) or not _ID.fullmatch(text) or int(text) > _LARGEST_ID:
        raise ValueError
    return int(text)


def _names(value: object) -> list[str]:
    wrong = f"must be a list of strings, not {quoted(value)}"
    if isinstance(value, str):
        items = ", ".join(listed_items(value))
        raise ValueError(f"{wrong}: write [{excerpt(items)}]")
    if not isinstance(value, (list, tuple)):
        raise ValueError(wrong)
    for item in value:
        if not isinstance(item, str):
            raise ValueError(wrong)
    return list(value)


def _name_set(value: object) -> frozenset[str]:
    return frozenset(_names(value))


def _strings(value: object) -> dict[str, str]:
    wrong = f"must be a dictionary of strings, not {quoted(value)}"
    if not isinstance(value, Mapping):
        raise ValueError(wrong)
    strings: dict[str, str] = {}
    for key, item in value.items():
        if not isinstance(item, (str, int, float)):
            raise ValueError(wrong)
        strings[str(key)] = str(item)
    return strings


def _text(value: object) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, (list, dict)):
        raise ValueError(f"must be a string, not {described(value)}")
    raise ValueError(f"{quoted(value)} is not a string: put it in quotes")


def _name(value: object) -> str:
    return topic_name(_text(value))


def _allow(value: object) -> frozenset[str]:
    return parse_allow(value, hazards.ALL)


def _refuse_config(value: object) -> None:
    raise ValueError(f"must be a dictionary of config keys, not {described(value)}")


# every field of a declaration and how its raw value is read; the order is that of the documentation
FIELDS: dict[str, Callable[[Any], Any]] = {
    "state": _state,
    "partitions": _partitions,
    "replication_factor": _replication_factor,
    "placement": _placement,
    "preferred_leaders": parse_boolean,
    "config": _refuse_config,
    "purge_config": parse_boolean,
    "purge_config_keep": _name_set,
    "labels": _strings,
    "description": _text,
    "allow": _allow,
    "protected": parse_boolean,
    "exempt": _name_set,
}
TOPIC_FIELDS: dict[str, Callable[[Any], Any]] = {
    "name": _name,
    "assignments": _assignments,
    "profiles": _names,
    "internal": parse_boolean,
}
PROFILE_FIELDS: dict[str, Callable[[Any], Any]] = {"names": _names}
