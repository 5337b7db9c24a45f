# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The verdicts on a fleet as one table, the worst first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from .._core import table
from .verdict import IN_ITS_STATE, KINDS, STATES, Finding, Verdict

_NO_CLUSTERS = "There are no clusters to show."
_WORDS = {"in_state": "in state", "not_tried": "not tried"}


def lines(verdicts: Sequence[Verdict]) -> list[str]:
    """The names of the columns, a line a cluster, and the totals. A kind that nobody declares has
    no column, and neither has what no cluster has."""
    if not verdicts:
        return [_NO_CLUSTERS]
    declared = {kind for verdict in verdicts for kind in verdict.kinds}
    kinds = [kind for kind in KINDS if kind in declared]
    ordered = sorted(verdicts, key=_rank)
    rows = [_row(verdict, kinds) for verdict in ordered]
    names = [kind.upper() for kind in kinds]
    head = ["CLUSTER", "VERDICT", *names, "HAZARDS", "PLAN", "ERROR"]
    used = [number for number in range(len(head)) if any(row[number] for row in rows)]
    shown = [[row[number] for number in used] for row in (head, *rows)]
    return [*table.lines(shown), total(verdicts)]


def total(verdicts: Sequence[Verdict]) -> str:
    """One line: how many clusters are in their state, and how many are what else."""
    counts = Counter(verdict.state for verdict in verdicts)
    good = 0
    told = []
    for state in STATES:
        count = counts[state]
        if state in IN_ITS_STATE:
            good += count
        if count:
            told.append(f"{count} {_word(state)}")
    states = ", ".join(told)
    return f"{good} of {len(verdicts)} clusters are in their state: {states}"


def _rank(verdict: Verdict) -> tuple[int, str]:
    return STATES.index(verdict.state), verdict.cluster


def _row(verdict: Verdict, kinds: Sequence[str]) -> list[str]:
    cells = [_cell(verdict.kinds.get(kind)) for kind in kinds]
    hazards: Counter[str] = Counter()
    plans = []
    for kind, found in verdict.kinds.items():
        hazards.update(found.hazards)
        if found.plan_id:
            plans.append(f"{kind}={found.plan_id}")
    first = [verdict.cluster, _word(verdict.state)]
    return [*first, *cells, _counted(hazards), ",".join(plans), verdict.error]


def _cell(found: Finding | None) -> str:
    """Such as `create=2,alter_config=1`; the verdict on the kind where nothing changes."""
    if found is None:
        return "-"
    counts = dict(found.changes)
    if found.refused:
        counts["refused"] = found.refused
    return _counted(counts) or _word(found.state)


def _counted(words: Mapping[str, int]) -> str:
    return ",".join(f"{word}={times}" for word, times in words.items())


def _word(state: str) -> str:
    return _WORDS.get(state, state)
