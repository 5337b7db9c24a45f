# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A text that names one file."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ansible_collections.omninode.kafka.plugins.module_utils._core import foreign

DOCUMENTATION = r"""
name: file_name
short_description: Refuses a text that is not the name of one file
version_added: 0.1.0
author:
  - omninode.kafka contributors (@omninode)
description:
  - Returns a text that can name a file. It refuses any other text, such as V(../x), V(..) and texts
    with hidden characters.
options:
  _input:
    description:
      - The text, such as the name of a cluster.
    type: raw
    required: true
"""

EXAMPLES = r"""
- name: Make a folder for the cluster
  ansible.builtin.file:
    path: "reports/{{ inventory_hostname | omninode.kafka.file_name }}"
    state: directory
    mode: "0755"
"""

RETURN = r"""
_value:
  description: The same text.
  type: str
  sample: kafka-prod
"""


class FilterModule:
    """What Ansible loads."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        return {"file_name": file_name}


def file_name(text: object) -> str:
    return foreign.file_name(str(text))
