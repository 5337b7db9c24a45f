# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reading topics, and the defaults that new topics get, for the info modules."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from .._cluster.gateway.gateway import Gateway
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
    """The named topics, those whose name begins with `prefix`, or all that the principal may describe; then those that `query` selects."""
    found = observe_names(gateway, set(wanted_names(gateway, names, prefix))).topics
    states = [
        found[name]
        for name in sorted(found)
        if names is not None or include_internal or not found[name].internal
    ]
    selected = _select(states, query) if query else states
    return {
        "topics": [state.as_declaration() for state in selected],
        "status": [state.as_status() for state in selected],
        "absent": sorted(set(names or ()) - found.keys()),
    }


def wanted_names(
    gateway: Gateway, names: Sequence[str] | None, prefix: str | None
) -> Sequence[str]:
    """Of topics that need not exist, where `names` are given."""
    for name in names or ():
        try:
            topic_name(name)
        except ValueError as error:
            raise InvalidSpec(f"names: {error}") from error
    return (
        names
        if names is not None
        else [name for name in gateway.list_topics() if name.startswith(prefix or "")]
    )


def read_cluster(gateway: Gateway) -> dict[str, Any]:
    """Identity, brokers, supported APIs, and what a topic gets that declares nothing (None where the principal may not read it)."""
    cluster = gateway.describe_cluster()
    defaults = broker_defaults(gateway)
    return {
        "cluster_id": cluster.cluster_id,
        "brokers": [broker._asdict() for broker in cluster.brokers],
        "api_versions": {
            name: {"min": low, "max": high}
            for name, (low, high) in sorted(gateway.api_versions().items())
        },
        "defaults": defaults._asdict() if defaults else None,
    }


def _select(states: Sequence[TopicState], query: str) -> list[TopicState]:
    try:
        chosen = compile_query(query)(
            [{**state.as_declaration(), **state.as_status()} for state in states]
        )
    except ValueError as error:
        raise InvalidSpec(f"cannot read query {query!r}: {error}") from error
    if not isinstance(chosen, list) or not all(
        isinstance(row, dict) and isinstance(row.get("name"), str) for row in chosen
    ):
        raise InvalidSpec(f"query {query!r} must select whole topics, such as [?partitions > `3`]")
    names = {row["name"] for row in chosen}
    return [state for state in states if state.name in names]
