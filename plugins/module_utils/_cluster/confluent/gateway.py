# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The gateway on confluent-kafka. Only this folder knows the client library."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from .configs import ConfluentConfigs
from .groups import ConfluentGroups
from .records import ConfluentRecords
from .topics import ConfluentTopics

if TYPE_CHECKING:
    from ..gateway.acls import Acls
    from ..gateway.logins import Login
    from ..gateway.quotas import Quotas
    from ..gateway.replicas import Replicas
    from ..gateway.users import Users


class ConfluentGateway(ConfluentTopics, ConfluentConfigs, ConfluentGroups, ConfluentRecords):
    """Implements Gateway."""

    def another_view(self) -> ConfluentGateway:
        given = self._connection.bootstrap_servers
        brokers = [broker.address for broker in self._cluster.brokers]
        connection = replace(
            self._connection,
            bootstrap_servers=tuple(dict.fromkeys([*given, *brokers])),
            cluster_id=self._cluster.cluster_id,
        )
        return ConfluentGateway(connection)

    def as_user(self, login: Login) -> ConfluentGateway:
        from ..logins import connect

        connection = self._connection
        return connect(ConfluentGateway, connection, login, self._cluster.cluster_id)

    def acls(self) -> Acls:
        # most runs are not about them
        from .acls import ConfluentAcls

        return ConfluentAcls.beside(self)

    def quotas(self) -> Quotas:
        # a library that only some hosts have
        import random

        from ..kafka_python.quotas import KafkaPythonQuotas

        # another view asks another broker
        brokers = random.sample(self._known, len(self._known))
        return KafkaPythonQuotas(self._connection, brokers, self._standing)

    def replicas(self) -> Replicas:
        # a library that only some hosts have, and that takes 0.1 s to import
        from ..kafka_python.replicas import KafkaPythonReplicas

        return KafkaPythonReplicas(self._connection, self._known, self._standing)

    def users(self) -> Users:
        from .users import ConfluentUsers

        return ConfluentUsers.beside(self)
