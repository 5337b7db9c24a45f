# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes planned changes, first what is created, in requests that the controller takes.

Every change has its own outcome.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from .._cluster.gateway.acls import Acls
from .._core.batch import batches
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
from .state import Observed
from .validate import ALTER_ACL

# The controller makes at most 10,000 metadata records for one request, one for each ACL, and
# refuses a request beyond that as a whole.
MOST_CREATED = 9_900
# It compares each ACL that is to be deleted with all that there are, and does nothing else
# meanwhile: 9,900 of 9,900 took it 50 seconds, after 9 of which a broker counts as dead.
MOST_COMPARED = 2_000_000
_NO_DELETION = "not tried, since nothing is deleted after a failure"
_NO_ANSWER = "not tried, since answers were lost (run again)"
_SECONDS_TO_SHOW = 10
_BINDINGS_PER_SECOND = 50


def apply_changes(acls: Acls, plan: Plan[AclChange], observed: Observed) -> Applied:
    """Nothing is deleted once a change has failed or is unknown: somebody may rely on it.

    Nothing at all is sent once the cluster has stopped answering.
    """
    outcomes: list[Outcome] = []
    for operation, batch in _batched(plan, len(observed.bindings)):
        statuses = {outcome.status for outcome in outcomes}
        if "unknown" in statuses:
            outcomes += _untried(batch, _NO_ANSWER)
        elif operation == DELETE and statuses - {"applied"}:
            outcomes += _untried(batch, _NO_DELETION)
        else:
            send = acls.create_acls if operation == CREATE else acls.delete_acls
            answers = send(_bindings(batch))
            outcomes += [_outcome(change, answers) for change in batch]
    return Applied(outcomes)


def seconds_to_show(plan: Plan[AclChange]) -> float:
    bindings = _bindings(plan.changes)
    return _SECONDS_TO_SHOW + len(bindings) / _BINDINGS_PER_SECOND


def _batched(plan: Plan[AclChange], present: int) -> Iterator[tuple[str, list[AclChange]]]:
    """The changes in their order. `present`: how many ACLs there are before."""
    created = [change for change in plan.changes if change.operation == CREATE]
    deleted = [change for change in plan.changes if change.operation == DELETE]
    for batch in batches(created, MOST_CREATED, _weight):
        yield CREATE, batch
    total = present + len(_bindings(created))
    most = MOST_COMPARED // max(total, 1)
    for batch in batches(deleted, max(most, 1), _weight):
        yield DELETE, batch


def _weight(change: AclChange) -> int:
    return len(change.operations)


def _untried(batch: Iterable[AclChange], why: str) -> list[Outcome]:
    return [Outcome(change, "pending", why) for change in batch]


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
