# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The verdicts on clusters, from what Ansible registered for their hosts."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ansible_collections.omninode.kafka.plugins.module_utils._fleet.hosts import verdict_of
from ansible_collections.omninode.kafka.plugins.module_utils._fleet.merge import as_result

DOCUMENTATION = r"""
name: fleet_verdicts
short_description: Collects the verdicts on the clusters of several hosts
version_added: 0.1.0
author:
  - omninode.kafka contributors (@omninode)
description:
  - Reads what the role P(omninode.kafka.kafka_fleet#role) registered for each host. If the task
    itself failed, as by a variable that is not defined, the verdict is V(failed), and without a
    task V(not_tried).
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
seealso:
  - module: omninode.kafka.cluster_verdict
  - module: omninode.kafka.fleet_report
"""

EXAMPLES = r"""
- name: Show the verdicts
  omninode.kafka.fleet_report:
    verdicts: "{{ hostvars | omninode.kafka.fleet_verdicts(ansible_play_hosts_all) }}"
  run_once: true
"""

RETURN = r"""
_value:
  description: The verdicts, each as M(omninode.kafka.cluster_verdict) returns it.
  type: list
  elements: dict
  sample:
    - cluster: orders-prod
      verdict: in_state
      error: ""
      cluster_id: 5L6g3nShT-eMCtK--X86sw
      time: "2026-11-27T02:00:04.120+00:00"
      kinds: {}
"""


class FilterModule:
    """What Ansible loads."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        return {"fleet_verdicts": fleet_verdicts}


def fleet_verdicts(variables: Mapping[str, Any], hosts: Sequence[str]) -> list[dict[str, Any]]:
    return [as_result(verdict_of(host, variables)) for host in hosts]
