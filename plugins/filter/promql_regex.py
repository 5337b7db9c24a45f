# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Texts as a PromQL regular expression."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from ansible_collections.omninode.kafka.plugins.module_utils._core import foreign

DOCUMENTATION = r"""
name: promql_regex
short_description: Writes a PromQL regular expression that matches texts
version_added: 0.1.0
author:
  - omninode.kafka contributors (@omninode)
description:
  - Turns texts into a PromQL string with a regular expression that matches each of them and nothing
    else.
  - The filter quotes the string as P(omninode.kafka.promql_string#filter) does.
options:
  _input:
    description:
      - The texts, such as the names of topics.
    type: list
    elements: str
    required: true
"""

EXAMPLES = r"""
- name: Show the selector of some topics
  ansible.builtin.debug:
    msg: "up{topic=~{{ ['shop.orders', 'shop.customers'] | omninode.kafka.promql_regex }}}"
"""

RETURN = r"""
_value:
  description: The regular expression, quoted.
  type: str
  sample: '"shop\\.orders|shop\\.customers"'
"""


class FilterModule:
    """What Ansible loads."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        return {"promql_regex": promql_regex}


def promql_regex(texts: Iterable[object]) -> str:
    return foreign.promql_regex(map(str, texts))
