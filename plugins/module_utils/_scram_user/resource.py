# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# ruff: noqa: ARG002 - a stage takes the arguments that other kinds need
"""The stages of a declaration of users, in the form in which the runner calls every resource.

Most runs find nothing to change, so each imports only the stages that it comes to.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from .._cluster.gateway.gateway import Gateway
from .._core.change import Plain
from .._core.plan import Plan, Validation
from .._core.resource import Applied, Resource, Tell
from .._kafka.scram import Credential
from .change import UserChange
from .observe import Proofs, observe_declared
from .plan import plan_users
from .spec import UserSet
from .state import Observed, as_declaration, declarations


@dataclass(frozen=True, slots=True)
class ScramUsers(Resource[Gateway, Observed, UserChange]):
    """`is_settled`: proves nothing. `proofs` and `written`: what this run has found and set."""

    declared: UserSet
    wants_state: bool = False
    is_settled: bool = False
    proofs: Proofs = field(default_factory=lambda: Proofs({}))
    written: set[Credential] = field(default_factory=set)

    def observe(self, gateway: Gateway) -> Observed:
        # all are proved once in a run, and those that it sets again; see settled
        is_first = self.declared.only is not None or not self.proofs.found
        proves = is_first and not self.is_settled
        return observe_declared(gateway, self.declared, self.proofs, proves)

    def plan(self, observed: Observed) -> Plan[UserChange]:
        return plan_users(self.declared, observed, self.written)

    def settled(self, plan: Plan[UserChange]) -> ScramUsers:
        """Proves nothing again: each proof that fails is a failed login."""
        keys = {change.key for change in plan.changes}
        return replace(self.narrowed(keys), is_settled=True)

    def weigh(
        self, gateway: Gateway, plan: Plan[UserChange], observed: Observed
    ) -> Plan[UserChange]:
        from .evidence import weigh

        return weigh(gateway, plan, observed)

    def guard(self, plan: Plan[UserChange], observed: Observed) -> Plan[UserChange]:
        if not plan.changes and not self.declared.limits.policies:
            return plan
        from .guards import refuse

        return refuse(plan, self.declared, observed)

    def basis(self, plan: Plan[UserChange], observed: Observed) -> Plain:
        """The cluster, and the credentials that change as they are now."""
        found = []
        for change in plan.changes:
            iterations = observed.credentials.get(change.credential)
            if iterations is not None:
                found.append(as_declaration(change.credential, iterations))
        return [observed.cluster_id, *found]

    def undo(self, plan: Plan[UserChange]) -> dict[str, Plain]:
        from .undo import undo

        return undo(plan)

    def validate(
        self, gateway: Gateway, plan: Plan[UserChange], observed: Observed, by_broker: bool
    ) -> Validation:
        from .validate import validate_rights

        return validate_rights(plan, observed, by_broker)

    def apply(
        self, gateway: Gateway, plan: Plan[UserChange], observed: Observed, tell: Tell
    ) -> Applied:
        from .apply import apply_changes

        for change in plan.changes:
            self.proofs.found.pop(change.key, None)
        users = gateway.users()
        applied = apply_changes(users, plan, tell)
        taken = set()
        for outcome in applied.outcomes:
            if outcome.status == "applied":
                taken.add(outcome.change.key)
        for change in plan.changes:
            if change.key in taken:
                self.written.add(change.key)
        return applied

    def seconds_to_show(self, plan: Plan[UserChange]) -> float:
        from .apply import seconds_to_show

        return seconds_to_show(plan)

    def narrowed(self, keys: Iterable[Credential]) -> ScramUsers:
        """The same declaration, for these credentials only."""
        return replace(self, declared=self.declared._replace(only=frozenset(keys)))

    def as_result(self, observed: Observed) -> dict[str, Plain]:
        """The declared users that exist, and with a purge all that are owned."""
        found = {}
        for credential, iterations in observed.credentials.items():
            is_declared = credential in self.declared.credentials
            if is_declared or self.declared.purges(credential):
                found[credential] = iterations
        return {"users": declarations(found)}
