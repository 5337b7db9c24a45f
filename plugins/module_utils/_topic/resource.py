# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The stages of a declaration of topics, in the form in which the runner calls every resource.

Most runs find nothing to change, so each imports only the stages that it comes to.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from .._cluster.gateway.gateway import Gateway
from .._core.change import Plain
from .._core.plan import Plan, Validation
from .._core.resource import Applied, Resource, Tell
from .change import OF_REPLICAS, TopicChange
from .observe import observe_declared
from .plan import plan_topics
from .spec import TopicSet, TopicSpec
from .state import Observed


@dataclass(frozen=True, slots=True)
class Topics(Resource[Gateway, Observed, TopicChange]):
    declared: TopicSet
    wants_state: bool = False

    def observe(self, gateway: Gateway) -> Observed:
        return observe_declared(gateway, self.declared)

    def plan(self, observed: Observed) -> Plan[TopicChange]:
        return plan_topics(self.declared, observed)

    def made_again(self, before: Observed, now: Observed) -> Iterator[str]:
        for name, state in now.topics.items():
            known = before.topics.get(name)
            if known and known.topic_id != state.topic_id:
                yield name

    def weigh(
        self, gateway: Gateway, plan: Plan[TopicChange], observed: Observed
    ) -> Plan[TopicChange]:
        from .evidence import weigh

        return weigh(gateway, plan, observed)

    def guard(self, plan: Plan[TopicChange], observed: Observed) -> Plan[TopicChange]:
        if not plan.changes and not self.declared.limits.policies:
            return plan
        from .guards import refuse

        idle_since = int(time.time() * 1000) - self.declared.delete_min_idle
        return refuse(plan, self.declared, observed, idle_since)

    def basis(self, plan: Plan[TopicChange], observed: Observed) -> Plain:
        """What the plan rests on: the cluster, and each topic that it changes, with its state."""
        changed = {change.name for change in plan.changes}
        basis: list[Plain] = [observed.cluster_id]
        for name in sorted(changed & observed.topics.keys()):
            state = observed.topics[name]
            basis.append([state.topic_id, state.as_declaration()])
        return basis

    def undo(self, plan: Plan[TopicChange]) -> dict[str, Plain]:
        from .undo import undo

        return undo(plan, self.declared)

    def validate(
        self, gateway: Gateway, plan: Plan[TopicChange], observed: Observed, by_broker: bool
    ) -> Validation:
        from .validate import unvalidated_locally, validate_by_broker

        self._check_note(plan, observed)
        if not by_broker:
            return unvalidated_locally(plan, observed)
        return validate_by_broker(gateway, plan, observed)

    def _check_note(self, plan: Plan[TopicChange], observed: Observed) -> None:
        """Raises StateError where the moves would fail, since it cannot be read."""
        folder = self.declared.brake.folder
        operations = {change.operation for change in plan.changes}
        if folder and not operations.isdisjoint(OF_REPLICAS):
            from .._move.note import read_note

            read_note(folder, observed.cluster_id)

    def apply(
        self, gateway: Gateway, plan: Plan[TopicChange], observed: Observed, tell: Tell
    ) -> Applied:
        from .apply import apply_changes

        return apply_changes(gateway, plan, observed, self.declared.brake, tell)

    def seconds_to_show(self, plan: Plan[TopicChange]) -> float:
        from .apply import seconds_to_show

        return seconds_to_show(plan)

    def narrowed(self, keys: Iterable[str]) -> Topics:
        """The same declaration for these topics only; one that is not declared is to be purged."""
        specs: dict[str, TopicSpec] = {}
        for name in keys:
            absent = TopicSpec(name, state="absent")
            specs[name] = self.declared.topics.get(name, absent)
        declared = self.declared
        narrowed = TopicSet(
            specs, brake=declared.brake, cancel_moves=declared.cancel_moves, is_part=True
        )
        return Topics(narrowed)

    def settled(self, plan: Plan[TopicChange]) -> Topics:
        """A placement chooses by bytes, which change with every record."""
        narrowed = self.narrowed({change.name for change in plan.changes})
        specs = dict(narrowed.declared.topics)
        for change in plan.changes:
            spec = self.declared.topics.get(change.name)
            if spec and spec.placement and change.observed and change.targets:
                settled = specs[change.name]
                assignments = {**settled.assignments, **change.targets}
                specs[change.name] = settled._replace(
                    placement=None, replication_factor=None, assignments=assignments
                )
        return Topics(narrowed.declared._replace(topics=specs))

    def as_result(self, observed: Observed) -> dict[str, Plain]:
        return {"topics": observed.declarations()}
