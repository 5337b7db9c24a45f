# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Documentation of the options in module_utils/_quota/options.py."""

from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
options:
  owned_user_prefixes:
    description:
      - Literal beginnings of the names of users whose quotas the run owns, each at least three
        characters long. A user with a client ID belongs to the user.
      - With this option, O(owned_client_id_prefixes) or O(owned_ip_networks), a change of quotas
        that none of them owns refuses the plan. Without any of them, the run may change all
        declared quotas.
    type: list
    elements: str
    default: []
  owned_client_id_prefixes:
    description: Literal beginnings of client IDs whose quotas the run owns, each at least three
      characters long.
    type: list
    elements: str
    default: []
  owned_ip_networks:
    description: Networks whose addresses' quotas the run owns, such as V(192.0.2.0/24).
    type: list
    elements: str
    default: []
  owned_defaults:
    description: Whether the run owns the quotas of C(user_defaults), C(client_defaults) and
      C(ip_defaults) too, where one of the three options above is given. The C(client_defaults) of a
      named user belong to the user.
    type: bool
    default: false
notes:
  - A rule of O(policies) sees the fields of the entity as they are declared, C(quotas) as numbers
    in Kafka's own units, and the planned C(changes). C(cluster) has C(cluster_id).
  - Against O(destruction_budget) counts each entity that loses a quota.
  - Quotas need the Python library kafka-python (3 or newer) on the host that runs the module. It
    logs in with TLS, a client certificate, and SASL (PLAIN, SCRAM-SHA-256 and SCRAM-SHA-512).
    Client properties that it does not know are refused.
"""
