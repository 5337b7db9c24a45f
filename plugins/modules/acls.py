#!/usr/bin/python
# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Entry point of omninode.kafka.acls."""

from __future__ import annotations

DOCUMENTATION = r"""
module: acls
short_description: Keep a set of Kafka ACLs in its declared state
version_added: 0.1.0
author: omninode.kafka contributors (@omninode)
description:
  - Creates and deletes ACLs. Declare them as Kafka has them, or declare what a principal does, and
    the module gives it the rights that this takes and no more. With O(purge), it also deletes ACLs
    that are not declared.
  - One call takes any number of ACLs. It reads all ACLs of the cluster with one request, creates
    what is missing, up to 9900 with one, and then deletes. Where there are many ACLs, it deletes
    with several requests, since each takes the controller a time that grows with their number.
    Check mode makes the same plan and stops there.
  - A change is what one principal gains or loses on one resource. A change that can hurt has
    hazards, which RV(changes) and the diff show with the evidence of what is at stake. Unless
    O(allow) allows its hazards, such a change refuses the plan. A refused plan writes nothing.
  - Brokers take an ACL that does nothing, such as one with a host name or with an operation that
    the resource does not have. The module refuses such mistakes, all at once. An ACL with
    C(state=absent) may have them, so that it can be deleted.
  - A plan is refused, whatever is allowed, if the principal of the run could no longer alter ACLs
    by the ACLs of the cluster, or if no ACL would be left that lets anybody alter them. Brokers
    hide who is a super user, so that is judged by the ACLs alone.
  - The principal needs C(Describe) on the cluster to read ACLs, and C(Alter) on the cluster to
    change them. With C(Describe) on groups and topics, the evidence says what is in use. The
    cluster needs an authorizer (C(authorizer.class.name)).
options:
  acls:
    description:
      - The list of declared ACLs. An entry either has C(resource_type), C(resource_name) and
        C(operations), or says what its principal does by C(produce), C(consume), C(groups),
        C(transactional_ids), C(admin_of) and C(idempotent). The module reports all mistakes of all
        entries at once.
      - The same ACL may be declared twice, but not both as present and as absent.
      - Kafka implies C(describe) by C(read), C(write), C(delete) and C(alter), and
        C(describe_configs) by C(alter_configs), so they need not be declared beside these.
    type: raw
    default: []
    suboptions:
      principal:
        description: Who it is, with the type, such as C(User:orders). V(User:*) is every user.
          Brokers know no other wildcard here.
        type: str
        required: true
      resource_type:
        description:
          - The type of the resource.
          - The client library cannot write ACLs on V(delegation_token) and V(user). They are
            refused when the cluster is read, with the program to use.
        type: str
        choices: [topic, group, cluster, transactional_id, delegation_token, user]
      resource_name:
        description: The name of the resource. V(*) as a literal name is every resource of the type.
          A V(cluster) needs none.
        type: str
      pattern_type:
        description: Whether C(resource_name) is the name itself, or the beginning of names.
        type: str
        choices: [literal, prefixed]
        default: literal
      operations:
        description:
          - What the principal may do. V(all) is every operation.
          - A V(topic) has V(read), V(write), V(create), V(delete), V(alter), V(describe),
            V(describe_configs) and V(alter_configs).
          - A V(group) has V(read), V(delete), V(describe), and since Kafka 4.0 V(describe_configs)
            and V(alter_configs).
          - A V(cluster) has V(create), V(alter), V(describe), V(cluster_action),
            V(describe_configs), V(alter_configs) and V(idempotent_write).
          - A V(transactional_id) has V(write) and V(describe). The others have operations that the
            client library cannot write.
        type: list
        elements: str
      permission:
        description: Whether the operations are allowed or denied. A denial wins over every
          allowance.
        type: str
        choices: [allow, deny]
        default: allow
      host:
        description: The IP address that the client must have, or V(*) for any. Brokers compare it
          with the address alone, never with a name or a network.
        type: str
        default: "*"
      produce:
        description:
          - >-
            The topics to which the principal writes, each by its name or, for all that begin so, as
            in C({prefixed: shop.}).
          - It gives C(WRITE) on each topic, which Produce asks for. An idempotent producer needs no
            more since Kafka 2.8 (KIP-679).
        type: list
        elements: raw
      consume:
        description:
          - The topics that the principal reads, in the same form.
          - It gives C(READ) on each topic, which Fetch and ListOffsets ask for.
        type: list
        elements: raw
      groups:
        description:
          - The consumer groups in which it reads, in the same form.
          - It gives C(READ) on each group, which joining it, and reading and committing its
            offsets, ask for; in a transaction too.
        type: list
        elements: raw
      transactional_ids:
        description:
          - The transactional IDs that its producers have, in the same form.
          - It gives C(WRITE) on each transactional ID, which InitProducerId, AddPartitionsToTxn,
            AddOffsetsToTxn, TxnOffsetCommit and EndTxn ask for (KIP-98). The topics belong into
            C(produce), the groups whose offsets are committed into C(groups).
        type: list
        elements: raw
      idempotent:
        description:
          - Whether its producers are idempotent on brokers before Kafka 2.8.
          - It gives C(IDEMPOTENT_WRITE) on the cluster, which later brokers do not ask for
            (KIP-679).
        type: bool
        default: false
      admin_of:
        description:
          - The topics that it creates, deletes and configures, in the same form.
          - It gives C(CREATE), C(DELETE), C(ALTER) and C(ALTER_CONFIGS) on each topic, which are
            what M(omninode.kafka.topics) needs to keep them without moving replicas, but for
            C(DESCRIBE_CONFIGS) on the cluster, by which it knows the broker's defaults.
        type: list
        elements: raw
      state:
        description: Whether the ACLs exist.
        type: str
        choices: [present, absent]
        default: present
      allow:
        description: The hazards, or V(all), that the changes of this entry may have. Prefer it to
          the module's option O(allow), which allows them for all entries.
        type: list
        elements: str
        default: []
      exempt:
        description: The names of O(policies) that are not applied to the entry.
        type: list
        elements: str
        default: []
  purge:
    description:
      - Delete the owned ACLs that are not declared. It needs O(owned_principals),
        O(owned_principal_prefixes) or O(owned_prefixes).
      - An ACL for which the client library has no word, such as one on a delegation token, is never
        purged. A warning names it.
    type: bool
    default: false
  purge_to_empty:
    description: Let O(purge) delete every owned ACL when none is declared as present.
    type: bool
    default: false
  return_acls:
    description: Return the observed ACLs in RV(acls).
    type: bool
    default: false
extends_documentation_fragment:
  - omninode.kafka.attributes
  - omninode.kafka.attributes.action_group
  - omninode.kafka.connection
  - omninode.kafka.reconcile
  - omninode.kafka.guards
  - omninode.kafka.acl_guards
seealso:
  - module: omninode.kafka.acl_info
  - module: omninode.kafka.access_proof
  - module: omninode.kafka.undeclared_acls_info
  - module: omninode.kafka.topics
"""

