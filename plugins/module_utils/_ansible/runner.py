# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs the pipeline for whatever resource a module hands in.

The only place that reads check mode and diff mode.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple, Protocol, TypeAlias

from ansible.module_utils.basic import AnsibleModule, missing_required_lib

from .._cluster.confluent.client import IMPORT_ERROR
from .._cluster.confluent.gateway import ConfluentGateway
from .._cluster.gateway.gateway import Gateway
from .._core.change import Change, Outcome, Plain
from .._core.diff import render
from .._core.errors import ApplyFailed, NotConverged, PlanRefused, StateError
from .._core.foreign import printable, to_ansible
from .._core.guard import expect, raise_if_refused, refused
from .._core.outcome import report, shortfall
from .._core.plan import Plan, plan_id
from .._core.resource import Resource
from .._core.verify import Replan, await_converged, changed_meanwhile, settle
from .._core.wording import because, listed
from .options.connection import REDACTED, connection_from, echoed
from .undo_file import check_undo_file, check_undo_folder, keep_undo

# a later run may ask any broker: so many answers must agree before a change counts as visible
_MOST_VIEWS = 3

AnyResource: TypeAlias = Resource[Gateway, Any, Any]


class Settings(NamedTuple):
    """How the run goes about the declaration, as the module was told."""

    check: bool
    diff: bool
    diff_limit: int
    by_broker: bool
    wait: bool
    expected_plan_id: str | None
    undo_file: str | None


class Done(NamedTuple):
    result: dict[str, Any]
    warnings: Sequence[str] = ()


class Verified(NamedTuple):
    """`contradictions`: by key, what another client made of what was applied."""

    outcomes: list[Outcome]
    contradictions: Mapping[Hashable, str] = {}
    warnings: Sequence[str] = ()


class Delivery(Protocol):
    """What is written to the logs of a cluster, rather than brought to a state."""

    def prepare(self, gateway: Gateway) -> Delivery:
        """As it is going to be sent. Raises where it cannot be."""

    def result(self) -> dict[str, Any]:
        """What sending it returns, as far as it can be told before."""

    def send(self, gateway: Gateway) -> dict[str, Any]: ...


def run(module: AnsibleModule, parse: Callable[[Mapping[str, Any]], AnyResource]) -> None:
    """Brings the cluster to the declared state, or in check mode says what that would take."""
    _finish(module, lambda: _reconcile(module, parse(module.params)))


def run_info(
    module: AnsibleModule,
    read: Callable[[Gateway, Mapping[str, Any]], dict[str, Any]],
    journal_features: bool = False,
) -> None:
    """Reads and returns; never changes anything."""
    _finish(
        module,
        lambda: {"changed": False, **read(_connect(module, journal_features), module.params)},
    )


def run_delivery(module: AnsibleModule, parse: Callable[[Mapping[str, Any]], Delivery]) -> None:
    """Sends what was asked for, or in check mode says what that would be."""
    _finish(module, lambda: _deliver(module, parse(module.params)))


def _finish(module: AnsibleModule, work: Callable[[], dict[str, Any]]) -> None:
    if IMPORT_ERROR:
        module.fail_json(msg=missing_required_lib("confluent-kafka"), exception=IMPORT_ERROR)
    try:
        result = work()
    except StateError as error:
        failure = {"msg": str(error), "error": type(error).__name__, **error.facts}
        module.fail_json(**to_ansible({**failure, **_unmasked(module)}))
    module.exit_json(**to_ansible({**result, **_unmasked(module)}))


def _unmasked(module: AnsibleModule) -> dict[str, Any]:
    """Ansible replaces each no_log value wherever it occurs: a password `dev` in every `dev.x`.

    Our results never hold an option's value, so only the echo of the options needs hiding, and it
    is hidden by name.
    """
    module.no_log_values.clear()
    # ansible-core 2.22 hands the values to the controller instead, which masks all that it shows
    if tracker := getattr(module, "_new_secrets", None):
        tracker.flush()
    hidden = {name for name, option in module.argument_spec.items() if option.get("no_log")}
    arguments = {
        name: REDACTED if name in hidden and value else value
        for name, value in module.params.items()
    }
    return {"invocation": {"module_args": {**arguments, **echoed(module.params)}}}


