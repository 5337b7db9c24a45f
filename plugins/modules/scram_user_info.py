#!/usr/bin/python
# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Entry point of omninode.kafka.scram_user_info."""

from __future__ import annotations

DOCUMENTATION = r"""
module: scram_user_info
short_description: Read Kafka SCRAM users
version_added: 0.1.0
author: omninode.kafka contributors (@omninode)
description:
  - Reads all SCRAM credentials of a cluster, or those of some users. Kafka shows their mechanisms
    and iterations, and nothing that is derived from a password.
  - M(omninode.kafka.scram_users) takes the returned RV(users) as its declaration.
  - The principal needs C(Describe) on the cluster.
options:
  names:
    description: The users whose credentials to read, such as V(orders).
    type: list
    elements: str
  prefix:
    description: Read only users whose names begin so.
    type: str
extends_documentation_fragment:
  - omninode.kafka.attributes.info
  - omninode.kafka.attributes.action_group
  - omninode.kafka.connection
seealso:
  - module: omninode.kafka.scram_users
  - module: omninode.kafka.undeclared_scram_users_info
"""

EXAMPLES = r"""
- name: Read all users
  omninode.kafka.scram_user_info:
    bootstrap_servers: [127.0.0.1:9092]
  register: kafka

- name: Read those of one team
  omninode.kafka.scram_user_info:
    bootstrap_servers: [127.0.0.1:9092]
    prefix: example-
"""

RETURN = r"""
users:
  description: The credentials, sorted by name and mechanism, in the form that
    M(omninode.kafka.scram_users) takes.
  returned: success
  type: list
  elements: dict
  contains:
    name:
      description: The user.
      type: str
    mechanism:
      description: V(SCRAM-SHA-256) or V(SCRAM-SHA-512).
      type: str
    iterations:
      description: How often the client derives the key.
      type: int
  sample:
    - name: orders
      mechanism: SCRAM-SHA-512
      iterations: 4096
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
from ..module_utils._scram_user_info.users import read_users

SPEC = {
    "names": {"type": "list", "elements": "str"},
    "prefix": {"type": "str"},
}


def main() -> None:
    module = AnsibleModule(argument_spec={**connection_spec(), **SPEC}, supports_check_mode=True)
    run_info(
        module, lambda gateway, params: read_users(gateway, **{name: params[name] for name in SPEC})
    )


if __name__ == "__main__":
    main()
