# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Texts as the values of a Grafana variable."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from ansible_collections.omninode.kafka.plugins.module_utils._core import foreign

DOCUMENTATION = r"""
name: grafana_values
short_description: Lists values for a Grafana variable
version_added: 0.1.0
author:
  - omninode.kafka contributors (@omninode)
description:
  - Turns texts into the C(query) of a Grafana variable of the type C(custom).
  - The filter refuses a text that Grafana would change, such as C($name) or a colon between spaces.
options:
  _input:
    description:
      - The texts, such as the names of topics.
    type: list
    elements: str
    required: true
"""

EXAMPLES = r"""
- name: Show the values of the variable topic
  ansible.builtin.debug:
    msg: "{{ ['shop.orders', 'shop.customers'] | omninode.kafka.grafana_values }}"
"""

RETURN = r"""
_value:
  description: The values, separated by commas.
  type: str
  sample: shop.orders,shop.customers
"""


class FilterModule:
    """What Ansible loads."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        return {"grafana_values": grafana_values}


def grafana_values(texts: Iterable[object]) -> str:
    return foreign.grafana_values(map(str, texts))
