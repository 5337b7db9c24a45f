# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Undoes a plan: the declaration that leads back, and what no declaration brings back. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from operator import attrgetter

from .._core.change import Plain
from .._core.plan import Plan
from .._core.wording import some
from .._kafka.usage import Readers
from . import hazards
from .change import (
    ADD_PARTITIONS,
    CREATE,
    DELETE,
    ELECT_LEADERS,
    LIFT_THROTTLE,
    TopicChange,
)
from .spec import TopicSet, TopicSpec

_UNTIL_UNDONE = frozenset({hazards.RETENTION_CUT, hazards.POLICY_SWITCH})


def undo(plan: Plan[TopicChange], declared: TopicSet) -> dict[str, Plain]:
    """`topics` restores the state that the plan found, except what `not_undone` names.

    It is valid whether the whole plan was applied or only a part of it.
    """
    topics: dict[str, dict[str, Plain]] = {}
    not_undone: list[Plain] = []
    for change in sorted(plan.changes, key=attrgetter("name")):
        spec = declared.topics.get(change.name, TopicSpec(change.name))
        not_undone += _lasting(change, spec)
        if _is_undone(change, spec):
            # several changes of a topic are undone as one
            entry = topics.setdefault(change.name, {})
            entry |= _restored(change, spec)
    restored: list[Plain] = [*topics.values()]
    return {"topics": restored, "not_undone": not_undone}


def _is_undone(change: TopicChange, spec: TopicSpec) -> bool:
    if change.operation == CREATE:
        # the undo would delete the topic, and be refused as a whole
        return not spec.protected
    return change.operation not in (ADD_PARTITIONS, LIFT_THROTTLE, ELECT_LEADERS)


def _restored(change: TopicChange, spec: TopicSpec) -> dict[str, Plain]:
    before = change.before or {"state": "absent"}
    entry: dict[str, Plain] = {"name": change.name, **before}
    if "assignments" in before:
        # they say how many replicas each partition had, which may differ
        entry.pop("replication_factor", None)
    if spec.protected:
        entry["protected"] = True
    if spec.internal:
        entry["internal"] = True
    return entry


def _lasting(change: TopicChange, spec: TopicSpec) -> Iterator[str]:
    """What the undo leaves as it is, in a sentence each."""
    topic = f"topic {change.name}"
    if change.operation == CREATE and spec.protected:
        yield f"{topic} stays: it is declared as protected"
    if change.operation == ADD_PARTITIONS:
        partitions = change.new.partitions
        yield f"{topic} keeps its {partitions} partitions: Kafka cannot take them away"
    if change.operation == ELECT_LEADERS:
        yield f"{topic} keeps its preferred leaders: Kafka elects no others on request"
    if change.operation == DELETE:
        lost = ", ".join(filter(None, [_records(change), _offsets(change)]))
        if lost:
            yield f"{topic} comes back empty; lost for good: {lost}"
    if not _UNTIL_UNDONE.isdisjoint(change.hazards):
        at_stake = f"{topic}: of {_records(change)} at stake"
        yield f"{at_stake}, those that the broker removes before the undo stay lost"


def _records(change: TopicChange) -> str:
    records = change.evidence.records
    if not isinstance(records, int):
        return "an unknown number of records"
    if records == 0:
        return ""
    if records == 1:
        return "up to 1 record"
    return f"up to {records} records"


def _offsets(change: TopicChange) -> str:
    readers = change.evidence.readers
    if not isinstance(readers, Readers):
        return "the committed offsets of its groups (unknown)"
    if not readers.committed:
        return ""
    return f"the committed offsets of {some('group', readers.committed)}"
