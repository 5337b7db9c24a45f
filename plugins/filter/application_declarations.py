# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Applications, each declared as a whole, as what is declared of each kind of resource."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from ansible_collections.omninode.kafka.plugins.module_utils._application.spec import declarations
from ansible_collections.omninode.kafka.plugins.module_utils._core.errors import InvalidSpec

DOCUMENTATION = r"""
name: application_declarations
short_description: Makes one declaration of each kind from all applications
version_added: 0.1.0
author:
  - omninode.kafka contributors (@omninode)
description:
  - Turns the applications of an inventory, and what it declares beside them, into one list of
    topics, of users, of ACLs and of quotas. Each module then has one whole declaration, so that a
    purge deletes nothing that any application declares.
  - The role P(omninode.kafka.kafka_applications#role) hands the result to the module
    M(omninode.kafka.applications).
  - It refuses all mistakes at once, each with the entry that has it. A topic, a user or a quota
    that two entries declare is one, and so is a user of an absent application as which another one
    acts. What is wrong within the entry of a topic, user, ACL or quota, the module says.
  - The value has the passwords of the users. Do not print it, and do not keep it as a fact.
options:
  _input:
    description:
      - The list of applications, C(kafka_applications_declared) in the role, each a dictionary with
        the following fields.
      - C(name) (required) tells applications apart, and names the user where nothing else does.
      - C(state) is V(present) or V(absent). V(absent) removes all that the entry declares. Default
        V(present).
      - C(topics) is a list of topics, as in the option C(topics) of M(omninode.kafka.topics).
      - C(user) is the user as which it connects, with C(name), C(mechanism), C(iterations) and
        C(password). Its name is that of the application by default. C(users) is a list of several
        such users.
      - C(principal) is whose rights and quota these are, such as V(User:CN=orders). By default it
        is each user, or the user with the name of the application where that declares none. A user
        with C(state=absent) has no rights either.
      - C(produce), C(consume), C(groups), C(transactional_ids), C(idempotent) and C(admin_of) say
        what it does, as in the option O(omninode.kafka.acls#module:acls) of
        M(omninode.kafka.acls).
      - C(quota) is a dictionary of quotas, such as C(producer_byte_rate) with V(10MiB), which binds
        its user. C(quotas) is a list of quotas with whom they bind. One that does not say whom
        binds its user.
      - C(allow) is a list of hazards that the changes of all that it declares may have.
      - C(labels) is a dictionary of labels of all its topics.
    type: list
    elements: dict
    required: true
  topics:
    description: Topics that are declared beside the applications, C(kafka_topics_declared).
    type: list
    elements: dict
    default: []
  users:
    description: Users that are declared beside them, C(kafka_scram_users_declared).
    type: list
    elements: dict
    default: []
  acls:
    description: ACLs that are declared beside them, C(kafka_acls_declared).
    type: list
    elements: dict
    default: []
  quotas:
    description: Quotas that are declared beside them, C(kafka_quotas_declared).
    type: list
    elements: dict
    default: []
seealso:
  - module: omninode.kafka.applications
"""

EXAMPLES = r"""
- name: Keep all that two applications need
  omninode.kafka.applications:
    bootstrap_servers: [127.0.0.1:9092]
    topics:
      topics: "{{ declared.topics }}"
    acls:
      acls: "{{ declared.acls }}"
  vars:
    declared: "{{ applications | omninode.kafka.application_declarations }}"
    applications:
      - name: example-orders
        topics:
          - name: example.orders
            partitions: 6
        produce: [example.orders]
      - name: example-billing
        consume: [example.orders]
        groups: [{prefixed: example-billing.}]
"""

RETURN = r"""
_value:
  description: C(topics), C(users), C(acls) and C(quotas), each a list. What is declared beside the
    applications comes first.
  type: dict
  sample:
    topics:
      - name: example.orders
        partitions: 6
    users: []
    acls:
      - principal: User:example-orders
        produce: [example.orders]
      - principal: User:example-billing
        consume: [example.orders]
        groups: [{prefixed: example-billing.}]
    quotas: []
"""


class FilterModule:
    """What Ansible loads."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        return {"application_declarations": application_declarations}


def application_declarations(
    applications: object,
    topics: Sequence[object] = (),
    users: Sequence[object] = (),
    acls: Sequence[object] = (),
    quotas: Sequence[object] = (),
) -> dict[str, list[object]]:
    beside = {"topics": topics, "users": users, "acls": acls, "quotas": quotas}
    try:
        return declarations(applications, beside)
    except InvalidSpec as error:
        raise ValueError(str(error)) from None
