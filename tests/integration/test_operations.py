# SPDX-License-Identifier: GPL-3.0-or-later
"""Every operation, alone and with every other: a check run promises what the real run does, and
writes nothing."""

from __future__ import annotations

from functools import partial
from itertools import combinations
from typing import Any, NamedTuple

import pytest

from tests.brokers.fixtures import TestBroker
from tests.integration import run
from tests.integration.cluster import Cluster, Config
from tests.integration.conftest import Call

THROTTLED = {
    "leader.replication.throttled.replicas": "*",
    "follower.replication.throttled.replicas": "0:1",
}


class Case(NamedTuple):
    """`before` and `after`: partitions and overrides of a topic, None if there is none. `declared`:
    its fields; None: it is not declared, but owned."""

    before: tuple[int, Config] | None
    declared: dict[str, Any] | None
    after: tuple[int, Config] | None
    operations: tuple[str, ...] = ()


CHANGING = {
    "create": Case(
        None,
        {"partitions": 2, "config": {"retention.ms": "7d"}},
        (2, {"retention.ms": "604800000"}),
        ("create",),
    ),
    "grow": Case((1, {}), {"partitions": 3}, (3, {}), ("add_partitions",)),
    "set": Case(
        (1, {"flush.ms": "5"}),
        {"config": {"segment.bytes": "1GiB"}},
        (1, {"flush.ms": "5", "segment.bytes": "1073741824"}),
        ("alter_config",),
    ),
    "change": Case(
        (1, {"retention.ms": "9"}),
        {"config": {"retention.ms": "1s"}},
        (1, {"retention.ms": "1000"}),
        ("alter_config",),
    ),
    "unset": Case(
        (1, {"retention.ms": "9", "flush.ms": "5"}),
        {"config": {"retention.ms": None}},
        (1, {"flush.ms": "5"}),
        ("alter_config",),
    ),
    "purge_config": Case(
        (1, {"retention.ms": "9", "flush.ms": "5", "segment.bytes": "1048576", **THROTTLED}),
        {"config": {"flush.ms": "5"}, "purge_config": True, "purge_config_keep": ["segment.bytes"]},
        (1, {"flush.ms": "5", "segment.bytes": "1048576", **THROTTLED}),
        ("alter_config",),
    ),
    "grow_and_set": Case(
        (1, {}),
        {"partitions": 2, "config": {"flush.ms": 5}},
        (2, {"flush.ms": "5"}),
        ("add_partitions", "alter_config"),
    ),
    "delete": Case((1, {}), {"state": "absent"}, None, ("delete",)),
    "purge": Case((1, {}), None, None, ("delete",)),
}
UNCHANGING = {
    "same": Case(
        (2, {"flush.ms": "5"}),
        {"partitions": 2, "replication_factor": 1, "config": {"flush.ms": 5}},
        (2, {"flush.ms": "5"}),
    ),
    "undeclared_key": Case((1, {"flush.ms": "5"}), {"config": {}}, (1, {"flush.ms": "5"})),
    "minus_one": Case((2, {}), {"partitions": -1, "replication_factor": -1}, (2, {})),
    "absent": Case(None, {"state": "absent"}, None),
    "unset_unset": Case((1, {}), {"config": {"flush.ms": None}}, (1, {})),
    "empty_purge_config": Case((1, THROTTLED), {"purge_config": True}, (1, THROTTLED)),
}
CASES = CHANGING | UNCHANGING
# one way into each operation and each of its forms; the others are more of the same
PAIRED = ("create", "grow", "set", "unset", "purge_config", "delete", "purge")
ORDER = ("create", "add_partitions", "alter_config", "delete")


def names(prefix: str, *cases: str) -> dict[str, Case]:
    return {f"{prefix}{case.replace('_', '-')}": CASES[case] for case in cases}


def prepare(cluster: Cluster, cases: dict[str, Case]) -> None:
    existing = {name: case.before for name, case in cases.items() if case.before}
    if existing:
        cluster.create(existing)


