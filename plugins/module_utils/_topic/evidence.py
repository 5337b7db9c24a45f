# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a hazardous change puts at stake, asked of the cluster: how many records, how old, and who reads them.

A hazard with nothing at stake is none. What cannot be read is "unknown", and counts as at stake.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace

from .._cluster.gateway import EARLIEST, LATEST, NEWEST, Gateway, Group, Offset, Rejection
from .._core.change import Change, Plain
from .._core.plan import Plan
from . import hazards
from .state import Observed, TopicState

UNKNOWN = "unknown"
_WEIGHED = frozenset({hazards.DELETE, hazards.RETENTION_CUT, hazards.POLICY_SWITCH, hazards.KEY_ORDER})
_READ_BY = frozenset({hazards.DELETE, hazards.KEY_ORDER})

Offsets = Mapping[tuple[str, int], "Offset | Rejection"]


@dataclass(frozen=True, slots=True)
class _Facts:
    """The answers for all topics together. `expiring`: the first offset that outlives the new retention.ms."""

    earliest: Offsets
    latest: Offsets
    oldest: Offsets
    newest: Offsets
    expiring: Offsets
    groups: Mapping[str, Group] | Rejection


def weigh(gateway: Gateway, plan: Plan, observed: Observed, now: Callable[[], float] = time.time) -> Plan:
    """The plan with the evidence of its hazards, and without the hazards that put nothing at stake; a few requests, however many changes."""
    weighed = [change for change in plan.changes if _is_weighed(change)]
    if not weighed:
        return plan
    places = [(name, number) for name in dict.fromkeys(change.name for change in weighed) for number in range(observed.topics[name].partitions)]
    cuts = {change.name: cut for change in weighed if (cut := _cut(change, observed, now())) is not None}
    facts = _Facts(
        earliest=gateway.offsets(dict.fromkeys(places, EARLIEST)),
        latest=gateway.offsets(dict.fromkeys(places, LATEST)),
        oldest=gateway.offsets(dict.fromkeys(places, 0)),
        newest=gateway.offsets(dict.fromkeys(places, NEWEST)),
        expiring=gateway.offsets({place: cuts[place[0]] for place in places if place[0] in cuts}) if cuts else {},
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
    places = [(state.name, number) for number in range(state.partitions)]
    total = _records(places, facts.earliest, facts.latest, {})
    at_stake: dict[str, int | None] = dict.fromkeys(_WEIGHED, total)
    config = (change.after or {}).get("config")
    by_size = isinstance(config, Mapping) and "retention.bytes" in config
    if not by_size:
        at_stake[hazards.RETENTION_CUT] = _records(places, facts.earliest, facts.latest, facts.expiring)
    # the newest record that Kafka knows of may be a deleted one
    written = [place for place in places if _records([place], facts.earliest, facts.latest, {}) != 0]
    stakes = [at_stake[hazard] for hazard in change.hazards if hazard in _WEIGHED]
    evidence: dict[str, Plain] = {
        **change.evidence,
        "records": UNKNOWN if None in stakes else max(stake or 0 for stake in stakes),
        "oldest": _moment(written, facts.oldest, min),
        "newest": _moment(written, facts.newest, max),
    }
    if by_size and hazards.RETENTION_CUT in change.hazards:
        evidence["bytes"] = UNKNOWN
    if _READ_BY.intersection(change.hazards):
        evidence["groups"] = _readers(state.name, facts.groups)
    if hazards.KEY_ORDER in change.hazards:
        evidence["compacted"] = "compact" in (state.effective("cleanup.policy") or "")
    # nothing is lost with an empty topic, but those who are active on it would miss it
    missed = {hazards.DELETE} if isinstance(facts.groups, Mapping) and any(state.name in group.active for group in facts.groups.values()) else set()
    kept = tuple(hazard for hazard in change.hazards if at_stake.get(hazard, 1) != 0 or hazard in missed)
    return replace(change, hazards=kept, evidence=evidence)


def _records(places: Iterable[tuple[str, int]], earliest: Offsets, latest: Offsets, limits: Offsets) -> int | None:
    """An upper bound of the records before the limits: retention removes closed segments only, and compaction leaves gaps."""
    records = 0
    for place in places:
        first, last, limit = earliest.get(place), latest.get(place), limits.get(place)
        if not isinstance(first, Offset) or not isinstance(last, Offset) or isinstance(limit, Rejection):
            return None
        # no record is younger than the limit, or there is no limit: all of them go
        end = last.offset if limit is None or limit.offset < 0 else limit.offset
        records += max(end - first.offset, 0)
    return records


def _moment(places: Iterable[tuple[str, int]], offsets: Offsets, pick: Callable[[Iterable[int]], int]) -> str | None:
    """The time of the oldest or newest record, in UTC; None without records."""
    found = [offsets.get(place) for place in places]
    if not all(isinstance(offset, Offset) for offset in found):
        return UNKNOWN
    times = [offset.timestamp for offset in found if isinstance(offset, Offset) and offset.timestamp >= 0]
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(pick(times) / 1000)) if times else None


def _readers(topic: str, groups: Mapping[str, Group] | Rejection) -> Plain:
    if isinstance(groups, Rejection):
        return UNKNOWN
    return {
        "active": sorted(name for name, group in groups.items() if topic in group.active),
        "committed": sorted(name for name, group in groups.items() if topic in group.committed),
    }
