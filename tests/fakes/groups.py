# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The API of consumer groups, in memory."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ansible_collections.omninode.kafka.plugins.module_utils._cluster.gateway.groups import Group
from ansible_collections.omninode.kafka.plugins.module_utils._kafka.errors import (
    GROUP_AUTHORIZATION_FAILED,
    Answers,
    Rejection,
)
from ansible_collections.omninode.kafka.plugins.module_utils._kafka.partitions import TopicPartition

from .cluster import CLUSTER
from .session import CLUSTER_DENIED, FakeSession

GROUP_OPERATIONS = frozenset({"ALTER_CONFIGS", "DELETE", "DESCRIBE", "DESCRIBE_CONFIGS", "READ"})
GROUP_HIDDEN = Rejection(
    GROUP_AUTHORIZATION_FAILED,
    "GROUP_AUTHORIZATION_FAILED",
    "Broker: Group authorization failed",
)
GROUP_DENIED = Rejection(
    GROUP_AUTHORIZATION_FAILED,
    "GROUP_AUTHORIZATION_FAILED",
    "LISTCONSUMERGROUPOFFSETS worker coordinator request failed: "
    "Broker: Group authorization failed",
)


class FakeGroups(FakeSession):
    """Implements Groups."""

    def describe_consumer_groups(self) -> Mapping[str, Group] | Rejection:
        self._arrive("describe_consumer_groups")
        if CLUSTER in self._cluster.denied["DESCRIBE"]:
            return CLUSTER_DENIED
        return dict(self._cluster.groups)

    def list_consumer_groups(self) -> frozenset[str]:
        self._arrive("list_consumer_groups")
        return frozenset(self._cluster.groups) - self._cluster.denied["DESCRIBE"]

    def describe_group_operations(self, groups: Sequence[str]) -> Answers[frozenset[str] | None]:
        self._arrive("describe_group_operations")
        answers: dict[str, frozenset[str] | Rejection | None] = {}
        for group in groups:
            allowed = GROUP_OPERATIONS - self._lacking(group)
            answers[group] = allowed if "DESCRIBE" in allowed else GROUP_HIDDEN
        return answers

    def list_consumer_group_offsets(
        self, groups: Sequence[str]
    ) -> Answers[Mapping[TopicPartition, int]]:
        self._arrive("list_consumer_group_offsets")
        hidden = self._cluster.denied["DESCRIBE"]
        answers: dict[str, Mapping[TopicPartition, int] | Rejection] = {}
        for group in groups:
            answers[group] = GROUP_DENIED if group in hidden else self._committed(group)
        return answers

    def _committed(self, group: str) -> dict[TopicPartition, int]:
        found = self._cluster.committed.get(group, {})
        return {TopicPartition(*place): offset for place, offset in found.items()}
