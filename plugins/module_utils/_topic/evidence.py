# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a hazardous change puts at stake, by the cluster: records, their age and their readers.

A hazard with nothing at stake is none. What cannot be read is "unknown", and counts as at stake.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple, Protocol

from .._cluster.gateway.groups import Groups as GroupsApi
from .._cluster.gateway.records import Records
from .._core.plan import Plan
from .._kafka.partitions import TopicPartition
from .._kafka.usage import UNKNOWN, Readers, Unknown
from .._usage.logs import Groups, Logs, Offsets, read_logs, readers
from . import hazards
from .change import Evidence, TopicChange
from .state import Observed

_WEIGHED = frozenset(
    {hazards.DELETE, hazards.RETENTION_CUT, hazards.POLICY_SWITCH, hazards.KEY_ORDER}
)
_READ_BY = frozenset({hazards.DELETE, hazards.KEY_ORDER})


class Usage(Records, GroupsApi, Protocol):
    """What evidence is asked of."""


class _Facts(NamedTuple):
    """The answers for all topics together.

    `expiring`: the first offset that outlives the new retention.ms.
    """

    logs: Logs
    expiring: Offsets
    groups: Groups


def weigh(
    gateway: Usage,
    plan: Plan[TopicChange],
    observed: Observed,
    now: Callable[[], float] = time.time,
) -> Plan[TopicChange]:
    """The plan with the evidence of its hazards, without those that put nothing at stake.

    A few requests, however many changes.
    """
    weighed = [change for change in plan.changes if _is_weighed(change)]
    if not weighed:
        return plan
    facts = _read(gateway, weighed, observed, int(now() * 1000))
    changes = [
        _weighed(change, observed, facts) if _is_weighed(change) else change
        for change in plan.changes
    ]
    return replace(plan, changes=tuple(changes))


def _read(gateway: Usage, weighed: Sequence[TopicChange], observed: Observed, now: int) -> _Facts:
    partitions = {change.name: observed.topics[change.name].partitions for change in weighed}
    logs = read_logs(gateway, partitions)
    limits: dict[TopicPartition, int] = {}
    for change in weighed:
        cut = _cut(change, observed, now)
        if cut is not None:
            limits |= dict.fromkeys(logs.places(change.name), cut)
    expiring = gateway.list_offsets(limits) if limits else {}
    has_readers = any(_READ_BY.intersection(change.hazards) for change in weighed)
    return _Facts(logs, expiring, gateway.describe_consumer_groups() if has_readers else {})


def _is_weighed(change: TopicChange) -> bool:
    return not _WEIGHED.isdisjoint(change.hazards)


def _cut(change: TopicChange, observed: Observed, now: int) -> int | None:
    """The timestamp (ms) of which all older records are at stake; None: age tells nothing."""
    if not any(_by_age(stake) for stake in _stakes(change, observed).values()):
        return None
    inherited = observed.topics[change.name].effective(hazards.RETENTION_MS)
    altered = hazards.in_force(change.config, observed.defaults)
    age = altered.get(hazards.RETENTION_MS, inherited)
    return None if age is None else max(now - int(age), 0)


def _by_age(stake: hazards.Stake) -> bool:
    """What the size costs is not known, so all records count where it matters."""
    return stake.limits == (hazards.RETENTION_MS,) and not stake.everything


def _stakes(change: TopicChange, observed: Observed) -> Mapping[str, hazards.Stake]:
    altered = hazards.in_force(change.config, observed.defaults)
    return hazards.stakes(observed.topics[change.name], altered)


def _weighed(change: TopicChange, observed: Observed, facts: _Facts) -> TopicChange:
    state, stakes = observed.topics[change.name], _stakes(change, observed)
    at_stake: dict[str, int | None] = {}
    for hazard in _WEIGHED.intersection(change.hazards):
        # retention removes closed segments only, so this is an upper bound too
        expiring = hazard in stakes and _by_age(stakes[hazard])
        at_stake[hazard] = facts.logs.records(state.name, facts.expiring if expiring else None)
    evidence = change.evidence._replace(
        records=_most(at_stake.values()), ages=facts.logs.ages(state.name)
    )
    if any(hazards.RETENTION_BYTES in stake.limits for stake in stakes.values()):
        evidence = evidence._replace(bytes=UNKNOWN)
    if _READ_BY.intersection(change.hazards):
        evidence = evidence._replace(readers=readers(state.name, facts.groups))
    if hazards.KEY_ORDER in change.hazards:
        compacted = "compact" in (state.effective("cleanup.policy") or "")
        evidence = evidence._replace(compacted=compacted)
    kept = [hazard for hazard in change.hazards if at_stake.get(hazard, 1) != 0]
    if hazards.DELETE in change.hazards and _is_missed(evidence):
        kept = [hazard for hazard in change.hazards if hazard in (hazards.DELETE, *kept)]
    return replace(change, hazards=tuple(kept), evidence=evidence)


def _most(counts: Collection[int | None]) -> int | Unknown:
    known = [count for count in counts if count is not None]
    return max(known) if len(known) == len(counts) else UNKNOWN


def _is_missed(evidence: Evidence) -> bool:
    """An empty topic loses nothing, but a group that is active on it would miss it.

    A group that is not known has nothing to lose.
    """
    return isinstance(evidence.readers, Readers) and bool(evidence.readers.active)
