# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from ansible_collections.omninode.kafka.plugins.module_utils._core.alike import alike, together

from tests.unit._core.changes import PlainChange

GROW = PlainChange(
    "topic", "a", "add_partitions", {"partitions": 1}, {"partitions": 3}, ("key_order",)
)
ALTER = PlainChange("topic", "a", "alter_config", {"config": {"x": None}}, {"config": {"x": "1"}})


def named(name: str, *changes: PlainChange) -> list[PlainChange]:
    return [replace(change, name=name) for change in changes]


@pytest.mark.parametrize(
    ("changes", "names"),
    [
        ([], []),
        ([*named("b", GROW), *named("a", GROW)], [("a", "b")]),
        ([*named("a", GROW, ALTER), *named("b", GROW)], [("a",), ("b",)]),
        ([*named("a", GROW, ALTER), *named("b", GROW, ALTER)], [("a", "b")]),
        ([GROW, replace(GROW, name="b", after={"partitions": 4})], [("a",), ("b",)]),
        ([GROW, replace(GROW, name="b", hazards=())], [("a",), ("b",)]),
        ([GROW, replace(GROW, name="b", kind="acl")], [("b",), ("a",)]),
    ],
)
def test_resources_with_equal_changes_are_one_group(
    changes: list[PlainChange], names: list[tuple[str, ...]]
) -> None:
    assert [group.names for group in alike(changes)] == names


def test_two_resources_of_one_name_count_as_two() -> None:
    changes = [replace(GROW, identity=number) for number in (1, 2)]
    assert [group.names for group in alike(changes)] == [("a", "a")]


def test_a_group_has_the_evidence_of_all() -> None:
    changes = [
        replace(GROW, facts={"records": 4}),
        replace(GROW, name="b", facts={"records": "unknown"}),
    ]
    [group] = alike(changes)
    assert group.notes == ((("key_order",), {"records": "4, unknown"}),)


@pytest.mark.parametrize(
    ("values", "value"),
    [
        ([3], 3),
        ([3, 3], 6),
        ([True, True], True),
        ([True, False], "true, false"),
        ([1, "unknown", 2], "3, unknown"),
        (["unknown", "unknown"], "unknown"),
        ([["a"], ["b", "a"]], ["a", "b"]),
        ([["a"], "unknown"], '["a"], unknown'),
        ([{"x": 1}, {"x": 2, "y": ["a"]}], {"x": 3, "y": ["a"]}),
        (
            ["2026-01-31T12:00:00Z", "2020-01-31T12:00:00Z", "2027-01-31T12:00:00Z"],
            "2020-01-31T12:00:00Z to 2027-01-31T12:00:00Z",
        ),
        (["2026-01-31T12:00:00Z", "unknown"], "2026-01-31T12:00:00Z, unknown"),
        ([None, None], None),
        ([None, 1], "1, null"),
    ],
)
def test_facts_are_told_together(values: list[Any], value: Any) -> None:
    assert together([{"fact": each} for each in values]) == {"fact": value}
