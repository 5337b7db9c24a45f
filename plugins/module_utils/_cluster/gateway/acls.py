# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is asked of ACLs."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Protocol

from ..._kafka.acls import Binding
from ..._kafka.errors import Rejection


class Acls(Protocol):
    def describe_acls(self) -> frozenset[Binding] | Rejection:
        """All of them. A cluster without an authorizer may show that it has none.

        What the client library has no word for is UNKNOWN.
        """

    def principal(self) -> str | None:
        """As whom the connection authenticates; None where only the brokers know.

        Costs no request.
        """

    def can_write(self, binding: Binding) -> bool:
        """Whether the client library has words for all of it. Costs no request."""

    def create_acls(self, bindings: Collection[Binding]) -> Mapping[Binding, Rejection | None]:
        """Kafka does not tell whether a binding was there."""

    def delete_acls(self, bindings: Collection[Binding]) -> Mapping[Binding, Rejection | None]:
        """Kafka deletes what is not there without an error."""
