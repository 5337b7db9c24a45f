# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from ansible_collections.omninode.kafka.plugins.module_utils._core.change import Outcome
from ansible_collections.omninode.kafka.plugins.module_utils._core.plan import Plan
from ansible_collections.omninode.kafka.plugins.module_utils._kafka.errors import Rejection
from ansible_collections.omninode.kafka.plugins.module_utils._kafka.moves import Brake
from ansible_collections.omninode.kafka.plugins.module_utils._topic import apply
from ansible_collections.omninode.kafka.plugins.module_utils._topic.apply import (
    apply_changes,
    batched,
    seconds_to_show,
)
from ansible_collections.omninode.kafka.plugins.module_utils._topic.change import TopicChange
from ansible_collections.omninode.kafka.plugins.module_utils._topic.state import (
    BrokerDefaults,
    Observed,
)

from tests.fakes.gateway import FakeCluster
from tests.unit._topic.changes import topic_change

NOBODY_ANSWERED = "_TIMED_OUT: Failed while waiting for response from broker: Local: Timed out"


@pytest.fixture
def cluster() -> FakeCluster:
    return FakeCluster(brokers=3)


def create(
    name: str,
    partitions: int = 1,
    config: Mapping[str, str] | None = None,
    replication_factor: int = 1,
) -> TopicChange:
    return topic_change(
        name,
        "create",
        None,
        {
            "partitions": partitions,
            "replication_factor": replication_factor,
            "config": dict(config or {}),
        },
    )


def grow(name: str, to: int = 6) -> TopicChange:
    return topic_change(name, "add_partitions", {"partitions": 1}, {"partitions": to})


def alter(name: str, **config: str | None) -> TopicChange:
    keys = {key.replace("_", "."): value for key, value in config.items()}
    return topic_change(name, "alter_config", {"config": {}}, {"config": keys})


def delete(name: str) -> TopicChange:
    return topic_change(
        name, "delete", {"partitions": 1, "replication_factor": 1, "config": {}}, None
    )


def applied(cluster: FakeCluster, *changes: TopicChange) -> list[tuple[str, str, str]]:
    outcomes = apply_changes(
        cluster.connect(), Plan(changes), Observed({}), Brake(), print
    ).outcomes
    return [
        (outcome.change.name, outcome.status, str(outcome.as_result().get("why", "")))
        for outcome in outcomes
    ]


def test_every_operation_is_applied(cluster: FakeCluster) -> None:
    for name in ("grown", "altered", "deleted"):
        cluster.put(name, flush_ms="1")
    changes = [
        create("new", 2, {"retention.ms": "5"}, 3),
        grow("grown"),
        alter("altered", flush_ms=None, retention_ms="7"),
        delete("deleted"),
    ]
    assert apply_changes(
        cluster.connect(), Plan(tuple(changes)), Observed({}), Brake(), print
    ).outcomes == [Outcome(change, "applied") for change in changes]
    assert {
        name: (len(topic.partitions), len(topic.partitions[0].replicas), topic.config)
        for name, topic in cluster.topics.items()
    } == {
        "new": (2, 3, {"retention.ms": "5"}),
        "grown": (6, 1, {"flush.ms": "1"}),
        "altered": (1, 1, {"retention.ms": "7"}),
    }


def test_the_broker_decides_what_is_not_declared() -> None:
    cluster = FakeCluster(brokers=3, num_partitions="4", default_replication_factor="2")
    assert applied(cluster, create("a", -1, {}, -1)) == [("a", "applied", "")]
    assert [len(partition.replicas) for partition in cluster.topics["a"].partitions] == [2, 2, 2, 2]


CONFIG = {"retention.ms": "5", "flush.ms": "5", "segment.ms": "5"}


