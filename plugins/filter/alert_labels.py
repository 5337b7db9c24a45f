# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The labels of a Prometheus alert."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ansible_collections.omninode.kafka.plugins.module_utils._core import foreign

DOCUMENTATION = r"""
name: alert_labels
short_description: Writes the labels of a Prometheus alert
version_added: 0.1.0
author:
  - omninode.kafka contributors (@omninode)
description:
  - Turns labels into a YAML mapping in one line.
  - Prometheus evaluates Go templates in the values. The filter escapes them, so that each value
    stays as it is.
  - The filter refuses a key that is not a valid name of a label.
options:
  _input:
    description:
      - The labels. Each value is turned into a string.
    type: dict
    required: true
"""

EXAMPLES = r"""
- name: Show the labels
  ansible.builtin.debug:
    msg: "labels: {{ {'severity': 'warning', 'team': 'shop'} | omninode.kafka.alert_labels }}"
"""

RETURN = r"""
_value:
  description: The mapping.
  type: str
  sample: '{"severity": "warning", "team": "shop"}'
"""


class FilterModule:
    """What Ansible loads."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        return {"alert_labels": alert_labels}


def alert_labels(labels: Mapping[str, object]) -> str:
    return foreign.alert_labels(labels)
