# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Documentation of the options in module_utils/_ansible/options/reconcile.py."""

from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
options:
  validate:
    description:
      - Who judges the plan before anything is written, in check mode and otherwise.
      - With V(broker), the broker is shown every change without applying it (Kafka's
        C(validate_only)), so that a policy, a bad value or a missing right refuses the plan in
        check mode already. This needs the same rights as the real change.
      - With V(local), only what the declaration and the observed state tell is checked, which needs
        no more than the right to read.
      - What could not be validated is listed in RV(ignore:not_validated).
    type: str
    choices: [broker, local]
    default: broker
  wait:
    description:
      - Whether to wait until every change is visible on the brokers, so that a run right after this
        one finds nothing to do.
      - The wait is bounded; its bound grows with the work. What is accepted, but not visible by
        then, is a warning.
      - A change whose answer got lost is looked up within the same bound, by new connections and
        any broker; without the wait, once.
    type: bool
    default: true
  diff_limit:
    description:
      - The largest number of resources that C(--diff) shows. It counts the others.
    type: int
    default: 100
  expected_plan_id:
    description:
      - The RV(ignore:plan_id) that a check run returned. The run makes exactly that plan, or none,
        because the cluster or the declaration has moved since.
    type: str
  undo_file:
    description:
      - Where to write RV(ignore:undo) as JSON, an absolute path on the host that runs the module.
        It is complete before the first write to the cluster, so even a run that is killed can be
        undone. A check run and a run without changes write no file.
      - A file that is there already is kept beside it, as Ansible keeps backups, since it may be
        that of a run that was killed.
      - Anything else that is there, such as a directory, a device or a symbolic link, is refused,
        in check mode too. Its folder is needed only by a run that has changes to make, or by the
        check run that shows them.
    type: path
"""
