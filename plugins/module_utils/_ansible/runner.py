# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a module calls: runs the pipeline for the resource that the module hands in.

The only file that reads check mode and diff mode, and that ends a module.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Protocol

from ansible.module_utils.basic import AnsibleModule, missing_required_lib

from .._cluster.confluent.client import IMPORT_ERROR
from .._cluster.confluent.gateway import ConfluentGateway
from .._cluster.gateway.gateway import Gateway
from .._core.errors import ApplyFailed, StateError
from .._core.foreign import printable, to_ansible
from .._core.interrupt import Interrupted, ignore_signals, interruptible
from .._core.resource import AnyResource
from .last_word import leave, waiting
from .options.connection import REDACTED, connection_from, echoed
from .pipeline import Pipeline, Settings


class Delivery(Protocol):
    """What is written to the logs of a cluster, rather than brought to a state.

    `writes`: whether sending it writes records.
    """

    @property
    def writes(self) -> bool: ...

    def prepare(self, gateway: Gateway) -> Delivery:
        """As it is going to be sent. Raises a StateError where it cannot be sent."""

    def result(self) -> dict[str, Any]:
        """What sending it returns, as far as that is known before."""

    def send(self, gateway: Gateway) -> dict[str, Any]: ...


def run(module: AnsibleModule, parse: Callable[[Mapping[str, Any]], AnyResource]) -> None:
    """Brings the cluster to the declared state, or in check mode says what that would take."""

    def work() -> dict[str, Any]:
        resource = parse(module.params)
        return _reconcile(module, resource)

    _finish(module, work)


def run_info(
    module: AnsibleModule,
    read: Callable[[Gateway, Mapping[str, Any]], dict[str, Any]],
    journal_features: bool = False,
) -> None:
    """Reads and returns; never changes anything.

    `journal_features`: keep what the client library logs of a broker's API versions.
    """

    def work() -> dict[str, Any]:
        gateway = _connect(module, journal_features)
        found = read(gateway, module.params)
        return {"changed": False, **found}

    _finish(module, work)


def run_delivery(module: AnsibleModule, parse: Callable[[Mapping[str, Any]], Delivery]) -> None:
    """Sends what was asked for, or in check mode says what that would be."""

    def work() -> dict[str, Any]:
        delivery = parse(module.params)
        gateway = _connect(module)
        prepared = delivery.prepare(gateway)
        if module.check_mode:
            return prepared.result()
        if not prepared.writes:
            return prepared.send(gateway)
        return _sent(prepared, gateway)

    _finish(module, work)


def _sent(delivery: Delivery, gateway: Gateway) -> dict[str, Any]:
    when = "while it wrote records, each of which may be there"
    leave(when, changed=True, error=ApplyFailed.__name__)
    try:
        result = delivery.send(gateway)
        ignore_signals()
    except Interrupted as signal:
        advice = "what was to be sent may be written, so look before you run again"
        raise ApplyFailed(f"{signal}: {advice}", changed=True) from None
    return result


def _finish(module: AnsibleModule, work: Callable[[], dict[str, Any]]) -> None:
    if IMPORT_ERROR:
        module.fail_json(msg=missing_required_lib("confluent-kafka"), exception=IMPORT_ERROR)
    nothing_yet = waiting("before it wrote anything", changed=False, error=StateError.__name__)
    with interruptible(), nothing_yet:
        try:
            result = work()
            ignore_signals()
        except (StateError, Interrupted) as error:
            ignore_signals()
            returned = to_ansible({**_failure(error), **_unmasked(module)})
            module.fail_json(**returned)
        returned = to_ansible({**result, **_unmasked(module)})
        module.exit_json(**returned)


def _failure(error: StateError | Interrupted) -> dict[str, Any]:
    failure = {"msg": str(error), "error": type(error).__name__}
    if isinstance(error, StateError):
        return {**failure, **error.facts}
    # a run that has begun to write tells what it did
    return {**failure, "msg": f"{error}, nothing was changed: run again", "changed": False}


def _unmasked(module: AnsibleModule) -> dict[str, Any]:
    """The echo of the options, with secrets hidden by the name of their option.

    Ansible would mask the value of a no_log option wherever it occurs: a password `dev` in every
    topic `dev.x`. No result of ours holds such a value but this echo, so that is turned off.
    """
    module.no_log_values.clear()
    # ansible-core 2.22 hands the values to the controller, which masks all that it shows
    if tracker := getattr(module, "_new_secrets", None):
        tracker.flush()
    arguments = dict(module.params)
    for name, option in module.argument_spec.items():
        if option.get("no_log") and arguments.get(name):
            arguments[name] = REDACTED
    arguments |= echoed(module.params)
    return {"invocation": {"module_args": arguments}}


def _connect(module: AnsibleModule, journal_features: bool = False) -> Gateway:
    connection = connection_from(module.params)
    return ConfluentGateway(connection, journal_features)


def _reconcile(module: AnsibleModule, resource: AnyResource) -> dict[str, Any]:
    settings = Settings(
        check=module.check_mode,
        diff=module._diff,
        diff_limit=module.params["diff_limit"],
        by_broker=module.params["validate"] == "broker",
        wait=module.params["wait"],
        expected_plan_id=module.params["expected_plan_id"],
        undo_file=module.params["undo_file"],
        report_refused=module.params["report_refused"],
    )
    if settings.undo_file:
        from .undo_file import check_undo_file

        check_undo_file(settings.undo_file)
    gateway = _connect(module)
    try:
        done = Pipeline(gateway, resource, settings).run()
    except StateError as error:
        # a throttled connection explains what timed out, so it comes first
        message = ": ".join([*gateway.notices(), str(error)])
        error.args = (message,)
        _warn(module, error.warnings)
        raise
    _warn(module, [*gateway.notices(), *done.warnings])
    return done.result


def _warn(module: AnsibleModule, warnings: Iterable[str]) -> None:
    """Each warning once."""
    for warning in dict.fromkeys(warnings):
        module.warn(printable(warning))
