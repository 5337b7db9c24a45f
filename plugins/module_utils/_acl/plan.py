# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Plans what is left to do until the cluster has the declared ACLs. Pure."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator

from .._core.plan import Plan
from .._core.wording import some
from .._kafka.acls import Binding
from . import hazards
from .change import CREATE, DELETE, KIND, AclChange, Evidence
from .spec import AclSet
from .state import Observed, by_subject, subject_of


def plan_acls(declared: AclSet, observed: Observed) -> Plan[AclChange]:
    """What is missing is created before anything is deleted, so that nobody is stopped between."""
    present = declared.of_state("present")
    created = present - observed.bindings
    deleted = declared.of_state("absent") & observed.bindings
    for binding in observed.bindings - present:
        if declared.purges(binding):
            deleted.add(binding)
    limited = set()
    for binding in observed.bindings:
        if hazards.is_limited(binding):
            limited.add(hazards.of_any_host(binding))
    changes = (*_changes(CREATE, created, limited), *_changes(DELETE, deleted, limited))
    changed = {change.subject for change in changes}
    kept = {subject_of(binding) for binding in present}
    warnings = tuple(_left_alone(declared, observed))
    return Plan(changes, unchanged=len(kept - changed), warnings=warnings)


def _changes(
    operation: str, bindings: Iterable[Binding], limited: Container[Binding]
) -> Iterator[AclChange]:
    for subject, operations in by_subject(bindings).items():
        change = AclChange(subject, operation, operations)
        found = []
        wider = hazards.widening(change, limited)
        if hazards.may_stop_readers(change):
            found.append(hazards.IN_USE)
        if wider:
            found.append(hazards.WIDENING)
        yield change._replace(hazards=tuple(found), evidence=Evidence(wider))


def _left_alone(declared: AclSet, observed: Observed) -> Iterator[str]:
    """Warns of ACLs that a purge would delete if the client library could name them."""
    left = [binding for binding in observed.foreign if declared.purges(binding)]
    if left:
        names = [str(subject) for subject in by_subject(left)]
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
