# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Observed ACLs as the variable that declares them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from ansible_collections.omninode.kafka.plugins.module_utils._acl.export import declaration
from ansible_collections.omninode.kafka.plugins.module_utils._core.foreign import check_literal

DOCUMENTATION = r"""
name: acl_declaration
short_description: Declares existing ACLs as they are
version_added: 0.1.0
author:
  - omninode.kafka contributors (@omninode)
description:
  - Turns ACLs that M(omninode.kafka.acl_info) returns into the variable C(kafka_acls_declared) of
    the role P(omninode.kafka.kafka_acls#role). Where the rights of a principal on a resource are
    those that C(produce), C(consume), C(groups), C(transactional_ids), C(admin_of) or
    C(idempotent) take, they are declared so; the others as Kafka has them.
  - Fields that have their default are left out.
  - Applied to the cluster that the ACLs were read from, the declaration changes nothing.
options:
  _input:
    description:
      - The C(acls) that M(omninode.kafka.acl_info) returns.
    type: list
    elements: dict
    required: true
notes:
  - An ACL that M(omninode.kafka.acls) refuses as a mistake, such as one for the name of a host, is
    left out. It does nothing.
  - The filter refuses a principal, name or host that Ansible would take for a template, or that no
    UTF-8 file can hold.
seealso:
  - module: omninode.kafka.acl_info
  - module: omninode.kafka.acls
"""

EXAMPLES = r"""
- name: Read the ACLs
  omninode.kafka.acl_info:
  register: observed

- name: Write the file that declares them
  ansible.builtin.copy:
    content: >-
      {{ observed.acls | omninode.kafka.acl_declaration
         | to_nice_yaml(indent=2, sort_keys=False) }}
    dest: group_vars/kafka_clusters.yml
    mode: "0644"
"""

RETURN = r"""
_value:
  description: C(kafka_acls_declared), in the order of the input. What a principal does is in one
    entry, where the first right for it was.
  type: dict
  sample:
    kafka_acls_declared:
      - principal: User:orders
        produce: [shop.orders]
        consume: [shop.customers, {prefixed: shop.prices.}]
        groups: [orders.app]
      - principal: User:audit
        resource_type: topic
        resource_name: shop.orders
        operations: [describe_configs, read]
"""

_FIELDS = frozenset({"principal", "resource_type", "resource_name", "operations", "host"})


class FilterModule:
    """What Ansible loads."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        return {"acl_declaration": acl_declaration}


def acl_declaration(acls: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    if not isinstance(acls, Sequence) or not all(map(_is_acl, acls)):
        raise ValueError(
            "give the acls that omninode.kafka.acl_info returns, "
            "each with principal, resource_type, resource_name, operations and host"
        )
    declared = declaration(acls)
    for entry in declared:
        _check_literal(entry)
    return {"kafka_acls_declared": declared}


def _is_acl(entry: object) -> bool:
    return isinstance(entry, Mapping) and entry.keys() >= _FIELDS


def _check_literal(entry: Mapping[str, Any]) -> None:
    for field, value in entry.items():
        for text in _texts(value):
            try:
                check_literal(text)
            except ValueError as error:
                raise ValueError(f"{field} of an ACL: {error}") from error


def _texts(value: object) -> Iterator[str]:
    """The value, or those in its lists and dictionaries."""
    if isinstance(value, Mapping):
        value = list(value.values())
    if not isinstance(value, list):
        yield str(value)
        return
    for item in value:
        yield from _texts(item)
