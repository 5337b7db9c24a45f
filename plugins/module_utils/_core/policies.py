# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Judges the declared resources by a team's own policies. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from .change import Plain
from .guard import disobeyed
from .limits import WARNING, Policy
from .plan import Reason, Refusal
from .query import compile_query
from .wording import some

GUARD = "policies"


class Subject(NamedTuple):
    """One declared resource as the rules see it. `exempt`: the policies that it need not obey.

    `key`: that of the resource, where it is not its name.
    """

    name: str
    document: Mapping[str, Plain]
    exempt: frozenset[str] = frozenset()
    key: Hashable = None


class Judgement(NamedTuple):
    refusals: tuple[Refusal, ...] = ()
    warnings: tuple[str, ...] = ()


def judge(policies: Sequence[Policy], kind: str, subjects: Iterable[Subject]) -> Judgement:
    """Asks every policy about every subject; without policies, no subject is looked at.

    A rule that answers neither true nor false refuses the plan, whatever its level.
    """
    if not policies:
        return Judgement()
    refusals: list[Refusal] = []
    warned: defaultdict[Policy, list[str]] = defaultdict(list)
    for subject, policy, answer in _answers(policies, subjects):
        name, key = subject.name, subject.key
        if answer is True:
            continue
        if answer is not False:
            reason = _undecided(policy, kind, answer)
            refusals.append(disobeyed(name, reason, GUARD, key))
        elif policy.level == WARNING:
            warned[policy].append(name)
        else:
            reason = _reason(policy, kind, _broken(policy), f"exempt: [{policy.name}]")
            refusals.append(disobeyed(name, reason, GUARD, key))
    warnings = []
    for policy, names in warned.items():
        which = some(kind, names)
        warnings.append(f"policy {policy.name}: {which}: {_broken(policy)}")
    return Judgement(tuple(refusals), tuple(warnings))


def _answers(
    policies: Sequence[Policy], subjects: Iterable[Subject]
) -> Iterator[tuple[Subject, Policy, object]]:
    rules = [(policy, compile_query(policy.rule)) for policy in policies]
    for subject in subjects:
        for policy, rule in rules:
            if policy.name in subject.exempt:
                continue
            yield subject, policy, _ask(rule, subject.document)


def _ask(rule: Callable[[object], object], document: Mapping[str, Plain]) -> object:
    try:
        return rule(document)
    except ValueError as error:
        return error


def _broken(policy: Policy) -> str:
    return f"{policy.message} ({policy.rule})"


def _reason(policy: Policy, kind: str, why: str, setting: str) -> Reason:
    return Reason(kind, f"policy {policy.name}:", "", "", why, setting)


def _undecided(policy: Policy, kind: str, answer: object) -> Reason:
    if isinstance(answer, ValueError):
        what = f"failed: {answer}"
    elif answer is None:
        what = "gave null"
    else:
        what = f"gave {answer!r}"
    why = f"the rule {what}, but it must give true or false ({policy.rule})"
    remedy = f"correct the rule, or declare exempt: [{policy.name}]"
    return _reason(policy, kind, f"{why}; {remedy}", "")
