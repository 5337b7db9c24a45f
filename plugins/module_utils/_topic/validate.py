# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Lets the broker validate a plan without applying it: policies, values, rights, placement."""

from __future__ import annotations

from .._core.errors import ClusterUnreachable
from .._core.plan import Plan, Refusal, Unvalidated, Validation
from .apply import APPLIERS, Writing, batched, explain, is_made, send
from .change import DELETE, TopicChange
from .state import Observed


def validate_by_broker(gateway: Writing, plan: Plan[TopicChange], observed: Observed) -> Validation:
    """Asks about every change that Kafka can validate, and looks up the right to delete."""
    refusals: list[Refusal] = []
    unvalidated: list[Unvalidated] = []
    for operation, batch in batched(plan, observed.defaults):
        if not APPLIERS[operation].validates:
            refusals += [refusal for change in batch for refusal in _forbidden(change, observed)]
            unvalidated += [
                Unvalidated(
                    change.name,
                    operation,
                    "Kafka validates no deletion; the right to delete was looked up",
                )
                for change in batch
            ]
            continue
        answers = send(gateway, operation, batch, validate_only=True)
        for change in batch:
            name, answer = change.name, answers.get(change.name)
            if answer is not None and is_made(change, answer):
                unvalidated.append(
                    Unvalidated(name, operation, f"changed by another client meanwhile: {answer}")
                )
            elif answer is not None and answer.lost:
                raise ClusterUnreachable(
                    f"cannot have the plan validated: {explain(change, answer)}"
                )
            elif answer is not None:
                refusals.append(Refusal(name, explain(change, answer), operation))
    return Validation(tuple(refusals), tuple(unvalidated))


def unvalidated_locally(plan: Plan[TopicChange]) -> Validation:
    """With `validate: local` the broker is not asked at all."""
    return Validation(
        (),
        tuple(
            Unvalidated(change.name, change.operation, "validate is local: not shown to the broker")
            for change in plan.changes
        ),
    )


def _forbidden(change: TopicChange, observed: Observed) -> list[Refusal]:
    if observed.defaults and not observed.defaults.delete_topics:
        return [
            Refusal(
                change.name,
                f"{change.title}: the brokers forbid it (delete.topic.enable=false)",
                DELETE,
            )
        ]
    state = observed.topics.get(change.name)
    operations = state.operations if state else None
    if operations is None or DELETE.upper() in operations:
        return []
    return [
        Refusal(
            change.name,
            f"{change.title}: the principal needs the ACL operation {APPLIERS[DELETE].acl}",
            DELETE,
        )
    ]
