# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Documentation of the options in module_utils/_ansible/options/guards.py."""

from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
options:
  allow:
    description:
      - The hazards, as listed in RV(ignore:changes[].hazards), that the changes of this run may
        have; or V(all).
      - A change with any other hazard refuses the plan. The refusal shows the evidence of what is
        at stake, and names the setting that allows the hazard.
    type: list
    elements: str
    default: []
  destruction_budget:
    description:
      - The largest number of resources that one run may delete or shrink, such as V(5), or their
        largest share, such as V(10%) of the resources that the run looks at. Without it, there is
        no limit.
      - A run looks at the declared resources that exist, and with a purge at all those that it may
        purge.
      - Deletions that are allowed or that lose nothing count too, because a wrong declaration
        deletes many resources at once.
    type: str
  policies:
    description:
      - Your own rules for what is declared. Each is a dictionary with C(name), C(rule), C(message)
        and C(level). The level V(error), the default, refuses the plan; V(warning) only warns.
      - C(rule) is a JMESPath expression that returns V(true) for a resource that follows the rule,
        and V(false) for one that breaks it. Any other result refuses the plan.
      - A rule is applied to each resource that is declared as present. It sees the resource as it
        will be after the run, with its planned C(changes) as in RV(ignore:changes).
      - Besides the functions of JMESPath, a rule can call C(matches) and C(product). C(matches)
        takes a text and a regular expression, and returns whether the whole text matches.
        C(product) multiplies two numbers. Write numbers in backticks.
      - C(matches) needs the Python library google-re2, 1.1 or newer, where the module runs. RE2
        takes time in proportion to the text, and has no backreferences and no look-around.
      - An expression has at most 10000 characters and 100 levels of brackets.
    type: list
    elements: dict
    default: []
"""
