# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The API of consumer groups."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
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


class ConfluentGroups(Session):
    """Implements Groups."""

    def describe_consumer_groups(self) -> Mapping[str, Group] | Rejection:
        operations = self._cluster.operations
        if operations is None or DESCRIBE not in operations:
            return Rejection(
                CLUSTER_AUTHORIZATION_FAILED,
                "CLUSTER_AUTHORIZATION_FAILED",
                "without DESCRIBE on the cluster some groups may be hidden",
            )
        try:
            names = self._group_names()
            return dict(zip(names, self._groups_of(names), strict=True))
        except KafkaException as error:
            return rejection(error.args[0])

    def list_consumer_groups(self) -> frozenset[str]:
        try:
            return frozenset(self._group_names())
        except KafkaException as error:
            raise ClusterUnreachable(
                f"cannot list the consumer groups of {self._connection.address}: {error.args[0].str()}"
            ) from error

    def list_consumer_group_offsets(
        self, groups: Sequence[str]
    ) -> Answers[Mapping[TopicPartition, int]]:
        return self._collect(self._offsets_of(groups), _committed)

    def _group_names(self) -> list[str]:
        return [
            listed.group_id
            for listed in self._admin.list_consumer_groups(request_timeout=self._connection.timeout)
            .result()
            .valid
        ]

    def _offsets_of(self, groups: Sequence[str]) -> dict[str, Future[Any]]:
        # the client library takes one group a call; all calls are under way at once
        asked = [ConsumerGroupTopicPartitions(name) for name in groups]
        timeout = self._connection.timeout
        return {
            group.group_id: self._admin.list_consumer_group_offsets(
                [group], request_timeout=timeout
            )[group.group_id]
            for group in asked
        }

    def _groups_of(self, names: Sequence[str]) -> Iterator[Group]:
        if not names:
            return
        described = self._admin.describe_consumer_groups(
            list(names), request_timeout=self._connection.timeout
        )
        for name, offsets in self._offsets_of(names).items():
            members = described[name].result().members
            active = {
                place.topic
                for member in members
                for place in (member.assignment.topic_partitions if member.assignment else ())
            }
            yield Group(
                frozenset(active),
                frozenset(place.topic for place in offsets.result().topic_partitions),
            )


def _committed(found: Any) -> Mapping[TopicPartition, int]:
    # a negative one stands for none
    return {
        TopicPartition(place.topic, place.partition): place.offset
        for place in found.topic_partitions
        if not place.error and place.offset >= 0
    }
