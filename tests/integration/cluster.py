# SPDX-License-Identifier: GPL-3.0-or-later
"""Another client than ours: what it sees is what the tests believe, what it writes is drift."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future
from contextlib import contextmanager
from typing import Any, NamedTuple

from confluent_kafka import Consumer, KafkaError, Message, Producer, TopicCollection, TopicPartition
from confluent_kafka.admin import (
    AclBinding,
    AclBindingFilter,
    AclOperation,
    AclPermissionType,
    AdminClient,
    AlterConfigOpType,
    ConfigEntry,
    ConfigResource,
    ConfigSource,
    NewTopic,
    OffsetSpec,
    ResourcePatternType,
    ResourceType,
)

from tests.brokers import groups

_SECONDS = 300.0  # only ends a hang
_SILENT = logging.Logger("another client")
_SILENT.addHandler(logging.NullHandler())

# the library takes None, its types do not
_EVERY_RIGHT = AclBindingFilter(
    ResourceType.ANY,
    None,
    ResourcePatternType.ANY,
    None,
    None,
    AclOperation.ANY,
    AclPermissionType.ANY,
)  # type: ignore[arg-type]

Config = Mapping[str, str]
Topics = dict[str, dict[str, Any]]


class Written(NamedTuple):
    """What another client writes."""

    partition: int
    key: bytes | None
    value: bytes | None
    timestamp: int = 0


class Cluster:
    def __init__(self, bootstrap: str, properties: Mapping[str, Any] | None = None) -> None:
        """`properties`: further ones of the client library."""
        self._server: dict[str, Any] = {
            "bootstrap.servers": bootstrap,
            "allow.auto.create.topics": False,
            **(properties or {}),
        }
        self.admin = AdminClient(self._server, logger=_SILENT)

    def names(self, prefix: str) -> list[str]:
        return sorted(
            name
            for name in self.admin.list_topics(timeout=_SECONDS).topics
            if name.startswith(prefix)
        )

    def topics(self, prefix: str) -> Topics:
        """Topics whose names begin so: partitions, replication_factor and the overrides."""
        names = self.names(prefix)
        if not names:
            return {}
        described = self.admin.describe_topics(TopicCollection(names), request_timeout=_SECONDS)
        configs = self.admin.describe_configs(
            [ConfigResource(ResourceType.TOPIC, name) for name in names], request_timeout=_SECONDS
        )
        overrides = {
            resource.name: _overrides(future.result()) for resource, future in configs.items()
        }
        shapes = {name: future.result().partitions for name, future in described.items()}
        return {
            name: {
                "partitions": len(shapes[name]),
                "replication_factor": len(shapes[name][0].replicas),
                "config": overrides[name],
            }
            for name in names
        }

    def create(self, topics: Mapping[str, tuple[int, Config]]) -> None:
        """`topics`: number of partitions and overrides by name."""
        new = [
            NewTopic(name, num_partitions=partitions, replication_factor=1, config=dict(config))
            for name, (partitions, config) in topics.items()
        ]
        _done(self.admin.create_topics(new, operation_timeout=_SECONDS))
        self.await_(lambda: self._knows(topics), "created topics to be visible")
        self.await_logs(topics)

    def await_logs(self, names: Iterable[str]) -> None:
        """Waits for the logs of new topics.

        Until they are made, nobody knows that they are empty, and deleting the topic is refused.
        """
        asked = TopicCollection(list(names))
        partitions: dict[str, Any] = {}

        def described() -> bool:
            # any broker answers, and not all know a new topic at once
            for name, answer in self.admin.describe_topics(asked).items():
                if answer.exception():
                    return False
                partitions[name] = answer.result().partitions
            return True

        self.await_(described, "each broker to know new topics")
        latest = {
            TopicPartition(name, partition.id): OffsetSpec.latest()
            for name, each in partitions.items()
            for partition in each
        }
        self.await_(
            lambda: (
                not any(answer.exception() for answer in self.admin.list_offsets(latest).values())
            ),
            "the logs of new topics to be made",
        )

    def alter(self, name: str, config: Config) -> None:
        entries = [
            ConfigEntry(key, value, incremental_operation=AlterConfigOpType.SET)
            for key, value in config.items()
        ]
        _done(
            self.admin.incremental_alter_configs(
                [ConfigResource(ResourceType.TOPIC, name, incremental_configs=entries)]
            )
        )
        self.await_(
            lambda: config.items() <= self.topics(name)[name]["config"].items(),
            f"config of {name} to be visible",
        )

    def alter_broker(self, broker: int, config: Mapping[str, str | None]) -> None:
        """None unsets a key."""
        entries = []
        for key, value in config.items():
            operation = AlterConfigOpType.DELETE if value is None else AlterConfigOpType.SET
            entries.append(ConfigEntry(key, value or "", incremental_operation=operation))
        resource = ConfigResource(ResourceType.BROKER, str(broker), incremental_configs=entries)
        _done(self.admin.incremental_alter_configs([resource]))

    def delete(self, names: Iterable[str]) -> None:
        """Without waiting until they are gone."""
        doomed = list(names)
        if doomed:
            _done(self.admin.delete_topics(doomed, operation_timeout=_SECONDS))

    def produce(self, records: Mapping[tuple[str, int], Sequence[int]]) -> None:
        """`records`: timestamps (ms) by topic and partition."""
        for (name, partition), timestamps in records.items():
            # with a key, since a compacted topic takes no record without
            self.write(
                name, *(Written(partition, b"k", b"v", timestamp) for timestamp in timestamps)
            )

    def write(self, name: str, *records: Written) -> None:
        producer = Producer(self._server, logger=_SILENT)
        refused: list[KafkaError] = []
        for record in records:
            producer.produce(
                name,
                record.value,
                record.key,
                record.partition,
                timestamp=record.timestamp,
                on_delivery=lambda error, _record: refused.append(error) if error else None,
            )
        assert producer.flush(_SECONDS) == 0
        assert not refused

    def read(self, name: str) -> list[Message]:
        """All records of the topic, those of one partition in their order."""
        consumer = Consumer(
            {
                **self._server,
                "group.id": "it",
                "enable.auto.commit": False,
                "enable.partition.eof": True,
            },
            logger=_SILENT,
        )
        found: list[Message] = []
        try:
            left = {*consumer.list_topics(name, timeout=_SECONDS).topics[name].partitions}
            consumer.assign([TopicPartition(name, partition, 0) for partition in left])
            while left:
                message = consumer.poll(_SECONDS)
                assert message is not None, f"waited {_SECONDS} s for partitions {left} of {name}"
                error = message.error()
                assert error is None or error.code() == KafkaError._PARTITION_EOF, error
                if error:
                    left.discard(message.partition())
                else:
                    found.append(message)
        finally:
            consumer.close()
        return found

    @contextmanager
    def consuming(self, group: str, topic: str, protocol: str) -> Iterator[Consumer]:
        """A member of the group, which is assigned the topic; it commits only when told to."""
        consumer = Consumer(
            {
                **self._server,
                "group.id": group,
                "group.protocol": protocol,
                "enable.auto.commit": False,
            },
            logger=_SILENT,
        )
        try:
            consumer.subscribe([topic])
            self.await_(
                lambda: consumer.poll(0.02) is None and bool(consumer.assignment()),
                f"{group} to be assigned {topic}",
            )
            yield consumer
        finally:
            consumer.close()

    def commit(self, group: str, topic: str, *offsets: int) -> None:
        """A group commits an offset of each partition from 0 on."""
        consumer = Consumer(
            {**self._server, "group.id": group, "enable.auto.commit": False}, logger=_SILENT
        )
        places = [TopicPartition(topic, number, offset) for number, offset in enumerate(offsets)]
        groups.commit(consumer, places)
        consumer.close()

    def delete_records(self, topic: str, before: int) -> None:
        """Those of partition 0 before an offset."""
        _done(self.admin.delete_records([TopicPartition(topic, 0, before)]))

    def groups(self, prefix: str) -> list[str]:
        listed = self.admin.list_consumer_groups(request_timeout=_SECONDS).result().valid
        return [group.group_id for group in listed if group.group_id.startswith(prefix)]

    def forget_groups(self, prefix: str) -> None:
        doomed = self.groups(prefix)
        if doomed:
            _done(self.admin.delete_consumer_groups(doomed, request_timeout=_SECONDS))

    def make_offsets_topic(self) -> None:
        """Asks for a group's coordinator, for which the broker makes __consumer_offsets."""

        def asked() -> bool:
            [group] = self.admin.describe_consumer_groups(["it"], request_timeout=_SECONDS).values()
            return group.exception() is None and "__consumer_offsets" in self.names("__")

        self.await_(asked, "the broker's topic of group offsets")

    def allow(self, bindings: list[AclBinding]) -> None:
        _done(self.admin.create_acls(bindings))
        self.await_(
            lambda: set(bindings) <= set(self.rights()),
            "the rights to be known",
        )

    def rights(self) -> list[AclBinding]:
        """All that there are."""
        found: list[AclBinding] = self.admin.describe_acls(_EVERY_RIGHT).result(_SECONDS)
        return found

    def disallow(self, bindings: list[AclBinding]) -> None:
        if bindings:
            _done(self.admin.delete_acls([_only(binding) for binding in bindings]))

    def await_(self, condition: Callable[[], bool], what: str, seconds: float = _SECONDS) -> None:
        deadline = time.monotonic() + seconds
        while not condition():
            assert time.monotonic() < deadline, f"waited {seconds} s for {what}"
            self.admin.poll(0.02)

    def _knows(self, names: Iterable[str]) -> bool:
        described = self.admin.describe_topics(
            TopicCollection(list(names)), request_timeout=_SECONDS
        )
        return all(future.exception() is None for future in described.values())


def _only(right: AclBinding) -> AclBindingFilter:
    return AclBindingFilter(
        right.restype,
        right.name,
        right.resource_pattern_type,
        right.principal,
        right.host,
        right.operation,
        right.permission_type,
    )


def _overrides(config: Mapping[str, Any]) -> dict[str, str]:
    return {
        key: entry.value
        for key, entry in config.items()
        if entry.source == ConfigSource.DYNAMIC_TOPIC_CONFIG.value
    }


def _done(futures: Mapping[Any, Future[Any]]) -> None:
    for future in futures.values():
        future.result(_SECONDS)