@pytest.mark.parametrize(
    ("changes", "sizes"),
    [
        ([], []),
        # a creation is one record, one for each partition and one for each key
        ([create("a")] * 4950, [4950]),
        ([create("a")] * 4951, [4950, 1]),
        ([create("a", 6, CONFIG)] * 991, [990, 1]),
        ([create("a", 9900), create("a")], [1, 1]),
        # with ELR this key is two
        ([create("a", 1, {"min.insync.replicas": "1"})] * 2476, [2475, 1]),
        # where the broker decides and its default is not known, one partition counts
        ([create("a", -1)] * 4951, [4950, 1]),
        # adding partitions makes one record for each new partition
        ([grow("a", 101)] * 100, [99, 1]),
        ([grow("a", 4951), grow("b", 4951), grow("c", 2)], [2, 1]),
        ([alter("a", **{f"k{n}": "1" for n in range(100)})] * 100, [99, 1]),
        ([delete("a")] * 9901, [9900, 1]),
        ([create("a"), grow("a"), alter("a", flush_ms="1"), delete("a")], [1, 1, 1, 1]),
    ],
)
def test_a_request_holds_at_most_9900_records(changes: list[TopicChange], sizes: list[int]) -> None:
    assert [len(batch) for _operation, batch in batched(Plan(tuple(changes)), None)] == sizes


def test_partitions_left_to_the_broker_count_by_its_default() -> None:
    defaults = BrokerDefaults(98, 1, {}, auto_create_topics=False, delete_topics=True)
    plan = Plan((create("a", -1),) * 101)
    assert [len(batch) for _operation, batch in batched(plan, defaults)] == [100, 1]


def test_one_request_for_each_operation(cluster: FakeCluster) -> None:
    outcomes = applied(
        cluster,
        *[create(f"t{number}") for number in range(1001)],
        *[alter(f"t{number}", flush_ms="1") for number in range(1001)],
        *[delete(f"t{number}") for number in range(1001)],
    )
    assert {status for _name, status, _why in outcomes} == {"applied"}
    assert cluster.requests == {
        "create_topics": 1,
        "incremental_alter_configs": 1,
        "delete_topics": 1,
    }


@pytest.mark.parametrize(
    ("change", "status", "why"),
    [
        (
            create("old"),
            "overtaken",
            "create topic old: TOPIC_ALREADY_EXISTS: Topic 'old' already exists.",
        ),
        (
            create("new", 1, {}, 4),
            "failed",
            (
                "create topic new: INVALID_REPLICATION_FACTOR: Unable to replicate the partition 4"
                " time(s): The target replication factor of 4 cannot be reached because only 3"
                " broker(s) are registered."
            ),
        ),
        (
            create("o_d.a"),
            "failed",
            (
                "create topic o_d.a: TOPIC_EXCEPTION: Topic 'o_d.a' collides with existing topic:"
                " o.d.a"
            ),
        ),
        (
            create("new", 1, {"retention.mss": "5"}),
            "failed",
            (
                "create topic new: INVALID_CONFIG: Unknown topic config name: retention.mss (did"
                " you mean 'retention.ms'?)"
            ),
        ),
        (
            create("new", 1, {"retention.mss": "5", "flush.mss": "5"}),
            "failed",
            # the broker names one key, and only that one gets a hint
            (
                "create topic new: INVALID_CONFIG: Unknown topic config name: flush.mss (did you"
                " mean 'flush.ms'?)"
            ),
        ),
        (create("forbidden"), "failed", "create topic forbidden: POLICY_VIOLATION: not that one"),
        (
            create("locked.new"),
            "failed",
            (
                "create topic locked.new: TOPIC_AUTHORIZATION_FAILED: Broker: Topic authorization"
                " failed (the principal needs the ACL operation CREATE on the topic or the cluster)"
            ),
        ),
        (
            grow("old", 3),
            "overtaken",
            "add partitions to topic old: INVALID_PARTITIONS: Topic already has 3 partition(s).",
        ),
        (
            grow("old", 2),
            "failed",
            (
                "add partitions to topic old: INVALID_PARTITIONS: The topic old currently has 3"
                " partition(s); 2 would not be an increase."
            ),
        ),
        (
            grow("gone"),
            "failed",
            "add partitions to topic gone: UNKNOWN_TOPIC_OR_PART: The topic 'gone' does not exist.",
        ),
        (
            grow("locked"),
            "failed",
            (
                "add partitions to topic locked: TOPIC_AUTHORIZATION_FAILED: Broker: Topic"
                " authorization failed (the principal needs the ACL operation ALTER on the topic)"
            ),
        ),
        (
            alter("old", retention_ms="-2"),
            "failed",
            (
                "alter config of topic old: INVALID_CONFIG: Invalid value -2 for configuration"
                " retention.ms: Value must be at least -1"
            ),
        ),
        (
            alter("forbidden.old", flush_ms="1"),
            "failed",
            "alter config of topic forbidden.old: POLICY_VIOLATION: not that one",
        ),
        (
            alter("gone", flush_ms="1"),
            "failed",
            "alter config of topic gone: UNKNOWN_TOPIC_OR_PART: The topic 'gone' does not exist.",
        ),
        (
            alter("locked", flush_ms="1"),
            "failed",
            (
                "alter config of topic locked: TOPIC_AUTHORIZATION_FAILED: Broker: Topic"
                " authorization failed (the principal needs the ACL operation ALTER_CONFIGS on the"
                " topic)"
            ),
        ),
        (
            delete("gone"),
            "overtaken",
            "delete topic gone: UNKNOWN_TOPIC_OR_PART: The topic 'gone' does not exist.",
        ),
        (
            delete("locked"),
            "failed",
            (
                "delete topic locked: TOPIC_AUTHORIZATION_FAILED: Broker: Topic authorization"
                " failed (the principal needs the ACL operation DELETE on the topic)"
            ),
        ),
    ],
)
def test_what_becomes_of_a_refused_change(
    cluster: FakeCluster, change: TopicChange, status: str, why: str
) -> None:
    for name in ("old", "o.d.a", "forbidden.old", "locked"):
        cluster.put(name, partitions=3)
    for operation in ("CREATE", "ALTER", "ALTER_CONFIGS", "DELETE"):
        cluster.denied[operation] |= {"locked", "locked.new"}
    cluster.policy = lambda _kind, name, _config: (
        "not that one" if name.startswith("forbidden") else None
    )
    before = cluster.topics
    assert applied(cluster, change) == [(change.name, status, why)]
    assert cluster.topics == before


