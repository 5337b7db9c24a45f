# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the policies see: a user as it is after the run, without its password. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from .._core.plan import Plan
from .._core.policies import Subject
from .change import UserChange
from .spec import UserSet
from .state import Observed, as_declaration


def subjects(plan: Plan[UserChange], declared: UserSet, observed: Observed) -> Iterator[Subject]:
    """Every user that is declared present; one to be deleted has no rules to obey."""
    changes = {change.credential: change for change in plan.changes}
    for credential, how in declared.credentials.items():
        if how.state != "present" or not declared.looks_at(credential):
            continue
        change = changes.get(credential)
        iterations = observed.credentials.get(credential, 0)
        if change:
            iterations = change.iterations
        document = as_declaration(credential, iterations)
        document["changes"] = [change.as_result()] if change else []
        document["cluster"] = {"cluster_id": observed.cluster_id}
        yield Subject(str(credential), document, how.exempt, credential)
