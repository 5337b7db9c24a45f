# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A connection to a cluster in memory, whose answers may lag behind the controller."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar

from ansible_collections.omninode.kafka.plugins.module_utils._cluster.gateway.clusters import (
    Cluster,
)
from ansible_collections.omninode.kafka.plugins.module_utils._kafka.errors import (
    CLUSTER_AUTHORIZATION_FAILED,
    TOPIC_AUTHORIZATION_FAILED,
    UNKNOWN_TOPIC,
    Acknowledgements,
    Rejection,
)

from .cluster import CLUSTER, FakeCluster, Stored

INVALID_TOPIC = 17
POLICY_VIOLATION = 44
MOST_RECORDS = 10_000  # of one request, as the controller counts them
CLUSTER_OPERATIONS = frozenset(
    {
        "ALTER",
        "ALTER_CONFIGS",
        "CLUSTER_ACTION",
        "CREATE",
        "DESCRIBE",
        "DESCRIBE_CONFIGS",
        "IDEMPOTENT_WRITE",
    }
)
CLUSTER_DENIED = Rejection(
    CLUSTER_AUTHORIZATION_FAILED, "CLUSTER_AUTHORIZATION_FAILED", "Cluster authorization failed."
)
TOPIC_DENIED = Rejection(
    TOPIC_AUTHORIZATION_FAILED, "TOPIC_AUTHORIZATION_FAILED", "Broker: Topic authorization failed"
)
ABSENT = Rejection(UNKNOWN_TOPIC, "UNKNOWN_TOPIC_OR_PART", "Broker: Unknown topic or partition")
TOO_LARGE = Rejection(
    POLICY_VIOLATION, "POLICY_VIOLATION", "Unable to perform excessively large batch operation."
)

T = TypeVar("T")
Decision = Stored | Rejection | None  # what a write makes of a topic; None: it is deleted


class FakeSession:
    """What the fakes of all APIs share. Implements Clusters."""

    def __init__(self, cluster: FakeCluster, lag: int = 0) -> None:
        self._cluster = cluster
        self._lag = lag
        self._stale_reads = 0
        self._seen = cluster.lagging if lag else cluster.topics

    def describe_cluster(self) -> Cluster:
        operations = CLUSTER_OPERATIONS - self._lacking(CLUSTER)
        return Cluster("fake-cluster-id-000000", self._cluster.brokers, operations)

    def api_versions(self) -> Mapping[str, tuple[int, int]]:
        return {"Metadata": (0, 13), "CreateTopics": (2, 7)}

    def notices(self) -> Sequence[str]:
        return tuple(self._cluster.notices)

    def _arrive(self, kind: str) -> None:
        """A request arrives; a broker that does not lag shows the newest state."""
        self._cluster.arrive(kind)
        if not self._lag:
            self._seen = self._cluster.topics

    def _write(
        self,
        kind: str,
        items: Mapping[str, T],
        decide: Callable[[str, T], Decision],
        records: int = 0,
        validate_only: bool = False,
    ) -> Acknowledgements:
        """`records`: how many metadata records the controller counts in this request."""
        asked = f"{kind} validate_only" if validate_only else kind
        self._arrive(asked)
        if records > MOST_RECORDS:
            return dict.fromkeys(items, TOO_LARGE)
        decisions = {name: decide(name, item) for name, item in items.items()}
        refused = {name: why for name, why in decisions.items() if isinstance(why, Rejection)}
        fate = self._cluster.next_fate(asked)
        if not validate_only and fate != "dropped":
            self._commit(decisions)
        if fate:
            return dict.fromkeys(items, self._cluster.loss)
        return {name: refused.get(name) for name in items}

    def _commit(self, decisions: Mapping[str, Decision]) -> None:
        before = self._cluster.topics
        made: dict[str, Stored | None] = {}
        for name, decision in decisions.items():
            if not isinstance(decision, Rejection):
                made[name] = decision
        self._cluster.commit(made)
        self._cluster.lagging = before

    def _policed(self, kind: str, name: str, config: Mapping[str, str]) -> Rejection | None:
        text = self._cluster.policy(kind, name, config)
        return Rejection(POLICY_VIOLATION, "POLICY_VIOLATION", text) if text else None

    def _lacking(self, resource: str) -> set[str]:
        """The operations that the principal may not perform on a topic, or on CLUSTER."""
        denied = self._cluster.denied.items()
        return {operation for operation, resources in denied if resource in resources}

    def _unreadable(self, name: str, operation: str) -> Rejection | None:
        refused = bad_name(name) or self._denied(name, operation)
        if refused:
            return refused
        return None if name in self._seen else ABSENT

    def _denied(self, name: str, operation: str) -> Rejection | None:
        """Without DESCRIBE a topic is hidden from every operation, whether it exists or not."""
        hidden = self._cluster.denied[operation] | self._cluster.denied["DESCRIBE"]
        return TOPIC_DENIED if name in hidden else None

    def _unknown(self, name: str) -> Rejection | None:
        if name in self._cluster.topics:
            return None
        why = f"The topic '{name}' does not exist."
        return Rejection(UNKNOWN_TOPIC, "UNKNOWN_TOPIC_OR_PART", why)


def bad_name(name: str) -> Rejection | None:
    if re.fullmatch(r"[a-zA-Z0-9._-]{1,249}", name) and name not in (".", ".."):
        return None
    return Rejection(INVALID_TOPIC, "TOPIC_EXCEPTION", f"Topic name is invalid: '{name}'")
