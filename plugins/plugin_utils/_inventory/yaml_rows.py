# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The rows of a YAML document: a list of mappings, or a mapping of mappings by their names."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import yaml
from ansible_collections.omninode.kafka.plugins.module_utils._core.problems import quoted

from .row import Row, Unreadable, row

_MERGE = "tag:yaml.org,2002:merge"


def rows(text: str, records: Sequence[str], name_column: str) -> Iterator[Row]:
    """`records`: the keys that lead to the rows."""
    loader = _loader(text)
    node = _document(loader, text)
    for key in records:
        node = _below(node, key)
    if isinstance(node, yaml.SequenceNode):
        for item in node.value:
            yield _row(loader, item, {})
    elif isinstance(node, yaml.MappingNode):
        twice = _twice(node)
        for name, item in node.value:
            if name.value in twice:
                mistake = f"{quoted(name.value)} is there twice: remove one"
                yield Row(_line(name), {}, mistake)
            else:
                yield _row(loader, item, {name_column: name.value}, _line(name))
    else:
        raise Unreadable(_line(node), "is neither a list nor a dictionary of clusters")


def _loader(text: str) -> yaml.SafeLoader:
    try:
        return yaml.SafeLoader(text)
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        raise Unreadable(line, "is no YAML: holds a character that YAML does not allow") from None


def _document(loader: yaml.SafeLoader, text: str) -> yaml.Node:
    try:
        node = loader.get_single_node()
    except yaml.MarkedYAMLError as error:
        raise Unreadable(_line_of(error), f"is no YAML: {error.problem}") from None
    except RecursionError:
        raise Unreadable(1, "is nested too deeply") from None
    if node is None:
        raise Unreadable(text.count("\n") + 1, "is empty: write a list of clusters")
    return node


def _below(node: yaml.Node, key: str) -> yaml.Node:
    """The value of a key."""
    pairs: list[tuple[yaml.Node, yaml.Node]] = []
    if isinstance(node, yaml.MappingNode):
        pairs = node.value
    for name, value in pairs:
        if name.value == key:
            return value
    raise Unreadable(_line(node), f"has no {quoted(key)}, which records names")


def _row(
    loader: yaml.SafeLoader, node: yaml.Node, given: dict[str, str], line: int | None = None
) -> Row:
    line = line or _line(node)
    twice = _twice(node) if isinstance(node, yaml.MappingNode) else set()
    if twice:
        return Row(line, {}, f"has {quoted(min(twice))} twice: remove one")
    try:
        fields: Any = loader.construct_object(node, deep=True)
    except yaml.MarkedYAMLError as error:
        return Row(_line_of(error), {}, f"is no YAML of plain values: {error.problem}")
    except ValueError as error:
        return Row(line, {}, f"holds a value that is none: {error}")
    return row(line, fields, given)


def _twice(node: yaml.MappingNode) -> set[str]:
    """The keys that it has twice; one that is merged into it may be there again."""
    seen = set()
    twice = set()
    for name, _value in node.value:
        if name.tag == _MERGE or not isinstance(name, yaml.ScalarNode):
            continue
        if name.value in seen:
            twice.add(name.value)
        seen.add(name.value)
    return twice


def _line(node: yaml.Node) -> int:
    return int(node.start_mark.line) + 1


def _line_of(error: yaml.MarkedYAMLError) -> int:
    mark = error.problem_mark or error.context_mark
    return int(mark.line) + 1 if mark else 1
