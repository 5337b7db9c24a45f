# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Documentation of the options in module_utils/_acl/options.py."""

from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
options:
  owned_principals:
    description:
      - Principals whose ACLs the run owns, such as V(User:orders).
      - With this option, O(owned_principal_prefixes) or O(owned_prefixes), a change of an ACL that
        none of them owns refuses the plan. Without any of them, the run may change every declared
        ACL.
    type: list
    elements: str
    default: []
  owned_principal_prefixes:
    description: Literal beginnings of principals whose ACLs the run owns, each with the type and at
      least three characters of the name, such as V(User:shop-).
    type: list
    elements: str
    default: []
  owned_prefixes:
    description: Literal beginnings of the names of topics, groups and transactional IDs, each at
      least three characters long. The run owns the ACLs on such names and on prefixes that begin
      so, whoever their principal is.
    type: list
    elements: str
    default: []
  protected_principals:
    description:
      - Principals from whom the run takes no right, whatever is allowed, such as V(User:admin). A
        change that takes one refuses the plan, also one that denies something to every user.
      - A right that is only narrowed, for example because it is given for certain hosts instead of
        any, is taken.
    type: list
    elements: str
    default: []
notes:
  - A rule of O(policies) sees the fields of an ACL as they are declared one by one, that is
    C(principal), C(resource_type), C(resource_name), C(pattern_type), C(operations), C(permission)
    and C(host), and the planned C(changes). C(cluster) has C(cluster_id).
  - Against O(destruction_budget) counts what a principal loses on a resource, whatever the number
    of its operations.
"""
