# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The attributes that the modules share."""

from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
options: {}
attributes:
  check_mode:
    description: In check mode, the module returns the changes that it would make, without making
      them.
    support: full
  diff_mode:
    description: In diff mode, the module shows what differs before and after each change.
    support: full
  idempotent:
    description: When the module runs twice in a row, the second run changes nothing.
    support: full
"""

    INFO = r"""
options: {}
attributes:
  check_mode:
    description: The module changes nothing, and reads the same in check mode.
    support: full
  diff_mode:
    description: The module changes nothing, so there is nothing to show.
    support: N/A
  idempotent:
    description: The module changes nothing.
    support: full
"""

    ACTION_GROUP = r"""
options: {}
attributes:
  action_group:
    description: Use C(group/omninode.kafka.all) in C(module_defaults) to set defaults for this
      module.
    support: full
    membership: [omninode.kafka.all]
"""
