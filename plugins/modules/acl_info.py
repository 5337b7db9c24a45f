#!/usr/bin/python
# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Entry point of omninode.kafka.acl_info."""

from __future__ import annotations

DOCUMENTATION = r"""
module: acl_info
short_description: Read Kafka ACLs
version_added: 0.1.0
author: omninode.kafka contributors (@omninode)
description:
  - Reads all ACLs, or those of some principals, or those that apply to a resource.
  - M(omninode.kafka.acls) takes the returned RV(acls) as its declaration.
  - The principal needs C(Describe) on the cluster. The cluster needs an authorizer
    (C(authorizer.class.name)). Without either, the module fails, rather than return no ACLs.
options:
  principals:
    description:
      - The principals whose ACLs to read, such as V(User:orders).
      - ACLs for every user have the principal V(User:*), which is one of its own here.
    type: list
    elements: str
  resource_type:
    description: Read only ACLs on resources of this type.
    type: str
    choices: [topic, group, cluster, transactional_id]
  resource_name:
    description:
      - Read only ACLs that apply to the resource of this name, by its name, by a prefix of it, or
        because they apply to every name. It need not exist.
      - The name of the cluster is V(kafka-cluster).
    type: str
extends_documentation_fragment:
  - omninode.kafka.attributes.info
  - omninode.kafka.attributes.action_group
  - omninode.kafka.connection
seealso:
  - module: omninode.kafka.acls
  - module: omninode.kafka.undeclared_acls_info
"""

EXAMPLES = r"""
- name: Read all ACLs
  omninode.kafka.acl_info:
    bootstrap_servers: [127.0.0.1:9092]
  register: kafka

- name: Read the rights of one service
  omninode.kafka.acl_info:
    bootstrap_servers: [127.0.0.1:9092]
    principals: [User:example-orders]

- name: Find out who may do what with a topic
  omninode.kafka.acl_info:
    bootstrap_servers: [127.0.0.1:9092]
    resource_type: topic
    resource_name: example.orders
"""

RETURN = r"""
acls:
  description: The ACLs, sorted by principal and resource, in the form that M(omninode.kafka.acls)
    takes. Operations that the same principal has on the same resource are in one entry.
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
  sample:
    - principal: User:orders
      resource_type: topic
      resource_name: shop.orders
      pattern_type: literal
      operations: [read, write]
      permission: allow
      host: "*"
unreadable:
  description: The ACLs for which the client library has no word, such as those on delegation
    tokens, whatever was asked for. What it cannot tell is V(unknown).
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

from ..module_utils._acl_info.acls import read_acls
from ..module_utils._ansible.options.connection import connection_spec
from ..module_utils._ansible.runner import run_info

SPEC = {
    "principals": {"type": "list", "elements": "str"},
    "resource_type": {
        "type": "str",
        "choices": ["topic", "group", "cluster", "transactional_id"],
    },
    "resource_name": {"type": "str"},
}


def main() -> None:
    module = AnsibleModule(argument_spec={**connection_spec(), **SPEC}, supports_check_mode=True)
    run_info(
        module, lambda gateway, params: read_acls(gateway, **{name: params[name] for name in SPEC})
    )


if __name__ == "__main__":
    main()
