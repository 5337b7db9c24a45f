# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Documentation of the options in module_utils/_scram_user/options.py."""

from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
options:
  owned_prefixes:
    description:
      - Literal beginnings of the names of users, each at least three characters long. The run owns
        the credentials of these users.
      - With this option, a change of another user refuses the plan. Without it, the run may change
        every declared credential.
    type: list
    elements: str
    default: []
  protected_users:
    description: Users whose credentials the run neither alters nor deletes, whatever is allowed,
      such as V(admin). A change that does refuses the plan.
    type: list
    elements: str
    default: []
  prove:
    description:
      - Whether to try the declared passwords of existing credentials.
      - Without it, no password is proved. So none is changed, unless O(set_unproved) is true.
    type: bool
    default: true
  prove_servers:
    description:
      - The servers where the passwords are tried, each as host:port. Without it, those of
        O(bootstrap_servers).
      - They must belong to the same cluster. A password that works on another cluster counts as not
        proved.
    type: list
    elements: str
  prove_security_protocol:
    description:
      - How these servers are spoken to. Without it, as O(security_protocol) says, but with SASL.
      - TLS uses the files that the connection has, such as O(ca_cert).
    type: str
    choices: [SASL_PLAINTEXT, SASL_SSL]
  set_unproved:
    description:
      - Set a declared password that cannot be proved. Each run sets it again, and reports a change.
    type: bool
    default: false
notes:
  - A rule of O(policies) sees C(name), C(mechanism) and C(iterations) of a user, and the planned
    C(changes). It sees no password. C(cluster) has C(cluster_id).
  - A plan that alters or deletes a credential of the user as which the run itself logs in is
    refused, whatever is allowed. Creating one with another mechanism is not.
  - Against O(destruction_budget) counts each credential that is deleted.
"""
