# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A change is data: the diff, the summary, the result and the applier all read the same one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, NamedTuple, TypeAlias

Plain: TypeAlias = Sequence["Plain"] | Mapping[str, "Plain"] | bool | int | float | str | None
UNKNOWN = "unknown"  # in evidence, stands for what cannot be read; never 0, never nothing
# `overtaken`: somebody was faster, so the controller refused what is there already; observing again decides
Status = Literal["applied", "failed", "pending", "unknown", "overtaken"]


@dataclass(frozen=True, slots=True)
class Change:
    """One planned write to one named resource. `before` and `after` hold only what differs; None means absent.

    `phrase`: what it does, for people, where "<operation> <kind>" is not English.
    """

    kind: str
    name: str
    operation: str
    before: Mapping[str, Plain] | None
    after: Mapping[str, Plain] | None
    hazards: tuple[str, ...] = ()
    evidence: Mapping[str, Plain] = field(default_factory=dict)
    phrase: str = field(default="", compare=False)

    @property
    def verb(self) -> str:
        return self.phrase or f"{self.operation} {self.kind}"

    @property
    def title(self) -> str:
        return f"{self.verb} {self.name}"

    def as_result(self) -> dict[str, Plain]:
        return {
            "kind": self.kind,
            "name": self.name,
            "operation": self.operation,
            "before": self.before,
            "after": self.after,
            "hazards": list(self.hazards),
            "evidence": dict(self.evidence),
        }


class Outcome(NamedTuple):
    """What became of one change. Only what is proven is `applied` or `failed`: after a lost answer it is `unknown`."""

    change: Change
    status: Status
    cause: str = ""

    def as_result(self) -> dict[str, Plain]:
        told = self.change.as_result()
        return {**told, "why": f"{self.change.title}: {self.cause}"} if self.cause else told
