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
      - Who judges the plan before anything is written, in check mode too.
      - With V(broker), the broker judges the changes without applying them (Kafka's
        C(validate_only)). A policy of the broker, a bad value or a missing right then refuses the
        plan before the first write. The principal needs the rights that the changes themselves
        need.
      - With V(local), the module compares the declaration with the observed state alone. The
        principal needs rights to read only.
      - RV(ignore:not_validated) lists the changes that the broker could not judge.
    type: str
    choices: [broker, local]
    default: broker
  wait:
    description:
      - Whether to wait until the brokers show every change, so that a run right after this one
        finds nothing to do.
      - The module waits for a limited time, which grows with the number of changes. It warns of
        changes that the cluster accepted, but does not show by then.
      - When the answer to a change was lost, the module looks for the change within the same time,
        over new connections and on any broker. Without the wait, it looks once.
    type: bool
    default: true
  diff_limit:
    description:
      - The largest number of differences that C(--diff) shows. It counts the others.
      - Resources with the same difference are shown together.
    type: int
    default: 100
  expected_plan_id:
    description:
      - The RV(ignore:plan_id) that a run in check mode returned. The run applies exactly that plan.
        If the cluster or the declaration has changed since, it refuses the new plan.
    type: str
  undo_file:
    description:
      - Where to write RV(ignore:undo) as JSON, an absolute path on the host that runs the module.
        The file is complete before the first write to the cluster, so that even a run that was
        killed can be undone. Check mode and a run without changes write no file.
      - An earlier file is kept as a backup beside the new one, named as Ansible names backups,
        because it may belong to a run that was killed.
      - Anything else at this path, such as a directory, a device or a symbolic link, is refused, in
        check mode too. The folder must exist when there are changes, in check mode too.
    type: path
  report_refused:
    description:
      - Whether a refused plan is reported in check mode, rather than failed. The result then has
        RV(ignore:msg), RV(ignore:error) and RV(ignore:outcome) beside all RV(ignore:changes), and
        C(--diff) shows them all. A report of drift needs it.
      - Outside check mode, a refused plan always fails.
    type: bool
    default: false
notes:
  - While the module sends its changes and waits until they show, a line on stderr says every 10
    seconds how far it is. The variable C(kafka_progress_seconds) of the host sets another number of
    seconds; V(0) shows no such lines.
  - The lines are shown where the module runs on the controller (C(connection=local)), but not with
    C(async) or C(no_log).
"""
