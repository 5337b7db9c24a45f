# SPDX-License-Identifier: GPL-3.0-or-later
"""Brokers of a cluster of three die, hang or hold requests back while a run writes.

What the run reports is true afterwards, too.
"""

from __future__ import annotations

import signal
import socket
import subprocess
from collections.abc import Callable
from typing import Any

import pytest

from tests.brokers.fixtures import TestBroker
from tests.integration import run
from tests.integration.cluster import Cluster
from tests.integration.moving import NODES
from tests.integration.own_broker import OwnBroker
from tests.integration.run import ROOT

SECONDS = 300.0  # only ends a hang
Connection = dict[str, Any]


@pytest.fixture
def connection(brokers: TestBroker) -> Connection:
    """To all three, with little time for each answer."""
    return {"bootstrap_servers": [brokers.address(node) for node in NODES], "timeout": 10}


@pytest.fixture
def another(connection: Connection) -> Cluster:
    """A client that saw no broker die in an earlier test."""
    return Cluster(",".join(connection["bootstrap_servers"]))


def interrupted(act: Callable[[], None], **options: Any) -> dict[str, Any]:
    """The module's result, where something happens just before its first write."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(SECONDS)
        process = run.start("topics", meet=server.getsockname()[1], **options)
        with server.accept()[0]:
            act()
        return run.finish(process)


def profile(names: list[str], **fields: Any) -> dict[str, Any]:
    return {"profiles": {"all": {"names": names, **fields}}}


def listed(result: dict[str, Any], status: str) -> set[str]:
    return {change["name"] for change in result.get("outcome", {}).get(status, [])}


def test_creations_whose_answers_are_lost_are_not_called_failed(
    nodes: OwnBroker, another: Cluster, own: str, connection: Connection
) -> None:
    names = [f"{own}{number:03}" for number in range(300)]
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(SECONDS)
        declared = profile(names, partitions=1, replication_factor=3)
        process = run.start("topics", meet=server.getsockname()[1], **connection, **declared)
        # two of three: whichever of them got the request, its answer is lost
        with server.accept()[0]:
            pass
        another.await_(lambda: bool(another.names(own)), "the first topics", SECONDS)
        nodes.signal(signal.SIGKILL, 2)
        result = run.finish(process)
    nodes.command("start")

    assert result["changed"] is True
    assert listed(result, "failed") == set()
    made = set(names) if not result.get("failed") else listed(result, "applied")
    another.await_(lambda: made <= set(another.names(own)), "what was called applied", SECONDS)


def test_what_a_hung_cluster_may_still_do_is_unknown(
    nodes: OwnBroker, another: Cluster, own: str, connection: Connection
) -> None:
    names = [f"{own}{number:02}" for number in range(60)]
    patient = {**connection, "timeout": 60}  # for what must succeed
    run.succeed("topics", **patient, **profile(names))

    def hang() -> None:
        for node in NODES:
            nodes.signal(signal.SIGSTOP, node)

    result = interrupted(hang, **connection, **profile(names, config={"flush.ms": 5}))
    for node in NODES:
        nodes.signal(signal.SIGCONT, node)

    assert (result["error"], result["changed"]) == ("ApplyFailed", True)
    assert {status: len(changes) for status, changes in result["outcome"].items()} == {
        "applied": 0,
        "failed": 0,
        "pending": 0,
        "unknown": 60,
    }
    assert "60 unknown: they may still be made; run again" in result["msg"]
    # one reason, told once
    assert result["msg"].count(own) == 5
    assert "a broker that hangs" in result["msg"]

    def made() -> bool:
        found = another.topics(own)
        return all(topic["config"] == {"flush.ms": "5"} for topic in found.values())

    another.await_(made, "the alterations to be made after all", SECONDS)


def test_one_broker_that_hangs_of_three_stops_nobody(
    nodes: OwnBroker, own: str, connection: Connection
) -> None:
    nodes.signal(signal.SIGSTOP, 1)

    result = run.succeed(
        "topics",
        **{**connection, "timeout": 15},
        topics=[{"name": f"{own}despite", "replication_factor": 3}],
    )

    assert result["changed"] is True


def test_a_lost_majority_is_not_a_refusal(
    nodes: OwnBroker, brokers: TestBroker, own: str, connection: Connection
) -> None:
    for node in (1, 2):
        nodes.signal(signal.SIGKILL, node)

    result = run.fail("topics", **connection, topics=[{"name": f"{own}lost"}])
    nodes.command("start")

    assert result["error"] == "ClusterUnreachable"
    assert f"{brokers.address(3)} answers" in result["msg"]
    assert ": connection refused: no broker listens there" in result["msg"]
    assert "not Kafka" not in result["msg"]


def test_what_a_quota_holds_back_is_told_first(
    brokers: TestBroker, own: str, connection: Connection
) -> None:
    def burst(number: int) -> dict[str, Any]:
        """More at once than the quota allows, as soon as the controller knows it."""
        names = [f"{own}{number}.{topic}" for topic in range(20)]
        return run.finish(run.start("topics", **connection, **profile(names, partitions=20)))

    configure(brokers, "--add-config", "controller_mutation_rate=1")
    try:
        result = next(result for result in map(burst, range(100)) if result.get("failed"))
    finally:
        configure(brokers, "--delete-config", "controller_mutation_rate")

    assert result["msg"].startswith("a quota on this client throttled it: broker 127.0.0.1:")
    assert "raise timeout, or the quota" in result["msg"]
    assert not result.get("warnings")


def configure(brokers: TestBroker, *arguments: str) -> None:
    """Kafka's own tool: the client library has no quotas."""
    command = [
        "java",
        "-cp",
        f"{ROOT}/.kafka/libs/{brokers.version}/*",
        "org.apache.kafka.tools.ConfigCommand",
        "--bootstrap-server",
        brokers.bootstrap,
    ]
    of_every_client = ["--entity-type", "clients", "--entity-default"]
    subprocess.run(
        [*command, "--alter", *arguments, *of_every_client], check=True, capture_output=True
    )
