# SPDX-License-Identifier: GPL-3.0-or-later
"""The way back of a run: in its result and its file, applied by the playbook, and good for a run
that was killed."""

from __future__ import annotations

import json
import socket
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from confluent_kafka import TopicPartition

from tests.brokers.fixtures import TestBroker
from tests.hostile import TEXTS, TOUCHED
from tests.integration import run
from tests.integration.cluster import Cluster, Topics
from tests.integration.conftest import Call
from tests.integration.run import Play
from tests.integration.test_operations import CHANGING, declare, names, prepare

DAY = 86_400_000
FOR_EVER = {"retention.ms": "-1"}  # so that the broker keeps what is old

Restore = Callable[..., Play]


@pytest.fixture
def restore(broker: TestBroker, tmp_path: Path) -> Restore:
    """playbooks/undo.yml on an inventory with the test broker and these variables."""

    def play(*arguments: str, **variables: Any) -> Play:
        inventory = tmp_path / "inventory.json"
        connection = {"bootstrap_servers": broker.bootstrap, "cluster_id": broker.cluster_id}
        host = {
            **run.LOCAL_PLAY["vars"],
            "ansible_connection": "local",
            "kafka_connection": connection,
            **variables,
        }
        inventory.write_text(json.dumps({"kafka_clusters": {"hosts": {"test": host}}}))
        return run.playbook("playbooks/undo.yml", "-i", str(inventory), *arguments)

    return play


@pytest.fixture
def group(cluster: Cluster, prefix: str) -> Iterator[str]:
    """A group of the test's own, whose name Ansible could take for a template."""
    yield f"{prefix}{{{{ 6 * 7 }}}}"
    cluster.forget_groups(prefix)


def changes(played: Play) -> list[tuple[str, str]]:
    [result] = [result for result in played.results if result["task"] == "Undo"]
    return [(change["operation"], change["name"]) for change in result["changes"]]


def failure(played: Play) -> str:
    assert played.returncode == 2, played.stdout
    return str(played.results[-1]["msg"])


def test_every_operation_is_undone_and_done_again(
    cluster: Cluster, topics: Call, prefix: str, restore: Restore, tmp_path: Path
) -> None:
    cases = names(prefix, *CHANGING)
    prepare(cluster, cases)
    before = cluster.topics(prefix)
    cluster.await_logs(before)
    promised = topics(**declare(prefix, cases), check=True, undo_file=str(tmp_path / "checked"))
    assert not (tmp_path / "checked").exists()

    done = topics(**declare(prefix, cases), undo_file=str(tmp_path / "undo"))

    after = cluster.topics(prefix)
    cluster.await_logs(after)
    assert done["undo"] == promised["undo"] == json.loads((tmp_path / "undo").read_text())
    grown = {
        name: topic["partitions"]
        for name, topic in after.items()
        if name in before and topic["partitions"] > before[name]["partitions"]
    }
    assert done["undo"]["not_undone"] == [
        f"topic {name} keeps its {grown[name]} partitions: Kafka cannot take them away"
        for name in sorted(grown)
    ]

    looked = restore("--check", "--diff", kafka_undo_file=str(tmp_path / "undo"))
    assert cluster.topics(prefix) == after
    headers = [line for line in looked.stdout.splitlines() if line.startswith("+++ after: topic")]
    assert any(f" {prefix}delete" in header for header in headers)

    redo = str(tmp_path / "redo")
    undone = restore(kafka_undo_file=str(tmp_path / "undo"), kafka_redo_file=redo)
    assert undone.returncode == 0, undone.stdout
    assert changes(undone) == changes(looked)
    assert cluster.topics(prefix) == {
        name: {**topic, "partitions": grown.get(name, topic["partitions"])}
        for name, topic in before.items()
    }
    cluster.await_logs(before)
    assert changes(restore(kafka_undo=done["undo"])) == []

    assert restore(kafka_undo_file=redo).returncode == 0
    assert cluster.topics(prefix) == after


