# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is asked of a cluster itself, and of the connection to it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple, Protocol


class Broker(NamedTuple):
    id: int
    host: str
    port: int
    rack: str | None

    @property
    def address(self) -> str:
        host = self.host
        is_ipv6 = ":" in host
        if is_ipv6:
            host = f"[{host}]"
        return f"{host}:{self.port}"


class Cluster(NamedTuple):
    """`operations`: what the principal may do with the cluster; None where it does not say."""

    cluster_id: str
    brokers: tuple[Broker, ...]
    operations: frozenset[str] | None = None


class Clusters(Protocol):
    def describe_cluster(self) -> Cluster:
        """As it was when the connection was made. Costs no request."""

    def api_versions(self) -> Mapping[str, tuple[int, int]]:
        """The lowest and highest version of each API, of the broker that answered first.

        Costs no request.
        """

    def notices(self) -> Sequence[str]:
        """What the user should know of the connection, such as throttling by a quota."""
