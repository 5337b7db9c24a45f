# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The API of topics."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from functools import lru_cache, partial
from typing import Any

from ..._core.batch import batches
from ..._kafka.errors import Acknowledgements, Answers
from ..gateway.topics import NewPartitions, NewTopic, Partition, Topic
from .session import Futures, Session, operations_of

with suppress(ImportError):
    from confluent_kafka import TopicCollection
    from confluent_kafka.admin import NewPartitions as _NewPartitions
    from confluent_kafka.admin import NewTopic as _NewTopic


# the client library takes 4 KB for each until all are parsed
_AT_ONCE = 1000


class ConfluentTopics(Session):
    """Implements Topics."""

    def list_topics(self) -> frozenset[str]:
        return frozenset(self._metadata().topics)

    def describe_topics(self, names: Sequence[str]) -> Answers[Topic]:
        sends = [partial(self._describe_topics, batch) for batch in batches(names, _AT_ONCE)]
        return self._read_all(sends, _topic)

    def _describe_topics(self, names: list[str], **times: float) -> Futures:
        collection = TopicCollection(names)
        return self._admin.describe_topics(collection, include_authorized_operations=True, **times)

    def create_topics(self, topics: Iterable[NewTopic], validate_only: bool) -> Acknowledgements:
        new = [_new_topic(topic) for topic in topics]

        def send(**times: float) -> Futures:
            return self._admin.create_topics(new, validate_only=validate_only, **times)

        return self._write(len(new), send, repeatable=validate_only)

    def create_partitions(
        self, new: Mapping[str, NewPartitions], validate_only: bool
    ) -> Acknowledgements:
        added = [_new_partitions(name, partitions) for name, partitions in new.items()]

        def send(**times: float) -> Futures:
            return self._admin.create_partitions(added, validate_only=validate_only, **times)

        return self._write(len(added), send, repeatable=validate_only)

    def delete_topics(self, names: Sequence[str]) -> Acknowledgements:
        def send(**times: float) -> Futures:
            return self._admin.delete_topics(list(names), **times)

        return self._write(len(names), send)


def _new_partitions(name: str, new: NewPartitions) -> _NewPartitions:
    if not new.assignments:
        # the client library takes no None for the brokers
        return _NewPartitions(name, new.total)
    brokers = [list(replicas) for replicas in new.assignments]
    return _NewPartitions(name, new.total, brokers)


def _new_topic(topic: NewTopic) -> _NewTopic:
    if topic.assignments:
        # the client library takes no replication factor beside it
        brokers = [list(replicas) for replicas in topic.assignments]
        return _NewTopic(
            topic.name,
            num_partitions=len(brokers),
            replica_assignment=brokers,
            config=dict(topic.config),
        )
    return _NewTopic(
        topic.name,
        num_partitions=topic.partitions,
        replication_factor=topic.replication_factor,
        config=dict(topic.config),
    )


def _topic(found: Any) -> Topic:
    partitions = [_partition(partition) for partition in found.partitions]
    return Topic(
        name=found.name,
        internal=found.is_internal,
        partitions=tuple(partitions),
        operations=operations_of(found),
        topic_id=str(found.topic_id),
    )


def _partition(found: Any) -> Partition:
    leader = found.leader.id if found.leader else None
    replicas = tuple(node.id for node in found.replicas)
    in_sync = tuple(node.id for node in found.isr)
    return _kept(found.id, leader, replicas, in_sync)


# thousands of topics have partitions that are placed alike
_kept = lru_cache(10_000)(Partition)
