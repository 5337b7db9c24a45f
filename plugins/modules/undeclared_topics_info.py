#!/usr/bin/python
# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Entry point of omninode.kafka.undeclared_topics_info."""

from __future__ import annotations

DOCUMENTATION = r"""
module: undeclared_topics_info
short_description: Find Kafka topics that nobody declares, and those of them that are idle
version_added: 0.1.0
author: omninode.kafka contributors (@omninode)
description:
  - Finds the existing topics under O(owned_prefixes) that are not declared, and tells of each what
    it holds, when it was last written to, and which consumer groups read it.
  - These are the topics that O(omninode.kafka.topics#module:purge) would delete with the same
    declaration.
  - Nothing is changed.
  - The principal needs C(Describe) and C(DescribeConfigs) on the topics, and C(Describe) on the
    cluster and its groups; without the latter, who reads a topic is V(unknown). Topics that it may
    not describe are not found.
options:
  topics:
    description:
      - The declared topics, as in O(omninode.kafka.topics#module:topics), or their names alone.
      - Of each, only its name counts. A topic that is declared with C(state=absent) is declared, so
        it is not reported.
    type: list
    elements: raw
    default: []
  profiles:
    description:
      - As in O(omninode.kafka.topics#module:profiles). Of each, only its C(names) count, which are
        declared topics too.
    type: dict
    default: {}
  owned_prefixes:
    description:
      - Literal beginnings of topic names, of at least three characters each, under which topics are
        reported. Topics that Kafka marks as internal, or whose name begins with two underscores,
        never are.
    type: list
    elements: str
    required: true
  idle_for:
    description:
      - A time such as V(30d), with one of the units V(ms), V(s), V(m), V(h), V(d), V(w); a bare
        number is in milliseconds.
      - Report only the topics whose newest record is older than that, or that have no record, and
        on which no group is active. Without it, all are reported.
      - The age of a record is that of its timestamp, which its producer sets unless the topic has
        C(message.timestamp.type=LogAppendTime). A topic without records may have just been created,
        or its records were deleted.
      - What is V(unknown) is never idle; see RV(undecided).
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
- name: Find the topics of a service that nobody declares
  omninode.kafka.undeclared_topics_info:
    bootstrap_servers: [127.0.0.1:9092]
    owned_prefixes: [example.]
    topics:
      - name: example.orders
        partitions: 6
    profiles:
      audit:
        names: [example.audit.logins, example.audit.payments]

- name: Find those that nobody has written to for a month, and that nobody reads
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
  description: The topics that are not declared, those without records first, then by their last
    write, and those of which it is unknown at the end.
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
    records:
      description: How many records it has; an upper bound, since compaction leaves gaps. V(unknown)
        if it cannot be read.
      type: raw
    oldest:
      description: The time of its oldest record, in UTC; V(null) without records. V(unknown) if it
        cannot be read, or a record has no timestamp.
      type: str
    newest:
      description: The time of its newest record, as RV(topics[].oldest).
      type: str
    groups:
      description:
        - The consumer groups that are C(active) on the topic, and those that have C(committed) to
          it. V(unknown) if some may be hidden.
        - The client library lists no share groups (KIP-932), so they are not among them.
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
    - The names of the topics that are not declared, but are not reported either, since it cannot be
      told whether they are idle. Empty without O(idle_for).
  returned: success
  type: list
  elements: str
errors:
  description: The mistakes in O(topics), O(profiles) or O(owned_prefixes), each with C(where),
    C(field) and C(message).
  returned: when the declaration is invalid, or a right to read is missing
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
from ..module_utils._topic_info.undeclared import read_undeclared

SPEC = {
    "topics": {"type": "list", "elements": "raw", "default": []},
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
