# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Makes one plan of the plans of all parts: what depends on nothing comes first, and goes last."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, TypeAlias, cast

from .._core.plan import Plan
from .change import PartChange, of_part

# the word that every kind of resource has for it
DELETE = "delete"
_AS_TOLD = {"acls": "ACLs"}

AnyPlan: TypeAlias = Plan[Any]
# by part, in the order of dependence
Plans: TypeAlias = Mapping[str, AnyPlan]


@dataclass(frozen=True, slots=True)
class ApplicationPlan(Plan[PartChange]):
    """`parts`: the plan of each part."""

    parts: Plans = field(default_factory=dict)

    def summary(self, cluster_id: str) -> str:
        """Such as `cluster X: topics: create 2, unchanged 1; ACLs: create 3; hazards: in_use 1`."""
        told = []
        hazards: Counter[str] = Counter()
        for name, plan in self.parts.items():
            word = _AS_TOLD.get(name, name)
            told.append(f"{word}: {_counted(plan)}")
            for change in plan.changes:
                hazards.update(change.hazards)
        if not told:
            told.append("nothing is declared")
        if hazards:
            told.append(f"hazards: {_listed(hazards)}")
        if self.refusals:
            told.append(f"refused {len(self.refusals)}")
        return f"cluster {cluster_id}: {'; '.join(told)}"


def composed(parts: Plans) -> ApplicationPlan:
    """Its changes are in the order in which they are applied."""
    changes: list[PartChange] = []
    for name, step in steps(parts):
        changes += [PartChange(name, change) for change in step.changes]
    refusals = []
    warnings: list[str] = []
    unchanged = 0
    for name, plan in parts.items():
        refusals += [of_part(name, refusal) for refusal in plan.refusals]
        warnings += plan.warnings
        unchanged += plan.unchanged
    return ApplicationPlan(
        changes=tuple(changes),
        refusals=tuple(refusals),
        unchanged=unchanged,
        warnings=tuple(warnings),
        parts=parts,
    )


def steps(parts: Plans) -> Iterator[tuple[str, AnyPlan]]:
    """What each part creates and alters, then what it deletes, in the reverse order of parts.

    So nothing is there before what it needs, and nothing that is needed goes before what needs it.
    """
    deletions = []
    for name, plan in parts.items():
        kept = [change for change in plan.changes if change.operation != DELETE]
        deleted = [change for change in plan.changes if change.operation == DELETE]
        if kept:
            yield name, replace(plan, changes=tuple(kept))
        if deleted:
            deletion = replace(plan, changes=tuple(deleted))
            deletions.append((name, deletion))
    yield from reversed(deletions)


def parts_of(plan: Plan[PartChange]) -> Plans:
    """The plan of each part. `plan`: one that `composed` made."""
    return cast(ApplicationPlan, plan).parts


def _counted(plan: AnyPlan) -> str:
    operations: Counter[str] = Counter()
    for change in plan.changes:
        operations[change.operation] += 1
    if plan.unchanged or not operations:
        operations["unchanged"] = plan.unchanged
    return _listed(operations)


def _listed(words: Counter[str]) -> str:
    """Such as `create 2, delete 1`, in the order of first occurrence."""
    return ", ".join(f"{word} {times}" for word, times in words.items())
