# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The topic that events are published to or read from: it must be there already."""

from __future__ import annotations

from .._cluster.gateway.gateway import Gateway
from .._cluster.gateway.topics import Topic
from .._core.errors import InvalidSpec, NotAuthorized, NotFound, StateError
from .._kafka.errors import TOPIC_AUTHORIZATION_FAILED, UNKNOWN_TOPIC, Rejection
from .._kafka.names import topic_name


def check_name(name: str) -> None:
    try:
        topic_name(name)
    except ValueError as error:
        raise InvalidSpec(f"topic: {error}") from error


def existing_topic(gateway: Gateway, name: str, verb: str, operation: str) -> Topic:
    """Raises NotFound, or NotAuthorized naming the ACL operation that lacks, as far as the cluster tells the principal's rights."""
    found = gateway.describe_topics([name])[name]
    if isinstance(found, Rejection):
        if found.code == UNKNOWN_TOPIC:
            raise NotFound(
                f"cannot {verb} topic {name}: it does not exist on cluster {gateway.describe_cluster().cluster_id}; declare it with omninode.kafka.topics"
            )
        if found.code == TOPIC_AUTHORIZATION_FAILED:
            raise NotAuthorized(
                f"cannot {verb} topic {name}: the principal needs the ACL operation {operation} on it; without it Kafka does not tell whether it exists"
            )
        raise StateError(f"cannot {verb} topic {name}: {found}")
    if found.operations is not None and operation not in found.operations:
        raise NotAuthorized(
            f"cannot {verb} topic {name}: the principal needs the ACL operation {operation} on it"
        )
    return found
