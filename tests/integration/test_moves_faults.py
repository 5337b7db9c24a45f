# SPDX-License-Identifier: GPL-3.0-or-later
"""Moves that the throttle holds back, whose broker dies, or which are too large for its disk."""

from __future__ import annotations

import math
import re
import signal
import subprocess
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import NamedTuple

import pytest
from kafka import KafkaAdminClient

from tests.brokers.fixtures import TestBroker
from tests.integration import run
from tests.integration.cluster import Cluster
from tests.integration.conftest import Call, outcome
from tests.integration.moving import fill, replicas, throttles
from tests.integration.nodes import NODES, Nodes
from tests.integration.own_broker import own_broker, port_from

TARGET = 3  # not the first broker, which the clients are told of
THROTTLE = "768KiB"
# A broker looks at the throttle before each fetch, and fetches up to replica.fetch.max.bytes of a
# partition. The rate is that of the last replication.quota.window.num seconds, in which it may have
# moved less before.
SLOW, RATE = "256KiB", 256 * 2**10
FETCH = 2**20
WINDOW = 11


@pytest.fixture
def unthrottled(brokers: TestBroker, own: str) -> Iterator[None]:  # noqa: ARG001 # before topics go
    """Takes away what no run could while the broker was dead; used before `nodes`, so after it."""
    yield
    rates = ("leader.replication.throttled.rate", "follower.replication.throttled.rate")
    Cluster(brokers.bootstrap).alter_broker(TARGET, dict.fromkeys(rates))


@pytest.fixture
def orders(move: Call, three: Cluster, brokers: TestBroker, own: str) -> str:
    """A topic whose only partition is on the first broker."""
    name = f"{own}orders"
    move(topics=[{"name": name, "partitions": 1, "assignments": {0: [1]}}])
    three.await_logs([name])
    fill(brokers.bootstrap, name, 1)
    return name


class Look(NamedTuple):
    """How many bytes of the partition a broker had at a time between these."""

    began: float
    ended: float
    bytes: int


def look(mover: KafkaAdminClient, broker: int, name: str) -> Look:
    began = time.monotonic()
    answers = mover.describe_log_dirs(topic_partitions={name: [0]})
    size = 0
    [answer] = [answer for answer in answers if answer["broker"] == broker]
    for log_dir in answer["log_dirs"]:
        for topic in log_dir["topics"]:
            size += sum(partition["partition_size"] for partition in topic["partitions"])
    return Look(began, time.monotonic(), size)


def test_the_throttle_is_in_force(
    three: Cluster, brokers: TestBroker, orders: str, mover: KafkaAdminClient
) -> None:
    topic = {"name": orders, "assignments": {0: [1, TARGET]}}
    whole = look(mover, 1, orders).bytes
    moving = run.start("topics", bootstrap_servers=brokers.bootstrap, topics=[topic], throttle=SLOW)
    looks: list[Look] = []
    while moving.poll() is None:
        looks.append(look(mover, TARGET, orders))
        three.admin.poll(0.05)
    [change] = run.finish(moving)["changes"]

    assert change["evidence"]["moves"]["seconds"] == math.ceil(whole / RATE)
    assert look(mover, TARGET, orders).bytes == whole
    assert throttles(three, orders) == {}
    began = max(look.began for look in looks if not look.bytes)
    arrived = [look for look in looks if look.bytes]
    assert len(arrived) > 1
    for _began, ended, copied in arrived:
        seconds = ended - began
        fetches = 1 + seconds // WINDOW
        assert copied <= RATE * (seconds + WINDOW) + FETCH * fetches


@pytest.mark.usefixtures("unthrottled")
def test_a_move_whose_broker_died_is_unknown_until_a_run_sees_it_arrive(
    brokers: TestBroker, nodes: Nodes, orders: str, mover: KafkaAdminClient
) -> None:
    topic = {"name": orders, "assignments": {0: [1, TARGET]}}
    begin = partial(
        run.start,
        "topics",
        bootstrap_servers=brokers.bootstrap,
        timeout=5,
        topics=[topic],
        throttle=THROTTLE,
    )
    # more than passes at once, before the throttle holds: as much as in eleven seconds
    for _more in range(2):
        fill(brokers.bootstrap, orders, 1)
    given_up = begin(hurry=30)
    another = Cluster(brokers.bootstrap)
    another.await_(lambda: look(mover, TARGET, orders).bytes > 0, "the first records to arrive")
    nodes.kill(TARGET)
    error = run.finish(given_up)

    assert outcome(error) == {"applied": [], "failed": [], "pending": [], "unknown": [orders]}
    assert (error["error"], error["changed"]) == ("ApplyFailed", True)
    assert "nothing arrived within" in error["msg"]
    assert f"(partition 0 on its way to broker {TARGET})" in error["msg"]
    left = f"the throttle of the moves is still set: broker {TARGET}"
    assert left in str(error["warnings"])
    alive = Cluster(brokers.bootstrap)
    alive.await_(
        lambda: TARGET not in alive.admin.list_topics(timeout=run.HANGS).brokers,
        "the broker to be known as dead",
    )
    assert throttles(alive, orders) == {}

    awaited = begin()
    alive.await_(lambda: bool(throttles(alive, orders)), "the move to be throttled again")
    nodes.start()
    [change] = run.finish(awaited)["changes"]
    assert change["before"] == {"assignments": {"0": [1]}}
    assert replicas(alive, orders).in_sync == [[1, TARGET]]
    # the broker that died still has the one of the run that gave up
    others = [key for key in throttles(alive, orders) if not key.startswith(f"{TARGET} ")]
    assert others == []


@pytest.fixture
def small(tmp_path: Path) -> Iterator[str]:
    """The address of three brokers whose disk has room for one replica of the topic orders."""
    port = port_from(22700)
    disk = tmp_path / "home"
    with own_broker(tmp_path, "small", port, nodes=len(NODES)) as brokers:
        disk.mkdir()
        mount = ["mount", "-t", "tmpfs", "-o", "size=10m", "tmpfs", disk]
        mounted = subprocess.run(mount, capture_output=True, text=True, check=False)
        if mounted.returncode:
            pytest.skip(f"only root can make a small disk: {mounted.stderr}")
        try:
            brokers.bring("started")
            yield f"127.0.0.1:{port}"
        finally:
            for node in NODES:
                brokers.signal(signal.SIGKILL, node)
            # a process that was killed holds it for a moment
            subprocess.run(["umount", "--lazy", disk], check=True)


def test_what_does_not_fit_is_refused(small: str) -> None:
    move = partial(run.succeed, "topics", bootstrap_servers=small)
    move(topics=[{"name": "orders", "partitions": 1, "assignments": {0: [1]}}])
    cluster = Cluster(small)
    cluster.await_logs(["orders"])
    fill(small, "orders", 1)
    topic = {"name": "orders", "assignments": {0: [1, TARGET]}}
    error = run.fail("topics", bootstrap_servers=small, topics=[topic])
    why = r"5\.7 MiB do not fit on broker 3, which has [\d.]+ [KM]iB left$"
    assert re.search(why, error["msg"])
    assert replicas(cluster, "orders").brokers == [[1]]
    assert throttles(cluster, "orders") == {}
