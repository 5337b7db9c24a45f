# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the policies see of each declared topic: the topic as it will be after the run. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from .._core.change import Plain
from .._core.plan import Plan
from .._core.policies import Subject
from .change import TopicChange
from .config_keys import KEYS
from .hazards import in_force
from .spec import TopicSet, TopicSpec
from .state import BrokerDefaults, Observed, TopicState, default_config


def _is_true(text: str) -> bool:
    return text == "true"


_READ: dict[str, Callable[[str], bool | int | float | str]] = {
    "boolean": _is_true,
    "int": int,
    "long": int,
    "double": float,
}


def subjects(plan: Plan[TopicChange], declared: TopicSet, observed: Observed) -> Iterator[Subject]:
    """Every topic that is declared present; a topic to be deleted has no rules to obey."""
    changes: dict[str, list[TopicChange]] = {}
    for change in plan.changes:
        changes.setdefault(change.name, []).append(change)
    for name, spec in declared.topics.items():
        if spec.state == "present":
            planned = changes.get(name, ())
            document = document_of(spec, planned, observed)
            yield Subject(name, document, spec.exempt)


def document_of(
    spec: TopicSpec, changes: Sequence[TopicChange], observed: Observed
) -> dict[str, Plain]:
    """What a rule sees: the topic as it will be, its labels and planned changes, and the cluster.

    Config values have the type of their key.
    """
    state = observed.topics.get(spec.name)
    partitions, replication_factor = spec.partitions, spec.replication_factor
    if spec.assignments:
        present = state.replicas if state else {}
        held = {**present, **spec.assignments}
        counts = [len(brokers) for brokers in held.values()]
        partitions = partitions or len(held)
        replication_factor = min(counts)
    fallback = state or observed.defaults
    if fallback:
        partitions = partitions or fallback.partitions
        replication_factor = replication_factor or fallback.replication_factor
    config = _config(state, changes, observed.defaults)
    return {
        "name": spec.name,
        "partitions": partitions,
        "replication_factor": replication_factor,
        "config": {key: typed(key, value) for key, value in sorted(config.items())},
        "labels": dict(spec.labels),
        "description": spec.description,
        "changes": [change.as_result() for change in changes],
        "cluster": {"cluster_id": observed.cluster_id, "brokers": observed.brokers},
    }


def typed(key: str, value: str | None) -> bool | int | float | str | None:
    """A config value in the type of its key, so that numbers compare as numbers."""
    if value is None or key not in KEYS:
        return value
    read = _READ.get(KEYS[key].type, str)
    try:
        return read(value)
    except ValueError:
        return value


def _config(
    state: TopicState | None, changes: Sequence[TopicChange], defaults: BrokerDefaults | None
) -> Mapping[str, str | None]:
    """The value of every key after the changes."""
    values: dict[str, str | None] = dict(default_config(defaults))
    if state:
        values = {**state.inherited, **state.config}
    for change in changes:
        values |= in_force(change.config, defaults)
    return values