def declare(prefix: str, cases: dict[str, Case]) -> dict[str, Any]:
    """The module's options that declare these cases."""
    declared = [
        {"name": name, **case.declared} for name, case in cases.items() if case.declared is not None
    ]
    if len(declared) == len(cases):
        return {"topics": declared}
    nothing_stays = all(topic.get("state") == "absent" for topic in declared)
    return {
        "topics": declared,
        "purge": True,
        "owned_prefixes": [prefix],
        "purge_to_empty": nothing_stays,
    }


def expected(cases: dict[str, Case]) -> list[tuple[str, str]]:
    planned = [(operation, name) for name, case in cases.items() for operation in case.operations]
    return sorted(planned, key=lambda change: (ORDER.index(change[0]), change[1]))


def described(cases: dict[str, Case]) -> dict[str, dict[str, Any]]:
    after = {name: case.after for name, case in cases.items() if case.after}
    return {
        name: {"partitions": partitions, "replication_factor": 1, "config": config}
        for name, (partitions, config) in after.items()
    }


@pytest.mark.parametrize("case", CASES)
def test_brings_a_topic_to_its_declared_state(
    cluster: Cluster, topics: Call, prefix: str, case: str
) -> None:
    cases = names(prefix, case)
    prepare(cluster, cases)

    result = topics(**declare(prefix, cases))

    assert [(change["operation"], change["name"]) for change in result["changes"]] == expected(
        cases
    )
    assert result["changed"] == (case in CHANGING)
    assert cluster.topics(prefix) == described(cases)
    again = topics(**declare(prefix, cases))
    assert (again["changed"], again["changes"]) == (False, [])


@pytest.mark.parametrize(
    ("one", "other"), [*((case, case) for case in CHANGING), *combinations(PAIRED, 2)]
)
def test_check_mode_promises_what_the_real_run_does_and_writes_nothing(
    cluster: Cluster, topics: Call, prefix: str, one: str, other: str
) -> None:
    cases = names(prefix, one, other)
    prepare(cluster, cases)
    before = cluster.topics(prefix)

    promised = topics(**declare(prefix, cases), check=True)

    assert cluster.topics(prefix) == before
    assert [(change["operation"], change["name"]) for change in promised["changes"]] == expected(
        cases
    )
    done = topics(**declare(prefix, cases))
    for common in ("changed", "changes", "summary", "not_validated"):
        assert done[common] == promised[common]
    assert cluster.topics(prefix) == described(cases)


@pytest.mark.usefixtures("broker_39", "broker_40")
@pytest.mark.parametrize("kafka", ["broker_39", "broker_40"])
def test_older_brokers_keep_topics_as_well(request: pytest.FixtureRequest, kafka: str) -> None:
    broker: TestBroker = request.getfixturevalue(kafka)
    cluster, call = (
        Cluster(broker.bootstrap),
        partial(run.succeed, "topics", bootstrap_servers=broker.bootstrap),
    )
    name = "it-older"
    steps: list[tuple[dict[str, Any], list[str]]] = [
        ({"partitions": 1, "config": {"retention.ms": "7d"}}, ["create"]),
        ({"partitions": 2, "config": {"retention.ms": "8d"}}, ["add_partitions", "alter_config"]),
        ({"purge_config": True}, ["alter_config"]),
        ({"state": "absent"}, ["delete"]),
    ]
    cluster.delete(cluster.names(name))

    for declared, operations in steps:
        promised = call(topics=[{"name": name, **declared}], check=True)
        done = call(topics=[{"name": name, **declared}])
        assert [change["operation"] for change in done["changes"]] == operations
        assert promised["changes"] == done["changes"]
        assert call(topics=[{"name": name, **declared}])["changes"] == []
    assert cluster.names(name) == []
    assert (
        run.succeed("cluster_info", bootstrap_servers=broker.bootstrap)["cluster_id"]
        == broker.cluster_id
    )
