# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A change of a broker, or of a topic that it holds. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple, TypeAlias

from .._core.change import Plain
from .._core.plan import Reason
from .._kafka.moves import Weight, weight_as_told
from .._kafka.partitions import TopicPartition

BROKER, TOPIC = "broker", "topic"
CORDON, UNCORDON, REASSIGN = "cordon", "uncordon", "reassign"
CANCEL_REASSIGN, LIFT_THROTTLE = "cancel_reassign", "lift_throttle"
ELECT_LEADERS = "elect_leaders"
VERBS = {
    CORDON: "cordon broker",
    UNCORDON: "uncordon broker",
    REASSIGN: "move replicas of topic",
    CANCEL_REASSIGN: "take back moves of topic",
    LIFT_THROTTLE: "lift the throttle of topic",
    ELECT_LEADERS: "elect leaders of topic",
}


def reason_of(operation: str, why: str, guard: str = "", setting: str = "") -> Reason:
    """Why an operation is refused; `guard` and `setting` as in Reason."""
    verb, _space, kind = VERBS[operation].rpartition(" ")
    owner = "this run" if setting else ""
    return Reason(kind, verb, "", guard, why, setting, owner)


# of partitions, by their numbers; the preferred leader first
Brokers: TypeAlias = Mapping[int, tuple[int, ...]]


class Shape(NamedTuple):
    """What differs before or after a change; None where nothing does.

    `cordon`: the config of the broker. `assignments`: the brokers of partitions. `config`: that of
    a topic. `leaders`: the one that leads each. `brokers`: config of brokers.
    """

    cordon: Mapping[str, str | None] | None = None
    assignments: Brokers | None = None
    config: Mapping[str, str | None] | None = None
    leaders: Mapping[int, int | None] | None = None
    brokers: Mapping[int, Mapping[str, str | None]] | None = None

    def as_result(self) -> dict[str, Plain]:
        result: dict[str, Plain] = dict(self.cordon or {})
        if self.assignments is not None:
            result["assignments"] = _by_name(self.assignments)
        if self.config is not None:
            result["config"] = self.config
        if self.leaders is not None:
            result["leaders"] = _by_name(self.leaders)
        if self.brokers is not None:
            result["brokers"] = _by_name(self.brokers)
        return result

    def as_shown(self) -> dict[str, Plain]:
        """The same with the brokers of a partition on one line."""
        shown = self.as_result()
        if self.assignments is not None:
            lines = {}
            for number, held in self.assignments.items():
                lines[number] = ", ".join(map(str, held))
            shown["assignments"] = _by_name(lines)
        return shown


def _by_name(values: Mapping[int, Plain]) -> dict[str, Plain]:
    named: dict[str, Plain] = {}
    for number, value in values.items():
        # JSON knows no other keys
        name = str(number)
        named[name] = list(value) if isinstance(value, tuple) else value
    return named


class Evidence(NamedTuple):
    """`moves`: what the moves of a topic mean. `replicas`: how many a broker has."""

    moves: Weight | None = None
    replicas: int | None = None

    def as_result(self) -> dict[str, Plain]:
        facts: dict[str, Plain] = {}
        if self.moves is not None:
            facts["moves"] = self.moves.as_result()
        if self.replicas is not None:
            facts["replicas"] = self.replicas
        return facts


_NOTHING_READ = Evidence()


@dataclass(frozen=True, slots=True)
class BrokerChange:
    """`internal`: whether its topic is one of Kafka's own."""

    name: str
    operation: str
    old: Shape
    new: Shape
    hazards: tuple[str, ...] = ()
    evidence: Evidence = _NOTHING_READ
    internal: bool = False

    @property
    def kind(self) -> str:
        return TOPIC if self.verb.endswith(TOPIC) else BROKER

    @property
    def key(self) -> tuple[str, str]:
        return self.kind, self.name

    @property
    def verb(self) -> str:
        return VERBS[self.operation]

    @property
    def title(self) -> str:
        return f"{self.verb} {self.name}"

    @property
    def before(self) -> Mapping[str, Plain]:
        return self.old.as_result()

    @property
    def after(self) -> Mapping[str, Plain]:
        return self.new.as_result()

    @property
    def shown_before(self) -> Mapping[str, Plain]:
        return self.old.as_shown()

    @property
    def shown_after(self) -> Mapping[str, Plain]:
        return self.new.as_shown()

    @property
    def facts(self) -> Mapping[str, Plain]:
        return self.evidence.as_result()

    def told(self, facts: Mapping[str, Plain]) -> Mapping[str, Plain]:
        moves = facts.get("moves")
        if not isinstance(moves, Mapping):
            return facts
        return {**facts, "moves": weight_as_told(moves)}

    @property
    def origins(self) -> Brokers:
        """The brokers that each partition has, where the change moves it."""
        return self.old.assignments or {}

    @property
    def targets(self) -> Brokers:
        """The brokers that each partition gets."""
        return self.new.assignments or {}

    @property
    def places(self) -> list[TopicPartition]:
        """The partitions that it is about."""
        numbers = self.targets or self.new.leaders or {}
        return [TopicPartition(self.name, number) for number in numbers]

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
