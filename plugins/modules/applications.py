#!/usr/bin/python
# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Entry point of omninode.kafka.applications."""

from __future__ import annotations

DOCUMENTATION = r"""
module: applications
short_description: Keep all that applications need of Kafka in its declared state, by one plan
version_added: 0.1.0
author: omninode.kafka contributors (@omninode)
description:
  - Keeps topics, SCRAM users, ACLs and client quotas, as M(omninode.kafka.topics),
    M(omninode.kafka.scram_users), M(omninode.kafka.acls) and M(omninode.kafka.quotas) do, but with
    one plan, one RV(plan_id) and one RV(undo) for all of them. A refusal of one kind refuses the
    plan, and then nothing of any kind is written.
  - It creates and alters in the order of dependence, first topics, then users, ACLs and quotas.
    Then it deletes, in the reverse order.
  - A user whose rights go in the same run puts nothing at stake itself. Whether somebody needs
    these rights is told with the ACLs.
  - A kind of which nothing is declared, and which has no purge, is neither read nor changed.
  - Once a change has failed, or its answer was lost, nothing is sent of the kinds that come after
    it. RV(outcome) tells what became of each change.
  - The role P(omninode.kafka.kafka_applications#role) makes these declarations of applications,
    each declared as a whole. It uses P(omninode.kafka.application_declarations#filter).
  - The principal needs the rights that the modules of the declared kinds need.
options:
  topics:
    description:
      - The declared topics and how they are kept. These are the options of
        M(omninode.kafka.topics), but for those of the connection, for those that are options
        here, and for C(return_topics).
      - So the list of topics is C(topics) in here.
    type: dict
  users:
    description:
      - The list of declared credentials. A user has at most one for each mechanism, and each of
        them has a password of its own.
      - The module reports all mistakes of all entries at once. No message quotes a password.
    type: list
    elements: dict
    default: []
    suboptions:
      name:
        description: The name of the user, without C(User:). It is required.
        type: raw
      mechanism:
        description: V(SCRAM-SHA-256) or V(SCRAM-SHA-512). Without it, V(SCRAM-SHA-512).
        type: raw
      iterations:
        description:
          - How often the client derives the key, a number from 4096 to 16384, as Kafka takes it.
          - Without it, a new credential gets 4096, and an existing one keeps its number.
          - Kafka alters it only together with the password, so that must be declared too.
        type: raw
      password:
        description:
          - The password, a string. Put digits in quotes.
          - It is needed to create a credential. Without it, an existing credential is left alone.
          - It is in no result, diff, undo, plan ID, message or log, nor is anything that is derived
            from it.
        type: raw
      state:
        description: V(present) or V(absent). Without it, V(present).
        type: raw
      allow:
        description: The hazards, or V(all), that the change of this credential may have, as a list.
          Prefer it to C(allow) in O(scram_users), which allows them for all entries.
        type: raw
      exempt:
        description: The names of C(policies) that are not applied to the entry, as a list.
        type: raw
  scram_users:
    description:
      - How the users are kept. These are the options of M(omninode.kafka.scram_users), but for
        C(users), for those of the connection, for those that are options here, and for
        C(return_users).
    type: dict
  acls:
    description:
      - The declared ACLs and how they are kept. These are the options of M(omninode.kafka.acls),
        but for those of the connection, for those that are options here, and for C(return_acls).
      - So the list of ACLs is C(acls) in here.
    type: dict
  quotas:
    description:
      - The declared quotas and how they are kept. These are the options of
        M(omninode.kafka.quotas), but for those of the connection, for those that are options
        here, and for C(return_quotas).
      - So the list of quotas is C(quotas) in here.
    type: dict
  return_state:
    description: Return the observed state in RV(state).
    type: bool
    default: false
extends_documentation_fragment:
  - omninode.kafka.attributes
  - omninode.kafka.attributes.action_group
  - omninode.kafka.connection
  - omninode.kafka.reconcile
seealso:
  - module: omninode.kafka.topics
  - module: omninode.kafka.scram_users
  - module: omninode.kafka.acls
  - module: omninode.kafka.quotas
"""

