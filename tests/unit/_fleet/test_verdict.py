# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from ansible_collections.omninode.kafka.plugins.module_utils._fleet.verdict import (
    STATES,
    Finding,
    ended,
    find,
    judge,
    worst,
)

CREATE = {"kind": "topic", "operation": "create", "hazards": []}
CUT = {"kind": "topic", "operation": "alter_config", "hazards": ["retention_cut"]}
PLAN = {"plan_id": "83722c60"}
REFUSED = {"error": "PlanRefused", "msg": "refused the plan:\n- a\n- b"}


@pytest.mark.parametrize(
    ("result", "writes", "expected"),
    [
        ({"changes": []}, False, Finding("in_state")),
        ({"changes": [], "changed": False}, True, Finding("in_state")),
        (
            {"changes": [CREATE, CREATE, CUT], "changed": True, **PLAN},
            False,
            Finding(
                "drifted",
                {"create": 2, "alter_config": 1},
                {"retention_cut": 1},
                plan_id="83722c60",
            ),
        ),
        (
            {"changes": [CREATE], "changed": True, **PLAN},
            True,
            Finding("changed", {"create": 1}),
        ),
        # what a later run is to change
        (
            {"changes": [CREATE], "changed": False, **PLAN},
            True,
            Finding("drifted", {"create": 1}, plan_id="83722c60"),
        ),
        # in a result that did not fail, and in one that did
        (
            {**REFUSED, **PLAN, "changes": [CUT], "outcome": {"failed": [{}, {}]}},
            False,
            Finding(
                "refused",
                {"alter_config": 1},
                {"retention_cut": 1},
                refused=2,
                error="refused the plan: - a - b",
            ),
        ),
        (
            {**REFUSED, "failed": True, "changes": [], "outcome": {"failed": []}},
            True,
            Finding("refused", error="refused the plan: - a - b"),
        ),
        (
            {"failed": True, "error": "ClusterUnreachable", "msg": "cannot reach a:1"},
            True,
            Finding("unreachable", error="cannot reach a:1"),
        ),
        ({"unreachable": True, "msg": "no"}, True, Finding("unreachable", error="no")),
        (
            {"failed": True, "error": "ApplyFailed", "msg": "no", "changed": True},
            True,
            Finding("failed", error="no"),
        ),
        ({"failed": True, "msg": "Unsupported parameters"}, False,
         Finding("failed", error="Unsupported parameters")),
    ],
)  # fmt: skip
def test_a_result_is_found_to_mean(
    result: Mapping[str, Any], writes: bool, expected: Finding
) -> None:
    assert find("topic", result, writes) == expected


def test_a_change_of_applications_says_of_which_kind_it_is() -> None:
    found = find("applications", {"changes": [CREATE], **PLAN}, False)

    assert found.changes == {"topic.create": 1}


def test_the_worst_finding_and_the_first_error_decide() -> None:
    findings = {
        "topic": Finding("changed"),
        "acl": Finding("refused", error="policy names"),
        "quota": Finding("not_tried"),
    }

    verdict = judge("orders", findings, "id", "now")

    assert (verdict.state, verdict.error, verdict.cluster_id) == (
        "refused",
        "acl: policy names",
        "id",
    )


def test_a_cluster_of_which_nothing_is_declared_is_not_in_its_state() -> None:
    verdict = judge("orders", {})

    assert verdict.state == "failed"
    assert "nothing is declared" in verdict.error


@pytest.mark.parametrize(
    ("result", "state"), [({"unreachable": True}, "unreachable"), ({"failed": True}, "failed")]
)
def test_a_task_that_failed_has_a_verdict(result: Mapping[str, Any], state: str) -> None:
    verdict = ended("orders", {**result, "msg": "'a' is undefined\nat b"})

    assert (verdict.state, verdict.error) == (state, "'a' is undefined at b")


def test_states_are_ordered_from_the_worst() -> None:
    assert worst(reversed(STATES)) == "failed"
    assert worst(["in_state", "changed"]) == "changed"
