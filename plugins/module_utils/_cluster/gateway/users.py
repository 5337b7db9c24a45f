# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is asked of SCRAM users."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Protocol

from ..._kafka.errors import Rejection
from ..._kafka.scram import Credential, Listener, Password, Proof, Upsertion


class Users(Protocol):
    def describe_users(self) -> Mapping[Credential, int] | Rejection:
        """All credentials with their iterations; Kafka shows no more of them."""

    def own_user(self) -> str | None:
        """As which user the connection authenticates, None without SASL. Costs no request."""

    def listener(self) -> Listener:
        """Where the connection expects that users log in. Costs no request."""

    def prove(
        self, passwords: Mapping[Credential, Password], listener: Listener
    ) -> Mapping[Credential, Proof]:
        """Logs in with each, on connections of their own.

        A password that differs costs one failed login. Kafka answers alike for a wrong password and
        for a user that does not exist, so only credentials that exist are to be proved.
        """

    def upsert_users(
        self, upsertions: Collection[Upsertion]
    ) -> Mapping[Credential, Rejection | None]:
        """At most one credential of a user, because Kafka answers by user."""

    def delete_users(
        self, credentials: Collection[Credential]
    ) -> Mapping[Credential, Rejection | None]:
        """At most one credential of a user."""
