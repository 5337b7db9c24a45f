# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How a run failed, as the fields of the event that reports it."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.omninode.kafka.plugins.filter.run_failure import run_failure


def test_a_failed_task_is_told_by_its_message() -> None:
    assert run_failure({"failed": True, "msg": "no template"}) == {
        "error_code": "TASK_FAILED",
        "error_message": "no template",
        "stack_trace": None,
        "partial_files_generated": [],
    }


def test_a_message_becomes_text() -> None:
    assert run_failure({"msg": ["a", 1]})["error_message"] == "['a', 1]"


def test_an_empty_result_is_an_unreachable_host() -> None:
    failure = run_failure({}, hidden=True)

    assert failure["error_code"] == "HOST_UNREACHABLE"
    assert failure["error_message"] == "a host of the work is unreachable"


def test_a_hidden_result_stays_hidden() -> None:
    failure = run_failure({"msg": "hunter2", "stderr": "hunter2"}, hidden=True)

    assert failure["error_code"] == "TASK_FAILED"
    assert failure["error_message"] == "a task failed whose result is hidden by no_log"
    assert "hunter2" not in str(failure)


def test_the_first_failed_item_of_a_loop_counts() -> None:
    items = [
        {"failed": False, "msg": "passed"},
        {"msg": "skipped"},
        {"failed": True, "msg": "first", "stderr": "why"},
        {"failed": True, "msg": "second"},
    ]
    failure = run_failure({"msg": "One or more items failed", "results": items})

    assert (failure["error_message"], failure["stack_trace"]) == ("first", "why")


def test_a_loop_without_a_failed_item_is_told_by_its_own_message() -> None:
    result = {"msg": "the loop is invalid", "results": [{"msg": "passed"}]}

    assert run_failure(result)["error_message"] == "the loop is invalid"


@pytest.mark.parametrize(
    ("traces", "expected"),
    [
        ({"stderr": "a", "module_stderr": "b", "exception": "c"}, "a"),
        ({"stderr": "", "module_stderr": "b", "exception": "c"}, "b"),
        ({"stderr": "", "exception": "c"}, "c"),
        ({"exception": "(traceback unavailable)"}, None),
    ],
)
def test_the_first_trace_that_says_something_is_told(
    traces: dict[str, str], expected: str | None
) -> None:
    assert run_failure({"msg": "failed", **traces})["stack_trace"] == expected


def test_fields_that_the_run_reported_are_taken() -> None:
    reported: dict[str, Any] = {
        "generated_files": ["tests/test_unit.py"],
        "error_code": "TEMPLATE_NOT_FOUND",
        "failed_test_type": "contract",
        "metadata": {"unit_tests": 12},
        "quality_score": 0.9,
    }

    assert run_failure({"msg": "no template"}, reported) == {
        "error_code": "TEMPLATE_NOT_FOUND",
        "error_message": "no template",
        "stack_trace": None,
        "partial_files_generated": ["tests/test_unit.py"],
        "failed_test_type": "contract",
        "metadata": {"unit_tests": 12},
    }
