# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a run does once it writes: looks again, applies, verifies.

Only a run that writes imports this file.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from .._cluster.gateway.gateway import Gateway
from .._core.change import Change, Outcome
from .._core.errors import ApplyFailed, NotConverged, StateError
from .._core.guard import refused
from .._core.outcome import report, shortfall
from .._core.plan import Plan
from .._core.resource import AnyResource
from .._core.verify import changed_meanwhile
from .._core.wording import because
from .last_word import leave
from .progress import tell
from .verification import verify


def look_again(gateway: Gateway, resource: AnyResource, plan: Plan[Change]) -> None:
    """Just before the first write, because Kafka has no compare-and-set. Raises PlanRefused."""
    settled = resource.settled(plan)
    observed = settled.observe(gateway)
    fresh = settled.plan(observed)
    changed = list(changed_meanwhile(plan, fresh))
    if changed:
        raise refused(plan, changed, "refused the plan, which is out of date (run again)")


def write(
    gateway: Gateway,
    resource: AnyResource,
    plan: Plan[Change],
    observed: Any,
    wait: bool,
    result: Mapping[str, Any],
) -> Sequence[str]:
    """Applies and verifies; returns warnings.

    Raises ApplyFailed or NotConverged: `result` with the outcome of each change.
    """
    total = len(plan.changes)
    noun = "change" if total == 1 else "changes"
    tell(f"sending {total} {noun}")
    open_outcomes = [Outcome(change, "unknown") for change in plan.changes]
    facts = {**result, "changed": True, "outcome": report(open_outcomes)}
    when = f"after it began to make {total} {noun}, which may have been made (run again)"
    leave(when, error=ApplyFailed.__name__, **facts)
    sent = resource.apply(gateway, plan, observed, tell)
    verified = verify(gateway, resource, plan, sent.outcomes, wait)
    warnings = (*sent.warnings, *verified.warnings)
    outcome = report(verified.outcomes)
    may_have_changed = outcome["applied"] or outcome["unknown"]
    facts = {**result, "changed": bool(may_have_changed), "outcome": outcome}
    contradictions = list(verified.contradictions.values())
    error: StateError
    if failure := shortfall(verified.outcomes, contradictions):
        error = ApplyFailed(failure, **facts)
    elif contradictions:
        message = because("the cluster contradicts what was applied", contradictions)
        error = NotConverged(message, **facts)
    else:
        return warnings
    error.warnings = warnings
    raise error
