#!/usr/bin/python
# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Entry point of omninode.kafka.undeclared_acls_info."""

from __future__ import annotations

DOCUMENTATION = r"""
module: undeclared_acls_info
short_description: Find Kafka ACLs that are not declared, and which groups are active by them
version_added: 0.1.0
author: omninode.kafka contributors (@omninode)
description:
  - Finds the owned ACLs that are not declared, and returns for each which active consumer groups
    could no longer read without it.
  - These are the ACLs that O(omninode.kafka.acls#module:purge) would delete with the same
    declaration.
  - The module changes nothing.
  - The principal needs C(Describe) on the cluster and on its groups. Without C(Describe) on the
    groups, those are V(unknown).
options:
  acls:
    description:
      - The declared ACLs, as in O(omninode.kafka.acls#module:acls).
      - One that is declared with C(state=absent) is declared, so it is not reported.
    type: raw
    default: []
  owned_principals:
    description: Principals whose ACLs to report, such as V(User:orders). At least one of the three
      options is needed.
    type: list
    elements: str
    default: []
  owned_principal_prefixes:
    description: Literal beginnings of principals whose ACLs to report, each with the type and at
      least three characters of the name, such as V(User:shop-).
    type: list
    elements: str
    default: []
  owned_prefixes:
    description: Literal beginnings of the names of topics, groups and transactional IDs, each at
      least three characters long. The ACLs on such names and on prefixes that begin so are
      reported, whoever their principal is.
    type: list
    elements: str
    default: []
extends_documentation_fragment:
  - omninode.kafka.attributes.info
  - omninode.kafka.attributes.action_group
  - omninode.kafka.connection
seealso:
  - module: omninode.kafka.acls
  - module: omninode.kafka.acl_info
"""

EXAMPLES = r"""
- name: Find the ACLs of one service that nobody declares
  omninode.kafka.undeclared_acls_info:
    bootstrap_servers: [127.0.0.1:9092]
    owned_principals: [User:example-orders]
    acls:
      - principal: User:example-orders
        produce: [example.orders]
        consume: [example.customers]
        groups: [example-orders]
"""

RETURN = r"""
acls:
  description: The owned ACLs that are not declared, sorted by principal and resource, in the form
    that M(omninode.kafka.acls) takes but for C(groups).
  returned: success
  type: list
  elements: dict
  contains:
    principal:
      description: Whose ACL it is.
      type: str
    resource_type:
      description: The type of the resource.
      type: str
    resource_name:
      description: The name of the resource, or the beginning of names.
      type: str
    pattern_type:
      description: V(literal) or V(prefixed).
      type: str
    operations:
      description: The operations, in lower case.
      type: list
      elements: str
    permission:
      description: V(allow) or V(deny).
      type: str
    host:
      description: The address that the client must have; V(*) for any.
      type: str
    groups:
      description: The active consumer groups that could no longer read, each with the principals
        that may read it by their ACLs. V(unknown) if the principal may not describe all groups.
      type: raw
unreadable:
  description: The owned ACLs for which the client library has no word, such as those on delegation
    tokens. What it cannot tell is V(unknown).
  returned: success
  type: list
  elements: dict
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

from ..module_utils._acl_info.undeclared import read_undeclared
from ..module_utils._ansible.options.connection import connection_spec
from ..module_utils._ansible.runner import run_info

SPEC = {
    "acls": {"type": "raw", "default": []},
    "owned_principals": {"type": "list", "elements": "str", "default": []},
    "owned_principal_prefixes": {"type": "list", "elements": "str", "default": []},
    "owned_prefixes": {"type": "list", "elements": "str", "default": []},
}


def main() -> None:
    module = AnsibleModule(argument_spec={**connection_spec(), **SPEC}, supports_check_mode=True)
    run_info(
        module,
        lambda gateway, params: read_undeclared(gateway, **{name: params[name] for name in SPEC}),
    )


if __name__ == "__main__":
    main()
