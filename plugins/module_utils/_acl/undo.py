# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Undoes a plan: the declaration that leads back. Pure."""

from __future__ import annotations

from .._core.change import Plain
from .._core.plan import Plan
from .change import CREATE, AclChange
from .fields import mistakes


def undo(plan: Plan[AclChange]) -> dict[str, Plain]:
    """`acls` restores what the plan found, except what `not_undone` names.

    It is valid whether the whole plan was applied or only a part of it.
    """
    acls: list[Plain] = []
    not_undone: list[Plain] = []
    for change in plan.changes:
        entry = change.subject.as_declaration(change.operations)
        wrong: list[tuple[str, str]] = []
        for binding in change.bindings:
            wrong += mistakes(binding)
        if change.operation == CREATE:
            entry["state"] = "absent"
            acls.append(entry)
        elif wrong:
            _field, what = wrong[0]
            not_undone.append(f"acl {change.name} does not come back: {what}")
        else:
            acls.append(entry)
    return {"acls": acls, "not_undone": not_undone}
