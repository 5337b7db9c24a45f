# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Quotas as a table for people."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ansible_collections.omninode.kafka.plugins.module_utils._core.table import lines
from ansible_collections.omninode.kafka.plugins.module_utils._kafka.quotas import KEYS, readable

DOCUMENTATION = r"""
name: quota_table
short_description: Shows client quotas as a table
version_added: 0.1.0
author:
  - omninode.kafka contributors (@omninode)
description:
  - Turns the result of M(omninode.kafka.quota_info) or M(omninode.kafka.undeclared_quotas_info)
    into the lines of a table for people.
  - A line has the quotas of one entity. A key that no entity has, has no column.
options:
  _input:
    description:
      - The registered result of M(omninode.kafka.quota_info) or
        M(omninode.kafka.undeclared_quotas_info).
    type: dict
    required: true
seealso:
  - module: omninode.kafka.quota_info
  - module: omninode.kafka.undeclared_quotas_info
"""

EXAMPLES = r"""
- name: Read all quotas
  omninode.kafka.quota_info:
  register: observed

- name: Show them
  ansible.builtin.debug:
    msg: "{{ observed | omninode.kafka.quota_table }}"
"""

RETURN = r"""
_value:
  description:
    - The lines of the table. The first one names the columns, and the last one explains them.
    - Without quotas, one sentence that says so.
  type: list
  elements: str
  sample:
    - USER       CLIENT_ID  IP         PRODUCER_BYTE_RATE  CONNECTION_CREATION_RATE
    - <default>  any        any        5MiB                -
    - orders     batch      any        1MiB                -
    - any        any        192.0.2.7  -                   20
    - <default> = each that has no quota of its own; any = whichever; - = no quota
"""

_PARTS = {"user": "user_defaults", "client_id": "client_defaults", "ip": "ip_defaults"}
_DEFAULT = "<default>"
_ANY = "any"
_NONE = "-"
# without a colon, for which a YAML printer would put a line in quotes
_LEGEND = f"{_DEFAULT} = each that has no quota of its own; {_ANY} = whichever; {_NONE} = no quota"
_NO_QUOTAS = "There are no quotas to show."


class FilterModule:
    """What Ansible loads."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        return {"quota_table": quota_table}


def quota_table(observed: Mapping[str, Any]) -> list[str]:
    if not isinstance(observed, Mapping) or "quotas" not in observed:
        raise ValueError(
            "give the registered result of omninode.kafka.quota_info "
            "or of omninode.kafka.undeclared_quotas_info, which has quotas"
        )
    quotas = observed["quotas"]
    if not quotas:
        return [_NO_QUOTAS]
    keys = _keys(quotas)
    names = [*_PARTS, *keys]
    rows = [[name.upper() for name in names]]
    for entry in quotas:
        rows.append(_row(entry, keys))
    return [*lines(rows), _LEGEND]


def _keys(quotas: Sequence[Mapping[str, Any]]) -> list[str]:
    """Those that some entity has, Kafka's first."""
    there: set[str] = set()
    for entry in quotas:
        there.update(entry["quotas"])
    known = [key for key in KEYS if key in there]
    return [*known, *sorted(there - {*known})]


def _row(entry: Mapping[str, Any], keys: Sequence[str]) -> list[str]:
    row = []
    for part, default in _PARTS.items():
        name = _DEFAULT if entry.get(default) else _ANY
        row.append(str(entry.get(part, name)))
    values = entry["quotas"]
    for key in keys:
        shown = readable(key, float(values[key])) if key in values else _NONE
        row.append(str(shown))
    return row
