# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the policies see: what a principal may do with a resource after the run. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

from .._core.change import Plain
from .._core.plan import Plan
from .._core.policies import Subject as Judged
from .change import AclChange
from .spec import AclSet
from .state import Observed, Subject, by_subject


def subjects(plan: Plan[AclChange], declared: AclSet, observed: Observed) -> Iterator[Judged]:
    """Every right that is declared present; one to be deleted has no rules to obey."""
    changes: defaultdict[Subject, list[Plain]] = defaultdict(list)
    for change in plan.changes:
        result = change.as_result()
        changes[change.subject].append(result)
    present = declared.of_state("present")
    for subject, operations in by_subject(present).items():
        document = subject.as_declaration(operations)
        document["changes"] = changes[subject]
        document["cluster"] = {"cluster_id": observed.cluster_id}
        exempt = _exempt(subject, operations, declared)
        yield Judged(str(subject), document, exempt, subject)


def _exempt(subject: Subject, operations: Sequence[str], declared: AclSet) -> frozenset[str]:
    """The policies that bind none of the operations."""
    exempt = None
    for binding in subject.bindings(operations):
        own = declared.bindings[binding].exempt
        exempt = own if exempt is None else exempt & own
    return exempt or frozenset()
