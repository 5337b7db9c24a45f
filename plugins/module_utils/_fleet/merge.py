# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Verdicts as plain values, and back from whatever file or variable has them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from .._core.foreign import told
from .verdict import KINDS, STATES, Finding, Verdict, not_tried

# what begins the name of a statistic that is a verdict
STATISTIC = "kafka_fleet_verdict_"
_WORD = re.compile(r"[a-z][a-z_.]{0,60}")


def as_result(verdict: Verdict) -> dict[str, Any]:
    kinds = {kind: _finding_as_result(found) for kind, found in verdict.kinds.items()}
    return {
        "cluster": verdict.cluster,
        "verdict": verdict.state,
        "error": verdict.error,
        "cluster_id": verdict.cluster_id,
        "time": verdict.time,
        "kinds": kinds,
    }


def _finding_as_result(found: Finding) -> dict[str, Any]:
    return {
        "verdict": found.state,
        "changes": dict(found.changes),
        "hazards": dict(found.hazards),
        "refused": found.refused,
        "plan_id": found.plan_id,
        "error": found.error,
    }


def statistic(cluster: str) -> str:
    """The name of a variable, which no other cluster has: statistics of one name overwrite."""
    letters = []
    for character in cluster:
        plain = character.isascii() and character.isalnum()
        letters.append(character if plain else f"_{ord(character):x}_")
    return STATISTIC + "".join(letters)


def parse(value: object) -> Verdict:
    """Raises ValueError where the value is no verdict."""
    if not isinstance(value, Mapping):
        raise ValueError(f"this is no verdict on a cluster: {told(repr(value))}")
    cluster = value.get("cluster")
    kinds = value.get("kinds", {})
    if not isinstance(cluster, str) or not isinstance(kinds, Mapping):
        raise ValueError(f"this is no verdict on a cluster: {told(repr(value))}")
    try:
        findings = {_known(kind, KINDS): _finding(found) for kind, found in kinds.items()}
        return Verdict(
            told(cluster),
            _known(value.get("verdict"), STATES),
            findings,
            _text(value, "cluster_id"),
            _text(value, "time"),
            _text(value, "error"),
        )
    except ValueError as error:
        raise ValueError(f"the verdict on {told(cluster)} is damaged: {error}") from None


def _finding(value: object) -> Finding:
    if not isinstance(value, Mapping):
        raise ValueError(told(repr(value)))
    return Finding(
        _known(value.get("verdict"), STATES),
        _counts(value.get("changes", {})),
        _counts(value.get("hazards", {})),
        _count(value.get("refused", 0)),
        _text(value, "plan_id"),
        _text(value, "error"),
    )


def _known(word: object, words: Sequence[str]) -> str:
    if word in words:
        return str(word)
    raise ValueError(f"{told(repr(word))} is none of {', '.join(words)}")


def _text(value: Mapping[str, object], name: str) -> str:
    return told(str(value.get(name, "")))


def _counts(value: object) -> dict[str, int]:
    if not isinstance(value, Mapping):
        raise ValueError(told(repr(value)))
    counts = {}
    for word, times in value.items():
        if not _WORD.fullmatch(str(word)):
            raise ValueError(f"{told(repr(word))} names neither an operation nor a hazard")
        counts[str(word)] = _count(times)
    return counts


def _count(value: object) -> int:
    if isinstance(value, int) and value >= 0:
        return int(value)
    raise ValueError(f"{told(repr(value))} is no number of changes")


def merged(verdicts: Iterable[Verdict], clusters: Iterable[str] = ()) -> list[Verdict]:
    """The newest verdict on each cluster. `clusters`: those that have to have one."""
    newest: dict[str, Verdict] = {}
    for verdict in verdicts:
        other = newest.get(verdict.cluster)
        if other is None or verdict.time >= other.time:
            newest[verdict.cluster] = verdict
    for cluster in clusters:
        newest.setdefault(told(cluster), not_tried(cluster))
    return list(newest.values())


def in_text(text: str) -> Iterator[Verdict]:
    """The verdicts in a file: JSON lines, or the JSON of an event or of statistics."""
    try:
        values = [json.loads(text)]
    except ValueError:
        values = [_loaded(line) for line in text.splitlines() if line.strip()]
    for value in values:
        yield from in_value(value)


def _loaded(line: str) -> object:
    try:
        return json.loads(line)
    except ValueError as error:
        raise ValueError(f"a line is no JSON, so it is no verdict: {told(line)}") from error


def in_value(value: object) -> Iterator[Verdict]:
    """The verdicts in statistics, in an event of ansible-runner that has them, or one itself."""
    if not isinstance(value, Mapping):
        raise ValueError(f"this holds no verdicts: {told(repr(value))}")
    if "cluster" in value:
        yield parse(value)
        return
    statistics = value
    if "event" in value:
        event = value.get("event_data") or {}
        statistics = event.get("artifact_data") or {}
    for name, held in statistics.items():
        if str(name).startswith(STATISTIC):
            yield parse(held)
