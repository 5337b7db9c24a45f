# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The declaration that takes a plan back, and what none brings back."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.omninode.kafka.plugins.module_utils._kafka.partitions import TopicPartition

from tests.fakes.cluster import CORDONED
from tests.fakes.gateway import FakeCluster
from tests.unit._broker.draining import declared, lay


@pytest.fixture
def cluster() -> FakeCluster:
    return FakeCluster(4)


def undo(cluster: FakeCluster, state: str) -> dict[str, Any]:
    broker = declared(state)
    return broker.undo(broker.plan(broker.observe(cluster.connect())))


def test_a_drained_broker_gets_back_what_it_had(cluster: FakeCluster) -> None:
    lay(cluster, "a", (3, 1), (1, 2), (2, 3))
    lay(cluster, "marked", (3,), internal=True)
    lay(cluster, "__transaction_state", (3,))
    assert undo(cluster, "drained") == {
        "broker": 3,
        "state": "active",
        "topics": [
            {"name": "__transaction_state", "assignments": {"0": [3]}, "internal": True},
            {"name": "a", "assignments": {"0": [3, 1], "2": [2, 3]}},
            {"name": "marked", "assignments": {"0": [3]}, "internal": True},
        ],
        "not_undone": [],
    }


@pytest.mark.parametrize(
    ("cordon", "lasting"),
    [
        ("*", "a cordon that was there before is lifted by the undo"),
        ("/some", "cordoned.log.dirs was /some; the undo unsets it"),
    ],
)
def test_a_cordon_of_before_does_not_come_back(
    cluster: FakeCluster, cordon: str, lasting: str
) -> None:
    lay(cluster, "a", (3,))
    cluster.dynamic[3] = {CORDONED: cordon}
    found = undo(cluster, "drained")
    assert found["not_undone"] == [f"broker 3: {lasting}"]
    assert (found["state"], len(found["topics"])) == ("active", 1)


def test_a_broker_that_was_drained_is_drained_again(cluster: FakeCluster) -> None:
    cluster.dynamic[3] = {CORDONED: "*"}
    assert undo(cluster, "active") == {
        "broker": 3,
        "state": "drained",
        "topics": [],
        "not_undone": [],
    }


def test_a_broker_that_held_replicas_is_not_drained_by_an_undo(cluster: FakeCluster) -> None:
    lay(cluster, "a", (3, 1))
    lay(cluster, "b", (3, 1), leader=1)
    cluster.looks = None
    cluster.connect().replicas().alter_partition_reassignments({TopicPartition("a", 0): (1, 2)})
    cluster.dynamic[3] = {CORDONED: "*"}
    assert undo(cluster, "active") == {
        "topics": [],
        "not_undone": [
            "broker 3 stays uncordoned: cordoned.log.dirs was *",
            "topic a: the moves that were taken back do not begin again",
            "topic b: the elected leaders stay",
        ],
    }