EXAMPLES = r"""
- name: Let services do what they do, and nothing else
  omninode.kafka.acls:
    bootstrap_servers: [127.0.0.1:9092]
    acls:
      - principal: User:example-orders
        produce: [example.orders]
        consume: [example.customers, {prefixed: example.prices.}]
        groups: [example-orders]
      - principal: User:example-billing
        consume: [example.orders]
        groups: [{prefixed: example-billing.}]
        produce: [example.invoices]
        transactional_ids: [{prefixed: example-billing-}]

- name: Declare ACLs as Kafka has them
  omninode.kafka.acls:
    bootstrap_servers: [127.0.0.1:9092]
    acls:
      - principal: User:example-audit
        resource_type: topic
        resource_name: example.
        pattern_type: prefixed
        operations: [read, describe_configs]
        host: 192.0.2.7
      - principal: User:example-guest
        resource_type: topic
        resource_name: example.salaries
        operations: [all]
        permission: deny
      - principal: User:example-former
        resource_type: group
        resource_name: example-orders
        operations: [read]
        state: absent

- name: Delete all rights of one service that are not declared
  omninode.kafka.acls:
    bootstrap_servers: [127.0.0.1:9092]
    owned_principals: [User:example-orders]
    purge: true
    acls:
      - principal: User:example-orders
        produce: [example.orders]

- name: Let every user read one topic
  omninode.kafka.acls:
    bootstrap_servers: [127.0.0.1:9092]
    acls:
      - principal: User:*
        consume: [example.status]
        allow: [widening]
"""

