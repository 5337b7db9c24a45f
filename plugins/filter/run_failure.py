# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How a run failed, as the fields of the event that reports it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

DOCUMENTATION = r"""
name: run_failure
short_description: Describes a failed run as the fields of its event
version_added: 0.1.0
author:
  - omninode.kafka contributors (@omninode)
description:
  - Turns the result of a failed task into the fields of the event Failed of the role
    R(omninode.kafka.kafka_test_generation,ansible_collections.omninode.kafka.kafka_test_generation_role).
  - For a loop, the filter describes the first item that failed.
positional: reported
options:
  _input:
    description:
      - The result of the failed task; in a C(rescue), this is C(ansible_failed_result). An empty
        result means that a host is unreachable.
    type: dict
    required: true
  reported:
    description:
      - What the run itself reported. Its C(generated_files) become C(partial_files_generated). Its
        C(error_code), C(failed_test_type) and C(metadata) stay as they are.
    type: dict
    default: {}
  hidden:
    description:
      - Whether the task has C(no_log), so that the event must not hold anything of its result.
    type: bool
    default: false
"""

EXAMPLES = r"""
- name: Generate tests
  block:
    - name: Run the generator
      ansible.builtin.command: generate-tests
  rescue:
    - name: Show how it failed
      ansible.builtin.debug:
        msg: >-
          {{ ansible_failed_result
             | omninode.kafka.run_failure(hidden=ansible_failed_task.no_log) }}
"""

RETURN = r"""
_value:
  description: The fields of the event.
  type: dict
  contains:
    error_code:
      description: V(TASK_FAILED) or V(HOST_UNREACHABLE), unless the run reported another code.
      type: str
    error_message:
      description: The message of the task.
      type: str
    stack_trace:
      description: The error output of the task, or its traceback; V(null) without both.
      type: str
    partial_files_generated:
      description: The files that were generated before the failure.
      type: list
      elements: str
    failed_test_type:
      description: As the run reported it; missing if it did not.
      type: str
    metadata:
      description: As the run reported it; missing if it did not.
      type: dict
  sample:
    error_code: TASK_FAILED
    error_message: there is no template test_contract.py.j2
    stack_trace: null
    partial_files_generated: [tests/test_unit.py]
"""

_TRACES = ("stderr", "module_stderr", "exception")
_NO_TRACE = "(traceback unavailable)"  # what Ansible says in place of one
_TAKEN = ("error_code", "failed_test_type", "metadata")


class FilterModule:
    """What Ansible loads."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        return {"run_failure": run_failure}


def run_failure(
    result: Mapping[str, Any], reported: Mapping[str, Any] | None = None, hidden: bool = False
) -> dict[str, Any]:
    reported = reported or {}
    cause = _cause(result, hidden)
    failure = {
        "error_code": "TASK_FAILED" if result else "HOST_UNREACHABLE",
        "error_message": str(cause.get("msg", "a task failed without a message")),
        "stack_trace": _stack_trace(cause),
        "partial_files_generated": reported.get("generated_files", []),
    }
    taken = {field: reported[field] for field in _TAKEN if field in reported}
    return failure | taken


def _cause(result: Mapping[str, Any], hidden: bool) -> Mapping[str, Any]:
    if not result:
        return {"msg": "a host of the work is unreachable"}
    if hidden:
        return {"msg": "a task failed whose result is hidden by no_log"}
    items: list[Mapping[str, Any]] = result.get("results", [])
    for item in items:
        if item.get("failed") is True:
            return item
    return result


def _stack_trace(cause: Mapping[str, Any]) -> str | None:
    for field in _TRACES:
        trace = cause.get(field)
        if trace and trace != _NO_TRACE:
            return str(trace)
    return None
