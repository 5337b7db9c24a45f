# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The guards: what a plan may not do unless somebody allows it. Pure.

Each refusal names the one setting that lifts it.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping
from dataclasses import replace
from functools import partial

from .._core.change import Plain
from .._core.diff import to_line
from .._core.guard import forbid, over_budget
from .._core.plan import Plan, Refusal
from .._core.policies import judge
from .._core.wording import some
from .._kafka.usage import UNKNOWN, Readers
from . import hazards
from .change import ALTER_CONFIG, DELETE, KIND, Evidence, TopicChange
from .policies import subjects
from .spec import TopicSet, TopicSpec
from .state import Observed

_DESTRUCTIVE = frozenset({hazards.DELETE, hazards.RETENTION_CUT, hazards.POLICY_SWITCH})


def refuse(
    plan: Plan[TopicChange], declared: TopicSet, observed: Observed, idle_since: int
) -> Plan[TopicChange]:
    """The weighed plan with what the guards and policies refuse, and what the policies warn of.

    `idle_since` (ms since 1970): a topic with a younger record is in use.
    """
    what = partial(_what, observed=observed)
    judged = [
        _refused(change, what(change), declared, observed, idle_since) for change in plan.changes
    ]
    refusals = [refusal for refusal in judged if refusal]
    budget = declared.limits.destruction_budget
    too_many = over_budget(_destroyed(plan), len(observed.topics), budget, what)
    judgement = judge(declared.limits.policies, KIND, subjects(plan, declared, observed))
    return replace(
        plan,
        refusals=(*plan.refusals, *refusals, *too_many, *judgement.refusals),
        warnings=(
            *plan.warnings,
            *_created_again(plan, observed, idle_since),
            *_remapped_keys(plan),
            *judgement.warnings,
        ),
    )


def _created_again(plan: Plan[TopicChange], observed: Observed, idle_since: int) -> Iterator[str]:
    """Clients ask for the topics that they use, and brokers may create what is asked for."""
    deletions = [change for change in plan.changes if change.operation == DELETE]
    used = [change.name for change in deletions if _is_in_use(change, idle_since)]
    if used and observed.defaults and observed.defaults.auto_create_topics:
        topics, them = some(KIND, used), "it" if len(used) == 1 else "them"
        yield (
            f"delete {topics}: in use, and auto.create.topics.enable is true on the broker, so a"
            f" client may create {them} again at once, with the broker's defaults;"
            f" stop the producers and consumers of {them} first"
        )


def _remapped_keys(plan: Plan[TopicChange]) -> Iterator[str]:
    """What a reader of the topic will notice of more partitions, told even where it is allowed."""
    for change in plan.changes:
        why = _noticed(change.evidence)
        if hazards.KEY_ORDER in change.hazards and why:
            yield f"{change.title}: keys move to other partitions; {'; '.join(why)}"


def _noticed(evidence: Evidence) -> list[str]:
    readers = evidence.readers
    groups: Plain = [*readers.committed] if isinstance(readers, Readers) else UNKNOWN
    why = []
    if evidence.compacted:
        why.append("it is compacted, so old values of a key stay behind")
    if groups:
        why.append(
            f"groups have committed to it ({to_line({'groups': groups})}),"
            " so they may read the records of a key out of order"
        )
    return why


def _refused(
    change: TopicChange, what: str, declared: TopicSet, observed: Observed, idle_since: int
) -> Refusal | None:
    """By the first guard that forbids it: others' topics, internal, protected ones, hazards."""
    spec = declared.topics.get(change.name)
    lacking = [
        hazard
        for hazard in change.hazards
        if hazard not in _allowed(change, spec, declared, idle_since)
    ]
    allow = f"allow: [{', '.join(lacking)}]"
    refused = partial(forbid, change, what)
    if declared.owned_prefixes and not declared.owns(change.name):
        prefixes = ", ".join(declared.owned_prefixes)
        setting = f"owned_prefixes: [{prefixes}, {change.name}]"
        return refused("owned_prefixes", f"its name is not under {prefixes}", setting)
    if _is_internal(change, observed) and not (spec and spec.internal):
        return refused("internal", "it is one of Kafka's internal topics", "internal: true")
    if spec and spec.protected and (change.hazards or change.operation == DELETE):
        setting = f"protected: false and {allow}" if lacking else "protected: false"
        return refused("protected", "the topic is protected", setting)
    if not lacking:
        return None
    if spec:
        why = "it is in use" if change.operation == DELETE else f"hazard {', '.join(lacking)}"
        return refused("allow", why, allow)
    why = "it is not declared, and is purged with all its records"
    purged = f"name: {change.name}, state: absent"
    if _is_in_use(change, idle_since):
        return refused("allow", f"{why}, while in use", f"{{{purged}, {allow}}}")
    return refused("allow", why, f"{{{purged}}}")


def _is_internal(change: TopicChange, observed: Observed) -> bool:
    state = observed.topics.get(change.name)
    return state is not None and state.belongs_to_kafka


def _allowed(
    change: TopicChange, spec: TopicSpec | None, declared: TopicSet, idle_since: int
) -> frozenset[str]:
    """An explicit `state: absent` is consent to delete a topic that is not in use."""
    allowed = declared.limits.allow | (spec.allow if spec else frozenset())
    consent = spec is not None and change.operation == DELETE and not _is_in_use(change, idle_since)
    return allowed | {hazards.DELETE} if consent else allowed


def _is_in_use(change: TopicChange, idle_since: int) -> bool:
    """What cannot be read counts as use."""
    readers, ages = change.evidence.readers, change.evidence.ages
    if not isinstance(readers, Readers) or readers.active:
        return True
    if ages is None or ages.newest is None:
        return False
    return not isinstance(ages.newest, int) or ages.newest > idle_since


def _destroyed(plan: Plan[TopicChange]) -> dict[Hashable, TopicChange]:
    """Every deleted topic counts, even an empty one: a wrong declaration looks like that."""
    return {
        change.key: change
        for change in plan.changes
        if change.operation == DELETE or not _DESTRUCTIVE.isdisjoint(change.hazards)
    }


def _what(change: TopicChange, observed: Observed) -> str:
    return f"{change.title}{_keys(change, observed)}"


def _keys(change: TopicChange, observed: Observed) -> str:
    """What an alteration does to each key, for a reader without the diff."""
    if change.operation != ALTER_CONFIG or change.observed is None:
        return ""
    before = change.observed.config or {}
    inherited = observed.topics[change.name].inherited
    defaults: Mapping[str, str] = observed.defaults.config if observed.defaults else {}
    steps = []
    for key, value in change.config.items():
        old = _shown(before[key], inherited.get(key))
        new = _shown(value, defaults.get(key))
        steps.append(f"{key} from {old} to {new}")
    return f" ({', '.join(steps)})"


def _shown(value: str | None, default: str | None) -> str:
    if value is not None:
        return value
    return f"the default ({'unknown' if default is None else default})"