def test_what_cannot_be_undone_is_said(
    cluster: Cluster, topics: Call, prefix: str, group: str, restore: Restore, tmp_path: Path
) -> None:
    now = int(time.time() * 1000)
    before = [f"{prefix}cut", f"{prefix}gone", f"{prefix}unused"]
    cluster.create(dict.fromkeys(before, (1, FOR_EVER)))
    cluster.produce(
        {(f"{prefix}{name}", 0): [now - 10 * DAY] * 60 + [now] * 40 for name in ("cut", "gone")}
    )
    with cluster.consuming(group, f"{prefix}gone", "classic") as consumer:
        consumer.commit(offsets=[TopicPartition(f"{prefix}gone", 0, 5)], asynchronous=False)
    cluster.await_logs(cluster.topics(prefix))
    declared = [
        {"name": f"{prefix}cut", "config": {"retention.ms": "5d"}},
        *({"name": f"{prefix}{name}", "state": "absent"} for name in ("gone", "unused")),
    ]

    result = topics(
        topics=declared, allow=["retention_cut", "delete"], undo_file=str(tmp_path / "undo")
    )

    said = [
        (
            f"topic {prefix}cut: of up to 60 records at stake, those that the broker removes before"
            " the undo stay lost"
        ),
        (
            f"topic {prefix}gone comes back empty; lost for good: up to 100 records, the committed"
            f" offsets of group {group}"
        ),
    ]
    assert result["undo"]["not_undone"] == said
    played = restore(kafka_undo_file=str(tmp_path / "undo"))
    assert played.returncode == 0, played.stdout
    # word for word: a file's content is no template
    [shown] = [result for result in played.results if result["task"] == "Say what cannot be undone"]
    assert shown["undo.not_undone"] == said
    assert cluster.topics(prefix) == {
        name: {"partitions": 1, "replication_factor": 1, "config": FOR_EVER} for name in before
    }


@pytest.mark.parametrize("as_extra", [True, False])
def test_text_in_an_undo_is_no_template(
    broker: TestBroker, restore: Restore, tmp_path: Path, as_extra: bool
) -> None:
    said = [text for name, text in TEXTS.items() if name != "half a surrogate pair"]
    undo = {"cluster_id": broker.cluster_id, "topics": [], "not_undone": said}
    extra = tmp_path / "extra.json"
    extra.write_text(json.dumps({"kafka_undo": undo}))

    played = restore("-e", f"@{extra}") if as_extra else restore(kafka_undo=undo)

    assert played.returncode == 0, played.stdout
    [shown] = [result for result in played.results if result["task"] == "Say what cannot be undone"]
    assert shown["undo.not_undone"] == said
    assert not (run.ROOT / TOUCHED).exists()
    assert not (run.ROOT / "playbooks" / TOUCHED).exists()


def test_an_undo_that_is_a_template_is_none(restore: Restore) -> None:
    assert "kafka_undo is not an undo" in failure(
        restore("-e", f"kafka_undo='{TEXTS['expression']}'")
    )
    assert not (run.ROOT / TOUCHED).exists()


def test_an_undo_that_destroys_is_refused_unless_allowed(
    cluster: Cluster, topics: Call, prefix: str, restore: Restore
) -> None:
    cluster.create({f"{prefix}longer": (1, {"retention.ms": str(20 * DAY)})})
    undo = topics(
        topics=[
            {"name": f"{prefix}longer", "config": FOR_EVER},
            {"name": f"{prefix}new", "config": FOR_EVER},
        ]
    )["undo"]
    # long ago, so that an explicit `state: absent` would do
    old = [int(time.time() * 1000) - 30 * DAY]
    cluster.produce({(f"{prefix}longer", 0): old, (f"{prefix}new", 0): old})
    after = cluster.topics(prefix)

    refusal = failure(restore(kafka_undo=undo))
    assert f"delete topic {prefix}new" in refusal
    assert f"alter config of topic {prefix}longer" in refusal
    assert "not under other." in failure(
        restore(kafka_undo=undo, kafka_topics_allow=["all"], kafka_topics_owned_prefixes=["other."])
    )
    assert "destruction_budget" in failure(
        restore(kafka_undo=undo, kafka_topics_allow=["all"], kafka_topics_destruction_budget=1)
    )
    assert cluster.topics(prefix) == after

    assert restore(kafka_undo=undo, kafka_topics_allow=["delete", "retention_cut"]).returncode == 0
    assert {name: topic["config"] for name, topic in cluster.topics(prefix).items()} == {
        f"{prefix}longer": {"retention.ms": str(20 * DAY)}
    }


