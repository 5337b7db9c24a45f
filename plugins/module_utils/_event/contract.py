# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A contract: the type of an event, its schema, the schema of its envelope, and its key.

Validates documents, enveloped or bare. The only importer of jsonschema.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from .._core.errors import InvalidSpec, Unsupported
from .._core.query import compile_query
from .envelope import unwrap
from .truncate import encode

if TYPE_CHECKING:
    from jsonschema import Draft202012Validator, ValidationError

_KEY = "partition_key || correlation_id || source_node_id || event_id"
_MOST_SHOWN = 80  # characters of a value, or of a message that does not start with a value
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
# RFC 3339, or without an offset as the models of omninode-bridge write and read UTC
_DATE_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)?", re.ASCII)
# keywords of a schema that a text still obeys after it was shortened
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
# for these, jsonschema says that a value is too long or too short, but not what the limit is
_LENGTHS = {"maxItems", "maxLength", "minItems", "minLength"}


class Problem(NamedTuple):
    """`path`: of the field. `rule`: the keyword of JSON Schema that the field breaks."""

    path: str
    rule: str
    message: str

    def as_result(self) -> dict[str, str]:
        return self._asdict()


@dataclass(frozen=True, slots=True)
class Contract:
    """`fields`: those that the event's schema knows. `truncate`: those that may be shortened.

    `envelope_defaults`: by field, the defaults of the envelope's schema. `query`: finds the key.
    """

    event_type: str
    fields: frozenset[str]
    truncate: tuple[str, ...]
    event_validator: Draft202012Validator | None
    envelope_validator: Draft202012Validator | None
    envelope_defaults: Mapping[str, Any]
    query: Callable[[object], Any]

    def has(self, name: str) -> bool:
        """Whether the event's schema knows the field."""
        return name in self.fields

    def key(self, document: Mapping[str, Any]) -> str | None:
        """The record's key: a text as it is, any other value as JSON."""
        try:
            key = self.query(document)
        except ValueError as error:
            raise InvalidSpec(f"contract: key: {error}") from error
        if key is None or isinstance(key, str):
            return key
        return json.dumps(key, ensure_ascii=False, separators=(",", ":"))

    def problems(self, document: Mapping[str, Any]) -> list[Problem]:
        """Everything that is wrong with a document as it is on the wire."""
        try:
            encode(document)
        except ValueError as error:
            return [Problem("", "json", f"is not JSON in UTF-8: {error}")]
        event, envelope = unwrap(document)
        if envelope is None:
            return _problems(self.event_validator, event)
        if not isinstance(document.get("payload"), Mapping):
            return [Problem("payload", "type", "is missing or not an object")]
        return [
            *_problems(self.envelope_validator, {**envelope, "payload": event}),
            *self._problems_of_type(envelope),
            *_problems(self.event_validator, event, "payload"),
        ]

    def _problems_of_type(self, envelope: Mapping[str, Any]) -> list[Problem]:
        found = envelope.get("event_type")
        # older envelopes, which have no version, write the type in another form
        if "envelope_version" not in envelope or not isinstance(found, str):
            return []
        if found == self.event_type:
            return []
        message = f"{_shown(found)} is not {_shown(self.event_type)}"
        return [Problem("event_type", "const", message)]


def parse_contract(contract: Mapping[str, Any]) -> Contract:
    """Raises InvalidSpec, and Unsupported where jsonschema is needed and missing.

    An empty schema allows everything, and does not need jsonschema.
    """
    schema = contract["schema"]
    envelope = contract.get("envelope") or {}
    event_validator = _validator("schema", schema)
    envelope_validator = _validator("envelope", envelope)
    properties = schema.get("properties", {})
    truncate = tuple(contract.get("truncate") or ())
    for name in truncate:
        _check_shortenable(name, properties.get(name))
    try:
        query = compile_query(contract.get("key") or _KEY)
    except ValueError as error:
        raise InvalidSpec(f"contract: key: {error}") from error
    return Contract(
        event_type=contract["event_type"],
        fields=frozenset(properties),
        truncate=truncate,
        event_validator=event_validator,
        envelope_validator=envelope_validator,
        envelope_defaults=_defaults(envelope.get("properties", {})),
        query=query,
    )


