# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The result of topic_metrics_info as node_exporter's textfile collector reads it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from ansible.errors import AnsibleFilterError
from ansible_collections.omninode.kafka.plugins.module_utils._core.foreign import check_characters

DOCUMENTATION = r"""
name: metrics_textfile
short_description: Gives the metrics of topics the form that Prometheus reads
version_added: 0.1.0
author:
  - omninode.kafka contributors (@omninode)
description:
  - Turns the result of M(omninode.kafka.topic_metrics_info) into the text exposition format of Prometheus, for the textfile collector of node_exporter.
  - Needs the Python library C(prometheus_client) on the controller.
positional: cluster
options:
  _input:
    description:
      - The registered result of the module.
    type: dict
    required: true
  cluster:
    description:
      - The value of the label C(cluster) of all metrics.
    type: str
    required: true
notes:
  - The rate is that of the interval; error ratio, shares and imbalance are those of the window.
  - What is V(unknown) or V(null) has no sample. C(omninode_kafka_status_not_measured) says for how many reasons something is unknown.
  - The textfile collector reads a file as long as it is there, so C(omninode_kafka_status_timestamp_seconds) says how old the figures are.
seealso:
  - module: omninode.kafka.topic_metrics_info
"""

EXAMPLES = r"""
- name: Measure the topics of the platform
  omninode.kafka.topic_metrics_info:
    prefix: dev.omninode-bridge.
  register: measured

- name: Write them for node_exporter
  ansible.builtin.copy:
    content: "{{ measured | omninode.kafka.metrics_textfile('dev') }}"
    dest: /var/lib/prometheus/node-exporter/kafka-dev.prom
    mode: "0644"
"""

RETURN = r"""
_value:
  description: The text.
  type: str
"""

Samples = Iterator[tuple[tuple[str, ...], Any]]


class FilterModule:
    """What Ansible loads."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        return {"metrics_textfile": metrics_textfile}


def metrics_textfile(measured: Mapping[str, Any], cluster: str) -> str:
    try:
        from prometheus_client import CollectorRegistry, Gauge, generate_latest
    except ImportError as error:
        raise AnsibleFilterError("metrics_textfile needs the Python library prometheus_client on the controller") from error
    if not isinstance(measured, Mapping) or not {"topics", "lag", "ratios", "timestamp", "not_measured"} <= measured.keys():
        raise ValueError("give the registered result of omninode.kafka.topic_metrics_info, which has topics, lag, ratios, timestamp and not_measured")
    registry = CollectorRegistry()
    for name, (text, labels, samples) in _metrics(measured).items():
        gauge = Gauge(f"omninode_kafka_{name}", text, ("cluster", *labels), registry=registry)
        for values, figure in samples:
            for value in (cluster, *values):
                check_characters(str(value))
            if figure is not None and not isinstance(figure, str):
                gauge.labels(cluster, *values).set(figure)
    return generate_latest(registry).decode()


def _metrics(measured: Mapping[str, Any]) -> dict[str, tuple[str, tuple[str, ...], Samples]]:
    """By name: what it is, its labels besides the cluster, and its samples by the labels' values."""
    topics, lag = measured["topics"], measured["lag"]
    return {
        "topic_messages_per_second": (
            "Messages per second between two samples.",
            ("topic",),
            (((topic["name"],), topic["messages_per_second"]) for topic in topics),
        ),
        "consumer_lag_messages": ("Messages that a group has not processed.", ("group", "topic"), _lag(lag, "messages")),
        "consumer_lag_seconds": ("Age of the oldest message that a group has not processed.", ("group", "topic"), _lag(lag, "seconds")),
        "error_ratio": (
            "Messages of one topic for each one of another, in the window.",
            ("name",),
            (((ratio["name"],), ratio["window"]) for ratio in measured["ratios"]),
        ),
        "partition_share": (
            "Share of a partition of the messages in the window.",
            ("topic", "partition"),
            (((topic["name"], str(each["partition"])), each["share"]["window"]) for topic in topics for each in topic["distribution"]),
        ),
        "partition_imbalance": (
            "Largest share of a partition in the window times the number of partitions.",
            ("topic",),
            (((topic["name"],), topic["imbalance"]["window"]) for topic in topics),
        ),
        "status_not_measured": ("How many reasons there are why a figure lacks.", (), iter([((), len(measured["not_measured"]))])),
        "status_timestamp_seconds": ("When the figures were measured, in seconds since 1970.", (), iter([((), measured["timestamp"])])),
    }


def _lag(lag: list[Mapping[str, Any]], unit: str) -> Samples:
    return (((each["group"], each["topic"]), each[unit]) for each in lag)
