# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The API of ACLs."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from contextlib import suppress
from typing import Any

from ..._kafka.acls import ANONYMOUS, CLUSTER, UNKNOWN, Binding, Pattern
from ..._kafka.errors import CLUSTER_AUTHORIZATION_FAILED, Rejection
from ..._kafka.operations import DESCRIBE
from .session import Futures, Session

with suppress(ImportError):
    from confluent_kafka.admin import (
        AclBinding,
        AclBindingFilter,
        AclOperation,
        AclPermissionType,
        ResourcePatternType,
        ResourceType,
    )

_CLUSTER = "BROKER"  # as the client library calls it
_ALL = "all ACLs"
_HIDDEN = Rejection(
    CLUSTER_AUTHORIZATION_FAILED,
    "CLUSTER_AUTHORIZATION_FAILED",
    "without DESCRIBE on the cluster all ACLs are hidden",
)


class ConfluentAcls(Session):
    """Implements Acls."""

    def describe_acls(self) -> frozenset[Binding] | Rejection:
        operations = self._cluster.operations
        # the library shows a refusal as no ACLs
        if operations is None or DESCRIBE not in operations:
            return _HIDDEN
        # None matches anything, which the types of the library do not say
        anything: Any = None
        every = AclBindingFilter(
            ResourceType.ANY,
            anything,
            ResourcePatternType.ANY,
            anything,
            anything,
            AclOperation.ANY,
            AclPermissionType.ANY,
        )

        def send(**times: float) -> Futures:
            return {_ALL: self._admin.describe_acls(every, **times)}

        return self._read(send, _bindings)[_ALL]

    def principal(self) -> str | None:
        connection = self._connection
        if connection.sasl_username:
            return f"User:{connection.sasl_username}"
        # brokers make a name of a certificate, a token or a ticket by rules of their own
        is_named = connection.sasl_mechanism or connection.shows_certificate
        return None if is_named else ANONYMOUS

    def can_write(self, binding: Binding) -> bool:
        resource_type = _resource_type(binding)
        has_type = resource_type in _words(ResourceType)
        return has_type and binding.operation in _words(AclOperation)

    def create_acls(self, bindings: Collection[Binding]) -> Mapping[Binding, Rejection | None]:
        return self._each(bindings, AclBinding, self._admin.create_acls)

    def delete_acls(self, bindings: Collection[Binding]) -> Mapping[Binding, Rejection | None]:
        return self._each(bindings, AclBindingFilter, self._admin.delete_acls)

    def _each(
        self, bindings: Collection[Binding], kind: Callable[..., Any], send: Callable[..., Futures]
    ) -> Mapping[Binding, Rejection | None]:
        """What became of each binding. `kind`: what the client library takes it for."""
        # a resource may have many bindings, so its name would not tell the answers apart
        names = {}
        by_name = {}
        for number, binding in enumerate(bindings):
            name = str(number)
            fields = _fields(binding)
            names[kind(*fields)] = name
            by_name[name] = binding

        # these calls take no operation timeout
        def send_all(request_timeout: float, **_operation_timeout: float) -> Futures:
            futures = send([*names], request_timeout=request_timeout)
            return {names[each]: future for each, future in futures.items()}

        answers = self._write(len(names), send_all)
        return {by_name[name]: answer for name, answer in answers.items()}


def _words(kind: Any) -> frozenset[str]:
    names = frozenset(word.name for word in kind)
    return names - {"UNKNOWN", "ANY"}


def _resource_type(binding: Binding) -> str:
    resource_type = binding.pattern.resource_type
    return _CLUSTER if resource_type == CLUSTER else resource_type.upper()


def _fields(binding: Binding) -> tuple[Any, ...]:
    """The arguments of the client library's types."""
    pattern = binding.pattern
    return (
        ResourceType[_resource_type(binding)],
        pattern.name,
        ResourcePatternType[pattern.pattern_type.upper()],
        binding.principal,
        binding.host,
        AclOperation[binding.operation],
        AclPermissionType[binding.permission.upper()],
    )


def _bindings(found: Any) -> frozenset[Binding]:
    return frozenset(_binding(each) for each in found)


def _binding(found: Any) -> Binding:
    resource_type = found.restype.name
    pattern = Pattern(
        CLUSTER if resource_type == _CLUSTER else resource_type.lower(),
        found.name,
        found.resource_pattern_type.name.lower(),
    )
    operation = found.operation.name
    return Binding(
        found.principal,
        pattern,
        UNKNOWN if operation == UNKNOWN.upper() else operation,
        found.permission_type.name.lower(),
        found.host,
    )
