#!/usr/bin/python
# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Documents the action plugin of this name, which runs on the controller."""

from __future__ import annotations

DOCUMENTATION = r"""
module: fleet_report
short_description: Shows the verdicts on many clusters as one table
version_added: 0.1.0
author:
  - omninode.kafka contributors (@omninode)
description:
  - Shows a line for each cluster, the worst first, and the totals. The table is shown even if
    C(display_ok_hosts) hides the results of hosts where nothing changed.
  - It asks no cluster. The playbook C(omninode.kafka.fleet) uses it.
options:
  verdicts:
    description: The verdicts, each as M(omninode.kafka.cluster_verdict) returns it.
    type: list
    elements: dict
    required: true
extends_documentation_fragment:
  - omninode.kafka.attributes.info
seealso:
  - module: omninode.kafka.cluster_verdict
"""

EXAMPLES = r"""
- name: Show what was found on two clusters
  omninode.kafka.fleet_report:
    verdicts:
      - cluster: orders-prod
        verdict: in_state
        kinds: {}
      - cluster: billing-prod
        verdict: unreachable
        kinds: {}
        error: "cannot reach kafka.billing.example:9093: connection refused"
"""

RETURN = r"""
table:
  description: The lines that are shown. The first one names the columns, the last one has the
    totals.
  returned: always
  type: list
  elements: str
  sample:
    - CLUSTER      VERDICT  TOPIC
    - orders-prod  drifted  create=1
    - "0 of 1 clusters are in their state: 1 drifted"
in_state:
  description: Whether all clusters are in their state.
  returned: always
  type: bool
statistics:
  description: The verdicts by a name for each cluster, as M(ansible.builtin.set_stats) takes
    it.
  returned: always
  type: dict
json_lines:
  description: The verdicts as JSON, a line for each cluster.
  returned: always
  type: str
"""
