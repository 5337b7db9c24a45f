# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The API of consumer groups."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import Future
from contextlib import suppress
from typing import Any

from ..._core.errors import ClusterUnreachable
from ..._kafka.errors import CLUSTER_AUTHORIZATION_FAILED, Answers, Rejection
from ..._kafka.operations import DESCRIBE
from ..._kafka.partitions import TopicPartition
from ..gateway.groups import Group
from .client import raised, said
from .session import Futures, Session, answered, operations_of

with suppress(ImportError):
    from confluent_kafka import ConsumerGroupTopicPartitions, KafkaException


# COORDINATOR_LOAD_IN_PROGRESS, COORDINATOR_NOT_AVAILABLE and NOT_COORDINATOR: so a broker answers
# until it has read its part of __consumer_offsets
_STARTING = frozenset({14, 15, 16})
_ALL = "all groups"
_PAUSE = 0.1  # seconds between two looks at a coordinator
_MAY_BE_HIDDEN = Rejection(
    CLUSTER_AUTHORIZATION_FAILED,
    "CLUSTER_AUTHORIZATION_FAILED",
    "without DESCRIBE on the cluster some groups may be hidden",
)


class ConfluentGroups(Session):
    """Implements Groups."""

    def describe_consumer_groups(self) -> Mapping[str, Group] | Rejection:
        operations = self._cluster.operations
        if operations is None or DESCRIBE not in operations:
            return _MAY_BE_HIDDEN
        try:
            return self._groups()
        except KafkaException as error:
            return raised(error)

    def list_consumer_groups(self) -> frozenset[str]:
        try:
            return frozenset(self._group_names())
        except KafkaException as error:
            what = f"cannot list the consumer groups of {self._connection.address}"
            raise ClusterUnreachable(f"{what}: {said(error)}") from error

    def describe_group_operations(self, groups: Sequence[str]) -> Answers[frozenset[str] | None]:
        found: dict[str, frozenset[str] | Rejection | None] = {}
        left = list(groups)
        deadline = time.monotonic() + self._connection.timeout
        while left:
            found |= self._group_operations(left)
            left = [name for name in left if _is_starting(found[name])]
            if time.monotonic() > deadline:
                break
            if left:
                time.sleep(_PAUSE)
        return found

    def _group_operations(self, groups: Sequence[str]) -> Answers[frozenset[str] | None]:
        def send(**times: float) -> Futures:
            return self._admin.describe_consumer_groups(
                list(groups), include_authorized_operations=True, **times
            )

        return self._read(send, operations_of)

    def list_consumer_group_offsets(
        self, groups: Sequence[str]
    ) -> Answers[Mapping[TopicPartition, int]]:
        futures = self._offsets_of(groups)
        return self._collect(futures, _committed, self._connection.timeout)

    def _group_names(self) -> list[str]:
        timeout = self._connection.timeout
        answer = self._admin.list_consumer_groups(request_timeout=timeout)
        self._await_all({_ALL: answer}, timeout)
        listing = answered(answer)
        return [group.group_id for group in listing.valid]

    def _offsets_of(self, groups: Sequence[str]) -> dict[str, Future[Any]]:
        timeout = self._connection.timeout
        found: dict[str, Future[Any]] = {}
        # the client library takes one group in a call; all calls are under way at once
        for name in groups:
            asked = [ConsumerGroupTopicPartitions(name)]
            found |= self._admin.list_consumer_group_offsets(asked, request_timeout=timeout)
        return found

    def _groups(self) -> dict[str, Group]:
        names = self._group_names()
        if not names:
            return {}
        timeout = self._connection.timeout
        described = self._admin.describe_consumer_groups(names, request_timeout=timeout)
        committed_by = self._offsets_of(names)
        self._await_all(described, timeout)
        self._await_all(committed_by, timeout)
        found = {}
        for name, offsets in committed_by.items():
            members = answered(described[name]).members
            places = answered(offsets).topic_partitions
            committed = frozenset(place.topic for place in places)
            found[name] = Group(_assigned(members), committed)
        return found


def _is_starting(answer: object) -> bool:
    return isinstance(answer, Rejection) and answer.code in _STARTING


def _assigned(members: Iterable[Any]) -> frozenset[str]:
    topics: set[str] = set()
    for member in members:
        if member.assignment:
            topics |= {place.topic for place in member.assignment.topic_partitions}
    return frozenset(topics)


def _committed(found: Any) -> Mapping[TopicPartition, int]:
    offsets = {}
    for place in found.topic_partitions:
        # a negative offset stands for none
        if not place.error and place.offset >= 0:
            offsets[TopicPartition(place.topic, place.partition)] = place.offset
    return offsets
