#!/usr/bin/python
# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Entry point of omninode.kafka.access_proof."""

from __future__ import annotations

DOCUMENTATION = r"""
module: access_proof
short_description: Prove what an application may do in a Kafka cluster
version_added: 0.1.0
author: omninode.kafka contributors (@omninode)
description:
  - Connects as an application and asks the cluster which operations it authorizes on each topic, on
    each consumer group and on the cluster (KIP-430). This writes nothing.
  - The module compares the answers with what is declared. It fails if the application lacks a
    declared right, or may touch a topic of O(others). One message names every difference.
  - More rights than declared on its own topics and groups, and on the cluster, are a warning.
  - With O(records), the module also writes a marked record to each topic that the application
    produces to, tries to write one to each topic that it must not write to, and reads back what was
    written.
  - The run's own principal sees which topics and groups there are, and reads records back that the
    application may not read.
  - With O(username) and no declared access, it proves the password, and that the application may do
    nothing with the cluster itself.
  - What Kafka does not tell is V(unknown), and is neither proved nor a failure.
options:
  username:
    description:
      - The user that the application authenticates as.
      - By default, the module proves the access of the run's own principal, as with a client
        certificate.
    type: str
  password:
    description: The password of O(username). It is in no result and no message.
    type: str
  mechanism:
    description: The SASL mechanism by which O(username) authenticates.
    type: str
    choices: [PLAIN, SCRAM-SHA-256, SCRAM-SHA-512]
    default: SCRAM-SHA-512
  servers:
    description:
      - Addresses of brokers where O(username) can authenticate, as in O(bootstrap_servers). They
        must be of the same cluster. By default O(bootstrap_servers).
    type: list
    elements: str
  protocol:
    description:
      - The protocol of the listener at O(servers). TLS options are those of the run.
      - By default O(security_protocol), or the same with SASL if that is V(PLAINTEXT) or V(SSL).
    type: str
    choices: [SASL_PLAINTEXT, SASL_SSL]
  produce:
    description:
      - The topics that the application writes to, in the form of M(omninode.kafka.acls). Each is a
        name, or a dictionary with the only key C(prefixed), the beginning of names. The name V(*)
        stands for any topic. It needs C(Write).
      - A prefix is proved on the topics that exist.
    type: list
    elements: raw
    default: []
  consume:
    description: The topics that it reads, in the same form. It needs C(Read).
    type: list
    elements: raw
    default: []
  groups:
    description:
      - The consumer groups that it is a member of, in the same form. It needs C(Read).
      - Kafka tells the operations of groups that do not exist, too, so a prefix is proved on the
        groups that exist and on one that does not.
    type: list
    elements: raw
    default: []
  transactional_ids:
    description: Its transactional IDs, in the same form. Kafka tells no operations of them, so they
      are always V(unknown).
    type: list
    elements: raw
    default: []
  admin_of:
    description: The topics that it creates, alters and deletes, in the same form. It needs
      C(Create), C(Delete), C(Alter) and C(AlterConfigs).
    type: list
    elements: raw
    default: []
  others:
    description:
      - The topics that it must not touch, in the same form. Those that another option names are its
        own. So V(*) is every other topic.
      - To touch is any operation but C(Describe), C(DescribeConfigs) and C(Create).
    type: list
    elements: raw
    default: []
  records:
    description:
      - Whether to prove the access by records, too. Consumers of the topics see them.
      - A record has the header and the key C(omninode.kafka.access-proof). Its value is a JSON
        object. The header holds the random ID of the run. The key is always the same, so that a
        compacted topic keeps no more than one.
      - No record is tried where the operations already differ from what is declared, and none on a
        topic whose name begins with C(__).
    type: bool
    default: false
extends_documentation_fragment:
  - omninode.kafka.attributes.action_group
  - omninode.kafka.connection
attributes:
  check_mode:
    description: Proves the access by the operations. Writes no records, and returns those that it
      would try as V(skipped).
    support: full
  diff_mode:
    description: Adds records and changes none, so there is nothing to show.
    support: none
  idempotent:
    description: Without O(records) nothing is changed. With it, each run writes records again.
    support: partial
notes:
  - An ACL can be for the address of a client. The module proves what the application may do from
    the host where the module runs.
  - The run's principal needs C(Describe) on what it is to see. To tell that a cluster has no
    authorizer, it needs C(DescribeConfigs) on the cluster.
  - Each topic of O(records) costs a connection of its own, one after the other.
  - Kafka tells no operations of a topic that does not exist. If the application may not even
    describe it, it lacks C(Read), C(Write), C(Alter) and C(Delete). Otherwise its rights are
    V(unknown).
  - Kafka tells no operations of what may not be described. C(Create), C(AlterConfigs) and
    C(DescribeConfigs) do not imply C(Describe), so these may be there nevertheless.
seealso:
  - module: omninode.kafka.acls
  - module: omninode.kafka.acl_info
"""

