# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs the pipeline for whatever resource a module hands in. The only place that reads check mode and diff mode."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Protocol, TypeVar

from ansible.module_utils.basic import AnsibleModule, missing_required_lib

from .._cluster.confluent.client import IMPORT_ERROR
from .._cluster.confluent.gateway import ConfluentGateway
from .._cluster.gateway.gateway import Gateway
from .._core.change import Change, Outcome, Plain
from .._core.diff import render
from .._core.errors import ApplyFailed, NotConverged, PlanRefused, StateError
from .._core.foreign import printable, to_ansible
from .._core.guard import expect, guard, refused
from .._core.outcome import report, shortfall
from .._core.plan import Plan, Validation, plan_id
from .._core.verify import Replan, await_converged, changed_meanwhile, settle
from .._core.wording import because, listed
from .options.connection import REDACTED, connection_from, echoed
from .undo_file import check_undo_file, check_undo_folder, keep_undo

_MOST_VIEWS = 3  # a later run may ask any broker; that many different answers must agree before a change counts as visible

Observed = TypeVar("Observed")
C = TypeVar("C", bound=Change)


class Resource(Protocol[Observed, C]):
    """A declaration of one kind of resource, with the stages of its pipeline."""

    def observe(self, gateway: Gateway) -> Observed: ...
    def plan(self, observed: Observed) -> Plan[C]: ...
    def weigh(self, gateway: Gateway, plan: Plan[C], observed: Observed) -> Plan[C]: ...
    def guard(self, plan: Plan[C], observed: Observed) -> Plan[C]: ...
    def basis(self, plan: Plan[C], observed: Observed) -> Plain: ...
    def undo(self, plan: Plan[C]) -> dict[str, Plain]: ...
    def validate(
        self, gateway: Gateway, plan: Plan[C], observed: Observed, by_broker: bool
    ) -> Validation: ...
    def apply(self, gateway: Gateway, plan: Plan[C], observed: Observed) -> list[Outcome]: ...
    def seconds_to_show(self, plan: Plan[C]) -> float: ...
    def narrowed(self, names: Iterable[str]) -> Resource[Observed, C]: ...

    def present(self, observed: Observed) -> dict[str, Any]:
        """The part of the result that holds the observed state."""

    @property
    def wants_state(self) -> bool:
        """Whether the user asked for that part."""


class Delivery(Protocol):
    """What is written to the logs of a cluster, rather than brought to a state."""

    def prepare(self, gateway: Gateway) -> Delivery:
        """As it is going to be sent. Raises where it cannot be."""

    def result(self) -> dict[str, Any]:
        """What sending it returns, as far as it can be told before."""

    def send(self, gateway: Gateway) -> dict[str, Any]: ...


