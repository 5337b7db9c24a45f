# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A text as a PromQL string."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ansible_collections.omninode.kafka.plugins.module_utils._core import foreign

DOCUMENTATION = r"""
name: promql_string
short_description: Quotes a text for PromQL and YAML
version_added: 0.1.0
author:
  - omninode.kafka contributors (@omninode)
description:
  - Turns any text into a PromQL string in double quotes. Nothing in the text can end the string.
  - The string is one line, means the same text in YAML, and holds nothing that Grafana would
    replace, such as C($name).
  - The filter refuses half of a surrogate pair, because no UTF-8 file can hold it.
options:
  _input:
    description:
      - The text, such as the value of a label.
    type: raw
    required: true
"""

EXAMPLES = r"""
- name: Show the selector of a cluster
  ansible.builtin.debug:
    msg: "up{cluster={{ inventory_hostname | omninode.kafka.promql_string }}}"
"""

RETURN = r"""
_value:
  description: The text, quoted.
  type: str
  sample: '"kafka-prod"'
"""


class FilterModule:
    """What Ansible loads."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        return {"promql_string": promql_string}


def promql_string(text: object) -> str:
    return foreign.promql_string(str(text))
