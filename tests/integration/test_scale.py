# SPDX-License-Identifier: GPL-3.0-or-later
"""Many topics in one call, and two calls at the same time."""

from __future__ import annotations

import math
import socket
import time
from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack
from typing import Any

import pytest
from ansible_collections.omninode.kafka.plugins.module_utils._cluster.confluent.gateway import (
    ConfluentGateway,
)
from ansible_collections.omninode.kafka.plugins.module_utils._cluster.connection import Connection
from ansible_collections.omninode.kafka.plugins.module_utils._topic.resource import Topics
from ansible_collections.omninode.kafka.plugins.module_utils._topic.spec import parse_topic_set

from tests.brokers.fixtures import TestBroker
from tests.integration import run
from tests.integration.cluster import Cluster
from tests.integration.conftest import Call, outcome

MANY = 2000
CONSTANT = 4  # requests, however many topics
MOST_RECORDS = 9_900  # of a request; a new topic here is three: itself, a partition, a key
# of a play that keeps topics: check the arguments, include, keep the topics, show the summary
MOST_TASKS = 4


class Counting:
    """A gateway whose calls are counted: each is one request, or one for each 250 topics."""

    def __init__(self, gateway: ConfluentGateway) -> None:
        self._gateway = gateway
        self.requests: Counter[str] = Counter()

    def __getattr__(self, name: str) -> Callable[..., Any]:
        self.requests[name] += 1
        method: Callable[..., Any] = getattr(self._gateway, name)
        return method


@pytest.fixture
def timed(topics: Call, capsys: pytest.CaptureFixture[str]) -> Call:
    """The module topics, telling how long it took."""

    def call(what: str, **options: Any) -> dict[str, Any]:
        begin = time.monotonic()
        result = topics(**options)
        with capsys.disabled():
            print(f"\n{what}: {time.monotonic() - begin:.1f} s", end="")
        return result

    return call


def test_thousands_of_topics_are_kept_in_one_call_with_few_requests(
    broker: TestBroker, cluster: Cluster, timed: Call, prefix: str
) -> None:
    names = [f"{prefix}{number:04}" for number in range(MANY)]
    declaration: dict[str, Any] = {
        "profiles": {"many": {"names": names, "partitions": 1, "config": {"retention.ms": "7d"}}}
    }

    gateway, resource = (
        Counting(ConfluentGateway(Connection((broker.bootstrap,)))),
        Topics(parse_topic_set([], **declaration)),
    )
    observed = resource.observe(gateway)
    resource.validate(gateway, resource.plan(observed), observed, by_broker=True)
    creations = math.ceil(3 * MANY / MOST_RECORDS)
    assert gateway.requests["create_topics"] == creations
    assert gateway.requests.total() <= CONSTANT + creations

    created = timed(f"create {MANY} topics", **declaration)
    unchanged = timed(f"find {MANY} topics unchanged", **declaration)

    assert len(created["changes"]) == len(cluster.names(prefix)) == MANY
    assert not created.get("warnings")
    assert unchanged["changes"] == []
    # before ansible-core 2.21 every result echoes the options, too
    assert len(str({key: value for key, value in unchanged.items() if key != "invocation"})) < 1000

    gateway.requests.clear()
    assert resource.plan(resource.observe(gateway)).changes == ()
    assert gateway.requests["describe_configs"] == 1
    assert gateway.requests.total() <= CONSTANT

    declaration["profiles"]["many"]["state"] = "absent"
    resource = Topics(parse_topic_set([], **declaration))
    observed = resource.observe(gateway)
    plan = resource.plan(observed)
    gateway.requests.clear()
    assert len(resource.weigh(gateway, plan, observed).changes) == MANY
    assert gateway.requests == {"list_offsets": 4, "describe_consumer_groups": 1}
    # what cannot be read yet counts as in use
    cluster.await_logs(names)
    deleted = timed(f"delete {MANY} topics", **declaration)
    assert len(deleted["changes"]) == MANY
    assert cluster.names(prefix) == []


