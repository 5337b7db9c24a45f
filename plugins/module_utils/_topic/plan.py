# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Compares what is declared with what is observed: only this file decides what to change. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import replace

from .._core.plan import Plan, Reason, Refusal
from .._kafka.names import INTERNAL_TOPICS
from .._kafka.throttles import TOPIC_KEYS
from . import hazards
from .change import (
    ADD_PARTITIONS,
    ALTER_CONFIG,
    BROKER_DEFAULT,
    CANCEL_REASSIGN,
    CREATE,
    DELETE,
    ELECT_LEADERS,
    KIND,
    LIFT_THROTTLE,
    REASSIGN,
    Brokers,
    Evidence,
    Shape,
    TopicChange,
)
from .config import depends_on_version, is_internal, normalise, why_unknown
from .config_keys import KEYS
from .draft import Draft, impossible, refusal, unchangeable
from .spec import TopicSet, TopicSpec
from .state import (
    BrokerDefaults,
    Observed,
    TopicState,
    replica_warnings,
    throttle_warnings,
)

# Deletions come last, when everything else is made. Kafka adds partitions with as many replicas as
# the first one has, so replicas move before.
_ORDER = (
    CREATE,
    CANCEL_REASSIGN,
    REASSIGN,
    LIFT_THROTTLE,
    ADD_PARTITIONS,
    ALTER_CONFIG,
    ELECT_LEADERS,
    DELETE,
)
# The controller makes at most so many records for a request: one for the topic, each partition and
# each config key. Asked for more partitions, Kafka 3.9 and 4.0 add 10,000 and report a failure.
_MOST_RECORDS = 10_000
_UNKNOWN_DEFAULTS = (
    "its placement needs the defaults of the broker: declare partitions and replication_factor,"
    " or grant DESCRIBE_CONFIGS on the cluster"
)


def plan_topics(declared: TopicSet, observed: Observed) -> Plan[TopicChange]:
    """Everything that makes `observed` match `declared`, ordered by operation, then name."""
    draft = Draft(observed.layout, declared.brake, declared.cancel_moves)
    for spec in declared.topics.values():
        state = observed.topics.get(spec.name)
        if spec.state == "absent":
            _plan_absent(spec, state, draft)
        else:
            _plan_present(spec, state, observed, draft)
    if declared.purge:
        draft.changes += _purge(declared, observed)
    touched = {change.name for change in draft.changes}
    touched |= {refusal.name for refusal in draft.refusals}
    unchanged = declared.topics.keys() - touched
    names = sorted(declared.topics.keys() & observed.topics.keys())
    existing = [observed.topics[name] for name in names]
    lacking = replica_warnings(existing, observed.layout)
    lifted = {change.name for change in draft.changes if change.operation == LIFT_THROTTLE}
    throttled: tuple[str, ...] = ()
    # a broker may show for a moment what the run has lifted
    if not declared.is_part:
        throttled = throttle_warnings(existing, observed.layout, lifted)
    return Plan(
        changes=tuple(_ordered(draft.changes)),
        refusals=tuple(sorted(draft.refusals, key=_by_name)),
        unchanged=len(unchanged),
        warnings=lacking + throttled,
    )


def _ordered(changes: Collection[TopicChange]) -> list[TopicChange]:
    relaxed = {change.name for change in changes if hazards.IN_SYNC in change.config}
    fewer = {change.name for change in changes if hazards.DURABILITY in change.hazards}
    # until min.insync.replicas is lower, a topic with fewer replicas takes no writes
    late = fewer & relaxed

    def position(change: TopicChange) -> tuple[bool, bool, int, str]:
        operation = change.operation
        is_deletion = operation == DELETE
        is_late = change.name in late and operation != ALTER_CONFIG
        step = _ORDER.index(operation)
        return is_deletion, is_late, step, change.name

    return sorted(changes, key=position)


def _by_name(refusal: Refusal) -> tuple[str, str]:
    return refusal.name, refusal.why


def _plan_absent(spec: TopicSpec, state: TopicState | None, draft: Draft) -> None:
    if state is None:
        return
    if state.belongs_to_kafka:
        why = "it is one of Kafka's internal topics"
        draft.refusals.append(impossible(DELETE, spec.name, why))
    else:
        draft.changes.append(_deletion(state))