def test_every_topic_has_its_own_outcome(cluster: FakeCluster) -> None:
    cluster.policy = lambda _kind, name, _config: "not that one" if name == "b" else None
    assert [
        (name, status)
        for name, status, _why in applied(cluster, create("a"), create("b"), create("c"))
    ] == [
        ("a", "applied"),
        ("b", "failed"),
        ("c", "applied"),
    ]
    assert list(cluster.topics) == ["a", "c"]


@pytest.mark.parametrize(
    ("changes", "requests"),
    [
        # of 101 records each, as the controller counts the partitions that it adds itself
        ([create(f"t{number}", -1, {}, -1) for number in range(200)], 1 + 2 + 4),
        ([create(f"t{number}", -1, {}, -1) for number in range(3)], 1),
        # a batch of one change cannot be halved
        ([create("a", 9_999)], 1),
        ([create("a", 10_000)], 1),
    ],
)
def test_a_batch_that_the_controller_finds_too_large_is_halved(
    changes: list[TopicChange], requests: int
) -> None:
    cluster = FakeCluster(num_partitions="100")
    outcomes = applied(cluster, *changes)
    too_large = (
        "create topic a: POLICY_VIOLATION: Unable to perform excessively large batch operation."
    )
    assert outcomes == [
        (
            (change.name, "failed", too_large)
            if change == create("a", 10_000)
            else (change.name, "applied", "")
        )
        for change in changes
    ]
    assert cluster.requests == {"create_topics": requests}


def test_what_a_policy_refuses_is_sent_once(cluster: FakeCluster) -> None:
    """A refusal by a policy has the error code of a batch that is too large."""
    cluster.policy = lambda _kind, _name, _config: "too many topics"
    assert [status for _name, status, _why in applied(cluster, create("a"), create("b"))] == [
        "failed",
        "failed",
    ]
    assert cluster.requests == {"create_topics": 1}


@pytest.mark.parametrize("fate", ["applied", "dropped"])
def test_a_lost_answer_is_unknown_and_silences_the_rest(cluster: FakeCluster, fate: Any) -> None:
    cluster.put("b")
    cluster.put("c")
    cluster.fates["create_topics"].append(fate)
    assert applied(cluster, create("a"), grow("b"), delete("c")) == [
        ("a", "unknown", f"create topic a: {NOBODY_ANSWERED}"),
        (
            "b",
            "pending",
            "add partitions to topic b: not tried, since answers were lost (run again)",
        ),
        ("c", "pending", "delete topic c: not tried, since answers were lost (run again)"),
    ]
    assert ("a" in cluster.topics) == (fate == "applied")
    assert cluster.written() == 1


