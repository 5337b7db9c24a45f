# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The result of topic_metrics_info as the lines of a table."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from operator import itemgetter
from typing import Any, NamedTuple

from ansible_collections.omninode.kafka.plugins.module_utils._core.table import lines, some_of

DOCUMENTATION = r"""
name: metrics_table
short_description: Shows the metrics of topics as a table
version_added: 0.1.0
author:
  - omninode.kafka contributors (@omninode)
description:
  - Turns the result of M(omninode.kafka.topic_metrics_info) into the lines of a table for people,
    and marks values above a threshold with V(!).
  - A topic has one line for each group that reads it. A topic that does not exist is V(absent).
positional: thresholds
options:
  _input:
    description:
      - The registered result of M(omninode.kafka.topic_metrics_info).
    type: dict
    required: true
  thresholds:
    description:
      - The thresholds. What has no threshold is not marked. Other keys are ignored, so that you can
        give C(kafka_monitoring_thresholds).
    type: dict
    default: {}
    suboptions:
      error_ratio:
        description: The largest error ratio.
        type: float
      lag_records:
        description: The largest lag of a consumer group on a topic, in records.
        type: int
      lag_seconds:
        description: The largest age in seconds of the oldest record that a group has not processed.
        type: float
      imbalance:
        description: The largest share of a partition, times the number of partitions.
        type: float
      imbalance_records:
        description: The imbalance of a topic with fewer records in the window is not marked.
        type: int
notes:
  - C(REC/S) is measured in the interval; C(RECORDS), C(ERRORS), C(SHARES) (of the partitions 0, 1,
    and so on) and C(IMBALANCE) in the window.
  - C(ERRORS) shows the ratios that have the topic as their numerator.
  - A C(LAG) of V(12+?) means 12 records in the partitions for which the group has committed an
    offset. Other partitions have records too.
  - V(33%,33%,33%,0%,0%,0%,+6) shows six of twelve partitions.
seealso:
  - module: omninode.kafka.topic_metrics_info
"""

EXAMPLES = r"""
- name: Measure the topics of the platform
  omninode.kafka.topic_metrics_info:
    prefix: dev.omninode-bridge.
  register: measured

- name: Show them, and mark values above a threshold
  ansible.builtin.debug:
    msg: "{{ measured | omninode.kafka.metrics_table({'lag_records': 100, 'imbalance': 2}) }}"
"""

RETURN = r"""
_value:
  description:
    - The lines of the table. The first one names the columns, and the last ones explain them.
    - Without topics, one sentence that says so.
  type: list
  elements: str
  sample:
    - TOPIC       REC/S  RECORDS  ERRORS  SHARES   IMBALANCE  GROUP    LAG   SECONDS
    - dev.orders  2.50   9000     none    60%,40%  1.20       billing  120!  48.1
    - dev.orders                                              search   0     0.0
    - REC/S = records/s in the interval; RECORDS to IMBALANCE = in the window; ! = above threshold
    - SHARES = of partition 0, 1, ...; IMBALANCE = the largest share x the number of partitions
    - LAG = records not yet processed, +? = and more without an offset; SECONDS = age of the oldest
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
_LEGEND = (
    "REC/S = records/s in the interval; RECORDS to IMBALANCE = in the window; ! = above threshold",
    "SHARES = of partition 0, 1, ...; IMBALANCE = the largest share x the number of partitions",
    "LAG = records not yet processed, +? = and more without an offset; SECONDS = age of the oldest",
)
_NO_TOPICS = "There are no topics to measure."
_NEEDED = {"topics", "lag", "ratios", "absent"}
_MOST_SHARES = 6


class Bounds(NamedTuple):
    """The largest figures that are not marked; None where there is no bound.

    `imbalance_records`: with fewer records, the imbalance is not marked.
    """

    error_ratio: float | None = None
    lag_records: float | None = None
    lag_seconds: float | None = None
    imbalance: float | None = None
    imbalance_records: float = 0


class FilterModule:
    """What Ansible loads."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        return {"metrics_table": metrics_table}


def metrics_table(
    measured: Mapping[str, Any], thresholds: Mapping[str, Any] | None = None
) -> list[str]:
    if not isinstance(measured, Mapping) or not measured.keys() >= _NEEDED:
        raise ValueError(
            "give the registered result of omninode.kafka.topic_metrics_info, "
            "which has topics, lag, ratios and absent"
        )
    bounds = _bounds(thresholds or {})
    rows: list[tuple[str, ...]] = [(name, "absent") for name in measured["absent"]]
    for topic in measured["topics"]:
        rows += _topic_rows(topic, measured, bounds)
    # sorting is stable, so the rows of one topic stay in their order
    rows.sort(key=itemgetter(0))
    if not rows:
        return [_NO_TOPICS]
    return [*lines([_COLUMNS, *rows]), *_LEGEND]


def _bounds(thresholds: Mapping[str, Any]) -> Bounds:
    given = {}
    for name in Bounds._fields:
        if name in thresholds:
            given[name] = float(thresholds[name])
    return Bounds(**given)


def _topic_rows(
    topic: Mapping[str, Any], measured: Mapping[str, Any], bounds: Bounds
) -> Iterator[tuple[str, ...]]:
    """The first row has the figures of the topic and its first group."""
    name = topic["name"]
    ratios = []
    for ratio in measured["ratios"]:
        if ratio["numerator"] == name:
            ratios.append(_cell(ratio["window"], ".1%", bounds.error_ratio))
    groups = []
    for lag in measured["lag"]:
        if lag["topic"] == name:
            groups.append(_group_cells(lag, bounds))
    figures = _topic_cells(topic, ratios, bounds)
    empty = [""] * len(figures)
    first, *others = groups or [("none",)]
    yield (name, *figures, *first)
    for group in others:
        yield (name, *empty, *group)


def _topic_cells(
    topic: Mapping[str, Any], ratios: Sequence[str], bounds: Bounds
) -> tuple[str, ...]:
    shares = [_cell(each["share"]["window"], ".0%") for each in topic["distribution"]]
    records = topic["records"]["window"]
    most = bounds.imbalance
    # a few records are never even
    if records != "unknown" and records < bounds.imbalance_records:
        most = None
    return (
        _cell(topic["records_per_second"], ".2f"),
        _cell(records, "d"),
        ",".join(ratios) or "none",
        some_of(shares, _MOST_SHARES),
        _cell(topic["imbalance"]["window"], ".2f", most),
    )


def _group_cells(lag: Mapping[str, Any], bounds: Bounds) -> tuple[str, ...]:
    more = "+?" if lag["uncommitted"] else ""
    return (
        lag["group"],
        _cell(lag["records"], "d", bounds.lag_records, more),
        _cell(lag["seconds"], ".1f", bounds.lag_seconds),
    )


def _cell(figure: Any, form: str, bound: float | None = None, more: str = "") -> str:
    """`form`: how a number is written. `more`: what follows it."""
    if figure is None:
        return "none"
    if isinstance(figure, str):
        return figure
    shown = f"{figure:{form}}{more}"
    if bound is not None and figure > bound:
        return f"{shown}!"
    return shown