def _connect(module: AnsibleModule, journal_features: bool = False) -> Gateway:
    return ConfluentGateway(connection_from(module.params), journal_features)


def _deliver(module: AnsibleModule, delivery: Delivery) -> dict[str, Any]:
    gateway = _connect(module)
    prepared = delivery.prepare(gateway)
    return prepared.result() if module.check_mode else prepared.send(gateway)


def _settings(module: AnsibleModule) -> Settings:
    return Settings(
        check=module.check_mode,
        diff=module._diff,
        diff_limit=module.params["diff_limit"],
        by_broker=module.params["validate"] == "broker",
        wait=module.params["wait"],
        expected_plan_id=module.params["expected_plan_id"],
        undo_file=module.params["undo_file"],
    )


def _reconcile(module: AnsibleModule, resource: AnyResource) -> dict[str, Any]:
    settings = _settings(module)
    check_undo_file(settings.undo_file)
    gateway = _connect(module)
    try:
        done = _plan_and_apply(gateway, resource, settings)
    except StateError as error:
        # a throttled connection explains what timed out, so it comes first
        error.args = (": ".join([*gateway.notices(), str(error)]),)
        _warn(module, error.warnings)
        raise
    _warn(module, [*gateway.notices(), *done.warnings])
    return done.result


def _warn(module: AnsibleModule, warnings: Iterable[str]) -> None:
    for warning in dict.fromkeys(warnings):
        module.warn(printable(warning))


def _plan_and_apply(gateway: Gateway, resource: AnyResource, settings: Settings) -> Done:
    observed = resource.observe(gateway)
    weighed = resource.weigh(gateway, resource.plan(observed), observed)
    plan = resource.guard(weighed, observed)
    try:
        result = _reviewed(gateway, resource, observed, plan, settings)
        warnings = list(plan.warnings)
        if plan.changes and not settings.check:
            warnings += _apply(gateway, resource, observed, plan, result, settings)
    except StateError as error:
        error.warnings = (*plan.warnings, *error.warnings)
        raise
    if not resource.wants_state:
        return Done(result, warnings)
    if plan.changes and not settings.check:
        try:
            observed = resource.observe(gateway)
        except StateError as error:
            # what was applied must not be lost for it
            warnings.append(f"the state is returned as it was before the changes: {error}")
    return Done(result | resource.as_result(observed), warnings)


def _reviewed(
    gateway: Gateway,
    resource: AnyResource,
    observed: Any,
    plan: Plan[Change],
    settings: Settings,
) -> dict[str, Any]:
    """The result as far as the plan decides it. Raises PlanRefused where it must not be applied."""
    result = _describe(gateway, plan, resource.basis(plan, observed), settings)
    try:
        expect(plan, result["plan_id"], settings.expected_plan_id)
        raise_if_refused(plan)
        validation = resource.validate(gateway, plan, observed, settings.by_broker)
        if validation.refusals:
            raise refused(plan, validation.refusals, "the broker refused the plan")
        result["not_validated"] = [item._asdict() for item in validation.unvalidated]
        if plan.changes:
            result["undo"] = {"cluster_id": result["cluster_id"], **resource.undo(plan)}
            check_undo_folder(settings.undo_file)
        if plan.changes and not settings.check:
            _look_again(gateway, resource, plan)
            keep_undo(settings.undo_file, result["undo"])
    except PlanRefused as error:
        error.facts = {**result, "changed": False, **error.facts}
        raise
    return result


def _look_again(gateway: Gateway, resource: AnyResource, plan: Plan[Change]) -> None:
    """Just before the first write, since Kafka writes whatever is there: no compare-and-set."""
    narrowed = resource.narrowed({change.key for change in plan.changes})
    fresh = narrowed.plan(narrowed.observe(gateway))
    changed = list(changed_meanwhile(plan, fresh))
    if changed:
        raise refused(plan, changed, "refused the plan, which is out of date (run again)")


