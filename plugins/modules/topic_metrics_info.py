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
  - Reads the offsets of the topics twice, O(interval) seconds apart, and those that consumer
    groups have committed.
  - Records are counted by offsets, so their number is an upper bound where compaction or
    transactions leave gaps.
  - Nothing is changed, no group is joined and no offset is committed.
  - The principal needs C(Describe) on the topics and on the groups, C(Describe) on the cluster to
    see that no group is hidden, and for O(lag_seconds) C(Read) on the topics. What it may not
    read is V(unknown), and RV(not_measured) says why.
options:
  names:
    description: Names of the topics. Those that do not exist are returned in RV(absent).
    type: list
    elements: str
  prefix:
    description:
      - Literal beginning of the names of the topics. Without it and O(names), all that the
        principal may describe. Kafka's internal topics are measured only where O(names) has them.
    type: str
  groups:
    description: Names of the consumer groups whose lag to measure. By default all that have
      committed offsets of the topics.
    type: list
    elements: str
  interval:
    description: Seconds between the two samples that rates are computed from, at least 1. The
      module takes that long.
    type: int
    default: 10
  window:
    description:
      - How far back the records of C(window) go, such as V(30m), with one of the units V(ms),
        V(s), V(m), V(h), V(d), V(w).
      - Records are chosen by their timestamps, which producers set unless the topic has
        C(message.timestamp.type=LogAppendTime).
    type: str
    default: 1h
  ratios:
    description: Ratios of two topics' record counts, such as failed to started.
    type: list
    elements: dict
    default: []
    suboptions:
      name:
        description: What the ratio is called.
        type: str
        required: true
      numerator:
        description: Name of the topic whose records are divided, such as that of the failed runs.
          It need not be one of O(names).
        type: str
        required: true
      denominator:
        description: Name of the topic whose records divide them, such as that of the started runs.
        type: str
        required: true
  lag_seconds:
    description:
      - Whether to measure the lag in seconds, too. One record is read from each partition that a
        group has not read to its end.
      - At most 200 records are read, for at most 10 seconds. Where that is not enough, the lag in
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

- name: Show them, and mark what is out of bounds
  ansible.builtin.debug:
    msg: "{{ measured | omninode.kafka.metrics_table({'lag_seconds': 60, 'error_ratio': 0.1}) }}"

- name: Measure how far one consumer is behind, without reading records
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
        - How many records are C(retained), how many of them are of the O(window), and how many
          arrived in the C(interval) between the samples. Each is V(unknown) if it cannot be read.
      type: dict
    records_per_second:
      description: How many records arrived per second of the interval; V(unknown) if it cannot be
        read, or an offset went back.
      type: raw
    imbalance:
      description:
        - The largest share of a partition times the number of partitions, of the records that are
          C(retained), of the C(window) and of the C(interval).
        - 1 means that all shares are the same; the number of partitions, that all records are in
          one. V(null) without records. Few records are never even.
      type: dict
    distribution:
      description: The C(partition), C(records) and C(records_per_second) of each partition as
        above, and its C(share) of the topic's records (0 to 1).
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
    - How far each group is behind on each of the topics that it has committed offsets of, sorted
      by group and topic.
    - A consumer that was stopped stays among them, for as long as Kafka keeps the offsets of its
      group.
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
      description: How many records it has not processed. V(unknown) if it cannot be read, or an
        offset beyond the end was committed.
      type: raw
    seconds:
      description:
        - How many seconds ago the oldest record that it has not processed was written, by its
          timestamp; 0 where there is none. V(unknown) if it cannot be read, V(null) without
          O(lag_seconds).
        - It grows while the consumer is stopped.
      type: raw
    deleted:
      description: How many records were deleted before the group processed them. They are not
        among C(records).
      type: raw
    uncommitted:
      description:
        - The partitions with records that the group has committed no offset of. They do not
          count, since its C(auto.offset.reset), which the cluster does not know, decides whether
          it reads them.
      type: list
      elements: int
    distribution:
      description: The C(partition), C(committed) offset, C(records), C(seconds) and C(deleted) of
        each partition that the group has committed an offset of.
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
    - The O(ratios), each of the records of the C(window) and of those of the C(interval). V(null)
      where the denominator has no records, V(unknown) if a topic cannot be read or does not
      exist.
    - There is no ratio of the retained records, since the two topics may retain theirs for
      different times.
    - A run that failed in a span may have begun before it, so with few records, a ratio can be
      greater than 1.
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
  description: Those of O(names) that do not exist.
  returned: success
  type: list
  elements: str
interval:
  description: How many seconds lay between the two samples.
  returned: success
  type: float
timestamp:
  description: When the second one was taken, in seconds since 1970.
  returned: success
  type: float
not_measured:
  description: What is V(unknown) or may be missing, and why.
  returned: success
  type: list
  elements: dict
  sample:
    - what: lag in seconds on topic example.runs.started
      why: >-
        TOPIC_AUTHORIZATION_FAILED: Broker: Topic authorization failed
        (the principal needs READ on the topic)
errors:
  description: The topics that may not be described, each with C(where), C(field) and C(message).
  returned: when a right to describe is missing
  type: list
  elements: dict
error:
  description: The kind of failure, such as V(InvalidSpec), V(ClusterUnreachable), V(NotAuthorized).
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
