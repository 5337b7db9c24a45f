# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What limits a run: the hazards it may have, a budget, a team's own policies.

Parsing them names every mistake.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from .nearest import hint
from .problems import Problems, excerpt, quoted

ERROR, WARNING = LEVELS = ("error", "warning")
_EVERYTHING = "all"
_BUDGET = re.compile(r"([0-9]+)(%?)")


class Policy(NamedTuple):
    """`rule`: JMESPath, true for what obeys it. `message`: for the owner of what does not."""

    name: str
    rule: str
    message: str
    level: str = ERROR


class Budget(NamedTuple):
    """How many resources a run may delete or shrink: a number, or a share of those it reads."""

    number: int
    relative: bool = False

    def of(self, total: int) -> int:
        if self.relative:
            return total * self.number // 100
        return self.number

    def __str__(self) -> str:
        if self.relative:
            return f"{self.number}%"
        return str(self.number)


class Limits(NamedTuple):
    """`allow`: the hazards that the changes of a run may have.

    Without a budget, the run may destroy any number of resources.
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
    """A setting is None where it is not given. `hazards`: all that there are."""
    allowed: frozenset[str] = frozenset()
    budget = None
    try:
        allowed = parse_allow(allow or (), hazards)
    except ValueError as error:
        problems.add("options", "allow", str(error))
    try:
        if destruction_budget is not None:
            budget = _budget(destruction_budget)
    except ValueError as error:
        problems.add("options", "destruction_budget", str(error))
    return Limits(allowed, budget, _policies(policies or (), problems))


def parse_allow(raw: object, hazards: Sequence[str]) -> frozenset[str]:
    """The hazards that are allowed. Raises ValueError."""
    words = [raw] if isinstance(raw, str) else raw
    if not isinstance(words, Sequence):
        raise ValueError(f"must be a list of hazards, not {quoted(raw)}")
    known = (*hazards, _EVERYTHING)
    for word in words:
        if word not in known:
            meant = hint(str(word), known)
            raise ValueError(f"unknown hazard {quoted(word)}{meant}; there are {', '.join(known)}")
    if _EVERYTHING in words:
        return frozenset(hazards)
    return frozenset(words)


def _budget(raw: object) -> Budget:
    wrong = ValueError(f"must be a number such as 5, or a share such as 10%, not {quoted(raw)}")
    text = str(raw).strip()
    match = _BUDGET.fullmatch(text)
    if not match:
        raise wrong
    number = int(match[1])
    relative = match[2] == "%"
    if relative and number > 100:
        raise wrong
    return Budget(number, relative)


def _policies(raw: object, problems: Problems) -> tuple[Policy, ...]:
    if not isinstance(raw, (list, tuple)):
        problems.add("options", "policies", f"must be a list of policies, not {quoted(raw)}")
        return ()
    found: dict[str, Policy] = {}
    places: dict[str, str] = {}
    for position, each in enumerate(raw):
        where = _place(each, position)
        policy = _policy(where, each, problems)
        if not policy:
            continue
        place = f"policies[{position}]"
        if policy.name in found:
            both = f"in {places[policy.name]} and in {place}"
            problems.add(where, "name", f"declared more than once: {both}")
        found[policy.name] = policy
        places[policy.name] = place
    return tuple(found.values())


def _place(raw: object, position: int) -> str:
    if isinstance(raw, Mapping) and "name" in raw:
        return f"policy '{raw['name']}'"
    return f"policies[{position}]"


def _policy(where: str, raw: object, problems: Problems) -> Policy | None:
    if not isinstance(raw, Mapping):
        fields = ", ".join(Policy._fields)
        allowed = f"must be a dictionary with {fields}"
        problems.add(where, "value", f"{allowed}, not {quoted(raw)}")
        return None
    before = len(problems.found)
    for key, value in raw.items():
        if key not in Policy._fields:
            meant = hint(str(key), Policy._fields)
            problems.add(where, str(key), f"unknown field{meant}")
        elif not isinstance(value, str):
            problems.add(where, key, f"must be a string, not {quoted(value)}")
    for key in ("name", "rule", "message"):
        if not raw.get(key):
            problems.add(where, key, "is missing")
    level = raw.get("level", ERROR)
    if level not in LEVELS:
        allowed = " or ".join(LEVELS)
        problems.add(where, "level", f"must be {allowed}, not {quoted(level)}")
    rule = raw.get("rule")
    if rule and isinstance(rule, str):
        _check_rule(where, rule, problems)
    if len(problems.found) > before:
        return None
    return Policy(**raw)


def _check_rule(where: str, rule: str, problems: Problems) -> None:
    from .query import compile_query

    try:
        compile_query(rule)
    except ValueError as error:
        problems.add(where, "rule", f"is not a JMESPath expression: {excerpt(str(error))}")