def run(module: AnsibleModule, parse: Callable[[Mapping[str, Any]], Resource[Any, Any]]) -> None:
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
    """Ansible replaces each no_log value wherever it occurs: a password `dev` would turn topic `dev.x` into `********.x`.

    Our results never hold an option's value, so only the echo of the options needs hiding, and it is hidden by name.
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


def _reconcile(module: AnsibleModule, resource: Resource[Observed, Any]) -> dict[str, Any]:
    check_undo_file(module.params["undo_file"])
    gateway = _connect(module)
    warnings: list[str] = []
    try:
        result = _plan_and_apply(module, gateway, resource, warnings)
        warnings = [*gateway.notices(), *warnings]
    except StateError as error:
        # a throttled connection explains what timed out, so it comes first
        error.args = (": ".join([*gateway.notices(), str(error)]),)
        raise
    finally:
        for warning in dict.fromkeys(warnings):
            module.warn(printable(warning))
    return result


def _plan_and_apply(
    module: AnsibleModule, gateway: Gateway, resource: Resource[Observed, Any], warnings: list[str]
) -> dict[str, Any]:
    observed = resource.observe(gateway)
    plan = resource.guard(resource.weigh(gateway, resource.plan(observed), observed), observed)
    warnings += plan.warnings
    result = _describe(module, gateway, plan, resource.basis(plan, observed))
    try:
        expect(plan, result["plan_id"], module.params["expected_plan_id"])
        guard(plan)
        validation = resource.validate(
            gateway, plan, observed, module.params["validate"] == "broker"
        )
        if validation.refusals:
            raise refused(plan, validation.refusals, "the broker refused the plan")
        result["not_validated"] = [item._asdict() for item in validation.unvalidated]
        if plan.changes:
            result["undo"] = {"cluster_id": result["cluster_id"], **resource.undo(plan)}
            check_undo_folder(module.params["undo_file"])
        if plan.changes and not module.check_mode:
            _look_again(gateway, resource, plan)
            keep_undo(module.params["undo_file"], result["undo"])
    except PlanRefused as error:
        error.facts = {**result, "changed": False, **error.facts}
        raise
    if plan.changes and not module.check_mode:
        _apply(module, gateway, resource, observed, plan, result, warnings)
        if resource.wants_state:
            try:
                observed = resource.observe(gateway)
            except StateError as error:
                # what was applied must not be lost for it
                warnings.append(f"the state is returned as it was before the changes: {error}")
    return result | resource.present(observed) if resource.wants_state else result


def _look_again(gateway: Gateway, resource: Resource[Any, Any], plan: Plan[Change]) -> None:
    """Just before the first write, since Kafka writes whatever is there: it has no compare-and-set."""
    narrowed = resource.narrowed({change.name for change in plan.changes})
    fresh = narrowed.plan(narrowed.observe(gateway))
    changed = list(changed_meanwhile(plan, fresh))
    if changed:
        raise refused(plan, changed, "refused the plan, which is out of date (run again)")


def _describe(
    module: AnsibleModule, gateway: Gateway, plan: Plan[Change], basis: Plain
) -> dict[str, Any]:
    """The part of the result that a check run, the real run after it, and a refused run have in common."""
    cluster_id = gateway.describe_cluster().cluster_id
    summary = plan.summary(cluster_id)
    result = {
        "changed": bool(plan.changes),
        "changes": [change.as_result() for change in plan.changes],
        "summary": summary,
        "cluster_id": cluster_id,
        "plan_id": plan_id(plan, basis),
    }
    if module._diff and plan.changes:
        result["diff"] = render(plan.changes, module.params["diff_limit"], summary)
    return result


def _apply(
    module: AnsibleModule,
    gateway: Gateway,
    resource: Resource[Observed, Any],
    observed: Observed,
    plan: Plan[Change],
    result: dict[str, Any],
    warnings: list[str],
) -> None:
    """Applies and awaits. Raises ApplyFailed or NotConverged with what became of each change."""
    outcomes = resource.apply(gateway, plan, observed)
    outcomes, contradictions = _verify(module, gateway, resource, plan, outcomes, warnings)
    outcome = report(outcomes)
    may_have_changed = bool(outcome["applied"] or outcome["unknown"])
    facts = {**result, "changed": may_have_changed, "outcome": outcome}
    if failure := shortfall(outcomes, contradictions.values()):
        raise ApplyFailed(failure, **facts)
    if contradictions:
        raise NotConverged(
            because("the cluster contradicts what was applied", list(contradictions.values())),
            **facts,
        )


def _verify(
    module: AnsibleModule,
    gateway: Gateway,
    resource: Resource[Any, Any],
    plan: Plan[Change],
    outcomes: list[Outcome],
    warnings: list[str],
) -> tuple[list[Outcome], Mapping[str, str]]:
    """The outcomes after another look at the cluster, and what contradicts those that were applied."""
    wait = module.params["wait"]
    lost = any(outcome.status == "unknown" for outcome in outcomes)
    overtaken = any(outcome.status == "overtaken" for outcome in outcomes)
    if not wait and not lost and not overtaken:
        return outcomes, {}
    seconds = resource.seconds_to_show(plan) if wait else 0
    views = _views(gateway, resource, _MOST_VIEWS if wait else 1, anew=lost)
    verdict = await_converged(views, outcomes, seconds)
    warnings += verdict.warnings
    settled = settle(outcomes, verdict)
    applied = {outcome.change.name for outcome in settled if outcome.status == "applied"}
    if verdict.unread & applied:
        warnings.append(f"could not verify what was applied: {verdict.trouble}")
    unseen = [change.title for change in verdict.not_visible if change.name in applied]
    if unseen:
        warnings.append(f"accepted, but not visible yet after {seconds:.0f} s: {listed(unseen)}")
    return settled, {name: why for name, why in verdict.contradictions.items() if name in applied}


def _views(
    gateway: Gateway, resource: Resource[Any, Any], most: int, anew: bool
) -> Iterator[Replan]:
    """Ways to plan again: by this connection unless `anew`, then by new ones, each of which asks a broker of its own choice."""
    for number in range(min(len(gateway.describe_cluster().brokers), most)):
        yield _View(resource, gateway, connected=not number and not anew)


class _View:
    """Plans again by a connection of its own, and by a new one after each that failed."""

    def __init__(self, resource: Resource[Any, Any], gateway: Gateway, connected: bool) -> None:
        self._resource = resource
        self._first = gateway
        self._gateway = gateway if connected else None

    def __call__(self, names: frozenset[str]) -> Plan[Change]:
        gateway = self._gateway or self._first.another_view()
        self._gateway = None
        narrowed = self._resource.narrowed(names)
        plan = narrowed.plan(narrowed.observe(gateway))
        self._gateway = gateway
        return plan
