# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from ansible_collections.omninode.kafka.plugins.module_utils._core.errors import PlanRefused
from ansible_collections.omninode.kafka.plugins.module_utils._core.guard import (
    expect,
    forbid,
    impossible,
    over_budget,
    raise_if_refused,
    refused,
)
from ansible_collections.omninode.kafka.plugins.module_utils._core.limits import Budget
from ansible_collections.omninode.kafka.plugins.module_utils._core.plan import Plan, Reason, Refusal

from tests.unit._core.changes import PlainChange

A = PlainChange("topic", "a", "create", None, {"partitions": 1})
B = PlainChange("topic", "b", "delete", {"partitions": 1}, None, ("delete",), {"records": 7})


def because_of(why: str, steps: str = "") -> Reason:
    return Reason("topic", "grow", steps, "allow", why, "allow: [all]")


def test_a_plan_without_refusals_passes() -> None:
    raise_if_refused(Plan((A, B)))


def test_a_refused_plan_names_every_refusal_and_what_it_stops() -> None:
    with pytest.raises(PlanRefused) as caught:
        raise_if_refused(
            Plan((A, B), (Refusal("b", "delete topic b: no"), Refusal("c", "shrink topic c: no")))
        )
    assert str(caught.value).splitlines() == [
        "refused the plan, nothing was changed:",
        "- delete topic b: no",
        "- shrink topic c: no",
        "It would have changed:",
        "topic b (hazards: delete; records: 7):",
        "  partitions: 1 -> not there",
    ]
    assert caught.value.facts == {
        "changes": [B.as_result()],
        "outcome": {
            "applied": [],
            "failed": [
                {"name": "b", "why": "delete topic b: no"},
                {"name": "c", "why": "shrink topic c: no"},
            ],
            "pending": [],
            "unknown": [],
        },
    }


GROW = PlainChange("topic", "a", "add_partitions", {"partitions": 1}, {"partitions": 2})
ALTER = PlainChange("topic", "a", "alter_config", {"config": {}}, {"config": {"flush.ms": "x"}})


@pytest.mark.parametrize(
    ("refusals", "stopped"),
    [
        ([Refusal("a", "bad value", "alter_config")], [ALTER]),
        (
            [Refusal("a", "bad value", "alter_config"), Refusal("a", "no right", "add_partitions")],
            [GROW, ALTER],
        ),
        # by no change can the resource be brought to its declared state
        ([Refusal("a", "cannot shrink")], [GROW, ALTER]),
        ([Refusal("b", "no right", "alter_config")], []),
    ],
)
def test_a_refused_plan_returns_the_changes_that_are_refused(
    refusals: list[Refusal], stopped: list[PlainChange]
) -> None:
    facts = refused(Plan((GROW, ALTER, B)), refusals, "no").facts
    outcome: Any = facts["outcome"]
    assert facts["changes"] == [change.as_result() for change in stopped]
    assert outcome["pending"] == []
    assert outcome["failed"] == [{"name": refusal.name, "why": refusal.why} for refusal in refusals]


def test_who_refused_is_said() -> None:
    assert str(
        refused(Plan((A,)), [Refusal("a", "create topic a: policy")], "the broker refused the plan")
    ) == ("the broker refused the plan, nothing was changed: create topic a: policy")


@pytest.mark.parametrize(
    ("plan", "line"),
    [
        (Plan(()), "cluster X: unchanged 0"),
        (Plan((), unchanged=3), "cluster X: unchanged 3"),
        (
            Plan((A, A, B), unchanged=2),
            "cluster X: create 2, delete 1, unchanged 2; hazards: delete 1",
        ),
    ],
)
def test_summary(plan: Plan[PlainChange], line: str) -> None:
    assert plan.summary("X") == line


def test_what_a_guard_forbids_names_the_guard() -> None:
    with pytest.raises(PlanRefused) as caught:
        raise_if_refused(Plan((B,), (Refusal("b", "protected", "delete", guard="protected"),)))
    outcome: Any = caught.value.facts["outcome"]
    assert outcome["failed"] == [{"name": "b", "why": "protected", "guard": "protected"}]


@pytest.mark.parametrize("expected", [None, "", "1234"])
def test_the_expected_plan_passes(expected: str | None) -> None:
    expect(Plan((A,)), "1234", expected)


