# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Has the broker validate a plan, which applies nothing."""

from __future__ import annotations

from typing import Protocol

from .._cluster.gateway.quotas import Quotas
from .._core.guard import impossible
from .._core.plan import Plan, Refusal, Unvalidated, Validation
from .apply import batched, explained
from .change import QuotaChange, reason_of

_LOCAL = "validate is local: not shown to the broker"


class Validating(Protocol):
    """The API that validates."""

    def quotas(self) -> Quotas: ...


def validate_locally(plan: Plan[QuotaChange]) -> Validation:
    unvalidated = []
    for change in plan.changes:
        unvalidated.append(Unvalidated(change.name, change.operation, _LOCAL))
    return Validation((), tuple(unvalidated))


def validate_by_broker(gateway: Validating, plan: Plan[QuotaChange]) -> Validation:
    """Shows it every change. Raises ClusterUnreachable if an answer is lost."""
    refusals: list[Refusal] = []
    quotas = gateway.quotas()
    try:
        for batch in batched(plan.changes):
            alterations = {change.entity: change.alterations for change in batch}
            answers = quotas.alter_quotas(alterations, validate_only=True)
            for change in batch:
                answer = answers[change.entity]
                if answer is not None:
                    reason = reason_of(change, explained(answer))
                    name, operation = change.name, change.operation
                    refusals.append(impossible(name, reason, operation, change.key))
    finally:
        quotas.close()
    return Validation(tuple(refusals), ())
