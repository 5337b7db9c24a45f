# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes planned changes, with one applier for each operation, in batches that Kafka takes.

Every change has its own outcome.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from itertools import groupby
from operator import attrgetter
from typing import NamedTuple, Protocol

from .._cluster.gateway.clusters import Clusters
from .._cluster.gateway.configs import Configs
from .._cluster.gateway.replicas import Replicas
from .._cluster.gateway.topics import NewPartitions, NewTopic, Topics
from .._core.batch import batches
from .._core.change import Outcome
from .._core.plan import Plan
from .._core.resource import Applied, Tell
from .._kafka.errors import (
    CLUSTER_AUTHORIZATION_FAILED,
    INVALID_CONFIG,
    INVALID_PARTITIONS,
    TOPIC_ALREADY_EXISTS,
    TOPIC_AUTHORIZATION_FAILED,
    UNKNOWN_SERVER_ERROR,
    UNKNOWN_TOPIC,
    Acknowledgements,
    Rejection,
)
from .._kafka.moves import Brake
from .change import (
    ADD_PARTITIONS,
    ALTER_CONFIG,
    BROKER_DEFAULT,
    CREATE,
    DELETE,
    OF_REPLICAS,
    REASSIGN,
    TopicChange,
)
from .config import unknown_key_hint
from .hazards import IN_SYNC
from .state import BrokerDefaults, Observed

# The controller makes at most 10,000 metadata records (topics, partitions, config keys) for one
# request, and refuses a request beyond that as a whole. There are as few requests as possible: the
# topics of the second show only when the logs of the first are made. The margin is for records
# that we count differently.
MOST_RECORDS = 9_900
_TOO_LARGE = "excessively large"  # the error code alone may also mean a policy
# Brokers on small machines make 150-170 logs a second, and bulk changes wait for that.
_LOGS_PER_SECOND = 50
_SECONDS_TO_SHOW = 10
_ASSUMED_REPLICAS = 3  # where the broker's default decides
MOVE_ACL = "ALTER on the cluster"
_NO_ANSWER = "not tried, since answers were lost (run again)"
_NO_DELETION = "not tried, since nothing is deleted after a failure"
_NO_STEP = "not tried, since the change of this topic before it was not made"


class Writing(Topics, Configs, Protocol):
    """The APIs that write changes of topics."""


class Applying(Writing, Clusters, Protocol):
    """The same, and those that move replicas."""

    def replicas(self) -> Replicas: ...


class Applier(NamedTuple):
    """How one operation is sent, and the ACL that it needs."""

    send: Callable[[Writing, Sequence[TopicChange], bool], Acknowledgements]
    acl: str


def apply_changes(
    gateway: Applying, plan: Plan[TopicChange], observed: Observed, brake: Brake, tell: Tell
) -> Applied:
    """Applies all changes and says what became of each.

    Nothing is deleted once a change has failed or is unknown, nothing more of a topic is sent once
    its replicas did not move, and nothing at all once the cluster has stopped answering: such
    changes stay pending.
    """
    outcomes: list[Outcome] = []
    warnings: list[str] = []
    is_silent = has_failed = False
    for operation, batch in batched(plan, observed.defaults):
        if is_silent:
            outcomes += _untried(batch, _NO_ANSWER)
            continue
        if has_failed and operation == DELETE:
            outcomes += _untried(batch, _NO_DELETION)
            continue
        held = _held_back(operation, batch, outcomes, brake)
        outcomes += held.outcomes
        warnings += held.warnings
        names = {outcome.change.name for outcome in held.outcomes}
        batch = [change for change in batch if change.name not in names]
        if not batch:
            continue
        if operation in OF_REPLICAS:
            # most runs move nothing
            from .reassign import APPLIERS_OF_REPLICAS

            moved = APPLIERS_OF_REPLICAS[operation](gateway, batch, observed, brake, tell)
            outcomes += moved.outcomes
            warnings += moved.warnings
        else:
            answers = send(gateway, operation, batch, validate_only=False)
            outcomes += [_outcome(change, answers.get(change.name)) for change in batch]
            is_silent = all(answer is not None and answer.lost for answer in answers.values())
        has_failed = any(outcome.status in ("failed", "unknown") for outcome in outcomes)
    return Applied(outcomes, warnings)


