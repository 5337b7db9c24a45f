# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is agreed on an event: its type, its schema, that of its envelope, its key. Judges documents in both wire forms; the only importer of jsonschema."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, cast

from .._core.errors import InvalidSpec, Unsupported
from .._core.query import compile_query
from .envelope import unwrap
from .truncate import encode

if TYPE_CHECKING:
    from jsonschema import Draft202012Validator, ValidationError

Problem = dict[str, str]
_KEY = "partition_key || correlation_id || source_node_id || event_id"
_MOST_SHOWN = 80  # characters of a value
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_DATE_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)", re.ASCII)
# what a text may be bound to without being broken when it is shortened
_SHORTENABLE = {
    "type",
    "title",
    "description",
    "default",
    "examples",
    "deprecated",
    "maxLength",
    "$comment",
}
_KINDS = {
    "array": "a list",
    "boolean": "true or false",
    "integer": "an integer",
    "null": "null",
    "number": "a number",
    "object": "an object",
    "string": "a string",
}
_FORMATS = {
    "uuid": "a UUID",
    "date-time": "a date-time with an offset from UTC, such as 2026-01-31T12:00:00Z",
}
_WORDS: dict[str, Callable[[Any, Any], str]] = {
    "const": lambda value, wanted: f"{_shown(value)} is not {_shown(wanted)}",
    "enum": lambda value, wanted: f"{_shown(value)} is none of {', '.join(map(_shown, wanted))}",
    "exclusiveMaximum": lambda value, bound: f"{_shown(value)} is not less than {bound}",
    "exclusiveMinimum": lambda value, bound: f"{_shown(value)} is not greater than {bound}",
    "format": lambda value, name: (
        f"{_shown(value)} is not {_FORMATS.get(name, f'of the format {name}')}"
    ),
    "maxItems": lambda value, most: f"has {len(value)} items, more than the maximum of {most}",
    "maxLength": lambda value, most: (
        f"has {len(value)} characters, more than the maximum of {most}"
    ),
    "maximum": lambda value, bound: f"{_shown(value)} is greater than the maximum of {bound}",
    "minItems": lambda value, least: f"has {len(value)} items, less than the minimum of {least}",
    "minLength": lambda value, least: (
        f"has {len(value)} characters, less than the minimum of {least}"
    ),
    "minimum": lambda value, bound: f"{_shown(value)} is less than the minimum of {bound}",
    "pattern": lambda value, regex: f"{_shown(value)} does not match {regex}",
    "type": lambda value, kinds: (
        f"{_shown(value)} is not {' or '.join(_KINDS[kind] for kind in ([kinds] if isinstance(kinds, str) else kinds))}"
    ),
}


@dataclass(frozen=True, slots=True)
class Contract:
    event_type: str
    fields: frozenset[str]
    truncate: tuple[str, ...]
    event_validator: Draft202012Validator | None
    envelope_validator: Draft202012Validator | None
    query: Callable[[object], Any]

    def has(self, name: str) -> bool:
        """Whether the event's schema knows the field."""
        return name in self.fields

    def key(self, document: Mapping[str, Any]) -> str | None:
        """The record's key; what is no text is written as JSON."""
        try:
            key = self.query(document)
        except ValueError as error:
            raise InvalidSpec(f"contract: key: {error}") from error
        return (
            key
            if key is None or isinstance(key, str)
            else json.dumps(key, ensure_ascii=False, separators=(",", ":"))
        )

    def problems(self, document: Mapping[str, Any]) -> list[Problem]:
        """All that is wrong with a wire document, each with the path of the field, the rule it breaks, and the same in words."""
        try:
            encode(document)
        except ValueError as error:
            return [_problem("", "json", f"is no JSON in UTF-8: {error}")]
        event, envelope = unwrap(document)
        if envelope is None:
            return list(_problems(self.event_validator, event))
        if not isinstance(document.get("payload"), Mapping):
            return [_problem("payload", "type", "is missing or not an object")]
        found = [*_problems(self.envelope_validator, {**envelope, "payload": event})]
        event_type = envelope.get("event_type")
        # older envelopes have types of other forms
        if (
            "envelope_version" in envelope
            and isinstance(event_type, str)
            and event_type != self.event_type
        ):
            found.append(
                _problem("event_type", "const", _WORDS["const"](event_type, self.event_type))
            )
        return [*found, *_problems(self.event_validator, event, "payload")]


