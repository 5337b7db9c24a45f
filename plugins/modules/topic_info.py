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
  - Reads topics by name, by prefix, or all that the principal may describe.
  - RV(topics) is valid input of M(omninode.kafka.topics).
options:
  names:
    description: Names of the topics to read. Those that do not exist are returned in RV(absent).
    type: list
    elements: str
  prefix:
    description: Literal beginning of the names of the topics to read.
    type: str
  query:
    description:
      - A JMESPath expression that selects whole topics from the list of them. It sees the fields
        of RV(topics) and RV(status) of each topic together.
      - Besides JMESPath's own functions there are C(matches(text, regex)), true when the whole
        text matches, and C(product(number, number)). The first needs the Python library
        google-re2, 1.1 or newer, and takes the regular expressions of RE2, without backreferences
        and look-around.
      - It has at most 10000 characters and 100 levels of brackets.
      - Configuration values are strings; C(to_number()) makes numbers of them. The result is
        sorted by name, whatever the order of the query.
    type: str
  include_internal:
    description: Whether to read Kafka's internal topics too, when the topics are not given by
      O(names).
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

- name: Show the topics that have too few replicas in sync
  omninode.kafka.topic_info:
    bootstrap_servers: [127.0.0.1:9092]
    query: "[?under_replicated > `0`]"

- name: Find topics that keep their records for more than a week
  omninode.kafka.topic_info:
    bootstrap_servers: [127.0.0.1:9092]
    query: '[?to_number(config."retention.ms") > `604800000`]'
"""

RETURN = r"""
topics:
  description: The topics, sorted by name, in the shape of the input of M(omninode.kafka.topics).
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
      description: Number of replicas of each partition; the lowest, where partitions differ.
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
  description: What is observed, but cannot be declared, of each topic in RV(topics), in the same
    order.
  returned: success
  type: list
  elements: dict
  contains:
    name:
      description: Name of the topic.
      type: str
    replicas_in_sync:
      description: The number of in-sync replicas of the partition that has the fewest.
      type: int
    under_replicated:
      description: The number of partitions that have fewer in-sync replicas than replicas.
      type: int
    offline:
      description: The number of partitions without a leader.
      type: int
    internal:
      description: Whether Kafka marks the topic as internal.
      type: bool
absent:
  description: Those of O(names) that do not exist.
  returned: success
  type: list
  elements: str
error:
  description: The kind of failure, such as V(InvalidSpec), V(ClusterUnreachable), V(NotAuthorized).
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
