# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The topics under owned prefixes that nobody declares, with what they hold and who reads them."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple, Protocol

from .._cluster.gateway.groups import Groups
from .._cluster.gateway.records import Records
from .._core.change import Plain
from .._core.errors import InvalidSpec
from .._kafka.quantities import parse_duration
from .._kafka.usage import UNKNOWN, Readers, RecordTimes, Unknown, readers_as_result
from .._topic.observe import Describing, observe_names
from .._topic.spec import TopicSet, parse_topic_set
from .._topic.state import TopicState
from .._usage.logs import read_logs, readers


class Searching(Describing, Groups, Records, Protocol):
    """The APIs that undeclared topics, and what uses them, are read from."""


class _Undeclared(NamedTuple):
    """A topic with what it holds and who reads it. `records`: an upper bound."""

    state: TopicState
    records: int | Unknown
    times: RecordTimes
    readers: Readers | Unknown

    def as_result(self) -> dict[str, Plain]:
        return {
            **self.state.as_declaration(),
            "records": self.records,
            **self.times.as_result(),
            "groups": readers_as_result(self.readers),
        }


def read_undeclared(
    gateway: Searching,
    topics: object,
    profiles: Mapping[str, object],
    owned_prefixes: Sequence[str],
    idle_for: str | None = None,
    now: Callable[[], float] = time.time,
) -> dict[str, Any]:
    """The undeclared topics that are idle, or all of them without `idle_for`.

    `undecided`: the names of topics that may be idle or not, since that cannot be read.
    """
    declared = _declared(topics, profiles, owned_prefixes)
    duration = _duration(idle_for)
    found = _observe(gateway, declared)
    idle_since: int | None = None
    if duration is not None:
        idle_since = int(now() * 1000) - duration
    rows = []
    undecided = []
    for topic in sorted(found, key=_by_last_write):
        idle = _is_idle(topic, idle_since)
        if idle is None:
            undecided.append(topic.state.name)
        elif idle:
            rows.append(topic.as_result())
    return {"topics": rows, "undecided": sorted(undecided)}


def _declared(
    topics: object, profiles: Mapping[str, object], owned_prefixes: Sequence[str]
) -> TopicSet:
    """The declared names, by the rules of a declaration.

    All other fields are left out, but for `state`: a topic may take the place of its twin.
    """
    if not owned_prefixes:
        raise InvalidSpec("owned_prefixes: give at least one, under which topics are reported")
    if isinstance(topics, str) and topics:
        topics = topics.split(",")
    named = topics
    if isinstance(topics, (list, tuple)):
        named = [_only("name", topic) for topic in topics]
    naming = {name: _only("names", profile) for name, profile in profiles.items()}
    return parse_topic_set(named, profiles=naming, owned_prefixes=owned_prefixes)


def _only(key: str, raw: object) -> object:
    """A declaration with this field and the state. A topic may be given as its name alone.

    Anything else stays as it is, for the parser to refuse.
    """
    if isinstance(raw, Mapping):
        return {key: raw.get(key), "state": raw.get("state")}
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


def _observe(gateway: Searching, declared: TopicSet) -> list[_Undeclared]:
    names = []
    for name in gateway.list_topics():
        if declared.owns(name) and name not in declared.topics:
            names.append(name)
    observed = observe_names(gateway, names)
    states = [state for state in observed.topics.values() if not state.is_reserved]
    if not states:
        return []
    logs = read_logs(gateway, {state.name: state.partitions for state in states})
    groups = gateway.describe_consumer_groups()
    found = []
    for state in states:
        records = logs.records(state.name)
        known = UNKNOWN if records is None else records
        read_by = readers(state.name, groups)
        found.append(_Undeclared(state, known, logs.times(state.name), read_by))
    return found


def _is_idle(topic: _Undeclared, since: int | None) -> bool | None:
    """Whether nobody has written since this time (ms), or reads now; None where it is not known."""
    if since is None:
        return True
    newest = topic.times.newest
    if isinstance(newest, int) and newest >= since:
        return False
    if topic.readers == UNKNOWN:
        return None
    if topic.readers.active:
        return False
    return None if newest == UNKNOWN else True


def _by_last_write(topic: _Undeclared) -> tuple[int, int, str]:
    """Sorts topics without records before all others, those of unknown age after them."""
    newest = topic.times.newest
    name = topic.state.name
    if newest is None:
        return 0, 0, name
    if isinstance(newest, int):
        return 1, newest, name
    return 2, 0, name
