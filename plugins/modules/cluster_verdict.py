#!/usr/bin/python
# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Documents the action plugin of this name, which runs on the controller."""

from __future__ import annotations

DOCUMENTATION = r"""
module: cluster_verdict
short_description: Brings all that is declared of a cluster to its state, with one verdict
version_added: 0.1.0
author:
  - omninode.kafka contributors (@omninode)
description:
  - Runs the module of each kind that is declared of a cluster, one after another, and returns one
    verdict, which is small whatever the modules return.
  - It is one task for all kinds, because a run over many clusters pays for each task of each host.
    The playbook C(omninode.kafka.fleet) uses it, and the role P(omninode.kafka.kafka_fleet#role)
    sets its options from the variables of the roles of each kind.
  - The task does not fail for what a module finds, so that the host stays in the play. The verdict
    tells it. Look at it, or use the playbook, which fails at its end.
  - After a cluster that cannot be reached, and after a failure in a run that writes, the kinds that
    follow are not tried.
options:
  mode:
    description:
      - V(drift) compares, and needs rights to read only, because the broker does not judge the
        plan. V(plan) makes the plan that V(apply) would apply, as in check mode.
      - V(apply) brings the cluster to its declared state.
    type: str
    choices: [apply, drift, plan]
    default: drift
  catalogue:
    description: Options of M(omninode.kafka.topics), for topics that are apart from those of
      O(topic). Beside them, C(connection) can hold connection options for this kind alone.
    type: dict
  topic:
    description: Options of M(omninode.kafka.topics), in the same way.
    type: dict
  user:
    description: Options of M(omninode.kafka.scram_users), in the same way.
    type: dict
  acl:
    description: Options of M(omninode.kafka.acls), in the same way.
    type: dict
  quota:
    description: Options of M(omninode.kafka.quotas), in the same way.
    type: dict
  applications:
    description: Options of M(omninode.kafka.applications), in the same way.
    type: dict
extends_documentation_fragment:
  - omninode.kafka.attributes
  - omninode.kafka.attributes.action_group
  - omninode.kafka.connection
seealso:
  - module: omninode.kafka.fleet_report
"""

EXAMPLES = r"""
- name: Bring the topics and the quotas of a cluster to their declared state
  omninode.kafka.cluster_verdict:
    bootstrap_servers: [127.0.0.1:9092]
    mode: apply
    topic:
      topics:
        - name: example.orders
    quota:
      quotas: []
  register: found

- name: Show what was found
  ansible.builtin.debug:
    msg: "{{ found.verdict.verdict }}"
"""

RETURN = r"""
verdict:
  description: What was found on the cluster. Texts of the cluster are on one line, of bounded
    length, and no template.
  returned: always
  type: dict
  contains:
    cluster:
      description: The name of the host in the inventory.
      type: str
    verdict:
      description:
        - V(in_state) - the cluster is as declared. V(changed) - the run brought it there.
        - V(drifted) - something differs. V(refused) - a guard, a policy or the broker refused the
          plan, and nothing was changed. V(unreachable) - the cluster does not answer, or is another
          one. V(failed) - anything else.
        - V(not_tried) - it was not looked at.
      type: str
    error:
      description: Why, in one line. Empty if there is no failure.
      type: str
    cluster_id:
      description: The ID of the cluster.
      type: str
    time:
      description: When the cluster was looked at, in UTC.
      type: str
    kinds:
      description:
        - By C(catalogue), C(topic), C(user), C(acl), C(quota) and C(applications), if they are
          declared, the C(verdict) and the C(error) of each.
        - How many C(changes) there are by operation, how many C(hazards), how many changes are
          C(refused), and the C(plan_id) of a plan that can be applied.
      type: dict
  sample:
    cluster: orders-prod
    verdict: drifted
    error: ""
    cluster_id: 5L6g3nShT-eMCtK--X86sw
    time: "2026-11-27T02:00:04.120+00:00"
    kinds:
      topic:
        verdict: drifted
        changes: {create: 1}
        hazards: {}
        refused: 0
        plan_id: 83722c60487870a9758c7844afcc498c
        error: ""
"""
