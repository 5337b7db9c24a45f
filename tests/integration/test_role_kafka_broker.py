# SPDX-License-Identifier: GPL-3.0-or-later
"""The embedded broker as a local process, the way a user brings it to each state. The tests tell
one broker's life, in this order."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import socket
import stat
import subprocess
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.brokers.fixtures import TestBroker
from tests.integration import run
from tests.integration.cluster import Cluster
from tests.integration.run import ROOT, Play, playbook

# two runs on one machine do not meet; the broker also uses this port 100, 200 and 300 further
PORT = 21400 + os.getpid() % 100
SECURED = f"127.0.0.1:{PORT + 100}"
CLUSTER_ID = "omninode-kafka-test-it"
# with all that a shell, a file of arguments or Java could take for its own
USERS = [
    {"name": "it", "password": """it's \\ "a" $HOME #=@hunter2"""},
    {"name": "second", "password": "tiger3"},
]
# what an older version of the role told of them
USERS_DIGEST = hashlib.sha256(json.dumps(USERS, sort_keys=True).encode()).hexdigest()

Bring = Callable[..., Play]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("broker") / "home"


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A container engine that does not answer, and tells whether it was asked."""
    path = tmp_path_factory.mktemp("engine") / "engine"
    path.write_text('#!/bin/sh\necho "$@" >>"$0.asked"\nexit 1\n')
    path.chmod(0o700)
    return path


@pytest.fixture(scope="module")
def bring(home: Path, engine: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bring]:
    host = {
        "ansible_connection": "local",
        "ansible_python_interpreter": "{{ ansible_playbook_python }}",
        "kafka_broker_name": "it",
        "kafka_broker_home": str(home),
        "kafka_broker_libs": str(ROOT / ".kafka/libs"),
        "kafka_broker_port": PORT,
        "kafka_broker_cluster_id": CLUSTER_ID,
        "kafka_broker_users": USERS,
        "kafka_broker_heap": "256m",
        "kafka_broker_engine": str(engine),
    }
    inventory = tmp_path_factory.mktemp("inventory") / "hosts.json"
    inventory.write_text(json.dumps({"kafka_embedded": {"hosts": {"it": host}}}))

    def bring(
        state: str,
        *arguments: str,
        env: dict[str, str] | None = None,
        **variables: Any,
    ) -> Play:
        extra = json.dumps({"kafka_broker_state": state, **variables})
        return playbook(
            "playbooks/broker.yml", "-i", str(inventory), "-e", extra, *arguments, env=env
        )

    yield bring
    assert bring("absent").returncode == 0


@pytest.fixture
def started(bring: Bring) -> Cluster:
    ok(bring("started"))
    return Cluster(f"127.0.0.1:{PORT}")


def ok(play: Play) -> list[str]:
    """The names of the tasks that changed something."""
    assert play.returncode == 0, play.stdout + play.stderr
    return [result["task"] for result in play.results if result.get("changed")]


def message(play: Play) -> str:
    assert play.returncode != 0, play.stdout
    return play.results[-1]["msg"]


def listening(port: int) -> bool:
    with socket.socket() as client:
        return client.connect_ex(("127.0.0.1", port)) == 0


@contextmanager
def held(port: int) -> Iterator[None]:
    with socket.socket() as server:
        server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        server.bind(("127.0.0.1", port))
        server.listen()
        yield


def test_check_mode_promises_the_first_start_and_writes_nothing(bring: Bring, home: Path) -> None:
    ok(bring("absent"))
    promised = bring("started", "--check", "--diff")
    assert len(ok(promised)) == 1
    assert "it would be started" in promised.stdout
    assert not home.exists()
    assert ok(bring("stopped", "--check")) == ok(bring("absent", "--check")) == []


def test_no_password_is_told_or_stands_in_a_command_line(
    bring: Bring, home: Path, tmp_path: Path
) -> None:
    """Looks at the command lines of the whole machine each time that Java starts."""
    seen, java = tmp_path / "seen", tmp_path / "java"
    looks = f"cat /proc/[0-9]*/cmdline 2>/dev/null | tr '\\0' '\\n' >>{seen}"
    java.write_text(f'#!/bin/sh\n{looks}\nexec {shutil.which("java")} "$@"\n')
    java.chmod(0o700)

    played = bring("started", "-vvv", env={"PATH": f"{tmp_path}:{os.environ['PATH']}"})

    ok(played)
    lines = seen.read_text().splitlines()
    assert {"kafka.tools.StorageTool", "kafka.Kafka"} <= {*lines}
    assert not [line for line in lines if tells_a_secret(line)]
    status = subprocess.run([home / "broker", "status"], check=True, capture_output=True, text=True)
    log = (home / "node-1/broker.log").read_text()
    assert [tells_a_secret(told) for told in (played.stdout, status.stdout, log)] == [False] * 3
    assert stat.S_IMODE((home / "config/users").stat().st_mode) == 0o600


def tells_a_secret(text: str) -> bool:
    return any(secret in text for secret in ("hunter2", "tiger3", USERS_DIGEST, "storedKey"))


def logs_in(server: str, authority: Path, user: str, password: str) -> str:
    """The id of the cluster that this user reaches."""
    secured = {"security_protocol": "SASL_SSL", "ca_cert": str(authority)}
    sasl = {"sasl_mechanism": "SCRAM-SHA-512", "sasl_username": user, "sasl_password": password}
    found = run.succeed("cluster_info", bootstrap_servers=server, **secured, **sasl)
    return str(found["cluster_id"])


@pytest.mark.usefixtures("started")
def test_each_user_logs_in(home: Path) -> None:
    for user in USERS:
        assert logs_in(SECURED, home / "tls/ca.pem", user["name"], user["password"]) == CLUSTER_ID


@pytest.mark.usefixtures("broker_39", "broker_40")
@pytest.mark.parametrize("older", ["broker_39", "broker_40"])
def test_users_log_in_to_older_brokers(older: str, request: pytest.FixtureRequest) -> None:
    broker: TestBroker = request.getfixturevalue(older)
    password = broker.users["alice"]
    found = logs_in(broker.sasl_bootstrap, broker.ca_cert, "alice", password)
    assert found == broker.cluster_id


def test_starts_once(started: Cluster, bring: Bring) -> None:
    assert started.admin.describe_cluster(request_timeout=300).result().cluster_id == CLUSTER_ID
    assert ok(bring("started")) == []
    assert ok(bring("started", "--check")) == []


def test_data_survive_a_stop(started: Cluster, bring: Bring) -> None:
    started.create({"kept": (2, {"retention.ms": "1000"})})
    assert len(ok(bring("stopped", "--check"))) == 1
    assert listening(PORT)

    ok(bring("stopped"))
    assert not listening(PORT)
    assert ok(bring("stopped")) == []

    ok(bring("started"))
    assert started.topics("kept") == {
        "kept": {"partitions": 2, "replication_factor": 1, "config": {"retention.ms": "1000"}}
    }


def test_never_starts_where_another_process_holds_its_ports(bring: Bring, home: Path) -> None:
    ok(bring("stopped"))
    script = [home / "broker", "start"]
    ports = {
        PORT: "kafka_broker_port",
        PORT + 100: "kafka_broker_sasl_port",
        PORT + 200: "kafka_broker_port + 200",
        PORT + 300: "kafka_broker_port + 300",
    }
    taken = []
    for port, setting in ports.items():
        taken.append(f"port {port} of 127.0.0.1 ({setting}) is taken by ")
    who = f"process {os.getpid()} in {os.getcwd()}"
    with ExitStack() as others:
        for port in ports:
            others.enter_context(held(port))
        for mode in ([], ["--check"]):
            told, what_to_do = message(bring("started", *mode)).split(": ")
            for beginning, each in zip(taken, told.split("; "), strict=True):
                assert each.startswith(beginning)
                assert each.endswith(f", {who}")
            assert what_to_do == "stop that, or choose another port in host_vars/it.yml"
        by_hand = subprocess.run(script, check=False, capture_output=True, text=True)
    assert by_hand.returncode == 1
    assert [beginning for beginning in taken if beginning not in by_hand.stderr] == []


def test_a_broker_keeps_running_when_its_next_port_is_taken(started: Cluster, bring: Bring) -> None:
    with held(PORT + 50):
        told = message(bring("started", kafka_broker_port=PORT + 50))
    assert told.startswith(f"port {PORT + 50} of 127.0.0.1 (kafka_broker_port) is taken by ")
    assert started.topics("nothing") == {}
    assert ok(bring("started")) == []


def test_a_stale_pid_is_not_the_broker(bring: Bring, home: Path) -> None:
    ok(bring("stopped"))
    (home / "node-1/pid").write_text(str(os.getpid()))
    assert ok(bring("stopped")) == []
    assert ok(bring("started"))
    assert listening(PORT)


def test_what_the_first_start_decided_stays(started: Cluster, bring: Bring, engine: Path) -> None:
    other = {
        "kafka_broker_backend": "container",
        "kafka_broker_cluster_id": "omninode-kafka-other-A",
        "kafka_broker_nodes": 3,
        "kafka_broker_users": [{"name": "other", "password": "secret"}],
    }
    assert "was first started with another backend, cluster_id, nodes, users: " in message(
        bring("started", **other)
    )
    assert started.admin.describe_cluster(request_timeout=300).result().cluster_id == CLUSTER_ID
    assert engine.with_name("engine.asked").read_text() == "info\n", (
        "only the first start asks for an engine"
    )


@pytest.mark.usefixtures("started")
def test_a_home_of_an_older_version_is_taken_over(bring: Bring, home: Path) -> None:
    # its script told a digest of the users, and there was no file of them
    script, digest = home / "broker", f'{{"users": "{USERS_DIGEST}", '
    script.write_text(script.read_text().replace("'{", f"'{digest}", 1))
    (home / "config/users").unlink()

    others = [{"name": "other", "password": "other-secret"}]
    assert "with another users: " in message(bring("started", kafka_broker_users=others))
    ok(bring("started"))
    assert ok(bring("started")) == []
    assert "with another users: " in message(bring("started", kafka_broker_users=others))
    first = USERS[0]
    assert logs_in(SECURED, home / "tls/ca.pem", first["name"], first["password"]) == CLUSTER_ID


def test_changed_settings_restart_the_broker(started: Cluster, bring: Bring) -> None:
    changed = {"kafka_broker_config": {"num.partitions": 3}}
    assert ok(bring("started", "--check", **changed))
    ok(bring("started", **changed))
    assert ok(bring("started", **changed)) == []
    started.create({"default": (-1, {})})
    assert started.topics("default")["default"]["partitions"] == 3


def test_serves_its_metrics_where_asked(started: Cluster, bring: Bring) -> None:
    port = {"kafka_broker_jmx_exporter_port": PORT + 400}
    ok(bring("started", **port))
    assert ok(bring("started", **port)) == []
    started.create({"watched": (2, {})})
    with urllib.request.urlopen(f"http://127.0.0.1:{PORT + 400}/metrics") as answer:
        metrics = answer.read().decode().splitlines()
    assert {
        f'kafka_log_log_logendoffset{{partition="{partition}",topic="watched"}} 0.0'
        for partition in (0, 1)
    } <= {*metrics}
    assert "kafka_server_kafkaserver_brokerstate 3.0" in metrics

    ok(bring("started"))
    assert not listening(PORT + 400)


def test_a_node_that_ends_tells_its_first_error(bring: Bring, home: Path) -> None:
    ok(bring("stopped"))
    told = message(bring("started", kafka_broker_config={"num.partitions": 0}))
    assert told.startswith("omninode-kafka-it: node 1 ended: ")
    assert " ERROR " in told
    assert "Invalid value 0 for configuration num.partitions" in told
    assert " INFO " not in told
    assert str(home / "node-1/broker.log") in told


def test_a_slow_start_is_told_by_its_silence(bring: Bring, tmp_path: Path) -> None:
    ok(bring("stopped"))
    java = tmp_path / "java"
    # as silent as one that hangs, then as busy as one that recovers its logs
    env = {"PATH": f"{tmp_path}:{os.environ['PATH']}"}
    head = f'#!/bin/sh\n[ "$1" != -version ] || exec {shutil.which("java")} "$@"\n'

    java.write_text(f"{head}exec sleep 600\n")
    java.chmod(0o700)
    told = message(bring("started", env=env, kafka_broker_start_timeout=2))
    assert "node 1 does not answer, and wrote nothing to its log for 2 s" in told
    assert "(kafka_broker_start_timeout)" in told
    ok(bring("stopped"))

    java.write_text(f"{head}while :; do echo recovers; sleep 0.2; done\n")
    told = message(bring("started", env=env, kafka_broker_start_timeout=2))
    assert "node 1 writes to its log, but does not answer within 10 s" in told
    assert "(5 times kafka_broker_start_timeout)" in told
    ok(bring("stopped"))


def test_absent_removes_everything(bring: Bring, home: Path) -> None:
    ok(bring("started"))
    assert ok(bring("absent", "--check"))
    assert listening(PORT)
    ok(bring("absent"))
    assert not listening(PORT)
    assert not home.exists()
    assert ok(bring("absent")) == []


def test_a_folder_of_somebody_else_is_left_alone(bring: Bring, tmp_path: Path) -> None:
    (tmp_path / "theirs").touch()
    assert ok(bring("absent", kafka_broker_home=str(tmp_path))) == []
    for mode in ([], ["--check"]):
        assert "is not empty" in message(bring("started", *mode, kafka_broker_home=str(tmp_path)))
        # nor is a file, whatever its kind, a folder
        assert "is not empty" in message(bring("started", *mode, kafka_broker_home="/dev/null"))
    assert [path.name for path in tmp_path.iterdir()] == ["theirs"]


def test_two_checkouts_have_two_clusters(tmp_path: Path) -> None:
    """A port and a home stand once in host_vars, and each cluster is pinned to its own id."""
    ids = set()
    for number in (1, 2):
        inventory, home = tmp_path / str(number), tmp_path / f"home-{number}"
        shutil.copytree(ROOT / "inventories/dev", inventory)
        (inventory / "host_vars").mkdir(exist_ok=True)
        own = {
            "kafka_broker_name": f"own-{number}",
            "kafka_broker_home": str(home),
            "kafka_broker_port": PORT + 20 + number,
            "kafka_broker_libs": str(ROOT / ".kafka/libs"),
            "kafka_broker_backend": "process",
            "kafka_broker_heap": "256m",
        }
        (inventory / "host_vars/kafka-dev.yml").write_text(json.dumps(own))
        try:
            ok(playbook("site.yml", "-i", str(inventory)))
            assert ok(playbook("site.yml", "-i", str(inventory))) == []
        finally:
            absent = ("-e", "kafka_broker_state=absent")
            cluster_id = (home / "config/cluster_id").read_text().strip()
            ok(playbook("playbooks/broker.yml", "-i", str(inventory), *absent))
        assert len(cluster_id) == 22
        ids.add(cluster_id)
    assert len(ids) == 2
