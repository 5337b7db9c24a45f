# SPDX-License-Identifier: GPL-3.0-or-later
"""What each broker shows by itself, seen by kafka-python's requests: another client library than
the one that changes topics, rights and users."""

from __future__ import annotations

import time
from collections.abc import Collection, Mapping
from typing import Any, NamedTuple

from kafka import KafkaAdminClient
from kafka.errors import KafkaError
from kafka.protocol.admin import (
    DescribeAclsRequest,
    DescribeConfigsRequest,
    DescribeUserScramCredentialsRequest,
)
from kafka.protocol.metadata import MetadataRequest

_ANY = 1
_TOPIC = 2
_OVERRIDE = 1  # ConfigSource DYNAMIC_TOPIC_CONFIG
_SECONDS = 60.0


class Shape(NamedTuple):
    partitions: int
    flush_ms: str | None


class State(NamedTuple):
    """Topics, rights as pairs of a principal and a topic, and users with their iterations."""

    topics: Mapping[str, Shape]
    rights: Collection[tuple[str, str]]
    users: Mapping[str, int]


class Eyes:
    """Sees only what has the prefix."""

    def __init__(self, addresses: Collection[str], prefix: str) -> None:
        self._addresses, self._prefix = [*addresses], prefix
        self._client: Any = None

    def await_(self, expected: State) -> None:
        """Every broker shows it."""
        deadline = time.monotonic() + _SECONDS
        while True:
            shown = self._shown_by_each()
            if all(state == expected for state in shown.values()):
                return
            assert time.monotonic() < deadline, f"{shown} instead of {expected}"
            time.sleep(0.02)

    def state(self) -> State:
        """On which all brokers agree."""
        deadline = time.monotonic() + _SECONDS
        while True:
            first, *others = self._shown_by_each().values()
            if first is not None and all(state == first for state in others):
                return first
            assert time.monotonic() < deadline, f"the brokers disagree: {first}, {others}"
            time.sleep(0.02)

    def close(self) -> None:
        if self._client:
            self._client.close()
        self._client = None

    def _shown_by_each(self) -> dict[int, State | None]:
        shown: dict[int, State | None] = {}
        for node, _address in enumerate(self._addresses, start=1):
            try:
                shown[node] = self._shown(node)
            except (KafkaError, KeyError):
                # it starts, or a topic went between two requests
                shown[node] = None
                self.close()
        return shown

    def _shown(self, node: int) -> State:
        metadata = self._ask(node, MetadataRequest(topics=None, allow_auto_topic_creation=False))
        partitions = {}
        for topic in metadata.topics:
            if topic.name.startswith(self._prefix):
                partitions[topic.name] = len(topic.partitions)
        overrides = self._overrides(node, partitions)
        topics = {name: Shape(count, overrides[name]) for name, count in partitions.items()}
        return State(topics, self._rights(node), self._users(node))

    def _overrides(self, node: int, names: Collection[str]) -> dict[str, str | None]:
        if not names:
            return {}
        asked = [(_TOPIC, name, ["flush.ms"]) for name in names]
        request = DescribeConfigsRequest(
            resources=asked, include_synonyms=False, include_documentation=False
        )
        found: dict[str, str | None] = {}
        for result in self._ask(node, request).results:
            if result.error_code:
                continue
            [entry] = result.configs
            is_set = entry.config_source == _OVERRIDE
            found[result.resource_name] = entry.value if is_set else None
        return found

    def _rights(self, node: int) -> set[tuple[str, str]]:
        request = DescribeAclsRequest(
            resource_type_filter=_TOPIC,
            resource_name_filter=None,
            pattern_type_filter=_ANY,
            principal_filter=None,
            host_filter=None,
            operation=_ANY,
            permission_type=_ANY,
        )
        found = set()
        for resource in self._ask(node, request).resources:
            if resource.resource_name.startswith(self._prefix):
                found |= {(acl.principal, resource.resource_name) for acl in resource.acls}
        return found

    def _users(self, node: int) -> dict[str, int]:
        answer = self._ask(node, DescribeUserScramCredentialsRequest(users=None))
        found = {}
        for result in answer.results:
            if result.user.startswith(self._prefix):
                [credential] = result.credential_infos
                found[result.user] = credential.iterations
        return found

    def _ask(self, node: int, request: Any) -> Any:
        if self._client is None:
            self._client = KafkaAdminClient(bootstrap_servers=self._addresses)
        manager = self._client._manager
        return manager.run(manager.send, request, node)
