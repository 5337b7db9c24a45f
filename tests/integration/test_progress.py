# SPDX-License-Identifier: GPL-3.0-or-later
"""Progress as ansible-playbook shows it, and that nothing else of a task changes by it."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.brokers.fixtures import TestBroker
from tests.integration import run
from tests.integration.cluster import Cluster
from tests.integration.conftest import Call

TOPICS = "omninode.kafka.topics"
TOPIC = "omninode.kafka.topic"
HELD = str(Path(__file__).with_name("held"))
HOSTS = ("one", "two")
LINE = re.compile(r"\[(one|two)\] (omninode\.kafka\.topics?): (.+) \(\d+ s\)")


def held(module: str) -> dict[str, Any]:
    """Keywords of a task that lasts until its progress was shown, see held/sitecustomize.py."""
    head = f"[{{{{ inventory_hostname }}}}] {module}"
    return {"environment": {"PYTHONPATH": HELD, "PROGRESS_HEAD": head}}


def play(
    tasks: list[dict[str, Any]], broker: TestBroker, log: Path, *arguments: str, **env: str
) -> run.Play:
    often = {"ansible_python_interpreter": sys.executable, "kafka_progress_seconds": 0.1}
    return run.play(
        tasks,
        *("-i", "one,two,", *arguments),
        env={"ANSIBLE_LOG_PATH": str(log), **env},
        hosts="all",
        connection="local",
        vars=often,
        module_defaults={"group/omninode.kafka.all": {"bootstrap_servers": broker.bootstrap}},
    )


def lines(text: str) -> set[tuple[str, str, str]]:
    """Host, module and progress of each line that shows progress."""
    return set(LINE.findall(text))


def results(played: run.Play, task: str) -> list[Mapping[str, Any]]:
    return [result for result in played.results if result["task"] == task]


@pytest.fixture(scope="module")
def prefix(cluster: Cluster) -> Iterator[str]:
    own = "it-progress."
    yield own
    cluster.delete(cluster.names(own))


@pytest.fixture(scope="module")
def played(broker: TestBroker, prefix: str, tmp_path_factory: pytest.TempPathFactory) -> run.Play:
    own = prefix + "{{ inventory_hostname }}."
    tasks: list[dict[str, Any]] = [
        {
            "name": "create",
            TOPICS: {"topics": [{"name": f"{own}a"}, {"name": f"{own}b"}]},
            **held(TOPICS),
        },
        {"name": "check", "check_mode": True, TOPICS: {"topics": [{"name": f"{own}never"}]}},
        {"name": "async", "async": 60, "poll": 1, TOPICS: {"topics": [{"name": f"{own}async"}]}},
        {
            "name": "delegate",
            "delegate_to": "two",
            "run_once": True,
            TOPIC: {"name": f"{own}delegated"},
            **held(TOPIC),
        },
        {
            "name": "fail",
            "run_once": True,
            "ignore_errors": True,
            TOPICS: {"topics": [{"name": f"{own}a", "replication_factor": 2}]},
        },
    ]
    log = tmp_path_factory.mktemp("progress") / "log"
    done = play(tasks, broker, log, "--diff")
    assert done.returncode == 0, done.stdout + done.stderr
    return done


def test_each_line_names_its_host_and_how_far_it_is(played: run.Play) -> None:
    shown = lines(played.stderr)
    for host in HOSTS:
        assert (host, TOPICS, "sending 2 changes") in shown
        assert (host, TOPICS, "0 of 2 changes show") in shown
    assert not lines(played.stdout)


def test_results_and_diffs_are_as_without_progress(played: run.Play, prefix: str) -> None:
    created = {result["host"]: result for result in results(played, "create")}
    for host in HOSTS:
        names = [f"{prefix}{host}.a", f"{prefix}{host}.b"]
        assert [change["name"] for change in created[host]["changes"]] == names
        header = f"+++ after: topics {', '.join(names)}"
        assert header in played.stdout.splitlines()


def test_check_mode_is_handed_on(played: run.Play, cluster: Cluster, prefix: str) -> None:
    assert [result["changed"] for result in results(played, "check")] == [True, True]
    assert not [name for name in cluster.names(prefix) if name.endswith("never")]


def test_a_task_in_the_background_ends(played: run.Play, cluster: Cluster, prefix: str) -> None:
    assert [result["changed"] for result in results(played, "async")] == [True, True]
    assert {f"{prefix}{host}.async" for host in HOSTS} <= set(cluster.names(prefix))


def test_a_delegated_task_names_the_host_that_it_is_for(
    played: run.Play, cluster: Cluster, prefix: str
) -> None:
    shown = lines(played.stderr)
    assert ("one", TOPIC, "sending 1 change") in shown
    assert {host for host, module, _text in shown if module == TOPIC} == {"one"}
    assert f"{prefix}one.delegated" in cluster.names(prefix)


def test_a_failure_is_that_of_the_module(played: run.Play, refused: Call, prefix: str) -> None:
    [failed] = results(played, "fail")
    alone = refused(topics=[{"name": f"{prefix}one.a", "replication_factor": 2}])
    assert alone["error"] == "PlanRefused"
    # Ansible keeps these from callbacks
    fields = alone.keys() - {"failed", "invocation"}
    assert {field: failed[field] for field in fields} == {field: alone[field] for field in fields}


def test_results_in_json_stay_json(broker: TestBroker, prefix: str, tmp_path: Path) -> None:
    task = {TOPICS: {"topics": [{"name": prefix + "json"}]}, "run_once": True, **held(TOPICS)}

    done = play(
        [task],
        broker,
        tmp_path / "log",
        ANSIBLE_STDOUT_CALLBACK="minimal",
        ANSIBLE_CALLBACK_RESULT_FORMAT="json",
    )

    assert ("one", TOPICS, "sending 1 change") in lines(done.stderr)
    host, result = done.stdout.split(" | CHANGED => ")
    assert host == "one"
    assert json.loads(result)["changes"][0]["name"] == f"{prefix}json"
