# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What holds for any cluster: after a drain nothing is on the broker, and nothing else moved."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ansible_collections.omninode.kafka.plugins.module_utils._cluster.gateway.topics import (
    Partition,
)
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.fakes.cluster import CORDONED
from tests.fakes.gateway import FakeCluster
from tests.unit._broker.draining import declared, refused

Topics = Mapping[str, Sequence[tuple[tuple[int, ...], int]]]
BROKERS = range(1, 6)


@st.composite
def partitions(draw: st.DrawFn) -> tuple[tuple[int, ...], int]:
    """The replicas and the one of them that leads."""
    held = draw(st.permutations(BROKERS))[: draw(st.integers(1, 5))]
    return tuple(held), draw(st.sampled_from(held))


TOPICS = st.dictionaries(
    st.sampled_from(["a", "b", "__consumer_offsets"]),
    st.lists(partitions(), min_size=1, max_size=4),
)
RACKS = st.lists(st.sampled_from(["east", "west", None]), min_size=5, max_size=5)


def laid_out(topics: Topics, racks: Sequence[str | None]) -> FakeCluster:
    cluster = FakeCluster(len(BROKERS))
    brokers = zip(cluster.brokers, racks, strict=True)
    cluster.brokers = tuple(broker._replace(rack=rack) for broker, rack in brokers)
    for name, held in topics.items():
        cluster.put(name, len(held))
        for number, (replicas, leader) in enumerate(held):
            cluster.lay_out(name, Partition(number, leader, replicas, replicas))
    return cluster


def replicas(cluster: FakeCluster) -> dict[tuple[str, int], tuple[int, ...]]:
    found = {}
    for name, topic in cluster.topics.items():
        for partition in topic.partitions:
            found[name, partition.id] = partition.replicas
    return found


@settings(max_examples=200, deadline=None)
@given(topics=TOPICS, racks=RACKS, broker=st.sampled_from(BROKERS))
def test_a_drain_moves_what_is_on_the_broker_once_and_nothing_else(
    topics: Topics, racks: Sequence[str | None], broker: int
) -> None:
    cluster = laid_out(topics, racks)
    before = replicas(cluster)
    drained = declared("drained", broker)
    gateway = cluster.connect()
    plan = drained.plan(drained.observe(gateway))
    assert cluster.written() == 0
    stuck = {name for (name, _number), held in before.items() if len(held) == len(BROKERS)}
    assert {refusal.name for refusal in plan.refusals} == stuck
    found = dict(before)
    for change in plan.changes:
        for number, target in change.targets.items():
            found[change.name, number] = target
    for place, held in found.items():
        name, _number = place
        was = before[place]
        if broker not in was or name in stuck:
            assert held == was
            continue
        assert broker not in held
        assert len(set(held)) == len(held) == len(was)
        # as few as possible
        assert len({*held} - {*was}) == 1
    for name in topics:
        if name not in stuck:
            for number, (was, leader) in enumerate(topics[name]):
                stays = broker in was and leader != broker
                assert not stays or found[name, number][0] == leader


@settings(max_examples=60, deadline=None)
@given(topics=TOPICS, racks=RACKS, broker=st.sampled_from(BROKERS))
def test_what_is_drained_needs_nothing_more_and_comes_back(
    topics: Topics, racks: Sequence[str | None], broker: int
) -> None:
    cluster = laid_out(topics, racks)
    before = replicas(cluster)
    drained = declared("drained", broker)
    plan = drained.plan(drained.observe(cluster.connect()))
    if refused(plan):
        return
    undo = drained.undo(plan)
    cluster.dynamic[broker] = {CORDONED: "*"}
    for change in plan.changes:
        for number, target in change.targets.items():
            cluster.lay_out(change.name, Partition(number, target[0], target, target))
    again = drained.plan(drained.observe(cluster.connect()))
    assert (again.changes, again.refusals, again.unchanged) == ((), (), 1)
    found = replicas(cluster)
    for topic in undo["topics"]:
        for number, held in topic["assignments"].items():
            found[topic["name"], int(number)] = tuple(held)
    assert found == before
