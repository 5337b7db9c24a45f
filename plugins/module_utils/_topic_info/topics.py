# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads topics, and the defaults that new topics get, for the info modules."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from .._cluster.gateway.gateway import Gateway
from .._cluster.gateway.topics import Topics
from .._core.errors import InvalidSpec
from .._core.query import compile_query
from .._kafka.names import topic_name
from .._topic.observe import broker_defaults, observe_names
from .._topic.state import TopicState


def read_topics(
    gateway: Gateway,
    names: Sequence[str] | None = None,
    prefix: str | None = None,
    query: str | None = None,
    include_internal: bool = False,
) -> dict[str, Any]:
    """The named topics, or those under a prefix, or all; then only those that `query` selects."""
    found = observe_names(gateway, set(wanted_names(gateway, names, prefix))).topics
    states = [found[name] for name in sorted(found)]
    if names is None and not include_internal:
        states = [state for state in states if not state.internal]
    if query:
        states = _select(states, query)
    return {
        "topics": [state.as_declaration() for state in states],
        "status": [state.as_status() for state in states],
        "absent": sorted(set(names or ()) - found.keys()),
    }


def wanted_names(gateway: Topics, names: Sequence[str] | None, prefix: str | None) -> Sequence[str]:
    """`names` themselves, whether the topics exist or not; else those that can be described."""
    if names is None:
        return [name for name in gateway.list_topics() if name.startswith(prefix or "")]
    for name in names:
        try:
            topic_name(name)
        except ValueError as error:
            raise InvalidSpec(f"names: {error}") from error
    return names


def read_cluster(gateway: Gateway) -> dict[str, Any]:
    """Its id, brokers and APIs, and what a topic gets that declares nothing.

    The defaults are None where the principal may not read them.
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
        chosen = compile_query(query)(rows)
    except ValueError as error:
        raise InvalidSpec(f"cannot read query {query!r}: {error}") from error
    if not isinstance(chosen, list) or not all(map(_is_topic, chosen)):
        raise InvalidSpec(f"query {query!r} must select whole topics, such as [?partitions > `3`]")
    names = {row["name"] for row in chosen}
    return [state for state in states if state.name in names]


def _is_topic(row: object) -> bool:
    return isinstance(row, dict) and isinstance(row.get("name"), str)
