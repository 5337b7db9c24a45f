# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is declared of a broker. One failure names every mistake."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple, TypeAlias

from .._core.limits import parse_limits
from .._core.problems import Problems, described, quoted
from .._kafka.moves import Brake, parse_brake
from .._kafka.partitions import TopicPartition
from . import hazards

DRAINED, ACTIVE = "drained", "active"
# the kind and the name of what a change is about
Key: TypeAlias = tuple[str, str]


class BrokerSpec(NamedTuple):
    """One declared broker.

    `assigned`: the topics whose declared assignments name it. `allow`: the hazards that changes may
    have. `chosen`: where a plan has placed replicas already. `only`: the keys of the changes that
    are asked for, None for all.
    """

    broker: int
    state: str
    assigned: tuple[str, ...] = ()
    allow: frozenset[str] = frozenset()
    brake: Brake = Brake()
    chosen: Mapping[TopicPartition, tuple[int, ...]] = {}
    only: frozenset[Key] | None = None

    @property
    def name(self) -> str:
        return str(self.broker)

    def asks_for(self, key: Key) -> bool:
        return self.only is None or key in self.only


def parse_broker(
    broker: int,
    state: str,
    topics: object = (),
    allow: object = None,
    throttle: object = None,
    moves_at_once: int | None = None,
    wait: bool = True,
    undo_file: str | None = None,
) -> BrokerSpec:
    """Of `topics`, the declared ones, only names and assignments count. Raises InvalidSpec."""
    problems = Problems()
    if broker < 0:
        problems.add("options", "broker", f"must be the id of a broker, from 0, not {broker}")
    limits = parse_limits(allow, None, None, hazards.ALL, problems)
    assigned = tuple(_assigned(topics, broker, problems))
    brake = parse_brake(problems.parsed, throttle, moves_at_once, wait, undo_file)
    problems.raise_if_any()
    return BrokerSpec(broker, state, assigned, limits.allow, brake)


def _assigned(topics: object, broker: int, problems: Problems) -> Iterator[str]:
    if not isinstance(topics, (list, tuple)):
        problems.add("topics", "value", f"must be a list of topics, not {described(topics)}")
        return
    for position, topic in enumerate(topics):
        where = f"topics[{position}]"
        if not isinstance(topic, Mapping) or "name" not in topic:
            why = f"must be a dictionary with a name, not {described(topic)}"
            problems.add(where, "value", why)
            continue
        name = str(topic["name"])
        whose = f"topic '{name}'"
        assignments = topic.get("assignments") or {}
        if _names(whose, assignments, broker, problems):
            yield name


def _names(where: str, assignments: object, broker: int, problems: Problems) -> bool:
    wrong = "must give each partition its brokers, such as {0: [1, 2], 1: [2, 3]}"
    if not isinstance(assignments, Mapping):
        problems.add(where, "assignments", f"{wrong}, not {described(assignments)}")
        return False
    for held in assignments.values():
        if not isinstance(held, (list, tuple)):
            problems.add(where, "assignments", f"{wrong}, not {quoted(held)}")
            return False
        brokers = map(str, held)
        if str(broker) in brokers:
            return True
    return False
