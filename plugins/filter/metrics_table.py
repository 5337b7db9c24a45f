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
  - Turns the result of M(omninode.kafka.topic_metrics_info) into the lines of a table for people to read, and marks with V(!) what is out of bounds.
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
      - The bounds, of which each may be missing. Further keys are ignored, so that C(kafka_monitoring_thresholds) can be given.
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
        description: How old the oldest record may be that a group has not yet processed.
        type: float
      imbalance:
        description: The largest share of a partition, times the number of partitions.
        type: float
      imbalance_records:
        description: With fewer records in the window, the imbalance of a topic is not marked.
        type: int
notes:
  - C(REC/S) is that of the interval; C(RECORDS), C(ERRORS), C(SHARES) (of partition 0, 1, ...) and C(IMBALANCE) are those of the window.
  - C(ERRORS) are the ratios of which the topic is the numerator.
  - A C(LAG) of V(12+?) is 12 records in the partitions of which the group has committed an offset, and there are others with records.
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
_MOST_SHARES = 6


class FilterModule:
    """What Ansible loads."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        return {"metrics_table": metrics_table}


def metrics_table(
    measured: Mapping[str, Any], thresholds: Mapping[str, Any] | None = None
) -> list[str]:
    if (
        not isinstance(measured, Mapping)
        or not {"topics", "lag", "ratios", "absent"} <= measured.keys()
    ):
        raise ValueError(
            "give the registered result of omninode.kafka.topic_metrics_info, which has topics, lag, ratios and absent"
        )
    bounds = {
        key: float(bound)
        for key, bound in (thresholds or {}).items()
        if key in ("error_ratio", "lag_records", "lag_seconds", "imbalance")
    }
    fewest = int((thresholds or {}).get("imbalance_records", 0))
    rows: list[tuple[str, ...]] = [(name, "absent") for name in measured["absent"]]
    for topic in measured["topics"]:
        # few records are never even
        judged = (
            bounds
            if topic["records"]["window"] == "unknown" or topic["records"]["window"] >= fewest
            else {**bounds, "imbalance": None}
        )
        rows += _topic_rows(topic, measured, judged)
    # of one topic they stay in their order
    return lines([_COLUMNS, *sorted(rows, key=lambda row: row[0])])


def _topic_rows(
    topic: Mapping[str, Any], measured: Mapping[str, Any], bounds: Mapping[str, float | None]
) -> Iterator[tuple[str, ...]]:
    ratios = [
        _cell(ratio["window"], ".1%", bounds.get("error_ratio"))
        for ratio in measured["ratios"]
        if ratio["numerator"] == topic["name"]
    ]
    figures = (
        _cell(topic["records_per_second"], ".2f"),
        _cell(topic["records"]["window"], "d"),
        ",".join(ratios) or "none",
        some_of(
            [_cell(partition["share"]["window"], ".0%") for partition in topic["distribution"]],
            _MOST_SHARES,
        ),
        _cell(topic["imbalance"]["window"], ".2f", bounds.get("imbalance")),
    )
    groups = [_group(each, bounds) for each in measured["lag"] if each["topic"] == topic["name"]]
    for number, group in enumerate(groups or [("none",)]):
        yield (topic["name"], *([""] * len(figures) if number else figures), *group)


def _group(lag: Mapping[str, Any], bounds: Mapping[str, float | None]) -> tuple[str, str, str]:
    records = _cell(
        lag["records"], "d", bounds.get("lag_records"), "+?" if lag["uncommitted"] else ""
    )
    return lag["group"], records, _cell(lag["seconds"], ".1f", bounds.get("lag_seconds"))


def _cell(figure: Any, form: str, bound: float | None = None, more: str = "") -> str:
    if figure is None:
        return "none"
    if isinstance(figure, str):
        return figure
    return format(figure, form) + more + ("!" if bound is not None and figure > bound else "")
