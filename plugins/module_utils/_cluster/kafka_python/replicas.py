# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The API of replicas."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from contextlib import suppress
from typing import Any

from ..._core.errors import ClusterUnreachable, NotAuthorized
from ..._kafka.errors import (
    CLUSTER_AUTHORIZATION_FAILED,
    ELECTION_NOT_NEEDED,
    TRANSPORT,
    Rejection,
)
from ..._kafka.partitions import TopicPartition
from ..gateway.replicas import LogDir, LogDirs, Reassignment, Target
from .client import refusal, rejection
from .session import Session

# the session reports it where the library is missing
with suppress(ImportError):
    from kafka.protocol.admin import (
        AlterPartitionReassignmentsRequest,
        DescribeLogDirsRequest,
        ElectLeadersRequest,
        ListPartitionReassignmentsRequest,
    )

_PREFERRED = 0  # the kind of election
_UNTOLD = -1  # what stands for bytes that a broker does not tell
_LEFT_OUT = Rejection(TRANSPORT, "_TRANSPORT", "the broker's answer leaves it out")

Answers = Mapping[TopicPartition, "Rejection | None"]


class KafkaPythonReplicas(Session):
    """Implements Replicas."""

    def list_partition_reassignments(self) -> Mapping[TopicPartition, Reassignment]:
        # None stands for all topics
        response = self._read(
            ListPartitionReassignmentsRequest, topics=None, timeout_ms=self._milliseconds
        )
        self._check(response, "list the reassignments of")
        found = {}
        for topic in response.topics:
            for partition in topic.partitions:
                place = TopicPartition(topic.name, partition.partition_index)
                found[place] = _reassignment(partition)
        return found

    def alter_partition_reassignments(self, targets: Mapping[TopicPartition, Target]) -> Answers:
        if not targets:
            return {}
        response = self._write(
            AlterPartitionReassignmentsRequest,
            topics=_moves(targets),
            timeout_ms=self._milliseconds,
        )
        refused = refusal(response)
        if refused:
            return dict.fromkeys(targets, refused)
        answers = {}
        for topic in response.responses:
            for partition in topic.partitions:
                place = TopicPartition(topic.name, partition.partition_index)
                answers[place] = rejection(partition.error_code, partition.error_message)
        return {place: answers.get(place, _LEFT_OUT) for place in targets}

    def describe_log_dirs(self) -> Mapping[int, LogDirs | Rejection]:
        brokers = sorted(broker.id for broker in self._brokers)
        # None stands for all topics
        responses = self._read_each(brokers, DescribeLogDirsRequest, topics=None)
        return {broker: _log_dirs(response) for broker, response in responses.items()}

    def elect_leaders(self, partitions: Collection[TopicPartition]) -> Answers:
        if not partitions:
            return {}
        topics = list(_by_topic(partitions).items())
        response = self._write(
            ElectLeadersRequest,
            election_type=_PREFERRED,
            topic_partitions=topics,
            timeout_ms=self._milliseconds,
        )
        refused = refusal(response)
        if refused:
            return dict.fromkeys(partitions, refused)
        answers = {}
        for topic in response.replica_election_results:
            for partition in topic.partition_result:
                place = TopicPartition(topic.topic, partition.partition_id)
                answers[place] = _elected(partition)
        return {place: answers.get(place, _LEFT_OUT) for place in partitions}

    @property
    def _milliseconds(self) -> int:
        """How long the controller may take."""
        return self._connection.timeout * 1000

    def _check(self, response: Any, what: str) -> None:
        refused = refusal(response)
        if refused is None:
            return
        text = f"cannot {what} {self._connection.address}: {refused}"
        if refused.code == CLUSTER_AUTHORIZATION_FAILED:
            raise NotAuthorized(f"{text} (needs DESCRIBE on the cluster)")
        raise ClusterUnreachable(text)


def _by_topic(places: Iterable[TopicPartition]) -> Mapping[str, list[int]]:
    numbers = defaultdict(list)
    for topic, number in places:
        numbers[topic].append(number)
    return numbers


def _moves(targets: Mapping[TopicPartition, Target]) -> list[Any]:
    moved = AlterPartitionReassignmentsRequest.ReassignableTopic
    topics = []
    for topic, numbers in _by_topic(targets).items():
        moves = []
        for number in numbers:
            target = targets[TopicPartition(topic, number)]
            replicas = None if target is None else list(target)
            moves.append(moved.ReassignablePartition(partition_index=number, replicas=replicas))
        topics.append(moved(name=topic, partitions=moves))
    return topics


def _reassignment(found: Any) -> Reassignment:
    return Reassignment(
        tuple(found.replicas), tuple(found.adding_replicas), tuple(found.removing_replicas)
    )


def _elected(found: Any) -> Rejection | None:
    if found.error_code == ELECTION_NOT_NEEDED:
        return None
    return rejection(found.error_code, found.error_message)


def _log_dirs(response: Any) -> LogDirs | Rejection:
    refused = refusal(response)
    if refused:
        return refused
    return {found.log_dir: _log_dir(found) for found in response.results}


def _log_dir(found: Any) -> LogDir:
    replicas = {}
    for topic in found.topics:
        for partition in topic.partitions:
            if not partition.is_future_key:
                place = TopicPartition(topic.name, partition.partition_index)
                replicas[place] = partition.partition_size
    return LogDir(
        rejection(found.error_code, None),
        _told(found.total_bytes),
        _told(found.usable_bytes),
        replicas,
        found.is_cordoned,
    )


def _told(count: int) -> int | None:
    return None if count == _UNTOLD else count
