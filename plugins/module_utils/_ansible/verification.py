# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The outcomes of a run after another look at the cluster, by several of its brokers."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence
from typing import NamedTuple

from .._cluster.gateway.gateway import Gateway
from .._core.change import Change, Outcome
from .._core.plan import Plan
from .._core.resource import AnyResource
from .._core.verify import Replan, Verdict, await_converged, settle
from .._core.wording import listed
from .progress import tell

# a later run may ask any broker, so this many answers must agree before a change counts as visible
_MOST_VIEWS = 3


class Verified(NamedTuple):
    """`contradictions`: by key, what another client made of what was applied."""

    outcomes: Sequence[Outcome]
    contradictions: Mapping[Hashable, str] = {}
    warnings: Sequence[str] = ()


def verify(
    gateway: Gateway,
    resource: AnyResource,
    plan: Plan[Change],
    outcomes: Sequence[Outcome],
    wait: bool,
) -> Verified:
    """Without `wait`, looks once, and only if an outcome is open."""
    statuses = {outcome.status for outcome in outcomes}
    lost = "unknown" in statuses
    is_open = lost or "overtaken" in statuses
    if not wait and not is_open:
        return Verified(outcomes)
    seconds = resource.seconds_to_show(plan) if wait else 0
    most = _MOST_VIEWS if wait else 1
    views = _views(gateway, resource, most, anew=lost)
    verdict = await_converged(views, outcomes, seconds, watch=_tell_shown)
    settled = settle(outcomes, verdict)
    applied = {outcome.change.key for outcome in settled if outcome.status == "applied"}
    contradictions = {}
    for key, why in verdict.contradictions.items():
        if key in applied:
            contradictions[key] = why
    warnings = _warnings(verdict, applied, seconds)
    return Verified(settled, contradictions, warnings)


def _tell_shown(shown: int, sent: int) -> None:
    tell(f"{shown} of {sent} changes show")


def _warnings(verdict: Verdict, applied: set[Hashable], seconds: float) -> list[str]:
    """`applied`: the keys of what was applied."""
    warnings = list(verdict.warnings)
    if verdict.unread & applied:
        warnings.append(f"could not verify what was applied: {verdict.trouble}")
    unseen = [change.title for change in verdict.not_visible if change.key in applied]
    if unseen:
        warnings.append(f"accepted, but not visible yet after {seconds:.0f} s: {listed(unseen)}")
    return warnings


def _views(gateway: Gateway, resource: AnyResource, most: int, anew: bool) -> Iterator[Replan]:
    """Ways to plan again: first by this connection, unless `anew`, then by new ones.

    Each new connection asks a broker of its own choice.
    """
    brokers = gateway.describe_cluster().brokers
    count = min(len(brokers), most)
    for number in range(count):
        if number == 0 and not anew:
            yield _View(resource, gateway, connected=True)
        else:
            yield _View(resource, gateway, connected=False)


class _View:
    """Plans again by one connection. After a failure it makes a new one."""

    def __init__(self, resource: AnyResource, gateway: Gateway, connected: bool) -> None:
        self._resource = resource
        self._first = gateway
        self._gateway = gateway if connected else None

    def __call__(self, keys: frozenset[Hashable]) -> Plan[Change]:
        gateway = self._gateway or self._first.another_view()
        self._gateway = None
        narrowed = self._resource.narrowed(keys)
        observed = narrowed.observe(gateway)
        plan = narrowed.plan(observed)
        # it did not fail, so it is asked again
        self._gateway = gateway
        return plan
