# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The ACLs of a cluster as they were observed. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from .._core.change import Plain
from .._kafka.acls import ALLOW, ANY, PREFIXED, Binding, Pattern


class Subject(NamedTuple):
    """What a change is about: the rights of a principal, from a host, on the same resources."""

    principal: str
    pattern: Pattern
    permission: str = ALLOW
    host: str = ANY

    def __str__(self) -> str:
        """Such as `User:orders on topic shop. (prefixed, deny, from 192.0.2.1)`."""
        details = []
        if self.pattern.pattern_type != "literal":
            details.append(self.pattern.pattern_type)
        if self.permission != ALLOW:
            details.append(self.permission)
        if self.host != ANY:
            details.append(f"from {self.host}")
        text = f"{self.principal} on {self.resource}"
        if not details:
            return text
        return f"{text} ({', '.join(details)})"

    @property
    def resource(self) -> str:
        pattern = self.pattern
        return f"{pattern.resource_type} {pattern.name}"

    @property
    def resources(self) -> str:
        """The same for a sentence."""
        if self.pattern.pattern_type == PREFIXED:
            return f"every {self.pattern.resource_type} that begins with {self.pattern.name}"
        return self.resource

    def bindings(self, operations: Iterable[str]) -> list[Binding]:
        principal, pattern, permission, host = self
        found = []
        for operation in operations:
            found.append(Binding(principal, pattern, operation, permission, host))
        return found

    def as_declaration(self, operations: Sequence[str]) -> dict[str, Plain]:
        """In the form that is declared."""
        resource_type, name, pattern_type = self.pattern
        return {
            "principal": self.principal,
            "resource_type": resource_type,
            "resource_name": name,
            "pattern_type": pattern_type,
            "operations": [operation.lower() for operation in operations],
            "permission": self.permission,
            "host": self.host,
        }


def subject_of(binding: Binding) -> Subject:
    principal, pattern, _operation, permission, host = binding
    return Subject(principal, pattern, permission, host)


def by_subject(bindings: Iterable[Binding]) -> Mapping[Subject, tuple[str, ...]]:
    """The operations of each subject, both in their order."""
    found: defaultdict[Subject, list[str]] = defaultdict(list)
    for binding in sorted(bindings):
        subject = subject_of(binding)
        found[subject].append(binding.operation)
    in_order = {}
    for subject in sorted(found):
        in_order[subject] = tuple(found[subject])
    return in_order


def declarations(bindings: Iterable[Binding]) -> list[Plain]:
    """In the form that is declared, sorted by principal and resource."""
    entries: list[Plain] = []
    for subject, operations in by_subject(bindings).items():
        entries.append(subject.as_declaration(operations))
    return entries


class Observed(NamedTuple):
    """`foreign`: the ACLs for which the client library has no words.

    `principal`: as whom the run acts, None where only the brokers know. `operations`: what it may
    do with the cluster, None where the cluster does not say.
    """

    bindings: frozenset[Binding]
    foreign: frozenset[Binding] = frozenset()
    cluster_id: str = ""
    principal: str | None = None
    operations: frozenset[str] | None = None
