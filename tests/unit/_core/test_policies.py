# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.omninode.kafka.plugins.module_utils._core.errors import PlanRefused
from ansible_collections.omninode.kafka.plugins.module_utils._core.guard import raise_if_refused
from ansible_collections.omninode.kafka.plugins.module_utils._core.limits import Policy
from ansible_collections.omninode.kafka.plugins.module_utils._core.plan import Plan
from ansible_collections.omninode.kafka.plugins.module_utils._core.policies import Subject, judge

LIVE = Subject(
    "live", {"name": "live", "partitions": 6, "replication_factor": 2, "labels": {}, "changes": []}
)
NEW = Subject(
    "new", {"name": "new", "partitions": 4, "replication_factor": 3, "labels": {}, "changes": []}
)


def judged(rule: str, level: str, *subjects: Subject) -> tuple[list[str], list[str]]:
    """What is refused, and what is warned of."""
    judgement = judge([Policy("p", rule, "not so", level)], "topic", subjects)
    return [refusal.why for refusal in judgement.refusals], [*judgement.warnings]


def test_a_level_decides_between_a_refusal_and_a_warning() -> None:
    why = "policy p: topic live: not so (replication_factor >= `3`)"
    assert judged("replication_factor >= `3`", "error", LIVE) == (
        [f"{why}; to allow it for this topic: exempt: [p]"],
        [],
    )
    assert judged("replication_factor >= `3`", "warning", LIVE) == ([], [why])


def test_a_policy_warns_once_of_all_topics_that_break_it() -> None:
    refused, warnings = judged("partitions > `9`", "warning", LIVE, NEW)
    assert (refused, warnings) == ([], ["policy p: topics live, new: not so (partitions > `9`)"])
    assert len(judged("partitions > `9`", "error", LIVE, NEW)[0]) == 2


@pytest.mark.parametrize(
    ("rule", "why"),
    [
        (
            "partitions > `9`",
            "not so (partitions > `9`); to allow it for these topics: exempt: [p]",
        ),
        (
            "labels.owner",
            "the rule gave null, but it must give true or false (labels.owner);"
            " correct the rule, or declare exempt: [p]",
        ),
    ],
)
def test_what_a_policy_refuses_of_several_topics_is_told_once(rule: str, why: str) -> None:
    refusals = judge([Policy("p", rule, "not so", "error")], "topic", [LIVE, NEW]).refusals
    with pytest.raises(PlanRefused) as caught:
        raise_if_refused(Plan((), refusals))
    head = "refused the plan, nothing was changed"
    assert str(caught.value) == f"{head}: policy p: topics live, new: {why}"
    outcome: Any = caught.value.facts["outcome"]
    assert {failed["guard"] for failed in outcome["failed"]} == {"policies"}


@pytest.mark.parametrize("level", ["error", "warning"])
def test_what_keeps_to_it_or_is_exempt_is_neither(level: str) -> None:
    assert judged("replication_factor >= `2`", level, LIVE) == ([], [])
    assert judged(
        "replication_factor >= `3`", level, Subject("live", LIVE.document, frozenset({"p"}))
    ) == ([], [])
    assert judged(
        "replication_factor >= `3`", level, Subject("live", LIVE.document, frozenset({"another"}))
    ) != ([], [])


@pytest.mark.parametrize("level", ["error", "warning"])
@pytest.mark.parametrize(
    ("rule", "what"),
    [
        ("labels.owner", "gave null"),
        ("labels.owner >= `3`", "gave null"),
        ("name", "gave 'live'"),
        ("partitions", "gave 6"),
        ("changes", "gave []"),
        ("starts_with(partitions, 'a')", "failed: "),
        ("matches(name, '(')", "failed: '(' is not a regular expression"),
    ],
)
def test_neither_true_nor_false_is_an_error_of_policy_and_topic_whatever_the_level(
    rule: str, what: str, level: str
) -> None:
    [refused], warnings = judged(rule, level, LIVE)
    assert refused.startswith(f"policy p: topic live: the rule {what}")
    assert "must give true or false" in refused
    assert warnings == []


def test_without_policies_no_subject_is_looked_at() -> None:
    subjects = iter([LIVE])
    assert judge([], "topic", subjects) == ((), ())
    assert next(subjects) == LIVE


def test_a_refusal_has_the_key_of_a_resource_that_is_not_known_by_its_name() -> None:
    keyed = LIVE._replace(key=("live", 1))
    for rule in ("partitions > `9`", "labels.owner"):
        judgement = judge([Policy("p", rule, "not so")], "topic", [LIVE, keyed])
        assert [refusal.subject for refusal in judgement.refusals] == ["live", ("live", 1)]
