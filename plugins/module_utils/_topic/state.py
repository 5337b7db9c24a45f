# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Observed topics: what the cluster tells of them, as far as a plan or a report needs it. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import NamedTuple

from .._core.change import Plain
from .._core.wording import some
from .._kafka.moves import Layout
from .._kafka.names import INTERNAL_TOPICS, is_reserved
from .._kafka.partitions import TopicPartition
from .._kafka.throttles import TOPIC_KEYS, LeftOver, Throttles
from .config import normalise


class TopicState(NamedTuple):
    """One live topic.

    `config` holds the overrides of the topic, `inherited` the effective values of all other keys.
    `replication_factor` and `replicas_in_sync` are those of the partition that has the fewest.
    `operations`: what the principal may do, None if unknown. `replicas`: the brokers of each
    partition, `leaders` the one of them that leads it, `in_sync` those with all its records.
    `topic_id`: another one when the topic is deleted and made again.
    """

    name: str
    partitions: int
    replication_factor: int
    config: Mapping[str, str]
    inherited: Mapping[str, str | None] = {}
    internal: bool = False
    replicas_in_sync: int = 0
    under_replicated: int = 0
    offline: int = 0
    operations: frozenset[str] | None = None
    replicas: Mapping[int, tuple[int, ...]] = {}
    leaders: Mapping[int, int | None] = {}
    in_sync: Mapping[int, tuple[int, ...]] = {}
    topic_id: str = ""

    @property
    def belongs_to_kafka(self) -> bool:
        """Whether the cluster marks it as internal, or its name is one of Kafka's own."""
        return self.internal or self.name in INTERNAL_TOPICS

    @property
    def is_reserved(self) -> bool:
        """Whether Kafka or one of its tools keeps its own records here, which nobody declares."""
        return self.internal or is_reserved(self.name)

    @property
    def is_throttled(self) -> bool:
        """Whether replicas of it move at a throttle, or a killed run has left that behind."""
        return any(self.config.get(key) for key in TOPIC_KEYS)

    @property
    def may_be_moving(self) -> bool:
        """Kafka shows a replica on its way as one that is there, but not in sync."""
        return self.is_throttled or self.under_replicated > 0

    def effective(self, key: str) -> str | None:
        """The value in force, in the form in which declared values are compared."""
        value = self.config.get(key, self.inherited.get(key))
        if value is None:
            return None
        return normalise(key, value)

    def as_declaration(self) -> dict[str, Plain]:
        """In the form of the module's input, so that it can be declared as it is."""
        return {
            "name": self.name,
            "partitions": self.partitions,
            "replication_factor": self.replication_factor,
            "config": dict(sorted(self.config.items())),
        }

    def as_status(self) -> dict[str, Plain]:
        return {
            "name": self.name,
            "replicas_in_sync": self.replicas_in_sync,
            "under_replicated": self.under_replicated,
            "offline": self.offline,
            "internal": self.internal,
        }


class BrokerDefaults(NamedTuple):
    """What a topic that declares nothing gets, by the configuration of one broker.

    `auto_create_topics`: whether a client that uses a topic creates it.
    `delete_topics`: whether topics may be deleted.
    """

    partitions: int
    replication_factor: int
    config: Mapping[str, str]
    auto_create_topics: bool
    delete_topics: bool


class Observed(NamedTuple):
    """The live topics that a run is about, and what it needs to know of their cluster.

    `defaults`: None where no change needs them, or where the principal may not read them.
    `config_keys`: every topic config key that the brokers know; empty where no topic exists to
    show them. `brokers`: how many are alive; 0 where that was not read. `layout`: None where no
    declared topic needs a move. `left`: the throttles that a killed run has left.
    """

    topics: Mapping[str, TopicState]
    defaults: BrokerDefaults | None = None
    config_keys: frozenset[str] = frozenset()
    cluster_id: str = ""
    brokers: int = 0
    layout: Layout | None = None
    left: LeftOver | None = None

    @property
    def sizes(self) -> Mapping[TopicPartition, int]:
        """The bytes of each partition, as far as they were read."""
        return self.layout.sizes if self.layout else {}

    @property
    def throttles_before(self) -> Throttles:
        """What a killed run found, where its throttles are left."""
        return self.left.before if self.left else Throttles({}, {})

    def declarations(self) -> list[dict[str, Plain]]:
        return [self.topics[name].as_declaration() for name in sorted(self.topics)]


def default_config(defaults: BrokerDefaults | None) -> Mapping[str, str]:
    """The value of each key that a topic does not override; empty where it was not read."""
    return defaults.config if defaults else {}


def _moving(layout: Layout | None) -> frozenset[str]:
    """The topics of which replicas are on their way."""
    if layout is None:
        return frozenset()
    return frozenset(place.topic for place in layout.under_way)


def replica_warnings(topics: Iterable[TopicState], layout: Layout | None) -> tuple[str, ...]:
    """One warning that names the topics with fewer in-sync replicas than replicas.

    Without those whose replicas are on their way.
    """
    moving = _moving(layout)
    lacking = []
    for topic in topics:
        if topic.under_replicated and topic.name not in moving:
            replicas = f"{topic.replicas_in_sync} of {topic.replication_factor}"
            lacking.append(f"{topic.name} ({replicas})")
    if not lacking:
        return ()
    return (f"fewer in-sync replicas than replicas: {some('topic', lacking)}",)


def throttle_warnings(
    topics: Iterable[TopicState], layout: Layout | None, lifted: Collection[str]
) -> tuple[str, ...]:
    """One warning that names the topics with a throttle that no move needs, and that stays."""
    if layout is None:
        return ()
    moving = _moving(layout)
    left = []
    for topic in topics:
        if topic.is_throttled and topic.name not in moving.union(lifted):
            left.append(topic.name)
    if not left:
        return ()
    keys = ", ".join(f"{key}: null" for key in sorted(TOPIC_KEYS))
    why = "replicas are throttled, and none moves; a run that was killed may have left that"
    return (f"{some('topic', left)}: {why}: to lift it, declare config: {{{keys}}}",)
