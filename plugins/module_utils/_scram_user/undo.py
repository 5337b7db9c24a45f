# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Undoes a plan: the declaration that leads back, as far as one does. Pure."""

from __future__ import annotations

from .._core.change import Plain
from .._core.plan import Plan
from .change import ALTER, CREATE, UserChange


def undo(plan: Plan[UserChange]) -> dict[str, Plain]:
    """`users` deletes what the plan creates. No password comes back, as `not_undone` says.

    It is valid whether the whole plan was applied or only a part of it.
    """
    users: list[Plain] = []
    not_undone: list[Plain] = []
    for change in plan.changes:
        name, mechanism = change.credential
        if change.operation == CREATE:
            users.append({"name": name, "mechanism": mechanism, "state": "absent"})
        else:
            not_undone.append(_lost(change))
    return {"users": users, "not_undone": not_undone}


def _lost(change: UserChange) -> str:
    whose = f"user {change.name}"
    is_kept = change.operation == ALTER and not change.sets_password
    if not is_kept:
        return f"the password of {whose} is not known to Kafka: declare it again"
    iterations = change.old.iterations
    remedy = f"declare {iterations} together with its password"
    return f"the iterations of {whose} stay as they are set: {remedy}"
