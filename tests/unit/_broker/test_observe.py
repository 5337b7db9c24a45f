# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is read of a broker."""

from __future__ import annotations

import pytest
from ansible_collections.omninode.kafka.plugins.module_utils._broker.observe import observe_broker
from ansible_collections.omninode.kafka.plugins.module_utils._broker.spec import parse_broker
from ansible_collections.omninode.kafka.plugins.module_utils._broker.state import Cordon
from ansible_collections.omninode.kafka.plugins.module_utils._core.errors import (
    NotAuthorized,
    StateError,
)
from ansible_collections.omninode.kafka.plugins.module_utils._kafka.partitions import TopicPartition

from tests.fakes.cluster import CORDONED
from tests.fakes.gateway import CLUSTER, FakeCluster
from tests.unit._broker.draining import lay

DRAINED = parse_broker(3, "drained")


@pytest.fixture
def cluster() -> FakeCluster:
    cluster = FakeCluster(3)
    lay(cluster, "a", (3, 1), (1, 2))
    lay(cluster, "elsewhere", (1, 2))
    return cluster


def test_only_what_the_broker_holds_is_kept(cluster: FakeCluster) -> None:
    observed = observe_broker(cluster.connect(), DRAINED)
    [topic] = observed.topics.values()
    assert [partition.place for partition in topic.partitions] == [TopicPartition("a", 0)]
    assert (observed.held, observed.alive, observed.cordon) == (1, (1, 2, 3), Cordon("", False))
    assert cluster.written() == 0


@pytest.mark.parametrize("topics", [1, 300])
def test_the_number_of_requests_does_not_grow(topics: int) -> None:
    cluster = FakeCluster(3)
    for number in range(topics):
        lay(cluster, f"topic-{number}", (3, 1))
    observe_broker(cluster.connect(), DRAINED)
    assert set(cluster.requests.values()) == {1}


def test_a_topic_that_the_principal_may_not_describe_ends_the_run(cluster: FakeCluster) -> None:
    """A listing leaves it out, but the log dirs do not."""
    cluster.denied["DESCRIBE"] = {"a"}
    with pytest.raises(NotAuthorized) as error:
        observe_broker(cluster.connect(), DRAINED)
    assert str(error.value) == (
        "cannot describe topic a: the principal needs the ACL operation DESCRIBE on each; without"
        " it nobody knows what the broker holds"
    )


def test_what_is_left_of_a_topic_that_was_deleted_is_no_replica(cluster: FakeCluster) -> None:
    cluster.before("describe_topics", lambda: cluster.drop("a"))
    assert observe_broker(cluster.connect(), DRAINED).topics == {}


def test_the_cordon_is_that_of_the_broker(cluster: FakeCluster) -> None:
    cluster.dynamic[1] = {CORDONED: "*"}
    cluster.dynamic[3] = {CORDONED: "/some"}
    observed = observe_broker(cluster.connect(), DRAINED)
    assert observed.cordon == Cordon("/some", True)
    assert observed.layout.cordoned == {1}


def test_a_config_that_cannot_be_read_ends_the_run(cluster: FakeCluster) -> None:
    cluster.denied["DESCRIBE_CONFIGS"] = {CLUSTER}
    with pytest.raises(NotAuthorized, match="DESCRIBE_CONFIGS on the cluster"):
        observe_broker(cluster.connect(), DRAINED)
    cluster.silent = {3}
    with pytest.raises(StateError):
        observe_broker(cluster.connect(), DRAINED)
