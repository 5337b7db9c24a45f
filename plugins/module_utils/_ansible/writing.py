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
from .._core.interrupt import Interrupted, ignore_signals
from .._core.outcome import report, shortfall
from .._core.plan import Plan
from .._core.resource import AnyResource, Applied
from .._core.verify import changed_meanwhile
from .._core.wording import because
from .last_word import leave
from .progress import tell
from .verification import Verified, verify


def look_again(gateway: Gateway, resource: AnyResource, plan: Plan[Change], observed: Any) -> None:
    """Just before the first write, because Kafka has no compare-and-set. Raises PlanRefused."""
    settled = resource.settled(plan)
    now = settled.observe(gateway)
    fresh = settled.plan(now)
    made_again = set(resource.made_again(observed, now))
    changed = list(changed_meanwhile(plan, fresh, made_again))
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
    """Applies and verifies; returns warnings. Afterwards no signal interrupts the run.

    Raises ApplyFailed or NotConverged: `result` with the outcome of each change.
    """
    total = len(plan.changes)
    noun = "change" if total == 1 else "changes"
    tell(f"sending {total} {noun}")
    _leave_unknown(plan, result, f"{total} {noun}")
    sent: Applied | None = None
    try:
        sent = _sent(gateway, resource, plan, observed)
        verified = verify(gateway, resource, plan, sent.outcomes, wait)
        ignore_signals()
    except Interrupted as signal:
        sent = _looked_at(sent or _cut_short(plan, signal), signal)
        # only a look, since who sent the signal waits
        verified = verify(gateway, resource, plan, sent.outcomes, wait=False)
    return _judged(sent, verified, result)


def _leave_unknown(plan: Plan[Change], result: Mapping[str, Any], changes: str) -> None:
    """Should the process die from here on."""
    outcomes = [Outcome(change, "unknown") for change in plan.changes]
    facts = {**result, "changed": True, "outcome": report(outcomes)}
    when = f"after it began to make {changes}, which may have been made (run again)"
    leave(when, error=ApplyFailed.__name__, **facts)


def _sent(gateway: Gateway, resource: AnyResource, plan: Plan[Change], observed: Any) -> Applied:
    """What was sent before an error is not known any more."""
    try:
        return resource.apply(gateway, plan, observed, tell)
    except StateError as error:
        return _cut_short(plan, error)


def _cut_short(plan: Plan[Change], error: StateError | Interrupted) -> Applied:
    outcomes = [Outcome(change, "unknown", str(error)) for change in plan.changes]
    return Applied(outcomes, error.warnings)


def _looked_at(sent: Applied, signal: Interrupted) -> Applied:
    warning = f"{signal}, so not all brokers were asked whether they show the changes"
    return Applied(sent.outcomes, (*sent.warnings, warning))


def _judged(sent: Applied, verified: Verified, result: Mapping[str, Any]) -> Sequence[str]:
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
