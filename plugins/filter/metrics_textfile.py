# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The result of topic_metrics_info as node_exporter's textfile collector reads it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from ansible.errors import AnsibleFilterError
from ansible_collections.omninode.kafka.plugins.module_utils._core.foreign import check_characters

DOCUMENTATION = r"""
name: metrics_textfile
short_description: Writes the metrics of topics in the text format of Prometheus
version_added: 0.1.0
author:
  - omninode.kafka contributors (@omninode)
description:
  - Turns the result of M(omninode.kafka.topic_metrics_info) into the text exposition format of
    Prometheus, for the textfile collector of node_exporter.
  - The filter needs the Python library C(prometheus_client) on the controller.
positional: cluster
options:
  _input:
    description:
      - The registered result of M(omninode.kafka.topic_metrics_info).
    type: dict
    required: true
  cluster:
    description:
      - The value of the label C(cluster), which all metrics have.
    type: str
    required: true
notes:
  - The rate is measured in the interval; error ratio, shares and imbalance in the window.
  - What is V(unknown) or V(null) has no sample. C(omninode_kafka_status_not_measured) counts the
    reasons why something is unknown.
  - The textfile collector reads a file as long as it exists. So
    C(omninode_kafka_status_timestamp_seconds) says when the metrics were measured.
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


_NEEDED = {"topics", "lag", "ratios", "timestamp", "not_measured"}


class Metric(NamedTuple):
    """`text`: its help. `labels`: besides the cluster. `samples`: their values, and the figure."""

    text: str
    labels: tuple[str, ...]
    samples: Sequence[tuple[tuple[str, ...], Any]]


class FilterModule:
    """What Ansible loads."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        return {"metrics_textfile": metrics_textfile}


def metrics_textfile(measured: Mapping[str, Any], cluster: str) -> str:
    try:
        from prometheus_client import CollectorRegistry, Gauge, generate_latest
    except ImportError as error:
        raise AnsibleFilterError(
            "metrics_textfile needs the Python library prometheus_client on the controller"
        ) from error
    if not isinstance(measured, Mapping) or not measured.keys() >= _NEEDED:
        raise ValueError(
            "give the registered result of omninode.kafka.topic_metrics_info, "
            "which has topics, lag, ratios, timestamp and not_measured"
        )
    registry = CollectorRegistry()
    metrics = {**_of_topics(measured), **_of_groups(measured["lag"]), **_of_the_run(measured)}
    for name, metric in metrics.items():
        labels = ("cluster", *metric.labels)
        gauge = Gauge(f"omninode_kafka_{name}", metric.text, labels, registry=registry)
        for others, figure in metric.samples:
            values = (cluster, *others)
            for value in values:
                check_characters(str(value))
            # neither null nor unknown
            if isinstance(figure, (int, float)):
                gauge.labels(*values).set(figure)
    return generate_latest(registry).decode()


def _of_topics(measured: Mapping[str, Any]) -> dict[str, Metric]:
    topics = measured["topics"]
    shares = [(topic["name"], each) for topic in topics for each in topic["distribution"]]
    return {
        "topic_messages_per_second": Metric(
            "Records per second between two samples.",
            ("topic",),
            [((topic["name"],), topic["records_per_second"]) for topic in topics],
        ),
        "error_ratio": Metric(
            "Records of one topic for each one of another, in the window.",
            ("name",),
            [((ratio["name"],), ratio["window"]) for ratio in measured["ratios"]],
        ),
        "partition_share": Metric(
            "Share of a partition of the records in the window.",
            ("topic", "partition"),
            [((name, str(each["partition"])), each["share"]["window"]) for name, each in shares],
        ),
        "partition_imbalance": Metric(
            "Largest share of a partition in the window times the number of partitions.",
            ("topic",),
            [((topic["name"],), topic["imbalance"]["window"]) for topic in topics],
        ),
    }


def _of_groups(lag: Sequence[Mapping[str, Any]]) -> dict[str, Metric]:
    return {
        "consumer_lag_messages": Metric(
            "Records that a group has not processed.",
            ("group", "topic"),
            [((each["group"], each["topic"]), each["records"]) for each in lag],
        ),
        "consumer_lag_seconds": Metric(
            "Age of the oldest record that a group has not processed.",
            ("group", "topic"),
            [((each["group"], each["topic"]), each["seconds"]) for each in lag],
        ),
    }


def _of_the_run(measured: Mapping[str, Any]) -> dict[str, Metric]:
    return {
        "status_not_measured": Metric(
            "How many reasons there are why a figure is missing.",
            (),
            [((), len(measured["not_measured"]))],
        ),
        "status_timestamp_seconds": Metric(
            "When the figures were measured, in seconds since 1970.",
            (),
            [((), measured["timestamp"])],
        ),
    }
