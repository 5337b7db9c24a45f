#!/usr/bin/python
# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Entry point of omninode.kafka.undeclared_quotas_info."""

from __future__ import annotations

DOCUMENTATION = r"""
module: undeclared_quotas_info
short_description: Find Kafka client quotas that are not declared
version_added: 0.1.0
author: omninode.kafka contributors (@omninode)
description:
  - Finds the owned quotas that are not declared.
  - These are the quotas that O(omninode.kafka.quotas#module:purge) would remove with the same
    declaration. Those of defaults are never among them.
  - The module changes nothing.
  - The principal needs C(DescribeConfigs) on the cluster.
requirements:
  - kafka-python 3 or newer
options:
  quotas:
    description:
      - The declared quotas, as in O(omninode.kafka.quotas#module:quotas).
      - What is declared to be removed, by C(state=absent) or V(null), is declared, so it is not
        reported.
    type: raw
    default: []
  owned_user_prefixes:
    description: Literal beginnings of the names of users whose quotas to report, each at least
      three characters long. At least one of the three options is needed.
    type: list
    elements: str
    default: []
  owned_client_id_prefixes:
    description: Literal beginnings of client IDs whose quotas to report, each at least three
      characters long. A user with a client ID belongs to the user.
    type: list
    elements: str
    default: []
  owned_ip_networks:
    description: Networks whose addresses' quotas to report, such as V(192.0.2.0/24).
    type: list
    elements: str
    default: []
extends_documentation_fragment:
  - omninode.kafka.attributes.info
  - omninode.kafka.attributes.action_group
  - omninode.kafka.connection
seealso:
  - module: omninode.kafka.quotas
  - module: omninode.kafka.quota_info
"""

EXAMPLES = r"""
- name: Find the quotas of one team that nobody declares
  omninode.kafka.undeclared_quotas_info:
    bootstrap_servers: [127.0.0.1:9092]
    owned_user_prefixes: [example-]
    quotas:
      - user: example-orders
        quotas: {producer_byte_rate: 10MiB}
"""

RETURN = r"""
quotas:
  description: The owned entities with the quotas that are not declared, sorted by user, client ID
    and address, in the form that M(omninode.kafka.quotas) takes.
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
from ..module_utils._quota_info.undeclared import read_undeclared

SPEC = {
    "quotas": {"type": "raw", "default": []},
    "owned_user_prefixes": {"type": "list", "elements": "str", "default": []},
    "owned_client_id_prefixes": {"type": "list", "elements": "str", "default": []},
    "owned_ip_networks": {"type": "list", "elements": "str", "default": []},
}


def main() -> None:
    module = AnsibleModule(argument_spec={**connection_spec(), **SPEC}, supports_check_mode=True)
    run_info(
        module,
        lambda gateway, params: read_undeclared(gateway, **{name: params[name] for name in SPEC}),
    )


if __name__ == "__main__":
    main()
