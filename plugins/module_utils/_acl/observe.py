# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads the ACLs of a cluster, with one request."""

from __future__ import annotations

from typing import Protocol

from .._cluster.gateway.acls import Acls
from .._cluster.gateway.clusters import Clusters
from .._cluster.gateway.configs import Configs
from .._core.errors import NotAuthorized, Unsupported
from .._core.wording import some
from .._kafka.errors import CLUSTER_AUTHORIZATION_FAILED, Rejection
from .change import KIND
from .spec import AclSet
from .state import Observed, by_subject

_AUTHORIZER = "authorizer.class.name"


class Observing(Clusters, Configs, Protocol):
    """The APIs that ACLs are read from."""

    def acls(self) -> Acls: ...


def observe_declared(gateway: Observing, declared: AclSet) -> Observed:
    """Raises Unsupported for a declared ACL that the client library cannot write."""
    acls = gateway.acls()
    unwritable = []
    for binding in declared.bindings:
        if not acls.can_write(binding):
            unwritable.append(binding)
    if unwritable:
        subjects = by_subject(unwritable)
        names = [*map(str, subjects)]
        why = "the client library confluent-kafka has no word for its resource type or operation"
        remedy = "use the program kafka-acls of Kafka for it"
        raise Unsupported(f"cannot keep {some(KIND, names)}: {why}; {remedy}")
    return observe_all(gateway)


def observe_all(gateway: Observing) -> Observed:
    """Raises NotAuthorized, or Unsupported where the cluster has no authorizer."""
    acls = gateway.acls()
    found = acls.describe_acls()
    if isinstance(found, Rejection):
        right = "the principal needs the ACL operation DESCRIBE on the cluster"
        raise NotAuthorized(f"cannot read the ACLs: {found.error} ({right})")
    if not found:
        _check_authorizer(gateway)
    cluster = gateway.describe_cluster()
    known = frozenset(binding for binding in found if binding.is_known)
    return Observed(
        bindings=known,
        foreign=found - known,
        cluster_id=cluster.cluster_id,
        principal=acls.principal(),
        operations=cluster.operations,
    )


def _check_authorizer(gateway: Observing) -> None:
    """Raises Unsupported without one: such brokers show that there are no ACLs."""
    config = gateway.describe_broker_config()
    if isinstance(config, Rejection):
        # who is refused something is refused by an authorizer
        if config.code == CLUSTER_AUTHORIZATION_FAILED:
            return
        raise NotAuthorized(f"cannot read {_AUTHORIZER} of a broker: {config}")
    if not config.get(_AUTHORIZER):
        why = f"it has no authorizer ({_AUTHORIZER} is not set), so everybody may do everything"
        remedy = "set it on every broker and controller first"
        raise Unsupported(f"the cluster has no ACLs: {why}; {remedy}")
