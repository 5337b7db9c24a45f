# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Makes changes of topics from the values that a result would show."""

from __future__ import annotations

from typing import Any

from ansible_collections.omninode.kafka.plugins.module_utils._kafka.instants import parse_instant
from ansible_collections.omninode.kafka.plugins.module_utils._kafka.usage import (
    Readers,
    RecordTimes,
)
from ansible_collections.omninode.kafka.plugins.module_utils._topic.change import (
    Evidence,
    Shape,
    TopicChange,
)


def topic_change(
    name: str,
    operation: str,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
    hazards: tuple[str, ...] = (),
    evidence: dict[str, Any] | None = None,
) -> TopicChange:
    observed = None if before is None else Shape(**before)
    declared = None if after is None else Shape(**after)
    found = evidence_of(**(evidence or {}))
    return TopicChange(name, operation, observed, declared, hazards, found)


def evidence_of(
    records: Any = None,
    oldest: Any = None,
    newest: Any = None,
    groups: Any = None,
    compacted: bool | None = None,
    availability: str = "",
) -> Evidence:
    return Evidence(
        unavailability=(availability,) if availability else (),
        records=records,
        times=None if records is None else RecordTimes(milliseconds(oldest), milliseconds(newest)),
        readers=Readers(**{kind: tuple(names) for kind, names in groups.items()})
        if isinstance(groups, dict)
        else groups,
        compacted=compacted,
    )


def milliseconds(time: Any) -> Any:
    is_instant = isinstance(time, str) and time != "unknown"
    return parse_instant(time, 0) if is_instant else time
