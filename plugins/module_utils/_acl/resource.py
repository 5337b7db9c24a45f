# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# ruff: noqa: ARG002 - a stage takes the arguments that other kinds need
"""The stages of a declaration of ACLs, in the form in which the runner calls every resource.

Most runs find nothing to change, so each imports only the stages that it comes to.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from .._cluster.gateway.gateway import Gateway
from .._core.change import Plain
from .._core.plan import Plan, Validation
from .._core.resource import Applied, Resource, Tell
from .change import AclChange
from .observe import observe_declared
from .plan import plan_acls
from .spec import AclSet
from .state import Observed, Subject, declarations, subject_of


@dataclass(frozen=True, slots=True)
class Acls(Resource[Gateway, Observed, AclChange]):
    declared: AclSet
    wants_state: bool = False

    def observe(self, gateway: Gateway) -> Observed:
        return observe_declared(gateway, self.declared)

    def plan(self, observed: Observed) -> Plan[AclChange]:
        return plan_acls(self.declared, observed)

    def weigh(self, gateway: Gateway, plan: Plan[AclChange], observed: Observed) -> Plan[AclChange]:
        from .evidence import weigh

        return weigh(gateway, plan, observed)

    def guard(self, plan: Plan[AclChange], observed: Observed) -> Plan[AclChange]:
        if not plan.changes and not self.declared.limits.policies:
            return plan
        from .guards import refuse

        return refuse(plan, self.declared, observed)

    def basis(self, plan: Plan[AclChange], observed: Observed) -> Plain:
        """The cluster, and what each changed principal may do with the resource now."""
        changed = {change.subject for change in plan.changes}
        found = []
        for binding in observed.bindings:
            if subject_of(binding) in changed:
                found.append(binding)
        return [observed.cluster_id, *declarations(found)]

    def undo(self, plan: Plan[AclChange]) -> dict[str, Plain]:
        from .undo import undo

        return undo(plan)

    def validate(
        self, gateway: Gateway, plan: Plan[AclChange], observed: Observed, by_broker: bool
    ) -> Validation:
        from .validate import validate_rights

        return validate_rights(plan, observed, by_broker)

    def apply(
        self, gateway: Gateway, plan: Plan[AclChange], observed: Observed, tell: Tell
    ) -> Applied:
        from .apply import apply_changes

        return apply_changes(gateway.acls(), plan, observed)

    def seconds_to_show(self, plan: Plan[AclChange]) -> float:
        from .apply import seconds_to_show

        return seconds_to_show(plan)

    def narrowed(self, keys: Iterable[Subject]) -> Acls:
        """The same declaration, for these rights only."""
        return Acls(self.declared._replace(only=frozenset(keys)))

    def as_result(self, observed: Observed) -> dict[str, Plain]:
        """The declared ACLs that exist, and with a purge all that are owned."""
        found = []
        for binding in observed.bindings:
            if binding in self.declared.bindings or self.declared.purges(binding):
                found.append(binding)
        return {"acls": declarations(found)}
