# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The API of ACLs, in memory."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping

from ansible_collections.omninode.kafka.plugins.module_utils._kafka.acls import (
    CLUSTER as CLUSTER_TYPE,
)
from ansible_collections.omninode.kafka.plugins.module_utils._kafka.acls import (
    CLUSTER_NAME,
    DELEGATION_TOKEN,
    UNKNOWN,
    USER,
    Binding,
)
from ansible_collections.omninode.kafka.plugins.module_utils._kafka.errors import (
    SECURITY_DISABLED,
    Rejection,
)
from ansible_collections.omninode.kafka.plugins.module_utils._kafka.operations import (
    CREATE_TOKENS,
    DESCRIBE_TOKENS,
    TWO_PHASE_COMMIT,
)

from .cluster import CLUSTER
from .session import CLUSTER_DENIED, MOST_RECORDS, TOO_LARGE, FakeSession
from .topics import INVALID_REQUEST

NO_AUTHORIZER = Rejection(SECURITY_DISABLED, "SECURITY_DISABLED", "No Authorizer is configured.")
# what the client library has no words for
_FOREIGN_TYPES = frozenset({DELEGATION_TOKEN, USER})
_FOREIGN_OPERATIONS = frozenset({CREATE_TOKENS, DESCRIBE_TOKENS, TWO_PHASE_COMMIT})


class FakeAcls(FakeSession):
    """Implements Acls."""

    def describe_acls(self) -> frozenset[Binding] | Rejection:
        self._arrive("describe_acls")
        if CLUSTER in self._cluster.denied["DESCRIBE"]:
            return CLUSTER_DENIED
        if not self._has_authorizer():
            return frozenset()
        return frozenset(map(_shown, self._cluster.acls))

    def principal(self) -> str | None:
        return self._cluster.principal

    def can_write(self, binding: Binding) -> bool:
        return _shown(binding) == binding

    def create_acls(self, bindings: Collection[Binding]) -> Mapping[Binding, Rejection | None]:
        return self._change("create_acls", bindings, self._cluster.acls.union, _refused)

    def delete_acls(self, bindings: Collection[Binding]) -> Mapping[Binding, Rejection | None]:
        return self._change("delete_acls", bindings, self._cluster.acls.difference, _taken)

    def _change(
        self,
        kind: str,
        bindings: Collection[Binding],
        change: Callable[[Collection[Binding]], frozenset[Binding]],
        refused: Callable[[Binding], Rejection | None],
    ) -> Mapping[Binding, Rejection | None]:
        self._arrive(kind)
        if not self._has_authorizer():
            return dict.fromkeys(bindings, NO_AUTHORIZER)
        if CLUSTER in self._cluster.denied["ALTER"]:
            return dict.fromkeys(bindings, CLUSTER_DENIED)
        if len(bindings) > MOST_RECORDS:
            return dict.fromkeys(bindings, TOO_LARGE)
        answers = {binding: refused(binding) for binding in bindings}
        fate = self._cluster.next_fate(kind)
        if fate != "dropped":
            self._cluster.acls = change([each for each, answer in answers.items() if not answer])
        return dict.fromkeys(bindings, self._cluster.loss) if fate else answers

    def _has_authorizer(self) -> bool:
        return bool(self._cluster.broker_config["authorizer.class.name"])


def _shown(binding: Binding) -> Binding:
    pattern = binding.pattern
    if pattern.resource_type in _FOREIGN_TYPES:
        binding = binding._replace(pattern=pattern._replace(resource_type=UNKNOWN))
    if binding.operation in _FOREIGN_OPERATIONS:
        binding = binding._replace(operation=UNKNOWN)
    return binding


def _taken(_binding: Binding) -> None:
    """A deletion is never refused, also of what is not there."""


def _refused(binding: Binding) -> Rejection | None:
    pattern = binding.pattern
    why = ""
    if ":" not in binding.principal:
        missing = "no colon is present separating the principal type from the principal name"
        why = f"Could not parse principal from `{binding.principal}` ({missing})"
    elif not pattern.name:
        why = "Invalid empty resource name"
    elif pattern.resource_type == CLUSTER_TYPE and pattern.name != CLUSTER_NAME:
        why = f"The only valid name for the CLUSTER resource is {CLUSTER_NAME}"
    elif not binding.host:
        why = "Host pattern cannot be null or empty"
    return Rejection(INVALID_REQUEST, "INVALID_REQUEST", why) if why else None
