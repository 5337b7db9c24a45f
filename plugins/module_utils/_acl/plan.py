# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Plans what is left to do until the cluster has the declared ACLs. Pure."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator

from .._core.plan import Plan
from .._core.wording import some
from .._kafka.acls import ANY, Binding
from . import hazards
from .change import CREATE, DELETE, KIND, AclChange, Evidence
from .spec import AclSet
from .state import Observed, by_subject, subject_of


def plan_acls(declared: AclSet, observed: Observed) -> Plan[AclChange]:
    """What is missing is created before anything is deleted, so that nobody is stopped between."""
    found = observed.bindings
    present = declared.of_state("present")
    absent = declared.of_state("absent")
    created = present - found
    deleted = absent & found
    for binding in found - present:
        if declared.purges(binding):
            deleted.add(binding)
    limited = set()
    for binding in found:
        if hazards.is_limited(binding):
            unlimited = binding._replace(host=ANY)
            limited.add(unlimited)
    changes = [*_changes(CREATE, created, limited)]
    changes += _changes(DELETE, deleted, limited)
    kept = set(map(subject_of, present))
    for change in changes:
        kept.discard(change.subject)
    warnings = _left_alone(declared, observed)
    return Plan(tuple(changes), unchanged=len(kept), warnings=tuple(warnings))


def _changes(
    operation: str, bindings: Iterable[Binding], limited: Container[Binding]
) -> Iterator[AclChange]:
    for subject, operations in by_subject(bindings).items():
        change = AclChange(subject, operation, operations)
        found = []
        wider = hazards.widening(change, limited)
        brokers = hazards.BROKERS if hazards.stops_brokers(change) else ""
        may_stop = hazards.may_stop_readers(change) or hazards.may_stop_writers(change)
        if brokers or may_stop:
            found.append(hazards.IN_USE)
        if wider:
            found.append(hazards.WIDENING)
        evidence = Evidence(widening=wider, brokers=brokers)
        yield change._replace(hazards=tuple(found), evidence=evidence)


def _left_alone(declared: AclSet, observed: Observed) -> Iterator[str]:
    """Warns of ACLs that a purge would delete if the client library could name them."""
    left = [*filter(declared.purges, observed.foreign)]
    if left:
        subjects = by_subject(left)
        names = [*map(str, subjects)]
        why = "the client library has no word for its resource type or operation"
        yield f"not purged: {some(KIND, names)}: {why}"


def bindings_after(plan: Plan[AclChange], before: frozenset[Binding]) -> frozenset[Binding]:
    """The ACLs when the whole plan is applied."""
    created: set[Binding] = set()
    deleted: set[Binding] = set()
    for change in plan.changes:
        side = created if change.operation == CREATE else deleted
        side.update(change.bindings)
    return before.union(created) - deleted
