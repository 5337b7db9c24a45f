# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The guards: what a plan may not do unless somebody allows it. Pure.

Each refusal names the one setting that lifts it.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

from .._core.change import Plain
from .._core.diff import to_line
from .._core.guard import forbid, over_budget
from .._core.plan import NAME, Plan, Reason, Refusal
from .._core.policies import judge
from .._core.wording import some
from .._kafka.usage import UNKNOWN, Readers
from . import hazards
from .change import (
    ADD_PARTITIONS,
    ALTER_CONFIG,
    BROKER_DEFAULT,
    CREATE,
    DELETE,
    KIND,
    REASSIGN,
    Evidence,
    TopicChange,
)
from .config import readable
from .policies import subjects
from .spec import TopicSet, TopicSpec
from .state import Observed, default_config

_DESTRUCTIVE = frozenset({hazards.DELETE, hazards.RETENTION_CUT, hazards.POLICY_SWITCH})


class _Case(NamedTuple):
    """One change as the guards see it.

    `steps`: what it does, for a reader without the diff. `spec` declares nothing where the topic is
    purged. `harms`: the hazards that nothing holds back; `lacking`: those that nobody allows.
    """

    change: TopicChange
    steps: str
    spec: TopicSpec
    is_purged: bool
    is_in_use: bool
    harms: Sequence[str]
    lacking: Sequence[str]

    @property
    def allow(self) -> str:
        return f"allow: [{', '.join(self.lacking)}]"

    def refused(self, guard: str, why: str, setting: str) -> Refusal:
        change = self.change
        what = change.verb.removesuffix(f" {KIND}")
        reason = Reason(KIND, what, self.steps, guard, why, setting)
        return forbid(change, reason, change.facts)


def refuse(
    plan: Plan[TopicChange], declared: TopicSet, observed: Observed, idle_since: int
) -> Plan[TopicChange]:
    """The weighed plan with what the guards and policies refuse, and what the policies warn of.

    `idle_since` (ms since 1970): a topic with a younger record is in use.
    """
    refusals = [*plan.refusals]
    for change in plan.changes:
        case = _case(change, _steps(change, observed), declared, idle_since)
        refusal = _first_refusal(case, declared, observed)
        if refusal:
            refusals.append(refusal)
    budget = declared.limits.destruction_budget
    refusals += over_budget(_destroyed(plan), len(observed.topics), budget)
    judgement = judge(declared.limits.policies, KIND, subjects(plan, declared, observed))
    refusals += judgement.refusals
    warnings = [*plan.warnings]
    warnings += _created_again(plan, observed, idle_since)
    warnings += _remapped_keys(plan)
    warnings += judgement.warnings
    return replace(plan, refusals=tuple(refusals), warnings=tuple(warnings))


def _case(change: TopicChange, steps: str, declared: TopicSet, idle_since: int) -> _Case:
    is_purged = change.name not in declared.topics
    is_in_use = _is_in_use(change, idle_since)
    spec = declared.topics.get(change.name, TopicSpec(change.name))
    allowed = declared.limits.allow | spec.allow
    is_deleted = change.operation == DELETE
    if is_deleted and not is_purged and not is_in_use:
        # who declares `state: absent` agrees to the deletion of a topic that is not in use
        allowed |= {hazards.DELETE}
    harms = [*change.hazards]
    if hazards.TRAFFIC in harms and declared.brake.throttle is not None:
        harms.remove(hazards.TRAFFIC)
    lacking = [hazard for hazard in harms if hazard not in allowed]
    return _Case(change, steps, spec, is_purged, is_in_use, harms, lacking)


def _first_refusal(case: _Case, declared: TopicSet, observed: Observed) -> Refusal | None:
    return (
        _not_owned(case, declared)
        or _internal(case, observed)
        or _too_few_brokers(case, observed)
        or _protected(case)
        or _not_allowed(case)
    )


def _not_owned(case: _Case, declared: TopicSet) -> Refusal | None:
    name = case.change.name
    if not declared.owned_prefixes or declared.owns(name):
        return None
    prefixes = ", ".join(declared.owned_prefixes)
    setting = f"owned_prefixes: [{prefixes}, {NAME}]"
    return case.refused("owned_prefixes", f"its name is not under {prefixes}", setting)


def _internal(case: _Case, observed: Observed) -> Refusal | None:
    state = observed.topics.get(case.change.name)
    is_internal = state is not None and state.belongs_to_kafka
    if case.spec.internal or not is_internal:
        return None
    return case.refused("internal", "it is one of Kafka's internal topics", "internal: true")


def _too_few_brokers(case: _Case, observed: Observed) -> Refusal | None:
    """Of a new topic that has more replicas than there are live brokers.

    Kafka does not create it either, unless the others are registered.
    """
    change = case.change
    if change.operation != CREATE or hazards.AVAILABILITY not in case.lacking:
        return None
    brokers = observed.brokers
    if not 0 < brokers < _replicas(change, observed):
        return None
    remedy = f"declare a replication_factor of at most {brokers}, or start more brokers"
    why = f"hazard {hazards.AVAILABILITY}: {remedy}"
    setting = f"{case.allow}, which helps only if the missing brokers are registered, but down"
    return case.refused("allow", why, setting)


