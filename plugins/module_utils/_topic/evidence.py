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

from .._cluster.gateway import Gateway, Rejection
from .._core.change import UNKNOWN, Change, Plain
from .._core.plan import Plan
from . import hazards
from .state import Observed, TopicState
from .usage import Groups, Logs, Offsets, active_on, read_logs, readers

_WEIGHED = frozenset({hazards.DELETE, hazards.RETENTION_CUT, hazards.POLICY_SWITCH, hazards.KEY_ORDER})
_READ_BY = frozenset({hazards.DELETE, hazards.KEY_ORDER})


class _Facts(NamedTuple):
    """The answers for all topics together. `expiring`: the first offset that outlives the new retention.ms."""

    logs: Logs
    expiring: Offsets
    groups: Groups


def weigh(gateway: Gateway, plan: Plan, observed: Observed, now: Callable[[], float] = time.time) -> Plan:
    """The plan with the evidence of its hazards, and without the hazards that put nothing at stake; a few requests, however many changes."""
    weighed = [change for change in plan.changes if _is_weighed(change)]
    if not weighed:
        return plan
    cuts = {change.name: cut for change in weighed if (cut := _cut(change, observed, now())) is not None}
    logs = read_logs(gateway, {change.name: observed.topics[change.name].partitions for change in weighed})
    facts = _Facts(
        logs=logs,
        expiring=gateway.offsets({place: cut for name, cut in cuts.items() for place in logs.places(name)}) if cuts else {},
        groups=gateway.groups() if any(_READ_BY.intersection(change.hazards) for change in weighed) else {},
    )
    changes = (_weighed(change, observed.topics[change.name], facts) if _is_weighed(change) else change for change in plan.changes)
    return replace(plan, changes=tuple(changes))


def _is_weighed(change: Change) -> bool:
    return not _WEIGHED.isdisjoint(change.hazards)


def _cut(change: Change, observed: Observed, now: float) -> int | None:
    """The timestamp (ms) before which records fall under the new retention.ms; None where it is not shortened or not known."""
    config = (change.after or {}).get("config")
    if hazards.RETENTION_CUT not in change.hazards or not isinstance(config, Mapping) or "retention.ms" not in config:
        return None
    declared = config["retention.ms"]
    if declared is None and observed.defaults:
        declared = observed.defaults.config.get("retention.ms")
    return None if declared is None or int(str(declared)) < 0 else max(int(now * 1000) - int(str(declared)), 0)


def _weighed(change: Change, state: TopicState, facts: _Facts) -> Change:
    total = facts.logs.records(state.name)
    at_stake: dict[str, int | None] = dict.fromkeys(_WEIGHED, total)
    config = (change.after or {}).get("config")
    by_size = isinstance(config, Mapping) and "retention.bytes" in config
    if not by_size:
        # retention removes closed segments only, so this is an upper bound too
        at_stake[hazards.RETENTION_CUT] = facts.logs.records(state.name, facts.expiring)
    stakes = [at_stake[hazard] for hazard in change.hazards if hazard in _WEIGHED]
    evidence: dict[str, Plain] = {
        **change.evidence,
        "records": UNKNOWN if None in stakes else max(stake or 0 for stake in stakes),
        **facts.logs.ages(state.name).as_result(),
    }
    if by_size and hazards.RETENTION_CUT in change.hazards:
        evidence["bytes"] = UNKNOWN
    if _READ_BY.intersection(change.hazards):
        evidence["groups"] = readers(state.name, facts.groups)
    if hazards.KEY_ORDER in change.hazards:
        evidence["compacted"] = "compact" in (state.effective("cleanup.policy") or "")
    kept = tuple(hazard for hazard in change.hazards if at_stake.get(hazard, 1) != 0 or (hazard == hazards.DELETE and _is_missed(state.name, facts.groups)))
    return replace(change, hazards=kept, evidence=evidence)


def _is_missed(topic: str, groups: Groups) -> bool:
    """Nothing is lost with an empty topic, but a group that is active on it would miss it; one that is not known has nothing to lose."""
    return not isinstance(groups, Rejection) and any(active_on(topic, groups))
