# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads what a hazardous change puts at stake: records, their age and their readers.

A hazard that puts nothing at stake is dropped. What cannot be read is "unknown", and counts as at
stake.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple, Protocol

from .._cluster.gateway.groups import Groups
from .._cluster.gateway.records import Records
from .._core.plan import Plan
from .._kafka.errors import Rejection
from .._kafka.partitions import Offset, TopicPartition
from .._kafka.usage import UNKNOWN, Readers, Unknown
from .._usage.logs import Logs, read_logs, readers
from . import hazards
from .change import Evidence, TopicChange
from .state import Observed, TopicState

_WEIGHED = frozenset(
    {hazards.DELETE, hazards.RETENTION_CUT, hazards.POLICY_SWITCH, hazards.KEY_ORDER}
)
# the hazards that matter to the groups that read the topic
_READ_BY = frozenset({hazards.DELETE, hazards.KEY_ORDER})


class Weighing(Groups, Records, Protocol):
    """The APIs that evidence is read from."""


class _Case(NamedTuple):
    """A change to weigh. `retention_ms`: the value after the change, None where not known."""

    change: TopicChange
    state: TopicState
    stakes: Mapping[str, hazards.Stake]
    retention_ms: str | None

    @property
    def name(self) -> str:
        return self.change.name

    @property
    def needs_readers(self) -> bool:
        return not _READ_BY.isdisjoint(self.change.hazards)


class _Facts(NamedTuple):
    """What the cluster answered about the topics of all cases.

    `first_kept`: the first offset of each partition that outlives the new retention.ms.
    `read_by`: the readers of each topic, where they matter.
    """

    logs: Logs
    first_kept: Mapping[TopicPartition, Offset | Rejection]
    read_by: Mapping[str, Readers | Unknown]


def weigh(
    gateway: Weighing,
    plan: Plan[TopicChange],
    observed: Observed,
    now: Callable[[], float] = time.time,
) -> Plan[TopicChange]:
    """The plan with the evidence of its hazards, without those that put nothing at stake.

    However many changes there are, the number of requests stays the same.
    """
    cases = [_case(change, observed) for change in plan.changes if _is_weighed(change)]
    if not cases:
        return plan
    facts = _read(gateway, cases, int(now() * 1000))
    changes = []
    for change in plan.changes:
        if _is_weighed(change):
            changes.append(_weighed(_case(change, observed), facts))
        else:
            changes.append(change)
    return replace(plan, changes=tuple(changes))


def _is_weighed(change: TopicChange) -> bool:
    return not _WEIGHED.isdisjoint(change.hazards)


def _case(change: TopicChange, observed: Observed) -> _Case:
    state = observed.topics[change.name]
    after = hazards.in_force(change.config, observed.defaults)
    stakes = hazards.stakes(state, after)
    retention_ms = hazards.value_after(state, after, hazards.RETENTION_MS)
    return _Case(change, state, stakes, retention_ms)


def _read(gateway: Weighing, cases: Sequence[_Case], now: int) -> _Facts:
    partitions = {case.name: case.state.partitions for case in cases}
    logs = read_logs(gateway, partitions)
    first_kept = _first_kept(gateway, cases, logs, now)
    read_by = _read_by(gateway, cases)
    return _Facts(logs, first_kept, read_by)


def _first_kept(
    gateway: Records, cases: Sequence[_Case], logs: Logs, now: int
) -> Mapping[TopicPartition, Offset | Rejection]:
    starts: dict[TopicPartition, int] = {}
    for case in cases:
        oldest_kept = _oldest_kept(case, now)
        if oldest_kept is not None:
            places = logs.places(case.name)
            starts |= dict.fromkeys(places, oldest_kept)
    if not starts:
        return {}
    return gateway.list_offsets(starts)


def _read_by(gateway: Groups, cases: Sequence[_Case]) -> Mapping[str, Readers | Unknown]:
    topics = {case.name for case in cases if case.needs_readers}
    if not topics:
        return {}
    groups = gateway.describe_consumer_groups()
    return {topic: readers(topic, groups) for topic in topics}


def _oldest_kept(case: _Case, now: int) -> int | None:
    """The timestamp (ms) of the oldest records that the change keeps.

    None where the age of a record does not tell whether it is at stake.
    """
    if case.retention_ms is None:
        return None
    if not any(_is_by_age(stake) for stake in case.stakes.values()):
        return None
    return max(now - int(case.retention_ms), 0)


def _is_by_age(stake: hazards.Stake) -> bool:
    """Whether only old records are at stake.

    By a limit on bytes any record may be, since nobody knows how many records fit.
    """
    return stake.limits == (hazards.RETENTION_MS,) and not stake.everything


def _weighed(case: _Case, facts: _Facts) -> TopicChange:
    change = case.change
    at_stake: dict[str, int | None] = {}
    for hazard in change.hazards:
        if hazard in _WEIGHED:
            at_stake[hazard] = _records(case, hazard, facts)
    evidence = _evidence(case, facts)._replace(records=_most(at_stake.values()))
    kept = []
    for hazard in change.hazards:
        loses_records = at_stake.get(hazard) != 0
        is_missed = hazard == hazards.DELETE and _is_missed(evidence)
        if loses_records or is_missed:
            kept.append(hazard)
    return replace(change, hazards=tuple(kept), evidence=evidence)


def _records(case: _Case, hazard: str, facts: _Facts) -> int | None:
    """How many records the hazard puts at stake; None where that is not known.

    An upper bound: retention removes closed segments only, and compaction leaves gaps.
    """
    stake = case.stakes.get(hazard)
    if stake is not None and _is_by_age(stake):
        return facts.logs.records(case.name, facts.first_kept)
    return facts.logs.records(case.name)


def _evidence(case: _Case, facts: _Facts) -> Evidence:
    """All that is known of the stake, without the number of records."""
    change = case.change
    evidence = change.evidence._replace(times=facts.logs.times(case.name))
    limits = [key for stake in case.stakes.values() for key in stake.limits]
    if hazards.RETENTION_BYTES in limits:
        evidence = evidence._replace(bytes=UNKNOWN)
    if case.needs_readers:
        evidence = evidence._replace(readers=facts.read_by[case.name])
    if hazards.KEY_ORDER in change.hazards:
        policy = case.state.effective("cleanup.policy") or ""
        evidence = evidence._replace(compacted="compact" in policy)
    return evidence


def _most(counts: Collection[int | None]) -> int | Unknown:
    known = [count for count in counts if count is not None]
    if len(known) < len(counts):
        return UNKNOWN
    return max(known)


def _is_missed(evidence: Evidence) -> bool:
    """Whether a group reads the topic now: it would miss even an empty topic.

    Unknown readers do not count here.
    """
    return isinstance(evidence.readers, Readers) and bool(evidence.readers.active)
