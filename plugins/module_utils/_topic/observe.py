# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads the topics that a run is about, in as few requests as Kafka allows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Protocol, TypeVar

from .._cluster.gateway.clusters import Clusters
from .._cluster.gateway.configs import Configs, ConfigValue
from .._cluster.gateway.topics import Topic, Topics
from .._core.batch import batches
from .._core.errors import NotAuthorized, StateError
from .._core.wording import because, some
from .._kafka.errors import TOPIC_AUTHORIZATION_FAILED, UNKNOWN_TOPIC, Answers, Rejection
from .config import default_of
from .config_keys import KEYS
from .spec import TopicSet
from .state import BrokerDefaults, Observed, TopicState

# A broker answers with all 37 keys of each topic; 250 topics a request are fastest and smallest.
_CONFIG_BATCH = 250

T = TypeVar("T")


class Described(Topics, Configs, Protocol):
    """What topics are read by."""


class Observing(Described, Clusters, Protocol):
    """What a declaration is compared by."""


def observe_declared(gateway: Observing, declared: TopicSet) -> Observed:
    """The declared topics and, for a purge, all under the owned prefixes.

    Raises NotAuthorized, naming the missing ACL operation.
    """
    names = set(declared.topics)
    if declared.purge:
        names |= {name for name in gateway.list_topics() if declared.owns(name)}
    observed = observe_names(gateway, names)
    cluster = gateway.describe_cluster()
    defaults = broker_defaults(gateway) if _needs_defaults(declared, observed) else None
    return replace(
        observed, defaults=defaults, cluster_id=cluster.cluster_id, brokers=len(cluster.brokers)
    )


def observe_names(gateway: Described, names: Iterable[str]) -> Observed:
    """The topics of these names that exist.

    Absent is what Kafka answers with UNKNOWN_TOPIC_OR_PARTITION, never what a listing leaves out.
    """
    found = describe_names(gateway, names)
    topics: dict[str, TopicState] = {}
    keys: frozenset[str] = frozenset()
    for batch in batches(found, _CONFIG_BATCH):
        configs = _existing(gateway.describe_configs(batch), "DESCRIBE_CONFIGS")
        for name, config in configs.items():
            topics[name] = _state(found[name], config)
            keys = keys or frozenset(config)
    return Observed(topics, config_keys=keys)


def describe_names(gateway: Topics, names: Iterable[str]) -> Mapping[str, Topic]:
    wanted = sorted(names)
    return _existing(gateway.describe_topics(wanted) if wanted else {}, "DESCRIBE")


def _existing(answers: Answers[T], operation: str) -> Mapping[str, T]:
    refused = {
        name: answer
        for name, answer in answers.items()
        if isinstance(answer, Rejection) and answer.code != UNKNOWN_TOPIC
    }
    hidden = [name for name, answer in refused.items() if answer.code == TOPIC_AUTHORIZATION_FAILED]
    if hidden:
        needed = (
            f"the principal needs the ACL operation {operation} on each;"
            " without it Kafka does not tell whether one exists"
        )
        raise NotAuthorized(
            f"cannot describe {some('topic', hidden)}: {needed}",
            errors=[
                {"where": f"topic '{name}'", "field": "name", "message": str(refused[name])}
                for name in hidden
            ],
        )
    if refused:
        raise StateError(
            because(
                "cannot read topics",
                [f"describe topic {name}: {answer}" for name, answer in refused.items()],
            )
        )
    return {name: answer for name, answer in answers.items() if not isinstance(answer, Rejection)}


def _state(topic: Topic, config: Mapping[str, ConfigValue]) -> TopicState:
    replicas = [len(partition.replicas) for partition in topic.partitions]
    return TopicState(
        name=topic.name,
        partitions=len(topic.partitions),
        replication_factor=min(replicas, default=0),
        config={key: entry.value or "" for key, entry in config.items() if entry.overridden},
        inherited={key: entry.value for key, entry in config.items() if not entry.overridden},
        internal=topic.internal,
        replicas_in_sync=min((len(partition.isr) for partition in topic.partitions), default=0),
        under_replicated=sum(
            len(partition.isr) < len(partition.replicas) for partition in topic.partitions
        ),
        offline=sum(partition.leader is None for partition in topic.partitions),
        operations=topic.operations,
    )


def broker_defaults(gateway: Configs) -> BrokerDefaults | None:
    """By the configuration of one broker; None where the principal may not read it."""
    broker = gateway.describe_broker_config()
    if isinstance(broker, Rejection):
        return None
    config = {key: default_of(key, broker) for key in sorted(KEYS)}
    return BrokerDefaults(
        partitions=int(broker.get("num.partitions") or 1),
        replication_factor=int(broker.get("default.replication.factor") or 1),
        config={key: value for key, value in config.items() if value is not None},
        auto_create_topics=broker.get("auto.create.topics.enable") == "true",
        delete_topics=broker.get("delete.topic.enable") == "true",
    )


def _needs_defaults(declared: TopicSet, observed: Observed) -> bool:
    """Creations take the defaults up, unsets fall back to them, deletions may be forbidden."""
    gone = any(
        name not in declared.topics or declared.topics[name].state == "absent"
        for name in observed.topics
    )
    return gone or any(
        spec.state == "present"
        and (name not in observed.topics or spec.purge_config or None in spec.config.values())
        for name, spec in declared.topics.items()
    )
