# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Valid and broken events, drawn from the schemas, without asking the library that validates
them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from tests.schemas.tables import SCHEMAS, load

KINDS = ["started", "completed", "failed"]
_FORMATS: dict[str, SearchStrategy[str]] = {
    "uuid": st.uuids().map(str),
    "date-time": (
        st.datetimes(timezones=st.sampled_from([UTC, None])).map(
            lambda time: time.isoformat().replace("+00:00", "Z")
        )
    ),
}
_SCALARS: dict[str, SearchStrategy[Any]] = {
    "null": st.none(),
    "boolean": st.booleans(),
    "string": st.text(max_size=20),
    "number": st.floats(allow_nan=False, allow_infinity=False),
    "array": st.just([[]]),
    "object": st.dictionaries(
        st.text(max_size=5), st.integers() | st.none() | st.text(max_size=5), max_size=3
    ),
}


def contract(kind: str) -> dict[str, Any]:
    truncate = ["stack_trace"] if kind == "failed" else []
    return {
        "event_type": f"TEST_GENERATION_{kind.upper()}",
        "schema": load(kind, SCHEMAS),
        "envelope": load("envelope", SCHEMAS),
        "truncate": truncate,
    }


def valid(schema: Mapping[str, Any]) -> SearchStrategy[dict[str, Any]]:
    """Objects that the schema allows, some with fields that it does not know."""
    fields = {name: _value(field) for name, field in schema["properties"].items()}
    known = st.fixed_dictionaries(
        {name: fields[name] for name in schema["required"]},
        optional={name: value for name, value in fields.items() if name not in schema["required"]},
    )
    unknown = st.dictionaries(
        st.text(max_size=8).map("x-{}".format), st.one_of(*_SCALARS.values()), max_size=2
    )
    return st.builds(lambda some, more: {**some, **more}, known, unknown)


def broken(field: Mapping[str, Any]) -> SearchStrategy[Any]:
    """Values that the field's schema forbids."""
    kinds = _kinds(field)
    others = [
        value
        for kind, value in _SCALARS.items()
        if kind not in kinds and not (kind == "number" and "integer" in kinds)
    ]
    if "integer" in kinds:
        others.append(
            st.integers().map(lambda number: number + 0.5).filter(lambda number: number % 1 != 0)
        )
    if "minimum" in field:
        others.append(st.integers(max_value=field["minimum"] - 1))
    if "maximum" in field:
        others.append(st.integers(min_value=field["maximum"] + 1))
    if "format" in field:
        others.append(
            st.sampled_from(
                [
                    "",
                    "x",
                    "2026-01-31",
                    "2026-01-31 12:00:00",
                    "2026-01-31T12:00",
                    "2026-02-30T12:00:00Z",
                    "3f2a1b5c8d4e4f1a9c3b7e6d5a4c3b2a",
                    "é" * 36,
                ]
            )
        )
    if "items" in field:
        others.append(broken(field["items"]).map(lambda value: [value]))
    return st.one_of(others)


def _kinds(field: Mapping[str, Any]) -> list[str]:
    return [field["type"]] if isinstance(field["type"], str) else field["type"]


def _value(field: Mapping[str, Any]) -> SearchStrategy[Any]:
    return st.one_of([_of_kind(kind, field) for kind in _kinds(field)])


def _of_kind(kind: str, field: Mapping[str, Any]) -> SearchStrategy[Any]:
    least, most = field.get("minimum"), field.get("maximum")
    if kind == "string":
        return _FORMATS[field["format"]] if "format" in field else _SCALARS["string"]
    if kind == "integer":
        return st.integers(least, most)
    if kind == "number":
        return st.floats(least, most, allow_nan=False, allow_infinity=False) | st.integers(
            least, most
        )
    if kind == "array":
        return st.lists(_value(field["items"]), max_size=3)
    return _SCALARS[kind]
