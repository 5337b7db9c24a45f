# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Renders a plan for `--diff`: before/after pairs in YAML, only what differs."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence

from .alike import Alike, Note, alike
from .change import Change, Plain
from .foreign import printable
from .wording import shortened, some

# strings that read well without quotes: words other than YAML's keywords, and whole numbers, also
# with a unit, since config values are numbers kept as strings
_WORD = r"(?!(?:yes|no|on|off|null|y|n)$)[a-z_][a-z0-9_./,-]*"
_NUMBER = r"-?\d+[a-z]{0,3}"
_BARE = re.compile(f"{_WORD}|{_NUMBER}", re.IGNORECASE)
_MOST_IN_TEXT = 3
_NOT_THERE = "not there"


def render(changes: Sequence[Change], limit: int, summary: str) -> list[dict[str, str]]:
    """Ansible's diff structure: at most `limit` differences, a count of the rest, the summary.

    Resources with the same difference are shown together.
    """
    groups = alike(changes)
    shown, rest = shortened(groups, max(limit, 0))
    pairs = [_pair(group) for group in shown]
    text = f"{printable(summary)}\n"
    if rest:
        text = f"... {rest}, not shown (diff_limit: {limit})\n{text}"
    return [*pairs, {"prepared": text}]


def to_yaml(value: Plain, indent: int = 0) -> str:
    """Plain data as block YAML; mappings keep their order. `indent`: spaces before each line."""
    margin = " " * indent
    return "".join(f"{margin}{line}\n" for line in _lines(value))


def _pair(group: Alike) -> dict[str, str]:
    kind = f"{group.kind}s" if len(group.names) > 1 else group.kind
    # all names: whoever reviews the plan must see what it is about
    header = printable(f"{kind} {', '.join(group.names)}")
    after_header = header
    for note in group.notes:
        after_header += " " + printable(_note(note))
    return {
        "before_header": header,
        "after_header": after_header,
        "before": to_yaml(group.before) if group.before else "",
        "after": to_yaml(group.after) if group.after else "",
    }


def to_text(changes: Sequence[Change]) -> list[str]:
    """The differences of a plan as a few lines, for a message."""
    lines: list[str] = []
    groups = alike(changes)
    shown, rest = shortened(groups, _MOST_IN_TEXT)
    for group in shown:
        lines += _told(group)
    if rest:
        lines.append(f"... {rest}")
    return lines


def _told(group: Alike) -> Iterator[str]:
    head = some(group.kind, group.names)
    for note in group.notes:
        head += f" {_note(note)}"
    yield printable(f"{head}:")
    before = dict(_settings(group.before))
    after = dict(_settings(group.after))
    for name in {**before, **after}:
        old = before.get(name, _NOT_THERE)
        new = after.get(name, _NOT_THERE)
        step = _step(old, new)
        yield printable(f"  {name}: {step}")


def _settings(value: Mapping[str, Plain]) -> Iterator[tuple[str, str]]:
    """Each field with its value, those of a nested mapping beside the others."""
    for key, item in value.items():
        if isinstance(item, Mapping):
            yield from _settings(item)
        else:
            yield (
                _scalar(key),
                _on_one_line(item) if isinstance(item, (list, tuple)) else _scalar(item),
            )


def _step(old: str, new: str) -> str:
    if old == _NOT_THERE:
        return new
    return f"{old} -> {new}"


def to_line(facts: Mapping[str, Plain]) -> str:
    """Facts such as a change's evidence on one line, for people."""
    told = []
    for key, value in facts.items():
        told.append(f"{key}: {_on_one_line(value)}")
    return "; ".join(told)


def _note(note: Note) -> str:
    text = "hazards: " + ", ".join(note.hazards)
    if note.facts:
        text += f"; {to_line(note.facts)}"
    return f"({text})"


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
