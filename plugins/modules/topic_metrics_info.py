#!/usr/bin/python
# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Entry point of omninode.kafka.topic_metrics_info."""

from __future__ import annotations

DOCUMENTATION = r"""
module: topic_metrics_info
short_description: Measure record rate, consumer lag, error ratios and distribution of Kafka topics
version_added: 0.1.0
author: omninode.kafka contributors (@omninode)
description:
  - Reads the offsets of the topics twice, O(interval) seconds apart, and the offsets that consumer
    groups have committed.
  - The module counts records by their offsets. The counts are upper bounds, because compaction and
    transactions leave gaps.
  - It changes nothing, joins no group and commits no offset.
  - The principal needs C(Describe) on the topics and the groups, C(Describe) on the cluster to see
    that no group is hidden, and C(Read) on the topics for O(lag_seconds). What it may not read is
    V(unknown), and RV(not_measured) says why.
options:
  names:
    description: Names of the topics to measure. RV(absent) lists those that do not exist.
    type: list
    elements: str
  prefix:
    description:
      - Literal beginning of the names of the topics to measure. Without it and O(names), the module
        measures all topics that the principal may describe.
      - Kafka's internal topics are measured only if O(names) has them.
    type: str
  groups:
    description: Names of the consumer groups whose lag to measure. By default, all groups that have
      committed offsets of the topics.
    type: list
    elements: str
  interval:
    description: Seconds between the two samples that rates are computed from, at least 1. The
      module runs for at least this time.
    type: int
    default: 10
  window:
    description:
      - How far back the C(window) in the results reaches, such as V(30m), with one of the units
        V(ms), V(s), V(m), V(h), V(d), V(w).
      - The timestamps of the records decide. Producers set them unless the topic has
        C(message.timestamp.type=LogAppendTime).
    type: str
    default: 1h
  ratios:
    description: Ratios of the record counts of two topics, such as failed to started runs.
    type: list
    elements: dict
    default: []
    suboptions:
      name:
        description: Name of the ratio.
        type: str
        required: true
      numerator:
        description: Name of the topic above the fraction bar, such as the topic of failed runs. It
          need not be one of O(names).
        type: str
        required: true
      denominator:
        description: Name of the topic below the fraction bar, such as the topic of started runs.
        type: str
        required: true
  lag_seconds:
    description:
      - Whether to measure the lag in seconds too. For this, the module reads one record of each
        partition that a group has not read to its end.
      - It reads at most 200 records, for at most 10 seconds. Where that is not enough, the lag in
        seconds is V(unknown).
    type: bool
    default: true
extends_documentation_fragment:
  - omninode.kafka.attributes.info
  - omninode.kafka.attributes.action_group
  - omninode.kafka.connection
seealso:
  - module: omninode.kafka.topic_info
  - plugin: omninode.kafka.metrics_table
    plugin_type: filter
  - plugin: omninode.kafka.metrics_textfile
    plugin_type: filter
"""

EXAMPLES = r"""
- name: Measure the topics of a service
  omninode.kafka.topic_metrics_info:
    bootstrap_servers: [127.0.0.1:9092]
    prefix: example.
    interval: 2
    ratios:
      - name: failures
        numerator: example.runs.failed
        denominator: example.runs.started
  register: measured

- name: Show them, and mark values above a threshold
  ansible.builtin.debug:
    msg: "{{ measured | omninode.kafka.metrics_table({'lag_seconds': 60, 'error_ratio': 0.1}) }}"

- name: Measure the lag of one consumer group, without reading records
  omninode.kafka.topic_metrics_info:
    bootstrap_servers: [127.0.0.1:9092]
    names: [example.runs.started]
    groups: [dashboard]
    interval: 1
    lag_seconds: false
"""

