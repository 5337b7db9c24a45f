# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The guards: what of a plan may not be done unless somebody has said so. Pure; each refusal names the one setting that lifts it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import partial

from .._core.change import UNKNOWN, Change
from .._core.diff import to_line
from .._core.guard import forbid, over_budget
from .._core.plan import Plan, Refusal
from .._core.policies import judge
from .._core.wording import some
from . import hazards
from .plan import ALTER_CONFIG, DELETE, KIND
from .policies import subjects
from .spec import TopicSet, TopicSpec
from .state import Observed

_DESTRUCTIVE = frozenset({hazards.DELETE, hazards.RETENTION_CUT, hazards.POLICY_SWITCH})


def refuse(plan: Plan, declared: TopicSet, observed: Observed, idle_since: str) -> Plan:
    """The weighed plan with what the guards and policies refuse, and what the policies warn of.

    `idle_since` (UTC, as in the evidence): a topic with a younger record is in use.
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


def _created_again(plan: Plan, observed: Observed, idle_since: str) -> Iterator[str]:
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


def _remapped_keys(plan: Plan) -> Iterator[str]:
    """What a reader of the topic will notice of more partitions, told even where it is allowed."""
    for change in plan.changes:
        groups = change.evidence.get("groups")
        readers = groups["committed"] if isinstance(groups, Mapping) else UNKNOWN
        found = {
            "it is compacted, so old values of a key stay behind": change.evidence.get("compacted"),
            f"groups have committed to it ({to_line({'groups': readers})}), so they may read the records of a key out of order": readers,
        }
        why = [reason for reason, present in found.items() if present]
        if hazards.KEY_ORDER in change.hazards and why:
            yield f"{change.title}: keys move to other partitions; {'; '.join(why)}"


def _refused(
    change: Change, what: str, declared: TopicSet, observed: Observed, idle_since: str
) -> Refusal | None:
    """By the first guard that forbids it: that of others' topics, of internal ones, of protected ones, of hazards."""
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


def _is_internal(change: Change, observed: Observed) -> bool:
    state = observed.topics.get(change.name)
    return state is not None and state.belongs_to_kafka


def _allowed(
    change: Change, spec: TopicSpec | None, declared: TopicSet, idle_since: str
) -> frozenset[str]:
    """An explicit `state: absent` is consent to delete a topic that is not in use."""
    allowed = declared.limits.allow | (spec.allow if spec else frozenset())
    consent = spec is not None and change.operation == DELETE and not _is_in_use(change, idle_since)
    return allowed | {hazards.DELETE} if consent else allowed


def _is_in_use(change: Change, idle_since: str) -> bool:
    """What cannot be read counts as use."""
    groups, newest = change.evidence.get("groups"), change.evidence.get("newest")
    active = bool(groups["active"]) if isinstance(groups, Mapping) else True
    # a year of five digits, as records with senseless timestamps have, is later than any of four
    return active or (
        isinstance(newest, str)
        and (newest == UNKNOWN or (len(newest), newest) > (len(idle_since), idle_since))
    )


def _destroyed(plan: Plan) -> dict[str, Change]:
    """Every topic that is deleted counts, even an empty one: a declaration that went wrong looks like that."""
    return {
        change.name: change
        for change in plan.changes
        if change.operation == DELETE or not _DESTRUCTIVE.isdisjoint(change.hazards)
    }


def _what(change: Change, observed: Observed) -> str:
    return f"{change.title}{_keys(change, observed)}"


def _keys(change: Change, observed: Observed) -> str:
    """What an alteration does to each key, for a reader without the diff."""
    before, after = (change.before or {}).get("config"), (change.after or {}).get("config")
    if (
        change.operation != ALTER_CONFIG
        or not isinstance(before, Mapping)
        or not isinstance(after, Mapping)
    ):
        return ""
    inherited = observed.topics[change.name].inherited
    defaults: Mapping[str, str] = observed.defaults.config if observed.defaults else {}
    steps = []
    for key in after:
        old = _shown(before[key], inherited.get(key))
        new = _shown(after[key], defaults.get(key))
        steps.append(f"{key} from {old} to {new}")
    return f" ({', '.join(steps)})"


def _shown(value: object, default: str | None) -> str:
    if value is not None:
        return str(value)
    return f"the default ({'unknown' if default is None else default})"