def _defaults(properties: Mapping[str, Any]) -> dict[str, Any]:
    found = {}
    for name, schema in properties.items():
        # the schema of a field may also be true or false
        if isinstance(schema, Mapping) and "default" in schema:
            found[name] = schema["default"]
    return found


def _check_shortenable(name: str, schema: object) -> None:
    if not isinstance(schema, Mapping):
        return
    breakable = sorted(schema.keys() - _SHORTENABLE)
    if breakable:
        keywords = ", ".join(breakable)
        raise InvalidSpec(
            f"contract: truncate: {name} cannot be shortened, since its schema has {keywords}"
        )


def _validator(name: str, schema: Mapping[str, Any]) -> Draft202012Validator | None:
    if not schema:
        return None
    try:
        from jsonschema import Draft202012Validator, FormatChecker, SchemaError
        from referencing import Registry
    except ImportError as error:
        raise Unsupported(
            "a contract needs the Python library jsonschema 4.18 or newer "
            "on the host that runs the module"
        ) from error
    try:
        Draft202012Validator.check_schema(schema)
    except SchemaError as error:
        raise InvalidSpec(
            f"contract: {name}: is not a JSON Schema: {error.json_path}: {error.message}"
        ) from error
    formats = FormatChecker()
    formats.checks("uuid")(_is_uuid)
    formats.checks("date-time")(_is_date_time)
    # with an empty registry, a $ref to another place is not fetched
    return Draft202012Validator(schema, registry=Registry(), format_checker=formats)


def _problems(
    validator: Draft202012Validator | None, document: Mapping[str, Any], within: str = ""
) -> list[Problem]:
    if validator is None:
        return []
    from referencing.exceptions import Unresolvable

    try:
        violations = list(validator.iter_errors(document))
    except Unresolvable as error:
        raise InvalidSpec(f"contract: schema: {error}") from error
    # a set, because each missing field comes with the list of all required fields
    found: set[Problem] = set()
    for violation in violations:
        found.update(_reported(violation, within))
    return sorted(found)


def _reported(error: ValidationError, within: str) -> Iterable[Problem]:
    rule = str(error.validator)
    path = _path(within, error.absolute_path)
    if rule != "required":
        yield Problem(path, rule, _message(error, rule))
        return
    required = cast("Iterable[str]", error.validator_value)
    for name in required:
        if name not in cast("Mapping[str, Any]", error.instance):
            yield Problem(_path(path, [name]), rule, "is missing")


def _path(within: str, steps: Iterable[str | int]) -> str:
    path = within
    for step in steps:
        if isinstance(step, int):
            path += f"[{step}]"
        elif path:
            path += f".{step}"
        else:
            path = step
    return path


def _message(error: ValidationError, rule: str) -> str:
    """The message of jsonschema, but with the value in JSON and cut."""
    value = _shown(error.instance)
    if rule == "format" and error.validator_value == "date-time":
        return f"{value} is not a date-time such as 2026-01-31T12:00:00Z"
    shown_by_library = repr(error.instance)
    if not error.message.startswith(shown_by_library):
        return _cut(error.message)
    said = error.message.removeprefix(shown_by_library)
    limit = f" ({rule}: {error.validator_value})" if rule in _LENGTHS else ""
    return f"{value}{said}{limit}"


def _shown(value: object) -> str:
    return _cut(json.dumps(value, ensure_ascii=False))


def _cut(text: str) -> str:
    if len(text) <= _MOST_SHOWN:
        return text
    return f"{text[:_MOST_SHOWN]}…"


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
