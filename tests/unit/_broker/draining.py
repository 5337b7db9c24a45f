# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Clusters whose broker 3 is drained or made active again, and what is planned for it."""

from __future__ import annotations

from typing import Any

from ansible_collections.omninode.kafka.plugins.module_utils._broker.change import BrokerChange
from ansible_collections.omninode.kafka.plugins.module_utils._broker.resource import Broker
from ansible_collections.omninode.kafka.plugins.module_utils._broker.spec import parse_broker
from ansible_collections.omninode.kafka.plugins.module_utils._cluster.gateway.topics import (
    Partition,
)
from ansible_collections.omninode.kafka.plugins.module_utils._core.plan import Plan

from tests.fakes.gateway import FakeCluster

Brokers = tuple[int, ...]
CORDON = ("cordon", "3")
UNCORDON = ("uncordon", "3")


def lay(
    cluster: FakeCluster, name: str, *replicas: Brokers, leader: int | None = None, **options: Any
) -> None:
    """Another client creates a topic with these brokers of each partition, all in sync.

    The first one leads, unless `leader` is given.
    """
    cluster.put(name, len(replicas), **options)
    for number, brokers in enumerate(replicas):
        cluster.lay_out(name, Partition(number, leader or brokers[0], brokers, brokers))


def declared(state: str, broker: int = 3, **options: Any) -> Broker:
    return Broker(parse_broker(broker, state, **options))


def planned(cluster: FakeCluster, state: str, **options: Any) -> Plan[BrokerChange]:
    """With the guards' refusals."""
    broker = declared(state, **options)
    observed = broker.observe(cluster.connect())
    return broker.guard(broker.plan(observed), observed)


def operations(plan: Plan[BrokerChange]) -> list[tuple[str, str]]:
    return [(change.operation, change.name) for change in plan.changes]


def refused(plan: Plan[BrokerChange]) -> list[str]:
    return [refusal.why for refusal in plan.refusals]


def targets(plan: Plan[BrokerChange]) -> dict[str, dict[int, Brokers]]:
    return {change.name: dict(change.targets) for change in plan.changes if change.targets}
