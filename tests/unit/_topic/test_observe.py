# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest
from ansible_collections.omninode.kafka.plugins.module_utils._core.errors import (
    NotAuthorized,
    StateError,
)
from ansible_collections.omninode.kafka.plugins.module_utils._topic.observe import (
    broker_defaults,
    observe_declared,
    observe_names,
)
from ansible_collections.omninode.kafka.plugins.module_utils._topic.spec import TopicSet, TopicSpec
from ansible_collections.omninode.kafka.plugins.module_utils._topic.state import TopicState

from tests.fakes.gateway import CLUSTER, OPERATIONS, FakeCluster


@pytest.fixture
def cluster() -> FakeCluster:
    return FakeCluster(brokers=3)


def declared(*specs: TopicSpec, purge: bool = False) -> TopicSet:
    return TopicSet({spec.name: spec for spec in specs}, purge, ("own.",) if purge else ())


def test_a_topic_is_reduced_to_what_planning_needs(cluster: FakeCluster) -> None:
    cluster.put("a", partitions=2, replicas=3, retention_ms="5", flush_ms="1")
    state = observe_names(cluster.connect(), ["a"]).topics["a"]
    assert state == TopicState(
        name="a",
        partitions=2,
        replication_factor=3,
        config={"retention.ms": "5", "flush.ms": "1"},
        inherited=state.inherited,
        internal=False,
        replicas_in_sync=3,
        under_replicated=0,
        offline=0,
        operations=OPERATIONS,
        replicas={0: (1, 2, 3), 1: (2, 3, 1)},
        leaders={0: 1, 1: 2},
        in_sync={0: (1, 2, 3), 1: (2, 3, 1)},
        topic_id="id-1",
    )
    assert state.inherited.keys() == cluster.connect().describe_configs(["a"])["a"].inherited.keys()
    assert state.effective("cleanup.policy") == "delete"


@pytest.mark.parametrize(
    ("in_sync", "under_replicated", "offline"), [(3, 0, 0), (2, 4, 0), (0, 4, 4)]
)
def test_replicas_are_counted(
    cluster: FakeCluster, in_sync: int, under_replicated: int, offline: int
) -> None:
    cluster.put("a", partitions=4, replicas=3, in_sync=in_sync, internal=True)
    state = observe_names(cluster.connect(), ["a"]).topics["a"]
    assert (state.replicas_in_sync, state.under_replicated, state.offline, state.internal) == (
        in_sync,
        under_replicated,
        offline,
        True,
    )


def test_the_lowest_partition_counts(cluster: FakeCluster) -> None:
    """Partitions differ after a cancelled reassignment, and while a broker is behind."""
    cluster.put("a", partitions=3, replicas=3)
    first, second, third = cluster.topics["a"].partitions
    odd = (first, second._replace(replicas=(1, 2), isr=(1,)), third._replace(leader=None))
    cluster.commit({"a": cluster.topics["a"]._replace(partitions=odd)})
    state = observe_names(cluster.connect(), ["a"]).topics["a"]
    assert (
        state.replication_factor,
        state.replicas_in_sync,
        state.under_replicated,
        state.offline,
    ) == (2, 1, 1, 1)


def test_what_kafka_does_not_know_is_absent(cluster: FakeCluster) -> None:
    cluster.put("a")
    observed = observe_names(cluster.connect(), ["b", "a"])
    assert list(observed.topics) == ["a"]
    assert {"retention.ms", "remote.copy.lag.ms"} <= observed.config_keys


def test_a_topic_that_vanishes_between_two_requests_is_absent(cluster: FakeCluster) -> None:
    cluster.put("a")
    cluster.before("describe_configs", lambda: cluster.drop("a"))
    assert observe_names(cluster.connect(), ["a"]).topics == {}


@pytest.mark.parametrize(
    ("topics", "requests"),
    [
        (0, {}),
        (1, {"describe_topics": 1, "describe_configs": 1}),
        (1000, {"describe_topics": 1, "describe_configs": 1}),
    ],
)
def test_all_topics_are_asked_for_at_once(
    cluster: FakeCluster, topics: int, requests: dict[str, int]
) -> None:
    names = [f"t{number}" for number in range(topics)]
    for name in names:
        cluster.put(name)
    assert len(observe_names(cluster.connect(), names).topics) == topics
    assert cluster.requests == requests


def test_absent_topics_cost_no_request_for_their_config(cluster: FakeCluster) -> None:
    observe_names(cluster.connect(), ["a", "b"])
    assert cluster.requests == {"describe_topics": 1}


