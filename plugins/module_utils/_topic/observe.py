# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads the topics that a run is about, with as few requests as Kafka allows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Protocol, TypeVar

from .._cluster.gateway.clusters import Clusters
from .._cluster.gateway.configs import Config, Configs
from .._cluster.gateway.replicas import Replicas
from .._cluster.gateway.topics import Topic, Topics
from .._core.errors import NotAuthorized, StateError
from .._core.problems import Problem
from .._core.wording import because, some
from .._kafka.errors import TOPIC_AUTHORIZATION_FAILED, UNKNOWN_TOPIC, Answers, Rejection
from .._kafka.moves import Layout
from .._kafka.operations import DESCRIBE, DESCRIBE_CONFIGS
from .._kafka.throttles import LeftOver
from .config import default_of, depends_on_version
from .config_keys import KEYS
from .spec import TopicSet
from .state import BrokerDefaults, Observed, TopicState

# the principal may not be allowed to read the config of the first one
_ASKED_FOR_KEYS = 10

T = TypeVar("T")


class Describing(Topics, Configs, Protocol):
    """The APIs that read topics."""


class Observing(Describing, Clusters, Protocol):
    """The APIs that read all that a declaration is compared with."""

    def replicas(self) -> Replicas: ...


def observe_declared(gateway: Observing, declared: TopicSet) -> Observed:
    """The declared topics and, for a purge, all under the owned prefixes.

    Raises NotAuthorized, which names the missing ACL operation.
    """
    names = set(declared.topics)
    if declared.purge:
        names |= {name for name in gateway.list_topics() if declared.owns(name)}
    observed = observe_names(gateway, names)
    config_keys = observed.config_keys
    if not config_keys and _needs_config_keys(declared):
        config_keys = _config_keys(gateway)
    cluster = gateway.describe_cluster()
    defaults = None
    if _needs_defaults(declared, observed):
        defaults = broker_defaults(gateway)
    layout = _layout(gateway, declared, observed)
    return observed._replace(
        defaults=defaults,
        config_keys=config_keys,
        cluster_id=cluster.cluster_id,
        brokers=len(cluster.brokers),
        layout=layout,
        left=_left(gateway, declared, observed, layout),
    )


def observe_names(gateway: Describing, names: Iterable[str]) -> Observed:
    """The topics of these names that exist.

    A topic is absent if Kafka answers UNKNOWN_TOPIC_OR_PARTITION, not if a listing leaves it out.
    """
    found = describe_names(gateway, names)
    if not found:
        return Observed({})
    configs = _existing(gateway.describe_configs(list(found)), DESCRIBE_CONFIGS)
    topics = {name: _state(found[name], config) for name, config in configs.items()}
    config_keys: frozenset[str] = frozenset()
    for config in configs.values():
        config_keys = _keys(config)
        break
    return Observed(topics, config_keys=config_keys)


def _keys(config: Config) -> frozenset[str]:
    """A broker shows all that it knows."""
    return frozenset([*config.own, *config.inherited])


def _needs_config_keys(declared: TopicSet) -> bool:
    """Whether a declared key is one that not every Kafka has."""
    for spec in declared.topics.values():
        if any(depends_on_version(key) for key in spec.config):
            return True
    return False


def _config_keys(gateway: Describing) -> frozenset[str]:
    """The keys that any topic shows; empty where the principal may read the config of none."""
    some_topics = sorted(gateway.list_topics())[:_ASKED_FOR_KEYS]
    if not some_topics:
        return frozenset()
    for answer in gateway.describe_configs(some_topics).values():
        if not isinstance(answer, Rejection):
            return _keys(answer)
    return frozenset()


def describe_names(gateway: Topics, names: Iterable[str]) -> Mapping[str, Topic]:
    """The layout of the topics of these names that exist. Raises as observe_names does."""
    wanted = sorted(names)
    if not wanted:
        return {}
    return _existing(gateway.describe_topics(wanted), DESCRIBE)


def _existing(answers: Answers[T], operation: str) -> Mapping[str, T]:
    """The answers about topics that exist; `operation`: the ACL operation that the answers need."""
    found: dict[str, T] = {}
    refused: dict[str, Rejection] = {}
    for name, answer in answers.items():
        if not isinstance(answer, Rejection):
            found[name] = answer
        elif answer.code != UNKNOWN_TOPIC:
            refused[name] = answer
    if refused:
        raise _unreadable(refused, operation)
    return found


