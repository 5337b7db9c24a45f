# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What puts a part at stake, once the parts that go before it have gone."""

from __future__ import annotations

from typing import Any, NamedTuple, cast

from .._acl.change import DELETE, AclChange
from .._cluster.gateway.acls import Acls
from .._cluster.gateway.gateway import Gateway
from .._core.plan import Plan
from .._kafka.acls import Binding
from .._kafka.errors import Rejection


class _AclsLeft(NamedTuple):
    acls: Acls
    deleted: frozenset[Binding]

    def describe_acls(self) -> frozenset[Binding] | Rejection:
        found = self.acls.describe_acls()
        if isinstance(found, Rejection):
            return found
        return found - self.deleted


class _Left:
    """The cluster without the ACLs that a plan deletes; all else is as it is."""

    def __init__(self, gateway: Gateway, deleted: frozenset[Binding]) -> None:
        self._gateway = gateway
        self._deleted = deleted

    def acls(self) -> _AclsLeft:
        return _AclsLeft(self._gateway.acls(), self._deleted)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._gateway, name)


def without_deleted(gateway: Gateway, plan: Plan[AclChange]) -> Gateway:
    """As a user finds the cluster that goes after its rights.

    Whether somebody needs these rights is the evidence of the ACLs.
    """
    deleted: list[Binding] = []
    for change in plan.changes:
        if change.operation == DELETE:
            deleted += change.bindings
    return cast(Gateway, _Left(gateway, frozenset(deleted)))
