#!/usr/bin/python
# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Entry point of omninode.kafka.scram_users."""

from __future__ import annotations

DOCUMENTATION = r"""
module: scram_users
short_description: Keep a set of Kafka SCRAM users in its declared state
version_added: 0.1.0
author: omninode.kafka contributors (@omninode)
description:
  - Creates, alters and deletes the credentials by which users log in with SCRAM (KIP-554). With
    O(purge), it also deletes credentials that are not declared.
  - Kafka shows no password. So the module tries each declared password of a user that exists, by
    logging in with it. A password that the cluster takes is proved, and nothing is changed. One
    that it refuses is set. One that cannot be tried, because no listener offers the mechanism or
    none is reachable, is left as it is, with a warning, unless O(set_unproved) is true. Check mode
    tries them too.
  - Each try is a connection of its own, about 20 at once. A password that differs costs one failed
    login, which may show in the audit logs of the cluster; with O(prove=false) there are no tries.
  - One call takes any number of users. It reads all credentials of the cluster with one request,
    creates what is missing, alters what differs, and then deletes. Kafka's client derives a key
    from each password that is set, which takes a few milliseconds of CPU for 4096 iterations.
  - A user that is declared without a password is left alone.
  - Deleting a credential, or setting another password, does not end sessions that are open.
    C(connections.max.reauth.ms) of the brokers bounds how long they last (KIP-368).
  - To rotate a password without an outage, first create a second credential, with the other
    mechanism or for another user, let all clients use it, and delete the first one by a later run.
  - The principal needs C(Describe) on the cluster to read credentials, and C(Alter) on the cluster
    to change them. To weigh what is at stake, it reads ACLs, which needs C(Describe) too. A
    delegation token cannot change credentials.
options:
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
          Prefer it to the module's option O(allow), which allows them for all entries.
        type: raw
      exempt:
        description: The names of O(policies) that are not applied to the entry, as a list.
        type: raw
  purge:
    description: Delete the credentials of owned users that are not declared. It needs
      O(owned_prefixes).
    type: bool
    default: false
  purge_to_empty:
    description: Let O(purge) delete every credential of owned users when none is declared as
      present.
    type: bool
    default: false
  return_users:
    description: Return the observed credentials in RV(users).
    type: bool
    default: false
extends_documentation_fragment:
  - omninode.kafka.attributes
  - omninode.kafka.attributes.action_group
  - omninode.kafka.connection
  - omninode.kafka.reconcile
  - omninode.kafka.guards
  - omninode.kafka.scram_user_guards
notes:
  - RV(plan_id) holds nothing of a password, so plans that differ only in the passwords that they
    set have the same one.
seealso:
  - module: omninode.kafka.scram_user_info
  - module: omninode.kafka.undeclared_scram_users_info
  - module: omninode.kafka.acls
"""

EXAMPLES = r"""
- name: Let two services log in
  omninode.kafka.scram_users:
    bootstrap_servers: [127.0.0.1:9092]
    users:
      - name: example-orders
        password: "{{ example_orders_password | default('a secret from a vault') }}"
      - name: example-billing
        mechanism: SCRAM-SHA-256
        iterations: 8192
        password: "{{ example_billing_password | default('another one') }}"

- name: Begin a rotation with a second credential of the same user
  omninode.kafka.scram_users:
    bootstrap_servers: [127.0.0.1:9092]
    users:
      - name: example-orders
      - name: example-orders
        mechanism: SCRAM-SHA-256
        password: "{{ example_orders_next_password | default('the next secret') }}"

- name: End it when all clients use the second one
  omninode.kafka.scram_users:
    bootstrap_servers: [127.0.0.1:9092]
    users:
      - name: example-orders
        state: absent
        allow: [in_use]
      - name: example-orders
        mechanism: SCRAM-SHA-256

- name: Delete all users of one team that are not declared
  omninode.kafka.scram_users:
    bootstrap_servers: [127.0.0.1:9092]
    owned_prefixes: [example-]
    purge: true
    allow: [in_use]
    users:
      - name: example-orders
        mechanism: SCRAM-SHA-256
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
      description: Always V(user).
      type: str
    name:
      description: The user and the mechanism, such as V(orders (SCRAM-SHA-512\)).
      type: str
    operation:
      description: V(create), V(alter) or V(delete). What is missing is created first, and deletions
        come last.
      type: str
    before:
      description:
        - The values that an alteration replaces. Instead of a password, C(password) says V(not as
          declared) or V(not proved).
        - The credential that is deleted, with C(name), C(mechanism) and C(iterations); V(null) if
          one is created.
      type: dict
    after:
      description:
        - The values that an alteration sets. Instead of a password, C(password) says V(as
          declared).
        - The credential that is created; V(null) if one is deleted.
      type: dict
    hazards:
      description:
        - How the change can hurt.
        - V(in_use) - a credential is deleted, or its password is replaced, while ACLs name the
          user. Who uses it can no longer log in. Without such ACLs, this hazard is left out. It
          stays if they cannot be read, or if the cluster has no authorizer.
      type: list
      elements: str
    evidence:
      description: What is at stake. Empty without a hazard.
      type: dict
      contains:
        rights:
          description: How many ACLs name the user; V(unknown) if that cannot be read. Super users
            may have none, and brokers hide them.
          type: raw
        mechanisms:
          description: The mechanisms by which the user can log in after the run, too.
          type: list
          elements: str
  sample:
    - kind: user
      name: orders (SCRAM-SHA-512)
      operation: alter
      before: {iterations: 4096, password: not as declared}
      after: {iterations: 8192, password: as declared}
      hazards: [in_use]
      evidence: {rights: 3, mechanisms: [SCRAM-SHA-256]}
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
    users:
      description: Deletes the credentials that were created, in the form that
        M(omninode.kafka.scram_users) takes.
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
users:
  description: The declared credentials that exist, and with O(purge) all of owned users, as
    observed at the end of the run; in the form that O(users) takes, without passwords, sorted by
    name.
  returned: success and O(return_users=true)
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

from ..module_utils._ansible.entries import EntriesModule
from ..module_utils._ansible.options.connection import connection_spec
from ..module_utils._ansible.options.reconcile import reconcile_spec
from ..module_utils._ansible.runner import run
from ..module_utils._scram_user.options import scram_users_spec
from ..module_utils._scram_user.resource import ScramUsers
from ..module_utils._scram_user.spec import parse_scram_user_set

SPEC = scram_users_spec()


def main() -> None:
    options = {"return_users": {"type": "bool", "default": False}}
    module = EntriesModule(
        "users",
        argument_spec={**connection_spec(), **reconcile_spec(), **options, **SPEC},
        supports_check_mode=True,
    )
    run(
        module,
        lambda params: ScramUsers(
            parse_scram_user_set(**module.declared(SPEC)), params["return_users"]
        ),
    )


if __name__ == "__main__":
    main()
