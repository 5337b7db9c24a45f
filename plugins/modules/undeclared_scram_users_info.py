#!/usr/bin/python
# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Entry point of omninode.kafka.undeclared_scram_users_info."""

from __future__ import annotations

DOCUMENTATION = r"""
module: undeclared_scram_users_info
short_description: Find Kafka SCRAM users that are not declared, and which rights they have
version_added: 0.1.0
author: omninode.kafka contributors (@omninode)
description:
  - Finds the SCRAM credentials of owned users that are not declared, and returns for each how many
    ACLs name the user.
  - These are the credentials that O(omninode.kafka.scram_users#module:purge) would delete with the
    same declaration.
  - The module changes nothing, and proves no password.
  - The principal needs C(Describe) on the cluster.
options:
  users:
    description:
      - The declared users, as in O(omninode.kafka.scram_users#module:users). Passwords are not
        needed.
      - One that is declared with C(state=absent) is declared, so it is not reported.
    type: list
    elements: dict
    default: []
    suboptions:
      name:
        description: The name of the user. It is required.
        type: raw
      mechanism:
        description: V(SCRAM-SHA-256) or V(SCRAM-SHA-512). Without it, V(SCRAM-SHA-512).
        type: raw
      iterations:
        description: Not used here.
        type: raw
      password:
        description: Not used here.
        type: raw
      state:
        description: Not used here.
        type: raw
      allow:
        description: Not used here.
        type: raw
      exempt:
        description: Not used here.
        type: raw
  owned_prefixes:
    description: Literal beginnings of the names of users, each at least three characters long,
      whose credentials to report. At least one is needed.
    type: list
    elements: str
    default: []
extends_documentation_fragment:
  - omninode.kafka.attributes.info
  - omninode.kafka.attributes.action_group
  - omninode.kafka.connection
seealso:
  - module: omninode.kafka.scram_users
  - module: omninode.kafka.scram_user_info
"""

EXAMPLES = r"""
- name: Find the users of one team that nobody declares
  omninode.kafka.undeclared_scram_users_info:
    bootstrap_servers: [127.0.0.1:9092]
    owned_prefixes: [example-]
    users:
      - name: example-orders
"""

RETURN = r"""
users:
  description: The credentials of owned users that are not declared, sorted by name and mechanism.
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
    rights:
      description: How many ACLs name the user; V(unknown) if that cannot be read, or if the cluster
        has no authorizer.
      type: raw
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

from ..module_utils._ansible.entries import EntriesModule
from ..module_utils._ansible.options.connection import connection_spec
from ..module_utils._ansible.runner import run_info
from ..module_utils._scram_user_info.undeclared import read_undeclared, undeclared_users_spec

SPEC = undeclared_users_spec()


def main() -> None:
    module = EntriesModule(
        "users", argument_spec={**connection_spec(), **SPEC}, supports_check_mode=True
    )
    run_info(module, lambda gateway, _params: read_undeclared(gateway, **module.declared(SPEC)))


if __name__ == "__main__":
    main()
