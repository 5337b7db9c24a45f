# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The verdicts of several runs, the newest of each cluster."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from ansible_collections.omninode.kafka.plugins.module_utils._fleet.merge import (
    as_result,
    in_text,
    merged,
)

DOCUMENTATION = r"""
name: fleet_merge
short_description: Merges the verdicts of several runs
version_added: 0.1.0
author:
  - omninode.kafka contributors (@omninode)
description:
  - Reads JSON lines with a verdict each, the statistics of jobs that set them, and the events of
    ansible-runner. Events without a verdict are skipped.
  - If there are several verdicts on a cluster, the newest one counts.
options:
  _input:
    description: The texts of the files.
    type: list
    elements: str
    required: true
  clusters:
    description: The clusters that need a verdict. Without one, it is V(not_tried).
    type: list
    elements: str
    default: []
seealso:
  - module: omninode.kafka.cluster_verdict
  - module: omninode.kafka.fleet_report
"""

EXAMPLES = r"""
- name: Show the verdicts of three slices
  omninode.kafka.fleet_report:
    verdicts: "{{ slices | omninode.kafka.fleet_merge(groups.kafka_clusters) }}"
  vars:
    slices: "{{ query('ansible.builtin.file', 'slice-1.jsonl', 'slice-2.jsonl', 'slice-3.jsonl') }}"
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
        return {"fleet_merge": fleet_merge}


def fleet_merge(texts: Sequence[str], clusters: Sequence[str] = ()) -> list[dict[str, Any]]:
    verdicts = [verdict for text in texts for verdict in in_text(text)]
    return [as_result(verdict) for verdict in merged(verdicts, clusters)]
