# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The verdict on one cluster: what all modules that looked at it found, in one small record."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from .._core.foreign import told

# the worst first
STATES = (
    "failed",
    "unreachable",
    "refused",
    "drifted",
    "not_tried",
    "changed",
    "in_state",
)
# the states of a cluster that is as declared
IN_ITS_STATE = frozenset({"changed", "in_state"})
# what is declared of a cluster, in the order in which it is kept
KINDS = ("catalogue", "topic", "user", "acl", "quota", "applications")
_NOTHING_DECLARED = (
    "nothing is declared for this cluster: set a variable such as kafka_topics_declared, "
    "or put the host into another group"
)
# what else a module fails with is `failed`
_OF_ERRORS = {"PlanRefused": "refused", "ClusterUnreachable": "unreachable"}


class Finding(NamedTuple):
    """What one module found of one kind.

    `changes`, `hazards`: how many of each; `plan_id`: of a plan that can still be applied.
    """

    state: str
    changes: Mapping[str, int] = {}
    hazards: Mapping[str, int] = {}
    refused: int = 0
    plan_id: str = ""
    error: str = ""


class Verdict(NamedTuple):
    """`time`: when the cluster was looked at, in UTC. `error`: one line, empty without one."""

    cluster: str
    state: str
    kinds: Mapping[str, Finding] = {}
    cluster_id: str = ""
    time: str = ""
    error: str = ""


def find(kind: str, result: Mapping[str, Any], writes: bool) -> Finding:
    """What the result of a module means. `writes`: whether the module could change anything."""
    changes: Counter[str] = Counter()
    hazards: Counter[str] = Counter()
    for change in result.get("changes", ()):
        changes[_operation(kind, change)] += 1
        hazards.update(change["hazards"])
    found = Finding(_state(result, writes), changes, hazards)
    if found.state == "drifted":
        return found._replace(plan_id=result["plan_id"])
    if found.state in IN_ITS_STATE:
        return found
    error = one_line(result.get("msg", "the module says nothing"))
    if found.state != "refused":
        return found._replace(error=error)
    refused = result.get("outcome", {}).get("failed", ())
    return found._replace(error=error, refused=len(refused))


def _operation(kind: str, change: Mapping[str, Any]) -> str:
    """The operation, with what it changes where that is not the kind itself."""
    if kind == "applications":
        return f"{change['kind']}.{change['operation']}"
    return str(change["operation"])


def _state(result: Mapping[str, Any], writes: bool) -> str:
    if result.get("unreachable"):
        return "unreachable"
    error = result.get("error")
    if error or result.get("failed"):
        return _OF_ERRORS.get(str(error), "failed")
    if writes and result.get("changed"):
        return "changed"
    if result.get("changes"):
        return "drifted"
    return "in_state"


def judge(
    cluster: str, findings: Mapping[str, Finding], cluster_id: str = "", time: str = ""
) -> Verdict:
    """The worst finding decides. A cluster of which nothing is declared is not in its state."""
    if not findings:
        return Verdict(told(cluster), "failed", {}, "", time, _NOTHING_DECLARED)
    state = worst(found.state for found in findings.values())
    return Verdict(
        told(cluster),
        state,
        findings,
        told(cluster_id),
        time,
        _first_error(findings),
    )


def _first_error(findings: Mapping[str, Finding]) -> str:
    for kind, found in findings.items():
        if found.error:
            return one_line(f"{kind}: {found.error}")
    return ""


def ended(cluster: str, result: Mapping[str, Any]) -> Verdict:
    """The verdict where the task itself failed, so that no module was asked."""
    state = "unreachable" if result.get("unreachable") else "failed"
    return Verdict(told(cluster), state, error=one_line(result.get("msg", "it has no verdict")))


def not_tried(cluster: str) -> Verdict:
    return Verdict(told(cluster), "not_tried")


def worst(states: Iterable[str]) -> str:
    return min(states, key=STATES.index)


def one_line(text: object) -> str:
    """A message of several lines as one, of bounded length."""
    return told(" ".join(str(text).split()))
