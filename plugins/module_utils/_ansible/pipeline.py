# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The pipeline of one resource: observe, plan, guard, validate, apply, verify."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from .._cluster.gateway.gateway import Gateway
from .._core.change import Change, Plain
from .._core.errors import PlanRefused, StateError
from .._core.plan import Plan, plan_id
from .._core.resource import AnyResource


class Settings(NamedTuple):
    """How a run goes about its declaration.

    `by_broker`: whether the broker validates the plan. `wait`: whether to await that changes show.
    `report_refused`: whether a refused plan is a result in check mode, rather than a failure.
    """

    check: bool
    diff: bool
    diff_limit: int
    by_broker: bool
    wait: bool
    expected_plan_id: str | None
    undo_file: str | None
    report_refused: bool


class Done(NamedTuple):
    result: dict[str, Any]
    warnings: Sequence[str]


class Pipeline(NamedTuple):
    """One run. Check mode and a real run make the same plan; only a real run applies it."""

    gateway: Gateway
    resource: AnyResource
    settings: Settings

    def run(self) -> Done:
        """Raises a StateError that holds, in its facts, what was applied."""
        resource = self.resource
        observed = resource.observe(self.gateway)
        planned = resource.plan(observed)
        weighed = planned
        if planned.changes:
            weighed = resource.weigh(self.gateway, planned, observed)
        plan = resource.guard(weighed, observed)
        warnings = list(plan.warnings)
        try:
            result = self._reviewed(observed, plan)
            if self._writes(plan):
                warnings += self._write(observed, plan, result)
        except StateError as error:
            error.warnings = (*plan.warnings, *error.warnings)
            raise
        if not resource.wants_state:
            return Done(result, warnings)
        if self._writes(plan):
            try:
                observed = resource.observe(self.gateway)
            except StateError as error:
                # a failure here must not hide what was applied
                warnings.append(f"the state is returned as it was before the changes: {error}")
        return Done(result | resource.as_result(observed), warnings)

    def _writes(self, plan: Plan[Change]) -> bool:
        return bool(plan.changes) and not self.settings.check

    def _reviewed(self, observed: Any, plan: Plan[Change]) -> dict[str, Any]:
        """The result, as far as the plan decides it. Raises PlanRefused for a plan to refuse."""
        result = self._described(plan, self.resource.basis(plan, observed))
        try:
            self._judge(plan, result["plan_id"])
            prepared: dict[str, Any] = {"not_validated": []}
            if plan.changes:
                prepared = self._prepared(observed, plan, result["cluster_id"])
        except PlanRefused as error:
            if self.settings.check and self.settings.report_refused:
                failure = {"error": type(error).__name__, "msg": str(error)}
                return {**result, **failure, "outcome": error.facts["outcome"]}
            error.facts = {**result, "changed": False, **error.facts}
            raise
        return result | prepared

    def _judge(self, plan: Plan[Change], identity: str) -> None:
        """Raises PlanRefused for a plan that is not the expected one, or that a guard refuses."""
        expected = self.settings.expected_plan_id
        if expected or plan.refusals:
            from .._core.guard import expect, raise_if_refused

            expect(plan, identity, expected)
            raise_if_refused(plan)

    def _prepared(self, observed: Any, plan: Plan[Change], cluster_id: str) -> dict[str, Any]:
        """What the broker says of the changes, and their undo, kept before the first write."""
        from .._core.guard import refused
        from .undo_file import check_undo_folder, keep_undo

        settings = self.settings
        validation = self.resource.validate(self.gateway, plan, observed, settings.by_broker)
        if validation.refusals:
            raise refused(plan, validation.refusals, "the broker refused the plan")
        unvalidated = [item._asdict() for item in validation.unvalidated]
        undo = {"cluster_id": cluster_id, **self.resource.undo(plan)}
        check_undo_folder(settings.undo_file)
        if self._writes(plan):
            from .writing import look_again

            look_again(self.gateway, self.resource, plan, observed)
            keep_undo(settings.undo_file, undo)
        return {"not_validated": unvalidated, "undo": undo}

    def _write(self, observed: Any, plan: Plan[Change], result: dict[str, Any]) -> Sequence[str]:
        from .writing import write

        return write(self.gateway, self.resource, plan, observed, self.settings.wait, result)

    def _described(self, plan: Plan[Change], basis: Plain) -> dict[str, Any]:
        """What a check run, the real run after it, and a refused run have in common."""
        cluster_id = self.gateway.describe_cluster().cluster_id
        summary = plan.summary(cluster_id)
        result = {
            "changed": bool(plan.changes),
            "changes": [change.as_result() for change in plan.changes],
            "summary": summary,
            "cluster_id": cluster_id,
            "plan_id": plan_id(plan, basis),
        }
        if self.settings.diff and plan.changes:
            from .._core.diff import render

            result["diff"] = render(plan.changes, self.settings.diff_limit, summary)
        return result
