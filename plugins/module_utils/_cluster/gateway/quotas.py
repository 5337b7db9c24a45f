# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is asked of client quotas."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol, TypeAlias

from ..._kafka.errors import Rejection
from ..._kafka.quotas import Entity, Values

# by entity: the new value of each key, None for one that is removed
Alterations: TypeAlias = Mapping[Entity, Mapping[str, float | None]]


class Quotas(Protocol):
    """The quotas of a cluster, by a connection of its own, which is open until it is closed.

    What fails as a whole raises ClusterUnreachable; what fails of one entity is an answer.
    """

    def describe_quotas(self) -> Mapping[Entity, Values] | Rejection:
        """All of them, as the broker that is asked knows them."""

    def alter_quotas(
        self, alterations: Alterations, validate_only: bool = False
    ) -> Mapping[Entity, Rejection | None]:
        """Nothing is sent where there is nothing to alter.

        Kafka removes what is not there without an error, and takes a request whose keys, those of
        all entities, are at most 10,000.
        """

    def close(self) -> None:
        """The next call opens a new connection."""
