# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A change of one credential, and what it puts at stake. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from .._core.change import Plain
from .._core.plan import Reason
from .._kafka.scram import Credential, Password
from .._kafka.usage import UNKNOWN, Unknown
from .state import as_declaration

KIND = "user"
CREATE, ALTER, DELETE = "create", "alter", "delete"
AS_DECLARED = "as declared"


class Side(NamedTuple):
    """What differs before or after the change. `password`: words, never the password."""

    iterations: int | None = None
    password: str | None = None

    def as_result(self) -> dict[str, Plain]:
        fields = self._asdict()
        return {field: value for field, value in fields.items() if value is not None}


class Evidence(NamedTuple):
    """`rights`: how many ACLs name the user. `mechanisms`: of the credentials that it keeps."""

    rights: int | Unknown = 0
    mechanisms: tuple[str, ...] = ()

    def as_result(self) -> dict[str, Plain]:
        return {"rights": self.rights, "mechanisms": [*self.mechanisms]}


class UserChange(NamedTuple):
    """`iterations` and `password`: what is written; nothing of a deletion.

    `old` and `new`: what differs.
    """

    credential: Credential
    operation: str
    old: Side = Side()
    new: Side = Side()
    iterations: int = 0
    password: Password | None = None
    hazards: tuple[str, ...] = ()
    evidence: Evidence | None = None

    @property
    def kind(self) -> str:
        return KIND

    @property
    def key(self) -> Credential:
        return self.credential

    @property
    def name(self) -> str:
        return str(self.credential)

    @property
    def verb(self) -> str:
        return f"{self.operation} {KIND}"

    @property
    def title(self) -> str:
        """Such as `alter user alice (SCRAM-SHA-512): password`."""
        text = f"{self.verb} {self.name}"
        if self.operation != ALTER:
            return text
        altered = self.new.as_result()
        fields = ", ".join(altered)
        return f"{text}: {fields}"

    @property
    def sets_password(self) -> bool:
        """Whether it replaces the password of a user that exists."""
        return self.operation == ALTER and self.new.password is not None

    @property
    def before(self) -> Mapping[str, Plain] | None:
        if self.operation == CREATE:
            return None
        if self.operation == ALTER:
            return self.old.as_result()
        return as_declaration(self.credential, self.old.iterations or 0)

    @property
    def after(self) -> Mapping[str, Plain] | None:
        if self.operation == DELETE:
            return None
        if self.operation == ALTER:
            return self.new.as_result()
        entry = as_declaration(self.credential, self.iterations)
        return {**entry, "password": AS_DECLARED}

    @property
    def shown_before(self) -> Mapping[str, Plain]:
        return self.old.as_result()

    @property
    def shown_after(self) -> Mapping[str, Plain]:
        return self.new.as_result()

    @property
    def facts(self) -> Mapping[str, Plain]:
        return self.evidence.as_result() if self.evidence else {}

    def told(self, facts: Mapping[str, Plain]) -> Mapping[str, Plain]:
        """How many ACLs name the user, and by what else it can log in."""
        told: dict[str, Plain] = {}
        if "rights" in facts:
            rights = facts["rights"]
            told["rights"] = f"{rights} ACLs name it"
            if rights == 1:
                told["rights"] = "1 ACL names it"
            elif rights == UNKNOWN:
                told["rights"] = UNKNOWN
        if "mechanisms" in facts:
            told["other mechanisms"] = facts["mechanisms"]
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


def reason_of(change: UserChange, why: str) -> Reason:
    """Why the change is refused, by no guard."""
    return Reason(KIND, change.operation, "", "", why, "")
