# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import builtins
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.omninode.kafka.plugins.module_utils._ansible.options.contract import KEY
from ansible_collections.omninode.kafka.plugins.module_utils._core.errors import (
    InvalidSpec,
    Unsupported,
)
from ansible_collections.omninode.kafka.plugins.module_utils._event.contract import (
    Problem,
    parse_contract,
)
from ansible_collections.omninode.kafka.plugins.module_utils._event.envelope import Envelope
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.schemas.events import KINDS, broken, contract, valid

RUN = "3f2a1b5c-8d4e-4f1a-9c3b-7e6d5a4c3b2a"
NOW = "2026-01-31T12:00:00.123Z"
CONTRACTS = {kind: parse_contract(contract(kind)) for kind in KINDS}
EVENTS = {kind: contract(kind)["schema"]["examples"][0] for kind in KINDS}
FIELDS = [(kind, name) for kind in KINDS for name in contract(kind)["schema"]["properties"]]


def wrapped(kind: str, event: dict[str, Any], **fields: Any) -> dict[str, Any]:
    described = {"source_node_id": "node-1", "correlation_id": RUN, **fields}
    return Envelope(
        event_id=RUN,
        event_type=f"TEST_GENERATION_{kind.upper()}",
        event_timestamp=NOW,
        payload=event,
        **described,
    ).as_document()


def of(field: dict[str, Any], **more: Any) -> Any:
    return parse_contract({"event_type": "A", "schema": {"properties": {"field": field}}, **more})


@pytest.mark.parametrize("kind", KINDS)
@given(st.data())
def test_an_event_that_the_schema_allows_has_no_problems(kind: str, data: st.DataObject) -> None:
    event = data.draw(valid(contract(kind)["schema"]))

    assert CONTRACTS[kind].problems(event) == []
    assert CONTRACTS[kind].problems(wrapped(kind, event)) == []


@given(envelope=valid(contract("started")["envelope"]))
def test_an_envelope_that_the_schema_allows_has_no_problems(envelope: dict[str, Any]) -> None:
    document = {**envelope, "event_type": "TEST_GENERATION_STARTED", "payload": EVENTS["started"]}

    assert CONTRACTS["started"].problems(document) == []


@pytest.mark.parametrize(("kind", "name"), FIELDS)
@settings(max_examples=20)
@given(st.data())
def test_the_broken_field_is_named(kind: str, name: str, data: st.DataObject) -> None:
    event = {**EVENTS[kind], name: data.draw(broken(contract(kind)["schema"]["properties"][name]))}

    paths = {problem.path.split("[")[0] for problem in CONTRACTS[kind].problems(event)}
    enveloped = {
        problem.path.split("[")[0] for problem in CONTRACTS[kind].problems(wrapped(kind, event))
    }

    assert (paths, enveloped) == ({name}, {f"payload.{name}"})


@pytest.mark.parametrize(
    ("kind", "name"),
    [(kind, name) for kind in KINDS for name in contract(kind)["schema"]["required"]],
)
def test_a_missing_field_is_named(kind: str, name: str) -> None:
    event = {field: value for field, value in EVENTS[kind].items() if field != name}

    assert CONTRACTS[kind].problems(event) == [Problem(name, "required", "is missing")]


