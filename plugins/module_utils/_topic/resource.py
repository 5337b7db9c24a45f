# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Topics as the runner sees every resource: the stages of one declaration."""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass

from .._cluster.gateway.gateway import Gateway
from .._core.change import Outcome, Plain
from .._core.plan import Plan, Validation
from .._core.resource import Resource
from .apply import apply_changes, seconds_to_show
from .change import TopicChange
from .evidence import weigh
from .guards import refuse
from .observe import observe_declared
from .plan import plan_topics
from .spec import TopicSet, TopicSpec
from .state import Observed
from .undo import undo
from .validate import unvalidated_locally, validate_by_broker


@dataclass(frozen=True, slots=True)
class Topics(Resource[Gateway, Observed, TopicChange]):
    declared: TopicSet
    wants_state: bool = False

    def observe(self, gateway: Gateway) -> Observed:
        return observe_declared(gateway, self.declared)

    def plan(self, observed: Observed) -> Plan[TopicChange]:
        return plan_topics(self.declared, observed)

    def weigh(
        self, gateway: Gateway, plan: Plan[TopicChange], observed: Observed
    ) -> Plan[TopicChange]:
        return weigh(gateway, plan, observed)

    def guard(self, plan: Plan[TopicChange], observed: Observed) -> Plan[TopicChange]:
        return refuse(
            plan,
            self.declared,
            observed,
            int(time.time() * 1000) - self.declared.delete_min_idle,
        )

    def basis(self, plan: Plan[TopicChange], observed: Observed) -> Plain:
        """What the plan rests on: the cluster, and the state of each topic that it changes."""
        touched = sorted({change.name for change in plan.changes} & observed.topics.keys())
        return [observed.cluster_id, *(observed.topics[name].as_declaration() for name in touched)]

    def undo(self, plan: Plan[TopicChange]) -> dict[str, Plain]:
        return undo(plan, self.declared)

    def validate(
        self, gateway: Gateway, plan: Plan[TopicChange], observed: Observed, by_broker: bool
    ) -> Validation:
        return (
            validate_by_broker(gateway, plan, observed) if by_broker else unvalidated_locally(plan)
        )

    def apply(self, gateway: Gateway, plan: Plan[TopicChange], observed: Observed) -> list[Outcome]:
        return apply_changes(gateway, plan, observed.defaults)

    def seconds_to_show(self, plan: Plan[TopicChange]) -> float:
        return seconds_to_show(plan)

    def narrowed(self, keys: Iterable[str]) -> Topics:
        """The same declaration for a few topics; a purge removes those that are not declared."""
        return Topics(
            TopicSet(
                {
                    name: self.declared.topics.get(name, TopicSpec(name, state="absent"))
                    for name in keys
                }
            )
        )

    def as_result(self, observed: Observed) -> dict[str, Plain]:
        return {"topics": observed.declarations()}
