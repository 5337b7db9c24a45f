# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The API of topics, in memory."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from ansible_collections.omninode.kafka.plugins.module_utils._cluster.gateway.topics import (
    NewPartitions,
    NewTopic,
    Partition,
    Topic,
)
from ansible_collections.omninode.kafka.plugins.module_utils._kafka.errors import (
    INVALID_PARTITIONS,
    TOPIC_ALREADY_EXISTS,
    Acknowledgements,
    Answers,
    Rejection,
)

from .cluster import Stored
from .session import INVALID_TOPIC, Decision, FakeSession, bad_name
from .topic_config import accepted

INVALID_REPLICATION_FACTOR = 38
INVALID_REPLICA_ASSIGNMENT = 39
INVALID_REQUEST = 42
DELETION_DISABLED = Rejection(73, "TOPIC_DELETION_DISABLED", "Topic deletion is disabled.")
NO_PARTITIONS = "Number of partitions was set to an invalid non-positive value."
OPERATIONS = frozenset(
    {"ALTER", "ALTER_CONFIGS", "CREATE", "DELETE", "DESCRIBE", "DESCRIBE_CONFIGS", "READ", "WRITE"}
)


class FakeTopics(FakeSession):
    """Implements Topics."""

    def list_topics(self) -> frozenset[str]:
        self._arrive("list_topics")
        return frozenset(self._seen) - self._cluster.denied["DESCRIBE"]

    def describe_topics(self, names: Sequence[str]) -> Answers[Topic]:
        self._arrive("describe_topics")
        is_stale = self._seen is not self._cluster.topics
        if is_stale and self._stale_reads < self._lag:
            self._stale_reads += 1
        else:
            self._seen = self._cluster.topics
            self._stale_reads = 0
        if repeated(names):
            twice = Rejection(-186, "_INVALID_ARG", "Duplicate topics not allowed")
            return dict.fromkeys(names, twice)
        answers: dict[str, Topic | Rejection] = {}
        for name in names:
            refused = self._unreadable(name, "DESCRIBE")
            answers[name] = refused or self._described(name)
        return answers

    def create_topics(self, topics: Iterable[NewTopic], validate_only: bool) -> Acknowledgements:
        asked = list(topics)
        twice = repeated(topic.name for topic in asked)

        def decide(name: str, topic: NewTopic) -> Decision:
            if name in twice:
                return Rejection(INVALID_REQUEST, "INVALID_REQUEST", "Duplicate topic name.")
            return self._created(topic)

        new = {topic.name: topic for topic in asked}
        records = 0
        for topic in new.values():
            records += 1 + self._partitions(topic) + len(topic.config)
        return self._write("create_topics", new, decide, records, validate_only)

    def create_partitions(
        self, new: Mapping[str, NewPartitions], validate_only: bool
    ) -> Acknowledgements:
        records = 0
        for name, partitions in new.items():
            topic = self._cluster.topics.get(name)
            if topic:
                records += partitions.total - len(topic.partitions)
        return self._write("create_partitions", new, self._grown, records, validate_only)

    def delete_topics(self, names: Sequence[str]) -> Acknowledgements:
        twice = repeated(names)

        def decide(name: str, _nothing: None) -> Decision:
            if name in twice:
                return Rejection(INVALID_REQUEST, "INVALID_REQUEST", "Broker: Invalid request")
            if self._cluster.broker_config["delete.topic.enable"] == "false":
                return DELETION_DISABLED
            return self._denied(name, "DELETE") or self._unknown(name)

        return self._write("delete_topics", dict.fromkeys(names), decide)

    def _described(self, name: str) -> Topic:
        topic = self._seen[name]
        operations = OPERATIONS - self._lacking(name)
        return Topic(name, topic.internal, topic.partitions, operations, topic.topic_id)

    def _created(self, topic: NewTopic) -> Decision:
        name = topic.name
        refused = self._denied(name, "CREATE") or bad_name(name) or self._name_taken(name)
        if refused:
            return refused
        config = accepted(topic.config)
        if isinstance(config, Rejection):
            return config
        partitions = self._partitions(topic)
        if partitions < 1:
            return Rejection(INVALID_PARTITIONS, "INVALID_PARTITIONS", NO_PARTITIONS)
        replicas = self._replicas(topic)
        refused = self._too_few_brokers(replicas) or self._policed("create", name, config)
        if refused:
            return refused
        placed = [*self._cluster.placed(range(partitions), replicas)]
        for number, brokers in enumerate(topic.assignments):
            closed = self._cluster.cordoned().intersection(brokers)
            if closed:
                return _cordoned(min(closed))
            placed[number] = Partition(number, brokers[0], brokers, brokers)
        return Stored(tuple(placed), config)

    def _name_taken(self, name: str) -> Rejection | None:
        if name in self._cluster.topics:
            why = f"Topic '{name}' already exists."
            return Rejection(TOPIC_ALREADY_EXISTS, "TOPIC_ALREADY_EXISTS", why)
        for other in self._cluster.topics:
            # the names of metrics have _ for the dots
            if other.replace(".", "_") == name.replace(".", "_"):
                why = f"Topic '{name}' collides with existing topic: {other}"
                return Rejection(INVALID_TOPIC, "TOPIC_EXCEPTION", why)
        return None

    def _too_few_brokers(self, replicas: int) -> Rejection | None:
        brokers = len(self._cluster.brokers) - len(self._cluster.cordoned())
        if 0 < replicas <= brokers:
            return None
        why = (
            f"Unable to replicate the partition {replicas} time(s): "
            f"The target replication factor of {replicas} cannot be reached "
            f"because only {brokers} broker(s) are registered."
        )
        return Rejection(INVALID_REPLICATION_FACTOR, "INVALID_REPLICATION_FACTOR", why)

    def _partitions(self, topic: NewTopic) -> int:
        if topic.partitions == -1:
            return int(self._cluster.broker_config["num.partitions"] or 1)
        return topic.partitions

    def _replicas(self, topic: NewTopic) -> int:
        if topic.replication_factor == -1:
            return int(self._cluster.broker_config["default.replication.factor"] or 1)
        return topic.replication_factor

    def _grown(self, name: str, new: NewPartitions) -> Decision:
        total = new.total
        refused = self._denied(name, "ALTER") or self._unknown(name)
        if refused:
            return refused
        topic = self._cluster.topics[name]
        live = len(topic.partitions)
        if total == live:
            why = f"Topic already has {live} partition(s)."
            return Rejection(INVALID_PARTITIONS, "INVALID_PARTITIONS", why)
        if total < live:
            currently = f"The topic {name} currently has {live} partition(s)"
            why = f"{currently}; {total} would not be an increase."
            return Rejection(INVALID_PARTITIONS, "INVALID_PARTITIONS", why)
        replicas = len(topic.partitions[0].replicas)
        added = [*self._cluster.placed(range(live, total), replicas)]
        for position, brokers in enumerate(new.assignments):
            if len(brokers) != replicas:
                return _inconsistent(len(brokers), replicas)
            closed = self._cluster.cordoned().intersection(brokers)
            if closed:
                return _cordoned(min(closed))
            added[position] = Partition(live + position, brokers[0], brokers, brokers)
        return topic._replace(partitions=(*topic.partitions, *added))


def _cordoned(broker: int) -> Rejection:
    where = f"The manual partition assignment includes broker {broker}"
    why = f"{where}, but all its log directories are cordoned."
    return Rejection(INVALID_REPLICA_ASSIGNMENT, "INVALID_REPLICATION_ASSIGNMENT", why)


def _inconsistent(asked: int, present: int) -> Rejection:
    new = f"The manual partition assignment includes a partition with {asked} replica(s)"
    others = f"previous partitions, which have {present} replica(s)"
    why = f"{new}, but this is not consistent with {others}."
    return Rejection(INVALID_REPLICA_ASSIGNMENT, "INVALID_REPLICATION_ASSIGNMENT", why)


def repeated(names: Iterable[str]) -> set[str]:
    return {name for name, times in Counter(names).items() if times > 1}