RETURN = r"""
topics:
  description: The topics, sorted by name.
  returned: success
  type: list
  elements: dict
  contains:
    name:
      description: Name of the topic.
      type: str
    partitions:
      description: Number of partitions.
      type: int
    records:
      description:
        - How many records are C(retained), how many of these are in the C(window), and how many
          arrived in the C(interval) between the samples. Each is V(unknown) if it cannot be read.
      type: dict
    records_per_second:
      description: How many records arrived per second of the interval; V(unknown) if it cannot be
        read, or an offset went back.
      type: raw
    imbalance:
      description:
        - The largest share of a partition times the number of partitions, for the records that are
          C(retained), in the C(window) and of the C(interval). V(null) without records.
        - 1 means that all shares are equal. The number of partitions means that all records are in
          one partition. A few records are never spread evenly.
      type: dict
    distribution:
      description: The C(partition), C(records), C(records_per_second) and C(share) of the topic's
        records (0 to 1), for each partition.
      type: list
      elements: dict
  sample:
    - name: example.runs.started
      partitions: 2
      records: {retained: 4000, window: 360, interval: 1}
      records_per_second: 0.1
      imbalance: {retained: 1.2, window: 1.25, interval: 2.0}
      distribution:
        - partition: 0
          records: {retained: 2400, window: 225, interval: 1}
          records_per_second: 0.1
          share: {retained: 0.6, window: 0.625, interval: 1.0}
        - partition: 1
          records: {retained: 1600, window: 135, interval: 0}
          records_per_second: 0.0
          share: {retained: 0.4, window: 0.375, interval: 0.0}
lag:
  description:
    - The lag of each group on each topic that it has committed offsets of, sorted by group and
      topic.
    - A group whose consumers are stopped is listed as long as Kafka keeps its offsets.
  returned: success
  type: list
  elements: dict
  contains:
    group:
      description: Name of the consumer group.
      type: str
    topic:
      description: Name of the topic.
      type: str
    records:
      description: How many records the group has not processed. V(unknown) if it cannot be read, or
        if the group committed an offset beyond the end.
      type: raw
    seconds:
      description:
        - The age in seconds of the oldest record that the group has not processed, by its
          timestamp; 0 if there is none. V(unknown) if it cannot be read, V(null) without
          O(lag_seconds).
        - It grows while the consumer is stopped.
      type: raw
    deleted:
      description: How many records were deleted before the group processed them. C(records) does
        not count them.
      type: raw
    uncommitted:
      description:
        - The partitions with records for which the group has committed no offset. They do not count
          towards the lag, because the consumers' C(auto.offset.reset), which the cluster does not
          know, decides whether the group reads these records.
      type: list
      elements: int
    distribution:
      description: The C(partition), C(committed) offset, C(records), C(seconds) and C(deleted), for
        each partition for which the group has committed an offset.
      type: list
      elements: dict
  sample:
    - group: dashboard
      topic: example.runs.started
      records: 12
      seconds: 34.5
      deleted: 0
      uncommitted: [1]
      distribution:
        - {partition: 0, committed: 7988, records: 12, deleted: 0, seconds: 34.5}
ratios:
  description:
    - The O(ratios), for the records in the C(window) and for those of the C(interval). V(null)
      if the denominator has no records, V(unknown) if a topic cannot be read or does not exist.
    - There is no ratio of the retained records, because the two topics may retain their records for
      different times.
    - A ratio can be greater than 1, because a run that failed in the window may have begun before
      it.
  returned: success
  type: list
  elements: dict
  sample:
    - name: failures
      numerator: example.runs.failed
      denominator: example.runs.started
      window: 0.05
      interval: null
absent:
  description: The O(names) of topics that do not exist.
  returned: success
  type: list
  elements: str
interval:
  description: The measured time between the two samples, in seconds.
  returned: success
  type: float
timestamp:
  description: When the second sample was taken, in seconds since 1970.
  returned: success
  type: float
not_measured:
  description: What is V(unknown) or may be missing (C(what)), and C(why).
  returned: success
  type: list
  elements: dict
  sample:
    - what: lag in seconds on topic example.runs.started
      why: >-
        TOPIC_AUTHORIZATION_FAILED: Broker: Topic authorization failed
        (the principal needs READ on the topic)
errors:
  description: The mistakes in the options, or what the principal may not read, each with C(where),
    C(field) and C(message).
  returned: on failure, if the mistakes are known one by one
  type: list
  elements: dict
error:
  description:
    - The kind of failure. V(InvalidSpec) is a mistake in the options, V(ClusterUnreachable) means
      that the cluster does not answer or is another one, V(NotAuthorized) that a right is missing,
      V(NotFound) that something does not exist, V(Unsupported) that the cluster or a library cannot
      do it. V(Interrupted) means that a signal such as SIGTERM ended the module, and that nothing
      was changed. V(StateError) is any other failure.
    - A module that makes changes can also return V(PlanRefused) (nothing was changed),
      V(ApplyFailed), and V(NotConverged) (the cluster took the changes, but shows other values).
  returned: on failure
  type: str
"""

from ansible.module_utils.basic import AnsibleModule

from ..module_utils._ansible.options.connection import connection_spec
from ..module_utils._ansible.runner import run_info
from ..module_utils._topic_info.metrics import read_metrics

RATIO = {
    "name": {"type": "str", "required": True},
    "numerator": {"type": "str", "required": True},
    "denominator": {"type": "str", "required": True},
}
SPEC = {
    "names": {"type": "list", "elements": "str"},
    "prefix": {"type": "str"},
    "groups": {"type": "list", "elements": "str"},
    "interval": {"type": "int", "default": 10},
    "window": {"type": "str", "default": "1h"},
    "ratios": {"type": "list", "elements": "dict", "default": [], "options": RATIO},
    "lag_seconds": {"type": "bool", "default": True},
}


def main() -> None:
    module = AnsibleModule(
        argument_spec={**connection_spec(), **SPEC},
        supports_check_mode=True,
        mutually_exclusive=[("names", "prefix")],
    )
    run_info(
        module,
        lambda gateway, params: read_metrics(gateway, **{name: params[name] for name in SPEC}),
    )


if __name__ == "__main__":
    main()