@pytest.mark.parametrize(
    ("plan", "why"), [(Plan((A, B)), "something else"), (Plan(()), "nothing left to do")]
)
def test_another_plan_than_the_expected_one_is_refused(plan: Plan[PlainChange], why: str) -> None:
    with pytest.raises(
        PlanRefused, match=f"the cluster or the declaration has moved.*{why}.*1234"
    ) as caught:
        expect(plan, "1234", "5678")
    assert caught.value.facts == {
        "changes": [],
        "outcome": {"applied": [], "failed": [], "pending": [], "unknown": []},
    }


def test_a_refusal_stops_the_resource_of_its_key_only() -> None:
    one, other = (replace(A, identity=("a", number)) for number in (1, 2))
    refusal = forbid(one, because_of("it is not allowed"), {})
    assert (refusal.stops(one), refusal.stops(other)) == (True, False)


def grown(name: str) -> PlainChange:
    return replace(GROW, name=name)


def message(*refusals: Refusal, changes: tuple[PlainChange, ...] = ()) -> list[str]:
    with pytest.raises(PlanRefused) as caught:
        raise_if_refused(Plan(changes, refusals))
    return str(caught.value).splitlines()


def test_equal_reasons_are_told_once_with_the_evidence_of_all() -> None:
    told = message(
        forbid(grown("a"), because_of("no", "from 1 to 2"), {"records": 1}),
        forbid(grown("b"), because_of("no", "from 1 to 2"), {"records": 2}),
        forbid(grown("c"), because_of("no", "from 1 to 3"), {}),
    )
    assert told == [
        "refused the plan, nothing was changed:",
        "- grow topics a, b (from 1 to 2): guard allow: no (records: 3); to allow it for"
        " these topics: allow: [all]",
        "- grow topic c (from 1 to 3): guard allow: no; to allow it for this topic: allow: [all]",
    ]


def test_a_setting_names_the_resource_where_it_is_one() -> None:
    reason = Reason("topic", "delete", "", "allow", "it is purged", "{name: <name>, state: absent}")
    one = message(forbid(grown("a"), reason, {}))
    two = message(*(forbid(grown(name), reason, {}) for name in "ab"))
    assert one[0].endswith("; to allow it for this topic: {name: a, state: absent}")
    assert two[0].endswith("; to allow it for these topics: {name: <name>, state: absent}")


def test_a_budget_is_told_once_beside_what_would_have_changed() -> None:
    changes = tuple(replace(B, name=name) for name in "abc")
    destroyed = {change.key: change for change in changes}
    told = message(*over_budget(destroyed, 10, Budget(2)), changes=changes)
    assert told == [
        "refused the plan, nothing was changed: topics a, b, c: guard destruction_budget:"
        " 3 of 10 topics would be deleted or shrunk, but destruction_budget 2 allows 2;"
        " to allow it for this run: destruction_budget: 3",
        "It would have changed:",
        "topics a, b, c (hazards: delete; records: 21):",
        "  partitions: 1 -> not there",
    ]


def test_what_a_refusal_describes_is_not_told_again() -> None:
    refusal = forbid(GROW, because_of("no", "from 1 to 2"), {})
    assert len(message(refusal, changes=(GROW,))) == 1


def test_a_result_has_each_refusal_in_parts() -> None:
    reason = Reason("topic", "delete", "", "allow", "it is purged", "{name: <name>, state: absent}")
    facts = refused(Plan((B,)), [forbid(B, reason, {})], "no").facts
    outcome: Any = facts["outcome"]
    assert outcome["failed"] == [
        {
            "name": "b",
            "guard": "allow",
            "why": "it is purged",
            "setting": "{name: b, state: absent}",
        }
    ]


def test_what_no_setting_allows_is_told_once_too() -> None:
    reason = Reason("topic", "set config x of", "", "", "unknown config key", "")
    told = message(*(impossible(name, reason) for name in "ab"))
    assert told == [
        "refused the plan, nothing was changed: set config x of topics a, b: unknown config key"
    ]


def test_a_word_of_the_user_in_a_setting_is_no_placeholder() -> None:
    reason = Reason("topic", "delete", "", "owned_prefixes", "no", "[NAME.x, <name>]")
    assert message(forbid(grown("a"), reason, {}))[0].endswith(": [NAME.x, a]")


def test_what_is_impossible_has_the_key_of_a_resource_that_is_not_known_by_its_name() -> None:
    reason = Reason("topic", "delete", "", "", "no", "")
    assert impossible("a", reason).subject == "a"
    assert impossible("a", reason, "delete", ("a", 1)).subject == ("a", 1)
