# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes planned changes: creations, alterations, then deletions.

Every change has its own outcome.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping

from .._cluster.gateway.users import Users
from .._core.batch import batches
from .._core.change import Outcome
from .._core.plan import Plan
from .._core.resource import Applied, Tell
from .._kafka.errors import (
    CLUSTER_AUTHORIZATION_FAILED,
    RESOURCE_NOT_FOUND,
    UNKNOWN_SERVER_ERROR,
    Rejection,
)
from .._kafka.scram import FEWEST_ITERATIONS, Credential, Password, Upsertion
from .change import DELETE, UserChange
from .validate import ALTER_USER

# An answer that is lost is lost for a whole request, during which the client derives its keys: 100
# of the fewest iterations take it a second.
_MOST_WORK = 100 * FEWEST_ITERATIONS
_MOST_DELETED = 1000
_NO_DELETION = "not tried, since nothing is deleted after a failure"
_NO_ANSWER = "not tried, since answers were lost (run again)"
_SECONDS_TO_SHOW = 10
_USERS_PER_SECOND = 5  # each is proved again
_NONE = Password("")
_MADE = frozenset({"applied", "overtaken"})


def apply_changes(users: Users, plan: Plan[UserChange], tell: Tell) -> Applied:
    """Nothing is deleted once a change has failed or is unknown: somebody may rely on it.

    Nothing at all is sent once the cluster has stopped answering.
    """
    outcomes: list[Outcome] = []
    total = len(plan.changes)
    for batch in _batched(plan):
        statuses = {outcome.status for outcome in outcomes}
        is_deletion = batch[0].operation == DELETE
        if "unknown" in statuses:
            outcomes += _untried(batch, _NO_ANSWER)
        elif is_deletion and statuses - _MADE:
            outcomes += _untried(batch, _NO_DELETION)
        else:
            answers = _send(users, batch, is_deletion)
            outcomes += [_outcome(change, answers) for change in batch]
        tell(f"{len(outcomes)} of {total} changes sent")
    return Applied(outcomes)


def seconds_to_show(plan: Plan[UserChange]) -> float:
    return _SECONDS_TO_SHOW + len(plan.changes) / _USERS_PER_SECOND


def _batched(plan: Plan[UserChange]) -> Iterator[list[UserChange]]:
    """The changes in their order, in requests with at most one change of each user."""
    upserted, deleted = [], []
    for change in plan.changes:
        if change.operation == DELETE:
            deleted.append(change)
        else:
            upserted.append(change)
    for turn in _turns(upserted):
        yield from batches(turn, _MOST_WORK, _work)
    for turn in _turns(deleted):
        yield from batches(turn, _MOST_DELETED)


def _work(change: UserChange) -> int:
    return change.iterations


def _turns(changes: Iterable[UserChange]) -> Collection[list[UserChange]]:
    """Kafka answers by user, and refuses all of a user if it refuses one."""
    seen: defaultdict[str, int] = defaultdict(int)
    turns: defaultdict[int, list[UserChange]] = defaultdict(list)
    for change in changes:
        name = change.credential.name
        turns[seen[name]].append(change)
        seen[name] += 1
    return turns.values()


def _send(
    users: Users, batch: Iterable[UserChange], is_deletion: bool
) -> Mapping[Credential, Rejection | None]:
    if is_deletion:
        return users.delete_users([change.credential for change in batch])
    upsertions = []
    for change in batch:
        upsertion = Upsertion(change.credential, change.iterations, change.password or _NONE)
        upsertions.append(upsertion)
    return users.upsert_users(upsertions)


def _untried(batch: Iterable[UserChange], why: str) -> list[Outcome]:
    return [Outcome(change, "pending", why) for change in batch]


def _outcome(change: UserChange, answers: Mapping[Credential, Rejection | None]) -> Outcome:
    answer = answers[change.credential]
    if answer is None:
        return Outcome(change, "applied")
    if answer.lost or answer.code == UNKNOWN_SERVER_ERROR:
        return Outcome(change, "unknown", str(answer))
    if change.operation == DELETE and answer.code == RESOURCE_NOT_FOUND:
        # another client was faster
        return Outcome(change, "overtaken", str(answer))
    if answer.code == CLUSTER_AUTHORIZATION_FAILED:
        return Outcome(change, "failed", f"{answer.error} ({ALTER_USER})")
    return Outcome(change, "failed", str(answer))