def _replicas(change: TopicChange, observed: Observed) -> int:
    declared = change.new.replication_factor or BROKER_DEFAULT
    if declared != BROKER_DEFAULT:
        return declared
    return observed.defaults.replication_factor if observed.defaults else 1


def _protected(case: _Case) -> Refusal | None:
    change = case.change
    is_harmless = not case.harms and change.operation != DELETE
    if is_harmless or not case.spec.protected:
        return None
    setting = "protected: false"
    if case.lacking:
        setting = f"{setting} and {case.allow}"
    return case.refused("protected", "the topic is protected", setting)


def _not_allowed(case: _Case) -> Refusal | None:
    if not case.lacking:
        return None
    if case.is_purged:
        return _not_purged(case)
    why = f"hazard {', '.join(case.lacking)}"
    if case.change.operation == DELETE:
        why = "it is in use"
    return case.refused("allow", why, case.allow)


def _not_purged(case: _Case) -> Refusal:
    why = "it is not declared, and is purged with all its records"
    declaration = f"name: {NAME}, state: absent"
    if case.is_in_use:
        why = f"{why}, while in use"
        declaration = f"{declaration}, {case.allow}"
    return case.refused("allow", why, f"{{{declaration}}}")


def _is_in_use(change: TopicChange, idle_since: int) -> bool:
    """Whether a group reads it, or it has a young record. What cannot be read counts as use."""
    readers = change.evidence.readers
    if not isinstance(readers, Readers) or readers.active:
        return True
    times = change.evidence.times
    newest = times.newest if times else None
    if newest is None:
        return False
    return newest == UNKNOWN or newest > idle_since


def _destroyed(plan: Plan[TopicChange]) -> dict[Hashable, TopicChange]:
    """The deletions and the changes that remove records, by topic.

    Every deleted topic counts, even an empty one: a wrong declaration looks like that.
    """
    destroyed: dict[Hashable, TopicChange] = {}
    for change in plan.changes:
        removes_records = not _DESTRUCTIVE.isdisjoint(change.hazards)
        if change.operation == DELETE or removes_records:
            destroyed[change.key] = change
    return destroyed


def _created_again(plan: Plan[TopicChange], observed: Observed, idle_since: int) -> Iterator[str]:
    """Warns of clients that may create a deleted topic again, because they still use it."""
    if not observed.defaults or not observed.defaults.auto_create_topics:
        return
    deletions = [change for change in plan.changes if change.operation == DELETE]
    used = [change.name for change in deletions if _is_in_use(change, idle_since)]
    if not used:
        return
    topics = some(KIND, used)
    them = "it" if len(used) == 1 else "them"
    yield (
        f"delete {topics}: in use, and auto.create.topics.enable is true on the broker, so a"
        f" client may create {them} again at once, with the broker's defaults;"
        f" stop the producers and consumers of {them} first"
    )


def _remapped_keys(plan: Plan[TopicChange]) -> Iterator[str]:
    """Warns of what more partitions mean to readers of the topic, even where they are allowed."""
    for change in plan.changes:
        noticed = _noticed(change.evidence)
        if noticed and hazards.KEY_ORDER in change.hazards:
            yield f"{change.title}: keys move to other partitions; {'; '.join(noticed)}"


def _noticed(evidence: Evidence) -> list[str]:
    noticed = []
    if evidence.compacted:
        noticed.append("it is compacted, so old values of a key stay behind")
    groups: Plain = UNKNOWN
    if isinstance(evidence.readers, Readers):
        groups = [*evidence.readers.committed]
    if groups:
        committed = f"groups have committed to it ({to_line({'groups': groups})})"
        noticed.append(f"{committed}, so they may read the records of a key out of order")
    return noticed


def _steps(change: TopicChange, observed: Observed) -> str:
    """What the change does, for a reader without the diff.

    Such as `retention.ms from 1 to 2`.
    """
    old, new = change.old, change.new
    if change.operation == ADD_PARTITIONS:
        return f"from {old.partitions} to {new.partitions}"
    if change.operation == REASSIGN and new.replication_factor is not None:
        return f"from {old.replication_factor} to {new.replication_factor} replicas"
    if change.operation != ALTER_CONFIG:
        return ""
    return ", ".join(_config_steps(change, observed))


def _config_steps(change: TopicChange, observed: Observed) -> Iterator[str]:
    before = change.old.config or {}
    inherited = observed.topics[change.name].inherited
    defaults = default_config(observed.defaults)
    for key, value in change.config.items():
        old_default = readable(key, inherited.get(key))
        new_default = readable(key, defaults.get(key))
        old_value = readable(key, before[key])
        new_value = readable(key, value)
        old = _shown(old_value, old_default)
        new = _shown(new_value, new_default)
        yield f"{key} from {old} to {new}"


def _shown(value: str | None, default: str | None) -> str:
    if value is not None:
        return value
    if default is None:
        return "the default (unknown)"
    return f"the default ({default})"
