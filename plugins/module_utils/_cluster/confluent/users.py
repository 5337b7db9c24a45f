# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The API of SCRAM users."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping
from contextlib import suppress
from typing import Any

from ..._kafka.errors import CLUSTER_AUTHORIZATION_FAILED, Rejection
from ..._kafka.operations import DESCRIBE
from ..._kafka.scram import (
    FEWEST_ITERATIONS,
    Credential,
    Listener,
    Password,
    Proof,
    Upsertion,
)
from .session import Futures, Session

with suppress(ImportError):
    from confluent_kafka.admin import (
        ScramCredentialInfo,
        ScramMechanism,
        UserScramCredentialDeletion,
        UserScramCredentialUpsertion,
    )

_ALL = "all users"
_HIDDEN = Rejection(
    CLUSTER_AUTHORIZATION_FAILED,
    "CLUSTER_AUTHORIZATION_FAILED",
    "without DESCRIBE on the cluster all users are hidden",
)


class ConfluentUsers(Session):
    """Implements Users."""

    def describe_users(self) -> Mapping[Credential, int] | Rejection:
        operations = self._cluster.operations
        if operations is None or DESCRIBE not in operations:
            # confluent-kafka 2.16 frees memory twice when a broker refuses to answer, and aborts
            return _HIDDEN

        def send(request_timeout: float) -> Futures:
            every: Any = self._admin.describe_user_scram_credentials(
                request_timeout=request_timeout
            )
            return {_ALL: every}

        found = self._read(send, _credentials)[_ALL]
        return _readable(found) if isinstance(found, Rejection) else found

    def own_user(self) -> str | None:
        return self._connection.sasl_username

    def listener(self) -> Listener:
        connection = self._connection
        protocol = connection.security_protocol
        if "SASL" not in protocol:
            protocol = f"SASL_{protocol}"
        return Listener(connection.bootstrap_servers, protocol)

    def prove(
        self, passwords: Mapping[Credential, Password], listener: Listener
    ) -> Mapping[Credential, Proof]:
        from .logins import Logins  # a run that declares no password makes none

        logins = Logins(self._connection, self._cluster.cluster_id, listener)
        return logins.prove(passwords)

    def upsert_users(
        self, upsertions: Collection[Upsertion]
    ) -> Mapping[Credential, Rejection | None]:
        # the client derives the keys after the call has returned, in the time of the request
        iterations = 0
        credentials = []
        alterations = []
        for upsertion in upsertions:
            iterations += upsertion.iterations
            credentials.append(upsertion.credential)
            alterations.append(_upsertion(upsertion))
        work = math.ceil(iterations / FEWEST_ITERATIONS)
        return self._alter(credentials, alterations, work)

    def delete_users(
        self, credentials: Collection[Credential]
    ) -> Mapping[Credential, Rejection | None]:
        alterations = [_deletion(credential) for credential in credentials]
        work = len(alterations)
        return self._alter(credentials, alterations, work)

    def _alter(
        self, credentials: Collection[Credential], alterations: list[Any], work: int
    ) -> Mapping[Credential, Rejection | None]:
        def send(request_timeout: float, **_operation_timeout: float) -> Futures:
            return self._admin.alter_user_scram_credentials(
                alterations, request_timeout=request_timeout
            )

        by_user = self._write(work, send)
        answers: dict[Credential, Rejection | None] = {}
        for credential in credentials:
            answer = by_user[credential.name]
            answers[credential] = _readable(answer) if answer else None
        return answers


def _credentials(found: Any) -> Mapping[Credential, int]:
    credentials = {}
    for name, description in found.items():
        for info in description.scram_credential_infos:
            mechanism = info.mechanism.name.replace("_", "-")
            credentials[Credential(name, mechanism)] = info.iterations
    return credentials


def _mechanism(credential: Credential) -> Any:
    name = credential.mechanism.replace("-", "_")
    return ScramMechanism[name]


def _upsertion(upsertion: Upsertion) -> Any:
    credential = upsertion.credential
    mechanism = _mechanism(credential)
    info = ScramCredentialInfo(mechanism, upsertion.iterations)
    password = upsertion.password.reveal()
    encoded = password.encode()
    return UserScramCredentialUpsertion(credential.name, info, encoded)


def _deletion(credential: Credential) -> Any:
    mechanism = _mechanism(credential)
    return UserScramCredentialDeletion(credential.name, mechanism)


def _readable(answer: Rejection) -> Rejection:
    """The message of the broker without the control characters that it may end in."""
    message = "".join(character for character in answer.message if character.isprintable())
    return answer._replace(message=message.strip())
