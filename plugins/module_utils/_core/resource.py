# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# ruff: noqa: ARG002 - a stage that does nothing still takes the arguments that other kinds need
"""What every kind of resource gives the runner: the stages of its pipeline."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, Generic, NamedTuple, TypeAlias, TypeVar

from .change import Change, Outcome, Plain
from .plan import Plan, Unvalidated, Validation

Gateway = TypeVar("Gateway")
Observed = TypeVar("Observed")
C = TypeVar("C", bound=Change)

# takes a text that says how far the work is
Tell: TypeAlias = Callable[[str], None]

_SECONDS_TO_SHOW = 10


class Applied(NamedTuple):
    outcomes: Sequence[Outcome]
    warnings: Sequence[str] = ()


class Resource(ABC, Generic[Gateway, Observed, C]):
    """A declaration of one kind of resource. A stage that some kinds lack does nothing here."""

    __slots__ = ()
    wants_state: bool = False  # whether the user asked for the observed state

    @abstractmethod
    def observe(self, gateway: Gateway) -> Observed: ...

    @abstractmethod
    def plan(self, observed: Observed) -> Plan[C]: ...

    @abstractmethod
    def apply(self, gateway: Gateway, plan: Plan[C], observed: Observed, tell: Tell) -> Applied:
        """What became of each change. `tell`: for work that lasts."""

    @abstractmethod
    def narrowed(self, keys: Iterable[Any]) -> Resource[Gateway, Observed, C]:
        """The same declaration for the resources of these keys only."""

    def settled(self, plan: Plan[C]) -> Resource[Gateway, Observed, C]:
        """What the plan changes, declared with all that the plan chose."""
        keys = {change.key for change in plan.changes}
        return self.narrowed(keys)

    def made_again(self, before: Observed, now: Observed) -> Iterator[Any]:
        """The keys of what was deleted and made again between two looks, where Kafka tells."""
        yield from ()

    def weigh(self, gateway: Gateway, plan: Plan[C], observed: Observed) -> Plan[C]:
        """The plan with the evidence of its hazards."""
        return plan

    def guard(self, plan: Plan[C], observed: Observed) -> Plan[C]:
        """The plan with the guards' refusals."""
        return plan

    def basis(self, plan: Plan[C], observed: Observed) -> Plain:
        """The part of the observed state that the plan rests on."""
        return []

    def validate(
        self, gateway: Gateway, plan: Plan[C], observed: Observed, by_broker: bool
    ) -> Validation:
        """What the cluster says when it only validates the plan."""
        why = "Kafka validates no change of this kind"
        unvalidated = []
        for change in plan.changes:
            unvalidated.append(Unvalidated(change.name, change.operation, why))
        return Validation((), tuple(unvalidated))

    def undo(self, plan: Plan[C]) -> dict[str, Plain]:
        """The declaration that takes the plan back."""
        return {}

    def seconds_to_show(self, plan: Plan[C]) -> float:
        """How long the brokers may take until every change is visible."""
        return _SECONDS_TO_SHOW

    def as_result(self, observed: Observed) -> dict[str, Plain]:
        """The part of the result that holds the observed state."""
        return {}


AnyResource: TypeAlias = Resource[Any, Any, Any]
