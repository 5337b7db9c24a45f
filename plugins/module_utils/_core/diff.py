# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Renders a plan for `--diff`: one before/after pair per resource, in YAML, only what differs."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from .change import Change, Plain
from .foreign import printable
from .wording import shortened

# strings that read well without quotes: words other than YAML's keywords, and whole numbers, since
# config values are numbers kept as strings
_BARE = re.compile(r"(?!(?:yes|no|on|off|null|y|n)$)[a-z_][a-z0-9_./,-]*|-?\d+", re.IGNORECASE)


def render(changes: Sequence[Change], limit: int, summary: str) -> list[dict[str, str]]:
    """Ansible's diff structure: at most `limit` resources, a count of the rest, the summary."""
    resources = _by_resource(changes)
    shown, rest = shortened(resources, max(limit, 0))
    pairs = [_pair(of_resource) for of_resource in shown]
    text = f"{printable(summary)}\n"
    if rest:
        text = f"... {rest}, not shown (diff_limit: {limit})\n{text}"
    return [*pairs, {"prepared": text}]


def _by_resource(changes: Iterable[Change]) -> list[list[Change]]:
    """The changes of each resource, by kind and name; two resources may share these, but no key."""
    resources = defaultdict(list)
    for change in sorted(changes, key=_kind_and_name):
        resource = change.kind, change.name, change.key
        resources[resource].append(change)
    return list(resources.values())


def _kind_and_name(change: Change) -> tuple[str, str]:
    return change.kind, change.name


def to_yaml(value: Plain, indent: int = 0) -> str:
    """Plain data as block YAML; mappings keep their order. `indent`: spaces before each line."""
    margin = " " * indent
    return "".join(f"{margin}{line}\n" for line in _lines(value))


def _pair(changes: Sequence[Change]) -> dict[str, str]:
    """`changes`: those of one resource."""
    before: dict[str, Plain] = {}
    after: dict[str, Plain] = {}
    header = printable(" ".join(_kind_and_name(changes[0])))
    after_header = header
    for change in changes:
        before.update(change.before or {})
        after.update(change.after or {})
        # each change with its own evidence: what one of them costs must not hide what another does
        if change.hazards:
            after_header += " " + printable(_notes(change))
    return {
        "before_header": header,
        "after_header": after_header,
        "before": to_yaml(before) if before else "",
        "after": to_yaml(after) if after else "",
    }


def to_line(facts: Mapping[str, Plain]) -> str:
    """Facts such as a change's evidence on one line, for people."""
    told = []
    for key, value in facts.items():
        told.append(f"{key}: {_on_one_line(value)}")
    return "; ".join(told)


def _notes(change: Change) -> str:
    notes = "hazards: " + ", ".join(change.hazards)
    if change.facts:
        notes += f"; {to_line(change.facts)}"
    return f"({notes})"


def _on_one_line(value: Plain) -> str:
    """For people, not to be parsed: quotes only where the items of a list would run together."""
    if isinstance(value, Mapping):
        told = []
        for key, item in value.items():
            told.append(f"{key} {_on_one_line(item)}")
        return ", ".join(told)
    if isinstance(value, (list, tuple)):
        items = [_scalar(item) for item in value]
        return " ".join(items) or "none"
    if isinstance(value, str):
        return value
    return _scalar(value)


def _lines(value: Plain) -> Iterator[str]:
    if isinstance(value, Mapping):
        for key, item in value.items():
            yield from _entry(key, item)
    elif isinstance(value, (list, tuple)):
        for item in value:
            yield f"- {_scalar(item)}"
    else:
        yield _scalar(value)


def _entry(key: str, value: Plain) -> Iterator[str]:
    """One key of a mapping, and its value beside or below it."""
    name = _scalar(key)
    is_nested = isinstance(value, (Mapping, list, tuple)) and value
    if not is_nested:
        yield f"{name}: {_scalar(value)}"
        return
    yield f"{name}:"
    for line in _lines(value):
        yield f"  {line}"


def _scalar(value: Plain) -> str:
    if isinstance(value, str) and _BARE.fullmatch(value):
        return value
    # JSON escapes no line break or hidden character that only Unicode knows
    literal = json.dumps(value, ensure_ascii=False)
    return printable(literal)