def send(
    gateway: Writing, operation: str, batch: Sequence[TopicChange], validate_only: bool
) -> Acknowledgements:
    """Sends one batch; in halves if the controller refuses it all because it is too large.

    The controller counts partitions by its own defaults, which need not be known here.
    """
    answers = APPLIERS[operation].send(gateway, batch, validate_only)
    if len(batch) == 1 or not _is_too_large(answers):
        return answers
    middle = len(batch) // 2
    first = send(gateway, operation, batch[:middle], validate_only)
    second = send(gateway, operation, batch[middle:], validate_only)
    return {**first, **second}


def _is_too_large(answers: Acknowledgements) -> bool:
    rejections = [answer for answer in answers.values() if answer is not None]
    return any(_TOO_LARGE in rejection.message.lower() for rejection in rejections)


def seconds_to_show(plan: Plan[TopicChange]) -> float:
    """How long the brokers may take until every change is visible."""
    logs = sum(_logs(change) for change in plan.changes)
    return _SECONDS_TO_SHOW + logs / _LOGS_PER_SECOND


def _halted(outcomes: Iterable[Outcome], operation: str) -> set[str]:
    """The topics of which a change before this one is not made.

    With min.insync.replicas above its replicas, a topic takes no writes: none goes alone.
    """
    names = set()
    for outcome in outcomes:
        change = outcome.change
        is_about_replicas = REASSIGN in (operation, change.operation)
        if is_about_replicas and outcome.status not in ("applied", "overtaken", "deferred"):
            names.add(change.name)
    return names


def _held_back(
    operation: str, batch: Sequence[TopicChange], outcomes: Sequence[Outcome], brake: Brake
) -> Applied:
    """What is not sent because of changes before it."""
    halted = _halted(outcomes, operation)
    untried = _untried((change for change in batch if change.name in halted), _NO_STEP)
    early = [] if brake.wait else _early(batch, outcomes)
    left = [change for change in early if change.name not in halted]
    if not left:
        return Applied(untried)
    # most runs move nothing
    from .._move.outcome import left_to_a_later_run

    deferred = left_to_a_later_run(left)
    return Applied([*untried, *deferred.outcomes], deferred.warnings)


def _early(batch: Iterable[TopicChange], outcomes: Iterable[Outcome]) -> list[TopicChange]:
    """What needs replicas that are on their way.

    With min.insync.replicas above those that have arrived, a topic takes no writes.
    """
    changes = [outcome.change for outcome in outcomes]
    moving = {change.name for change in changes if change.operation == REASSIGN}
    early = []
    for change in batch:
        needs_replicas = change.operation == ADD_PARTITIONS or IN_SYNC in change.config
        if needs_replicas and change.name in moving:
            early.append(change)
    return early


def _untried(batch: Iterable[TopicChange], why: str) -> list[Outcome]:
    return [Outcome(change, "pending", why) for change in batch]


def _outcome(change: TopicChange, answer: Rejection | None) -> Outcome:
    if answer is None:
        return Outcome(change, "applied")
    cause = cause_of(change, answer)
    if is_made(change, answer):
        return Outcome(change, "overtaken", cause)
    # these answers do not prove that the controller refused
    if answer.lost or answer.code == UNKNOWN_SERVER_ERROR:
        return Outcome(change, "unknown", cause)
    return Outcome(change, "failed", cause)


def explain(change: TopicChange, answer: Rejection) -> str:
    """Verb, subject and cause."""
    return f"{change.title}: {cause_of(change, answer)}"


def cause_of(change: TopicChange, answer: Rejection) -> str:
    """What a broker answered and, where we know it, the remedy."""
    text = str(answer)
    if answer.code in (TOPIC_AUTHORIZATION_FAILED, CLUSTER_AUTHORIZATION_FAILED):
        acl = APPLIERS[change.operation].acl
        return f"{text} (the principal needs the ACL operation {acl})"
    if answer.code == INVALID_CONFIG:
        for key in change.config:
            if key in answer.message:
                text += unknown_key_hint(key)
    return text


