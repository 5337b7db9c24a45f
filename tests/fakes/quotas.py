# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The API of client quotas, in memory."""

from __future__ import annotations

import math
from collections.abc import Mapping

from ansible_collections.omninode.kafka.plugins.module_utils._cluster.gateway.quotas import (
    Alterations,
)
from ansible_collections.omninode.kafka.plugins.module_utils._kafka.errors import Rejection
from ansible_collections.omninode.kafka.plugins.module_utils._kafka.quotas import (
    KEYS,
    Entity,
    Values,
)

from .cluster import CLUSTER, FakeCluster
from .session import CLUSTER_DENIED, MOST_RECORDS, POLICY_VIOLATION
from .topics import INVALID_REQUEST

TOO_LARGE = Rejection(
    POLICY_VIOLATION,
    "POLICY_VIOLATION",
    "Request parameters do not satisfy the configured policy.",
)


class FakeQuotas:
    """Implements Quotas."""

    def __init__(self, cluster: FakeCluster) -> None:
        self._cluster = cluster

    def describe_quotas(self) -> Mapping[Entity, Values] | Rejection:
        self._cluster.arrive("describe_quotas")
        if CLUSTER in self._cluster.denied["DESCRIBE_CONFIGS"]:
            return CLUSTER_DENIED
        return self._cluster.quotas

    def alter_quotas(
        self, alterations: Alterations, validate_only: bool = False
    ) -> Mapping[Entity, Rejection | None]:
        if not alterations:
            return {}
        cluster = self._cluster
        kind = "alter_quotas validate_only" if validate_only else "alter_quotas"
        cluster.arrive(kind)
        if CLUSTER in cluster.denied["ALTER_CONFIGS"]:
            return dict.fromkeys(alterations, CLUSTER_DENIED)
        if sum(map(len, alterations.values())) > MOST_RECORDS:
            return dict.fromkeys(alterations, TOO_LARGE)
        answers = {entity: refused(entity, values) for entity, values in alterations.items()}
        fate = cluster.next_fate(kind)
        if not validate_only and fate != "dropped":
            made = {entity: alterations[entity] for entity in answers if not answers[entity]}
            self._alter(made)
        return dict.fromkeys(alterations, cluster.loss) if fate else answers

    def close(self) -> None:
        """There is nothing to close."""

    def _alter(self, alterations: Alterations) -> None:
        # a new mapping each time: who has read it before keeps the old one
        altered = dict(self._cluster.quotas)
        for entity, values in alterations.items():
            kept = dict(altered.pop(entity, {}))
            for key, value in values.items():
                if value is None:
                    kept.pop(key, None)
                else:
                    kept[key] = value
            if kept:
                altered[entity] = kept
        self._cluster.quotas = altered


def refused(entity: Entity, values: Mapping[str, float | None]) -> Rejection | None:
    """As a controller does."""
    why = ""
    if not entity.parts:
        why = "Invalid empty client quota entity"
    elif entity.ip is not None and len(entity.parts) > 1:
        why = "Invalid quota entity combination, IP entity should not be combined with User or Cli"
    for key, value in values.items():
        if value is not None and not why:
            why = _mistake(entity, key, value)
    return Rejection(INVALID_REQUEST, "INVALID_REQUEST", why) if why else None


def _mistake(entity: Entity, key: str, value: float) -> str:
    known = KEYS.get(key)
    if known is None or known.parts.isdisjoint(entity.parts):
        return f"Invalid configuration key {key}"
    if not math.isfinite(value):
        return f"Quota {key} must be a finite number"
    if value <= 0:
        return f"Quota {key} must be greater than 0"
    if value > known.most:
        return f"Proposed value for {key} is too large"
    if known.quantity and value % 1 > 1e-6:
        return f"{key} cannot be a fractional value."
    return ""
