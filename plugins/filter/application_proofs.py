# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is to be proved of each application, as its own users."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ansible_collections.omninode.kafka.plugins.module_utils._application.proofs import proofs
from ansible_collections.omninode.kafka.plugins.module_utils._core.errors import InvalidSpec

DOCUMENTATION = r"""
name: application_proofs
short_description: Tells what to prove of each application
version_added: 0.1.0
author:
  - omninode.kafka contributors (@omninode)
description:
  - Turns applications, as P(omninode.kafka.application_declarations#filter) takes them, into the
    options with which M(omninode.kafka.access_proof) proves what they may do, one dictionary for
    each user with a password.
  - The role P(omninode.kafka.kafka_applications#role) proves them one after the other.
  - The value has the passwords of the users. Do not print it, do not loop over it, and do not keep
    it as a fact.
options:
  _input:
    description: The list of applications. Those that are absent are left out.
    type: list
    elements: dict
    required: true
seealso:
  - module: omninode.kafka.access_proof
"""

EXAMPLES = r"""
- name: Prove what the first application may do
  omninode.kafka.access_proof:
    bootstrap_servers: [127.0.0.1:9093]
    security_protocol: SASL_SSL
    ca_cert: /etc/kafka/ca.pem
    sasl_mechanism: SCRAM-SHA-512
    sasl_username: admin
    sasl_password: "{{ admin_password }}"
    username: "{{ proofs[0].username }}"
    password: "{{ proofs[0].password }}"
    produce: "{{ proofs[0].produce }}"
    others: "{{ proofs[0].others }}"
  vars:
    proofs: "{{ applications | omninode.kafka.application_proofs }}"
    applications:
      - name: example-orders
        user:
          password: "{{ orders_password }}"
        topics:
          - name: example.orders
        produce: [example.orders]
"""

RETURN = r"""
_value:
  description: C(name) of the application and, as the module takes them, C(username), C(password),
    C(mechanism), what the application does, and in C(others) the topics that other applications
    declare.
  type: list
  elements: dict
"""


class FilterModule:
    """What Ansible loads."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        return {"application_proofs": application_proofs}


def application_proofs(applications: object) -> list[dict[str, Any]]:
    try:
        return proofs(applications)
    except InvalidSpec as error:
        raise ValueError(str(error)) from None
