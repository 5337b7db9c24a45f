# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the policies see: what a principal may do with a resource after the run. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from .._core.plan import Plan
from .._core.policies import Subject as Judged
from .change import AclChange
from .spec import AclSet
from .state import Observed, Subject, by_subject


def subjects(plan: Plan[AclChange], declared: AclSet, observed: Observed) -> Iterator[Judged]:
    """Every right that is declared present; one to be deleted has no rules to obey."""
    changes: defaultdict[Subject, list[AclChange]] = defaultdict(list)
    for change in plan.changes:
        changes[change.subject].append(change)
    for subject, operations in by_subject(declared.of_state("present")).items():
        planned = changes[subject]
        document = {
            **subject.as_declaration(operations),
            "changes": [change.as_result() for change in planned],
            "cluster": {"cluster_id": observed.cluster_id},
        }
        exempt = [declared.bindings[each].exempt for each in subject.bindings(operations)]
        yield Judged(str(subject), document, frozenset.intersection(*exempt), subject)
