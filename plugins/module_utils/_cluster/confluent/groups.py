# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The API of consumer groups."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import Future
from contextlib import suppress
from typing import Any

from ..._core.errors import ClusterUnreachable
from ..._kafka.errors import CLUSTER_AUTHORIZATION_FAILED, Answers, Rejection
from ..._kafka.operations import DESCRIBE
from ..._kafka.partitions import TopicPartition
from ..gateway.groups import Group
from .client import rejection
from .session import Session

with suppress(ImportError):
    from confluent_kafka import ConsumerGroupTopicPartitions, KafkaException


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
            return rejection(error.args[0])

    def list_consumer_groups(self) -> frozenset[str]:
        try:
            return frozenset(self._group_names())
        except KafkaException as error:
            what = f"cannot list the consumer groups of {self._connection.address}"
            raise ClusterUnreachable(f"{what}: {error.args[0].str()}") from error

    def list_consumer_group_offsets(
        self, groups: Sequence[str]
    ) -> Answers[Mapping[TopicPartition, int]]:
        return self._collect(self._offsets_of(groups), _committed, self._connection.timeout)

    def _group_names(self) -> list[str]:
        asked = self._admin.list_consumer_groups(request_timeout=self._connection.timeout)
        return [listed.group_id for listed in asked.result().valid]

    def _offsets_of(self, groups: Sequence[str]) -> dict[str, Future[Any]]:
        timeout = self._connection.timeout
        found: dict[str, Future[Any]] = {}
        # the client library takes one group a call; all calls are under way at once
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
        found = {}
        for name, offsets in self._offsets_of(names).items():
            active = _assigned(described[name].result().members)
            committed = frozenset(place.topic for place in offsets.result().topic_partitions)
            found[name] = Group(active, committed)
        return found


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
