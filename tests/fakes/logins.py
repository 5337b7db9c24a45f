# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Principals of a cluster in memory that are not the run's own: each has only what it is given."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from ansible_collections.omninode.kafka.plugins.module_utils._cluster.gateway.logins import Login
from ansible_collections.omninode.kafka.plugins.module_utils._core.errors import NotAuthorized
from ansible_collections.omninode.kafka.plugins.module_utils._kafka.acls import with_implied

from .cluster import FakeCluster


class FakeApplication(NamedTuple):
    """`may`: its operations by the name of a topic or group, CLUSTER, or a prefix and `*`."""

    password: str
    mechanism: str
    may: Mapping[str, frozenset[str]]

    def lacks(self, operation: str, name: str) -> bool:
        for pattern, operations in self.may.items():
            prefix = pattern.removesuffix("*")
            matches = name.startswith(prefix) if pattern.endswith("*") else name == pattern
            if matches and operation in with_implied(operations):
                return False
        return True


class _Lacking:
    """All names on which a user lacks an operation: acts as the set that a test would write."""

    def __init__(self, application: FakeApplication, *operations: str) -> None:
        self._application = application
        self._operations = operations

    def __contains__(self, name: str) -> bool:
        return any(self._application.lacks(operation, name) for operation in self._operations)

    def __or__(self, other: _Lacking) -> _Lacking:
        return _Lacking(self._application, *self._operations, *other._operations)

    def __rsub__(self, names: frozenset[str]) -> frozenset[str]:
        return frozenset(name for name in names if name not in self)


class _Denied(defaultdict[str, Any]):
    def __init__(self, application: FakeApplication, operations: Iterator[str]) -> None:
        super().__init__()
        for operation in operations:
            self[operation] = _Lacking(application, operation)


class _Seen:
    """The cluster as a user sees it: the same state, but rights of its own."""

    def __init__(self, cluster: FakeCluster, application: FakeApplication, login: Login) -> None:
        operations = iter(OPERATIONS)
        own = {"denied": _Denied(application, operations), "principal": login.principal}
        self.__dict__.update(own, _of=cluster)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.__dict__["_of"], name)

    def __setattr__(self, name: str, value: object) -> None:
        setattr(self.__dict__["_of"], name, value)


OPERATIONS = (
    "ALTER",
    "ALTER_CONFIGS",
    "CLUSTER_ACTION",
    "CREATE",
    "DELETE",
    "DESCRIBE",
    "DESCRIBE_CONFIGS",
    "IDEMPOTENT_WRITE",
    "READ",
    "WRITE",
)


def seen_by(cluster: FakeCluster, login: Login) -> Any:
    """Raises NotAuthorized, as the adapter does."""
    user = cluster.applications.get(login.username)
    given = (login.password, login.mechanism)
    if user is None or given != (user.password, user.mechanism):
        who = f"user {login.username} with this password by {login.mechanism}"
        raise NotAuthorized(f"the cluster refuses {who} (asked at fake:9092)")
    return _Seen(cluster, user, login)
