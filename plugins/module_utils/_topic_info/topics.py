# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads topics for the info modules, and the defaults that new topics get."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from typing import Any, Protocol

from .._cluster.gateway.clusters import Clusters
from .._cluster.gateway.configs import Configs
from .._cluster.gateway.records import Records
from .._cluster.gateway.topics import Topics
from .._core.errors import InvalidSpec, StateError
from .._core.query import compile_query
from .._kafka.moves import Move
from .._kafka.names import topic_name
from .._kafka.partitions import TopicPartition
from .._move.layout import Placing, read_layout, read_under_way
from .._topic.observe import Describing, broker_defaults, observe_names
from .._topic.state import TopicState


class Reading(Describing, Placing, Records, Protocol):
    """The APIs that read_topics needs."""


class ClusterReading(Clusters, Configs, Protocol):
    """The APIs that read_cluster needs."""


def read_topics(
    gateway: Reading,
    names: Sequence[str] | None = None,
    prefix: str | None = None,
    query: str | None = None,
    include_internal: bool = False,
    moves: bool = False,
    partitions: bool = False,
) -> dict[str, Any]:
    """The named topics, or those under a prefix, or all; then only those that `query` selects.

    `moves`: whether also their moves that are under way. `partitions`: whether also where each
    partition is, and its offsets.
    """
    wanted = set(wanted_names(gateway, names, prefix))
    observed = observe_names(gateway, wanted)
    states = [observed.topics[name] for name in sorted(observed.topics)]
    if names is None and not include_internal:
        states = [state for state in states if not state.internal]
    states = _as_they_will_be(gateway, states)
    if query:
        states = _select(states, query)
    absent = set(names or ()) - observed.topics.keys()
    found: dict[str, Any] = {
        "topics": [state.as_declaration() for state in states],
        "status": [state.as_status() for state in states],
        "absent": sorted(absent),
    }
    if moves:
        found["moves"] = _moves(gateway, {state.name for state in states})
    if partitions:
        from .partitions import read_partitions

        found["partitions"] = read_partitions(gateway, states)
    return found


def _as_they_will_be(gateway: Placing, states: Sequence[TopicState]) -> list[TopicState]:
    """With as many replicas as each has when its moves are done: until then, Kafka counts both.

    As Kafka shows them where the moves cannot be read.
    """
    under_way: Mapping[TopicPartition, Move] = {}
    if any(state.may_be_moving for state in states):
        with suppress(StateError):
            under_way = read_under_way(gateway).under_way
    settled = []
    for state in states:
        counts = []
        for number, brokers in state.replicas.items():
            move = under_way.get(TopicPartition(state.name, number))
            counts.append(len(move.target if move else brokers))
        factor = min(counts, default=state.replication_factor)
        settled.append(state._replace(replication_factor=factor))
    return settled


def _moves(gateway: Placing, topics: Collection[str]) -> list[dict[str, Any]]:
    """Of these topics, in their order. Raises StateError."""
    found = []
    for place, move in sorted(read_layout(gateway).under_way.items()):
        if place.topic in topics:
            found.append(
                {
                    "topic": place.topic,
                    "partition": place.partition,
                    "before": list(move.before),
                    "after": list(move.target),
                    "bytes": move.bytes_to_copy,
                    "copied": move.copied,
                }
            )
    return found


def wanted_names(gateway: Topics, names: Sequence[str] | None, prefix: str | None) -> Sequence[str]:
    """`names` as they are, whether the topics exist or not; without them those under `prefix`.

    Raises InvalidSpec for a name that no topic can have.
    """
    if names is None:
        start = prefix or ""
        return [name for name in gateway.list_topics() if name.startswith(start)]
    for name in names:
        try:
            topic_name(name)
        except ValueError as error:
            raise InvalidSpec(f"names: {error}") from error
    return names


def read_cluster(gateway: ClusterReading) -> dict[str, Any]:
    """The id, brokers and APIs of the cluster, and what a topic that declares nothing gets.

    These defaults are None where the principal may not read them.
    """
    cluster = gateway.describe_cluster()
    defaults = broker_defaults(gateway)
    versions = {}
    for name, (low, high) in sorted(gateway.api_versions().items()):
        versions[name] = {"min": low, "max": high}
    return {
        "cluster_id": cluster.cluster_id,
        "brokers": [broker._asdict() for broker in cluster.brokers],
        "api_versions": versions,
        "defaults": defaults._asdict() if defaults else None,
    }


def _select(states: Sequence[TopicState], query: str) -> list[TopicState]:
    rows = [{**state.as_declaration(), **state.as_status()} for state in states]
    try:
        selected = compile_query(query)(rows)
    except ValueError as error:
        raise InvalidSpec(f"cannot read query {query!r}: {error}") from error
    names = _names(selected)
    if names is None:
        raise InvalidSpec(f"query {query!r} must select whole topics, such as [?partitions > `3`]")
    return [state for state in states if state.name in names]


def _names(selected: object) -> set[str] | None:
    """The names of the selected topics; None where the query selects anything else."""
    if not isinstance(selected, list):
        return None
    names = set()
    for row in selected:
        name = row.get("name") if isinstance(row, dict) else None
        if not isinstance(name, str):
            return None
        names.add(name)
    return names
