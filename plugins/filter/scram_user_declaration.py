# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Observed users as the variable that declares them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ansible_collections.omninode.kafka.plugins.module_utils._core.foreign import check_literal
from ansible_collections.omninode.kafka.plugins.module_utils._scram_user.export import declaration

DOCUMENTATION = r"""
name: scram_user_declaration
short_description: Declares existing SCRAM users as they are, without passwords
version_added: 0.1.0
author:
  - omninode.kafka contributors (@omninode)
description:
  - Turns users that M(omninode.kafka.scram_user_info) returns into the variable
    C(kafka_scram_users_declared) of the role P(omninode.kafka.kafka_scram_users#role).
  - Kafka shows no password, so none is declared, and M(omninode.kafka.scram_users) leaves these
    users alone until somebody adds it. C(iterations) are left out where they are 4096.
  - Applied to the cluster that the users were read from, the declaration changes nothing.
options:
  _input:
    description:
      - The C(users) that M(omninode.kafka.scram_user_info) returns.
    type: list
    elements: dict
    required: true
notes:
  - The filter leaves out a name that M(omninode.kafka.scram_users) refuses as a mistake, such as
    one that is not ASCII.
  - It refuses a name that Ansible would take for a template, or that no UTF-8 file can hold.
seealso:
  - module: omninode.kafka.scram_user_info
  - module: omninode.kafka.scram_users
"""

EXAMPLES = r"""
- name: Read the users
  omninode.kafka.scram_user_info:
  register: observed

- name: Write the file that declares them
  ansible.builtin.copy:
    content: >-
      {{ observed.users | omninode.kafka.scram_user_declaration
         | to_nice_yaml(indent=2, sort_keys=False) }}
    dest: group_vars/kafka_clusters.yml
    mode: "0644"
"""

RETURN = r"""
_value:
  description: C(kafka_scram_users_declared), in the order of the input.
  type: dict
  sample:
    kafka_scram_users_declared:
      - name: orders
        mechanism: SCRAM-SHA-512
      - name: billing
        mechanism: SCRAM-SHA-256
        iterations: 8192
"""

_FIELDS = frozenset({"name", "mechanism", "iterations"})


class FilterModule:
    """What Ansible loads."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        return {"scram_user_declaration": scram_user_declaration}


def scram_user_declaration(users: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    if not isinstance(users, Sequence) or not all(map(_is_user, users)):
        raise ValueError(
            "give the users that omninode.kafka.scram_user_info returns, "
            "each with name, mechanism and iterations"
        )
    for user in users:
        try:
            check_literal(str(user["name"]))
        except ValueError as error:
            raise ValueError(f"name of a user: {error}") from error
    return {"kafka_scram_users_declared": declaration(users)}


def _is_user(entry: object) -> bool:
    return isinstance(entry, Mapping) and entry.keys() >= _FIELDS
