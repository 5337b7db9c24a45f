# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads what a broker holds: where it is, what of it moves, and whether it takes more."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Protocol

from .._cluster.gateway.clusters import Clusters
from .._cluster.gateway.configs import Configs
from .._cluster.gateway.replicas import Replicas
from .._cluster.gateway.topics import Topic, Topics
from .._core.errors import NotAuthorized, StateError
from .._core.wording import because, some
from .._kafka.errors import (
    BROKER_NOT_AVAILABLE,
    CLUSTER_AUTHORIZATION_FAILED,
    TOPIC_AUTHORIZATION_FAILED,
    UNKNOWN_TOPIC,
    Rejection,
)
from .._kafka.moves import Layout
from .._kafka.operations import DESCRIBE, DESCRIBE_CONFIGS
from .._kafka.partitions import TopicPartition
from .._move.braking import left_over
from .._move.layout import read_layout
from .change import TOPIC
from .spec import BrokerSpec
from .state import CORDONS, Cordon, HeldPartition, HeldTopic, Observed


class Observing(Clusters, Topics, Configs, Protocol):
    """The APIs that tell what a broker holds."""

    def replicas(self) -> Replicas: ...


def observe_broker(gateway: Observing, declared: BrokerSpec) -> Observed:
    """Raises NotAuthorized, which names the missing ACL operation."""
    layout = read_layout(gateway)
    names = _names(gateway, declared, layout)
    topics = {}
    for name, topic in _described(gateway, names).items():
        held = _held(topic, declared.broker)
        if held.partitions:
            topics[name] = held
    cluster = gateway.describe_cluster()
    cordon = _cordon(gateway, declared.broker)
    moving = {place.topic for place in layout.under_way}
    left = left_over(gateway, declared.brake.folder, None, moving)
    return Observed(cluster.cluster_id, layout, topics, cordon, left)


def _names(gateway: Topics, declared: BrokerSpec, layout: Layout) -> Iterable[str]:
    """A listing leaves out what the principal may not describe, but the log dirs do not."""
    names: set[str] = set()
    if declared.only is None:
        names.update(gateway.list_topics())
        names.update(place.topic for place in layout.sizes)
        return names
    for kind, name in declared.only:
        if kind == TOPIC:
            names.add(name)
    return names


def _described(gateway: Topics, names: Iterable[str]) -> Mapping[str, Topic]:
    wanted = sorted(names)
    if not wanted:
        return {}
    found = {}
    hidden = []
    refused = []
    for name, answer in gateway.describe_topics(wanted).items():
        if not isinstance(answer, Rejection):
            found[name] = answer
        elif answer.code == TOPIC_AUTHORIZATION_FAILED:
            hidden.append(name)
        # what is left in a log dir of a topic that was deleted is no replica
        elif answer.code != UNKNOWN_TOPIC:
            refused.append(f"describe topic {name}: {answer}")
    if hidden:
        topics = some("topic", hidden)
        needed = f"the principal needs the ACL operation {DESCRIBE} on each"
        why = "without it nobody knows what the broker holds"
        raise NotAuthorized(f"cannot describe {topics}: {needed}; {why}")
    if refused:
        raise StateError(because("cannot read topics", refused))
    return found


def _held(topic: Topic, broker: int) -> HeldTopic:
    partitions = []
    for partition in topic.partitions:
        if broker in partition.replicas:
            place = TopicPartition(topic.name, partition.id)
            held = HeldPartition(place, partition.replicas, partition.leader, partition.isr)
            partitions.append(held)
    found = tuple(partitions)
    return HeldTopic(topic.name, found, topic.internal, topic.operations)


def _cordon(gateway: Configs, broker: int) -> Cordon | None:
    answer = gateway.describe_broker_configs([broker])[broker]
    if isinstance(answer, Rejection):
        if answer.code == BROKER_NOT_AVAILABLE:
            return None
        why = f"cannot read the config of broker {broker}: {answer}"
        if answer.code == CLUSTER_AUTHORIZATION_FAILED:
            right = f"{DESCRIBE_CONFIGS} on the cluster"
            raise NotAuthorized(f"{why} (the principal needs the ACL operation {right})")
        raise StateError(why)
    # an older Kafka takes any key, and shows it as set
    if not answer.knows(CORDONS):
        return None
    return Cordon(answer.value(CORDONS) or "", CORDONS in answer.own)