def test_all_problems_are_told_at_once() -> None:
    event = {
        "correlation_id": "x",
        "generated_files": ["a", 1],
        "file_count": -1,
        "duration_seconds": "1",
        "quality_score": 1.7,
        "metadata": [],
    }

    problems = CONTRACTS["completed"].problems(
        wrapped("completed", event, correlation_id="x", source_node_id=None)
    )

    assert [(problem.path, problem.message) for problem in problems] == [
        ("correlation_id", "\"x\" is not a 'uuid'"),
        ("source_node_id", "null is not of type 'string'"),
        ("payload.correlation_id", "\"x\" is not a 'uuid'"),
        ("payload.duration_seconds", "\"1\" is not of type 'number'"),
        ("payload.file_count", "-1 is less than the minimum of 0"),
        ("payload.generated_files[1]", "1 is not of type 'string'"),
        ("payload.metadata", "[] is not of type 'object'"),
        ("payload.quality_score", "1.7 is greater than the maximum of 1"),
    ]


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ({"type": ["number", "null"]}, True, "true is not of type 'number', 'null'"),
        ({"type": "array"}, "a" * 500, '"' + "a" * 79 + "… is not of type 'array'"),
        ({"const": "ä"}, 1, "'ä' was expected"),
        ({"enum": [1, "a"]}, 2, "2 is not one of [1, 'a']"),
        ({"exclusiveMinimum": 0}, 0, "0 is less than or equal to the minimum of 0"),
        ({"exclusiveMaximum": 1}, 1, "1 is greater than or equal to the maximum of 1"),
        ({"pattern": "^[A-Z]+$"}, "a", "\"a\" does not match '^[A-Z]+$'"),
        ({"minLength": 2}, "a", '"a" is too short (minLength: 2)'),
        ({"maxLength": 1}, "ab", '"ab" is too long (maxLength: 1)'),
        ({"minItems": 1}, [], "[] should be non-empty (minItems: 1)"),
        ({"maxItems": 1}, [1, 2], "[1, 2] is too long (maxItems: 1)"),
        (
            {"format": "date-time"},
            "then",
            '"then" is not a date-time such as 2026-01-31T12:00:00Z',
        ),
        ({"format": "ipv4"}, "then", "\"then\" is not a 'ipv4'"),
        ({"multipleOf": 2}, 3, "3 is not a multiple of 2"),
    ],
)
def test_a_problem_says_how_the_value_breaks_the_rule(
    field: dict[str, Any], value: object, message: str
) -> None:
    (rule,) = field

    assert of(field).problems({"field": value}) == [Problem("field", rule, message)]


@pytest.mark.parametrize(
    "text",
    [
        "2026-01-31T12:00:00Z",
        "2026-01-31t12:00:00.1z",
        "2026-01-31T12:00:00.123456789+05:30",
        "2024-02-29T23:59:59-00:00",
    ],
)
def test_times_may_have_an_offset(text: str) -> None:
    assert of({"format": "date-time"}).problems({"field": text}) == []
    assert of({"format": "date-time"}).problems({"field": text[:19]}) == []
    assert of({"format": "date-time"}).problems({"field": text[:16]}) != []


@pytest.mark.parametrize(
    "text",
    [
        "2026-01-31",
        "2026-01-31 12:00:00",
        "2026-01-31T12:00",
        "2026-02-30T12:00:00",
        "2026-01-31T12:00:00+0100",
        "2026-01-31T12:00:00+",
        "2026-01-31T12:00:00.",
        "20260131T120000",
    ],
)
def test_what_is_not_a_date_time_is_told(text: str) -> None:
    assert of({"format": "date-time"}).problems({"field": text}) != []


@pytest.mark.parametrize("digits", ["٢٠٢٦", "२०२६"])
def test_date_times_and_uuids_have_ascii_digits_only(digits: str) -> None:
    assert of({"format": "date-time"}).problems({"field": f"{digits}-01-31T12:00:00Z"}) != []
    assert (
        of({"format": "uuid"}).problems({"field": f"3f2a{digits}-8d4e-4f1a-9c3b-7e6d5a4c3b2a"})
        != []
    )


def test_a_uuid_may_be_in_upper_case() -> None:
    assert of({"format": "uuid"}).problems({"field": RUN.upper()}) == []


@pytest.mark.parametrize("value", [float("nan"), float("inf"), "\ud83d"])
def test_a_value_that_is_not_json_is_a_problem(value: object) -> None:
    (problem,) = CONTRACTS["failed"].problems({**EVENTS["failed"], "metadata": {"a": value}})

    assert (problem.path, problem.rule) == ("", "json")


@pytest.mark.parametrize("payload", [{}, {"payload": None}, {"payload": "event"}])
def test_an_envelope_without_an_event_is_a_problem(payload: dict[str, Any]) -> None:
    envelope = {
        "envelope_version": "1.0",
        "event_type": "TEST_GENERATION_STARTED",
        "source_node_id": "n",
        **payload,
    }

    assert [problem.path for problem in CONTRACTS["started"].problems(envelope)] == ["payload"]
    assert [problem.path for problem in of({}).problems(envelope)] == ["payload"]


def test_another_event_type_than_the_contracts_is_a_problem() -> None:
    (problem,) = CONTRACTS["started"].problems(wrapped("failed", EVENTS["started"]))

    assert problem == Problem(
        "event_type", "const", '"TEST_GENERATION_FAILED" is not "TEST_GENERATION_STARTED"'
    )


