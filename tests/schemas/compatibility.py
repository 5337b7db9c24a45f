# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether a JSON Schema may take the place of a released one, within the same version of its topic.

Producers and consumers are not updated at once, and a topic keeps old events, so both ways count:
what was valid stays valid, and what becomes valid was so for those who know the released schema
only. Hence a field may be added that is not required, words may change, and nothing else.
At a release, the schemas of the role are copied to `released`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

# what people read
_WORDS = {"$comment", "default", "deprecated", "description", "examples", "title"}
# what validates: same value, same meaning
_RULES = {
    "$id", "$schema", "additionalProperties", "const", "enum", "exclusiveMaximum",
    "exclusiveMinimum", "format", "maxItems", "maxLength", "maximum", "minItems",
    "minLength", "minimum", "multipleOf", "pattern", "type", "uniqueItems",
}  # fmt: skip
_ORDERLESS = {"enum", "required", "type"}
_NESTING = {"items", "properties", "required"}


def breaches(
    released: Mapping[str, Any], current: Mapping[str, Any], path: str = ""
) -> Iterator[str]:
    """What breaks those who know the released schema, or those who know the current one; in
    words."""
    where = path or "the event"
    yield from (
        f"{where}: {word} is not known to this check"
        for word in sorted(current.keys() - _WORDS - _RULES - _NESTING)
    )
    for rule in sorted(_RULES & (released.keys() | current.keys())):
        if (before := _told(released, rule)) != (after := _told(current, rule)):
            yield f"{where}: {rule} was {before}, now is {after}"
    yield from _required(released, current, path)
    yield from _properties(released.get("properties", {}), current.get("properties", {}), path)
    if "items" in released or "items" in current:
        yield from breaches(released.get("items", {}), current.get("items", {}), f"{path}[]")


def _required(released: Mapping[str, Any], current: Mapping[str, Any], path: str) -> Iterator[str]:
    before, after = set(released.get("required", [])), set(current.get("required", []))
    yield from (f"{_join(path, name)}: was not required, now is" for name in sorted(after - before))
    yield from (f"{_join(path, name)}: was required, now is not" for name in sorted(before - after))


def _properties(
    released: Mapping[str, Any], current: Mapping[str, Any], path: str
) -> Iterator[str]:
    yield from (
        f"{_join(path, name)}: is gone" for name in sorted(released.keys() - current.keys())
    )
    for name, schema in current.items():
        # a new field is compared with itself, for the words that are not known
        yield from breaches(released.get(name, schema), schema, _join(path, name))


def _join(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name


def _told(schema: Mapping[str, Any], rule: str) -> object:
    value = schema.get(rule, "absent")
    if rule in _ORDERLESS and value != "absent":
        return sorted([value] if isinstance(value, str) else value, key=repr)
    return value
