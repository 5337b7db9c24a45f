# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The result of topic_metrics_info as the lines of a table."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from ansible_collections.omninode.kafka.plugins.module_utils._core.table import lines, some_of

DOCUMENTATION = r"""
name: metrics_table
short_description: Shows the metrics of topics as a table
version_added: 0.1.0
author:
  - omninode.kafka contributors (@omninode)
description:
  - Turns the result of M(omninode.kafka.topic_metrics_info) into the lines of a table
    for people to read, and marks with V(!) what is out of bounds.
  - A topic has a line for each group that reads it, and V(absent) where it does not exist.
positional: thresholds
options:
  _input:
    description:
      - The registered result of the module.
    type: dict
    required: true
  thresholds:
    description:
      - The bounds, each of which may be missing. Further keys are ignored, so that
        C(kafka_monitoring_thresholds) can be given.
    type: dict
    default: {}
    suboptions:
      error_ratio:
        description: The largest error ratio.
        type: float
      lag_records:
        description: How many records of a topic a consumer group may be behind.
        type: int
      lag_seconds:
        description: How many seconds old the oldest record may be that a group has not processed.
        type: float
      imbalance:
        description: The largest share of a partition, times the number of partitions.
        type: float
      imbalance_records:
        description: With fewer records in the window, the imbalance of a topic is not marked.
        type: int
notes:
  - C(REC/S) is that of the interval; C(RECORDS), C(ERRORS), C(SHARES) (of partition 0, 1, ...)
    and C(IMBALANCE) are those of the window.
  - C(ERRORS) are the ratios of which the topic is the numerator.
  - A C(LAG) of V(12+?) is 12 records in the partitions that the group has committed an offset of;
    other partitions have records, too.
  - V(33%,33%,33%,0%,0%,0%,+6) stands for twelve partitions.
seealso:
  - module: omninode.kafka.topic_metrics_info
"""

EXAMPLES = r"""
- name: Measure the topics of the platform
  omninode.kafka.topic_metrics_info:
    prefix: dev.omninode-bridge.
  register: measured

- name: Show them, and mark what is out of bounds
  ansible.builtin.debug:
    msg: "{{ measured | omninode.kafka.metrics_table({'lag_records': 100, 'imbalance': 2}) }}"
"""

RETURN = r"""
_value:
  description: The lines of the table. The first one names the columns.
  type: list
  elements: str
  sample:
    - TOPIC       REC/S  RECORDS  ERRORS  SHARES   IMBALANCE  GROUP    LAG   SECONDS
    - dev.orders  2.50   9000     none    60%,40%  1.20       billing  120!  48.1
    - dev.orders                                              search   0     0.0
"""

_COLUMNS = (
    "TOPIC",
    "REC/S",
    "RECORDS",
    "ERRORS",
    "SHARES",
    "IMBALANCE",
    "GROUP",
    "LAG",
    "SECONDS",
)
_BOUNDED = ("error_ratio", "lag_records", "lag_seconds", "imbalance")
_MOST_SHARES = 6


class FilterModule:
    """What Ansible loads."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        return {"metrics_table": metrics_table}


def metrics_table(
    measured: Mapping[str, Any], thresholds: Mapping[str, Any] | None = None
) -> list[str]:
    fields = measured.keys() if isinstance(measured, Mapping) else set()
    if not fields >= {"topics", "lag", "ratios", "absent"}:
        raise ValueError(
            "give the registered result of omninode.kafka.topic_metrics_info, "
            "which has topics, lag, ratios and absent"
        )
    given = thresholds or {}
    bounds = {name: float(given[name]) for name in _BOUNDED if name in given}
    fewest = int(given.get("imbalance_records", 0))
    rows: list[tuple[str, ...]] = [(name, "absent") for name in measured["absent"]]
    for topic in measured["topics"]:
        records = topic["records"]["window"]
        # few records are never even
        enough = records == "unknown" or records >= fewest
        rows += _topic_rows(topic, measured, bounds if enough else _without_imbalance(bounds))
    # stable, so the rows of one topic stay in their order
    return lines([_COLUMNS, *sorted(rows, key=lambda row: row[0])])


def _without_imbalance(bounds: Mapping[str, float]) -> dict[str, float]:
    return {name: bound for name, bound in bounds.items() if name != "imbalance"}


def _topic_rows(
    topic: Mapping[str, Any], measured: Mapping[str, Any], bounds: Mapping[str, float]
) -> Iterator[tuple[str, ...]]:
    name = topic["name"]
    ratios = [
        _cell(ratio["window"], ".1%", bounds.get("error_ratio"))
        for ratio in measured["ratios"]
        if ratio["numerator"] == name
    ]
    shares = [_cell(each["share"]["window"], ".0%") for each in topic["distribution"]]
    figures = (
        _cell(topic["records_per_second"], ".2f"),
        _cell(topic["records"]["window"], "d"),
        ",".join(ratios) or "none",
        some_of(shares, _MOST_SHARES),
        _cell(topic["imbalance"]["window"], ".2f", bounds.get("imbalance")),
    )
    groups = [_group_cells(each, bounds) for each in measured["lag"] if each["topic"] == name]
    first, *others = groups or [("none",)]
    yield (name, *figures, *first)
    for group in others:
        yield (name, *[""] * len(figures), *group)


def _group_cells(lag: Mapping[str, Any], bounds: Mapping[str, float]) -> tuple[str, ...]:
    more = "+?" if lag["uncommitted"] else ""
    return (
        lag["group"],
        _cell(lag["records"], "d", bounds.get("lag_records"), more),
        _cell(lag["seconds"], ".1f", bounds.get("lag_seconds")),
    )


def _cell(figure: Any, form: str, bound: float | None = None, more: str = "") -> str:
    if figure is None:
        return "none"
    if isinstance(figure, str):
        return figure
    mark = "!" if bound is not None and figure > bound else ""
    return f"{figure:{form}}{more}{mark}"
