# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads who would be stopped: the consumer groups that are active by a right that goes.

Kafka does not name who writes to a topic, so the time of its newest record has to do.
"""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import NamedTuple, Protocol, TypeAlias

from .._cluster.gateway.groups import Group, Groups
from .._cluster.gateway.records import Records
from .._cluster.gateway.topics import Topics
from .._core.plan import Plan
from .._kafka.acls import EVERYBODY, GROUP, LITERAL, NOWHERE, TOPIC, Binding, Pattern, reach
from .._kafka.errors import TOPIC_AUTHORIZATION_FAILED, Rejection
from .._kafka.instants import iso
from .._kafka.names import topic_name
from .._kafka.operations import READ, WRITE
from .._kafka.usage import UNKNOWN
from .._usage.logs import read_logs
from . import hazards
from .change import AclChange
from .plan import bindings_after
from .state import Observed

ByPrincipal: TypeAlias = Mapping[str, list[Binding]]
# a producer of a topic that nobody wrote to for longer may be gone
_LATELY = 86_400_000  # milliseconds


class Weighing(Groups, Topics, Records, Protocol):
    """The APIs that evidence is read from."""


class _Rights(NamedTuple):
    """The ACLs before and after the plan."""

    before: ByPrincipal
    after: ByPrincipal

    def could_read(self, principal: str, resource_type: str, name: str) -> bool:
        return _reach(self.before, principal, READ, resource_type, name) > NOWHERE

    def are_lost(self, principal: str, operation: str, resource_type: str, name: str) -> bool:
        """Whether the principal may do less than before."""
        had = _reach(self.before, principal, operation, resource_type, name)
        keeps = _reach(self.after, principal, operation, resource_type, name)
        return keeps < had


class _Facts(NamedTuple):
    """What the cluster answered. `written`: the time of the newest record, by topic."""

    rights: _Rights
    groups: Mapping[str, Group] | Rejection
    written: Mapping[str, str]


def weigh(
    gateway: Weighing,
    plan: Plan[AclChange],
    observed: Observed,
    now: Callable[[], float] = time.time,
) -> Plan[AclChange]:
    """The plan with the evidence of its hazards, without those that put nothing at stake."""
    readers = [change for change in plan.changes if hazards.may_stop_readers(change)]
    writers = [change for change in plan.changes if hazards.may_stop_writers(change)]
    if not readers and not writers:
        return plan
    groups: Mapping[str, Group] | Rejection = {}
    if readers:
        groups = gateway.describe_consumer_groups()
    since = int(now() * 1000) - _LATELY
    written = dict(_written(gateway, writers, since))
    after = bindings_after(plan, observed.bindings)
    rights = _Rights(_by_principal(observed.bindings), _by_principal(after))
    facts = _Facts(rights, groups, written)
    changes = []
    for change in plan.changes:
        if hazards.may_stop_readers(change) or hazards.may_stop_writers(change):
            change = _weighed(change, facts)
        changes.append(change)
    return replace(plan, changes=tuple(changes))


def _written(
    gateway: Weighing, changes: Sequence[AclChange], since: int
) -> Iterator[tuple[str, str]]:
    """The topics that somebody wrote to, and when."""
    patterns = [change.subject.pattern for change in changes]
    if not patterns:
        return
    # a listing leaves out what the principal may not describe
    names = {pattern.name for pattern in patterns if _names_a_topic(pattern)}
    for name in gateway.list_topics():
        if any(pattern.matches(TOPIC, name) for pattern in patterns):
            names.add(name)
    if not names:
        return
    partitions = {}
    for name, topic in gateway.describe_topics(sorted(names)).items():
        if not isinstance(topic, Rejection):
            partitions[name] = len(topic.partitions)
        elif topic.code == TOPIC_AUTHORIZATION_FAILED:
            yield name, UNKNOWN
    logs = read_logs(gateway, partitions)
    for name in partitions:
        newest = logs.times(name).newest
        if newest == UNKNOWN:
            yield name, UNKNOWN
        elif newest is not None and newest >= since:
            yield name, iso(newest, "seconds")


def _names_a_topic(pattern: Pattern) -> bool:
    """Whether it is literal, and a topic can have the name."""
    with suppress(ValueError):
        topic_name(pattern.name)
        return pattern.pattern_type == LITERAL
    return False


def _weighed(change: AclChange, facts: _Facts) -> AclChange:
    evidence = change.evidence
    if hazards.may_stop_readers(change):
        if isinstance(facts.groups, Rejection):
            evidence = evidence._replace(groups=UNKNOWN)
        else:
            stopped = _stopped(change, facts.groups, facts.rights)
            evidence = evidence._replace(groups=stopped or None)
    if hazards.may_stop_writers(change):
        written = dict(_no_longer_written(change, facts))
        evidence = evidence._replace(written=written or None)
    kept = [*change.hazards]
    if not evidence.groups and not evidence.written:
        kept.remove(hazards.IN_USE)
    return change._replace(hazards=tuple(kept), evidence=evidence)


def _no_longer_written(change: AclChange, facts: _Facts) -> Iterator[tuple[str, str]]:
    principal, pattern = change.subject.principal, change.subject.pattern
    for name, written in facts.written.items():
        if not pattern.matches(TOPIC, name):
            continue
        if facts.rights.are_lost(principal, WRITE, TOPIC, name):
            yield name, written


def _stopped(
    change: AclChange, groups: Mapping[str, Group], rights: _Rights
) -> Mapping[str, tuple[str, ...]]:
    """The active groups, each with those that may read it before the change."""
    stopped = {}
    for name, group in sorted(groups.items()):
        if group.active and _is_stopped(change, name, group, rights):
            stopped[name] = _readers(name, rights.before)
    return stopped


def _is_stopped(change: AclChange, name: str, group: Group, rights: _Rights) -> bool:
    """Whether the members of the group, if the principal is one, may no longer read."""
    principal, pattern = change.subject.principal, change.subject.pattern
    if pattern.matches(GROUP, name):
        return rights.are_lost(principal, READ, GROUP, name)
    read = [topic for topic in group.active if pattern.matches(TOPIC, topic)]
    if not read or not rights.could_read(principal, GROUP, name):
        return False
    return any(rights.are_lost(principal, READ, TOPIC, topic) for topic in read)


def _readers(group: str, bindings: ByPrincipal) -> tuple[str, ...]:
    """The principals that may read the group by their ACLs."""
    found = []
    for principal in sorted(bindings):
        if _reach(bindings, principal, READ, GROUP, group) > NOWHERE:
            found.append(principal)
    return tuple(found)


def _by_principal(bindings: Iterable[Binding]) -> ByPrincipal:
    found: defaultdict[str, list[Binding]] = defaultdict(list)
    for binding in bindings:
        found[binding.principal].append(binding)
    return found


def _reach(
    bindings: ByPrincipal, principal: str, operation: str, resource_type: str, name: str
) -> int:
    own = _of(bindings, principal)
    return reach(own, principal, operation, resource_type, name)


def _of(bindings: ByPrincipal, principal: str) -> Iterator[Binding]:
    for name in dict.fromkeys([principal, EVERYBODY]):
        yield from bindings.get(name, ())
