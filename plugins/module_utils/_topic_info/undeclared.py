# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The topics under one's prefixes that nobody declares, what they hold and who reads them."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from .._cluster.gateway.gateway import Gateway
from .._core.change import Plain
from .._core.errors import InvalidSpec
from .._kafka.quantities import parse_duration
from .._kafka.usage import UNKNOWN, Ages, Readers, Unknown, readers_as_result
from .._topic.observe import observe_names
from .._topic.spec import TopicSet, parse_topic_set
from .._topic.state import TopicState
from .._usage.logs import Groups, Logs, read_logs, readers


def read_undeclared(
    gateway: Gateway,
    topics: Iterable[object],
    profiles: Mapping[str, object],
    owned_prefixes: Sequence[str],
    idle_for: str | None = None,
    now: Callable[[], float] = time.time,
) -> dict[str, Any]:
    """The idle ones, or all without `idle_for`; and the names of those that may be idle or not."""
    declared = _declared(topics, profiles, owned_prefixes)
    duration = _duration(idle_for)
    states = _observe(gateway, declared)
    if not states:
        return {"topics": [], "undecided": []}
    logs = read_logs(gateway, {state.name: state.partitions for state in states})
    groups = gateway.describe_consumer_groups()
    ages = {state.name: logs.ages(state.name) for state in states}
    limit = None if duration is None else int(now() * 1000) - duration
    rows = []
    undecided = []
    for state in sorted(states, key=lambda state: _last_write(ages[state.name], state.name)):
        read_by = readers(state.name, groups)
        idle = limit is None or _is_idle(ages[state.name], read_by, limit)
        if idle is None:
            undecided.append(state.name)
        elif idle:
            rows.append(_row(state, logs, ages[state.name], groups))
    return {"topics": rows, "undecided": sorted(undecided)}


def _declared(
    topics: Iterable[object], profiles: Mapping[str, object], owned_prefixes: Sequence[str]
) -> TopicSet:
    """Holds names and prefixes to the rules of a declaration; what else is declared is dropped."""
    if not owned_prefixes:
        raise InvalidSpec("owned_prefixes: give at least one, under which topics are reported")
    return parse_topic_set(
        [_only("name", topic) for topic in topics],
        profiles={name: _only("names", profile) for name, profile in profiles.items()},
        owned_prefixes=owned_prefixes,
    )


def _only(key: str, raw: object) -> object:
    """The one field of a declaration; a topic may be its name alone.

    Anything else is for the parser to refuse.
    """
    if isinstance(raw, Mapping):
        return {key: raw.get(key)}
    if isinstance(raw, str) and key == "name":
        return {key: raw}
    return raw


def _duration(idle_for: str | None) -> int | None:
    if idle_for is None:
        return None
    try:
        return parse_duration(idle_for)
    except ValueError as error:
        raise InvalidSpec(f"idle_for: {error}") from error


def _observe(gateway: Gateway, declared: TopicSet) -> list[TopicState]:
    names = [
        name
        for name in gateway.list_topics()
        if declared.owns(name) and name not in declared.topics
    ]
    states = observe_names(gateway, names).topics.values()
    return [state for state in states if not state.is_reserved]


def _is_idle(ages: Ages, readers: Readers | Unknown, limit: int) -> bool | None:
    """None where that is not known."""
    if isinstance(ages.newest, int) and ages.newest >= limit:
        return False
    if readers == UNKNOWN:
        return None
    if readers.active:
        return False
    return None if ages.newest == UNKNOWN else True


def _row(state: TopicState, logs: Logs, ages: Ages, groups: Groups) -> dict[str, Plain]:
    records = logs.records(state.name)
    usage = {
        "records": UNKNOWN if records is None else records,
        **ages.as_result(),
        "groups": readers_as_result(readers(state.name, groups)),
    }
    return {**state.as_declaration(), **usage}


def _last_write(ages: Ages, name: str) -> tuple[int, int, str]:
    """Sorts topics without records before all others, those of unknown age after them."""
    if ages.newest is None:
        return 0, 0, name
    if isinstance(ages.newest, int):
        return 1, ages.newest, name
    return 2, 0, name