def _unreadable(refused: Mapping[str, Rejection], operation: str) -> StateError:
    hidden = []
    errors = []
    field = "config" if operation == DESCRIBE_CONFIGS else "name"
    for name, answer in refused.items():
        if answer.code == TOPIC_AUTHORIZATION_FAILED:
            hidden.append(name)
            problem = Problem(f"topic '{name}'", field, str(answer))
            errors.append(problem._asdict())
    if hidden:
        needed = f"the principal needs the ACL operation {operation} on each"
        topics = some("topic", hidden)
        message = f"cannot read the config of {topics}: {needed}"
        if operation != DESCRIBE_CONFIGS:
            why = "without it Kafka does not tell whether one exists"
            message = f"cannot describe {topics}: {needed}; {why}"
        return NotAuthorized(message, errors=errors)
    reasons = [f"describe topic {name}: {answer}" for name, answer in refused.items()]
    return StateError(because("cannot read topics", reasons))


def _state(topic: Topic, config: Config) -> TopicState:
    replicas = {partition.id: partition.replicas for partition in topic.partitions}
    in_sync = {partition.id: partition.isr for partition in topic.partitions}
    leaders = {partition.id: partition.leader for partition in topic.partitions}
    wanted = [len(brokers) for brokers in replicas.values()]
    present = [len(brokers) for brokers in in_sync.values()]
    lacking = [
        number for number, brokers in in_sync.items() if len(brokers) < len(replicas[number])
    ]
    leaderless = [number for number, leader in leaders.items() if leader is None]
    return TopicState(
        name=topic.name,
        partitions=len(topic.partitions),
        replication_factor=min(wanted, default=0),
        config={key: value or "" for key, value in config.own.items()},
        inherited=config.inherited,
        internal=topic.internal,
        replicas_in_sync=min(present, default=0),
        under_replicated=len(lacking),
        offline=len(leaderless),
        operations=topic.operations,
        replicas=replicas,
        leaders=leaders,
        # mostly they are the same, which is kept once
        in_sync=replicas if in_sync == replicas else in_sync,
        topic_id=topic.topic_id,
    )


def broker_defaults(gateway: Configs) -> BrokerDefaults | None:
    """What one broker's configuration says; None where the principal may not read it."""
    broker = gateway.describe_broker_config()
    if isinstance(broker, Rejection):
        return None
    config: dict[str, str] = {}
    for key in sorted(KEYS):
        value = default_of(key, broker)
        if value is not None:
            config[key] = value
    return BrokerDefaults(
        partitions=int(broker.get("num.partitions") or 1),
        replication_factor=int(broker.get("default.replication.factor") or 1),
        config=config,
        auto_create_topics=broker.get("auto.create.topics.enable") == "true",
        delete_topics=broker.get("delete.topic.enable") == "true",
    )


def _needs_defaults(declared: TopicSet, observed: Observed) -> bool:
    """Whether the plan depends on them.

    A new topic and an unset key get the defaults, and the brokers may forbid every deletion.
    """
    for name in observed.topics:
        if name not in declared.topics:
            return True
    for name, spec in declared.topics.items():
        exists = name in observed.topics
        if spec.state == "absent":
            is_changed = exists
        else:
            is_changed = not exists or spec.purge_config or bool(spec.unset_keys)
        if is_changed:
            return True
    return False


def _layout(gateway: Observing, declared: TopicSet, observed: Observed) -> Layout | None:
    """Where replicas are, if that matters; None if it may matter, but cannot be read."""
    is_needed = _needs_layout(declared, observed)
    states = [observed.topics[name] for name in declared.topics if name in observed.topics]
    may_be_moving = any(state.may_be_moving for state in states)
    if not is_needed and not may_be_moving:
        return None
    from .._move.layout import read_layout, read_under_way

    try:
        return read_layout(gateway)
    except StateError:
        if is_needed:
            raise
    try:
        # a move that cannot be measured is still one
        return read_under_way(gateway)
    except StateError:
        return None


def _left(
    gateway: Observing, declared: TopicSet, observed: Observed, layout: Layout | None
) -> LeftOver | None:
    """The throttles that a killed run has left on declared topics of which nothing moves."""
    if layout is None:
        return None
    moving = {place.topic for place in layout.under_way}
    throttled = set()
    for name, state in observed.topics.items():
        if state.is_throttled and name in declared.topics:
            throttled.add(name)
    if throttled <= moving:
        return None
    from .._move.braking import left_over

    return left_over(gateway, declared.brake.folder, throttled, moving)


def _needs_layout(declared: TopicSet, observed: Observed) -> bool:
    """Whether the plan may place or move replicas, or take that back."""
    if declared.cancel_moves:
        return True
    for name, spec in declared.topics.items():
        state = observed.topics.get(name)
        if state is not None and spec.may_move(state.replicas):
            return True
        if state is None and spec.is_placed and spec.state == "present":
            return True
    return False
