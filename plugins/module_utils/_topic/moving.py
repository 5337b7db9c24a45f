# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Plans moves of a topic's replicas, what becomes of those of earlier runs, and leaders."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from .._kafka.moves import Layout
from .._kafka.throttles import LeftOver
from . import hazards
from .change import (
    CANCEL_REASSIGN,
    ELECT_LEADERS,
    LIFT_THROTTLE,
    REASSIGN,
    Brokers,
    Shape,
    TopicChange,
)
from .draft import Draft, impossible
from .placement import plan_move
from .spec import TopicSpec
from .state import BrokerDefaults, Observed, TopicState, default_config


def plan_replicas(
    spec: TopicSpec, state: TopicState, observed: Observed, draft: Draft
) -> tuple[TopicState, Brokers]:
    """The topic as the next changes find it, and the brokers of the partitions that are added."""
    if draft.layout is None:
        return state, {}
    if draft.cancel_moves:
        draft.changes += _cancellation(state, draft.layout)
        draft.changes += _lifting(state, observed.left)
        return state, {}
    least = _in_sync_after(spec, state, observed.defaults)
    planned = plan_move(spec, state, least, draft.layout, draft.brake)
    draft.layout = planned.layout
    if planned.refused:
        draft.refusals.append(impossible(REASSIGN, spec.name, planned.refused))
    change = planned.change
    if change is None:
        # what moves lifts it at its end
        draft.changes += _lifting(state, observed.left)
        return state, planned.added
    draft.changes.append(change)
    return state._replace(replicas_in_sync=_in_sync_left(state, change)), planned.added


def _in_sync_left(state: TopicState, change: TopicChange) -> int:
    """The in-sync replicas of the partition with the fewest after the move.

    Those that arrive are in sync, and those that lag behind may stay so.
    """
    counts = []
    for number, present in state.replicas.items():
        target = change.targets.get(number, present)
        before = change.origins.get(number, present)
        in_sync = state.in_sync.get(number, before)
        lagging = set(before).difference(in_sync)
        left = set(target).difference(lagging)
        counts.append(len(left))
    return min(counts)


def _in_sync_after(spec: TopicSpec, state: TopicState, defaults: BrokerDefaults | None) -> int:
    """min.insync.replicas after the run."""
    key = hazards.IN_SYNC
    value = spec.config.get(key, state.effective(key))
    is_kept = key in spec.config or key in spec.purge_config_keep
    is_set = key in state.config
    is_purged = spec.purge_config and is_set and not is_kept
    if value is None or is_purged:
        inherited = default_config(defaults)
        value = inherited.get(key)
    return int(value or 1)


def _cancellation(state: TopicState, layout: Layout) -> Iterator[TopicChange]:
    """Takes back all moves of the topic that are under way."""
    before = {}
    after = {}
    for place, move in sorted(layout.under_way.items()):
        if place.topic == state.name:
            before[place.partition] = move.target
            after[place.partition] = move.before
    if before:
        old = Shape(assignments=before)
        new = Shape(assignments=after)
        yield TopicChange(state.name, CANCEL_REASSIGN, old, new)


def _lifting(state: TopicState, left: LeftOver | None) -> Iterator[TopicChange]:
    """Lifts the throttle that a killed run has left on a topic of which nothing moves any more."""
    if left is None or state.name not in left.found.topics:
        return
    found = left.found.topics[state.name]
    before = left.before.topics[state.name]
    if found == before:
        return
    rates, rates_before = left.rates()
    old = Shape(config=found, brokers=rates or None)
    new = Shape(config=before, brokers=rates_before or None)
    yield TopicChange(state.name, LIFT_THROTTLE, old, new)


def election(state: TopicState, moving: Collection[int]) -> Iterator[TopicChange]:
    """Lets the preferred leaders lead: the first replica of each partition, if it is in sync.

    `moving`: the partitions whose replicas move, since their leaders are elected with that.
    """
    before = {}
    after = {}
    for number, brokers in state.replicas.items():
        leader = state.leaders.get(number)
        preferred = brokers[0]
        can_lead = preferred in state.in_sync.get(number, ())
        if leader != preferred and can_lead and number not in moving:
            before[number] = leader
            after[number] = preferred
    if before:
        old = Shape(leaders=before)
        new = Shape(leaders=after)
        yield TopicChange(state.name, ELECT_LEADERS, old, new)
