# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The result of topic_info or undeclared_topics_info as the lines of a table."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ansible_collections.omninode.kafka.plugins.module_utils._core.table import lines, some_of
from ansible_collections.omninode.kafka.plugins.module_utils._kafka.quantities import (
    format_duration,
)

DOCUMENTATION = r"""
name: topic_table
short_description: Shows topics as a table
version_added: 0.1.0
author:
  - omninode.kafka contributors (@omninode)
description:
  - Turns the result of M(omninode.kafka.topic_info) or M(omninode.kafka.undeclared_topics_info)
    into the lines of a table for people.
  - A requested topic that does not exist is V(absent). An undeclared topic that may be idle or not
    is V(undecided).
options:
  _input:
    description:
      - The registered result of M(omninode.kafka.topic_info) or
        M(omninode.kafka.undeclared_topics_info).
    type: dict
    required: true
notes:
  - V(default) means that the topic does not override the setting, so the broker's default applies.
  - Under C(IN-SYNC), V(2/3!) means that a partition of the topic has only two of its three replicas
    in sync.
  - C(ACTIVE) shows the consumer groups that are active on an undeclared topic, C(COMMITTED) those
    that have committed offsets of it. V(a,b,c,+2) means five groups.
seealso:
  - module: omninode.kafka.topic_info
  - module: omninode.kafka.undeclared_topics_info
"""

EXAMPLES = r"""
- name: Read the topics of the platform
  omninode.kafka.topic_info:
    prefix: dev.omninode-bridge.
  register: observed

- name: Show them
  ansible.builtin.debug:
    msg: "{{ observed | omninode.kafka.topic_table }}"
"""

RETURN = r"""
_value:
  description:
    - The lines of the table. The first one names the columns, and the last ones explain them.
    - Without topics, one sentence that says so.
  type: list
  elements: str
  sample:
    - TOPIC       PARTITIONS  RF  IN-SYNC  RETENTION  CLEANUP  COMPRESSION  MIN-ISR
    - dev.orders  3           3   2/3!     7d         delete   snappy       2
    - RF = replication factor; IN-SYNC = replicas in sync of the worst partition, ! = not all are
    - MIN-ISR = min.insync.replicas; default = no override of its own; absent = no such topic
"""

_DECLARABLE = (
    "TOPIC",
    "PARTITIONS",
    "RF",
    "IN-SYNC",
    "RETENTION",
    "CLEANUP",
    "COMPRESSION",
    "MIN-ISR",
)
_UNDECLARED = ("TOPIC", "PARTITIONS", "RF", "RECORDS", "NEWEST", "ACTIVE", "COMMITTED")
# without a colon, for which a YAML printer would put a line in quotes
_DECLARABLE_LEGEND = (
    "RF = replication factor; IN-SYNC = replicas in sync of the worst partition, ! = not all are",
    "MIN-ISR = min.insync.replicas; default = no override of its own; absent = no such topic",
)
_UNDECLARED_LEGEND = (
    "RF = replication factor; NEWEST = time of the newest record; unknown = it cannot be read",
    "ACTIVE = consumer groups that read it now; COMMITTED = groups that have committed offsets",
    "a,b,c,+2 = five groups; undecided = nobody can tell whether the topic is idle",
)
_NO_TOPICS = "There are no topics to show."
_NONE_UNDECLARED = "There are no undeclared topics, or none that is idle where idle_for is set."
_MOST_GROUPS = 3


class FilterModule:
    """What Ansible loads."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        return {"topic_table": topic_table}


def topic_table(observed: Mapping[str, Any]) -> list[str]:
    fields = observed.keys() if isinstance(observed, Mapping) else set()
    if {"topics", "status", "absent"} <= fields:
        declarable = _declarable_rows(observed)
        if not declarable:
            return [_NO_TOPICS]
        return [*lines([_DECLARABLE, *declarable]), *_DECLARABLE_LEGEND]
    if {"topics", "undecided"} <= fields:
        undeclared = _undeclared_rows(observed)
        if not undeclared:
            return [_NONE_UNDECLARED]
        return [*lines([_UNDECLARED, *undeclared]), *_UNDECLARED_LEGEND]
    raise ValueError(
        "give the registered result of omninode.kafka.topic_info, "
        "which has topics, status and absent, "
        "or of omninode.kafka.undeclared_topics_info, which has topics and undecided"
    )


def _declarable_rows(observed: Mapping[str, Any]) -> list[tuple[str, ...]]:
    status_of = {status["name"]: status for status in observed["status"]}
    rows = []
    for topic in observed["topics"]:
        status = status_of[topic["name"]]
        rows.append(_declarable(topic, status))
    rows += [(name, "absent") for name in observed["absent"]]
    return sorted(rows)


def _undeclared_rows(observed: Mapping[str, Any]) -> list[tuple[str, ...]]:
    """In the order of the result: the topics come first whose last write is the oldest."""
    rows = [_undeclared(topic) for topic in observed["topics"]]
    rows += [(name, "undecided") for name in observed["undecided"]]
    return rows


def _declarable(topic: Mapping[str, Any], status: Mapping[str, Any]) -> tuple[str, ...]:
    config = topic["config"]
    in_sync = f"{status['replicas_in_sync']}/{topic['replication_factor']}"
    if status["under_replicated"]:
        in_sync += "!"
    return (
        *_shape(topic),
        in_sync,
        _retention(config.get("retention.ms")),
        str(config.get("cleanup.policy", "default")),
        str(config.get("compression.type", "default")),
        str(config.get("min.insync.replicas", "default")),
    )


def _undeclared(topic: Mapping[str, Any]) -> tuple[str, ...]:
    return (
        *_shape(topic),
        str(topic["records"]),
        topic["newest"] or "none",
        _groups(topic["groups"], "active"),
        _groups(topic["groups"], "committed"),
    )


def _groups(groups: Mapping[str, Any] | str, kind: str) -> str:
    """`groups`: a text where they are unknown. `kind`: active or committed."""
    if isinstance(groups, str):
        return groups
    return some_of(groups[kind], _MOST_GROUPS)


def _shape(topic: Mapping[str, Any]) -> tuple[str, ...]:
    return str(topic["name"]), str(topic["partitions"]), str(topic["replication_factor"])


def _retention(value: object) -> str:
    if value is None:
        return "default"
    milliseconds = int(str(value))
    if milliseconds < 0:
        return "unlimited"
    return format_duration(milliseconds)
