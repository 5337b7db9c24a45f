# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a declaration moves, what that costs, and what is refused."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.omninode.kafka.plugins.module_utils._cluster.gateway.topics import (
    Partition,
)
from ansible_collections.omninode.kafka.plugins.module_utils._core.plan import Plan
from ansible_collections.omninode.kafka.plugins.module_utils._topic.change import TopicChange
from ansible_collections.omninode.kafka.plugins.module_utils._topic.resource import Topics
from ansible_collections.omninode.kafka.plugins.module_utils._topic.spec import parse_topic_set

from tests.fakes.gateway import FakeCluster

BROKERS = 4
FEWER = {"name": "a", "replication_factor": 1}


@pytest.fixture
def cluster() -> FakeCluster:
    return FakeCluster(BROKERS)


def lay(cluster: FakeCluster, *replicas: tuple[int, ...], name: str = "a", **config: str) -> None:
    """Another client creates a topic with these brokers of each partition; the first one leads."""
    cluster.put(name, len(replicas), **config)
    for number, brokers in enumerate(replicas):
        cluster.lay_out(name, Partition(number, brokers[0], brokers, brokers))


def planned(cluster: FakeCluster, *topics: dict[str, Any], **options: Any) -> Plan[TopicChange]:
    declared = Topics(parse_topic_set(topics, **options))
    return declared.plan(declared.observe(cluster.connect()))


def operations(plan: Plan[TopicChange]) -> list[tuple[str, str]]:
    return [(change.operation, change.name) for change in plan.changes]


@pytest.mark.parametrize(
    "lower",
    [
        {"config": {"min.insync.replicas": 1}},
        {"config": {"min.insync.replicas": None}},
        {"purge_config": True},
    ],
)
def test_fewer_replicas_come_after_a_lower_min_insync_replicas(
    cluster: FakeCluster, lower: dict[str, Any]
) -> None:
    lay(cluster, (1, 2), min_insync_replicas="2")
    plan = planned(cluster, {**FEWER, **lower})
    assert plan.refusals == ()
    assert operations(plan) == [("alter_config", "a"), ("reassign", "a")]


def test_growth_comes_before_config_and_shrinking_after_it(cluster: FakeCluster) -> None:
    for name in ("grow.a", "grow.b"):
        lay(cluster, (1,), name=name)
    for name in ("shrink.a", "shrink.b"):
        lay(cluster, (1, 2, 3), name=name, min_insync_replicas="3")
    lay(cluster, (1,), name="z.gone")
    changed = {"replication_factor": 2, "partitions": 3, "config": {"min.insync.replicas": 2}}
    names = ("shrink.b", "shrink.a", "grow.b", "grow.a")
    present = [{"name": name, **changed} for name in names]
    plan = planned(cluster, {"name": "z.gone", "state": "absent"}, *present)
    assert operations(plan) == [
        ("reassign", "grow.a"),
        ("reassign", "grow.b"),
        ("add_partitions", "grow.a"),
        ("add_partitions", "grow.b"),
        ("alter_config", "grow.a"),
        ("alter_config", "grow.b"),
        ("alter_config", "shrink.a"),
        ("alter_config", "shrink.b"),
        ("reassign", "shrink.a"),
        ("reassign", "shrink.b"),
        # Kafka gives them as many replicas as the first partition has
        ("add_partitions", "shrink.a"),
        ("add_partitions", "shrink.b"),
        ("delete", "z.gone"),
    ]
