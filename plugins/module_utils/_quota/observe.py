# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads the quotas of a cluster."""

from __future__ import annotations

from typing import Protocol

from .._cluster.gateway.clusters import Clusters
from .._cluster.gateway.quotas import Quotas
from .._core.errors import NotAuthorized
from .._kafka.errors import Rejection
from .state import Observed


class Observing(Clusters, Protocol):
    """The APIs that quotas are read from."""

    def quotas(self) -> Quotas: ...


def observe_quotas(gateway: Observing) -> Observed:
    """All of them, with one request. Raises NotAuthorized."""
    quotas = gateway.quotas()
    try:
        found = quotas.describe_quotas()
    finally:
        quotas.close()
    if isinstance(found, Rejection):
        right = "the principal needs the ACL operation DESCRIBE_CONFIGS on the cluster"
        raise NotAuthorized(f"cannot read the quotas: {found.error} ({right})")
    present = {entity: values for entity, values in found.items() if values}
    return Observed(present, gateway.describe_cluster().cluster_id)