EXAMPLES = r"""
- name: Prove what the application alice may do, and that she leaves all other topics alone
  omninode.kafka.access_proof:
    bootstrap_servers: [127.0.0.1:9093]
    security_protocol: SASL_SSL
    ca_cert: /etc/kafka/ca.pem
    sasl_mechanism: SCRAM-SHA-512
    sasl_username: admin
    sasl_password: "{{ admin_password }}"
    username: alice
    password: "{{ alice_password }}"
    produce: [example.orders]
    consume: [{prefixed: example.orders}]
    groups: [{prefixed: example-alice.}]
    others: ["*"]

- name: Prove it by records, too
  omninode.kafka.access_proof:
    bootstrap_servers: [127.0.0.1:9093]
    security_protocol: SASL_SSL
    ca_cert: /etc/kafka/ca.pem
    sasl_mechanism: SCRAM-SHA-512
    sasl_username: admin
    sasl_password: "{{ admin_password }}"
    username: alice
    password: "{{ alice_password }}"
    produce: [example.orders]
    consume: [example.orders]
    records: true

- name: Prove that the run's own principal may read a topic as a member of a group
  omninode.kafka.access_proof:
    bootstrap_servers: [127.0.0.1:9092]
    consume: [example.orders]
    groups: [example-alice.audit]
"""

RETURN = r"""
proved:
  description: Whether each item of RV(access) and RV(records) is V(proved). It is V(false) if
    anything is unknown, skipped, or allowed without being declared.
  returned: success, and when the access is not as declared
  type: bool
principal:
  description: Whose access it is, such as V(User:checkout); V(null) where only the brokers know, as
    with a client certificate.
  returned: success, and when the access is not as declared
  type: str
access:
  description: What the application may do, one item for each resource. If that is not as declared,
    without those that are V(proved), because Ansible prints a failed result as a whole.
  returned: success, and when the access is not as declared
  type: list
  elements: dict
  contains:
    resource_type:
      description: V(topic), V(group), V(transactional_id) or V(cluster).
      type: str
    resource_name:
      description: The name of the resource, or the beginning of names.
      type: str
    pattern_type:
      description: V(literal), or V(prefixed) for resources that do not exist yet.
      type: str
    others:
      description: Whether it is a topic of O(others).
      type: bool
    declared:
      description: The operations that are declared, in lower case.
      type: list
      elements: str
    may:
      description: The operations that the cluster authorizes, in lower case; V(null) where it does
        not tell them.
      type: list
      elements: str
    status:
      description: V(proved), V(missing) if it lacks a declared right, V(excess) if it has more
        rights than declared, or V(unknown).
      type: str
    why:
      description: What differs, or why it is unknown.
      type: str
  sample:
    - resource_type: topic
      resource_name: shop.orders
      pattern_type: literal
      others: false
      declared: [write]
      may: [describe, write]
      status: proved
      why: ""
records:
  description: The records that were tried, one for each topic. Empty without O(records). If the
    access is not as declared, without those that are V(proved).
  returned: success, and when the access is not as declared
  type: list
  elements: dict
  contains:
    topic:
      description: The topic.
      type: str
    expected:
      description: V(written) or V(refused).
      type: str
    status:
      description: V(proved), V(missing) if it was refused, V(excess) if it was written, V(unknown)
        if its answer was lost or it was not read back, or V(skipped) in check mode.
      type: str
    why:
      description: The broker's answer, or what differs.
      type: str
    partition:
      description: The partition of the record; V(null) if it was not written.
      type: int
    offset:
      description: The offset of the record; V(null) if it was not written.
      type: int
    read_by:
      description: Whose principal read it back, V(application) or V(run); V(null) if none did.
      type: str
  sample:
    - topic: shop.orders
      expected: written
      status: proved
      why: ""
      partition: 0
      offset: 41
      read_by: run
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

from ..module_utils._access.proof import parse_proof
from ..module_utils._ansible.options.connection import connection_from, connection_spec
from ..module_utils._ansible.runner import run_delivery

PATTERNS = {"type": "list", "elements": "raw", "default": []}
SPEC = {
    "username": {"type": "str"},
    "password": {"type": "str", "no_log": True},
    "mechanism": {
        "type": "str",
        "choices": ["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"],
        "default": "SCRAM-SHA-512",
    },
    "servers": {"type": "list", "elements": "str"},
    "protocol": {"type": "str", "choices": ["SASL_PLAINTEXT", "SASL_SSL"]},
    "produce": PATTERNS,
    "consume": PATTERNS,
    "groups": PATTERNS,
    "transactional_ids": PATTERNS,
    "admin_of": PATTERNS,
    "others": PATTERNS,
    "records": {"type": "bool", "default": False},
}


def main() -> None:
    module = AnsibleModule(argument_spec={**connection_spec(), **SPEC}, supports_check_mode=True)
    run_delivery(
        module,
        lambda params: parse_proof(params, connection_from(params).timeout, module.warn),
    )


if __name__ == "__main__":
    main()
