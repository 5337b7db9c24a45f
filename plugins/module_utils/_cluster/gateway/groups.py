# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is asked of consumer groups."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple, Protocol

from ..._kafka.errors import Answers, Rejection
from ..._kafka.partitions import TopicPartition


class Group(NamedTuple):
    """The topics that its members are assigned now, and those whose offsets it has committed."""

    active: frozenset[str]
    committed: frozenset[str]


class Groups(Protocol):
    def list_consumer_groups(self) -> frozenset[str]:
        """The groups that the principal may describe: all, if it may describe the cluster.

        One request for each broker.
        """

    def describe_consumer_groups(self) -> Mapping[str, Group] | Rejection:
        """All groups by name, or a rejection unless it is certain that none was hidden.

        One request for each group, and a few more.
        """

    def describe_group_operations(self, groups: Sequence[str]) -> Answers[frozenset[str] | None]:
        """What the principal may do with each group, also with one that does not exist.

        None where the cluster does not say (KIP-430). One request for each group.
        """

    def list_consumer_group_offsets(
        self, groups: Sequence[str]
    ) -> Answers[Mapping[TopicPartition, int]]:
        """Where each group goes on reading; no offsets for a group that does not exist.

        One request for each group.
        """
