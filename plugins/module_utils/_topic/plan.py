# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Declared against observed: the only place that decides what to change. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from .._core.nearest import hint
from .._core.plan import Plan, Refusal
from .._kafka.names import INTERNAL_TOPICS
from . import hazards
from .change import (
    ADD_PARTITIONS,
    ALTER_CONFIG,
    CREATE,
    DELETE,
    Evidence,
    Shape,
    TopicChange,
)
from .config import normalise
from .config_keys import KEYS
from .spec import TopicSet, TopicSpec
from .state import BrokerDefaults, Observed, TopicState, replica_warnings

_BROKER_DEFAULT = -1  # KIP-464
# what is gained comes before what is lost
_ORDER = (CREATE, ADD_PARTITIONS, ALTER_CONFIG, DELETE)
# set by a reassignment that is under way; unsetting them would unthrottle it
_THROTTLES = frozenset(
    {"leader.replication.throttled.replicas", "follower.replication.throttled.replicas"}
)


@dataclass(slots=True)
class _Draft:
    """What the planning of single topics adds up to."""

    changes: list[TopicChange] = field(default_factory=list)
    refusals: list[Refusal] = field(default_factory=list)


def plan_topics(declared: TopicSet, observed: Observed) -> Plan[TopicChange]:
    """Everything that makes `observed` match `declared`, ordered by operation, then name."""
    draft = _Draft()
    for spec in declared.topics.values():
        _plan_one(spec, observed.topics.get(spec.name), observed, draft)
    draft.refusals += _collisions(declared, draft.changes)
    if declared.purge:
        # what Kafka and its tools keep is theirs, whatever the prefix says
        doomed = (
            state
            for name, state in observed.topics.items()
            if name not in declared.topics and declared.owns(name) and not state.is_reserved
        )
        draft.changes += [_deletion(state) for state in doomed]
    changes = tuple(
        sorted(draft.changes, key=lambda change: (_ORDER.index(change.operation), change.name))
    )
    touched = {change.name for change in changes} | {refusal.name for refusal in draft.refusals}
    alive = (observed.topics[name] for name in sorted(declared.topics) if name in observed.topics)
    return Plan(
        changes=changes,
        refusals=tuple(sorted(draft.refusals)),
        unchanged=len(declared.topics.keys() - touched),
        warnings=replica_warnings(alive),
    )


def _plan_one(spec: TopicSpec, state: TopicState | None, observed: Observed, draft: _Draft) -> None:
    if spec.state == "absent":
        if state is not None and state.belongs_to_kafka:
            draft.refusals.append(
                Refusal(
                    spec.name, f"delete topic {spec.name}: it is one of Kafka's internal topics"
                )
            )
        elif state is not None:
            draft.changes.append(_deletion(state))
        return
    draft.refusals += _unknown_unsets(spec, observed.config_keys)
    if state is None and spec.name in INTERNAL_TOPICS:
        # a coordinator goes on with the number of partitions that it found at its start
        why = "Kafka makes its internal topics itself, when it needs them"
        draft.refusals.append(Refusal(spec.name, f"create topic {spec.name}: {why}"))
    elif state is None:
        draft.changes.append(_creation(spec, observed))
    else:
        draft.refusals += _refused_layout(spec, state)
        draft.changes += _growth(spec, state)
        draft.changes += _alteration(spec, state, observed.defaults)


def _collisions(declared: TopicSet, changes: Iterable[TopicChange]) -> Iterator[Refusal]:
    """Kafka refuses names that differ only in "." and "_", but not within one request, so we do.

    Its metrics have "_" for ".".
    """
    alike: dict[str, list[str]] = {}
    for spec in declared.topics.values():
        if spec.state == "present":
            alike.setdefault(spec.name.replace(".", "_"), []).append(spec.name)
    for change in changes:
        others = [
            name for name in alike.get(change.name.replace(".", "_"), ()) if name != change.name
        ]
        if change.operation == CREATE and others:
            alike_names = f"it differs from {others[0]} only in '.' and '_'"
            why = f"{alike_names}, which Kafka's metrics cannot tell apart; rename one"
            yield Refusal(change.name, f"create topic {change.name}: {why}")


