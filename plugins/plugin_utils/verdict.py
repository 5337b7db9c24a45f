# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Asks the module of each kind that is declared of a cluster, and returns one verdict.

One task a cluster, whatever is declared: a fleet pays for each task of each host. It never fails
for what a module finds, so that Ansible keeps the host, and returns none of a module's own result.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from ansible.errors import AnsibleActionFail, AnsibleConnectionFailure, AnsibleError
from ansible.plugins.action import ActionBase
from ansible_collections.omninode.kafka.plugins.module_utils._fleet import merge
from ansible_collections.omninode.kafka.plugins.module_utils._fleet.verdict import (
    KINDS,
    Finding,
    find,
    judge,
)

MODULES = {
    "catalogue": "topics",
    "topic": "topics",
    "user": "scram_users",
    "acl": "acls",
    "quota": "quotas",
    "applications": "applications",
}
# the option of each module that has what is declared; null there would count as not given
_DECLARES = {"topics": "topics", "scram_users": "users", "acls": "acls", "quotas": "quotas"}
_MODES = ("apply", "drift", "plan")
# the broker judges a plan only for a principal that may write
_OF_DRIFT = {"validate": "local"}


class ActionWithVerdict(ActionBase):  # type: ignore[misc]
    """Runs the modules in turn, and lets none of their results out but what the verdict tells."""

    _supports_check_mode = True

    def run(
        self, tmp: str | None = None, task_vars: Mapping[str, Any] | None = None
    ) -> dict[str, Any]:
        returned: dict[str, Any] = super().run(tmp, task_vars)
        variables = task_vars or {}
        connection = dict(self._task.args)
        mode = connection.pop("mode", "drift")
        if mode not in _MODES:
            raise AnsibleActionFail(f"mode: {mode!r} must be one of {', '.join(_MODES)}")
        declared = {kind: connection.pop(kind) for kind in KINDS if kind in connection}
        writes = mode == "apply" and not self._task.check_mode
        findings: dict[str, Finding] = {}
        answers: list[Mapping[str, Any]] = []
        for kind, options in declared.items():
            given = {**(options.get("connection") or connection), **options}
            given.pop("connection", None)
            if mode == "drift":
                given |= _OF_DRIFT
            answer = self._ask(MODULES[kind], given, writes, variables)
            answers.append(answer)
            findings[kind] = find(kind, answer, writes)
            if _stops(findings[kind], writes):
                break
        for kind in declared.keys() - findings.keys():
            findings[kind] = Finding("not_tried")
        cluster_ids = [answer["cluster_id"] for answer in answers if "cluster_id" in answer]
        verdict = judge(
            variables["inventory_hostname"],
            {kind: findings[kind] for kind in declared},
            cluster_ids[0] if cluster_ids else "",
            datetime.now(UTC).isoformat(timespec="milliseconds"),
        )
        returned["verdict"] = merge.as_result(verdict)
        returned["changed"] = any(answer.get("changed", False) for answer in answers)
        # from ansible-core 2.21 on, it hands the warnings of modules on by itself
        return returned | _held(answers, "diff") | _held(answers, "warnings")

    def _ask(
        self, module: str, options: Mapping[str, Any], writes: bool, variables: Mapping[str, Any]
    ) -> Mapping[str, Any]:
        """The result of the module, as its own action plugin runs it."""
        declares = _DECLARES.get(module)
        if declares and options.get(declares, ()) is None:
            msg = f"{declares}: must be a list, not nothing: write [] to declare none"
            return {"failed": True, "msg": msg}
        task = self._task.copy()
        task.action = f"omninode.kafka.{module}"
        # a refused plan is a result then, with all that it would change
        task.args = {**options, "report_refused": True}
        task.check_mode = not writes
        action = self._shared_loader_obj.action_loader.get(
            task.action,
            task=task,
            connection=self._connection,
            play_context=self._play_context,
            loader=self._loader,
            templar=self._templar,
            shared_loader_obj=self._shared_loader_obj,
        )
        try:
            answer: Mapping[str, Any] = action.run(task_vars=variables)
        except AnsibleConnectionFailure as error:
            return {"unreachable": True, "msg": str(error)}
        except AnsibleError as error:
            return {"failed": True, "msg": str(error)}
        return answer


def _stops(found: Finding, writes: bool) -> bool:
    """Whether the kinds after it are not tried: a dead cluster would let each of them wait, and
    what depends on something that failed is not written."""
    if found.state == "unreachable":
        return True
    return writes and found.state in ("failed", "refused")


def _held(answers: Sequence[Mapping[str, Any]], field: str) -> dict[str, list[object]]:
    """What all results have in this field, as one result; nothing where none has it."""
    items: list[object] = []
    for answer in answers:
        held = answer.get(field) or []
        items += held if isinstance(held, list) else [held]
    return {field: items} if items else {}
