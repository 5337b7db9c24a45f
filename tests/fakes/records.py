# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The API of offsets, in memory, and the way to the records."""

from __future__ import annotations

from collections.abc import Mapping

from ansible_collections.omninode.kafka.plugins.module_utils._kafka.errors import Rejection
from ansible_collections.omninode.kafka.plugins.module_utils._kafka.partitions import (
    Offset,
    TopicPartition,
)

from .cluster import Log
from .log import FakeLog
from .session import FakeSession

NO_LEADER = Rejection(5, "LEADER_NOT_AVAILABLE", "Broker: Leader not available")
NO_LEADERS = Rejection(-156, "_NOENT", "Failed to query partition leaders: No leaders found")


class FakeRecords(FakeSession):
    """Implements Records."""

    def list_offsets(
        self, wanted: Mapping[TopicPartition, int]
    ) -> Mapping[TopicPartition, Offset | Rejection]:
        self._arrive("list_offsets")
        found: dict[TopicPartition, Offset | Rejection] = {}
        for place, at in wanted.items():
            name, partition = place
            refused = self._unreadable(name, "DESCRIBE")
            found[place] = refused or self._offset(name, partition, at)
        # the client looks up the leaders first, and gives up when no partition has one
        if any(isinstance(answer, Offset) for answer in found.values()):
            return found
        return dict.fromkeys(wanted, NO_LEADERS)

    def log(self) -> FakeLog:
        return FakeLog(self._cluster)

    def _offset(self, name: str, partition: int, at: int) -> Offset | Rejection:
        topic = self._seen[name]
        if topic.partitions[partition].leader is None:
            return NO_LEADER
        return topic.logs.get(partition, Log()).offset(at)
