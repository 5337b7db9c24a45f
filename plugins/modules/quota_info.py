#!/usr/bin/python
# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Entry point of omninode.kafka.quota_info."""

from __future__ import annotations

DOCUMENTATION = r"""
module: quota_info
short_description: Read Kafka client quotas
version_added: 0.1.0
author: omninode.kafka contributors (@omninode)
description:
  - Reads all client quotas, or those of a user, a client ID, an IP address or their defaults.
  - M(omninode.kafka.quotas) takes the returned RV(quotas) as its declaration.
  - The principal needs C(DescribeConfigs) on the cluster. Without it, the module fails, rather than
    return no quotas.
requirements:
  - kafka-python 3 or newer
options:
  user:
    description: Read only quotas of the user of this name.
    type: str
  user_defaults:
    description: Read only quotas of C(user_defaults).
    type: bool
    default: false
  client_id:
    description: Read only quotas of this client ID.
    type: str
  client_defaults:
    description: Read only quotas of C(client_defaults).
    type: bool
    default: false
  ip:
    description: Read only quotas of this address, as it was set.
    type: str
  ip_defaults:
    description: Read only quotas of C(ip_defaults).
    type: bool
    default: false
  match:
    description:
      - Which entities to read if one of the other options is given.
      - V(containing) reads all that have these parts, so O(user) also those of the user with any
        client ID. V(exact) reads the one that has no other parts.
    type: str
    choices: [containing, exact]
    default: containing
extends_documentation_fragment:
  - omninode.kafka.attributes.info
  - omninode.kafka.attributes.action_group
  - omninode.kafka.connection
seealso:
  - module: omninode.kafka.quotas
  - module: omninode.kafka.undeclared_quotas_info
"""

EXAMPLES = r"""
- name: Read all quotas
  omninode.kafka.quota_info:
    bootstrap_servers: [127.0.0.1:9092]
  register: kafka

- name: Read the quotas of one user, with each client ID
  omninode.kafka.quota_info:
    bootstrap_servers: [127.0.0.1:9092]
    user: example-orders

- name: Find out what binds a user without a quota of its own
  omninode.kafka.quota_info:
    bootstrap_servers: [127.0.0.1:9092]
    user_defaults: true
    match: exact
"""

RETURN = r"""
quotas:
  description: The entities that have quotas, sorted by user, client ID and address, in the form
    that M(omninode.kafka.quotas) takes.
  returned: success
  type: list
  elements: dict
  contains:
    user:
      description: The name of the user; missing where it does not matter.
      type: str
    user_defaults:
      description: V(true) for every user that has no quota of its own.
      type: bool
    client_id:
      description: The client ID; missing where it does not matter.
      type: str
    client_defaults:
      description: V(true) for every client ID that has no quota of its own.
      type: bool
    ip:
      description: The address as it was set.
      type: str
    ip_defaults:
      description: V(true) for each address that has no quota of its own.
      type: bool
    quotas:
      description: Each quota by its key, as a number in Kafka's own unit.
      type: dict
  sample:
    - user: orders
      client_defaults: true
      quotas: {producer_byte_rate: 10485760, request_percentage: 12.5}
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
from ..module_utils._quota_info.quotas import read_quotas

SPEC = {
    "user": {"type": "str"},
    "user_defaults": {"type": "bool", "default": False},
    "client_id": {"type": "str"},
    "client_defaults": {"type": "bool", "default": False},
    "ip": {"type": "str"},
    "ip_defaults": {"type": "bool", "default": False},
    "match": {"type": "str", "choices": ["containing", "exact"], "default": "containing"},
}


def main() -> None:
    module = AnsibleModule(argument_spec={**connection_spec(), **SPEC}, supports_check_mode=True)
    run_info(
        module,
        lambda gateway, params: read_quotas(gateway, **{name: params[name] for name in SPEC}),
    )


if __name__ == "__main__":
    main()
