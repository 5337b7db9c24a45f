# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The way back: what a plan's changes replace, as a declaration, and what no declaration brings back. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from .._core.change import Change, Plain
from .._core.plan import Plan
from .._core.wording import some
from . import hazards
from .plan import ADD_PARTITIONS, CREATE, DELETE
from .spec import TopicSet, TopicSpec

_UNTIL_UNDONE = frozenset({hazards.RETENTION_CUT, hazards.POLICY_SWITCH})


def undo(plan: Plan, declared: TopicSet) -> dict[str, Plain]:
    """Declared after the plan, or after any part of it, `topics` restores what the plan saw, except what `not_undone` names."""
    entries: dict[str, dict[str, Plain]] = {}
    not_undone: list[str] = []
    for change in sorted(plan.changes, key=lambda change: change.name):
        spec = declared.topics.get(change.name, TopicSpec(change.name))
        losses = [*_lasting(change, spec)]
        not_undone += losses
        if change.operation != ADD_PARTITIONS and not (change.operation == CREATE and losses):
            marks: dict[str, Plain] = {"protected": True} if spec.protected else {}
            if spec.internal:
                marks["internal"] = True
            entries[change.name] = {
                "name": change.name,
                **(change.before or {"state": "absent"}),
                **marks,
            }
    return {"topics": list(entries.values()), "not_undone": not_undone}


def _lasting(change: Change, spec: TopicSpec) -> Iterator[str]:
    """What stays of the change, one sentence each."""
    topic = f"topic {change.name}"
    if change.operation == CREATE and spec.protected:
        # its deletion would be refused, and the whole undo with it
        yield f"{topic} stays: it is declared as protected"
    if change.operation == ADD_PARTITIONS:
        yield f"{topic} keeps its {(change.after or {}).get('partitions')} partitions: Kafka cannot take them away"
    if change.operation == DELETE:
        lost = [what for what in (_records(change), _offsets(change)) if what]
        if lost:
            yield f"{topic} comes back empty; lost for good: {', '.join(lost)}"
    if not _UNTIL_UNDONE.isdisjoint(change.hazards):
        yield f"{topic}: of {_records(change)} at stake, those that the broker removes before the undo stay lost"


def _records(change: Change) -> str:
    records = change.evidence.get("records")
    if isinstance(records, int):
        return f"up to {records} record{'s' if records > 1 else ''}" if records else ""
    return "an unknown number of records"


def _offsets(change: Change) -> str:
    groups = change.evidence.get("groups")
    committed = groups.get("committed") if isinstance(groups, Mapping) else None
    if not isinstance(committed, list):
        return "the committed offsets of its groups (unknown)"
    return f"the committed offsets of {some('group', committed)}" if committed else ""
