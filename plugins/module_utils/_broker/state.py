# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is observed of a broker: its cordon, and the partitions that it holds. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from .._core.change import Plain
from .._kafka.moves import Layout
from .._kafka.names import INTERNAL_TOPICS
from .._kafka.partitions import TopicPartition
from .._kafka.throttles import LeftOver, Throttles

CORDONS = "cordoned.log.dirs"  # KIP-1066
EVERYTHING = "*"  # as its value


class HeldPartition(NamedTuple):
    """`replicas`: its brokers of now, the preferred leader first; while it moves, old and new ones.

    `in_sync`: those of them with all records.
    """

    place: TopicPartition
    replicas: tuple[int, ...]
    leader: int | None
    in_sync: tuple[int, ...]


class HeldTopic(NamedTuple):
    """A topic with partitions on the broker, only these of them.

    `operations`: what the principal may do with it, None if unknown.
    """

    name: str
    partitions: tuple[HeldPartition, ...]
    internal: bool = False
    operations: frozenset[str] | None = None

    @property
    def belongs_to_kafka(self) -> bool:
        return self.internal or self.name in INTERNAL_TOPICS


class Cordon(NamedTuple):
    """`dirs`: the value of the key. `overridden`: it was set while the broker ran."""

    dirs: str
    overridden: bool


class Observed(NamedTuple):
    """`cordon`: None where the broker is down, or its Kafka cannot cordon.

    `topics`: by name, those that it holds replicas of. `left`: the throttles of an earlier run that
    are still set.
    """

    cluster_id: str
    layout: Layout
    topics: Mapping[str, HeldTopic]
    cordon: Cordon | None = None
    left: LeftOver | None = None

    @property
    def throttles_before(self) -> Throttles:
        """What an earlier run found, where its throttles are left."""
        return self.left.before if self.left else Throttles({}, {})

    @property
    def alive(self) -> tuple[int, ...]:
        """The ids of the brokers that are."""
        return tuple(broker.id for broker in self.layout.brokers)

    @property
    def held(self) -> int:
        """How many replicas the broker has."""
        return sum(len(topic.partitions) for topic in self.topics.values())

    def basis(self) -> list[Plain]:
        """What a plan rests on."""
        cordon = self.cordon.dirs if self.cordon else None
        return [self.cluster_id, cordon]