def parse_contract(contract: Mapping[str, Any]) -> Contract:
    """Raises InvalidSpec, and Unsupported without the library that it needs. An empty schema allows everything and needs none."""
    schema = contract["schema"]
    truncate = tuple(contract.get("truncate") or ())
    event_validator, envelope_validator = (
        _validator("schema", schema),
        _validator("envelope", contract.get("envelope")),
    )
    properties = schema.get("properties", {})
    _check_shortenable(properties, truncate)
    try:
        query = compile_query(contract.get("key") or _KEY)
    except ValueError as error:
        raise InvalidSpec(f"contract: key: {error}") from error
    return Contract(
        contract["event_type"],
        frozenset(properties),
        truncate,
        event_validator,
        envelope_validator,
        query,
    )


def _check_shortenable(properties: Mapping[str, Any], names: Iterable[str]) -> None:
    for name in names:
        schema = properties.get(name, {})
        broken = sorted(schema.keys() - _SHORTENABLE) if isinstance(schema, Mapping) else []
        if broken:
            raise InvalidSpec(
                f"contract: truncate: {name} cannot be shortened, since its schema has {', '.join(broken)}"
            )


def _validator(name: str, schema: Mapping[str, Any] | None) -> Draft202012Validator | None:
    if not schema:
        return None
    try:
        from jsonschema import Draft202012Validator, FormatChecker, SchemaError
        from referencing import Registry
    except ImportError as error:
        raise Unsupported(
            "a contract needs the Python library jsonschema 4.18 or newer on the host that runs the module"
        ) from error
    try:
        Draft202012Validator.check_schema(schema)
    except SchemaError as error:
        raise InvalidSpec(
            f"contract: {name}: no JSON Schema: {error.json_path}: {error.message}"
        ) from error
    formats = FormatChecker()
    formats.checks("uuid")(_is_uuid)
    formats.checks("date-time")(_is_date_time)
    # an empty registry: nothing is fetched from anywhere
    return Draft202012Validator(schema, registry=Registry(), format_checker=formats)


def _problems(
    validator: Draft202012Validator | None, document: Mapping[str, Any], within: str = ""
) -> Iterable[Problem]:
    if validator is None:
        return []
    from referencing.exceptions import Unresolvable

    try:
        errors = list(validator.iter_errors(document))
    except Unresolvable as error:
        raise InvalidSpec(f"contract: schema: {error}") from error
    # of a missing field, jsonschema tells the name only in its message
    found = {
        (problem["path"], problem["rule"], problem["message"]): problem
        for error in errors
        for problem in _told(error, within)
    }
    return [problem for _place, problem in sorted(found.items())]


def _told(error: ValidationError, within: str) -> Iterable[Problem]:
    path = within
    for step in error.absolute_path:
        path += f"[{step}]" if isinstance(step, int) else f".{step}" if path else step
    rule, wanted, value = (
        str(error.validator),
        cast("Any", error.validator_value),
        cast("Any", error.instance),
    )
    if rule == "required":
        return [
            _problem(f"{path}.{name}" if path else name, rule, "is missing")
            for name in wanted
            if name not in value
        ]
    words = _WORDS.get(rule)
    return [_problem(path, rule, words(value, wanted) if words else _cut(error.message))]


def _problem(path: str, rule: str, message: str) -> Problem:
    return {"path": path, "rule": rule, "message": message}


def _shown(value: object) -> str:
    return _cut(json.dumps(value, ensure_ascii=False))


def _cut(text: str) -> str:
    return text if len(text) <= _MOST_SHOWN else f"{text[:_MOST_SHOWN]}…"


def _is_uuid(value: object) -> bool:
    return not isinstance(value, str) or _UUID.fullmatch(value) is not None


def _is_date_time(value: object) -> bool:
    if not isinstance(value, str):
        return True
    if not _DATE_TIME.fullmatch(value.upper()):
        return False
    try:
        datetime.fromisoformat(value.upper())
    except ValueError:
        return False
    return True
