# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The pipeline of one resource: observe, plan, guard, validate, apply, verify."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from .._cluster.gateway.gateway import Gateway
from .._core.change import Change, Plain
from .._core.diff import render
from .._core.errors import ApplyFailed, NotConverged, PlanRefused, StateError
from .._core.guard import expect, raise_if_refused, refused
from .._core.outcome import report, shortfall
from .._core.plan import Plan, plan_id
from .._core.verify import changed_meanwhile
from .._core.wording import because
from .progress import tell
from .undo_file import check_undo_folder, keep_undo
from .verification import AnyResource, verify


class Settings(NamedTuple):
    """How a run goes about its declaration.

    `by_broker`: whether the broker validates the plan. `wait`: whether to await that changes show.
    """

    check: bool
    diff: bool
    diff_limit: int
    by_broker: bool
    wait: bool
    expected_plan_id: str | None
    undo_file: str | None


class Done(NamedTuple):
    result: dict[str, Any]
    warnings: Sequence[str]


@dataclass(frozen=True, slots=True)
class Pipeline:
    """One run. Check mode and a real run make the same plan; only a real run applies it."""

    gateway: Gateway
    resource: AnyResource
    settings: Settings

    def run(self) -> Done:
        """Raises a StateError that holds, in its facts, what was applied."""
        resource = self.resource
        observed = resource.observe(self.gateway)
        planned = resource.plan(observed)
        weighed = resource.weigh(self.gateway, planned, observed)
        plan = resource.guard(weighed, observed)
        warnings = list(plan.warnings)
        try:
            result = self._reviewed(observed, plan)
            if self._writes(plan):
                warnings += self._apply(observed, plan, result)
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
        settings = self.settings
        result = self._described(plan, self.resource.basis(plan, observed))
        try:
            expect(plan, result["plan_id"], settings.expected_plan_id)
            raise_if_refused(plan)
            validation = self.resource.validate(self.gateway, plan, observed, settings.by_broker)
            if validation.refusals:
                raise refused(plan, validation.refusals, "the broker refused the plan")
            result["not_validated"] = [item._asdict() for item in validation.unvalidated]
            if plan.changes:
                declaration = self.resource.undo(plan)
                result["undo"] = {"cluster_id": result["cluster_id"], **declaration}
                check_undo_folder(settings.undo_file)
            if self._writes(plan):
                self._look_again(plan)
                keep_undo(settings.undo_file, result["undo"])
        except PlanRefused as error:
            error.facts = {**result, "changed": False, **error.facts}
            raise
        return result

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
            result["diff"] = render(plan.changes, self.settings.diff_limit, summary)
        return result

    def _look_again(self, plan: Plan[Change]) -> None:
        """Just before the first write, because Kafka has no compare-and-set."""
        keys = {change.key for change in plan.changes}
        narrowed = self.resource.narrowed(keys)
        observed = narrowed.observe(self.gateway)
        fresh = narrowed.plan(observed)
        changed = list(changed_meanwhile(plan, fresh))
        if changed:
            raise refused(plan, changed, "refused the plan, which is out of date (run again)")

    def _apply(self, observed: Any, plan: Plan[Change], result: Mapping[str, Any]) -> Sequence[str]:
        """Applies and verifies; returns warnings.

        Raises ApplyFailed or NotConverged, with the outcome of each change.
        """
        total = len(plan.changes)
        noun = "change" if total == 1 else "changes"
        tell(f"sending {total} {noun}")
        sent = self.resource.apply(self.gateway, plan, observed)
        verified = verify(self.gateway, self.resource, plan, sent, self.settings.wait)
        outcome = report(verified.outcomes)
        may_have_changed = outcome["applied"] or outcome["unknown"]
        facts = {**result, "changed": bool(may_have_changed), "outcome": outcome}
        contradictions = list(verified.contradictions.values())
        error: StateError
        if failure := shortfall(verified.outcomes, contradictions):
            error = ApplyFailed(failure, **facts)
        elif contradictions:
            message = because("the cluster contradicts what was applied", contradictions)
            error = NotConverged(message, **facts)
        else:
            return verified.warnings
        error.warnings = tuple(verified.warnings)
        raise error
