# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A row of a file of clusters, whatever the file's format: its line, and its columns by name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from ansible_collections.omninode.kafka.plugins.module_utils._core.foreign import check_characters
from ansible_collections.omninode.kafka.plugins.module_utils._core.problems import quoted

_PLAIN = (str, int, float, type(None))  # a boolean is an int


class Row(NamedTuple):
    """`mistake`: why its columns cannot be read; nothing where they can."""

    line: int
    columns: Mapping[str, Any]
    mistake: str = ""


class Unreadable(ValueError):
    """The text is not of its format, so that none of its rows can be trusted."""

    def __init__(self, line: int, message: str) -> None:
        super().__init__(message)
        self.line = line


def row(line: int, fields: object, given: Mapping[str, str]) -> Row:
    """`given`: a column that is written outside the fields, such as the key that names them."""
    if not isinstance(fields, Mapping):
        return Row(line, {}, f"is {quoted(fields)}, which has no columns: write a dictionary")
    for mistake in _mistakes(fields):
        return Row(line, {}, mistake)
    return Row(line, {**given, **fields})


def _mistakes(fields: Mapping[Any, Any]) -> Iterator[str]:
    # the same list can be in many places of a YAML file
    seen: set[int] = set()
    for name, value in fields.items():
        if not isinstance(name, str):
            yield f"has the column {quoted(name)}: put its name in quotes"
            continue
        for mistake in _mistakes_of(value, seen):
            yield f"{name} {mistake}"


def _mistakes_of(value: object, seen: set[int]) -> Iterator[str]:
    if isinstance(value, (list, dict)):
        if id(value) in seen:
            return
        seen.add(id(value))
        items = [*value, *value.values()] if isinstance(value, dict) else value
        for item in items:
            yield from _mistakes_of(item, seen)
    elif not isinstance(value, _PLAIN):
        yield f"holds {quoted(value)}, which is no text: put it in quotes"
    elif isinstance(value, str):
        try:
            check_characters(value)
        except ValueError as error:
            yield str(error)
