# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Renders a plan for `--diff`: one before/after pair per resource, in YAML, only what differs."""

from __future__ import annotations

import json
import re
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence

from .change import Change, Plain
from .foreign import printable

# strings that read well without quotes: words but YAML's keywords, and whole numbers (config values
# are numbers kept as strings)
_BARE = re.compile(r"(?!(?:yes|no|on|off|null|y|n)$)[a-z_][a-z0-9_./,-]*|-?\d+", re.IGNORECASE)


def render(changes: Sequence[Change], limit: int, summary: str) -> list[dict[str, str]]:
    """Ansible's diff structure: at most `limit` resources, a count of the rest, the summary."""
    resources = _by_resource(changes)
    shown = resources[: max(limit, 0)]
    hidden = len(resources) - len(shown)
    lines = []
    if hidden:
        lines.append(f"... and {hidden} more, not shown (diff_limit: {limit})")
    lines.append(printable(summary))
    text = "\n".join(lines)
    return [*map(_pair, shown), {"prepared": f"{text}\n"}]


def _by_resource(changes: Iterable[Change]) -> list[list[Change]]:
    """By kind and name; two resources may share a name, but no key."""
    resources: dict[tuple[str, str, Hashable], list[Change]] = {}
    for change in sorted(changes, key=_kind_and_name):
        place = (change.kind, change.name, change.key)
        resources.setdefault(place, []).append(change)
    return list(resources.values())


def _kind_and_name(change: Change) -> tuple[str, str]:
    return change.kind, change.name


def to_yaml(value: Plain, indent: int = 0) -> str:
    """Plain data as block YAML; mappings keep their order."""
    return "".join(f"{' ' * indent}{line}\n" for line in _lines(value))


def _pair(changes: Sequence[Change]) -> dict[str, str]:
    """`changes`: those of one resource."""
    before: dict[str, Plain] = {}
    after: dict[str, Plain] = {}
    # each change with its own evidence: what one of them costs must not hide what another does
    notes: list[str] = []
    for change in changes:
        before.update(change.before or {})
        after.update(change.after or {})
        if change.hazards:
            notes.append(_notes(change))
    header = printable(" ".join(_kind_and_name(changes[0])))
    return {
        "before_header": header,
        "after_header": " ".join([header, *map(printable, notes)]),
        "before": to_yaml(before) if before else "",
        "after": to_yaml(after) if after else "",
    }


def to_line(facts: Mapping[str, Plain]) -> str:
    """Facts such as a change's evidence in one line, for people."""
    return "; ".join(f"{key}: {_flow(value)}" for key, value in facts.items())


def _notes(change: Change) -> str:
    hazards = "hazards: " + ", ".join(change.hazards)
    return f"({hazards}; {to_line(change.facts)})" if change.facts else f"({hazards})"


def _flow(value: Plain) -> str:
    """In one line, with quotes only where a list would be ambiguous; not to be read back."""
    if isinstance(value, Mapping):
        return ", ".join(f"{key} {_flow(item)}" for key, item in value.items())
    if isinstance(value, (list, tuple)):
        return " ".join(map(_scalar, value)) or "none"
    if isinstance(value, str):
        return value
    return _scalar(value)


def _lines(value: Plain) -> Iterator[str]:
    if isinstance(value, Mapping):
        for key, item in value.items():
            if isinstance(item, (Mapping, list, tuple)) and item:
                yield f"{_scalar(key)}:"
                yield from (f"  {line}" for line in _lines(item))
            else:
                yield f"{_scalar(key)}: {_scalar(item)}"
    elif isinstance(value, (list, tuple)):
        yield from (f"- {_scalar(item)}" for item in value)
    else:
        yield _scalar(value)


def _scalar(value: Plain) -> str:
    if isinstance(value, str) and _BARE.fullmatch(value):
        return value
    # quotes leave nothing that breaks a line but what Unicode adds to JSON's own escapes
    return printable(json.dumps(value, ensure_ascii=False))
