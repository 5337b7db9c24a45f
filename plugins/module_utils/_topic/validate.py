# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Has the broker validate a plan, which applies nothing.

The broker judges its policies, values, the principal's rights and the placement of replicas.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from typing import Protocol

from .._cluster.gateway.clusters import Clusters
from .._cluster.gateway.configs import Configs
from .._core.errors import ClusterUnreachable
from .._core.guard import impossible
from .._core.plan import Plan, Refusal, Unvalidated, Validation
from .._kafka.errors import INVALID_CONFIG, TOPIC_AUTHORIZATION_FAILED, Rejection
from .._kafka.operations import DESCRIBE_CONFIGS
from .apply import APPLIERS, MOVE_ACL, Writing, batched, cause_of, explain, is_made, send
from .change import (
    ADD_PARTITIONS,
    ALTER_CONFIG,
    CANCEL_REASSIGN,
    CREATE,
    DELETE,
    ELECT_LEADERS,
    LIFT_THROTTLE,
    REASSIGN,
    TopicChange,
    reason_of,
)
from .config import unknown_key_hint
from .config_keys import KEYS
from .state import Observed

_MOVES_NOT_VALIDATED = "Kafka validates no move of replicas; the right to move them was looked up"
_NOT_VALIDATED = {
    DELETE: "Kafka validates no deletion; the right to delete was looked up",
    REASSIGN: _MOVES_NOT_VALIDATED,
    CANCEL_REASSIGN: _MOVES_NOT_VALIDATED,
    LIFT_THROTTLE: "a throttle spans brokers and topics; the right to lift it was looked up",
    ELECT_LEADERS: "Kafka validates no election; the right to hold one was looked up",
}
_UNREADABLE = (
    f"the principal needs the ACL operation {DESCRIBE_CONFIGS} on the topic, to read what it has"
    " created"
)
_LOCAL = "validate is local: not shown to the broker"


class Validating(Writing, Clusters, Protocol):
    """The APIs that validate."""


def validate_by_broker(
    gateway: Validating, plan: Plan[TopicChange], observed: Observed
) -> Validation:
    """Asks about every change that Kafka can validate, and looks up the right to delete.

    Raises ClusterUnreachable if an answer is lost.
    """
    refusals: list[Refusal] = []
    unvalidated: list[Unvalidated] = []
    moving = {change.name for change in plan.changes if change.operation == REASSIGN}
    for operation, batch in batched(plan, observed.defaults):
        if operation in _NOT_VALIDATED:
            for change in batch:
                unvalidated.append(_unvalidated(change, _NOT_VALIDATED[operation]))
                why = _lacking(gateway, change, observed)
                if why:
                    reason = reason_of(operation, why)
                    refusals.append(impossible(change.name, reason, operation))
            continue
        asked = _judgeable(batch, moving)
        answers = send(gateway, operation, asked, validate_only=True)
        for change in batch:
            answer = answers.get(change.name)
            if answer is None:
                continue
            if is_made(change, answer):
                why = f"changed by another client meanwhile: {answer}"
                unvalidated.append(_unvalidated(change, why))
                continue
            if answer.lost:
                why = explain(change, answer)
                raise ClusterUnreachable(f"cannot have the plan validated: {why}")
            cause = cause_of(change, answer)
            if answer.code == INVALID_CONFIG:
                # a broker names one unknown key of a topic each time
                cause += _doubtful(change, observed, answer.message)
            reason = reason_of(operation, cause)
            refusals.append(impossible(change.name, reason, operation))
    return Validation((*refusals, *_unreadable(gateway, plan)), tuple(unvalidated))


def _unreadable(gateway: Configs, plan: Plan[TopicChange]) -> Iterator[Refusal]:
    """The new topics that the run could not verify: Kafka refuses that before they exist, too."""
    created = [change.name for change in plan.changes if change.operation == CREATE]
    for name, answer in gateway.describe_configs(created).items():
        if isinstance(answer, Rejection) and answer.code == TOPIC_AUTHORIZATION_FAILED:
            reason = reason_of(CREATE, _UNREADABLE)
            yield impossible(name, reason, CREATE)


def _judgeable(batch: Sequence[TopicChange], moving: Collection[str]) -> Sequence[TopicChange]:
    """Without the brokers of partitions that are added after a move.

    Kafka wants as many for each as the first partition has now.
    """
    judgeable = []
    for change in batch:
        is_growth = change.operation == ADD_PARTITIONS
        if is_growth and change.name in moving:
            shape = change.new._replace(assignments=None)
            change = replace(change, declared=shape)
        judgeable.append(change)
    return judgeable


def unvalidated_locally(plan: Plan[TopicChange], observed: Observed) -> Validation:
    """With `validate: local` the broker is not asked at all."""
    unvalidated = []
    for change in plan.changes:
        why = f"{_LOCAL}{_doubtful(change, observed)}"
        unvalidated.append(_unvalidated(change, why))
    return Validation((), tuple(unvalidated))


def _doubtful(change: TopicChange, observed: Observed, told: str = "") -> str:
    """The keys of a change that nothing shows to be Kafka's, without those that `told` names."""
    doubtful = []
    for key, value in change.config.items():
        is_known = key in KEYS or key in observed.config_keys
        if value is not None and not is_known and key not in told:
            doubtful.append(f"{key}{unknown_key_hint(key)}")
    if not doubtful:
        return ""
    return f"; config keys unknown to this collection: {', '.join(doubtful)}"


def _unvalidated(change: TopicChange, why: str) -> Unvalidated:
    return Unvalidated(change.name, change.operation, why)


def _lacking(gateway: Clusters, change: TopicChange, observed: Observed) -> str:
    """Why a change that Kafka does not validate would fail; empty where nothing speaks for it."""
    if change.operation == DELETE:
        return _why_not_deleted(change.name, observed)
    return _why_not_moved(gateway, change, observed)


def _why_not_moved(gateway: Clusters, change: TopicChange, observed: Observed) -> str:
    """A throttle is config of the brokers and of the topic."""
    operations = gateway.describe_cluster().operations
    state = observed.topics.get(change.name)
    needed = []
    if change.operation != LIFT_THROTTLE:
        needed.append(("ALTER", operations, MOVE_ACL))
    if change.sets_throttle:
        needed.append(("ALTER_CONFIGS", operations, "ALTER_CONFIGS on the cluster"))
        of_topic = state.operations if state else None
        needed.append(("ALTER_CONFIGS", of_topic, APPLIERS[ALTER_CONFIG].acl))
    for operation, allowed, acl in needed:
        if allowed is not None and operation not in allowed:
            return f"the principal needs the ACL operation {acl}"
    return ""


def _why_not_deleted(name: str, observed: Observed) -> str:
    """By what was observed; empty where nothing speaks against it."""
    if observed.defaults and not observed.defaults.delete_topics:
        return "the brokers forbid it (delete.topic.enable=false)"
    state = observed.topics.get(name)
    if state is None or state.operations is None or "DELETE" in state.operations:
        return ""
    return f"the principal needs the ACL operation {APPLIERS[DELETE].acl}"
