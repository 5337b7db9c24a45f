# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Kafka's ACLs: what a binding is, which operations a resource has, what a binding applies to.

Source: org.apache.kafka.security.authorizer.AclEntry (the tables) and
org.apache.kafka.metadata.authorizer.StandardAuthorizerData (what implies what), Kafka 3.9 to 4.4.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from .operations import (
    ALL,
    ALTER,
    ALTER_CONFIGS,
    CLUSTER_ACTION,
    CREATE,
    CREATE_TOKENS,
    DELETE,
    DESCRIBE,
    DESCRIBE_CONFIGS,
    DESCRIBE_TOKENS,
    IDEMPOTENT_WRITE,
    READ,
    TWO_PHASE_COMMIT,
    WRITE,
)

TOPIC, GROUP, CLUSTER = "topic", "group", "cluster"
TRANSACTIONAL_ID, DELEGATION_TOKEN, USER = "transactional_id", "delegation_token", "user"
LITERAL, PREFIXED = PATTERN_TYPES = ("literal", "prefixed")
ALLOW, DENY = PERMISSIONS = ("allow", "deny")
CLUSTER_NAME = "kafka-cluster"  # the only name that a cluster has as a resource
ANY = "*"  # any host; as the name of a literal pattern, any resource of the type
EVERYBODY = "User:*"
ANONYMOUS = "User:ANONYMOUS"  # who does not authenticate
UNKNOWN = "unknown"  # what the client library has no word for

OPERATIONS = {
    TOPIC: (READ, WRITE, CREATE, DELETE, ALTER, DESCRIBE, DESCRIBE_CONFIGS, ALTER_CONFIGS),
    GROUP: (READ, DELETE, DESCRIBE, DESCRIBE_CONFIGS, ALTER_CONFIGS),
    CLUSTER: (
        CREATE,
        ALTER,
        DESCRIBE,
        CLUSTER_ACTION,
        DESCRIBE_CONFIGS,
        ALTER_CONFIGS,
        IDEMPOTENT_WRITE,
    ),
    TRANSACTIONAL_ID: (WRITE, DESCRIBE, TWO_PHASE_COMMIT),
    DELEGATION_TOKEN: (DESCRIBE,),
    USER: (CREATE_TOKENS, DESCRIBE_TOKENS),
}
_IMPLYING = {
    DESCRIBE: frozenset({READ, WRITE, DELETE, ALTER}),
    DESCRIBE_CONFIGS: frozenset({ALTER_CONFIGS}),
}


class Pattern(NamedTuple):
    """The resources of one type that a binding applies to."""

    resource_type: str
    name: str
    pattern_type: str = LITERAL

    def matches(self, resource_type: str, name: str) -> bool:
        """Whether the resource of this type and name is one of them."""
        if resource_type != self.resource_type:
            return False
        if self.pattern_type == PREFIXED:
            return name.startswith(self.name)
        return self.name in (name, ANY)


class Binding(NamedTuple):
    """One ACL. An ALLOW gives the principal the operation, a DENY takes it whatever is allowed."""

    principal: str
    pattern: Pattern
    operation: str
    permission: str = ALLOW
    host: str = ANY

    @property
    def is_known(self) -> bool:
        """Whether the client library has words for all of it."""
        return UNKNOWN not in (
            self.pattern.resource_type,
            self.pattern.pattern_type,
            self.operation,
            self.permission,
        )

    def decides(self, operation: str) -> bool:
        """Whether it allows or denies the operation. Only an ALLOW decides on implied ones."""
        if self.operation in (operation, ALL):
            return True
        implying = _IMPLYING.get(operation, frozenset())
        return self.permission == ALLOW and self.operation in implying

    def is_for(self, principal: str) -> bool:
        return self.principal in (principal, EVERYBODY)


def with_implied(operations: Iterable[str]) -> frozenset[str]:
    """These operations, and those that they imply."""
    found = set(operations)
    for operation, implying in _IMPLYING.items():
        if not implying.isdisjoint(found):
            found.add(operation)
    return frozenset(found)


# from where a principal may do something: how far its right reaches
NOWHERE, SOME_HOSTS, ANYWHERE = range(3)


def reach(
    bindings: Iterable[Binding], principal: str, operation: str, resource_type: str, name: str
) -> int:
    """From where the principal may do that by these bindings; a super user may do anything."""
    allowed = NOWHERE
    most = ANYWHERE
    for binding in bindings:
        is_about = binding.is_for(principal) and binding.decides(operation)
        if not is_about or not binding.pattern.matches(resource_type, name):
            continue
        hosts = ANYWHERE if binding.host == ANY else SOME_HOSTS
        if binding.permission == ALLOW:
            allowed = max(allowed, hosts)
        else:
            most = min(most, ANYWHERE - hosts)
    return min(allowed, most)
