# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Documentation of the options in module_utils/_ansible/options/guards.py."""

from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
options:
  owned_prefixes:
    description:
      - Literal beginnings of topic names, of at least three characters each, as in Kafka's prefixed
        ACLs. A change of any other topic is refused.
      - Without any, every declared topic may be changed.
    type: list
    elements: str
    default: []
  allow:
    description:
      - The hazards that changes of this run may have, of V(delete), V(retention_cut),
        V(policy_switch), V(key_order), V(availability), or V(all). Any other hazard that puts
        something at stake refuses the plan, with the evidence and the setting that would allow it.
      - A declared C(state=absent) is consent to delete a topic that is not in use. One that is in
        use (a consumer group is active on it, or its newest record is younger than
        O(delete_min_idle)) needs V(delete) here, as does a topic with records that a purge would
        delete.
      - Better than for the run, a hazard is allowed for one topic.
    type: list
    elements: str
    default: []
  delete_min_idle:
    description:
      - How long nobody must have written to a topic for it not to be in use. A number of
        milliseconds, or one with a unit, as in V(7d).
    type: str
    default: 1d
  destruction_budget:
    description:
      - How many topics one run may delete or shrink (V(delete), V(retention_cut),
        V(policy_switch)), a number such as V(5), or a share such as V(10%) of the topics that the
        run looks at, which are the declared ones that exist, and with a purge all that are owned.
      - It counts what is allowed as well, and the deletion of empty topics, since a declaration
        that went wrong looks like that. Without it, there is no limit.
    type: str
  policies:
    description:
      - Rules of your own. Each is a dictionary of C(name), C(rule), C(message) and C(level), which
        is V(error) (the default, refuses the plan) or V(warning).
      - C(rule) is a JMESPath expression, true for a topic that keeps to it. It is asked about every
        topic that is declared as present, and must give true or false; anything else refuses the
        plan.
      - It sees the topic as it will be after the run - C(name), C(partitions),
        C(replication_factor), C(config) (with the values that are inherited, as numbers and
        booleans where Kafka has such), C(labels), C(description) - its planned C(changes), as in
        RV(ignore:changes), and the C(cluster) with C(cluster_id) and C(brokers), the number of live
        ones.
      - Besides JMESPath's own functions there are C(matches(text, regex)), true when the whole text
        matches, and C(product(number, number)). Config keys are written in double quotes, as in
        C(config."retention.ms"), and numbers in backticks.
      - C(matches()) needs the Python library google-re2, 1.1 or newer, where the module runs. Its
        regular expressions are those of RE2, which take time in proportion to the text, whatever is
        written; unlike Python's they have no backreferences and no look-around.
      - An expression has at most 10000 characters and 100 levels of brackets.
    type: list
    elements: dict
    default: []
"""
