# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest
import yaml
from ansible_collections.omninode.kafka.plugins.module_utils._core.diff import render, to_yaml
from hypothesis import given
from hypothesis import strategies as st

from tests.hostile import TEXTS
from tests.unit._core.changes import PlainChange

CREATE = PlainChange(
    "topic",
    "b",
    "create",
    None,
    {"partitions": 3, "config": {"retention.ms": "604800000"}},
    ("availability",),
)
GROW = PlainChange(
    "topic", "a", "add_partitions", {"partitions": 1}, {"partitions": 3}, ("key_order",)
)
ALTER = PlainChange(
    "topic",
    "a",
    "alter_config",
    {"config": {"preallocate": None}},
    {"config": {"preallocate": "true"}},
    ("key_order", "retention_cut"),
)
DELETE = PlainChange("topic", "c", "delete", {"partitions": 1, "config": {}}, None, ("delete",))
# what the block style may write: config values, names, counts
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=12)
)
PLAIN = st.recursive(
    SCALARS,
    lambda inner: st.dictionaries(st.text("abz.-_019: #", max_size=6), inner, max_size=4),
    max_leaves=8,
)


def test_one_pair_for_a_resource_sorted_then_the_summary() -> None:
    assert render([CREATE, GROW, ALTER, DELETE], 9, "the summary") == [
        {
            "before_header": "topic a",
            "after_header": "topic a (hazards: key_order) (hazards: key_order, retention_cut)",
            "before": "partitions: 1\nconfig:\n  preallocate: null\n",
            "after": "partitions: 3\nconfig:\n  preallocate: true\n",
        },
        {
            "before_header": "topic b",
            "after_header": "topic b (hazards: availability)",
            "before": "",
            "after": "partitions: 3\nconfig:\n  retention.ms: 604800000\n",
        },
        {
            "before_header": "topic c",
            "after_header": "topic c (hazards: delete)",
            "before": "partitions: 1\nconfig: {}\n",
            "after": "",
        },
        {"prepared": "the summary\n"},
    ]


def test_equal_differences_are_shown_once() -> None:
    changes = [replace(GROW, name=name, facts={"records": 2}) for name in "dac"]
    [pair, other, _summary] = render([*changes, CREATE], 2, "S")
    assert pair["before_header"] == "topics a, c, d"
    assert pair["after_header"] == "topics a, c, d (hazards: key_order; records: 6)"
    assert other["before_header"] == "topic b"


@pytest.mark.parametrize(
    ("limit", "shown", "prepared"),
    [
        (3, ["a", "b", "c"], "S\n"),
        (2, ["a", "b"], "... and 1 more, not shown (diff_limit: 2)\nS\n"),
        (0, [], "... and 3 more, not shown (diff_limit: 0)\nS\n"),
        (-1, [], "... and 3 more, not shown (diff_limit: -1)\nS\n"),
    ],
)
def test_the_limit_counts_resources(limit: int, shown: list[str], prepared: str) -> None:
    *pairs, last = render([CREATE, GROW, ALTER, DELETE], limit, "S")
    assert [pair["before_header"] for pair in pairs] == [f"topic {name}" for name in shown]
    assert last == {"prepared": prepared}


def test_a_change_without_hazards_has_a_bare_header() -> None:
    assert (
        render([PlainChange("topic", "a", "alter_config", {}, {"x": 1})], 1, "S")[0]["after_header"]
        == "topic a"
    )


READ = {
    "records": 4,
    "newest": "2027-01-15T08:00:00Z",
    "groups": {"active": ["b", "z"], "committed": []},
    "compacted": False,
}


@pytest.mark.parametrize(
    ("evidence", "note"),
    [
        (
            READ,
            (
                "records: 4; newest: 2027-01-15T08:00:00Z; groups: active b z, committed none;"
                " compacted: false"
            ),
        ),
        ({"groups": {"active": ["two words", "a\nb"]}}, 'groups: active "two words" "a\\nb"'),
        (
            {"records": "unknown", "oldest": None, "groups": "unknown"},
            "records: unknown; oldest: null; groups: unknown",
        ),
    ],
)
def test_the_header_tells_the_evidence(evidence: dict[str, Any], note: str) -> None:
    assert (
        render([replace(GROW, facts=evidence)], 1, "S")[0]["after_header"]
        == f"topic a (hazards: key_order; {note})"
    )


def test_each_hazardous_change_keeps_its_evidence() -> None:
    changes = [
        replace(GROW, facts={"records": 4}),
        replace(ALTER, hazards=("retention_cut",), facts={"records": 2}),
    ]
    assert (
        render(changes, 1, "S")[0]["after_header"]
        == "topic a (hazards: key_order; records: 4) (hazards: retention_cut; records: 2)"
    )


def test_evidence_that_there_is_no_hazard_is_left_out() -> None:
    assert (
        render([replace(GROW, hazards=(), facts={"records": 0})], 1, "S")[0]["after_header"]
        == "topic a"
    )


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("lz4", "lz4\n"),
        ("604800000", "604800000\n"),
        ("-1", "-1\n"),
        ("compact,delete", "compact,delete\n"),
        ("null", '"null"\n'),
        ("No", '"No"\n'),
        ("0:1,1:2", '"0:1,1:2"\n'),
        ("0.5", '"0.5"\n'),
        ("", '""\n'),
        ("a: b", '"a: b"\n'),
        (None, "null\n"),
        (True, "true\n"),
        (3, "3\n"),
        ({"a": {}}, "a: {}\n"),
        ({"a": {"b": 1}, "c": []}, "a:\n  b: 1\nc: []\n"),
        ({"a": ["x", 1]}, "a:\n  - x\n  - 1\n"),
        (("x",), "- x\n"),
    ],
)
def test_yaml(value: Any, text: str) -> None:
    assert to_yaml(value) == text


def test_yaml_is_indented() -> None:
    assert to_yaml({"a": {"b": 1}}, indent=2) == "  a:\n    b: 1\n"


@given(PLAIN)
def test_yaml_is_read_back_as_it_was(value: Any) -> None:
    assert _unquoted(yaml.safe_load(to_yaml({"after": value}))) == _unquoted({"after": value})


def _unquoted(value: Any) -> Any:
    """Whole numbers and booleans that are strings are written without quotes, since all config
    values are strings."""
    if isinstance(value, Mapping):
        return {_unquoted(key): _unquoted(item) for key, item in value.items()}
    try:
        return (
            yaml.safe_load(value)
            if value.lstrip("-").isdigit() or value.lower() in ("true", "false")
            else value
        )
    except AttributeError:
        return value


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_a_name_adds_no_line(text: str) -> None:
    evidence = {"groups": [text], "newest": text}
    config = {"config": {text: text, "a": None}}
    change = PlainChange("topic", text, "alter_config", config, config, ("key_order",), evidence)
    pair, last = render([change], 9, f"cluster {text}: alter 1")
    assert pair["before_header"].isprintable()
    assert pair["after_header"].isprintable()
    lines = pair["after"].splitlines()
    assert [line.isprintable() for line in lines] == [True, True, True]
    assert last["prepared"].removesuffix("\n").isprintable()
