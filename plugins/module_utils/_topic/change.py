# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A change of one topic: what was observed, what is declared, and what it puts at stake. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple, TypeAlias

from .._core.change import Plain
from .._core.plan import Reason
from .._kafka.moves import Weight, weight_as_told
from .._kafka.usage import Readers, RecordTimes, Unknown, readers_as_result
from .config import readable

KIND = "topic"
CREATE, ADD_PARTITIONS, ALTER_CONFIG, DELETE = "create", "add_partitions", "alter_config", "delete"
REASSIGN, CANCEL_REASSIGN = "reassign", "cancel_reassign"
LIFT_THROTTLE, ELECT_LEADERS = "lift_throttle", "elect_leaders"
# what is about replicas, for which the client library has no API
OF_REPLICAS = frozenset({REASSIGN, CANCEL_REASSIGN, LIFT_THROTTLE, ELECT_LEADERS})
BROKER_DEFAULT = -1  # as partitions or replication factor of a new topic (KIP-464)
VERBS = {
    CREATE: "create topic",
    ADD_PARTITIONS: "add partitions to topic",
    ALTER_CONFIG: "alter config of topic",
    REASSIGN: "move replicas of topic",
    CANCEL_REASSIGN: "take back moves of topic",
    LIFT_THROTTLE: "lift the throttle of topic",
    ELECT_LEADERS: "elect the preferred leaders of topic",
    DELETE: "delete topic",
}


def reason_of(operation: str, why: str) -> Reason:
    """Why an operation on a topic is refused, by no guard."""
    verb = VERBS[operation].removesuffix(f" {KIND}")
    return Reason(KIND, verb, "", "", why, "")


# of partitions, by their numbers; the preferred leader first
Brokers: TypeAlias = Mapping[int, tuple[int, ...]]


class Shape(NamedTuple):
    """A topic before or after a change, as far as the two differ; None where they do not.

    `partitions` and `replication_factor` may be BROKER_DEFAULT. A config value of None means that
    the topic does not override the key. `assignments`: the brokers of partitions. `leaders`: the
    broker that leads each; None where none does. `brokers`: config of brokers.
    """

    partitions: int | None = None
    replication_factor: int | None = None
    config: Mapping[str, str | None] | None = None
    assignments: Brokers | None = None
    leaders: Mapping[int, int | None] | None = None
    brokers: Mapping[int, Mapping[str, str | None]] | None = None

    def as_result(self) -> dict[str, Plain]:
        fields = self._asdict()
        if self.assignments is not None:
            brokers = {number: [*held] for number, held in self.assignments.items()}
            fields["assignments"] = _by_name(brokers)
        if self.leaders is not None:
            fields["leaders"] = _by_name(self.leaders)
        if self.brokers is not None:
            fields["brokers"] = _by_name(self.brokers)
        return {name: value for name, value in fields.items() if value is not None}

    def as_shown(self) -> dict[str, Plain]:
        """The same with values as people declare them.

        A number says enough; the result has the brokers of each partition.
        """
        shown = self
        if self.replication_factor is not None or self.partitions is not None:
            shown = shown._replace(assignments=None)
        if self.config:
            config = {key: readable(key, value) for key, value in self.config.items()}
            shown = shown._replace(config=config)
        return shown.as_result()


def _by_name(values: Mapping[int, Plain]) -> dict[str, Plain]:
    # JSON knows no other keys
    return {str(number): value for number, value in values.items()}


class Evidence(NamedTuple):
    """What a change puts at stake, as far as it is known; None where nobody had to ask.

    `unavailability`: why the topic would refuse or lose writes. `records`: an upper bound of the
    records that are lost. `bytes`: unknown, where a limit on them removes records.
    """

    unavailability: tuple[str, ...] = ()
    records: int | Unknown | None = None
    times: RecordTimes | None = None
    bytes: Unknown | None = None
    readers: Readers | Unknown | None = None
    compacted: bool | None = None
    moves: Weight | None = None

    def as_result(self) -> dict[str, Plain]:
        facts: dict[str, Plain] = {}
        if self.unavailability:
            facts["availability"] = "; ".join(self.unavailability)
        if self.records is not None:
            facts["records"] = self.records
        if self.times is not None:
            facts |= self.times.as_result()
        if self.bytes is not None:
            facts["bytes"] = self.bytes
        if self.readers is not None:
            facts["groups"] = readers_as_result(self.readers)
        if self.compacted is not None:
            facts["compacted"] = self.compacted
        if self.moves is not None:
            facts["moves"] = self.moves.as_result()
        return facts


_NOTHING_READ = Evidence()


@dataclass(frozen=True, slots=True)
class TopicChange:
    """`observed`: None where the topic does not exist; `declared`: None where it is deleted."""

    name: str
    operation: str
    observed: Shape | None
    declared: Shape | None
    hazards: tuple[str, ...] = ()
    evidence: Evidence = _NOTHING_READ

    @property
    def kind(self) -> str:
        return KIND

    @property
    def key(self) -> str:
        return self.name

    @property
    def verb(self) -> str:
        return VERBS[self.operation]

    @property
    def title(self) -> str:
        return f"{self.verb} {self.name}"

    @property
    def before(self) -> Mapping[str, Plain] | None:
        return self.observed.as_result() if self.observed else None

    @property
    def after(self) -> Mapping[str, Plain] | None:
        return self.declared.as_result() if self.declared else None

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
    def old(self) -> Shape:
        """What was observed; an empty shape where the topic does not exist."""
        return self.observed or Shape()

    @property
    def new(self) -> Shape:
        """What is declared; an empty shape where the topic is deleted."""
        return self.declared or Shape()

    @property
    def config(self) -> Mapping[str, str | None]:
        """The keys that the change sets, and with the value None those that it unsets."""
        return self.new.config or {}

    @property
    def origins(self) -> Brokers:
        """The brokers that each partition has, where the change moves it."""
        return self.old.assignments or {}

    @property
    def targets(self) -> Brokers:
        """The brokers that each partition gets, where the change says so."""
        return self.new.assignments or {}

    @property
    def sets_throttle(self) -> bool:
        """Whether replicas are copied at a throttle, or it is lifted."""
        if self.operation == LIFT_THROTTLE:
            return True
        moves = self.evidence.moves
        if moves is None or moves.throttle is None:
            return False
        for number, target in self.targets.items():
            added = set(target).difference(self.origins[number])
            if added:
                return True
        return False

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