def test_only_a_purge_lists_topics_and_only_owned_ones_are_read(cluster: FakeCluster) -> None:
    for name in ("own.a", "own.b", "other", "c"):
        cluster.put(name)
    assert list(observe_declared(cluster.connect(), declared(TopicSpec("c"))).topics) == ["c"]
    assert cluster.requests["list_topics"] == 0
    assert list(
        observe_declared(cluster.connect(), declared(TopicSpec("c"), purge=True)).topics
    ) == ["c", "own.a", "own.b"]
    assert cluster.requests["list_topics"] == 1


@pytest.mark.parametrize(
    ("spec", "asked"),
    [
        # the defaults count for a new topic and an unset key, and say whether topics may be deleted
        (TopicSpec("new"), 1),
        (TopicSpec("a", config={"retention.ms": None}), 1),
        (TopicSpec("a", purge_config=True), 1),
        (TopicSpec("a", state="absent"), 1),
        (TopicSpec("a"), 0),
        (TopicSpec("a", partitions=9, config={"retention.ms": "5"}), 0),
        (TopicSpec("new", state="absent"), 0),
    ],
)
def test_the_broker_is_asked_for_its_defaults_only_when_a_change_may_need_them(
    cluster: FakeCluster, spec: TopicSpec, asked: int
) -> None:
    cluster.put("a")
    observed = observe_declared(cluster.connect(), declared(spec))
    assert cluster.requests["describe_broker_config"] == asked
    assert (observed.defaults is not None) == bool(asked)


@pytest.mark.parametrize(
    ("key", "asked"), [("retention.ms", 0), ("retention.mss", 1), ("remote.copy.lag.ms", 1)]
)
def test_another_topic_shows_the_keys_where_no_declared_one_exists(
    cluster: FakeCluster, key: str, asked: int
) -> None:
    cluster.put("b")
    cluster.put("hidden")
    cluster.denied["DESCRIBE_CONFIGS"].add("b")
    observed = observe_declared(cluster.connect(), declared(TopicSpec("new", config={key: "1"})))
    assert ("retention.ms" in observed.config_keys) == bool(asked)
    assert (cluster.requests["list_topics"], cluster.requests["describe_configs"]) == (asked, asked)
    assert observed.topics == {}


def test_no_topic_at_all_shows_no_keys(cluster: FakeCluster) -> None:
    spec = TopicSpec("new", config={"retention.mss": "1"})
    assert observe_declared(cluster.connect(), declared(spec)).config_keys == frozenset()


def test_a_purge_may_delete_so_it_needs_the_defaults(cluster: FakeCluster) -> None:
    cluster.put("own.extra")
    assert observe_declared(cluster.connect(), declared(purge=True)).defaults is not None


def test_defaults_are_the_brokers(cluster: FakeCluster) -> None:
    cluster.broker_config |= {
        "num.partitions": "6",
        "default.replication.factor": "3",
        "log.retention.hours": "1",
        "delete.topic.enable": "false",
    }
    gateway = cluster.connect()
    found = broker_defaults(gateway)
    assert found is not None
    assert (
        found.partitions,
        found.replication_factor,
        found.auto_create_topics,
        found.delete_topics,
    ) == (6, 3, True, False)
    assert (found.config["retention.ms"], found.config["remote.storage.enable"]) == (
        "3600000",
        "false",
    )


def test_defaults_that_may_not_be_read_are_not_known(cluster: FakeCluster) -> None:
    cluster.denied["DESCRIBE_CONFIGS"].add(CLUSTER)
    assert observe_declared(cluster.connect(), declared(TopicSpec("new"))).defaults is None


@pytest.mark.parametrize(
    ("operation", "field", "message"),
    [
        (
            "DESCRIBE",
            "name",
            "cannot describe topics a, b: the principal needs the ACL operation DESCRIBE on each;"
            " without it Kafka does not tell whether one exists",
        ),
        (
            "DESCRIBE_CONFIGS",
            "config",
            "cannot read the config of topics a, b: the principal needs the ACL operation"
            " DESCRIBE_CONFIGS on each",
        ),
    ],
)
def test_a_missing_right_is_no_absence(
    cluster: FakeCluster, operation: str, field: str, message: str
) -> None:
    cluster.put("a")
    cluster.put("b")
    cluster.denied[operation] |= {"a", "b"}
    with pytest.raises(NotAuthorized) as caught:
        observe_names(cluster.connect(), ["a", "b"])
    assert str(caught.value) == message
    assert caught.value.facts["errors"] == [
        {
            "where": f"topic '{name}'",
            "field": field,
            "message": "TOPIC_AUTHORIZATION_FAILED: Broker: Topic authorization failed",
        }
        for name in ("a", "b")
    ]


def test_any_other_refusal_is_told_as_it_is(cluster: FakeCluster) -> None:
    with pytest.raises(
        StateError,
        match=(
            r"^cannot read topics: describe topic a b: TOPIC_EXCEPTION: Topic name is invalid:"
            r" 'a b'$"
        ),
    ):
        observe_names(cluster.connect(), ["a b"])
