# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Clusters whose replicas a declaration moves, and what is planned for them."""

from __future__ import annotations

from typing import Any

from ansible_collections.omninode.kafka.plugins.module_utils._cluster.gateway.topics import (
    Partition,
)
from ansible_collections.omninode.kafka.plugins.module_utils._core.plan import Plan
from ansible_collections.omninode.kafka.plugins.module_utils._topic.change import TopicChange
from ansible_collections.omninode.kafka.plugins.module_utils._topic.resource import Topics
from ansible_collections.omninode.kafka.plugins.module_utils._topic.spec import parse_topic_set

from tests.fakes.gateway import FakeCluster

BROKERS = 4
RACKS = ("east", "east", "west", "west")
FEWER = {"name": "a", "replication_factor": 1}
MORE = {"name": "a", "replication_factor": 2}
Brokers = tuple[int, ...]


def in_racks(cluster: FakeCluster, *racks: str | None) -> None:
    brokers = zip(cluster.brokers, racks, strict=True)
    cluster.brokers = tuple(broker._replace(rack=rack) for broker, rack in brokers)


def lay(cluster: FakeCluster, *replicas: Brokers, name: str = "a", **config: str) -> None:
    """Another client creates a topic with these brokers of each partition; the first one leads."""
    cluster.put(name, len(replicas), **config)
    for number, brokers in enumerate(replicas):
        cluster.lay_out(name, Partition(number, brokers[0], brokers, brokers))


def planned(cluster: FakeCluster, *topics: dict[str, Any], **options: Any) -> Plan[TopicChange]:
    declared = Topics(parse_topic_set(topics, **options))
    return declared.plan(declared.observe(cluster.connect()))


def guarded(cluster: FakeCluster, *topics: dict[str, Any], **options: Any) -> Plan[TopicChange]:
    gateway = cluster.connect()
    declared = Topics(parse_topic_set(topics, **options))
    observed = declared.observe(gateway)
    plan = declared.weigh(gateway, declared.plan(observed), observed)
    return declared.guard(plan, observed)


def only(plan: Plan[TopicChange]) -> TopicChange:
    assert plan.refusals == ()
    [change] = plan.changes
    return change


def targets(plan: Plan[TopicChange]) -> dict[int, Brokers]:
    return dict(only(plan).new.assignments or {})


def refused(plan: Plan[TopicChange]) -> list[str]:
    return [refusal.why for refusal in plan.refusals]


def operations(plan: Plan[TopicChange]) -> list[tuple[str, str]]:
    return [(change.operation, change.name) for change in plan.changes]
