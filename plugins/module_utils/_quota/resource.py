# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# ruff: noqa: ARG002 - a stage takes the arguments that other kinds need
"""The stages of a declaration of quotas, in the form in which the runner calls every resource.

Most runs find nothing to change, so each imports only the stages that it comes to.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from .._cluster.gateway.gateway import Gateway
from .._core.change import Plain
from .._core.plan import Plan, Validation
from .._core.resource import Applied, Resource, Tell
from .._kafka.quotas import Entity
from .change import QuotaChange
from .observe import observe_quotas
from .plan import plan_quotas
from .spec import QuotaSet
from .state import Observed, declarations


@dataclass(frozen=True, slots=True)
class Quotas(Resource[Gateway, Observed, QuotaChange]):
    declared: QuotaSet
    wants_state: bool = False

    def observe(self, gateway: Gateway) -> Observed:
        return observe_quotas(gateway)

    def plan(self, observed: Observed) -> Plan[QuotaChange]:
        return plan_quotas(self.declared, observed)

    def weigh(
        self, gateway: Gateway, plan: Plan[QuotaChange], observed: Observed
    ) -> Plan[QuotaChange]:
        from .evidence import weigh

        return weigh(gateway, plan, observed)

    def guard(self, plan: Plan[QuotaChange], observed: Observed) -> Plan[QuotaChange]:
        if not plan.changes and not self.declared.limits.policies:
            return plan
        from .guards import refuse

        return refuse(plan, self.declared, observed)

    def basis(self, plan: Plan[QuotaChange], observed: Observed) -> Plain:
        """The cluster, and the quotas of each changed entity now."""
        changed = {change.entity for change in plan.changes}
        found = changed & observed.quotas.keys()
        return [observed.cluster_id, *declarations(observed.quotas, found)]

    def undo(self, plan: Plan[QuotaChange]) -> dict[str, Plain]:
        from .undo import undo

        return undo(plan)

    def validate(
        self, gateway: Gateway, plan: Plan[QuotaChange], observed: Observed, by_broker: bool
    ) -> Validation:
        from .validate import validate_by_broker, validate_locally

        if by_broker:
            return validate_by_broker(gateway, plan)
        return validate_locally(plan)

    def apply(
        self, gateway: Gateway, plan: Plan[QuotaChange], observed: Observed, tell: Tell
    ) -> Applied:
        from .apply import apply_changes

        return apply_changes(gateway.quotas(), plan)

    def seconds_to_show(self, plan: Plan[QuotaChange]) -> float:
        from .apply import seconds_to_show

        return seconds_to_show(plan)

    def narrowed(self, keys: Iterable[Entity]) -> Quotas:
        """The same declaration, for these entities only."""
        return Quotas(self.declared._replace(only=frozenset(keys)))

    def as_result(self, observed: Observed) -> dict[str, Plain]:
        """The declared entities that have quotas, and with a purge all that are owned."""
        found = []
        for entity in observed.quotas:
            if entity in self.declared.entities or self.declared.purges(entity):
                found.append(entity)
        return {"quotas": declarations(observed.quotas, found)}
