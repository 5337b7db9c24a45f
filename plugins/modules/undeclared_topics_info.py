#!/usr/bin/python
# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Entry point of omninode.kafka.undeclared_topics_info."""

from __future__ import annotations

DOCUMENTATION = r"""
module: undeclared_topics_info
short_description: Find Kafka topics that are not declared, and which of them are idle
version_added: 0.1.0
author: omninode.kafka contributors (@omninode)
description:
  - Finds the existing topics under O(owned_prefixes) that are not declared, and returns for each
    how many records it has, when it was last written to, and which consumer groups read it.
  - These are the topics that O(omninode.kafka.topics#module:purge) would delete with the same
    declaration.
  - The module changes nothing.
  - The principal needs C(Describe) and C(DescribeConfigs) on the topics, and C(Describe) on the
    cluster and its groups. Without C(Describe) on cluster and groups, the groups are V(unknown).
    The module does not find topics that the principal may not describe.
options:
  topics:
    description:
      - The declared topics, as in O(omninode.kafka.topics#module:topics), or their names alone.
      - Only the names count. A topic that is declared with C(state=absent) is declared, so it is
        not reported.
    type: raw
    default: []
  profiles:
    description:
      - Profiles as in O(omninode.kafka.topics#module:profiles). Only their C(names) count, which
        are declared topics too.
    type: dict
    default: {}
  owned_prefixes:
    description:
      - Literal beginnings, each at least three characters long, of the names of the topics to
        report. Topics that Kafka marks as internal, or whose names begin with two underscores, are
        never reported.
    type: list
    elements: str
    required: true
  idle_for:
    description:
      - Report only idle topics, on which no group is active, and whose newest record is older than
        this time or which have no record. Without this option, all topics are reported.
      - A time such as V(30d), with one of the units V(ms), V(s), V(m), V(h), V(d), V(w). A number
        without a unit is in milliseconds.
      - The timestamp of a record gives its age. The producer sets the timestamp unless the topic
        has C(message.timestamp.type=LogAppendTime).
      - A topic without records may be new, or its records were deleted.
      - RV(undecided) lists the topics that may be idle or not.
    type: str
extends_documentation_fragment:
  - omninode.kafka.attributes.info
  - omninode.kafka.attributes.action_group
  - omninode.kafka.connection
seealso:
  - module: omninode.kafka.topics
  - module: omninode.kafka.topic_info
  - plugin: omninode.kafka.topic_table
    plugin_type: filter
"""

EXAMPLES = r"""
- name: Find the topics of a service that are not declared
  omninode.kafka.undeclared_topics_info:
    bootstrap_servers: [127.0.0.1:9092]
    owned_prefixes: [example.]
    topics:
      - name: example.orders
        partitions: 6
    profiles:
      audit:
        names: [example.audit.logins, example.audit.payments]

- name: Find those that have no record of the last 30 days and no active group
  omninode.kafka.undeclared_topics_info:
    bootstrap_servers: [127.0.0.1:9092]
    owned_prefixes: [example.]
    topics: [example.orders]
    idle_for: 30d
  register: undeclared

- name: Show them
  ansible.builtin.debug:
    msg: "{{ undeclared | omninode.kafka.topic_table }}"
"""

RETURN = r"""
topics:
  description: The topics that are not declared. Topics without records come first, then the others
    by their newest record, then those for which it is unknown.
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
    records:
      description: How many records the topic has; an upper bound, because compaction leaves gaps.
        V(unknown) if it cannot be read.
      type: raw
    oldest:
      description: The time of the oldest record, in UTC; V(null) without records. V(unknown) if it
        cannot be read, or if a record has no timestamp.
      type: str
    newest:
      description: The time of the newest record, in the form of RV(topics[].oldest).
      type: str
    groups:
      description:
        - The consumer groups that are C(active) on the topic, and those that have C(committed)
          offsets of it. V(unknown) if the principal may not see all groups.
        - Share groups (KIP-932) are missing, because the client library does not list them.
      type: raw
  sample:
    - name: example.orders-legacy
      partitions: 6
      replication_factor: 3
      config: {cleanup.policy: compact}
      records: 1200
      oldest: "2025-02-01T09:30:00Z"
      newest: "2025-03-25T08:00:00Z"
      groups: {active: [], committed: [checkout]}
undecided:
  description:
    - The names of undeclared topics that RV(topics) leaves out, because it is unknown whether they
      are idle. Empty without O(idle_for).
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
from ..module_utils._topic_info.undeclared import read_undeclared

SPEC = {
    "topics": {"type": "raw", "default": []},
    "profiles": {"type": "dict", "default": {}},
    "owned_prefixes": {"type": "list", "elements": "str", "required": True},
    "idle_for": {"type": "str"},
}


def main() -> None:
    module = AnsibleModule(argument_spec={**connection_spec(), **SPEC}, supports_check_mode=True)
    run_info(
        module,
        lambda gateway, params: read_undeclared(gateway, **{name: params[name] for name in SPEC}),
    )


if __name__ == "__main__":
    main()
