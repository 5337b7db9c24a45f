# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a hazardous change puts at stake, asked of the cluster: how many records, how old, and who reads them.

A hazard with nothing at stake is none. What cannot be read is "unknown", and counts as at stake.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import NamedTuple

from .._cluster.gateway.gateway import Gateway
from .._core.change import UNKNOWN, Change, Plain
from .._core.plan import Plan
from .._kafka.errors import Rejection
from .._usage.logs import Groups, Logs, Offsets, active_on, read_logs, readers
from . import hazards
from .state import Observed

_WEIGHED = frozenset(
    {hazards.DELETE, hazards.RETENTION_CUT, hazards.POLICY_SWITCH, hazards.KEY_ORDER}
)
_READ_BY = frozenset({hazards.DELETE, hazards.KEY_ORDER})


class _Facts(NamedTuple):
    """The answers for all topics together. `expiring`: the first offset that outlives the new retention.ms."""

    logs: Logs
    expiring: Offsets
    groups: Groups


def weigh(
    gateway: Gateway, plan: Plan, observed: Observed, now: Callable[[], float] = time.time
) -> Plan:
    """The plan with the evidence of its hazards, and without the hazards that put nothing at stake; a few requests, however many changes."""
    weighed = [change for change in plan.changes if _is_weighed(change)]
    if not weighed:
        return plan
    cuts = {
        change.name: cut for change in weighed if (cut := _cut(change, observed, now())) is not None
    }
    logs = read_logs(
        gateway, {change.name: observed.topics[change.name].partitions for change in weighed}
    )
    facts = _Facts(
        logs=logs,
        expiring=gateway.list_offsets(
            {place: cut for name, cut in cuts.items() for place in logs.places(name)}
        )
        if cuts
        else {},
        groups=gateway.describe_consumer_groups()
        if any(_READ_BY.intersection(change.hazards) for change in weighed)
        else {},
    )
    changes = (
        _weighed(change, observed, facts) if _is_weighed(change) else change
        for change in plan.changes
    )
    return replace(plan, changes=tuple(changes))


def _is_weighed(change: Change) -> bool:
    return not _WEIGHED.isdisjoint(change.hazards)


def _cut(change: Change, observed: Observed, now: float) -> int | None:
    """The timestamp (ms) of which all older records are at stake; None: age tells nothing."""
    if not any(_by_age(stake) for stake in _stakes(change, observed).values()):
        return None
    inherited = observed.topics[change.name].effective(hazards.RETENTION_MS)
    age = _altered(change, observed).get(hazards.RETENTION_MS, inherited)
    return None if age is None else max(int(now * 1000) - int(age), 0)


def _by_age(stake: hazards.Stake) -> bool:
    """What the size costs is not known, so all records count where it matters."""
    return stake.limits == (hazards.RETENTION_MS,) and not stake.everything


def _stakes(change: Change, observed: Observed) -> Mapping[str, hazards.Stake]:
    return hazards.stakes(observed.topics[change.name], _altered(change, observed))


def _altered(change: Change, observed: Observed) -> Mapping[str, str | None]:
    """The values after the change of the keys that it sets or unsets."""
    config = (change.after or {}).get("config")
    declared = config.items() if isinstance(config, Mapping) else ()
    texts = {key: None if value is None else str(value) for key, value in declared}
    return hazards.in_force(texts, observed.defaults)


def _weighed(change: Change, observed: Observed, facts: _Facts) -> Change:
    state, stakes = observed.topics[change.name], _stakes(change, observed)
    at_stake: dict[str, int | None] = {}
    for hazard in _WEIGHED.intersection(change.hazards):
        # retention removes closed segments only, so this is an upper bound too
        expiring = hazard in stakes and _by_age(stakes[hazard])
        at_stake[hazard] = facts.logs.records(state.name, facts.expiring if expiring else None)
    counts = at_stake.values()
    evidence: dict[str, Plain] = {
        **change.evidence,
        "records": UNKNOWN if None in counts else max(count or 0 for count in counts),
        **facts.logs.ages(state.name).as_result(),
    }
    if any(hazards.RETENTION_BYTES in stake.limits for stake in stakes.values()):
        evidence["bytes"] = UNKNOWN
    if _READ_BY.intersection(change.hazards):
        evidence["groups"] = readers(state.name, facts.groups)
    if hazards.KEY_ORDER in change.hazards:
        evidence["compacted"] = "compact" in (state.effective("cleanup.policy") or "")
    kept = tuple(
        hazard
        for hazard in change.hazards
        if at_stake.get(hazard, 1) != 0
        or (hazard == hazards.DELETE and _is_missed(state.name, facts.groups))
    )
    return replace(change, hazards=kept, evidence=evidence)


def _is_missed(topic: str, groups: Groups) -> bool:
    """Nothing is lost with an empty topic, but a group that is active on it would miss it; one that is not known has nothing to lose."""
    return not isinstance(groups, Rejection) and any(active_on(topic, groups))
