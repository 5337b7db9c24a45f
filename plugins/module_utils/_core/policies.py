# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Judges what is declared by a team's own policies. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from .change import Plain
from .limits import WARNING, Policy
from .plan import Refusal
from .query import compile_query
from .wording import some

GUARD = "policies"


class Subject(NamedTuple):
    """One declared resource as the rules see it. `exempt`: the policies that do not bind it."""

    name: str
    document: Mapping[str, Plain]
    exempt: frozenset[str] = frozenset()


class Judgement(NamedTuple):
    refusals: tuple[Refusal, ...] = ()
    warnings: tuple[str, ...] = ()


def judge(policies: Sequence[Policy], kind: str, subjects: Iterable[Subject]) -> Judgement:
    """Every policy on every subject; without policies no subject is looked at.

    A rule that gives neither true nor false refuses the plan, whatever its level.
    """
    if not policies:
        return Judgement()
    refusals: list[Refusal] = []
    warned: dict[Policy, list[str]] = {}
    for name, policy, verdict in _verdicts(policies, subjects):
        if not isinstance(verdict, bool):
            refusals.append(Refusal(name, _undecided(policy, kind, name, verdict), guard=GUARD))
        elif not verdict and policy.level == WARNING:
            warned.setdefault(policy, []).append(name)
        elif not verdict:
            remedy = f"to allow it for this {kind}: exempt: [{policy.name}]"
            why = f"{_broken(policy, kind, [name])}; {remedy}"
            refusals.append(Refusal(name, why, guard=GUARD))
    warnings = [_broken(policy, kind, names) for policy, names in warned.items()]
    return Judgement(tuple(refusals), tuple(warnings))


def _verdicts(
    policies: Sequence[Policy], subjects: Iterable[Subject]
) -> Iterator[tuple[str, Policy, object]]:
    rules = [(policy, compile_query(policy.rule)) for policy in policies]
    for subject in subjects:
        for policy, rule in rules:
            if policy.name not in subject.exempt:
                yield subject.name, policy, _ask(rule, subject.document)


def _ask(rule: Callable[[object], object], document: Mapping[str, Plain]) -> object:
    try:
        return rule(document)
    except ValueError as error:
        return error


def _broken(policy: Policy, kind: str, names: Sequence[str]) -> str:
    return f"policy {policy.name}: {some(kind, names)}: {policy.message} ({policy.rule})"


def _undecided(policy: Policy, kind: str, name: str, verdict: object) -> str:
    if isinstance(verdict, ValueError):
        what = f"failed: {verdict}"
    elif verdict is None:
        what = "gave null"
    else:
        what = f"gave {verdict!r}"
    why = f"the rule {what}, where it must give true or false ({policy.rule})"
    remedy = f"mend the rule, or for this {kind}: exempt: [{policy.name}]"
    return f"policy {policy.name}: {kind} {name}: {why}; {remedy}"
