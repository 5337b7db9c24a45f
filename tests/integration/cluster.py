# SPDX-License-Identifier: GPL-3.0-or-later
"""Another client than ours: what it sees is what the tests believe, what it writes is drift."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import Future
from typing import Any

from confluent_kafka import TopicCollection
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
    ResourcePatternType,
    ResourceType,
)

_SECONDS = 30.0
_SILENT = logging.Logger("another client")
_SILENT.addHandler(logging.NullHandler())

Config = Mapping[str, str]
Topics = dict[str, dict[str, Any]]


class Cluster:
    def __init__(self, bootstrap: str) -> None:
        self.admin = AdminClient({"bootstrap.servers": bootstrap, "allow.auto.create.topics": False}, logger=_SILENT)

    def names(self, prefix: str) -> list[str]:
        return sorted(name for name in self.admin.list_topics(timeout=_SECONDS).topics if name.startswith(prefix))

    def topics(self, prefix: str) -> Topics:
        """Every topic whose name begins so, by name: partitions, replication_factor and the overrides."""
        names = self.names(prefix)
        if not names:
            return {}
        described = self.admin.describe_topics(TopicCollection(names), request_timeout=_SECONDS)
        configs = self.admin.describe_configs([ConfigResource(ResourceType.TOPIC, name) for name in names], request_timeout=_SECONDS)
        overrides = {resource.name: _overrides(future.result()) for resource, future in configs.items()}
        shapes = {name: future.result().partitions for name, future in described.items()}
        return {name: {"partitions": len(shapes[name]), "replication_factor": len(shapes[name][0].replicas), "config": overrides[name]} for name in names}

    def create(self, topics: Mapping[str, tuple[int, Config]]) -> None:
        """`topics`: number of partitions and overrides by name."""
        new = [NewTopic(name, num_partitions=partitions, replication_factor=1, config=dict(config)) for name, (partitions, config) in topics.items()]
        _done(self.admin.create_topics(new, operation_timeout=_SECONDS))
        self.await_(lambda: self._knows(topics), "created topics to be visible")

    def alter(self, name: str, config: Config) -> None:
        entries = [ConfigEntry(key, value, incremental_operation=AlterConfigOpType.SET) for key, value in config.items()]
        _done(self.admin.incremental_alter_configs([ConfigResource(ResourceType.TOPIC, name, incremental_configs=entries)]))
        self.await_(lambda: config.items() <= self.topics(name)[name]["config"].items(), f"config of {name} to be visible")

    def delete(self, names: Iterable[str]) -> None:
        """Without waiting until they are gone."""
        doomed = list(names)
        if doomed:
            _done(self.admin.delete_topics(doomed, operation_timeout=_SECONDS))

    def make_offsets_topic(self) -> None:
        """Asks for a group's coordinator, for which the broker makes __consumer_offsets."""

        def asked() -> bool:
            [group] = self.admin.describe_consumer_groups(["it"], request_timeout=_SECONDS).values()
            return group.exception() is None and "__consumer_offsets" in self.names("__")

        self.await_(asked, "the broker's topic of group offsets")

    def allow(self, bindings: list[AclBinding]) -> None:
        _done(self.admin.create_acls(bindings))
        self.await_(lambda: set(bindings) <= set(self.admin.describe_acls(_acls_on(None)).result(_SECONDS)), "the rights to be known")

    def disallow(self, topic: str) -> None:
        _done(self.admin.delete_acls([_acls_on(topic)]))

    def await_(self, condition: Callable[[], bool], what: str, seconds: float = _SECONDS) -> None:
        deadline = time.monotonic() + seconds
        while not condition():
            assert time.monotonic() < deadline, f"waited {seconds} s for {what}"
            self.admin.poll(0.02)

    def _knows(self, names: Iterable[str]) -> bool:
        described = self.admin.describe_topics(TopicCollection(list(names)), request_timeout=_SECONDS)
        return all(future.exception() is None for future in described.values())


def _acls_on(topic: str | None) -> AclBindingFilter:
    """All of them on the topics named or beginning so; None: on all topics."""
    # the library takes None, its types do not
    return AclBindingFilter(ResourceType.TOPIC, topic, ResourcePatternType.ANY, None, None, AclOperation.ANY, AclPermissionType.ANY)  # type: ignore[arg-type]


def _overrides(config: Mapping[str, Any]) -> dict[str, str]:
    return {key: entry.value for key, entry in config.items() if entry.source == ConfigSource.DYNAMIC_TOPIC_CONFIG.value}


def _done(futures: Mapping[Any, Future[Any]]) -> None:
    for future in futures.values():
        future.result(_SECONDS)
