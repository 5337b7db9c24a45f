#!/usr/bin/python
# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Entry point of omninode.kafka.quotas."""

from __future__ import annotations

DOCUMENTATION = r"""
module: quotas
short_description: Keep a set of Kafka client quotas in its declared state
version_added: 0.1.0
author: omninode.kafka contributors (@omninode)
description:
  - Sets and removes the quotas of users, client IDs, users with client IDs, IP addresses, and their
    defaults. With O(purge), it also removes quotas that are not declared.
  - One call takes any number of entities. It reads all quotas of the cluster with one request, and
    alters up to 9900 keys with one. What is set comes first, then what is removed. Check mode makes
    the same plan, has the broker judge it, and stops there.
  - The module leaves alone what is not declared, also the keys of an entity that its entry does not
    name.
  - A default that is set or lowered, or removed so that a lower one binds, has the hazard
    C(throttling), since clients whom nobody named may do less than before. RV(changes) and the diff
    show how many users that is at least. Unless O(allow) allows it, such a change refuses the plan.
    A refused plan writes nothing.
  - The module reports all mistakes of all entries at once.
  - A broker takes, for one key, the first quota that it finds of user and client ID, user and
    C(client_defaults), user, C(user_defaults) and client ID, C(user_defaults) and
    C(client_defaults), C(user_defaults), client ID, C(client_defaults). Quotas hold for each
    broker, and for all clients of the entity together (KIP-55).
  - The principal needs C(DescribeConfigs) on the cluster to read quotas, and C(AlterConfigs) on the
    cluster to change them. With C(Describe) on the cluster, the evidence counts the users of its
    ACLs.
requirements:
  - kafka-python 3 or newer
options:
  quotas:
    description:
      - The list of declared entities with their quotas. An entry has C(user) or C(user_defaults),
        C(client_id) or C(client_defaults), or one of each of these pairs; or C(ip) or
        C(ip_defaults), which stand alone.
      - An entity can be declared once only. All spellings of an IPv6 address are one.
    type: raw
    default: []
    suboptions:
      user:
        description: The name of a user, without a type such as C(User:).
        type: str
      user_defaults:
        description: Every user that has no quota of its own. The word of C(kafka-configs.sh) is
          C(user-defaults).
        type: bool
        default: false
      client_id:
        description: The C(client.id) of clients. Any client may choose any.
        type: str
      client_defaults:
        description: Every client ID that has no quota of its own.
        type: bool
        default: false
      ip:
        description: The IPv4 or IPv6 address of clients. The name of a host is refused, because a
          controller takes it for the address that it has that day.
        type: str
      ip_defaults:
        description: Each IP address that has no quota of its own, for itself (KIP-612).
        type: bool
        default: false
      quotas:
        description:
          - What the entity may use of each broker. Without C(state=absent) it is needed.
          - A key that is not named is left alone, and one with V(null) is removed.
        type: dict
        suboptions:
          producer_byte_rate:
            description: Bytes a second that it may write, a whole number above 0, or one with a
              unit such as V(10MiB) (C(B KiB MiB GiB TiB)). KIP-13.
            type: str
          consumer_byte_rate:
            description: Bytes a second that it may fetch, likewise.
            type: str
          request_percentage:
            description: The share in percent that it may have of the time of one request or network
              thread, a number above 0, such as V(12.5). With several threads, more than 100 makes
              sense (KIP-124).
            type: float
          controller_mutation_rate:
            description: Partitions a second that it may create or delete, a number above 0
              (KIP-599).
            type: float
          connection_creation_rate:
            description: Connections a second that it may open, a whole number above 0. Only C(ip)
              and C(ip_defaults) have it (KIP-612).
            type: int
      state:
        description: Whether the entity has the quotas. With V(absent), all quotas of the entity are
          removed.
        type: str
        choices: [present, absent]
        default: present
      allow:
        description: The hazards, or V(all), that the change of this entry may have. Prefer it to
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
      - Remove the owned quotas that are not declared, those of entities that no entry names and
        keys that their entry does not name. It needs O(owned_user_prefixes),
        O(owned_client_id_prefixes) or O(owned_ip_networks).
      - The quotas of defaults are never purged. Declare them with C(state=absent).
    type: bool
    default: false
  purge_to_empty:
    description: Let O(purge) remove every owned quota when none is declared as present.
    type: bool
    default: false
  return_quotas:
    description: Return the observed quotas in RV(quotas).
    type: bool
    default: false
extends_documentation_fragment:
  - omninode.kafka.attributes
  - omninode.kafka.attributes.action_group
  - omninode.kafka.connection
  - omninode.kafka.reconcile
  - omninode.kafka.guards
  - omninode.kafka.quota_guards
seealso:
  - module: omninode.kafka.quota_info
  - module: omninode.kafka.undeclared_quotas_info
  - module: omninode.kafka.acls
"""