def batched(
    plan: Plan[TopicChange], defaults: BrokerDefaults | None
) -> Iterator[tuple[str, list[TopicChange]]]:
    """The plan's changes in its order, in as few requests as Kafka takes, of one operation each."""
    records = partial(_records, defaults=defaults)
    # in the order of the plan
    for operation, changes in groupby(plan.changes, attrgetter("operation")):
        for batch in batches([*changes], MOST_RECORDS, records):
            yield operation, batch


def _create(
    gateway: Writing, changes: Sequence[TopicChange], validate_only: bool
) -> Acknowledgements:
    new = []
    for change in changes:
        partitions = change.new.partitions or BROKER_DEFAULT
        replicas = change.new.replication_factor or BROKER_DEFAULT
        config = {key: value for key, value in change.config.items() if value is not None}
        assignments = tuple(change.targets.values())
        new.append(NewTopic(change.name, partitions, replicas, config, assignments))
    return gateway.create_topics(new, validate_only)


def _add_partitions(
    gateway: Writing, changes: Sequence[TopicChange], validate_only: bool
) -> Acknowledgements:
    new = {}
    for change in changes:
        total = change.new.partitions or 0
        assignments = tuple(change.targets.values())
        new[change.name] = NewPartitions(total, assignments)
    return gateway.create_partitions(new, validate_only)


def _alter_config(
    gateway: Writing, changes: Sequence[TopicChange], validate_only: bool
) -> Acknowledgements:
    alterations = {change.name: change.config for change in changes}
    return gateway.incremental_alter_configs(alterations, validate_only)


def _delete(
    gateway: Writing, changes: Sequence[TopicChange], _validate_only: bool
) -> Acknowledgements:
    return gateway.delete_topics([change.name for change in changes])


def _logs(change: TopicChange) -> int:
    """How many logs the brokers make or delete, as far as that is known."""
    if change.operation == ALTER_CONFIG or change.operation in OF_REPLICAS:
        return 0
    partitions = max(change.new.partitions or 1, 1)
    replicas = change.new.replication_factor or BROKER_DEFAULT
    if replicas == BROKER_DEFAULT:
        replicas = _ASSUMED_REPLICAS
    return partitions * replicas


def _records(change: TopicChange, defaults: BrokerDefaults | None) -> int:
    """How many metadata records the controller makes for the change."""
    if change.operation == DELETE:
        return 1
    if change.operation in OF_REPLICAS:
        return 0
    if change.operation == ADD_PARTITIONS:
        present = change.old.partitions or 0
        wanted = change.new.partitions or 0
        return wanted - present
    records = len(change.config)
    if "min.insync.replicas" in change.config:
        # with ELR (Kafka 4.1 on) this key makes a second record, which clears the eligible leaders
        records += 1
    if change.operation == CREATE:
        records += 1 + _new_partitions(change, defaults)
    return records


def _new_partitions(change: TopicChange, defaults: BrokerDefaults | None) -> int:
    partitions = change.new.partitions or 0
    if partitions != BROKER_DEFAULT:
        return partitions
    return defaults.partitions if defaults else 1


def is_made(change: TopicChange, answer: Rejection) -> bool:
    """Whether Kafka refuses the change because another client has already made the same one."""
    if change.operation == CREATE:
        return answer.code == TOPIC_ALREADY_EXISTS
    if change.operation == ADD_PARTITIONS:
        # "Topic already has n partition(s)", as opposed to "would not be an increase"
        return answer.code == INVALID_PARTITIONS and "already has" in answer.message
    return change.operation == DELETE and answer.code == UNKNOWN_TOPIC


APPLIERS: Mapping[str, Applier] = {
    CREATE: Applier(_create, "CREATE on the topic or the cluster"),
    ADD_PARTITIONS: Applier(_add_partitions, "ALTER on the topic"),
    ALTER_CONFIG: Applier(_alter_config, "ALTER_CONFIGS on the topic"),
    DELETE: Applier(_delete, "DELETE on the topic"),
}
