# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads who would be stopped: the consumer groups that are active by a right that goes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import NamedTuple, TypeAlias

from .._cluster.gateway.groups import Group, Groups
from .._core.plan import Plan
from .._kafka.acls import EVERYBODY, GROUP, NOWHERE, TOPIC, Binding, reach
from .._kafka.errors import Rejection
from .._kafka.operations import READ
from .._kafka.usage import UNKNOWN
from . import hazards
from .change import AclChange
from .plan import bindings_after
from .state import Observed

ByPrincipal: TypeAlias = Mapping[str, list[Binding]]


class _Rights(NamedTuple):
    """The ACLs before and after the plan."""

    before: ByPrincipal
    after: ByPrincipal

    def could_read(self, principal: str, resource_type: str, name: str) -> bool:
        return _reach(self.before, principal, resource_type, name) > NOWHERE

    def are_lost(self, principal: str, resource_type: str, name: str) -> bool:
        """Whether the principal may read less than before."""
        had = _reach(self.before, principal, resource_type, name)
        keeps = _reach(self.after, principal, resource_type, name)
        return keeps < had


def weigh(gateway: Groups, plan: Plan[AclChange], observed: Observed) -> Plan[AclChange]:
    """The plan with the evidence of its hazards, without those that put nothing at stake."""
    if not any(map(hazards.may_stop_readers, plan.changes)):
        return plan
    groups = gateway.describe_consumer_groups()
    after = bindings_after(plan, observed.bindings)
    rights = _Rights(_by_principal(observed.bindings), _by_principal(after))
    changes = []
    for change in plan.changes:
        if hazards.may_stop_readers(change):
            change = _weighed(change, groups, rights)
        changes.append(change)
    return replace(plan, changes=tuple(changes))


def _weighed(
    change: AclChange, groups: Mapping[str, Group] | Rejection, rights: _Rights
) -> AclChange:
    if isinstance(groups, Rejection):
        evidence = change.evidence._replace(groups=UNKNOWN)
        return change._replace(evidence=evidence)
    stopped = {}
    for name, group in groups.items():
        if group.active and _is_stopped(change, name, group, rights):
            stopped[name] = _readers(name, rights.before)
    if stopped:
        in_order = dict(sorted(stopped.items()))
        evidence = change.evidence._replace(groups=in_order)
        return change._replace(evidence=evidence)
    kept = [*change.hazards]
    kept.remove(hazards.IN_USE)
    return change._replace(hazards=tuple(kept))


def _is_stopped(change: AclChange, name: str, group: Group, rights: _Rights) -> bool:
    """Whether the members of the group, if the principal is one, may no longer read."""
    principal, pattern = change.subject.principal, change.subject.pattern
    if pattern.matches(GROUP, name):
        return rights.are_lost(principal, GROUP, name)
    read = [topic for topic in group.active if pattern.matches(TOPIC, topic)]
    if not read or not rights.could_read(principal, GROUP, name):
        return False
    return any(rights.are_lost(principal, TOPIC, topic) for topic in read)


def _readers(group: str, bindings: ByPrincipal) -> tuple[str, ...]:
    """The principals that may read the group by their ACLs."""
    found = []
    for principal in sorted(bindings):
        if _reach(bindings, principal, GROUP, group) > NOWHERE:
            found.append(principal)
    return tuple(found)


def _by_principal(bindings: Iterable[Binding]) -> ByPrincipal:
    found: defaultdict[str, list[Binding]] = defaultdict(list)
    for binding in bindings:
        found[binding.principal].append(binding)
    return found


def _reach(bindings: ByPrincipal, principal: str, resource_type: str, name: str) -> int:
    own = _of(bindings, principal)
    return reach(own, principal, READ, resource_type, name)


def _of(bindings: ByPrincipal, principal: str) -> Iterator[Binding]:
    for name in {principal, EVERYBODY}:
        yield from bindings.get(name, ())
