# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a move puts at stake, in which order it is made, and what takes it back."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.omninode.kafka.plugins.module_utils._cluster.gateway.topics import (
    Partition,
)
from ansible_collections.omninode.kafka.plugins.module_utils._kafka.partitions import TopicPartition
from ansible_collections.omninode.kafka.plugins.module_utils._topic.resource import Topics
from ansible_collections.omninode.kafka.plugins.module_utils._topic.spec import parse_topic_set

from tests.fakes.cluster import Disk
from tests.fakes.gateway import FakeCluster
from tests.unit._topic.placing import (
    BROKERS,
    FEWER,
    guarded,
    lay,
    only,
    operations,
    planned,
    refused,
)


@pytest.fixture
def cluster() -> FakeCluster:
    return FakeCluster(BROKERS)


# evidence, hazards, guards


def test_evidence_tells_partitions_bytes_and_seconds(cluster: FakeCluster) -> None:
    mib = 2**20
    lay(cluster, (1,), (1,), (1,))
    sizes = (100 * mib, 60 * mib, 1)
    cluster.sizes = {TopicPartition("a", number): size for number, size in enumerate(sizes)}
    cluster.disks[2] = Disk(usable_bytes=200 * mib)
    arriving = {"partitions": 2, "bytes": 100 * mib + 1, "usable_bytes": 100 * mib - 1}
    declared = {"name": "a", "assignments": {0: [1, 2], 1: [1, 3], 2: [1, 2]}}
    for throttle, expected in (
        # the busiest broker decides: 100 MiB and 1 B at 50 MiB/s
        ("50MiB", {"seconds": 3, "throttle": "50 MiB/s"}),
        ("1GiB", {"seconds": 1, "throttle": "1 GiB/s"}),
        ("unlimited", {}),
    ):
        change = only(planned(cluster, declared, throttle=throttle))
        moves = {"partitions": 3, "bytes": 160 * mib + 1, **expected}
        found: dict[str, Any] = dict(change.facts["moves"])  # type: ignore[call-overload,arg-type]
        assert found.pop("brokers")["2"] == arriving
        assert found == moves
        assert change.hazards == ("traffic",)


def test_a_move_brings_no_other_partition_in_sync(cluster: FakeCluster) -> None:
    lay(cluster, (1, 2), (1,))
    cluster.lay_out("a", Partition(0, 1, (1, 2), (1,)))
    topic = {"name": "a", "replication_factor": 2, "config": {"min.insync.replicas": 2}}
    [move, alteration] = planned(cluster, topic).changes
    assert (move.operation, move.hazards) == ("reassign", ())
    assert (alteration.operation, alteration.hazards) == ("alter_config", ("availability",))


@pytest.mark.parametrize(
    ("target", "size", "hazards"),
    [
        ([1, 2, 3], 300, ("traffic",)),
        ([1, 2, 3], 0, ()),
        ([1], 300, ("durability",)),
        ([3], 300, ("traffic", "durability")),
        ([1, 3], 300, ("traffic",)),
        ([2, 1], 300, ()),
    ],
)
def test_copies_are_traffic_and_fewer_replicas_are_less_durable(
    cluster: FakeCluster, target: list[int], size: int, hazards: tuple[str, ...]
) -> None:
    lay(cluster, (1, 2))
    cluster.sizes[TopicPartition("a", 0)] = size
    change = only(planned(cluster, {"name": "a", "assignments": {0: target}}))
    assert change.hazards == hazards


@pytest.mark.parametrize(
    ("target", "fields", "options", "guard"),
    [
        ([1, 3], {}, {}, None),
        ([1, 3], {}, {"throttle": "1MiB"}, None),
        ([1, 3], {}, {"throttle": "unlimited"}, "allow: [traffic]"),
        ([1, 3], {"allow": ["traffic"]}, {"throttle": "unlimited"}, None),
        ([1, 3], {}, {"throttle": "unlimited", "allow": ["traffic"]}, None),
        ([1], {}, {}, "allow: [durability]"),
        ([1], {"allow": ["durability"]}, {}, None),
        ([3], {}, {"throttle": "unlimited"}, "allow: [traffic, durability]"),
        # nothing that a throttle holds back harms a protected topic
        ([1, 3], {"protected": True}, {}, None),
        (
            [1, 3],
            {"protected": True, "allow": ["traffic"]},
            {"throttle": "unlimited"},
            "protected: false",
        ),
        ([1], {"protected": True, "allow": ["durability"]}, {}, "protected: false"),
        ([1], {"protected": True}, {}, "protected: false and allow: [durability]"),
    ],
)
def test_traffic_is_allowed_with_a_throttle_only(
    cluster: FakeCluster,
    target: list[int],
    fields: dict[str, Any],
    options: dict[str, Any],
    guard: str | None,
) -> None:
    lay(cluster, (1, 2))
    cluster.sizes[TopicPartition("a", 0)] = 300
    plan = guarded(cluster, {"name": "a", "assignments": {0: target}, **fields}, **options)
    if guard is None:
        assert plan.refusals == ()
    else:
        [why] = refused(plan)
        assert why.endswith(f"to allow it for this topic: {guard}")


def test_a_move_costs_no_destruction_budget(cluster: FakeCluster) -> None:
    lay(cluster, (1, 2))
    cluster.produce("a", 1, 2, 3)
    declared = {**FEWER, "allow": ["durability"]}
    assert guarded(cluster, declared, destruction_budget=0).refusals == ()


# undo


def test_the_undo_brings_back_the_brokers_in_one_entry(cluster: FakeCluster) -> None:
    lay(cluster, (1, 2), (3, 1))
    declared = Topics(parse_topic_set([{**FEWER, "config": {"flush.ms": 5}}]))
    plan = declared.plan(declared.observe(cluster.connect()))
    assert len(plan.changes) == 2
    assert declared.undo(plan) == {
        "topics": [
            {
                "name": "a",
                "assignments": {"0": [1, 2], "1": [3, 1]},
                "config": {"flush.ms": None},
            }
        ],
        "not_undone": [],
    }


def test_the_undo_of_a_placement_names_what_moved_only(cluster: FakeCluster) -> None:
    lay(cluster, (1, 2), (3, 1))
    declared = Topics(parse_topic_set([{"name": "a", "assignments": {1: [3, 4]}}]))
    plan = declared.plan(declared.observe(cluster.connect()))
    back = {"name": "a", "assignments": {"1": [3, 1]}}
    assert declared.undo(plan) == {"topics": [back], "not_undone": []}


# order


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
