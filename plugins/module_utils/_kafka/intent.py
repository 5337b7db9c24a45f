# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a principal does, and the ACLs that this takes: no more than Kafka asks for. Pure.

READ, WRITE, DELETE and ALTER imply DESCRIBE, and ALTER_CONFIGS implies DESCRIBE_CONFIGS, so these
two are never given (org.apache.kafka.metadata.authorizer.StandardAuthorizerData). What each request
asks for: https://kafka.apache.org/documentation/#operations_resources_and_protocols
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from .acls import CLUSTER, CLUSTER_NAME, Pattern
from .operations import (
    ALTER,
    ALTER_CONFIGS,
    CREATE,
    DELETE,
    IDEMPOTENT_WRITE,
    READ,
    WRITE,
)

# by what is done: the operations on each of its patterns
NEEDED: Mapping[str, tuple[str, ...]] = {
    # Produce; InitProducerId of an idempotent producer asks for no more since Kafka 2.8 (KIP-679)
    "produce": (WRITE,),
    # Fetch, ListOffsets
    "consume": (READ,),
    # JoinGroup, ConsumerGroupHeartbeat, OffsetFetch, OffsetCommit, also in a transaction
    "groups": (READ,),
    # InitProducerId, AddPartitionsToTxn, AddOffsetsToTxn, TxnOffsetCommit, EndTxn (KIP-98)
    "transactional_ids": (WRITE,),
    # CreateTopics, DeleteTopics, CreatePartitions, IncrementalAlterConfigs, and what these read
    "admin_of": (CREATE, DELETE, ALTER, ALTER_CONFIGS),
}


class Intent(NamedTuple):
    """What one principal does, by patterns of topics, groups and transactional IDs.

    `idempotent`: with brokers before Kafka 2.8, a producer that writes each record once.
    """

    produce: tuple[Pattern, ...] = ()
    consume: tuple[Pattern, ...] = ()
    groups: tuple[Pattern, ...] = ()
    transactional_ids: tuple[Pattern, ...] = ()
    admin_of: tuple[Pattern, ...] = ()
    idempotent: bool = False


def expand(intent: Intent) -> Iterator[tuple[Pattern, str]]:
    """The operations that it takes, each on its pattern."""
    for name, operations in NEEDED.items():
        for pattern in getattr(intent, name):
            for operation in operations:
                yield pattern, operation
    if intent.idempotent:
        yield Pattern(CLUSTER, CLUSTER_NAME), IDEMPOTENT_WRITE
