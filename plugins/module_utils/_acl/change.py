# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A change of what one principal may do: its operations, and what they put at stake. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from .._core.change import Plain
from .._core.plan import Reason
from .._core.wording import some
from .._kafka.acls import ALLOW, ANY, Binding
from .._kafka.usage import UNKNOWN, Unknown
from .state import Subject

KIND = "acl"
CREATE, DELETE = "create", "delete"
_EFFECTS = {
    (CREATE, "allow"): "gains",
    (DELETE, "allow"): "loses",
    (CREATE, "deny"): "is denied",
    (DELETE, "deny"): "is no longer denied",
}


class Evidence(NamedTuple):
    """`widening`: why more may be done than before. `groups`: the active groups that lose a right.

    Each has the principals that may read it by their ACLs. `brokers`: why brokers may stop.
    `written`: the topics that lose a writer, and when they were written to lately.
    """

    widening: str = ""
    brokers: str = ""
    groups: Mapping[str, tuple[str, ...]] | Unknown | None = None
    written: Mapping[str, str] | None = None

    def as_result(self) -> dict[str, Plain]:
        facts: dict[str, Plain] = {}
        if self.widening:
            facts["widening"] = self.widening
        if self.brokers:
            facts["brokers"] = self.brokers
        if self.groups == UNKNOWN:
            facts["groups"] = UNKNOWN
        elif self.groups is not None:
            facts["groups"] = {name: [*readers] for name, readers in self.groups.items()}
        if self.written:
            facts["written"] = self.written
        return facts


class AclChange(NamedTuple):
    """`operations`: those of the bindings that are created or deleted."""

    subject: Subject
    operation: str
    operations: tuple[str, ...]
    hazards: tuple[str, ...] = ()
    evidence: Evidence = Evidence()

    @property
    def kind(self) -> str:
        return KIND

    @property
    def key(self) -> Subject:
        return self.subject

    @property
    def name(self) -> str:
        return str(self.subject)

    @property
    def verb(self) -> str:
        return f"{self.operation} {KIND}"

    @property
    def effect(self) -> str:
        """Such as `loses READ`."""
        kind = self.operation, self.subject.permission
        operations = ", ".join(self.operations)
        return f"{_EFFECTS[kind]} {operations}"

    @property
    def title(self) -> str:
        """Such as `User:orders loses READ on topic shop.orders`."""
        subject = self.subject
        text = f"{subject.principal} {self.effect} on {subject.resources}"
        if subject.host == ANY:
            return text
        return f"{text} from {subject.host}"

    @property
    def takes(self) -> bool:
        """Whether the principal may do less after it."""
        is_allow = self.subject.permission == ALLOW
        return is_allow == (self.operation == DELETE)

    @property
    def bindings(self) -> list[Binding]:
        return self.subject.bindings(self.operations)

    @property
    def before(self) -> Mapping[str, Plain] | None:
        return self._declared if self.operation == DELETE else None

    @property
    def after(self) -> Mapping[str, Plain] | None:
        return self._declared if self.operation == CREATE else None

    @property
    def shown_before(self) -> Mapping[str, Plain]:
        return self._shown if self.operation == DELETE else {}

    @property
    def shown_after(self) -> Mapping[str, Plain]:
        return self._shown if self.operation == CREATE else {}

    @property
    def facts(self) -> Mapping[str, Plain]:
        return self.evidence.as_result()

    def told(self, facts: Mapping[str, Plain]) -> Mapping[str, Plain]:
        told = dict(facts)
        groups, written = facts.get("groups"), facts.get("written")
        if isinstance(groups, Mapping):
            told["groups"] = _groups_as_told(groups)
        if isinstance(written, Mapping):
            told["written"] = _written_as_told(written)
        return told

    def as_result(self) -> dict[str, Plain]:
        return {
            "kind": self.kind,
            "name": self.name,
            "operation": self.operation,
            "before": self.before,
            "after": self.after,
            "hazards": list(self.hazards),
            "evidence": self.facts,
        }

    @property
    def _declared(self) -> Mapping[str, Plain]:
        return self.subject.as_declaration(self.operations)

    @property
    def _shown(self) -> Mapping[str, Plain]:
        """The rest is in the name."""
        return {"operations": [operation.lower() for operation in self.operations]}


def _groups_as_told(groups: Mapping[str, Plain]) -> str:
    """Such as `only User:orders may read group orders.app; it is active`."""
    told = []
    for name, readers in groups.items():
        who = ""
        if isinstance(readers, list):
            who = ", ".join(map(str, readers))
            if len(readers) == 1:
                who = f"only {who}"
        told.append(f"{who} may read group {name}; it is active")
    return "; ".join(told)


def _written_as_told(written: Mapping[str, Plain]) -> str:
    """Such as `topic shop.orders at 2026-11-25T08:00:00Z, by whom is not known`."""
    topics = [f"{name} at {time}" for name, time in written.items()]
    return f"{some('topic', topics)}, by whom is not known"


def reason_of(change: AclChange, why: str) -> Reason:
    """Why the change is refused, by no guard."""
    return Reason(KIND, change.operation, change.effect, "", why, "")