def _creation(spec: TopicSpec, observed: Observed) -> TopicChange:
    config = {key: value for key, value in sorted(spec.config.items()) if value is not None}
    partitions = spec.partitions or _BROKER_DEFAULT
    replicas = spec.replication_factor or _BROKER_DEFAULT
    declared = Shape(partitions, replicas, config)
    why = hazards.unavailability_of_new(
        spec.replication_factor, config, observed.defaults, observed.brokers
    )
    found = (hazards.AVAILABILITY,) if why else ()
    evidence = Evidence(tuple(why))
    return TopicChange(spec.name, CREATE, None, declared, found, evidence)


def _deletion(state: TopicState) -> TopicChange:
    observed = Shape(state.partitions, state.replication_factor, dict(sorted(state.config.items())))
    return TopicChange(state.name, DELETE, observed, None, (hazards.DELETE,))


def _growth(spec: TopicSpec, state: TopicState) -> Iterator[TopicChange]:
    if spec.partitions is None or state.belongs_to_kafka:
        return
    if spec.partitions > state.partitions:
        before, after = Shape(state.partitions), Shape(spec.partitions)
        yield TopicChange(spec.name, ADD_PARTITIONS, before, after, (hazards.KEY_ORDER,))


def _alteration(
    spec: TopicSpec, state: TopicState, defaults: BrokerDefaults | None
) -> Iterator[TopicChange]:
    wanted: dict[str, str | None] = dict(spec.config)
    if spec.purge_config:
        undeclared = state.config.keys() - wanted.keys() - spec.purge_config_keep - _THROTTLES
        wanted |= dict.fromkeys(undeclared)
    declared = {
        key: value
        for key, value in sorted(wanted.items())
        if _differs(key, value, state.config.get(key))
    }
    if not declared:
        return
    observed = {key: state.config.get(key) for key in declared}
    effective = hazards.in_force(declared, defaults)
    evidence = Evidence(tuple(hazards.unavailability(state, effective)))
    found = hazards.of_config(state, effective)
    before, after = Shape(config=observed), Shape(config=declared)
    yield TopicChange(spec.name, ALTER_CONFIG, before, after, found, evidence)


def _differs(key: str, wanted: str | None, live: str | None) -> bool:
    if wanted is None or live is None:
        return wanted is not live
    return wanted != normalise(key, live)


def _refused_layout(spec: TopicSpec, state: TopicState) -> Iterator[Refusal]:
    if spec.partitions and spec.partitions != state.partitions:
        change = (
            f"change partitions of topic {spec.name} from {state.partitions} to {spec.partitions}"
        )
        if state.belongs_to_kafka:
            yield Refusal(spec.name, f"{change}: it is one of Kafka's internal topics")
        elif spec.partitions < state.partitions:
            remedy = f"declare {state.partitions} or -1, or create a new topic"
            yield Refusal(spec.name, f"{change}: Kafka cannot take partitions away; {remedy}")
    if spec.replication_factor and spec.replication_factor != state.replication_factor:
        present, wanted = state.replication_factor, spec.replication_factor
        yield Refusal(
            spec.name,
            f"change replication factor of topic {spec.name} from {present} to {wanted}:"
            f" not supported on an existing topic; declare {present} or -1,"
            " or move its replicas with kafka-reassign-partitions.sh first",
        )


def _unknown_unsets(spec: TopicSpec, config_keys: frozenset[str]) -> Iterator[Refusal]:
    """A broker accepts the unsetting of any word, so a mistyped key would be lost silently."""
    known = KEYS.keys() | config_keys
    for key, value in spec.config.items():
        if value is None and key not in known:
            yield Refusal(
                spec.name,
                f"unset config {key} of topic {spec.name}: unknown config key{hint(key, known)}",
            )
