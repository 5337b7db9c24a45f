# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Judges each declared topic by the team's own policies, as it will be after the run. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import NamedTuple

from .._core.change import Change, Plain
from .._core.plan import Plan, Refusal
from .._core.query import compile_query
from .._core.wording import some
from .config_keys import KEYS
from .limits import WARNING, Policy
from .spec import TopicSet, TopicSpec
from .state import BrokerDefaults, Observed, TopicState

GUARD = "policies"
_READ: dict[str, Callable[[str], bool | int | float | str]] = {"boolean": lambda text: text == "true", "int": int, "long": int, "double": float}


class Judgement(NamedTuple):
    refusals: tuple[Refusal, ...] = ()
    warnings: tuple[str, ...] = ()


def judge(plan: Plan, declared: TopicSet, observed: Observed) -> Judgement:
    """Every policy on every topic that is declared present and not exempt; what gives neither true nor false refuses the plan, whatever the level."""
    refusals: list[Refusal] = []
    warned: dict[Policy, list[str]] = {}
    for name, policy, verdict in _verdicts(plan, declared, observed):
        if not isinstance(verdict, bool):
            refusals.append(Refusal(name, _undecided(policy, name, verdict), guard=GUARD))
        elif not verdict and policy.level == WARNING:
            warned.setdefault(policy, []).append(name)
        elif not verdict:
            refusals.append(Refusal(name, f"{_broken(policy, [name])}; to allow it for this topic: exempt: [{policy.name}]", guard=GUARD))
    return Judgement(tuple(refusals), tuple(_broken(policy, names) for policy, names in warned.items()))


def _broken(policy: Policy, topics: Sequence[str]) -> str:
    return f"policy {policy.name}: {some('topic', topics)}: {policy.message} ({policy.rule})"


def _undecided(policy: Policy, topic: str, verdict: object) -> str:
    what = f"failed: {verdict}" if isinstance(verdict, ValueError) else f"gave {'null' if verdict is None else repr(verdict)}"
    why = f"the rule {what}, where it must give true or false ({policy.rule})"
    return f"policy {policy.name}: topic {topic}: {why}; mend the rule, or for this topic: exempt: [{policy.name}]"


def _verdicts(plan: Plan, declared: TopicSet, observed: Observed) -> Iterator[tuple[str, Policy, object]]:
    rules = [(policy, compile_query(policy.rule)) for policy in declared.limits.policies]
    if not rules:
        return
    changes: dict[str, list[Change]] = {}
    for change in plan.changes:
        changes.setdefault(change.name, []).append(change)
    for spec in declared.topics.values():
        if spec.state == "present":
            document = document_of(spec, changes.get(spec.name, ()), observed)
            for policy, rule in rules:
                if policy.name not in spec.exempt:
                    yield spec.name, policy, _ask(rule, document)


def _ask(rule: Callable[[object], object], document: Mapping[str, Plain]) -> object:
    try:
        return rule(document)
    except ValueError as error:
        return error


def document_of(spec: TopicSpec, changes: Sequence[Change], observed: Observed) -> dict[str, Plain]:
    """What a rule sees: the topic as it will be, with typed config values, its labels, its planned changes, and the cluster."""
    state, defaults = observed.topics.get(spec.name), observed.defaults
    partitions = state.partitions if state else defaults.partitions if defaults else None
    replicas = state.replication_factor if state else defaults.replication_factor if defaults else None
    return {
        "name": spec.name,
        "partitions": spec.partitions or partitions,
        "replication_factor": spec.replication_factor or replicas,
        "config": {key: typed(key, value) for key, value in sorted(_config(state, changes, defaults).items())},
        "labels": dict(spec.labels),
        "description": spec.description,
        "changes": [change.as_result() for change in changes],
        "cluster": {"cluster_id": observed.cluster_id, "brokers": observed.brokers},
    }


def typed(key: str, value: str | None) -> bool | int | float | str | None:
    """A config value as its key's type, so that numbers compare as numbers."""
    if value is None or key not in KEYS:
        return value
    try:
        return _READ.get(KEYS[key].type, str)(value)
    except ValueError:
        return value


def _config(state: TopicState | None, changes: Sequence[Change], defaults: BrokerDefaults | None) -> Mapping[str, str | None]:
    inherited: Mapping[str, str] = defaults.config if defaults else {}
    found: dict[str, str | None] = {**state.inherited, **state.config} if state else dict(inherited)
    for change in changes:
        config = (change.after or {}).get("config")
        for key, value in config.items() if isinstance(config, Mapping) else ():
            found[key] = inherited.get(key) if value is None else str(value)
    return found
