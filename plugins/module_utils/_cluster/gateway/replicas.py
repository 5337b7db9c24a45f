# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is asked of replicas: where they are, how large, on their way to other brokers."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import NamedTuple, Protocol, TypeAlias

from ..._kafka.errors import Rejection
from ..._kafka.partitions import TopicPartition

Target: TypeAlias = "tuple[int, ...] | None"


class Reassignment(NamedTuple):
    """Ids of brokers. `replicas`: all of now, those being added and removed among them."""

    replicas: tuple[int, ...]
    adding: tuple[int, ...]
    removing: tuple[int, ...]


class LogDir(NamedTuple):
    """`error`: why the broker cannot use it. Bytes are None where the broker does not say.

    `total_bytes` and `usable_bytes` are those of the volume. `replicas`: the size of each in bytes,
    without those that another log dir of the broker is to replace. `cordoned`: whether it takes no
    new ones (KIP-1066); before Kafka 4.3 none is.
    """

    error: Rejection | None
    total_bytes: int | None
    usable_bytes: int | None
    replicas: Mapping[TopicPartition, int]
    cordoned: bool = False


# by path
LogDirs: TypeAlias = "Mapping[str, LogDir]"


class Replicas(Protocol):
    """The replicas of a cluster, by a connection of its own, which is open until it is closed.

    What fails as a whole raises ClusterUnreachable, or NotAuthorized; what fails of one item is an
    answer.
    """

    def list_partition_reassignments(self) -> Mapping[TopicPartition, Reassignment]:
        """All that are under way."""

    def alter_partition_reassignments(
        self, targets: Mapping[TopicPartition, Target]
    ) -> Mapping[TopicPartition, Rejection | None]:
        """Begins to move replicas to these brokers, the preferred leader first.

        None cancels. Nothing is sent where there are no targets. A target that replaces one under
        way builds on the replicas of now, those being added among them: where it leaves one of
        these out and adds none, Kafka 4.4 never ends the move, so cancel first. Kafka refuses a
        target that names a cordoned broker, even one that has the replica.
        """

    def describe_log_dirs(self) -> Mapping[int, LogDirs | Rejection]:
        """By broker. One request for each."""

    def elect_leaders(
        self, partitions: Collection[TopicPartition]
    ) -> Mapping[TopicPartition, Rejection | None]:
        """Makes the preferred leaders lead: the first replica of each partition.

        Nothing is sent where there are no partitions.
        """

    def close(self) -> None:
        """Ends the connection. What is asked later opens a new one."""
