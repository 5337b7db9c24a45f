#!/usr/bin/python
# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Entry point of omninode.kafka.topic_info."""

from __future__ import annotations

DOCUMENTATION = r"""
module: topic_info
short_description: Read Kafka topics
version_added: 0.1.0
author: omninode.kafka contributors (@omninode)
description:
  - Reads topics by name, by prefix, or all topics that the principal may describe.
  - M(omninode.kafka.topics) takes the returned RV(topics) as its declaration.
options:
  names:
    description: Names of the topics to read. RV(absent) lists those that do not exist.
    type: list
    elements: str
  prefix:
    description: Literal beginning of the names of the topics to read.
    type: str
  query:
    description:
      - A JMESPath expression that selects whole topics from the list of all that were read. Each
        topic has the fields of RV(topics) and of RV(status).
      - Besides the functions of JMESPath, the expression can call C(matches) and C(product).
        C(matches) takes a text and a regular expression, and returns whether the whole text
        matches. C(product) multiplies two numbers.
      - C(matches) needs the Python library google-re2, 1.1 or newer, where the module runs. RE2
        takes time in proportion to the text, and has no backreferences and no look-around.
      - An expression has at most 10000 characters and 100 levels of brackets.
      - Configuration values are strings. Use C(to_number) to compare them as numbers.
    type: str
  include_internal:
    description: Whether to read Kafka's internal topics too. Topics in O(names) are read in any
      case.
    type: bool
    default: false
  moves:
    description:
      - Whether to read how far replicas are that move to other brokers, in RV(moves).
      - It needs the Python library kafka-python (3 or newer) where the module runs, and the ACL
        operation DESCRIBE on the cluster.
    type: bool
    default: false
  partitions:
    description:
      - Whether to read where the replicas of each partition are, and where its records begin and
        end, in RV(partitions).
      - The offsets take two requests to each broker that leads one of the partitions, however many
        topics there are (ListOffsets, KIP-79). They need the ACL operation DESCRIBE on the topics,
        as reading these does.
    type: bool
    default: false
extends_documentation_fragment:
  - omninode.kafka.attributes.info
  - omninode.kafka.attributes.action_group
  - omninode.kafka.connection
seealso:
  - module: omninode.kafka.topics
  - module: omninode.kafka.cluster_info
"""

EXAMPLES = r"""
- name: Read all topics of a service
  omninode.kafka.topic_info:
    bootstrap_servers: [127.0.0.1:9092]
    prefix: example.
  register: example

- name: Find the topics with too few in-sync replicas
  omninode.kafka.topic_info:
    bootstrap_servers: [127.0.0.1:9092]
    query: "[?under_replicated > `0`]"

- name: See how far replicas are that move to other brokers
  omninode.kafka.topic_info:
    bootstrap_servers: [127.0.0.1:9092]
    moves: true

- name: See which brokers have the partitions of a topic, and where its records begin and end
  omninode.kafka.topic_info:
    bootstrap_servers: [127.0.0.1:9092]
    names: [example.orders]
    partitions: true

- name: Find topics that keep their records for more than a week
  omninode.kafka.topic_info:
    bootstrap_servers: [127.0.0.1:9092]
    query: '[?to_number(config."retention.ms") > `604800000`]'
"""

RETURN = r"""
topics:
  description: The topics, sorted by name, in the form that M(omninode.kafka.topics) takes. Replicas
    that leave a topic do not count, if kafka-python is there to tell of them.
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
    replication_factor:
      description: Number of replicas of each partition; the lowest number if partitions differ.
      type: int
    config:
      description: The overrides set on the topic, in Kafka's own units, as strings.
      type: dict
  sample:
    - name: example.orders
      partitions: 6
      replication_factor: 3
      config: {retention.ms: "604800000"}
status:
  description: The state of each topic in RV(topics) that cannot be declared, in the same order.
  returned: success
  type: list
  elements: dict
  contains:
    name:
      description: Name of the topic.
      type: str
    replicas_in_sync:
      description: The number of in-sync replicas of the partition with the fewest.
      type: int
    under_replicated:
      description: The number of partitions with fewer in-sync replicas than replicas.
      type: int
    offline:
      description: The number of partitions without a leader.
      type: int
    internal:
      description: Whether Kafka marks the topic as internal.
      type: bool
moves:
  description: The partitions of these topics that move to other brokers now, whoever began that.
  returned: success, with O(moves)
  type: list
  elements: dict
  contains:
    topic:
      description: Name of the topic.
      type: str
    partition:
      description: Number of the partition.
      type: int
    before:
      description: The brokers that had its replicas before, the preferred leader first.
      type: list
      elements: int
    after:
      description: The brokers that are to have them.
      type: list
      elements: int
    bytes:
      description: How many bytes the new replicas take.
      type: int
    copied:
      description: How many of these have arrived.
      type: int
  sample:
    - topic: example.orders
      partition: 0
      before: [1]
      after: [1, 2]
      bytes: 1048576
      copied: 524288
partitions:
  description: The partitions of these topics, in the order of RV(topics) and of their numbers.
  returned: success, with O(partitions)
  type: list
  elements: dict
  contains:
    topic:
      description: Name of the topic.
      type: str
    partition:
      description: Number of the partition.
      type: int
    leader:
      description: The ID of the broker that leads the partition; null without a leader.
      type: int
    replicas:
      description: The IDs of the brokers that have its replicas, the preferred leader first. While
        replicas move, those that arrive and those that leave are among them.
      type: list
      elements: int
    in_sync:
      description: The IDs of the brokers whose replicas are in sync, from the lowest on.
      type: list
      elements: int
    beginning_offset:
      description: The offset of the first record that the partition may still have; null where
        nobody tells it, since the partition has no leader or its leader does not answer.
      type: int
    end_offset:
      description: The offset after the last record that all in-sync replicas have (the high
        watermark), whether its transaction is committed or not; null where nobody tells it. It
        equals RV(partitions[].beginning_offset) if the partition has no records.
      type: int
  sample:
    - topic: example.orders
      partition: 0
      leader: 1
      replicas: [1, 2, 3]
      in_sync: [1, 2, 3]
      beginning_offset: 120
      end_offset: 961
absent:
  description: The O(names) of topics that do not exist.
  returned: success
  type: list
  elements: str
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
from ..module_utils._topic_info.topics import read_topics

SPEC = {
    "names": {"type": "list", "elements": "str"},
    "prefix": {"type": "str"},
    "query": {"type": "str"},
    "include_internal": {"type": "bool", "default": False},
    "moves": {"type": "bool", "default": False},
    "partitions": {"type": "bool", "default": False},
}


def main() -> None:
    module = AnsibleModule(
        argument_spec={**connection_spec(), **SPEC},
        supports_check_mode=True,
        mutually_exclusive=[("names", "prefix")],
    )
    run_info(
        module,
        lambda gateway, params: read_topics(gateway, **{name: params[name] for name in SPEC}),
    )


if __name__ == "__main__":
    main()
