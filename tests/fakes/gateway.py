# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The gateway to a cluster in memory. tests/contract checks that it acts as real brokers do."""

from __future__ import annotations

from ansible_collections.omninode.kafka.plugins.module_utils._cluster.gateway.logins import Login

from .acls import FakeAcls
from .cluster import CLUSTER, FakeCluster
from .configs import FakeConfigs
from .groups import FakeGroups
from .logins import seen_by
from .quotas import FakeQuotas
from .records import FakeRecords
from .replicas import FakeReplicas
from .topics import OPERATIONS, FakeTopics
from .users import FakeUsers

__all__ = ["CLUSTER", "OPERATIONS", "FakeCluster", "FakeGateway"]


class FakeGateway(FakeTopics, FakeConfigs, FakeGroups, FakeRecords, FakeAcls, FakeUsers):
    """Implements Gateway."""

    def another_view(self) -> FakeGateway:
        return self._cluster.connect()

    def as_user(self, login: Login) -> FakeGateway:
        return FakeGateway(seen_by(self._cluster, login))

    def acls(self) -> FakeAcls:
        return self

    def quotas(self) -> FakeQuotas:
        return FakeQuotas(self._cluster)

    def replicas(self) -> FakeReplicas:
        return FakeReplicas(self._cluster)

    def users(self) -> FakeUsers:
        return self