RETURN = r"""
changed:
  description:
    - Whether the run changed something, or may have. In a failed result it is V(true) when
      RV(outcome.applied) or RV(outcome.unknown) is not empty. Ansible shows it there only in the
      registered result.
  returned: always
  type: bool
changes:
  description:
    - The planned changes, in the order in which they are applied. They are the same in check mode
      and in the real run after it.
    - If the plan is refused, only the changes that are refused, because Ansible prints a failed
      result as a whole. RV(summary) counts all, and O(report_refused) returns all in check mode.
  returned: always, unless the declaration is invalid or the cluster cannot be reached
  type: list
  elements: dict
  contains:
    kind:
      description: Always V(acl).
      type: str
    name:
      description: Whose right it is, and on which resource, such as V(User:orders on topic
        shop.orders). In parentheses follows what differs from a literal name, from V(allow) and
        from any host.
      type: str
    operation:
      description: V(create) or V(delete). What is missing is created before anything is deleted.
      type: str
    before:
      description: The ACLs that are deleted, in the form that O(acls) takes; V(null) if ACLs are
        created.
      type: dict
    after:
      description: The ACLs that are created, in the form that O(acls) takes; V(null) if ACLs are
        deleted.
      type: dict
    hazards:
      description:
        - How the change can hurt.
        - V(in_use) - a principal can no longer read a group or topic, and a consumer group that is
          active may be its own. Or it can no longer write to a topic that somebody wrote to within
          a day. Without such a group or topic, this hazard is left out. Or a principal
          loses C(CLUSTER_ACTION), by which brokers replicate unless they are super users.
        - V(widening) - a right is given to every user, or on every name, or for every host after it
          was given for certain hosts only; or a denial is removed.
      type: list
      elements: str
    evidence:
      description: What is at stake. Empty without a hazard.
      type: dict
      contains:
        groups:
          description: The active groups that may be stopped, each with the principals that may read
            it by their ACLs before the change. Super users are missing, because brokers hide them.
            V(unknown) without C(Describe) on the groups.
          type: raw
        written:
          description: The topics to which the principal may no longer write, each with the time of
            its newest record, if that is less than a day ago. Kafka does not tell who wrote it.
            V(unknown) if the record has no time, and without C(Describe) on a topic that an ACL
            names.
          type: dict
        brokers:
          description: Why brokers may stop to replicate.
          type: str
        widening:
          description: Why more may be done than before.
          type: str
  sample:
    - kind: acl
      name: User:orders on topic shop.orders
      operation: delete
      before:
        principal: User:orders
        resource_type: topic
        resource_name: shop.orders
        pattern_type: literal
        operations: [read]
        permission: allow
        host: "*"
      after: null
      hazards: [in_use]
      evidence: {groups: {orders.app: [User:orders]}}
summary:
  description: The plan in one line.
  returned: as RV(changes)
  type: str
  sample: >-
    cluster 5L6g3nShT-eMCtK--X86sw: create 3, delete 1, unchanged 7; hazards: in_use 1
cluster_id:
  description: The ID of the cluster.
  returned: as RV(changes)
  type: str
plan_id:
  description:
    - Identifies this plan and the observed state that it rests on, for O(expected_plan_id). Counts
      and times in the evidence do not change it.
  returned: as RV(changes)
  type: str
  sample: 83722c60487870a9758c7844afcc498c
undo:
  description: The declaration that takes the changes back. It is known before the first change, and
    is the same in check mode.
  returned: when there are changes, unless the plan is refused
  type: dict
  contains:
    cluster_id:
      description: The ID of the cluster that the undo belongs to.
      type: str
    acls:
      description: Declares the ACLs as they were, in the form that M(omninode.kafka.acls) takes.
      type: list
      elements: dict
    not_undone:
      description: What no declaration brings back, one sentence each.
      type: list
      elements: str
not_validated:
  description: The changes that the broker could not judge beforehand, each with C(name),
    C(operation) and C(why).
  returned: success, unless the plan is refused
  type: list
  elements: dict
acls:
  description: The declared ACLs that exist, and with O(purge) all that are owned, as observed at
    the end of the run; in the form that O(acls) takes, sorted by principal and resource.
  returned: success and O(return_acls=true)
  type: list
  elements: dict
outcome:
  description: What became of each planned change.
  returned: when the plan is refused, or when the cluster is not as planned after the changes
  type: dict
  contains:
    applied:
      description: The changes that were made, as in RV(changes).
      type: list
      elements: dict
    failed:
      description: What failed or was refused, each with C(name) and C(why). If a guard refused it,
        C(guard) names it and C(setting) is what allows it. Changes are as in RV(changes).
      type: list
      elements: dict
    pending:
      description: The changes that were not tried, as in RV(changes). Empty if the plan is refused,
        because then nothing was tried.
      type: list
      elements: dict
    unknown:
      description:
        - The changes that may have been made, as in RV(changes), each with C(why). Their answers
          were lost, and no broker showed the changes within the time that O(wait) gives. They may
          still be made. Run again.
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
  returned: on failure, and with O(report_refused) for a refused plan
  type: str
"""

from ansible.module_utils.basic import AnsibleModule

from ..module_utils._acl.options import acls_spec
from ..module_utils._acl.resource import Acls
from ..module_utils._acl.spec import parse_acl_set
from ..module_utils._ansible.options.connection import connection_spec
from ..module_utils._ansible.options.reconcile import reconcile_spec
from ..module_utils._ansible.runner import run

SPEC = acls_spec()


def main() -> None:
    options = {"return_acls": {"type": "bool", "default": False}}
    module = AnsibleModule(
        argument_spec={**connection_spec(), **reconcile_spec(), **options, **SPEC},
        supports_check_mode=True,
    )
    run(
        module,
        lambda params: Acls(
            parse_acl_set(**{name: params[name] for name in SPEC}), params["return_acls"]
        ),
    )


if __name__ == "__main__":
    main()
