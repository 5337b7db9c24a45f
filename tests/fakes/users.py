# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The API of SCRAM users, in memory."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping

from ansible_collections.omninode.kafka.plugins.module_utils._kafka.errors import (
    RESOURCE_NOT_FOUND,
    Rejection,
)
from ansible_collections.omninode.kafka.plugins.module_utils._kafka.scram import (
    DIFFERS,
    FEWEST_ITERATIONS,
    MOST_ITERATIONS,
    PROVED,
    UNPROVED,
    Credential,
    Listener,
    Password,
    Proof,
    Upsertion,
)

from .cluster import CLUSTER
from .session import CLUSTER_DENIED, FakeSession

UNACCEPTABLE_CREDENTIAL = 93
NOT_THERE = "Attempt to delete a user credential that does not exist"
SERVERS = ("127.0.0.1:9092",)


class FakeUsers(FakeSession):
    """Implements Users."""

    def describe_users(self) -> Mapping[Credential, int] | Rejection:
        self._arrive("describe_users")
        if CLUSTER in self._cluster.denied["DESCRIBE"]:
            return CLUSTER_DENIED
        return {each: stored.iterations for each, stored in self._cluster.users.items()}

    def own_user(self) -> str | None:
        return self._cluster.user

    def listener(self) -> Listener:
        return Listener(SERVERS, "SASL_PLAINTEXT")

    def prove(
        self, passwords: Mapping[Credential, Password], listener: Listener
    ) -> Mapping[Credential, Proof]:
        assert listener.servers
        return {each: self._prove(each, password) for each, password in passwords.items()}

    def _prove(self, credential: Credential, password: Password) -> Proof:
        cluster = self._cluster
        cluster.arrive("log_in")
        if cluster.unreachable:
            return Proof(UNPROVED, cluster.unreachable)
        if credential.mechanism not in cluster.mechanisms:
            offered = ",".join(sorted(cluster.mechanisms))
            why = f"authentication failed: the broker does not offer the mechanism ({offered})"
            return Proof(UNPROVED, why)
        cluster.logins.append(credential)
        stored = cluster.users.get(credential)
        is_right = stored is not None and stored.password == password
        return Proof(PROVED if is_right else DIFFERS)

    def upsert_users(
        self, upsertions: Collection[Upsertion]
    ) -> Mapping[Credential, Rejection | None]:
        by_credential = {each.credential: each for each in upsertions}

        def write(credential: Credential) -> Rejection | None:
            upsertion = by_credential[credential]
            if refused := _unacceptable(upsertion.iterations):
                return refused
            self._cluster.users[credential] = upsertion
            return None

        return self._each("upsert_users", [*by_credential], write)

    def delete_users(
        self, credentials: Collection[Credential]
    ) -> Mapping[Credential, Rejection | None]:
        def write(credential: Credential) -> Rejection | None:
            if credential not in self._cluster.users:
                return Rejection(RESOURCE_NOT_FOUND, "RESOURCE_NOT_FOUND", NOT_THERE)
            del self._cluster.users[credential]
            return None

        return self._each("delete_users", credentials, write)

    def _each(
        self,
        kind: str,
        credentials: Collection[Credential],
        write: Callable[[Credential], Rejection | None],
    ) -> Mapping[Credential, Rejection | None]:
        names = [credential.name for credential in credentials]
        assert len(names) == len(set(names)), "Kafka answers by user"
        self._arrive(kind)
        if CLUSTER in self._cluster.denied["ALTER"]:
            return dict.fromkeys(credentials, CLUSTER_DENIED)
        fate = self._cluster.next_fate(kind)
        if fate == "dropped":
            return dict.fromkeys(credentials, self._cluster.loss)
        answers = {credential: write(credential) for credential in credentials}
        return dict.fromkeys(credentials, self._cluster.loss) if fate else answers


def _unacceptable(iterations: int) -> Rejection | None:
    why = ""
    if iterations < FEWEST_ITERATIONS:
        why = "Too few iterations"
    elif iterations > MOST_ITERATIONS:
        why = "Too many iterations"
    if not why:
        return None
    return Rejection(UNACCEPTABLE_CREDENTIAL, "UNACCEPTABLE_CREDENTIAL", why)
