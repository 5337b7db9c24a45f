# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The result of acl_info or undeclared_acls_info as the lines of a table."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ansible_collections.omninode.kafka.plugins.module_utils._core.table import lines, some_of

DOCUMENTATION = r"""
name: acl_table
short_description: Shows ACLs as a table
version_added: 0.1.0
author:
  - omninode.kafka contributors (@omninode)
description:
  - Turns the result of M(omninode.kafka.acl_info) or M(omninode.kafka.undeclared_acls_info) into
    the lines of a table for people.
  - A line has what one principal may do, or is denied, with one resource from one host.
  - The ACLs for which the client library has no word come last. What it cannot tell is V(unknown).
options:
  _input:
    description:
      - The registered result of M(omninode.kafka.acl_info) or
        M(omninode.kafka.undeclared_acls_info).
    type: dict
    required: true
notes:
  - The result of M(omninode.kafka.undeclared_acls_info) also has the column C(ACTIVE), the active
    consumer groups that could no longer read without the ACL. V(a,b,c,+2) means five groups.
seealso:
  - module: omninode.kafka.acl_info
  - module: omninode.kafka.undeclared_acls_info
"""

EXAMPLES = r"""
- name: Read the rights of a service
  omninode.kafka.acl_info:
    principals: [User:orders]
  register: observed

- name: Show them
  ansible.builtin.debug:
    msg: "{{ observed | omninode.kafka.acl_table }}"
"""

RETURN = r"""
_value:
  description:
    - The lines of the table. The first one names the columns, and the last ones explain them.
    - Without ACLs, one sentence that says so.
  type: list
  elements: str
  sample:
    - PRINCIPAL    TYPE   PATTERN   NAME         OPERATIONS  PERMISSION  HOST
    - User:orders  group  literal   orders.app   read        allow       *
    - User:orders  topic  prefixed  shop.        read        allow       192.0.2.7
    - User:orders  topic  literal   shop.orders  read,write  allow       *
    - PATTERN = literal for NAME itself, * for every name; prefixed for all names that begin so
    - PERMISSION = deny wins over allow; HOST = address of the client, * = any
"""

_COLUMNS = ("PRINCIPAL", "TYPE", "PATTERN", "NAME", "OPERATIONS", "PERMISSION", "HOST")
# without a colon, for which a YAML printer would put a line in quotes
_LEGEND = (
    "PATTERN = literal for NAME itself, * for every name; prefixed for all names that begin so",
    "PERMISSION = deny wins over allow; HOST = address of the client, * = any",
)
_ACTIVE = "ACTIVE = consumer groups that could no longer read without it; a,b,c,+2 = five groups"
_UNKNOWN = "unknown = it cannot be read; the program kafka-acls of Kafka shows every ACL"
_NO_ACLS = "There are no ACLs to show."
_MOST_GROUPS = 3


class FilterModule:
    """What Ansible loads."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        return {"acl_table": acl_table}


def acl_table(observed: Mapping[str, Any]) -> list[str]:
    fields = observed.keys() if isinstance(observed, Mapping) else set()
    if not {"acls", "unreadable"} <= fields:
        raise ValueError(
            "give the registered result of omninode.kafka.acl_info "
            "or of omninode.kafka.undeclared_acls_info, which has acls and unreadable"
        )
    acls, unreadable = observed["acls"], observed["unreadable"]
    entries = [*acls, *unreadable]
    if not entries:
        return [_NO_ACLS]
    columns, legend = [*_COLUMNS], [*_LEGEND]
    with_groups = any("groups" in entry for entry in acls)
    if with_groups:
        columns.append("ACTIVE")
        legend.append(_ACTIVE)
    if with_groups or unreadable:
        legend.append(_UNKNOWN)
    return [*lines([columns, *map(_row, entries)]), *legend]


def _row(entry: Mapping[str, Any]) -> list[str]:
    operations = entry["operations"]
    row = [
        str(entry["principal"]),
        str(entry["resource_type"]),
        str(entry["pattern_type"]),
        str(entry["resource_name"]),
        some_of(operations, len(operations)),
        str(entry["permission"]),
        str(entry["host"]),
    ]
    if "groups" in entry:
        row.append(_groups(entry["groups"]))
    return row


def _groups(groups: Mapping[str, Any] | str) -> str:
    """`groups`: a text where they are unknown."""
    if isinstance(groups, str):
        return groups
    return some_of(sorted(groups), _MOST_GROUPS)
