# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads the users of a cluster with one request, and proves the declared passwords."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import NamedTuple, Protocol

from .._cluster.gateway.clusters import Clusters
from .._cluster.gateway.users import Users
from .._core.errors import NotAuthorized
from .._kafka.errors import Rejection
from .._kafka.scram import PROVED, Credential, Password, Proof
from .spec import UserSet
from .state import Observed

_PAUSE = 1.0  # seconds; each login that fails shows in the audit logs of the cluster


class Observing(Clusters, Protocol):
    """The APIs that users are read from."""

    def users(self) -> Users: ...


class Proofs(NamedTuple):
    """What a run has found out about passwords, and forgets of those that it sets."""

    found: dict[Credential, Proof]
    sleep: Callable[[float], None] = time.sleep


def observe_declared(
    gateway: Observing, declared: UserSet, proofs: Proofs, proves: bool
) -> Observed:
    """`proves`: whether the passwords are tried that are not proved yet."""
    observed = observe_all(gateway)
    if proves and declared.proving.prove:
        _prove(gateway.users(), declared, observed, proofs)
    return observed._replace(proofs=dict(proofs.found))


def observe_all(gateway: Observing) -> Observed:
    """Without proofs. Raises NotAuthorized."""
    users = gateway.users()
    found = users.describe_users()
    if isinstance(found, Rejection):
        right = "the principal needs the ACL operation DESCRIBE on the cluster"
        raise NotAuthorized(f"cannot read the users: {found.error} ({right})")
    cluster = gateway.describe_cluster()
    return Observed(
        credentials=found,
        cluster_id=cluster.cluster_id,
        own_user=users.own_user(),
        operations=cluster.operations,
    )


def _prove(users: Users, declared: UserSet, observed: Observed, proofs: Proofs) -> None:
    """Of those that exist, since brokers answer alike for absent users and wrong passwords."""
    passwords: dict[Credential, Password] = {}
    for credential, how in declared.credentials.items():
        is_there = how.state == "present" and credential in observed.credentials
        is_asked = declared.looks_at(credential) and not _is_proved(credential, proofs)
        if how.password and is_there and is_asked:
            passwords[credential] = how.password
    if not passwords:
        return
    if not proofs.found.keys().isdisjoint(passwords):
        proofs.sleep(_PAUSE)
    listener = users.listener()
    proving = declared.proving
    listener = listener._replace(
        servers=proving.servers or listener.servers,
        security_protocol=proving.security_protocol or listener.security_protocol,
    )
    found = users.prove(passwords, listener)
    proofs.found.update(found)


def _is_proved(credential: Credential, proofs: Proofs) -> bool:
    proof = proofs.found.get(credential)
    return proof is not None and proof.verdict == PROVED