def _plan_present(
    spec: TopicSpec, state: TopicState | None, observed: Observed, draft: Draft
) -> None:
    unknown = dict(_unknown_keys(spec, state, observed.config_keys))
    draft.refusals += unknown.values()
    if unknown:
        # their part of a change would only repeat the refusal
        spec = spec.without(unknown)
    if state is not None:
        draft.refusals += _refused_partitions(spec, state)
        too_many = [*_too_many_added(spec, state)]
        added: Brokers = {}
        # to place millions would take for ever
        if not too_many:
            state, added = _plan_replicas(spec, state, observed, draft)
        draft.refusals += too_many
        draft.changes += _growth(spec, state, added)
        draft.changes += _alteration(spec, state, observed.defaults)
        if spec.preferred_leaders:
            draft.changes += _election(spec, state, draft)
    elif spec.name in INTERNAL_TOPICS:
        # a coordinator goes on with the number of partitions that it found at its start
        why = "Kafka makes its internal topics itself, when it needs them"
        draft.refusals.append(impossible(CREATE, spec.name, why))
    else:
        creation = _creation(spec, observed)
        too_many = [*_too_many_created(spec)]
        if not too_many:
            creation = _placed(creation, spec, observed.defaults, draft)
        draft.refusals += too_many
        draft.changes.append(creation)


def _plan_replicas(
    spec: TopicSpec, state: TopicState, observed: Observed, draft: Draft
) -> tuple[TopicState, Brokers]:
    """The topic as the next changes find it, and the brokers of the partitions that are added."""
    may_change = spec.may_move(state.replicas) or state.may_be_moving or draft.cancel_moves
    if draft.layout is None or not may_change:
        return state, {}
    # most declarations move nothing
    from .moving import plan_replicas

    return plan_replicas(spec, state, observed, draft)


def _election(spec: TopicSpec, state: TopicState, draft: Draft) -> Iterator[TopicChange]:
    from .moving import election

    moving: set[int] = set()
    for change in draft.changes:
        if change.name == spec.name:
            moving.update(change.origins)
    return election(state, moving)


def _purge(declared: TopicSet, observed: Observed) -> Iterator[TopicChange]:
    """The deletions of all owned topics that are not declared.

    What Kafka and its tools keep is theirs, whatever the prefix says.
    """
    for name, state in observed.topics.items():
        is_undeclared = name not in declared.topics and declared.owns(name)
        if is_undeclared and not state.is_reserved:
            yield _deletion(state)


def _creation(spec: TopicSpec, observed: Observed) -> TopicChange:
    config = spec.set_config
    partitions = spec.partitions or BROKER_DEFAULT
    replicas = spec.wanted_replicas or BROKER_DEFAULT
    declared = Shape(partitions, replicas, config)
    why = hazards.unavailability_of_new(
        spec.wanted_replicas, config, observed.defaults, observed.brokers
    )
    found = (hazards.AVAILABILITY,) if why else ()
    evidence = Evidence(unavailability=tuple(why))
    return TopicChange(spec.name, CREATE, None, declared, found, evidence)


def _placed(
    creation: TopicChange, spec: TopicSpec, defaults: BrokerDefaults | None, draft: Draft
) -> TopicChange:
    """With the brokers of each partition, where the declaration asks for certain ones."""
    if draft.layout is None or not spec.is_placed:
        return creation
    from .placement import place_new

    partitions = spec.partitions or len(spec.assignments)
    factor = spec.wanted_replicas
    if defaults is not None:
        partitions = partitions or defaults.partitions
        factor = factor or defaults.replication_factor
    if not partitions or not factor:
        draft.refusals.append(impossible(CREATE, spec.name, _UNKNOWN_DEFAULTS))
        return creation
    assignments, refused, draft.layout = place_new(spec, partitions, factor, draft.layout)
    if refused:
        draft.refusals.append(impossible(CREATE, spec.name, refused))
        return creation
    shape = creation.new._replace(
        partitions=partitions, replication_factor=factor, assignments=assignments
    )
    return replace(creation, declared=shape)


def _deletion(state: TopicState) -> TopicChange:
    config = dict(sorted(state.config.items()))
    observed = Shape(state.partitions, state.replication_factor, config)
    return TopicChange(state.name, DELETE, observed, None, (hazards.DELETE,))


