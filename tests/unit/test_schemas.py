# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The schemas of the events: compatible with the released ones, true of what producers send, and
what the docs show."""

from __future__ import annotations

import json
from collections.abc import Callable
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.omninode.kafka.plugins.module_utils._event.contract import parse_contract
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.schemas.compatibility import breaches
from tests.schemas.events import KINDS, contract, valid
from tests.schemas.tables import PAGE, SCHEMAS, filled, load

RELEASED = Path(__file__).parents[1] / "schemas/released/v1"
CAPTURED = sorted((RELEASED.parents[1] / "captured").glob("*.json"))
NAMES = sorted(path.name.removesuffix(".schema.json") for path in SCHEMAS.glob("*.schema.json"))
COMPLETED = load("completed", RELEASED)
Edit = Callable[[dict[str, Any]], object]


def test_all_schemas_are_there() -> None:
    assert (
        NAMES
        == sorted(["envelope", *KINDS])
        == sorted(path.name.removesuffix(".schema.json") for path in RELEASED.iterdir())
    )


@pytest.mark.parametrize("name", NAMES)
def test_a_schema_is_compatible_with_the_released_one(name: str) -> None:
    assert list(breaches(load(name, RELEASED), load(name))) == []


@pytest.mark.parametrize("name", NAMES)
@settings(max_examples=50)
@given(st.data())
def test_what_was_valid_stays_valid_and_the_other_way_round(name: str, data: st.DataObject) -> None:
    released, current = load(name, RELEASED), load(name)
    for one, other in ((released, current), (current, released)):
        assert (
            parse_contract({"event_type": "A", "schema": other}).problems(
                _bare(data.draw(valid(one)))
            )
            == []
        )


def _bare(document: dict[str, Any]) -> dict[str, Any]:
    """Judged as an event, even if it is an envelope."""
    return {"envelope_version": "1.0", "event_type": "A", "payload": document}


@pytest.mark.parametrize("name", NAMES)
def test_a_schema_says_all(name: str) -> None:
    schema = load(name)

    assert schema.keys() >= {"$schema", "$id", "$comment", "title", "description", "examples"}
    assert [
        field for field, part in schema["properties"].items() if not part.get("description")
    ] == []
    assert schema["additionalProperties"] is True
    assert [
        parse_contract({"event_type": "A", "schema": schema}).problems(_bare(example))
        for example in schema["examples"]
    ] == [[]]


@pytest.mark.parametrize("path", CAPTURED, ids=lambda path: path.stem)
def test_what_producers_send_is_valid(path: Path) -> None:
    kind, form = path.stem.split(".")
    document = json.loads(path.read_bytes())

    assert ("payload" in document) == (form == "envelope")
    assert parse_contract(contract(kind)).problems(document) == []


def test_the_page_shows_the_schemas() -> None:
    page = PAGE.read_text(encoding="utf-8")

    assert page == filled(page), "write it again: python -m tests.schemas.tables"
    assert all(f"`{field}`" in page for name in NAMES for field in load(name)["properties"])


def changed(edit: Edit) -> dict[str, Any]:
    current = deepcopy(COMPLETED)
    edit(current)
    return current


def of(name: str, **rules: Any) -> Edit:
    return lambda schema: schema["properties"][name].update(rules)


@pytest.mark.parametrize(
    ("edit", "breach"),
    [
        (lambda schema: schema["properties"].pop("quality_score"), "quality_score: is gone"),
        (
            lambda schema: schema["required"].append("workflow_id"),
            "workflow_id: was not required, now is",
        ),
        (
            lambda schema: schema["required"].remove("file_count"),
            "file_count: was required, now is not",
        ),
        (of("file_count", minimum=1), "file_count: minimum was 0, now is 1"),
        (of("quality_score", maximum=0.5), "quality_score: maximum was 1, now is 0.5"),
        # wider breaks those who know the released schema
        (of("quality_score", maximum=100), "quality_score: maximum was 1, now is 100"),
        (
            lambda schema: schema["properties"]["file_count"].pop("minimum"),
            "file_count: minimum was 0, now is absent",
        ),
        (
            of("workflow_id", type="string"),
            "workflow_id: type was ['null', 'string'], now is ['string']",
        ),
        (of("file_count", type="number"), "file_count: type was ['integer'], now is ['number']"),
        (of("timestamp", format="date"), "timestamp: format was date-time, now is date"),
        (of("schema_version", const="1.0"), "schema_version: const was absent, now is 1.0"),
        (of("schema_version", enum=["1.0"]), "schema_version: enum was absent, now is ['1.0']"),
        (of("schema_version", pattern="^1"), "schema_version: pattern was absent, now is ^1"),
        (of("schema_version", maxLength=3), "schema_version: maxLength was absent, now is 3"),
        (of("generated_files", minItems=1), "generated_files: minItems was absent, now is 1"),
        (
            of("generated_files", items={"type": "string", "minLength": 1}),
            "generated_files[]: minLength was absent, now is 1",
        ),
        (
            lambda schema: schema["properties"]["generated_files"].pop("items"),
            "generated_files[]: type was ['string'], now is absent",
        ),
        (of("metadata", required=["a"]), "metadata.a: was not required, now is"),
        (
            of("metadata", additionalProperties=False),
            "metadata: additionalProperties was absent, now is False",
        ),
        (
            lambda schema: schema.update(additionalProperties=False),
            "the event: additionalProperties was True, now is False",
        ),
        (
            lambda schema: schema.update({"$id": "urn:other"}),
            f"the event: $id was {COMPLETED['$id']}, now is urn:other",
        ),
        (
            lambda schema: schema.pop("$schema"),
            f"the event: $schema was {COMPLETED['$schema']}, now is absent",
        ),
        (lambda schema: schema.update(allOf=[{}]), "the event: allOf is not known to this check"),
        (
            lambda schema: schema["properties"].update(new={"dependentRequired": {}}),
            "new: dependentRequired is not known to this check",
        ),
    ],
)
def test_what_is_not_compatible_is_found(edit: Edit, breach: str) -> None:
    assert list(breaches(COMPLETED, changed(edit))) == [breach]


@pytest.mark.parametrize(
    "edit",
    [
        lambda schema: schema["properties"].update(new={"type": "string", "format": "uuid"}),
        lambda schema: schema["properties"]["metadata"].update(
            properties={"unit_tests": {"type": "integer"}}
        ),
        of("workflow_id", type=["null", "string"]),
        of("quality_score", description="other words", examples=[0.5], default=0),
        lambda schema: schema.update(title="other words"),
        lambda schema: schema["required"].reverse(),
    ],
)
@settings(max_examples=20)
@given(st.data())
def test_what_is_compatible_passes(edit: Edit, data: st.DataObject) -> None:
    current = changed(edit)

    assert list(breaches(COMPLETED, current)) == []
    assert (
        parse_contract({"event_type": "A", "schema": COMPLETED}).problems(data.draw(valid(current)))
        == []
    )
    # of those who know fields only from their schema
    assert (
        parse_contract({"event_type": "A", "schema": current}).problems(
            {**data.draw(valid(COMPLETED)), "metadata": {}}
        )
        == []
    )
