# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes planned changes: one request creates, then one deletes. Every change has its outcome."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from .._cluster.gateway.acls import Acls
from .._core.change import Outcome
from .._core.plan import Plan
from .._core.resource import Applied
from .._kafka.acls import Binding
from .._kafka.errors import (
    CLUSTER_AUTHORIZATION_FAILED,
    SECURITY_DISABLED,
    UNKNOWN_SERVER_ERROR,
    Rejection,
)
from .change import CREATE, DELETE, AclChange
from .validate import ALTER_ACL

_NO_DELETION = "not tried, since nothing is deleted after a failure"
_SECONDS_TO_SHOW = 10
_BINDINGS_PER_SECOND = 50


def apply_changes(gateway: Acls, plan: Plan[AclChange]) -> Applied:
    """Nothing is deleted once a creation has failed or is unknown: somebody may rely on it."""
    created = _of(plan, CREATE)
    deleted = _of(plan, DELETE)
    outcomes: list[Outcome] = []
    if created:
        answers = gateway.create_acls(_bindings(created))
        outcomes += [_outcome(change, answers) for change in created]
    if any(outcome.status != "applied" for outcome in outcomes):
        outcomes += [Outcome(change, "pending", _NO_DELETION) for change in deleted]
    elif deleted:
        answers = gateway.delete_acls(_bindings(deleted))
        outcomes += [_outcome(change, answers) for change in deleted]
    return Applied(outcomes)


def seconds_to_show(plan: Plan[AclChange]) -> float:
    bindings = _bindings(plan.changes)
    return _SECONDS_TO_SHOW + len(bindings) / _BINDINGS_PER_SECOND


def _of(plan: Plan[AclChange], operation: str) -> list[AclChange]:
    return [change for change in plan.changes if change.operation == operation]


def _bindings(changes: Iterable[AclChange]) -> list[Binding]:
    return [binding for change in changes for binding in change.bindings]


def _outcome(change: AclChange, answers: Mapping[Binding, Rejection | None]) -> Outcome:
    """A change whose bindings fared differently is told by what is least certain."""
    rejections = []
    for binding in change.bindings:
        answer = answers[binding]
        if answer is not None:
            rejections.append(answer)
    if not rejections:
        return Outcome(change, "applied")
    lost = [answer for answer in rejections if _proves_nothing(answer)]
    if lost:
        return Outcome(change, "unknown", _cause(lost))
    return Outcome(change, "failed", _cause(rejections))


def _proves_nothing(answer: Rejection) -> bool:
    return answer.lost or answer.code == UNKNOWN_SERVER_ERROR


def _cause(rejections: Sequence[Rejection]) -> str:
    """Each cause once, with the remedy where we know it."""
    causes = dict.fromkeys(map(_explained, rejections))
    return "; ".join(causes)


def _explained(answer: Rejection) -> str:
    if answer.code == CLUSTER_AUTHORIZATION_FAILED:
        # the message is a dump of the request
        return f"{answer.error} ({ALTER_ACL})"
    if answer.code == SECURITY_DISABLED:
        return f"{answer} (set authorizer.class.name on every controller)"
    return str(answer)