def _growth(spec: TopicSpec, state: TopicState, added: Brokers) -> Iterator[TopicChange]:
    """`added`: the brokers of the new partitions; empty where Kafka decides."""
    if spec.partitions is None or state.belongs_to_kafka:
        return
    if spec.partitions > state.partitions:
        before = Shape(partitions=state.partitions)
        after = Shape(partitions=spec.partitions, assignments=added or None)
        yield TopicChange(spec.name, ADD_PARTITIONS, before, after, (hazards.KEY_ORDER,))


def _alteration(
    spec: TopicSpec, state: TopicState, defaults: BrokerDefaults | None
) -> Iterator[TopicChange]:
    wanted: dict[str, str | None] = dict(spec.config)
    if spec.purge_config:
        undeclared = state.config.keys() - wanted.keys() - spec.purge_config_keep
        undeclared = undeclared.difference(TOPIC_KEYS)
        wanted |= dict.fromkeys(undeclared)
    before: dict[str, str | None] = {}
    after: dict[str, str | None] = {}
    for key, value in sorted(wanted.items()):
        live = state.config.get(key)
        if _differs(key, value, live):
            before[key] = live
            after[key] = value
    if not after:
        return
    effective = hazards.in_force(after, defaults)
    why = hazards.unavailability(state, effective)
    evidence = Evidence(unavailability=tuple(why))
    found = hazards.of_config(state, effective)
    old = Shape(config=before)
    new = Shape(config=after)
    yield TopicChange(spec.name, ALTER_CONFIG, old, new, found, evidence)


def _differs(key: str, wanted: str | None, live: str | None) -> bool:
    if wanted is None or live is None:
        return wanted is not live
    return wanted != normalise(key, live)


def _refused_partitions(spec: TopicSpec, state: TopicState) -> Iterator[Refusal]:
    wanted, present = spec.partitions, state.partitions
    if wanted is None or wanted == present:
        return
    steps = f"from {present} to {wanted}"
    if state.belongs_to_kafka:
        why = "it is one of Kafka's internal topics"
        yield unchangeable(spec.name, "partitions", steps, why)
    elif wanted < present:
        remedy = f"declare {present} or -1, or create a new topic"
        why = f"Kafka cannot take partitions away; {remedy}"
        yield unchangeable(spec.name, "partitions", steps, why)


def _too_many_created(spec: TopicSpec) -> Iterator[Refusal]:
    wanted = spec.partitions or BROKER_DEFAULT
    config = spec.set_config
    most = _MOST_RECORDS - len(config) - 1
    if hazards.IN_SYNC in config:
        # with ELR (Kafka 4.1 on) this key makes a second record
        most -= 1
    if wanted > most:
        limit = f"Kafka creates it with at most {most} partitions, not {wanted}"
        yield impossible(CREATE, spec.name, f"{limit}; {_in_steps(most)}")


def _too_many_added(spec: TopicSpec, state: TopicState) -> Iterator[Refusal]:
    wanted = spec.partitions or 0
    added = wanted - state.partitions
    if added <= _MOST_RECORDS or state.belongs_to_kafka:
        return
    limit = f"Kafka adds at most {_MOST_RECORDS} at once, not {added}"
    steps = _in_steps(state.partitions + _MOST_RECORDS)
    yield impossible(ADD_PARTITIONS, spec.name, f"{limit}; {steps}")


def _in_steps(most: int) -> str:
    return f"declare {most} first, and add the others in a later run"


def _unknown_keys(
    spec: TopicSpec, state: TopicState | None, config_keys: frozenset[str]
) -> Iterator[tuple[str, Refusal]]:
    """Refuses every unknown key at once, since a broker names one key of a topic each time."""
    if state is not None and config_keys:
        config_keys = config_keys.union(state.config)
    for key, value in spec.config.items():
        if value is None:
            verb = "unset"
            is_unknown = _is_unknown_unset(key, config_keys)
        else:
            verb = "set"
            is_unknown = _is_unknown_set(key, config_keys)
        if is_unknown:
            why = why_unknown(key, config_keys)
            reason = Reason(KIND, f"{verb} config {key} of", "", "", why, "")
            yield key, refusal(spec.name, reason)


def _is_unknown_unset(key: str, config_keys: frozenset[str]) -> bool:
    """A broker unsets any word, which would hide a mistyped key."""
    return key not in KEYS and key not in config_keys


def _is_unknown_set(key: str, config_keys: frozenset[str]) -> bool:
    """Only what the cluster shows can tell; the broker judges where it shows nothing."""
    if not config_keys or key in config_keys or is_internal(key):
        return False
    return depends_on_version(key)
