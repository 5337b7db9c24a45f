# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a team's own policies see of declared quotas."""

from __future__ import annotations

from collections.abc import Iterator

from .._core.change import Plain
from .._core.plan import Plan
from .._core.policies import Subject
from .change import QuotaChange
from .plan import quotas_after
from .spec import QuotaSet
from .state import Observed, numbers


def subjects(plan: Plan[QuotaChange], declared: QuotaSet, observed: Observed) -> Iterator[Subject]:
    """Every entity that is declared present; one whose quotas go has no rules to obey."""
    after = quotas_after(plan, observed.quotas)
    changes: dict[object, list[Plain]] = {}
    for change in plan.changes:
        result = change.as_result()
        changes[change.entity] = [result]
    for entity, how in declared.entities.items():
        if how.state != "present" or not declared.looks_at(entity):
            continue
        values = after.get(entity, {})
        document: dict[str, Plain] = {**entity.as_declaration()}
        document["quotas"] = numbers(values)
        document["changes"] = changes.get(entity, [])
        document["cluster"] = {"cluster_id": observed.cluster_id}
        yield Subject(str(entity), document, how.exempt, entity)
