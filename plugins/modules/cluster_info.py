#!/usr/bin/python
# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Entry point of omninode.kafka.cluster_info."""

from __future__ import annotations

DOCUMENTATION = r"""
module: cluster_info
short_description: Read the ID, brokers, API versions and topic defaults of a Kafka cluster
version_added: 0.1.0
author: omninode.kafka contributors (@omninode)
description:
  - Reads the ID of a cluster, its brokers, the API versions that they offer, and the defaults for
    new topics.
extends_documentation_fragment:
  - omninode.kafka.attributes.info
  - omninode.kafka.attributes.action_group
  - omninode.kafka.connection
seealso:
  - module: omninode.kafka.topic_info
"""

EXAMPLES = r"""
- name: Read the cluster
  omninode.kafka.cluster_info:
    bootstrap_servers: [127.0.0.1:9092]
  register: kafka

- name: Show its ID, for the option cluster_id
  ansible.builtin.debug:
    msg: "{{ kafka.cluster_id }}"
"""

RETURN = r"""
cluster_id:
  description: The ID of the cluster.
  returned: success
  type: str
  sample: 5L6g3nShT-eMCtK--X86sw
brokers:
  description: The brokers, sorted by ID.
  returned: success
  type: list
  elements: dict
  contains:
    id:
      description: ID of the broker.
      type: int
    host:
      description: Host name that the broker advertises.
      type: str
    port:
      description: Port that the broker advertises.
      type: int
    rack:
      description: Rack of the broker; V(null) if it has none.
      type: str
  sample: [{id: 1, host: 127.0.0.1, port: 9092, rack: null}]
api_versions:
  description: The lowest (C(min)) and highest (C(max)) version that the broker offers of each API
    of the Kafka protocol, by the name of the API in the client library.
  returned: success
  type: dict
  sample: {CreateTopics: {min: 2, max: 7}}
defaults:
  description: What a topic gets for settings that it does not declare, by the configuration of one
    broker. V(null) without the right C(DescribeConfigs) on the cluster.
  returned: success
  type: dict
  contains:
    partitions:
      description: Number of partitions of a new topic.
      type: int
    replication_factor:
      description: Replication factor of a new topic.
      type: int
    config:
      description: Values of the topic configuration keys that are not overridden.
      type: dict
    auto_create_topics:
      description: Whether the brokers create a topic when a client asks for it.
      type: bool
    delete_topics:
      description: Whether topics can be deleted.
      type: bool
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
from ..module_utils._topic_info.topics import read_cluster


def main() -> None:
    module = AnsibleModule(argument_spec=connection_spec(), supports_check_mode=True)
    run_info(module, lambda gateway, _params: read_cluster(gateway), journal_features=True)


if __name__ == "__main__":
    main()