def test_an_undo_of_another_cluster_is_refused(
    broker: TestBroker, cluster: Cluster, prefix: str, restore: Restore
) -> None:
    undo = {
        "cluster_id": "another-cluster-000001",
        "topics": [{"name": f"{prefix}x"}],
        "not_undone": [],
    }

    assert "the undo belongs to cluster another-cluster-000001" in failure(restore(kafka_undo=undo))
    # and one whose inventory does not say which cluster it means
    unpinned = restore(kafka_undo=undo, kafka_connection={"bootstrap_servers": broker.bootstrap})
    assert broker.cluster_id in failure(unpinned)
    assert cluster.names(prefix) == []


@pytest.mark.parametrize(("content", "message"), [
    (None, "there is no file"),
    ("nonsense: {", "is not an undo"),
    ('["not_undone"]', "is not an undo"),
    ('{"cluster_id": "x", "topics": []}', "is not an undo"),
])  # fmt: skip
def test_what_is_no_undo_is_named(
    restore: Restore, tmp_path: Path, content: str | None, message: str
) -> None:
    path = tmp_path / "undo"
    if content is not None:
        path.write_text(content)

    told = failure(restore(kafka_undo_file=str(path)))

    assert message in told
    assert str(path) in told


def test_without_an_undo_the_variables_are_named(restore: Restore) -> None:
    assert "neither is set" in failure(restore())


# so many keys that two requests need few topics; brokers with ELR make two records of
# min.insync.replicas, so it is not among them
WRITTEN = {
    "cleanup.policy": "delete",
    "compression.type": "gzip",
    "delete.retention.ms": "5",
    "file.delete.delay.ms": "5",
    "flush.messages": "5",
    "flush.ms": "5",
    "index.interval.bytes": "5",
    "max.compaction.lag.ms": "5",
    "message.timestamp.type": "CreateTime",
    "min.cleanable.dirty.ratio": "0.2",
    "min.compaction.lag.ms": "5",
    "preallocate": "false",
    "retention.bytes": "-1",
    "retention.ms": "-1",
    "segment.jitter.ms": "5",
    "segment.ms": "604800000",
    "unclean.leader.election.enable": "false",
}


def stages(
    before: Topics, created: list[str], altered: list[str], deleted: list[str]
) -> list[Topics]:
    """What the cluster holds before each request of a run, and after the last one."""
    new = {"partitions": 1, "replication_factor": 1, "config": WRITTEN}
    states = [before]
    a_request = 9_900 // (2 + len(WRITTEN))  # of metadata records
    for start in range(0, len(created), a_request):
        states.append(states[-1] | dict.fromkeys(created[start : start + a_request], new))
    states.append(states[-1] | dict.fromkeys(altered, new))
    return [*states, {name: topic for name, topic in states[-1].items() if name not in deleted}]


@pytest.mark.parametrize(("creations", "write"), [(20, 1), (540, 2), (20, 2), (20, 3)])
def test_a_killed_run_is_undone(
    broker: TestBroker,
    cluster: Cluster,
    prefix: str,
    restore: Restore,
    tmp_path: Path,
    creations: int,
    write: int,
) -> None:
    created, altered, deleted = (
        [f"{prefix}{kind}{number:03}" for number in range(many)]
        for kind, many in (("c", creations), ("a", 20), ("d", 20))
    )
    cluster.create(
        {
            **dict.fromkeys(altered, (1, {"retention.ms": "9"})),
            **dict.fromkeys(deleted, (2, {"segment.bytes": "1048576"})),
        }
    )
    before = cluster.topics(prefix)
    cluster.await_logs(before)
    killed_at = stages(before, created, altered, deleted)[write - 1]
    profiles = {
        "written": {
            "names": [*created, *altered],
            "partitions": 1,
            "config": WRITTEN,
            "purge_config": True,
        },
        "gone": {"names": deleted, "state": "absent"},
    }

    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(run.HANGS)
        port = server.getsockname()[1]
        options = {
            "profiles": profiles,
            "bootstrap_servers": broker.bootstrap,
            "undo_file": str(tmp_path / "undo"),
        }
        process = run.start("topics", meet=port, before_write=write, **options)
        with server.accept()[0]:
            cluster.await_(
                lambda: cluster.topics(prefix) == killed_at,
                "the part of the plan that was applied to be visible",
            )
            cluster.await_logs(killed_at)
            process.kill()
            process.communicate()

    undone = restore(kafka_undo_file=str(tmp_path / "undo"))
    assert undone.returncode == 0, undone.stdout
    assert bool(changes(undone)) == (killed_at != before)
    assert cluster.topics(prefix) == before
