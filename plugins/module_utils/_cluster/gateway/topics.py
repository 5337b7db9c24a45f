# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is asked of topics."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple, Protocol

from ..._kafka.errors import Acknowledgements, Answers


class Partition(NamedTuple):
    id: int
    leader: int | None
    replicas: tuple[int, ...]
    isr: tuple[int, ...]


class Topic(NamedTuple):
    """`operations`: what the principal may do with it; None where the cluster does not say.

    `topic_id`: another one when a topic is deleted and made again (KIP-516).
    """

    name: str
    internal: bool
    partitions: tuple[Partition, ...]
    operations: frozenset[str] | None
    topic_id: str = ""


class NewTopic(NamedTuple):
    """`partitions` and `replication_factor`: -1 is the broker's default (KIP-464).

    `assignments`: the brokers of each partition, from partition 0 on; empty where Kafka decides.
    """

    name: str
    partitions: int
    replication_factor: int
    config: Mapping[str, str]
    assignments: tuple[tuple[int, ...], ...] = ()


class NewPartitions(NamedTuple):
    """`total`: how many partitions the topic is to have afterwards.

    `assignments`: the brokers of each partition that is added; empty where Kafka decides.
    """

    total: int
    assignments: tuple[tuple[int, ...], ...] = ()


class Topics(Protocol):
    def list_topics(self) -> frozenset[str]:
        """The names that the principal may describe; absence from them proves nothing."""

    def describe_topics(self, names: Sequence[str]) -> Answers[Topic]: ...

    def create_topics(
        self, topics: Iterable[NewTopic], validate_only: bool
    ) -> Acknowledgements: ...

    def create_partitions(
        self, new: Mapping[str, NewPartitions], validate_only: bool
    ) -> Acknowledgements: ...

    def delete_topics(self, names: Sequence[str]) -> Acknowledgements: ...
