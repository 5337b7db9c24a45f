# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One plan of several, whatever these hold."""

from __future__ import annotations

from ansible_collections.omninode.kafka.plugins.module_utils._application.plan import (
    DELETE,
    Plans,
    composed,
    parts_of,
)
from ansible_collections.omninode.kafka.plugins.module_utils._core.plan import Plan, Refusal
from hypothesis import given
from hypothesis import strategies as st

from tests.unit._core.changes import PlainChange

PARTS = ["topics", "users", "acls", "quotas"]
# two parts may have resources of the same name
CHANGES = st.builds(
    PlainChange,
    st.just("thing"),
    st.sampled_from(["a", "b"]),
    st.sampled_from(["create", "alter", DELETE]),
    st.none(),
    st.none(),
    hazards=st.sampled_from([(), ("in_use",)]),
)
REFUSALS = st.builds(Refusal, st.sampled_from(["a", "b"]), st.just("because"))
PLANS = st.builds(
    Plan,
    st.lists(CHANGES, max_size=4).map(tuple),
    st.lists(REFUSALS, max_size=2).map(tuple),
    st.integers(0, 3),
    st.sampled_from([(), ("beware",)]),
)


@given(st.lists(PLANS, max_size=len(PARTS)))
def test_each_change_is_in_the_plan_once_and_in_order(plans: list[Plan[PlainChange]]) -> None:
    parts: Plans = dict(zip(PARTS, plans, strict=False))
    plan = composed(parts)
    assert parts_of(plan) == parts
    found: list[tuple[bool, int]] = []
    for change in plan.changes:
        is_deletion = change.operation == DELETE
        place = PARTS.index(change.part)
        found.append((is_deletion, -place if is_deletion else place))
    assert found == sorted(found)
    for name, own in parts.items():
        mine = [change.change for change in plan.changes if change.part == name]
        # those of one part keep their order
        assert mine == sorted(own.changes, key=lambda change: change.operation == DELETE)
    assert plan.unchanged == sum(own.unchanged for own in plans)
    assert list(plan.warnings) == [text for own in plans for text in own.warnings]


@given(st.lists(PLANS, max_size=len(PARTS)))
def test_a_refusal_stops_the_changes_of_its_part_alone(plans: list[Plan[PlainChange]]) -> None:
    parts: Plans = dict(zip(PARTS, plans, strict=False))
    plan = composed(parts)
    stopped = {
        (change.part, change.name)
        for change in plan.changes
        for refusal in plan.refusals
        if refusal.stops(change)
    }
    expected = {
        (name, change.name)
        for name, own in parts.items()
        for change in own.changes
        for refusal in own.refusals
        if refusal.stops(change)
    }
    assert stopped == expected


@given(st.lists(PLANS, max_size=len(PARTS)))
def test_the_summary_counts_each_part(plans: list[Plan[PlainChange]]) -> None:
    summary = composed(dict(zip(PARTS, plans, strict=False))).summary("X")
    assert summary.startswith("cluster X: ")
    hazards = sum(bool(change.hazards) for own in plans for change in own.changes)
    assert (f"; hazards: in_use {hazards}" in summary) == bool(hazards)
    refused = sum(len(own.refusals) for own in plans)
    assert summary.endswith(f"; refused {refused}") == bool(refused)
    words = ["topics", "users", "ACLs", "quotas"]
    assert [f"{word}: " in summary for word in words] == [
        position < len(plans) for position in range(len(words))
    ]
