# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The topics under one's prefixes that nobody declares, with what they hold and who reads them."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from .._cluster.gateway.gateway import Gateway
from .._core.change import UNKNOWN, Plain
from .._core.errors import InvalidSpec
from .._kafka.errors import Rejection
from .._kafka.quantities import parse_duration
from .._topic.observe import observe_names
from .._topic.spec import TopicSet, parse_topic_set
from .._topic.state import TopicState
from .._usage.logs import Ages, Groups, Logs, active_on, read_logs, readers


def read_undeclared(
    gateway: Gateway,
    topics: Iterable[object],
    profiles: Mapping[str, object],
    owned_prefixes: Sequence[str],
    idle_for: str | None = None,
    now: Callable[[], float] = time.time,
) -> dict[str, Any]:
    """Those that are idle, or all without `idle_for`; and the names of those of which it cannot be told."""
    declared, duration = _declared(topics, profiles, owned_prefixes), _duration(idle_for)
    states = _observe(gateway, declared)
    if not states:
        return {"topics": [], "undecided": []}
    logs, groups = (
        read_logs(gateway, {state.name: state.partitions for state in states}),
        gateway.describe_consumer_groups(),
    )
    ages = {state.name: logs.ages(state.name) for state in states}
    states.sort(key=lambda state: _last_write(ages[state.name], state.name))
    limit = None if duration is None else int(now() * 1000) - duration
    idle = {name: limit is None or _is_idle(name, ages[name], groups, limit) for name in ages}
    return {
        "topics": [
            _row(state, logs, ages[state.name], groups) for state in states if idle[state.name]
        ],
        "undecided": sorted(name for name in ages if idle[name] is None),
    }


def _declared(
    topics: Iterable[object], profiles: Mapping[str, object], owned_prefixes: Sequence[str]
) -> TopicSet:
    """Names and prefixes are held to the rules of a declaration; what is declared of a topic does not matter here."""
    if not owned_prefixes:
        raise InvalidSpec("owned_prefixes: give at least one, under which topics are reported")
    return parse_topic_set(
        [
            {"name": raw}
            if isinstance(raw, str)
            else {"name": raw.get("name")}
            if isinstance(raw, Mapping)
            else raw
            for raw in topics
        ],
        profiles={
            name: {"names": raw.get("names")} if isinstance(raw, Mapping) else raw
            for name, raw in profiles.items()
        },
        owned_prefixes=owned_prefixes,
    )


def _duration(idle_for: str | None) -> int | None:
    try:
        return None if idle_for is None else parse_duration(idle_for)
    except ValueError as error:
        raise InvalidSpec(f"idle_for: {error}") from error


def _observe(gateway: Gateway, declared: TopicSet) -> list[TopicState]:
    names = [
        name
        for name in gateway.list_topics()
        if declared.owns(name) and name not in declared.topics
    ]
    return [
        state for state in observe_names(gateway, names).topics.values() if not state.is_reserved
    ]


def _is_idle(topic: str, ages: Ages, groups: Groups, limit: int) -> bool | None:
    """None: it cannot be told."""
    if isinstance(ages.newest, int) and ages.newest >= limit:
        return False
    if isinstance(groups, Rejection):
        return None
    if any(active_on(topic, groups)):
        return False
    return None if ages.newest == UNKNOWN else True


def _row(state: TopicState, logs: Logs, ages: Ages, groups: Groups) -> dict[str, Plain]:
    records = logs.records(state.name)
    usage = {
        "records": UNKNOWN if records is None else records,
        **ages.as_result(),
        "groups": readers(state.name, groups),
    }
    return {**state.as_declaration(), **usage}


def _last_write(ages: Ages, name: str) -> tuple[bool, bool, int, str]:
    """Sorts topics without records before all others, those of unknown age after them."""
    return (
        ages.newest is not None,
        ages.newest == UNKNOWN,
        ages.newest if isinstance(ages.newest, int) else 0,
        name,
    )
