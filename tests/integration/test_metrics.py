# SPDX-License-Identifier: GPL-3.0-or-later
"""Rate, lag, error ratio and distribution of real traffic, and how unknown ones are told."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from confluent_kafka import Producer
from confluent_kafka.admin import AclOperation, ResourceType
from prometheus_client.parser import text_string_to_metric_families

from tests.brokers.fixtures import TestBroker
from tests.integration import run
from tests.integration.cluster import Cluster
from tests.integration.conftest import Call

PER_SECOND = 50
PARTITIONS = (0, 0, 0, 0, 1, 0, 0, 0, 0, 2)  # of ten records, where each is written
FAILS_OF = 4  # one of so many runs fails
FOR_EVER = {"retention.ms": "-1"}
BRIDGE = "prod.omninode-bridge.test-generation."


@contextmanager
def traffic(broker: TestBroker, prefix: str) -> Iterator[None]:
    """Runs begin at a steady rate, and a known share fails, until the end of the block."""
    ended = threading.Event()
    left: list[int] = []

    def publish() -> None:
        producer = Producer({"bootstrap.servers": broker.bootstrap, "linger.ms": 0})
        begin, number = time.monotonic(), 0
        while not ended.is_set():
            partition = PARTITIONS[number % len(PARTITIONS)]
            producer.produce(f"{prefix}started.v1", b"{}", partition=partition)
            if number % FAILS_OF == 0:
                producer.produce(f"{prefix}failed.v1", b"{}", partition=partition)
            number += 1
            while (rest := begin + number / PER_SECOND - time.monotonic()) > 0:
                producer.poll(rest)
        left.append(producer.flush(run.HANGS))

    thread = threading.Thread(target=publish)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()
    assert left == [0]


@pytest.fixture
def metrics(broker: TestBroker) -> Call:
    """The module, which must succeed."""
    return partial(
        run.succeed, "topic_metrics_info", bootstrap_servers=broker.bootstrap, interval=1
    )


@pytest.fixture
def catalogue(cluster: Cluster, prefix: str) -> str:
    """Begins the names of the topics of a test generator."""
    cluster.create({f"{prefix}{event}.v1": (3, FOR_EVER) for event in ("started", "failed")})
    return prefix


def aged(seconds: float, now: int) -> Any:
    """As old as it was made at `now`, or older, by no more than what has passed since then."""
    passed = time.time() - now / 1000
    return pytest.approx(seconds + passed / 2, abs=passed / 2 + 0.001)


def whys(found: dict[str, Any]) -> dict[str, str]:
    return {gap["what"]: gap["why"] for gap in found["not_measured"]}


def test_the_four_metrics_of_live_traffic(
    broker: TestBroker, cluster: Cluster, metrics: Call, catalogue: str, group: str
) -> None:
    failures = {
        "name": "failures",
        "numerator": f"{catalogue}failed.v1",
        "denominator": f"{catalogue}started.v1",
    }
    groups = set(cluster.groups(""))
    now = int(time.time() * 1000)

    with traffic(broker, catalogue):
        cluster.await_(
            lambda: (
                sum(record.partition() == 0 for record in cluster.read(f"{catalogue}started.v1"))
                > 4
            ),
            "the traffic to begin",
        )
        cluster.commit(f"{group}stopped", f"{catalogue}started.v1", 4)
        found = metrics(prefix=catalogue, interval=4, ratios=[failures])

    _failed, started = found["topics"]
    assert found["interval"] >= 4
    for topic in found["topics"]:
        counted, parts = topic["records"]["interval"], topic["distribution"]
        assert 0 < counted < topic["records"]["retained"]
        assert topic["records_per_second"] == pytest.approx(counted / found["interval"], rel=0.001)
        assert sum(part["records_per_second"] for part in parts) == pytest.approx(
            topic["records_per_second"]
        )
        assert [part["records_per_second"] * found["interval"] for part in parts] == pytest.approx(
            [part["records"]["interval"] for part in parts], rel=0.001
        )
    for span in ("retained", "window", "interval"):
        assert [part["share"][span] for part in started["distribution"]] == pytest.approx(
            [0.8, 0.1, 0.1], abs=0.03
        )
        assert started["imbalance"][span] == pytest.approx(2.4, abs=0.1)
    assert found["ratios"] == [
        {
            **failures,
            "window": pytest.approx(1 / FAILS_OF, abs=0.03),
            "interval": pytest.approx(1 / FAILS_OF, abs=0.03),
        }
    ]
    [lag] = found["lag"]
    # it processed four of the records of partition 0
    assert lag["records"] == started["distribution"][0]["records"]["retained"] - 4
    # the next one was written after `now`, and before the interval
    assert lag["seconds"] == aged(0, now)
    assert lag["seconds"] >= 4
    assert lag["uncommitted"] == [1, 2]
    assert (found["changed"], found["not_measured"]) == (False, [])
    # none but the test's own has come
    assert set(cluster.groups("")) - groups == {f"{group}stopped"}


def test_a_stopped_consumer_falls_behind(
    cluster: Cluster, metrics: Call, catalogue: str, group: str
) -> None:
    topic, now = f"{catalogue}started.v1", int(time.time() * 1000)
    cluster.produce(
        {
            (topic, 0): [now - 300_000, now - 200_000],
            (topic, 1): [now - 250_000],
            (topic, 2): [now - 100_000],
        }
    )
    cluster.commit(f"{group}stopped", topic, 1, 0, 1)
    cluster.commit(f"{group}ahead", topic, 2, 1, 1)

    first = metrics(names=[topic])["lag"]
    second = metrics(names=[topic], groups=[f"{group}stopped"])["lag"]

    ahead, stopped = first
    assert (ahead["records"], ahead["seconds"], ahead["uncommitted"]) == (0, 0.0, [])
    assert [part["records"] for part in stopped["distribution"]] == [1, 1, 0]
    assert [part["seconds"] for part in stopped["distribution"]] == [
        aged(200, now),
        aged(250, now),
        0.0,
    ]
    assert (stopped["records"], stopped["seconds"]) == (2, aged(250, now))
    assert [row["records"] for row in second] == [2]
    assert second[0]["seconds"] > stopped["seconds"]
    assert metrics(names=[topic], lag_seconds=False)["lag"][1]["seconds"] is None


def test_deleted_records_are_told_and_are_no_lag(
    cluster: Cluster, metrics: Call, catalogue: str, group: str
) -> None:
    topic, now = f"{catalogue}started.v1", int(time.time() * 1000)
    cluster.produce({(topic, 0): [now - 500_000, now - 400_000, now - 300_000]})
    cluster.commit(f"{group}slow", topic, 0)
    cluster.delete_records(topic, 2)

    [lag] = metrics(names=[topic])["lag"]

    assert (lag["records"], lag["deleted"], lag["seconds"]) == (1, 2, aged(300, now))


def test_the_mark_of_a_transaction_keeps_nobody_waiting(
    broker: TestBroker, cluster: Cluster, metrics: Call, catalogue: str, group: str
) -> None:
    topic = f"{catalogue}started.v1"
    producer = Producer({"bootstrap.servers": broker.bootstrap, "transactional.id": catalogue})
    producer.init_transactions(run.HANGS)
    producer.begin_transaction()
    producer.produce(topic, b"{}", partition=0)
    producer.commit_transaction(run.HANGS)
    cluster.commit(f"{group}done", topic, 1)

    [lag] = metrics(names=[topic])["lag"]

    # the mark is an offset, but no record
    assert (lag["records"], lag["seconds"]) == (1, 0.0)


def test_empty_topics_have_neither_shares_nor_ratios(metrics: Call, catalogue: str) -> None:
    names = [f"{catalogue}{event}.v1" for event in ("failed", "started")]
    found = metrics(
        names=[*names, f"{catalogue}absent.v1"],
        ratios=[{"name": "failures", "numerator": names[0], "denominator": names[1]}],
    )

    spans = ("retained", "window", "interval")
    for topic in found["topics"]:
        assert (topic["records_per_second"], topic["records"], topic["imbalance"]) == (
            0.0,
            dict.fromkeys(spans, 0),
            dict.fromkeys(spans),
        )
        assert [part["share"] for part in topic["distribution"]] == [dict.fromkeys(spans)] * 3
    assert [(ratio["window"], ratio["interval"]) for ratio in found["ratios"]] == [(None, None)]
    assert (found["lag"], found["absent"], found["not_measured"]) == (
        [],
        [f"{catalogue}absent.v1"],
        [],
    )


def test_what_a_right_lacks_for_is_unknown_and_the_right_is_named(
    cluster: Cluster,
    metrics: Call,
    catalogue: str,
    group: str,
    alice: dict[str, Any],
    allow: Callable[..., None],
) -> None:
    topic = f"{catalogue}started.v1"
    now = int(time.time() * 1000)
    cluster.produce({(topic, 0): [now] * 3})
    cluster.commit(f"{group}stopped", topic, 1)
    assert (
        "DESCRIBE on each"
        in run.fail("topic_metrics_info", **alice, names=[topic], interval=1)["msg"]
    )

    allow(AclOperation.DESCRIBE)
    dark = metrics(**alice, names=[topic])
    assert dark["lag"] == []
    assert "DESCRIBE on the cluster" in whys(dark)["lag of all groups"]
    named = metrics(**alice, names=[topic], groups=[f"{group}stopped"])
    assert "DESCRIBE on the group" in whys(named)[f"lag of group {group}stopped"]

    allow(AclOperation.DESCRIBE, on=ResourceType.GROUP)
    allow(AclOperation.DESCRIBE, on=ResourceType.BROKER)
    counted = metrics(**alice, names=[topic])
    assert [(lag["records"], lag["seconds"]) for lag in counted["lag"]] == [(2, "unknown")]
    assert "READ on the topic" in whys(counted)[f"lag in seconds on topic {topic}"]

    allow(AclOperation.READ)
    lit = metrics(**alice, names=[topic])
    assert [(lag["records"], lag["seconds"]) for lag in lit["lag"]] == [(2, aged(0, now))]
    assert lit["not_measured"] == []


@pytest.mark.parametrize(
    ("options", "message"),
    [({"interval": 0}, "interval: 0 is less"), ({"window": "soon"}, "window: ")],
)
def test_wrong_options_are_refused(
    broker: TestBroker, options: dict[str, Any], message: str
) -> None:
    found = run.fail("topic_metrics_info", bootstrap_servers=broker.bootstrap, **options)
    assert (found["error"], message in found["msg"]) == ("InvalidSpec", True)


@pytest.fixture
def bridge(cluster: Cluster) -> Iterator[str]:
    """Two of the three topics of the catalogue."""

    def remove() -> None:
        cluster.delete(cluster.names(BRIDGE))
        cluster.await_(lambda: not cluster.names(BRIDGE), "the topics of the catalogue to be gone")

    remove()
    cluster.create({f"{BRIDGE}{event}.v1": (3, {}) for event in ("started", "failed")})
    yield BRIDGE
    remove()


def status(broker: TestBroker, *arguments: str, **variables: Any) -> run.Play:
    given = {
        "kafka_connection": {"bootstrap_servers": broker.bootstrap},
        "kafka_monitoring_interval": 1,
        **variables,
    }
    return run.playbook(
        "playbooks/status.yml", "-i", "inventories/prod", "-e", json.dumps(given), *arguments
    )


def test_the_playbook_shows_the_catalogue_and_writes_it_for_node_exporter(
    broker: TestBroker, cluster: Cluster, bridge: str, group: str, tmp_path: Path
) -> None:
    now = int(time.time() * 1000)
    started, failed, completed = (
        f"{bridge}{event}.v1" for event in ("started", "failed", "completed")
    )
    cluster.produce(
        {
            (started, 0): [now - 200_000] * 80,
            (started, 1): [now] * 10,
            (started, 2): [now] * 10,
            (failed, 0): [now] * 10,
        }
    )
    cluster.commit(f"{group}stopped", started, 4, 10, 10)
    textfile = tmp_path / "kafka.prom"
    textfile.write_text("old")
    before = textfile.stat().st_ino

    played = status(
        broker,
        kafka_monitoring_textfile=str(textfile),
        kafka_monitoring_thresholds={"error_ratio": 0.05, "lag_records": 50},
    )

    assert played.returncode == 0, played.stdout
    assert not any(result["changed"] for result in played.results)
    [table] = [result["msg"] for result in played.results if result["task"] == "Show the metrics"]
    rows = [line.split() for line in table[1:] if " = " not in line]
    assert rows[0] == [completed, "absent"]
    assert rows[1] == [failed, "0.00", "10", "10.0%!", "100%,0%,0%", "3.00", "none"]
    assert rows[2][:-1] == [
        started,
        "0.00",
        "100",
        "none",
        "80%,10%,10%",
        "2.40!",
        f"{group}stopped",
        "76!",
    ]
    assert float(rows[2][-1]) == aged(200, now)

    samples = {
        (
            sample.name.removeprefix("omninode_kafka_"),
            *(value for label, value in sorted(sample.labels.items()) if label != "cluster"),
        ): sample.value
        for family in text_string_to_metric_families(textfile.read_text())
        for sample in family.samples
    }
    assert samples["consumer_lag_messages", f"{group}stopped", started] == 76
    assert samples["consumer_lag_seconds", f"{group}stopped", started] == pytest.approx(
        float(rows[2][-1]), abs=0.1
    )
    assert samples["error_ratio", "test_generation_failures"] == 0.1
    assert samples["partition_share", "0", started] == 0.8
    assert samples["partition_imbalance", started] == 2.4
    assert samples["topic_messages_per_second", started] == 0
    assert samples["status_timestamp_seconds",] == aged(now / 1000, now)
    # replaced at once, readable by others, and nothing is left beside it
    assert textfile.stat().st_ino != before
    assert textfile.stat().st_mode & 0o777 == 0o644
    assert list(tmp_path.iterdir()) == [textfile]


def test_check_mode_writes_no_file_and_a_missing_folder_is_told(
    broker: TestBroker, bridge: str, tmp_path: Path
) -> None:
    checked = status(broker, "--check", kafka_monitoring_textfile=str(tmp_path / "kafka.prom"))
    lost = status(broker, kafka_monitoring_textfile=str(tmp_path / "nowhere" / "kafka.prom"))

    assert checked.returncode == 0, checked.stdout
    assert f"{bridge}started.v1" in checked.stdout
    assert lost.returncode == 2
    assert f"there is no folder {tmp_path}/nowhere" in lost.stdout
    assert list(tmp_path.iterdir()) == []
