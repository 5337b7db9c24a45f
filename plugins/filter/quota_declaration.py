# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Observed quotas as the variable that declares them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ansible_collections.omninode.kafka.plugins.module_utils._core.foreign import check_literal
from ansible_collections.omninode.kafka.plugins.module_utils._quota.export import declaration

DOCUMENTATION = r"""
name: quota_declaration
short_description: Declares existing client quotas as they are
version_added: 0.1.0
author:
  - omninode.kafka contributors (@omninode)
description:
  - Turns quotas that M(omninode.kafka.quota_info) returns into the variable
    C(kafka_quotas_declared) of the role P(omninode.kafka.kafka_quotas#role). Byte rates are written
    with the largest unit that leaves a whole number.
  - Applied to the cluster that the quotas were read from, the declaration changes nothing.
options:
  _input:
    description:
      - The C(quotas) that M(omninode.kafka.quota_info) returns.
    type: list
    elements: dict
    required: true
notes:
  - What M(omninode.kafka.quotas) refuses as a mistake is left out, such as the quota of a host that
    is named rather than given by its address.
  - The filter refuses a name that Ansible would take for a template, or that no UTF-8 file can
    hold.
seealso:
  - module: omninode.kafka.quota_info
  - module: omninode.kafka.quotas
"""

EXAMPLES = r"""
- name: Read the quotas
  omninode.kafka.quota_info:
  register: observed

- name: Write the file that declares them
  ansible.builtin.copy:
    content: >-
      {{ observed.quotas | omninode.kafka.quota_declaration
         | to_nice_yaml(indent=2, sort_keys=False) }}
    dest: group_vars/kafka_clusters.yml
    mode: "0644"
"""

RETURN = r"""
_value:
  description: C(kafka_quotas_declared), in the order of the input.
  type: dict
  sample:
    kafka_quotas_declared:
      - user_defaults: true
        quotas: {producer_byte_rate: 10MiB}
      - user: orders
        client_id: batch
        quotas: {request_percentage: 12.5}
"""

_PARTS = ("user", "user_defaults", "client_id", "client_defaults", "ip", "ip_defaults")


class FilterModule:
    """What Ansible loads."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        return {"quota_declaration": quota_declaration}


def quota_declaration(quotas: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    if not isinstance(quotas, Sequence) or not all(map(_is_quota, quotas)):
        raise ValueError(
            "give the quotas that omninode.kafka.quota_info returns, "
            "each with an entity and its quotas"
        )
    declared = declaration(quotas)
    for entry in declared:
        _check_literal(entry)
    return {"kafka_quotas_declared": declared}


def _is_quota(entry: object) -> bool:
    if not isinstance(entry, Mapping) or not isinstance(entry.get("quotas"), Mapping):
        return False
    return any(part in entry for part in _PARTS)


def _check_literal(entry: Mapping[str, Any]) -> None:
    for part in _PARTS:
        try:
            check_literal(str(entry.get(part, "")))
        except ValueError as error:
            raise ValueError(f"{part} of a quota: {error}") from error
