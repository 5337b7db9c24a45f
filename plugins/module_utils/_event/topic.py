# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The topic that events are published to or read from, which must exist."""

from __future__ import annotations

from typing import Protocol

from .._cluster.gateway.clusters import Clusters
from .._cluster.gateway.topics import Topic, Topics
from .._core.errors import InvalidSpec, NotAuthorized, NotFound, StateError
from .._kafka.errors import TOPIC_AUTHORIZATION_FAILED, UNKNOWN_TOPIC, Rejection
from .._kafka.names import topic_name


class NamedTopics(Clusters, Topics, Protocol):
    """Where a topic is looked up, and the cluster that is named where it is missing."""


def check_name(name: str) -> None:
    try:
        topic_name(name)
    except ValueError as error:
        raise InvalidSpec(f"topic: {error}") from error


def existing_topic(gateway: NamedTopics, name: str, verb: str, operation: str) -> Topic:
    """Raises NotFound, or NotAuthorized naming the ACL operation that is missing.

    A cluster that does not tell the principal's rights refuses the request itself, later.
    """
    refused = f"cannot {verb} topic {name}"
    needed = f"{refused}: the principal needs the ACL operation {operation} on it"
    topic = gateway.describe_topics([name])[name]
    if isinstance(topic, Rejection):
        if topic.code == UNKNOWN_TOPIC:
            cluster_id = gateway.describe_cluster().cluster_id
            raise NotFound(
                f"{refused}: it does not exist on cluster {cluster_id}; "
                "declare it with omninode.kafka.topics"
            )
        if topic.code == TOPIC_AUTHORIZATION_FAILED:
            raise NotAuthorized(f"{needed}; without it Kafka does not tell whether it exists")
        raise StateError(f"{refused}: {topic}")
    if topic.operations is not None and operation not in topic.operations:
        raise NotAuthorized(needed)
    return topic
