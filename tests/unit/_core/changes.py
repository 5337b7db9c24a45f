# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A change of no resource in particular, told in its own plain values."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field

from ansible_collections.omninode.kafka.plugins.module_utils._core.change import Plain


@dataclass(frozen=True, slots=True)
class PlainChange:
    kind: str
    name: str
    operation: str
    before: Mapping[str, Plain] | None
    after: Mapping[str, Plain] | None
    hazards: tuple[str, ...] = ()
    facts: Mapping[str, Plain] = field(default_factory=dict)
    identity: Hashable = None

    @property
    def key(self) -> Hashable:
        return self.name if self.identity is None else self.identity

    @property
    def verb(self) -> str:
        return f"{self.operation} {self.kind}"

    @property
    def title(self) -> str:
        return f"{self.verb} {self.name}"

    @property
    def shown_before(self) -> Mapping[str, Plain]:
        return self.before or {}

    @property
    def shown_after(self) -> Mapping[str, Plain]:
        return self.after or {}

    def told(self, facts: Mapping[str, Plain]) -> Mapping[str, Plain]:
        return facts

    def as_result(self) -> dict[str, Plain]:
        return {
            "kind": self.kind,
            "name": self.name,
            "operation": self.operation,
            "before": self.before,
            "after": self.after,
            "hazards": list(self.hazards),
            "evidence": dict(self.facts),
        }