EXAMPLES = r"""
- name: Keep the topic of an application, its user, its right to write to it, and how fast
  omninode.kafka.applications:
    bootstrap_servers: [127.0.0.1:9092]
    topics:
      topics:
        - name: example.orders
          partitions: 6
    users:
      - name: example-orders
        password: "{{ orders_password }}"
    acls:
      acls:
        - principal: User:example-orders
          produce: [example.orders]
    quotas:
      quotas:
        - user: example-orders
          quotas:
            producer_byte_rate: 10MiB

- name: Take all of it away again, the topic last
  omninode.kafka.applications:
    bootstrap_servers: [127.0.0.1:9092]
    topics:
      topics:
        - name: example.orders
          state: absent
    users:
      - name: example-orders
        state: absent
    acls:
      acls:
        - principal: User:example-orders
          produce: [example.orders]
          state: absent
    quotas:
      quotas:
        - user: example-orders
          state: absent
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
      description: The kind of the resource, V(topic), V(user), V(acl) or V(quota). The module that
        keeps this kind alone documents what its changes have.
      type: str
    name:
      description: Name of the resource.
      type: str
    operation:
      description: What is done to the resource, such as V(create) or V(delete).
      type: str
    before:
      description: What differs, as observed. V(null) if the resource does not exist.
      type: dict
    after:
      description: What differs, as declared. V(null) if the resource is deleted.
      type: dict
    hazards:
      description: How the change can hurt.
      type: list
      elements: str
    evidence:
      description: What is at stake, as read from the cluster.
      type: dict
summary:
  description: The plan in one line.
  returned: as RV(changes)
  type: str
  sample: >-
    cluster 5L6g3nShT-eMCtK--X86sw: topics: create 2, unchanged 1; users: create 1; ACLs: create
    3; quotas: create 1
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
  description: The declarations that take the changes back, of each kind that is changed. They are
    known before the first change, and are the same in check mode. The playbook C(undo) applies them
    by one call of this module.
  returned: when there are changes, unless the plan is refused
  type: dict
  contains:
    cluster_id:
      description: The ID of the cluster that the undo belongs to.
      type: str
    topics:
      description: Declares the topics as they were, in the form that M(omninode.kafka.topics)
        takes.
      type: list
      elements: dict
    users:
      description: Deletes the credentials that were created, in the form that
        M(omninode.kafka.scram_users) takes.
      type: list
      elements: dict
    acls:
      description: Declares the ACLs as they were, in the form that M(omninode.kafka.acls) takes.
      type: list
      elements: dict
    quotas:
      description: Declares the quotas as they were, in the form that M(omninode.kafka.quotas)
        takes.
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
state:
  description: What is declared, as observed at the end of the run, by kind, as the module that
    keeps it alone returns it (C(topics), C(users), C(acls), C(quotas)). With a purge, all that is
    owned.
  returned: success and O(return_state=true)
  type: dict
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

from ..module_utils._ansible.entries import EntriesModule
from ..module_utils._ansible.options.connection import connection_spec
from ..module_utils._ansible.options.reconcile import reconcile_spec
from ..module_utils._ansible.runner import run
from ..module_utils._application.options import applications_spec, parse_parts
from ..module_utils._application.resource import Applications


def main() -> None:
    options = {"return_state": {"type": "bool", "default": False}, **applications_spec()}
    module = EntriesModule(
        "users",
        argument_spec={**connection_spec(), **reconcile_spec(), **options},
        supports_check_mode=True,
    )
    run(
        module,
        lambda params: Applications(
            parse_parts({**params, "users": module.entries}), params["return_state"]
        ),
    )


if __name__ == "__main__":
    main()