@pytest.mark.parametrize(
    "source", [{"service": "omninode-bridge", "instance_id": "i-1"}, "omninode-bridge"]
)
def test_older_envelopes_are_valid(source: object) -> None:
    older = {
        "event_id": RUN,
        "event_type": "omninode.test-generation.started.v1",
        "timestamp": NOW,
        "source": source,
        "payload": EVENTS["started"],
    }

    assert CONTRACTS["started"].problems(older) == []
    assert [
        problem.path for problem in CONTRACTS["started"].problems({**older, "timestamp": "then"})
    ] == ["event_timestamp"]


@pytest.mark.parametrize(
    ("fields", "key"),
    [
        ({"partition_key": "p"}, "p"),
        ({"partition_key": ""}, RUN),
        ({}, RUN),
        ({"correlation_id": None}, "node-1"),
        ({"correlation_id": None, "source_node_id": ""}, RUN),
    ],
)
def test_the_key_is_the_first_of_its_fields_with_a_value(fields: dict[str, Any], key: str) -> None:
    assert CONTRACTS["started"].key(wrapped("started", EVENTS["started"], **fields)) == key


@pytest.mark.parametrize(
    "field", ["partition_key", "correlation_id", "source_node_id", "event_id", "other"]
)
def test_without_a_key_the_default_of_the_option_applies(field: str) -> None:
    document = {field: "a", "event_id": "b"}

    assert of({}).key(document) == of({}, key=KEY).key(document)


@pytest.mark.parametrize(
    ("document", "key"),
    [({"order": "a"}, "a"), ({"order": 17}, "17"), ({"order": [1, "ä"]}, '[1,"ä"]'), ({}, None)],
)
def test_a_contract_may_name_another_key(document: dict[str, Any], key: str | None) -> None:
    assert of({}, key="order").key(document) == key


def test_the_key_of_a_bare_event_is_its_correlation_id_or_none() -> None:
    assert CONTRACTS["started"].key(EVENTS["started"]) == RUN
    assert of({}).key({"any": 1}) is None


def test_a_contract_has_the_fields_of_its_schema() -> None:
    assert (
        CONTRACTS["started"].has("workflow_id"),
        CONTRACTS["started"].has("quality_score"),
        of({}).has("timestamp"),
    ) == (True, False, False)


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (
            {"schema": {"type": "text"}},
            r"^contract: schema: is not a JSON Schema: \$.type: 'text' is not valid",
        ),
        (
            {"schema": {"properties": {"a": {"pattern": "("}}}},
            r"^contract: schema: is not a JSON Schema: \$.properties.a.pattern",
        ),
        ({"envelope": {"required": 1}}, r"^contract: envelope: is not a JSON Schema"),
        ({"key": "a ||"}, r"^contract: key: "),
        (
            {
                "schema": {"properties": {"a": {"format": "uuid", "pattern": "x"}}},
                "truncate": ["a"],
            },
            r"^contract: truncate: a cannot .*has format, pattern$",
        ),
    ],
)
def test_a_wrong_contract_is_refused(wrong: dict[str, Any], message: str) -> None:
    with pytest.raises(InvalidSpec, match=message):
        parse_contract({"event_type": "A", "schema": {}, **wrong})


@pytest.mark.filterwarnings(
    "ignore::DeprecationWarning"
)  # or what is fetched fails by the library's warning
def test_a_schema_elsewhere_is_not_fetched(tmp_path: Path) -> None:
    schema = tmp_path / "schema.json"
    schema.write_text("{}")

    with pytest.raises(InvalidSpec, match=r"^contract: schema: Unresolvable: file:///"):
        of({"$ref": schema.as_uri()}).problems({"field": 1})


def test_a_key_query_that_fails_is_refused() -> None:
    with pytest.raises(InvalidSpec, match=r"^contract: key: "):
        of({}, key="length(field)").key({"field": 1})


def test_jsonschema_is_needed_only_for_a_schema(monkeypatch: pytest.MonkeyPatch) -> None:
    there = builtins.__import__

    def absent(name: str, *args: Any, **kwargs: Any) -> Any:
        if name == "jsonschema":
            raise ImportError(name)
        return there(name, *args, **kwargs)

    monkeypatch.setattr(builtins, "__import__", absent)

    assert parse_contract({"event_type": "A", "schema": {}}).problems({"any": 1}) == []
    with pytest.raises(Unsupported, match="needs the Python library jsonschema"):
        of({})
