# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The plan: everything a run would write, known before the first write."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Generic, NamedTuple, TypeVar

from .change import Change, Plain

C_co = TypeVar("C_co", bound=Change, covariant=True)


# stands for the resource's name in a setting; no name or prefix of Kafka's has these characters
NAME = "<name>"


class Reason(NamedTuple):
    """Why a change is refused, without the resource: equal reasons are told once.

    `what`: the change before the name, `steps`: what it does, after the name; both may be empty.
    `guard` and `setting`: who refuses it and what allows it, with NAME in place of the
    resource's name, or empty; `owner`: what the setting is for, if not for the resource.
    """

    kind: str
    what: str
    steps: str
    guard: str
    why: str
    setting: str
    owner: str = ""


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a resource cannot be brought to its declared state.

    It holds for the changes of one `operation`, or for all if that is empty. `guard`: the setting
    without which the change could be made. `key`: that of the resource, where it is not its name.
    `reason` and `facts`, the evidence: what `why` is made of, where a guard refused;
    `told` gives that as people read it.
    """

    name: str
    why: str
    operation: str = ""
    guard: str = ""
    key: Hashable = field(default=None, compare=False)
    reason: Reason | None = field(default=None, compare=False)
    facts: Mapping[str, Plain] = field(default_factory=dict, compare=False)
    told: Callable[[Mapping[str, Plain]], Mapping[str, Plain]] | None = field(
        default=None, compare=False
    )

    @property
    def subject(self) -> Hashable:
        return self.name if self.key is None else self.key

    def stops(self, change: Change) -> bool:
        if change.key != self.subject:
            return False
        return self.operation in ("", change.operation)


class Unvalidated(NamedTuple):
    """A change that can only be judged by making it."""

    name: str
    operation: str
    why: str


class Validation(NamedTuple):
    """What the cluster said to the changes of a plan when it was asked only to validate them."""

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
        operations: Counter[str] = Counter()
        hazards: Counter[str] = Counter()
        for change in self.changes:
            operations[change.operation] += 1
            hazards.update(change.hazards)
        counts = [*_counts(operations), f"unchanged {self.unchanged}"]
        line = f"cluster {cluster_id}: {', '.join(counts)}"
        if hazards:
            counts = _counts(hazards)
            line += f"; hazards: {', '.join(counts)}"
        if self.refusals:
            line += f"; refused {len(self.refusals)}"
        return line


def plan_id(plan: Plan[Change], basis: Plain) -> str:
    """Names exactly this plan on exactly this observed state.

    It leaves out the evidence, which changes with every new record; what matters of it shows in
    the hazards.
    """
    changes = []
    for change in plan.changes:
        result = change.as_result()
        result["evidence"] = None
        changes.append(result)
    text = json.dumps([changes, basis], sort_keys=True)
    return sha256(text.encode()).hexdigest()[:32]


def _counts(words: Counter[str]) -> list[str]:
    """Such as `create 2`, in the order of first occurrence."""
    return [f"{word} {times}" for word, times in words.items()]