def _describe(
    gateway: Gateway, plan: Plan[Change], basis: Plain, settings: Settings
) -> dict[str, Any]:
    """What a check run, the real run after it, and a refused run have in common."""
    cluster_id = gateway.describe_cluster().cluster_id
    summary = plan.summary(cluster_id)
    result = {
        "changed": bool(plan.changes),
        "changes": [change.as_result() for change in plan.changes],
        "summary": summary,
        "cluster_id": cluster_id,
        "plan_id": plan_id(plan, basis),
    }
    if settings.diff and plan.changes:
        result["diff"] = render(plan.changes, settings.diff_limit, summary)
    return result


def _apply(
    gateway: Gateway,
    resource: AnyResource,
    observed: Any,
    plan: Plan[Change],
    result: Mapping[str, Any],
    settings: Settings,
) -> Sequence[str]:
    """Applies and awaits; the warnings. Raises ApplyFailed or NotConverged with each outcome."""
    sent = resource.apply(gateway, plan, observed)
    verified = _verify(gateway, resource, plan, sent, settings.wait)
    outcome = report(verified.outcomes)
    may_have_changed = bool(outcome["applied"] or outcome["unknown"])
    facts = {**result, "changed": may_have_changed, "outcome": outcome}
    contradictions = list(verified.contradictions.values())
    error: StateError
    if failure := shortfall(verified.outcomes, contradictions):
        error = ApplyFailed(failure, **facts)
    elif contradictions:
        message = because("the cluster contradicts what was applied", contradictions)
        error = NotConverged(message, **facts)
    else:
        return verified.warnings
    error.warnings = tuple(verified.warnings)
    raise error


def _verify(
    gateway: Gateway,
    resource: AnyResource,
    plan: Plan[Change],
    outcomes: list[Outcome],
    wait: bool,
) -> Verified:
    """The outcomes after another look at the cluster."""
    lost = any(outcome.status == "unknown" for outcome in outcomes)
    overtaken = any(outcome.status == "overtaken" for outcome in outcomes)
    if not wait and not lost and not overtaken:
        return Verified(outcomes)
    seconds = resource.seconds_to_show(plan) if wait else 0
    views = _views(gateway, resource, _MOST_VIEWS if wait else 1, anew=lost)
    verdict = await_converged(views, outcomes, seconds)
    settled = settle(outcomes, verdict)
    applied = {outcome.change.key for outcome in settled if outcome.status == "applied"}
    warnings = list(verdict.warnings)
    if verdict.unread & applied:
        warnings.append(f"could not verify what was applied: {verdict.trouble}")
    unseen = [change.title for change in verdict.not_visible if change.key in applied]
    if unseen:
        warnings.append(f"accepted, but not visible yet after {seconds:.0f} s: {listed(unseen)}")
    contradictions = {key: why for key, why in verdict.contradictions.items() if key in applied}
    return Verified(settled, contradictions, warnings)


def _views(gateway: Gateway, resource: AnyResource, most: int, anew: bool) -> Iterator[Replan]:
    """Ways to plan again: by this connection unless `anew`, then by new ones.

    Each of those asks a broker of its own choice.
    """
    for number in range(min(len(gateway.describe_cluster().brokers), most)):
        yield _View(resource, gateway, connected=not number and not anew)


class _View:
    """Plans again by a connection of its own, and by a new one after each that failed."""

    def __init__(self, resource: AnyResource, gateway: Gateway, connected: bool) -> None:
        self._resource = resource
        self._first = gateway
        self._gateway = gateway if connected else None

    def __call__(self, keys: frozenset[Hashable]) -> Plan[Change]:
        gateway = self._gateway or self._first.another_view()
        self._gateway = None
        narrowed = self._resource.narrowed(keys)
        plan = narrowed.plan(narrowed.observe(gateway))
        self._gateway = gateway
        return plan
