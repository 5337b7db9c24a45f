# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""All that applications need as one resource: the stages of its parts, bound together.

Each part is a resource of its own, which knows nothing of the others.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias, cast

from .._cluster.gateway.gateway import Gateway
from .._core.change import Plain
from .._core.plan import Plan, Refusal, Unvalidated, Validation
from .._core.resource import AnyResource, Applied, Resource, Tell
from .change import PartChange, of_part
from .plan import AnyPlan, composed, parts_of

# by part
Observed: TypeAlias = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Applications(Resource[Gateway, Observed, PartChange]):
    """`parts`: in the order of dependence. What is declared of none is neither read nor changed."""

    parts: Mapping[str, AnyResource]
    wants_state: bool = False

    def observe(self, gateway: Gateway) -> Observed:
        return {name: part.observe(gateway) for name, part in self.parts.items()}

    def plan(self, observed: Observed) -> Plan[PartChange]:
        planned = {}
        for name, part in self.parts.items():
            planned[name] = part.plan(observed[name])
        return composed(planned)

    def made_again(self, before: Observed, now: Observed) -> Iterator[tuple[str, Hashable]]:
        for name, seen in now.items():
            for key in self.parts[name].made_again(before[name], seen):
                yield name, key

    def weigh(
        self, gateway: Gateway, plan: Plan[PartChange], observed: Observed
    ) -> Plan[PartChange]:
        from .evidence import without_deleted

        weighed = dict(parts_of(plan))
        asked = dict.fromkeys(weighed, gateway)
        if weighed.keys() >= {"acls", "users"}:
            asked["users"] = without_deleted(gateway, weighed["acls"])
        for name, part, own in self._changed(plan):
            seen = observed[name]
            weighed[name] = part.weigh(asked[name], own, seen)
        return composed(weighed)

    def guard(self, plan: Plan[PartChange], observed: Observed) -> Plan[PartChange]:
        guarded = {}
        for name, own in parts_of(plan).items():
            part = self.parts[name]
            guarded[name] = part.guard(own, observed[name])
        return composed(guarded)

    def basis(self, plan: Plan[PartChange], observed: Observed) -> Plain:
        basis: list[Plain] = []
        for name, part, own in self._changed(plan):
            rests_on = part.basis(own, observed[name])
            basis.append([name, rests_on])
        return basis

    def validate(
        self, gateway: Gateway, plan: Plan[PartChange], observed: Observed, by_broker: bool
    ) -> Validation:
        refusals: list[Refusal] = []
        unvalidated: list[Unvalidated] = []
        for name, part, own in self._changed(plan):
            seen = observed[name]
            judged = part.validate(gateway, own, seen, by_broker)
            unvalidated += judged.unvalidated
            for refusal in judged.refusals:
                told = of_part(name, refusal)
                refusals.append(told)
        return Validation(tuple(refusals), tuple(unvalidated))

    def undo(self, plan: Plan[PartChange]) -> dict[str, Plain]:
        """The declarations of all parts, each under its name."""
        merged: dict[str, Plain] = {}
        lasting: list[Plain] = []
        for _name, part, own in self._changed(plan):
            undone = part.undo(own)
            lasting += cast(list[Plain], undone.pop("not_undone"))
            merged |= undone
        return {**merged, "not_undone": lasting}

    def apply(
        self, gateway: Gateway, plan: Plan[PartChange], observed: Observed, tell: Tell
    ) -> Applied:
        from .apply import apply_parts

        return apply_parts(gateway, self.parts, parts_of(plan), observed, tell)

    def seconds_to_show(self, plan: Plan[PartChange]) -> float:
        longest = 0.0
        for _name, part, own in self._changed(plan):
            seconds = part.seconds_to_show(own)
            longest = max(longest, seconds)
        return longest

    def narrowed(self, keys: Iterable[tuple[str, Hashable]]) -> Applications:
        """The same declaration for the resources of these keys, without the other parts."""
        by_part: defaultdict[str, list[Hashable]] = defaultdict(list)
        for name, key in keys:
            by_part[name].append(key)
        parts = {}
        for name, part in self.parts.items():
            if name in by_part:
                parts[name] = part.narrowed(by_part[name])
        return Applications(parts)

    def settled(self, plan: Plan[PartChange]) -> Applications:
        parts = {}
        for name, part, own in self._changed(plan):
            parts[name] = part.settled(own)
        return Applications(parts)

    def as_result(self, observed: Observed) -> dict[str, Plain]:
        state: dict[str, Plain] = {}
        for name, part in self.parts.items():
            found = part.as_result(observed[name])
            state |= found
        return {"state": state}

    def _changed(self, plan: Plan[PartChange]) -> Iterator[tuple[str, AnyResource, AnyPlan]]:
        """The parts that the plan changes."""
        for name, own in parts_of(plan).items():
            if own.changes:
                yield name, self.parts[name], own
