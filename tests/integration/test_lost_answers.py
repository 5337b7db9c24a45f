# SPDX-License-Identifier: GPL-3.0-or-later
"""Brokers of a cluster of three die, hang or hold requests back while a run writes.

What the run reports is true afterwards, too.
"""

from __future__ import annotations

import signal
import socket
import subprocess
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.integration import run
from tests.integration.cluster import Cluster
from tests.integration.own_broker import OwnBroker, own_broker, port_from
from tests.integration.run import ROOT

PORT = port_from(22600)
NODES = (1, 2, 3)
ADDRESSES = {node: f"127.0.0.1:{PORT + node - 1}" for node in NODES}
CONNECTION: dict[str, Any] = {"bootstrap_servers": [*ADDRESSES.values()], "timeout": 10}
PATIENT = {**CONNECTION, "timeout": 60}  # for what must succeed
SECONDS = 300.0  # only ends a hang


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OwnBroker]:
    # who is dead or hangs is known soon
    soon = {"broker_session_timeout_ms": "6000", "broker_heartbeat_interval_ms": "1000"}
    with own_broker(tmp_path_factory.mktemp("broker"), "three", PORT, nodes=3, **soon) as brokers:
        brokers.bring("started")
        yield brokers


@pytest.fixture
def cluster() -> Cluster:
    return Cluster(",".join(ADDRESSES.values()))


@pytest.fixture
def brokers(home: OwnBroker, cluster: Cluster) -> Iterator[OwnBroker]:
    """All three run, and go on running after it."""
    home.command("start")
    cluster.await_(
        lambda: len(cluster.admin.list_topics(timeout=SECONDS).brokers) == len(NODES),
        "three brokers",
        SECONDS,
    )
    yield home
    for node in NODES:
        home.signal(signal.SIGCONT, node)


def interrupted(act: Callable[[], None], **options: Any) -> dict[str, Any]:
    """The module's result, where something happens just before its first write."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(SECONDS)
        process = run.start("topics", meet=server.getsockname()[1], **CONNECTION, **options)
        with server.accept()[0]:
            act()
        return run.finish(process)


def profile(names: list[str], **fields: Any) -> dict[str, Any]:
    return {"profiles": {"all": {"names": names, **fields}}}


def listed(result: dict[str, Any], status: str) -> set[str]:
    return {change["name"] for change in result.get("outcome", {}).get(status, [])}


def test_creations_whose_answers_are_lost_are_not_called_failed(
    brokers: OwnBroker, cluster: Cluster
) -> None:
    names = [f"killed.{number:03}" for number in range(300)]
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(SECONDS)
        declared = profile(names, partitions=1, replication_factor=3)
        process = run.start("topics", meet=server.getsockname()[1], **CONNECTION, **declared)
        # two of three: whichever of them got the request, its answer is lost
        with server.accept()[0]:
            pass
        cluster.await_(lambda: bool(cluster.names("killed.")), "the first topics", SECONDS)
        brokers.signal(signal.SIGKILL, 2)
        result = run.finish(process)
    brokers.command("start")

    assert result["changed"] is True
    assert listed(result, "failed") == set()
    made = set(names) if not result.get("failed") else listed(result, "applied")
    cluster.await_(
        lambda: made <= set(cluster.names("killed.")), "what was called applied", SECONDS
    )
    cluster.delete(cluster.names("killed."))


def test_what_a_hung_cluster_may_still_do_is_unknown(brokers: OwnBroker, cluster: Cluster) -> None:
    names = [f"hung.{number:02}" for number in range(60)]
    run.succeed("topics", **PATIENT, **profile(names))

    def hang() -> None:
        for node in NODES:
            brokers.signal(signal.SIGSTOP, node)

    result = interrupted(hang, **profile(names, config={"flush.ms": 5}))
    for node in NODES:
        brokers.signal(signal.SIGCONT, node)

    assert (result["error"], result["changed"]) == ("ApplyFailed", True)
    assert {status: len(changes) for status, changes in result["outcome"].items()} == {
        "applied": 0,
        "failed": 0,
        "pending": 0,
        "unknown": 60,
    }
    assert "60 unknown: they may still be made; run again" in result["msg"]
    # one reason, told once
    assert result["msg"].count("hung.") == 5
    assert "a broker that hangs" in result["msg"]

    def made() -> bool:
        found = cluster.topics("hung.")
        return all(topic["config"] == {"flush.ms": "5"} for topic in found.values())

    cluster.await_(made, "the alterations to be made after all", SECONDS)
    cluster.delete(names)


def test_one_broker_that_hangs_of_three_stops_nobody(brokers: OwnBroker) -> None:
    brokers.signal(signal.SIGSTOP, 1)

    result = run.succeed(
        "topics",
        **{**CONNECTION, "timeout": 15},
        topics=[{"name": "despite", "replication_factor": 3}],
    )

    assert result["changed"] is True


def test_a_lost_majority_is_not_a_refusal(brokers: OwnBroker) -> None:
    for node in (1, 2):
        brokers.signal(signal.SIGKILL, node)

    result = run.fail("topics", **CONNECTION, topics=[{"name": "lost"}])
    brokers.command("start")

    assert result["error"] == "ClusterUnreachable"
    assert f"{ADDRESSES[3]} answers" in result["msg"]
    assert ": connection refused: no broker listens there" in result["msg"]
    assert "not Kafka" not in result["msg"]


@pytest.mark.usefixtures("brokers")
def test_what_a_quota_holds_back_is_told_first() -> None:
    configure("--add-config", "controller_mutation_rate=1")
    try:
        result = next(result for result in map(burst, range(100)) if result.get("failed"))
    finally:
        configure("--delete-config", "controller_mutation_rate")

    assert result["msg"].startswith("a quota on this client throttled it: broker 127.0.0.1:")
    assert "raise timeout, or the quota" in result["msg"]
    assert not result.get("warnings")


def burst(number: int) -> dict[str, Any]:
    """More at once than the quota allows, as soon as the controller knows it."""
    names = [f"held.{number}.{topic}" for topic in range(20)]
    return run.finish(run.start("topics", **CONNECTION, **profile(names, partitions=20)))


def configure(*arguments: str) -> None:
    """Kafka's own tool: the client library has no quotas."""
    command = [
        "java",
        "-cp",
        f"{ROOT}/.kafka/libs/4.4.0/*",
        "org.apache.kafka.tools.ConfigCommand",
        "--bootstrap-server",
        ADDRESSES[1],
    ]
    of_every_client = ["--entity-type", "clients", "--entity-default"]
    subprocess.run(
        [*command, "--alter", *arguments, *of_every_client], check=True, capture_output=True
    )