EXAMPLES = r"""
- name: Limit what services may use of each broker
  omninode.kafka.quotas:
    bootstrap_servers: [127.0.0.1:9092]
    quotas:
      - user: example-orders
        quotas: {producer_byte_rate: 10MiB, consumer_byte_rate: 20MiB}
      - user: example-orders
        client_id: example-batch
        quotas: {producer_byte_rate: 1MiB, request_percentage: 12.5}
      - client_id: example-reports
        quotas: {consumer_byte_rate: 5MiB}
      - ip: 192.0.2.7
        quotas: {connection_creation_rate: 20}

- name: Limit every client ID of one user, and let that bind those whom nobody named
  omninode.kafka.quotas:
    bootstrap_servers: [127.0.0.1:9092]
    quotas:
      - user: example-billing
        client_defaults: true
        quotas: {producer_byte_rate: 2MiB}
        allow: [throttling]

- name: Remove one quota, and all of another entity
  omninode.kafka.quotas:
    bootstrap_servers: [127.0.0.1:9092]
    quotas:
      - user: example-orders
        quotas: {consumer_byte_rate: null}
      - client_id: example-reports
        state: absent

- name: Remove all quotas of one team that are not declared
  omninode.kafka.quotas:
    bootstrap_servers: [127.0.0.1:9092]
    owned_user_prefixes: [example-]
    purge: true
    quotas:
      - user: example-orders
        quotas: {producer_byte_rate: 10MiB}
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
      description: Always V(quota).
      type: str
    name:
      description: Whose quotas change, such as V(user orders), V(user orders with client id app),
        V(ip 192.0.2.7) or V(user defaults).
      type: str
    operation:
      description: V(create) where the entity had no quota, V(alter), or V(delete) where none is
        left. What is deleted comes last.
      type: str
    before:
      description: The quotas that differ, as they were, in Kafka's own units; V(null) for one that
        was not set, and for an entity that had none.
      type: dict
    after:
      description: The same as they are declared; V(null) for one that is removed, and for an entity
        that has none left.
      type: dict
    hazards:
      description:
        - How the change can hurt.
        - V(throttling) - a default is set or lowered, or removed where a lower one then binds, so
          that clients whom nobody named may do less than before. A default is an entity with
          C(user_defaults), C(client_defaults) or C(ip_defaults), also beside the name of a user or
          a client ID. An entity of names alone is bound as it is declared, so it has no hazard.
      type: list
      elements: str
    evidence:
      description: What is at stake. Empty without a hazard.
      type: dict
      contains:
        binds:
          description: How many users are bound more than before, by Kafka's order of precedence and
            the quotas after the run. Counted are the users whom the cluster knows, by its ACLs,
            SCRAM credentials and quotas. There may be others, so the hazard stays even for V(0).
            V(unknown) for defaults of client IDs and addresses, which no cluster knows, and without
            C(Describe) on the cluster.
          type: raw
  sample:
    - kind: quota
      name: user defaults
      operation: alter
      before: {producer_byte_rate: 10485760}
      after: {producer_byte_rate: 1048576}
      hazards: [throttling]
      evidence: {binds: 12}
summary:
  description: The plan in one line.
  returned: as RV(changes)
  type: str
  sample: >-
    cluster 5L6g3nShT-eMCtK--X86sw: create 3, alter 1, unchanged 7; hazards: throttling 1
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
quotas:
  description: The declared entities that have quotas, and with O(purge) all that are owned, as
    observed at the end of the run; in the form that O(quotas) takes, sorted by user, client ID and
    address.
  returned: success and O(return_quotas=true)
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

from ..module_utils._ansible.options.connection import connection_spec
from ..module_utils._ansible.options.reconcile import reconcile_spec
from ..module_utils._ansible.runner import run
from ..module_utils._quota.options import quotas_spec
from ..module_utils._quota.resource import Quotas
from ..module_utils._quota.spec import parse_quota_set

SPEC = quotas_spec()


def main() -> None:
    options = {"return_quotas": {"type": "bool", "default": False}}
    module = AnsibleModule(
        argument_spec={**connection_spec(), **reconcile_spec(), **options, **SPEC},
        supports_check_mode=True,
    )
    run(
        module,
        lambda params: Quotas(
            parse_quota_set(**{name: params[name] for name in SPEC}), params["return_quotas"]
        ),
    )


if __name__ == "__main__":
    main()
