# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The plan: everything a run would write, known before the first write."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256
from typing import Generic, NamedTuple, TypeVar

from .change import Change, Plain

C = TypeVar("C", bound=Change, covariant=True)


class Refusal(NamedTuple):
    """Why a named resource cannot be brought to its declared state: by none of its changes, or not by that of one operation.

    `guard`: the setting that forbids what could be done otherwise.
    """

    name: str
    why: str
    operation: str = ""
    guard: str = ""

    def stops(self, change: Change) -> bool:
        return change.name == self.name and self.operation in ("", change.operation)


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
class Plan(Generic[C]):
    """Changes in the order of their application, and what stands against them. `unchanged` counts the resources that already match."""

    changes: tuple[C, ...]
    refusals: tuple[Refusal, ...] = ()
    unchanged: int = 0
    warnings: tuple[str, ...] = ()

    def summary(self, cluster_id: str) -> str:
        """One line for one cluster, such as `cluster X: create 2, alter_config 1, unchanged 7; hazards: retention_cut 1`."""
        counts = [
            f"{operation} {n}"
            for operation, n in count(change.operation for change in self.changes)
        ]
        line = f"cluster {cluster_id}: " + ", ".join([*counts, f"unchanged {self.unchanged}"])
        hazards = [
            f"{hazard} {n}"
            for hazard, n in count(hazard for change in self.changes for hazard in change.hazards)
        ]
        refused = f"; refused {len(self.refusals)}" if self.refusals else ""
        return line + (f"; hazards: {', '.join(hazards)}" if hazards else "") + refused


def plan_id(plan: Plan[Change], basis: Plain) -> str:
    """Names exactly this plan on exactly this observed state.

    The evidence is left out: records come in all the time, and what matters of them shows in the hazards.
    """
    changes = [{**change.as_result(), "evidence": None} for change in plan.changes]
    return sha256(json.dumps([changes, basis], sort_keys=True).encode()).hexdigest()[:32]


def count(words: Iterable[str]) -> list[tuple[str, int]]:
    """Each word with how often it occurs, in the order of first occurrence."""
    return list(Counter(words).items())
