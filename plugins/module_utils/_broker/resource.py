# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# ruff: noqa: ARG002 - a stage takes the arguments that other kinds need
"""The stages of a declared broker, in the form in which the runner calls every resource.

Most runs find nothing to change, so each imports only the stages that it comes to.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from .._cluster.gateway.gateway import Gateway
from .._core.change import Plain
from .._core.plan import Plan, Validation
from .._core.resource import Applied, Resource, Tell
from .._kafka.partitions import TopicPartition
from .change import REASSIGN, BrokerChange
from .observe import observe_broker
from .plan import plan_broker
from .spec import BrokerSpec, Key
from .state import Observed


@dataclass(frozen=True, slots=True)
class Broker(Resource[Gateway, Observed, BrokerChange]):
    declared: BrokerSpec

    def observe(self, gateway: Gateway) -> Observed:
        return observe_broker(gateway, self.declared)

    def plan(self, observed: Observed) -> Plan[BrokerChange]:
        return plan_broker(self.declared, observed)

    def guard(self, plan: Plan[BrokerChange], observed: Observed) -> Plan[BrokerChange]:
        if not plan.changes:
            return plan
        from .guards import refuse

        return refuse(plan, self.declared)

    def basis(self, plan: Plan[BrokerChange], observed: Observed) -> Plain:
        return observed.basis()

    def undo(self, plan: Plan[BrokerChange]) -> dict[str, Plain]:
        from .undo import undo

        return undo(plan, self.declared)

    def validate(
        self, gateway: Gateway, plan: Plan[BrokerChange], observed: Observed, by_broker: bool
    ) -> Validation:
        from .validate import look_up_rights

        return look_up_rights(gateway, plan, observed, by_broker)

    def apply(
        self, gateway: Gateway, plan: Plan[BrokerChange], observed: Observed, tell: Tell
    ) -> Applied:
        from .apply import apply_changes

        return apply_changes(gateway, plan, observed, self.declared.brake, tell)

    def narrowed(self, keys: Iterable[Key]) -> Broker:
        declared = self.declared._replace(only=frozenset(keys))
        return Broker(declared)

    def settled(self, plan: Plan[BrokerChange]) -> Broker:
        """A placement chooses by bytes, which change with every record."""
        chosen: dict[TopicPartition, tuple[int, ...]] = {}
        for change in plan.changes:
            if change.operation == REASSIGN:
                targets = change.targets.values()
                chosen |= zip(change.places, targets, strict=True)
        declared = self.declared._replace(chosen=chosen)
        return Broker(declared)
