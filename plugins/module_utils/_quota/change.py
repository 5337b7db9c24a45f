# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A change of the quotas of one entity, as data."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from .._core.change import Plain
from .._core.plan import Reason
from .._kafka.quotas import Entity, plain, readable
from .._kafka.usage import UNKNOWN, Unknown

KIND = "quota"
CREATE, ALTER, DELETE = "create", "alter", "delete"


class Step(NamedTuple):
    """What becomes of one key; None where it is not set."""

    key: str
    before: float | None
    after: float | None

    @property
    def is_lower(self) -> bool:
        """Whether it lets a client do less than before."""
        if self.after is None:
            return False
        return self.before is None or self.after < self.before

    def __str__(self) -> str:
        """Such as `producer_byte_rate from 10MiB to 1MiB`."""
        key, before, after = self
        if after is None:
            return f"{key} removed"
        new = readable(key, after)
        if before is None:
            return f"{key} {new}"
        old = readable(key, before)
        return f"{key} from {old} to {new}"


class Evidence(NamedTuple):
    """`binds`: how many users that the cluster knows are bound more than before."""

    binds: int | Unknown | None = None

    def as_result(self) -> dict[str, Plain]:
        return {} if self.binds is None else {"binds": self.binds}


class QuotaChange(NamedTuple):
    """`steps`: the keys that differ, in their order.

    `lowered`: those of them by which clients whom nobody named are bound more than before.
    """

    entity: Entity
    operation: str
    steps: tuple[Step, ...]
    lowered: tuple[str, ...] = ()
    hazards: tuple[str, ...] = ()
    evidence: Evidence = Evidence()

    @property
    def kind(self) -> str:
        return KIND

    @property
    def key(self) -> Entity:
        return self.entity

    @property
    def name(self) -> str:
        return str(self.entity)

    @property
    def verb(self) -> str:
        return f"{self.operation} {KIND}"

    @property
    def effect(self) -> str:
        """Such as `producer_byte_rate from 10MiB to 1MiB, request_percentage removed`."""
        return ", ".join(map(str, self.steps))

    @property
    def title(self) -> str:
        return f"quota of {self.name}: {self.effect}"

    @property
    def alterations(self) -> Mapping[str, float | None]:
        """As Kafka is asked for them."""
        return {step.key: step.after for step in self.steps}

    @property
    def removes(self) -> bool:
        """Whether the entity loses a quota."""
        return any(step.after is None for step in self.steps)

    @property
    def before(self) -> Mapping[str, Plain] | None:
        if self.operation == CREATE:
            return None
        return {step.key: _number(step.before) for step in self.steps}

    @property
    def after(self) -> Mapping[str, Plain] | None:
        if self.operation == DELETE:
            return None
        return {step.key: _number(step.after) for step in self.steps}

    @property
    def shown_before(self) -> Mapping[str, Plain]:
        return _shown([(step.key, step.before) for step in self.steps])

    @property
    def shown_after(self) -> Mapping[str, Plain]:
        return _shown([(step.key, step.after) for step in self.steps])

    @property
    def facts(self) -> Mapping[str, Plain]:
        return self.evidence.as_result()

    def told(self, facts: Mapping[str, Plain]) -> Mapping[str, Plain]:
        count = facts.get("binds")
        if count is None or count == UNKNOWN:
            return facts
        users = "1 user" if count == 1 else f"{count} users"
        return {**facts, "binds": f"{users} known to the cluster"}

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


def _number(value: float | None) -> Plain:
    return None if value is None else plain(value)


def _shown(values: list[tuple[str, float | None]]) -> dict[str, Plain]:
    shown: dict[str, Plain] = {}
    for key, value in values:
        if value is not None:
            shown[key] = readable(key, value)
    return shown


def reason_of(change: QuotaChange, why: str) -> Reason:
    """Why the change is refused, by no guard."""
    return Reason(KIND, change.operation, change.effect, "", why, "")
