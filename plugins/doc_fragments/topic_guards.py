# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Documentation of the options in module_utils/_topic/options.py."""

from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
options:
  owned_prefixes:
    description:
      - Literal beginnings of topic names, each at least three characters long, as in Kafka's
        prefixed ACLs. A change of any other topic refuses the plan.
      - Without it, the run may change every declared topic.
    type: list
    elements: str
    default: []
  delete_min_idle:
    description:
      - How long a topic must have had no new record before it counts as not in use. A number of
        milliseconds, or a time with a unit, such as V(7d). A topic on which a consumer group is
        active is always in use.
      - A declared C(state=absent) is enough to delete a topic that is not in use. To delete a topic
        in use, allow the hazard V(delete).
    type: str
    default: 1d
notes:
  - >-
    A rule of O(policies) sees these fields of a topic: C(name), C(partitions),
    C(replication_factor), C(config) (inherited values included; numbers and booleans as such),
    C(labels), C(description), and its planned C(changes). C(cluster) has C(cluster_id) and
    C(brokers), the number of live brokers. Write configuration keys in double quotes, as in
    C(config."retention.ms").
  - Against O(destruction_budget) count topics that the run deletes, and topics that it changes with
    the hazard V(retention_cut) or V(policy_switch).
"""
