# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tries passwords by logging in with them, each on a connection of its own."""

from __future__ import annotations

import time
from collections.abc import Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from functools import partial
from typing import Any, NamedTuple

from ..._core.errors import InvalidSpec
from ..._kafka.scram import (
    DIFFERS,
    PROVED,
    UNPROVED,
    Credential,
    Listener,
    Password,
    Proof,
)
from ..connection import Connection
from ..diagnosis import refuses_password
from .client import Journal, client, why_unreachable

with suppress(ImportError):
    from confluent_kafka import KafkaError
    from confluent_kafka.admin import AdminClient

_AT_ONCE = 20
_LOGINS_PER_SECOND = 5
_LONGEST_LOGIN = 15.0  # seconds
# the client tries again after this, but it is closed 20 ms after its password is refused; not
# longer, because "localhost" may be refused on ::1 and answer on 127.0.0.1
_ONE_LOGIN: Mapping[str, Any] = {"reconnect.backoff.ms": 1000, "reconnect.backoff.max.ms": 1000}
_OTHER_CLUSTER = "it is cluster"
_GRACE_SECONDS = 2.0  # until then the next address of a server is tried
# a cause speaks of the options of the run's own connection
_OTHER_OPTIONS = (
    # such as that of a run without SASL, where another listener may be the one to ask
    ("not speak SASL, check security_protocol", "not speak SASL, give prove_servers that do"),
    ("check bootstrap_servers", "check prove_servers"),
    ("check security_protocol", "check prove_security_protocol"),
    ("does not offer this sasl_mechanism", "does not offer the mechanism"),
)


class _LoginJournal(Journal):
    """`refused`: whether a login failed, for whatever reason."""

    refused = False

    def on_error(self, error: KafkaError) -> None:
        super().on_error(error)
        if error.code() == KafkaError._AUTHENTICATION:
            self.refused = True


class Logins(NamedTuple):
    """`connection`: that of the run, whose TLS settings count here too."""

    connection: Connection
    cluster_id: str
    listener: Listener

    def prove(self, passwords: Mapping[Credential, Password]) -> Mapping[Credential, Proof]:
        seconds = self.connection.timeout + len(passwords) / _LOGINS_PER_SECOND
        deadline = time.monotonic() + seconds
        by_mechanism: dict[str, dict[Credential, Password]] = {}
        for credential, password in passwords.items():
            same = by_mechanism.setdefault(credential.mechanism, {})
            same[credential] = password
        proofs: dict[Credential, Proof] = {}
        for same in by_mechanism.values():
            proofs |= self._of_one_mechanism(same, deadline)
        return proofs

    def _of_one_mechanism(
        self, passwords: Mapping[Credential, Password], deadline: float
    ) -> Mapping[Credential, Proof]:
        """The first one finds a server; where no server tries it, none tries the others."""
        first, *others = passwords
        for server in self.listener.servers:
            proof = self._try(server, deadline, first, passwords[first])
            if proof.verdict != UNPROVED:
                break
        else:
            return dict.fromkeys(passwords, proof)
        log_in = partial(self._try, server, deadline)
        secrets = [passwords[credential] for credential in others]
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            found = pool.map(log_in, others, secrets)
            proofs = {first: proof, **dict(zip(others, found, strict=True))}
        if not any(each.verdict == PROVED for each in proofs.values()):
            proof = self._of_own_user(server, deadline)
            if proof.verdict == UNPROVED:
                return dict.fromkeys(passwords, proof)
        return proofs

    def _of_own_user(self, server: str, deadline: float) -> Proof:
        """Unproved on a server that belongs to another cluster, where all passwords differ."""
        connection = self.connection
        name, password = connection.sasl_username, connection.sasl_password
        is_known = server in connection.bootstrap_servers
        if is_known or not name or not password:
            return Proof(PROVED)
        credential = Credential(name, connection.sasl_mechanism or "")
        proof = self._try(server, deadline, credential, Password(password))
        if proof.verdict != DIFFERS:
            # it may log in by a mechanism that is not offered where users do
            return proof if _OTHER_CLUSTER in proof.cause else Proof(PROVED)
        why = "the user of the run cannot log in, so it may be another cluster"
        return Proof(UNPROVED, f"{server}: {why}, check prove_servers")

    def _try(
        self, server: str, deadline: float, credential: Credential, password: Password
    ) -> Proof:
        left = deadline - time.monotonic()
        if left <= 0:
            return Proof(UNPROVED, "there was no time left to try it (raise timeout)")
        connection = replace(
            self.connection,
            bootstrap_servers=(server,),
            security_protocol=self.listener.security_protocol,
            sasl_mechanism=credential.mechanism,
            sasl_username=credential.name,
            sasl_password=password.reveal(),
        )
        seconds = min(left, self.connection.timeout, _LONGEST_LOGIN)
        try:
            return _log_in(connection, self.cluster_id, seconds)
        except InvalidSpec:
            # its text may hold a part of the password
            return Proof(UNPROVED, f"{server}: the client library refuses a property")


def _log_in(connection: Connection, cluster_id: str, seconds: float) -> Proof:
    journal = _LoginJournal()
    admin = client(AdminClient, connection, journal, _ONE_LOGIN)
    answer = admin.describe_cluster(request_timeout=seconds)
    deadline = time.monotonic() + seconds
    while not _ended(answer, journal, deadline):
        journal.serve(admin, 0.02)
    if answer.done() and not answer.exception():
        found = answer.result()
        return _logged_in(connection, found.cluster_id, cluster_id)
    # what explains it may still be on its way to the journal
    journal.serve(admin)
    if refuses_password(journal.lines):
        return Proof(DIFFERS)
    cause = why_unreachable(journal, connection)
    for option, other in _OTHER_OPTIONS:
        cause = cause.replace(option, other)
    # the log of the client library holds no password, so there is nothing to hide
    return Proof(UNPROVED, f"{connection.address}: {cause}")


def _logged_in(connection: Connection, found: str, cluster_id: str) -> Proof:
    if found == cluster_id:
        return Proof(PROVED)
    address = connection.address
    why = f"{_OTHER_CLUSTER} {found}, not {cluster_id}, check prove_servers"
    return Proof(UNPROVED, f"{address}: {why}")


def _ended(answer: Future[Any], journal: _LoginJournal, deadline: float) -> bool:
    if answer.done() or journal.refused:
        return True
    now = time.monotonic()
    down_since = journal.all_down
    if down_since is not None and now > down_since + _GRACE_SECONDS:
        return True
    return now > deadline
