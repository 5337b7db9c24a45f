# SPDX-License-Identifier: GPL-3.0-or-later
"""Brokers are killed and hang while a run writes."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from tests.brokers.fixtures import TestBroker
from tests.faults.jobs import Job, Topics
from tests.faults.trial import TIMEOUT, Met, Trial, bound, meeting, told
from tests.integration import run
from tests.integration.cluster import Cluster
from tests.integration.nodes import NODES, Nodes

# seconds after a request left, and the write before which the case begins
BEFORE, SENT, MS20, MS50, MS100 = None, 0.0, 0.02, 0.05, 0.1
SHORT = 2  # seconds, the option timeout where a case waits until it is over
Start = Callable[[str], Job]


@pytest.mark.parametrize(
    ("fault", "resource", "after"),
    [
        ("kill", "topics", BEFORE),
        pytest.param("kill", "topics", SENT, marks=pytest.mark.sharp),
        ("kill", "topics", MS20),
        ("kill", "topics", MS50),
        ("kill", "topics", MS100),
        ("kill", "acls", SENT),
        ("kill", "acls", MS20),
        ("kill", "users", SENT),
        ("kill", "users", MS20),
        ("freeze", "topics", BEFORE),
        ("freeze", "topics", MS20),
        ("freeze", "acls", SENT),
        ("freeze", "users", BEFORE),
    ],
)
def test_controller(
    trial: Trial, nodes: Nodes, job_of: Start, fault: str, resource: str, after: float | None
) -> None:
    job = job_of(resource)
    victim = nodes.controller()
    with trial.of(job):
        met = meeting(job, lambda: getattr(nodes, fault)(victim), after=after)
        trial.judge(job, met)


@pytest.mark.parametrize(
    ("fault", "resource"),
    [("kill", "topics"), ("kill", "acls"), ("kill", "users"), ("freeze", "topics")],
)
def test_controller_after_a_batch(
    trial: Trial, nodes: Nodes, job_of: Start, fault: str, resource: str
) -> None:
    job = job_of(resource)
    victim = nodes.controller()
    with trial.of(job):
        met = meeting(job, lambda: getattr(nodes, fault)(victim), before_write=2)
        trial.judge(job, met)


@pytest.mark.parametrize(("fault", "after"), [("kill", MS20), ("freeze", BEFORE)])
def test_follower(
    trial: Trial, nodes: Nodes, job_of: Start, fault: str, after: float | None
) -> None:
    """The one that the run is connected to, or another."""
    job = job_of("topics")
    victim = nodes.controller() % len(NODES) + 1
    with trial.of(job):
        met = meeting(job, lambda: getattr(nodes, fault)(victim), after=after)
        trial.judge(job, met)


def test_follower_frozen_before_the_run(trial: Trial, nodes: Nodes, job_of: Start) -> None:
    """It stops nobody."""
    job = job_of("topics")
    victim = nodes.controller() % len(NODES) + 1
    with trial.of(job):
        nodes.freeze(victim)
        met = meeting(job, lambda: None, bootstrap_servers=nodes.addresses())
        trial.judge(job, met)
    assert told(met.result) == "all applied"


@pytest.mark.parametrize(
    "resource",
    [pytest.param(resource, marks=pytest.mark.sharp) for resource in ("topics", "acls", "users")],
)
def test_pause_of_all(trial: Trial, nodes: Nodes, job_of: Start, resource: str) -> None:
    """As long as a garbage collection may take: every answer comes late, and none is lost."""
    job = job_of(resource)
    thaw = threading.Timer(1, nodes.thaw, NODES)

    def pause() -> None:
        nodes.freeze(*NODES)
        thaw.start()

    with trial.of(job):
        met = meeting(job, pause)
        thaw.join()
        trial.judge(job, met)
    assert told(met.result) == "all applied"


@pytest.mark.parametrize("resource", ["topics", "acls", "users"])
def test_all_frozen(trial: Trial, nodes: Nodes, job_of: Start, resource: str) -> None:
    job = job_of(resource)
    with trial.of(job):
        met = meeting(job, lambda: nodes.freeze(*NODES))
        trial.judge(job, met)
    assert met.result
    assert met.result["error"] == "ApplyFailed"
    assert "they may still be made; run again" in met.result["msg"]
    assert "a broker that hangs" in met.result["msg"]


@pytest.mark.parametrize("fault", ["kill", "freeze"])
@pytest.mark.parametrize("resource", ["topics", "acls"])
def test_majority(trial: Trial, nodes: Nodes, job_of: Start, fault: str, resource: str) -> None:
    job = job_of(resource)
    with trial.of(job):
        met = meeting(job, lambda: getattr(nodes, fault)(*_majority(nodes)))
        trial.judge(job, met)


@pytest.mark.parametrize(("fault", "back"), [("kill", "start"), ("freeze", "thaw")])
def test_majority_lost_and_back(
    trial: Trial, nodes: Nodes, job_of: Start, fault: str, back: str
) -> None:
    """While the run waits for the answer to its write."""
    job = job_of("topics")
    lost = _majority(nodes)
    again = threading.Timer(3, getattr(nodes, back), lost if back == "thaw" else ())

    def begin() -> None:
        getattr(nodes, fault)(*lost)
        again.start()

    with trial.of(job):
        met = meeting(job, begin, timeout=30)
        again.join()
        trial.judge(job, met, within=bound(30))


def test_majority_dead_before_the_run(trial: Trial, nodes: Nodes, job_of: Start) -> None:
    """It is not taken for a refusal, and the message tells who is dead."""
    job = job_of("topics")
    lost = _majority(nodes)
    [left] = {*NODES} - {*lost}
    with trial.of(job):
        nodes.kill(*lost)
        began = time.monotonic()
        options = {"bootstrap_servers": nodes.addresses(), "timeout": TIMEOUT}
        result = run.fail(job.module, **{**options, **job.options})
        trial.judge(job, Met(result, time.monotonic() - began))
    assert result["error"] == "ClusterUnreachable"
    assert f"{nodes.address(left)} answers" in result["msg"]
    assert ": connection refused: no broker listens there" in result["msg"]
    assert "not Kafka" not in result["msg"]


def test_rolling_restart(trial: Trial, nodes: Nodes, brokers: TestBroker, three: Cluster) -> None:
    """Of all three, while 1,000 topics change."""
    job = Topics(brokers, three, "ft-rolling.", each=250)

    def restart_all() -> None:
        for node in NODES:
            nodes.restart(node)

    rolling = threading.Thread(target=restart_all)
    with trial.of(job):
        met = meeting(job, rolling.start)
        rolling.join()
        trial.judge(job, met, within=bound(work=60))


def test_mutation_quota(trial: Trial, job_of: Start, brokers: TestBroker) -> None:
    """It lets through a change a second, and holds back for longer than the time-out who wants
    more."""
    job = job_of("topics")
    limit = partial(run.succeed, "quotas", bootstrap_servers=brokers.bootstrap, allow=["all"])
    every_client = {"client_defaults": True, "quotas": {"controller_mutation_rate": 1}}
    with trial.of(job):
        limit(quotas=[every_client])
        try:
            met = meeting(job, lambda: None, timeout=SHORT)
        finally:
            limit(quotas=[{"client_defaults": True, "state": "absent"}])
        trial.judge(job, met)
    assert met.result
    assert met.result["msg"].startswith("a quota on this client throttled it: broker 127.0.0.1:")
    assert "raise timeout, or the quota" in met.result["msg"]


def test_full_disk(trial: Trial, nodes: Nodes, job_of: Start) -> None:
    """Of the active controller, which then dies: it has one log directory."""
    job = job_of("topics")
    with trial.of(job), nodes.on_small_disk(nodes.controller()) as disk:
        filler = disk / "filler"
        met = meeting(job, lambda: _fill(filler))
        filler.unlink()
        trial.judge(job, met)


def _fill(file: Path) -> None:
    with file.open("wb", buffering=0) as opened, contextlib.suppress(OSError):
        while True:
            opened.write(bytes(2**20))


def _majority(nodes: Nodes) -> tuple[int, int]:
    """With the active controller."""
    controller = nodes.controller()
    return controller, controller % len(NODES) + 1
