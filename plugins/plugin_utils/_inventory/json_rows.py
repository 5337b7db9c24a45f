# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The rows of a JSON document: a list of objects, or an object of objects by their names."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple, NoReturn

from ansible_collections.omninode.kafka.plugins.module_utils._core.problems import quoted

from .row import Row, Unreadable, row

_SPACE = " \t\n\r"


class _Item(NamedTuple):
    """`begins`, `ends`: where its value stands in the text."""

    key: str
    begins: int
    ends: int


def rows(text: str, records: Sequence[str], name_column: str) -> Iterator[Row]:
    """`records`: the keys that lead to the rows."""
    _check(text)
    position = _after_space(text, 0)
    for key in records:
        position = _below(text, position, key)
    if text[position] not in "[{":
        raise Unreadable(_line(text, position), "is neither a list nor a dictionary of clusters")
    is_named = text[position] == "{"
    names = set()
    for item in _items(text, position):
        given = {name_column: item.key} if is_named else {}
        line = _line(text, item.begins)
        if is_named and item.key in names:
            yield Row(line, {}, f"{quoted(item.key)} is there twice: remove one")
            continue
        names.add(item.key)
        yield _row(line, text[item.begins : item.ends], given)


def _row(line: int, text: str, given: dict[str, str]) -> Row:
    try:
        fields = json.loads(text, object_pairs_hook=_once)
    except ValueError as error:
        return Row(line, {}, str(error))
    return row(line, fields, given)


def _check(text: str) -> None:
    try:
        json.loads(text, parse_constant=_refuse)
    except json.JSONDecodeError as error:
        raise Unreadable(error.lineno, f"is no JSON: {error.msg}") from None
    except ValueError as error:
        raise Unreadable(1, f"is no JSON: {error}") from None
    except RecursionError:
        raise Unreadable(1, "is nested too deeply") from None


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is no number")


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    fields = dict(pairs)
    if len(fields) < len(pairs):
        names = [name for name, _value in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"has {quoted(twice)} twice: remove one")
    return fields


def _below(text: str, position: int, key: str) -> int:
    """Where the value of a key stands."""
    if text[position] == "{":
        for item in _items(text, position):
            if item.key == key:
                return item.begins
    raise Unreadable(_line(text, position), f"has no {quoted(key)}, which records names")


def _items(text: str, position: int) -> Iterator[_Item]:
    """Of the list or the object at a position, in a text that is known to be JSON."""
    decoder = json.JSONDecoder()
    has_keys = text[position] == "{"
    position = _after_space(text, position + 1)
    while text[position] not in "]}":
        key = ""
        if has_keys:
            key, position = decoder.raw_decode(text, position)
            colon = _after_space(text, position)
            position = _after_space(text, colon + 1)
        _value, ends = decoder.raw_decode(text, position)
        yield _Item(key, position, ends)
        position = _after_space(text, ends)
        if text[position] == ",":
            position = _after_space(text, position + 1)


def _after_space(text: str, position: int) -> int:
    while text[position] in _SPACE:
        position += 1
    return position


def _line(text: str, position: int) -> int:
    return text.count("\n", 0, position) + 1