@pytest.mark.parametrize(
    ("code", "status"),
    [
        *((code, "unknown") for code in (-185, -195, -197, -137, -187, -192, -1, 7, 13, 20, 41)),
        # the client sent nothing
        *((code, "failed") for code in (-186, -165)),
        # the controller refused
        *((code, "failed") for code in (5, 38, 40, 44, 89)),
    ],
)
def test_only_an_answer_that_proves_a_refusal_is_a_failure(
    cluster: FakeCluster, code: int, status: str
) -> None:
    cluster.loss = Rejection(code, "ERROR", "text")
    cluster.fates["create_topics"].append("applied")
    assert applied(cluster, create("a")) == [("a", status, "create topic a: ERROR: text")]


NOT_DELETED = (
    "b",
    "pending",
    "delete topic b: not tried, since nothing is deleted after a failure",
)


@pytest.mark.parametrize(
    "first", [create("a", 1, {}, 9), grow("gone"), alter("gone", flush_ms="1")]
)
def test_nothing_is_deleted_once_something_failed(cluster: FakeCluster, first: TopicChange) -> None:
    cluster.put("b")
    assert applied(cluster, first, delete("b"))[-1] == NOT_DELETED
    assert "b" in cluster.topics


@pytest.mark.parametrize("fate", ["applied", "dropped"])
def test_nothing_is_deleted_once_one_of_several_answers_is_lost(fate: Any) -> None:
    cluster = FakeCluster(num_partitions="100")
    cluster.put("b")
    # halved into two requests: the first answer gets lost, the second arrives
    cluster.fates["create_topics"].append(fate)
    *created, last = applied(
        cluster, *[create(f"t{number}", -1, {}, -1) for number in range(100)], delete("b")
    )
    assert [status for _name, status, _why in created] == ["unknown"] * 50 + ["applied"] * 50
    assert last == NOT_DELETED
    assert "b" in cluster.topics


@pytest.mark.parametrize("first", [create("c"), grow("c", 1)])
def test_a_lost_race_does_not_hold_deletions_back(cluster: FakeCluster, first: TopicChange) -> None:
    cluster.put("b")
    cluster.put("c")
    assert [status for _name, status, _why in applied(cluster, first, delete("b"))] == [
        "overtaken",
        "applied",
    ]
    assert list(cluster.topics) == ["c"]


def test_changes_after_a_failure_are_still_tried_but_for_deletions(cluster: FakeCluster) -> None:
    cluster.put("b")
    cluster.put("c")
    outcomes = applied(
        cluster, create("a", 1, {}, 9), grow("b"), alter("b", flush_ms="1"), delete("c")
    )
    assert [status for _name, status, _why in outcomes] == [
        "failed",
        "applied",
        "applied",
        "pending",
    ]


def test_a_failed_deletion_holds_back_those_of_later_requests(
    cluster: FakeCluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(apply, "MOST_RECORDS", 500)
    names = [f"t{number:03}" for number in range(501)]
    for name in names:
        cluster.put(name)
    cluster.denied["DELETE"].add("t000")
    outcomes = applied(cluster, *[delete(name) for name in names])
    assert [status for _name, status, _why in outcomes] == ["failed"] + ["applied"] * 499 + [
        "pending"
    ]
    assert (
        outcomes[-1][2] == "delete topic t500: not tried, since nothing is deleted after a failure"
    )


@pytest.mark.parametrize(
    ("changes", "seconds"),
    [
        ([], 10),
        ([create("a", 5, {}, 2)], 10.2),
        # the broker's defaults are not known beforehand
        ([create("a", -1, {}, -1)], 10.06),
        ([grow("a", 10)], 10.6),
        ([alter("a", flush_ms="1")] * 99, 10),
        ([create(f"t{number}", 3, {}, 3) for number in range(1000)], 190),
    ],
)
def test_the_time_to_become_visible_grows_with_the_work(
    changes: list[TopicChange], seconds: float
) -> None:
    assert seconds_to_show(Plan(tuple(changes))) == pytest.approx(seconds)
