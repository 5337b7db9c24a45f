# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The hosts whose clusters are not in their state, as the pattern of a play."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ansible_collections.omninode.kafka.plugins.module_utils._fleet.hosts import verdict_of
from ansible_collections.omninode.kafka.plugins.module_utils._fleet.verdict import (
    IN_ITS_STATE,
    STATES,
)

DOCUMENTATION = r"""
name: fleet_hosts
short_description: Selects hosts by the verdicts on their clusters
version_added: 0.1.0
author:
  - omninode.kafka contributors (@omninode)
description:
  - Gives the hosts of a play. Without any, it gives a pattern that no host matches, so that the
    play ends without a warning.
options:
  _input:
    description:
      - C(hostvars). The role P(omninode.kafka.kafka_fleet#role) registers what it found as
        C(kafka_fleet_result).
    type: dict
    required: true
  hosts:
    description: The hosts.
    type: list
    elements: str
    required: true
  verdicts:
    description: The verdicts to select. By default all but V(in_state) and V(changed).
    type: list
    elements: str
seealso:
  - module: omninode.kafka.cluster_verdict
  - module: omninode.kafka.fleet_report
"""

EXAMPLES = r"""
- name: Look at the clusters that could not be reached
  hosts: "{{ hostvars | omninode.kafka.fleet_hosts(groups.kafka_clusters, ['unreachable']) }}"
  gather_facts: false
  tasks:
    - name: Show the address
      ansible.builtin.debug:
        var: kafka_connection.bootstrap_servers
"""

RETURN = r"""
_value:
  description: The hosts.
  type: list
  elements: str
  sample: [orders-prod]
"""

# a pattern that no host matches
_NOBODY = ["all", "!all"]
_BAD = [state for state in STATES if state not in IN_ITS_STATE]


class FilterModule:
    """What Ansible loads."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        return {"fleet_hosts": fleet_hosts}


def fleet_hosts(
    variables: Mapping[str, Any], hosts: Sequence[str], verdicts: Sequence[str] = _BAD
) -> list[str]:
    found = [host for host in hosts if verdict_of(host, variables).state in verdicts]
    return found or _NOBODY
