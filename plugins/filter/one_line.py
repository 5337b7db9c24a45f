# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A text in one line."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ansible_collections.omninode.kafka.plugins.module_utils._core import foreign

DOCUMENTATION = r"""
name: one_line
short_description: Shows a text in one line
version_added: 0.1.0
author:
  - omninode.kafka contributors (@omninode)
description:
  - Writes the newlines and hidden characters of a text as escapes, such as C(\n) and C(\u202e). The
    result fits into a comment or a message.
options:
  _input:
    description:
      - The text.
    type: raw
    required: true
"""

EXAMPLES = r"""
- name: Write a file that names its cluster
  ansible.builtin.copy:
    content: "# The topics of {{ inventory_hostname | omninode.kafka.one_line }}\n"
    dest: topics.txt
    mode: "0644"
"""

RETURN = r"""
_value:
  description: The text in one line.
  type: str
  sample: kafka-prod
"""


class FilterModule:
    """What Ansible loads."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        return {"one_line": one_line}


def one_line(text: object) -> str:
    return foreign.printable(str(text))
