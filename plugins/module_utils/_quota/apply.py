# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Applies a plan of quotas: what is set first, then what is removed.

Every change has its own outcome.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from .._cluster.gateway.quotas import Quotas
from .._core.batch import batches
from .._core.change import Outcome
from .._core.plan import Plan
from .._core.resource import Applied
from .._kafka.errors import CLUSTER_AUTHORIZATION_FAILED, UNKNOWN_SERVER_ERROR, Rejection
from .change import DELETE, QuotaChange

# The controller makes at most 10,000 metadata records for one request, one for each key, and
# refuses a request beyond that as a whole.
MOST_KEYS = 9_900
_ALTER_ACL = "the principal needs the ACL operation ALTER_CONFIGS on the cluster"
_NO_DELETION = "not tried, since nothing is deleted after a failure"
_NO_ANSWER = "not tried, since answers were lost (run again)"
_SECONDS_TO_SHOW = 10
_ENTITIES_PER_SECOND = 100


def apply_changes(quotas: Quotas, plan: Plan[QuotaChange]) -> Applied:
    """Nothing is deleted once a change has failed or is unknown: others may be bound by less.

    Nothing at all is sent once the cluster has stopped answering. Closes the connection.
    """
    outcomes: list[Outcome] = []
    try:
        for batch in batched(plan.changes):
            statuses = {outcome.status for outcome in outcomes}
            is_deletion = batch[0].operation == DELETE
            if "unknown" in statuses:
                outcomes += _untried(batch, _NO_ANSWER)
            elif is_deletion and statuses - {"applied"}:
                outcomes += _untried(batch, _NO_DELETION)
            else:
                alterations = {change.entity: change.alterations for change in batch}
                answers = quotas.alter_quotas(alterations)
                outcomes += [_outcome(change, answers[change.entity]) for change in batch]
    finally:
        quotas.close()
    return Applied(outcomes)


def seconds_to_show(plan: Plan[QuotaChange]) -> float:
    return _SECONDS_TO_SHOW + len(plan.changes) / _ENTITIES_PER_SECOND


def batched(changes: Iterable[QuotaChange]) -> Iterator[list[QuotaChange]]:
    """In their order; none has both deletions and others."""
    deleted: list[QuotaChange] = []
    others: list[QuotaChange] = []
    for change in changes:
        side = deleted if change.operation == DELETE else others
        side.append(change)
    yield from batches(others, MOST_KEYS, _weight)
    yield from batches(deleted, MOST_KEYS, _weight)


def _weight(change: QuotaChange) -> int:
    return len(change.steps)


def _untried(batch: Iterable[QuotaChange], why: str) -> list[Outcome]:
    return [Outcome(change, "pending", why) for change in batch]


def _outcome(change: QuotaChange, answer: Rejection | None) -> Outcome:
    if answer is None:
        return Outcome(change, "applied")
    if answer.lost or answer.code == UNKNOWN_SERVER_ERROR:
        return Outcome(change, "unknown", explained(answer))
    return Outcome(change, "failed", explained(answer))


def explained(answer: Rejection) -> str:
    """The cause, with the remedy where we know it."""
    if answer.code == CLUSTER_AUTHORIZATION_FAILED:
        return f"{answer.error} ({_ALTER_ACL})"
    return str(answer)
