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
Status = Literal["applied", "failed", "pending", "unknown"]


@dataclass(frozen=True, slots=True)
class Change:
    """One planned write to one named resource. `before` and `after` hold only what differs; None means absent."""

    kind: str
    name: str
    operation: str
    before: Mapping[str, Plain] | None
    after: Mapping[str, Plain] | None
    hazards: tuple[str, ...] = ()
    evidence: Mapping[str, Plain] = field(default_factory=dict)

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
    """What became of one change. `unknown` (a lost answer, or somebody was faster) is settled by observing again."""

    change: Change
    status: Status
    why: str = ""

    def as_result(self) -> dict[str, Plain]:
        return {**self.change.as_result(), "why": self.why} if self.why else self.change.as_result()
