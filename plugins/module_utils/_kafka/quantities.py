# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Times and sizes that people write, read in the units of Kafka: milliseconds and bytes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import NamedTuple


class Quantity(NamedTuple):
    """`noun` and `allowed`: for messages. `units`: what each is in the unit of Kafka."""

    noun: str
    allowed: str
    units: Mapping[str, int]


TIME = Quantity(
    "a time",
    "a whole number of ms, or one with a unit: ms s m h d w",
    {"ms": 1, "s": 1_000, "m": 60_000, "h": 3_600_000, "d": 86_400_000, "w": 604_800_000},
)
SIZE = Quantity(
    "a size",
    "a whole number of bytes, or one with a unit: B KiB MiB GiB TiB",
    {"B": 1, "KiB": 2**10, "MiB": 2**20, "GiB": 2**30, "TiB": 2**40},
)
COUNT = Quantity("a whole number", "digits only; this key has no unit", {})
_WHOLE = re.compile(r"(-?[0-9]+)\s*([A-Za-z]*)")
_LONG = 2**63
# YAML reads most of these as text
_DECIMAL = re.compile(r"-?[0-9]{1,19}(\.[0-9]{0,19})?([eE]\+?[0-9]{1,2})?")
# as other tools write sizes
_OTHER_SIZE = re.compile(r"([0-9]{1,19})\s*([kmgt])(i?)b?", re.IGNORECASE)
_PREFIXES = "KMGT"
# a week reads better as 7d
_SHOWN_UNITS = ("d", "h", "m", "s", "TiB", "GiB", "MiB", "KiB")


def parse_quantity(raw: object, quantity: Quantity, limit: int = _LONG) -> int:
    """In the unit of Kafka. Raises ValueError, saying what is allowed.

    `limit`: the first number that is too large for the type that Kafka stores.
    """
    value = _value(raw, quantity, limit)
    _check_range(raw, value, limit)
    return value


def _check_range(raw: object, value: int, limit: int) -> None:
    lowest = -limit
    highest = limit - 1
    if not lowest <= value <= highest:
        raise ValueError(f"{raw!r} is out of range: Kafka takes {lowest} to {highest}")


def _value(raw: object, quantity: Quantity, limit: int) -> int:
    wrong = f"{raw!r} is not {quantity.noun}"
    hint = f"{wrong}: give {quantity.allowed}"
    text = str(raw).strip()
    match = _WHOLE.fullmatch(text)
    if match is None:
        meant = whole_number(raw)
        if meant is None:
            raise ValueError(hint)
        _check_range(raw, meant, limit)
        raise ValueError(f"{wrong}: write {meant}")
    number, unit = match.groups()
    if not unit:
        return int(number)
    if unit not in quantity.units:
        other = _OTHER_SIZE.fullmatch(text)
        if quantity is not SIZE or not other:
            raise ValueError(hint)
        size, in_thousands = _sizes(*other.groups())
        _check_range(raw, _value(size, SIZE, limit), limit)
        raise ValueError(f"{wrong}: write {size}{in_thousands}")
    if number.startswith("-"):
        raise ValueError(f"{wrong}: a negative value is written without a unit")
    return int(number) * quantity.units[unit]


def whole_number(raw: object) -> int | None:
    """What a number such as 3.0, or a text such as 1e9, stands for; None if that is not whole."""
    text = str(raw).strip()
    if isinstance(raw, bool) or not isinstance(raw, (float, str)) or not _DECIMAL.fullmatch(text):
        return None
    number = Decimal(text)
    if number != number.to_integral_value():
        return None
    return int(number)


def _sizes(number: str, prefix: str, binary: str) -> tuple[str, str]:
    """How to write a size of another notation, and what else it may mean: k is 1024 or 1000."""
    letter = prefix.upper()
    size = f"{number}{letter}iB"
    if binary:
        return size, ""
    thousand = 1000 ** (_PREFIXES.index(letter) + 1)
    return size, f", or {int(number) * thousand} if {prefix} means {thousand}"


def parse_duration(raw: object) -> int:
    """Milliseconds, from a number without a unit or with one, such as 7d. Raises ValueError."""
    milliseconds = parse_quantity(raw, TIME)
    if milliseconds < 0:
        raise ValueError(f"{raw!r} is below zero")
    return milliseconds


def format_duration(milliseconds: int) -> str:
    """In the largest unit that leaves a whole number, such as 7d or 90s."""
    shown = format_quantity(milliseconds, TIME)
    if shown == str(milliseconds):
        return f"{milliseconds}ms"
    return shown


def format_quantity(value: int, quantity: Quantity) -> str:
    """The same value with the largest unit that leaves a whole number, such as 7d or 1GiB.

    Without a unit where none does; parse_quantity takes a value below zero only so.
    """
    if value <= 0:
        return str(value)
    for unit in _SHOWN_UNITS:
        factor = quantity.units.get(unit)
        if factor and value % factor == 0:
            return f"{value // factor}{unit}"
    return str(value)


def about_bytes(number: float) -> str:
    """Such as `3.1 GiB`: no more digits than a person compares."""
    unit = size_unit(number)
    return f"{in_unit(number, unit)} {unit}"


def size_unit(number: float) -> str:
    """The largest unit that leaves at least 1."""
    found = "B"
    for unit, factor in SIZE.units.items():
        if number >= factor:
            found = unit
    return found


def in_unit(number: float, unit: str) -> str:
    """A number of bytes in that unit, such as `3.1` or `51`."""
    value = number / SIZE.units[unit]
    is_whole = value >= 10 or unit == "B"
    if is_whole:
        return f"{value:.0f}"
    text = f"{value:.1f}"
    return text.removesuffix(".0")


def about_seconds(seconds: float) -> str:
    """Such as `about 25 s`, `about 2 min`, `about 3.5 h`."""
    minutes = seconds / 60
    if minutes < 2:
        return f"about {max(round(seconds), 1)} s"
    hours = minutes / 60
    if hours < 2:
        return f"about {round(minutes)} min"
    return f"about {hours:.1f} h"