@pytest.fixture
def raced(broker: TestBroker) -> Callable[..., list[dict[str, Any]]]:
    """Runs topics once for each declaration: all have made their plan before any of them writes."""

    def run_all(*declarations: list[dict[str, Any]]) -> list[dict[str, Any]]:
        with socket.create_server(("127.0.0.1", 0)) as server, ExitStack() as waiting:
            server.settimeout(run.HANGS)
            port = server.getsockname()[1]
            processes = [
                run.start("topics", bootstrap_servers=broker.bootstrap, topics=declared, meet=port)
                for declared in declarations
            ]
            for _unused in processes:
                waiting.enter_context(server.accept()[0])
            waiting.close()
            return [run.finish(process) for process in processes]

    return run_all


def test_a_play_that_changes_nothing_runs_few_tasks(
    broker: TestBroker, topics: Call, prefix: str
) -> None:
    declared = [{"name": f"{prefix}a"}, {"name": f"{prefix}b"}]
    topics(topics=declared)
    role = {
        "role": "omninode.kafka.kafka_topics",
        "kafka_topics_declared": declared,
        "kafka_topics_defaults": {"partitions": 1},
    }
    connection = {"group/omninode.kafka.all": {"bootstrap_servers": [broker.bootstrap]}}

    played = run.play([], roles=[role], module_defaults=connection)

    assert played.returncode == 0, played.stdout
    assert not any(result["changed"] for result in played.results)
    tasks = [result["task"] for result in played.results]
    assert len(tasks) <= MOST_TASKS, f"each task takes a tenth of a second or more: {tasks}"


def test_two_runs_at_the_same_time_that_agree_both_succeed(
    cluster: Cluster, topics: Call, prefix: str, raced: Callable[..., Any]
) -> None:
    declared = [
        {"name": f"{prefix}{number}", "partitions": 2, "config": {"retention.ms": "7d"}}
        for number in range(30)
    ]

    results = raced(declared, declared)

    assert [result.get("msg") for result in results if result.get("failed")] == []
    assert [[change["operation"] for change in result["changes"]] for result in results] == [
        ["create"] * 30
    ] * 2
    state = {"partitions": 2, "replication_factor": 1, "config": {"retention.ms": "604800000"}}
    assert cluster.topics(prefix) == {topic["name"]: state for topic in declared}
    assert topics(topics=declared)["changes"] == []


def test_two_runs_at_the_same_time_that_disagree_on_new_topics_tell_the_truth(
    cluster: Cluster, prefix: str, raced: Callable[..., Any]
) -> None:
    names = [f"{prefix}{number:02}" for number in range(30)]

    one, two = raced(
        *([{"name": name, "partitions": partitions} for name in names] for partitions in (1, 2))
    )

    found = {name: topic["partitions"] for name, topic in cluster.topics(prefix).items()}
    assert denied(one) == {name for name in names if found[name] == 2}
    assert denied(two) == {name for name in names if found[name] == 1}


def test_two_runs_at_the_same_time_that_disagree_on_a_value_never_deny_what_holds(
    cluster: Cluster, prefix: str, raced: Callable[..., Any]
) -> None:
    names = [f"{prefix}{number:02}" for number in range(30)]
    cluster.create(dict.fromkeys(names, (1, {})))

    results = raced(
        *([{"name": name, "config": {"flush.ms": value}} for name in names] for value in (1, 2))
    )

    found = {name: topic["config"]["flush.ms"] for name, topic in cluster.topics(prefix).items()}
    assert set(found.values()) <= {"1", "2"}
    for value, result in zip(("1", "2"), results, strict=True):
        assert not denied(result) & {name for name in names if found[name] == value}


def denied(result: dict[str, Any]) -> set[str]:
    """The topics of which a run says that they are not as it declared."""
    if not result.get("failed"):
        return set()
    assert result["error"] in ("ApplyFailed", "NotConverged"), result
    return set(outcome(result)["failed"])
