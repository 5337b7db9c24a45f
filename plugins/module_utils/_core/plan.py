# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The plan: everything a run would write, known before the first write."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Hashable, Iterable
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Generic, NamedTuple, TypeVar

from .change import Change, Plain

C_co = TypeVar("C_co", bound=Change, covariant=True)


@dataclass(frozen=True, slots=True, order=True)
class Refusal:
    """Why a resource cannot be brought to its declared state.

    It holds for the changes of one `operation`, or for all of them. `guard`: the setting that
    forbids what could be done otherwise. `key`: of the resource, where that is not its name.
    """

    name: str
    why: str
    operation: str = ""
    guard: str = ""
    key: Hashable = field(default=None, compare=False)

    @property
    def subject(self) -> Hashable:
        return self.name if self.key is None else self.key

    def stops(self, change: Change) -> bool:
        return change.key == self.subject and self.operation in ("", change.operation)


class Unvalidated(NamedTuple):
    """A change that nobody but the real call can judge."""

    name: str
    operation: str
    why: str


class Validation(NamedTuple):
    """What the cluster said to a plan that it was shown without applying it."""

    refusals: tuple[Refusal, ...]
    unvalidated: tuple[Unvalidated, ...]


@dataclass(frozen=True, slots=True)
class Plan(Generic[C_co]):
    """Changes in the order of their application, and what stands against them.

    `unchanged` counts the resources that already match.
    """

    changes: tuple[C_co, ...]
    refusals: tuple[Refusal, ...] = ()
    unchanged: int = 0
    warnings: tuple[str, ...] = ()

    def summary(self, cluster_id: str) -> str:
        """One line, such as `cluster X: create 2, unchanged 7; hazards: retention_cut 1`."""
        operations = _counted(change.operation for change in self.changes)
        hazards = _counted(hazard for change in self.changes for hazard in change.hazards)
        line = f"cluster {cluster_id}: {', '.join([*operations, f'unchanged {self.unchanged}'])}"
        if hazards:
            line += f"; hazards: {', '.join(hazards)}"
        if self.refusals:
            line += f"; refused {len(self.refusals)}"
        return line


def plan_id(plan: Plan[Change], basis: Plain) -> str:
    """Names exactly this plan on exactly this observed state.

    The evidence is left out: records come in all the time, and what matters of them shows in the
    hazards.
    """
    changes = [{**change.as_result(), "evidence": None} for change in plan.changes]
    return sha256(json.dumps([changes, basis], sort_keys=True).encode()).hexdigest()[:32]


def _counted(words: Iterable[str]) -> list[str]:
    """Each word with how often it occurs, in the order of first occurrence."""
    return [f"{word} {times}" for word, times in Counter(words).items()]
