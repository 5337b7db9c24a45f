# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What policies see of each declared topic: as it will be after the run. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from .._core.change import Plain
from .._core.plan import Plan
from .._core.policies import Subject
from .change import TopicChange
from .config_keys import KEYS
from .spec import TopicSet, TopicSpec
from .state import BrokerDefaults, Observed, TopicState

_READ: dict[str, Callable[[str], bool | int | float | str]] = {
    "boolean": lambda text: text == "true",
    "int": int,
    "long": int,
    "double": float,
}


def subjects(plan: Plan[TopicChange], declared: TopicSet, observed: Observed) -> Iterator[Subject]:
    """Every topic that is declared present; a topic to be deleted has no rules to obey."""
    changes: dict[str, list[TopicChange]] = {}
    for change in plan.changes:
        changes.setdefault(change.name, []).append(change)
    for spec in declared.topics.values():
        if spec.state == "present":
            yield Subject(
                spec.name, document_of(spec, changes.get(spec.name, ()), observed), spec.exempt
            )


def document_of(
    spec: TopicSpec, changes: Sequence[TopicChange], observed: Observed
) -> dict[str, Plain]:
    """What a rule sees: the topic as it will be, its labels and planned changes, and the cluster.

    Config values are typed.
    """
    state, defaults = observed.topics.get(spec.name), observed.defaults
    given = state or defaults
    config = _config(state, changes, defaults)
    return {
        "name": spec.name,
        "partitions": spec.partitions or (given.partitions if given else None),
        "replication_factor": spec.replication_factor
        or (given.replication_factor if given else None),
        "config": {key: typed(key, value) for key, value in sorted(config.items())},
        "labels": dict(spec.labels),
        "description": spec.description,
        "changes": [change.as_result() for change in changes],
        "cluster": {"cluster_id": observed.cluster_id, "brokers": observed.brokers},
    }


def typed(key: str, value: str | None) -> bool | int | float | str | None:
    """A config value as its key's type, so that numbers compare as numbers."""
    if value is None or key not in KEYS:
        return value
    try:
        return _READ.get(KEYS[key].type, str)(value)
    except ValueError:
        return value


def _config(
    state: TopicState | None, changes: Sequence[TopicChange], defaults: BrokerDefaults | None
) -> Mapping[str, str | None]:
    inherited: Mapping[str, str] = defaults.config if defaults else {}
    found: dict[str, str | None] = dict(inherited)
    if state:
        found = {**state.inherited, **state.config}
    for change in changes:
        for key, value in change.config.items():
            found[key] = inherited.get(key) if value is None else value
    return found
