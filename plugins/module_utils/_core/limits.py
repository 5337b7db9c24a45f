# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a run may hurt and destroy, and a team's own policies: parsed, with every mistake named."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from .nearest import hint
from .problems import Problems
from .query import compile_query

ERROR, WARNING = LEVELS = ("error", "warning")
_EVERYTHING = "all"
_BUDGET = re.compile(r"([0-9]+)(%?)")


class Policy(NamedTuple):
    """`rule`: JMESPath, true for what obeys it; `message`: for whoever declared what does not."""

    name: str
    rule: str
    message: str
    level: str = ERROR


class Budget(NamedTuple):
    """How many resources a run may delete or shrink: a number, or a share of those it reads."""

    number: int
    relative: bool = False

    def of(self, total: int) -> int:
        return total * self.number // 100 if self.relative else self.number

    def __str__(self) -> str:
        return f"{self.number}{'%' if self.relative else ''}"


@dataclass(frozen=True, slots=True)
class Limits:
    """The settings of a run.

    `allow`: the hazards that its changes may have. Without a budget it may destroy any number.
    """

    allow: frozenset[str] = frozenset()
    destruction_budget: Budget | None = None
    policies: tuple[Policy, ...] = ()


def parse_limits(
    allow: object,
    destruction_budget: object,
    policies: object,
    hazards: Sequence[str],
    problems: Problems,
) -> Limits:
    """Settings that are None are not given; `hazards`: those that there are."""
    allowed: frozenset[str] = frozenset()
    budget = None
    try:
        allowed = parse_allow(allow or (), hazards)
    except ValueError as error:
        problems.add("options", "allow", str(error))
    try:
        budget = None if destruction_budget is None else _budget(destruction_budget)
    except ValueError as error:
        problems.add("options", "destruction_budget", str(error))
    return Limits(allowed, budget, _policies(policies or (), problems))


def parse_allow(raw: object, hazards: Sequence[str]) -> frozenset[str]:
    """The hazards that are allowed. Raises ValueError."""
    words = [raw] if isinstance(raw, str) else raw
    if not isinstance(words, Sequence):
        raise ValueError(f"must be a list of hazards, not {raw!r}")
    known = (*hazards, _EVERYTHING)
    for word in words:
        if word not in known:
            raise ValueError(
                f"unknown hazard {word!r}{hint(str(word), known)}; there are {', '.join(known)}"
            )
    return frozenset(hazards if _EVERYTHING in words else words)


def _budget(raw: object) -> Budget:
    wrong = ValueError(f"must be a number such as 5, or a share such as 10%, not {raw!r}")
    match = _BUDGET.fullmatch(str(raw).strip())
    if not match or isinstance(raw, bool):
        raise wrong
    budget = Budget(int(match[1]), relative=bool(match[2]))
    if budget.relative and budget.number > 100:
        raise wrong
    return budget


def _policies(raw: object, problems: Problems) -> tuple[Policy, ...]:
    if not isinstance(raw, (list, tuple)):
        problems.add("options", "policies", f"must be a list of policies, not {raw!r}")
        return ()
    found: dict[str, Policy] = {}
    for position, each in enumerate(raw):
        where = f"policies[{position}]"
        if isinstance(each, Mapping) and "name" in each:
            where = f"policy '{each['name']}'"
        policy = _policy(where, each, problems)
        if policy and policy.name in found:
            problems.add(where, "name", "declared more than once")
        elif policy:
            found[policy.name] = policy
    return tuple(found.values())


def _policy(where: str, raw: object, problems: Problems) -> Policy | None:
    if not isinstance(raw, Mapping):
        problems.add(
            where, "value", f"must be a dictionary with {', '.join(Policy._fields)}, not {raw!r}"
        )
        return None
    before = len(problems.found)
    for key, value in raw.items():
        if key not in Policy._fields:
            problems.add(where, str(key), f"unknown field{hint(str(key), Policy._fields)}")
        elif not isinstance(value, str):
            problems.add(where, str(key), f"must be a string, not {value!r}")
    for key in ("name", "rule", "message"):
        if not raw.get(key):
            problems.add(where, key, "is missing")
    if raw.get("level", ERROR) not in LEVELS:
        problems.add(where, "level", f"must be {' or '.join(LEVELS)}, not {raw['level']!r}")
    if isinstance(raw.get("rule"), str) and raw["rule"]:
        try:
            compile_query(raw["rule"])
        except ValueError as error:
            problems.add(where, "rule", f"is not a JMESPath expression: {error}")
    return Policy(**raw) if len(problems.found) == before else None
