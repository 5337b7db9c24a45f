# SPDX-License-Identifier: GPL-3.0-or-later
"""The playbooks for ACLs, and the entry point drift of the role: declared, compared, taken back,
shown, and exported as what a principal does."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.brokers.fixtures import TestBroker
from tests.integration import run

Playbook = Callable[..., run.Play]


@pytest.fixture
def principal(broker: TestBroker, prefix: str) -> Iterator[str]:
    """Whose ACLs are deleted after the test."""
    own = f"User:{prefix}a"
    yield own
    purge = {"purge": True, "purge_to_empty": True, "owned_principals": [own], "allow": ["all"]}
    run.succeed("acls", bootstrap_servers=broker.bootstrap, **purge)


@pytest.fixture
def playbook(broker: TestBroker, tmp_path: Path) -> Playbook:
    """A playbook with an inventory whose cluster checks ACLs."""
    host: dict[str, Any] = {
        "ansible_python_interpreter": sys.executable,
        "ansible_connection": "local",
        "kafka_connection": {"bootstrap_servers": broker.bootstrap},
    }
    group = {"hosts": {"test": host}}
    inventory = tmp_path / "hosts.json"
    inventory.write_text(json.dumps({"kafka_clusters": group, "kafka_authorized": group}))

    def play(name: str, *arguments: str, **variables: Any) -> run.Play:
        extra = ["-e", json.dumps(variables)]
        return run.playbook(f"playbooks/{name}.yml", "-i", str(inventory), *extra, *arguments)

    return play


def declared(principal: str, prefix: str) -> list[dict[str, Any]]:
    return [
        {
            "principal": principal,
            "produce": [f"{prefix}a"],
            "consume": [f"{prefix}a", {"prefixed": f"{prefix}b."}],
            "groups": [f"{prefix}g"],
        }
    ]


def result(played: run.Play) -> dict[str, Any]:
    """Of the module that changed ACLs."""
    [found] = [dict(each) for each in played.results if "plan_id" in each]
    return found


def test_a_run_is_undone_and_done_again(
    playbook: Playbook, principal: str, prefix: str, tmp_path: Path
) -> None:
    acls = declared(principal, prefix)
    undo, redo = tmp_path / "undo.json", tmp_path / "redo.json"
    done = playbook("acls", kafka_acls_declared=acls, kafka_acls_undo_file=str(undo))
    assert done.returncode == 0, done.stdout
    assert "create 3" in result(done)["summary"]

    files = {"kafka_undo_file": str(undo), "kafka_redo_file": str(redo)}
    undone = playbook("undo", "--diff", **files)
    assert undone.returncode == 0, undone.stdout
    assert "delete 3, unchanged 0" in undone.results[-1]["msg"]
    assert f"acl {principal} on topic {prefix}a" in undone.stdout

    redone = playbook("undo", kafka_undo_file=str(redo))
    assert redone.returncode == 0, redone.stdout
    again = playbook("acls", kafka_acls_declared=acls)
    assert result(again)["changes"] == []


def test_an_undo_keeps_to_the_guards_of_the_inventory(
    playbook: Playbook, principal: str, prefix: str, tmp_path: Path
) -> None:
    undo = tmp_path / "undo.json"
    acls = declared(principal, prefix)
    playbook("acls", kafka_acls_declared=acls, kafka_acls_undo_file=str(undo))

    guards = {"kafka_acls_protected_principals": [principal]}
    refused = playbook("undo", kafka_undo_file=str(undo), **guards)

    assert refused.returncode != 0
    assert result(refused)["outcome"]["failed"][0]["guard"] == "protected_principals"


def test_the_export_is_what_was_declared(
    playbook: Playbook, principal: str, prefix: str, tmp_path: Path
) -> None:
    acls = declared(principal, prefix)
    assert playbook("acls", kafka_acls_declared=acls).returncode == 0
    file = tmp_path / "exported.yml"
    wanted = {"kafka_export_principals": [principal], "kafka_export_file": str(file)}

    exported = playbook("export_acls", **wanted)

    assert exported.returncode == 0, exported.stdout
    assert yaml.safe_load(file.read_text()) == {"kafka_acls_declared": acls}
    assert playbook("export_acls", **wanted).results[-1]["changed"] is False
    applied = playbook("acls", "-e", f"@{file}")
    assert result(applied)["changes"] == []

    shown = playbook("export_acls", kafka_export_principals=[principal])
    assert shown.results[-1]["msg"] == {"kafka_acls_declared": acls}


def test_the_report_is_a_table_of_those_who_are_asked_for(
    playbook: Playbook, principal: str, prefix: str
) -> None:
    assert playbook("acls", kafka_acls_declared=declared(principal, prefix)).returncode == 0

    shown = playbook("report_acls", kafka_report_principals=[principal])

    assert shown.returncode == 0, shown.stdout
    table = shown.results[-1]["msg"]
    assert [line.split() for line in table[1:4]] == [
        [principal, "group", "literal", f"{prefix}g", "read", "allow", "*"],
        [principal, "topic", "literal", f"{prefix}a", "read,write", "allow", "*"],
        [principal, "topic", "prefixed", f"{prefix}b.", "read", "allow", "*"],
    ]
    # a legend follows
    assert all(" = " in line for line in table[4:])


def drift(
    broker: TestBroker, file: Path, acls: list[dict[str, Any]], **variables: Any
) -> tuple[run.Play, Any]:
    """By the role, with the report."""
    connection = {"bootstrap_servers": broker.bootstrap}
    defaults = {"group/omninode.kafka.all": connection}
    role = {"name": "omninode.kafka.kafka_acls", "tasks_from": "drift"}
    given = {"kafka_acls_declared": acls, "kafka_acls_drift_file": str(file), **variables}
    played = run.play(
        [{"ansible.builtin.include_role": role, "vars": given}], module_defaults=defaults
    )
    report = json.loads(file.read_text()) if file.exists() else None
    return played, report


def test_the_comparison_tells_what_differs_and_writes_nothing(
    broker: TestBroker, playbook: Playbook, principal: str, prefix: str, tmp_path: Path
) -> None:
    acls, file = declared(principal, prefix), tmp_path / "drift.json"

    differs, report = drift(broker, file, acls)
    assert differs.returncode != 0
    assert "drift: cluster" in differs.results[-1]["msg"]
    assert report["drifted"] is True
    assert {change["operation"] for change in report["changes"]} == {"create"}
    assert len(report["changes"]) == 3

    assert playbook("acls", kafka_acls_declared=acls).returncode == 0
    same, report = drift(broker, file, acls)
    assert same.returncode == 0, same.stdout
    assert "no drift: " in same.stdout
    assert report["drifted"] is False
    assert report["changes"] == []


def test_a_difference_that_a_run_would_refuse_is_in_the_report(
    broker: TestBroker, principal: str, prefix: str, tmp_path: Path
) -> None:
    acls = declared(principal, prefix)
    guards = {"kafka_acls_owned_principals": [f"{principal}b"]}

    differs, report = drift(broker, tmp_path / "drift.json", acls, **guards)

    assert differs.returncode != 0
    assert "drift: cluster" in differs.results[-1]["msg"]
    assert {each["guard"] for each in report["refused"]} == {"owned_principals"}
    assert len(report["changes"]) == 3


def test_what_cannot_be_compared_has_no_report(broker: TestBroker, tmp_path: Path) -> None:
    file = tmp_path / "drift.json"
    file.write_text("{}")
    failed, report = drift(broker, file, [{"principal": "nobody"}])
    assert failed.returncode != 0
    assert "write User:nobody" in failed.stdout
    assert "drift: " not in failed.stdout
    assert report is None


def test_both_comparisons_are_made_though_the_first_finds_something(
    playbook: Playbook, principal: str, prefix: str, tmp_path: Path
) -> None:
    topics, rights = tmp_path / "topics.json", tmp_path / "acls.json"

    played = playbook(
        "drift",
        kafka_test_generation_environment="staging",
        kafka_topics_drift_file=str(topics),
        kafka_acls_drift_file=str(rights),
        kafka_acls_declared=declared(principal, prefix),
    )

    assert played.returncode != 0
    for file in (topics, rights):
        assert json.loads(file.read_text())["drifted"] is True


@pytest.mark.parametrize("name", ["acls", "report_acls"])
def test_a_cluster_without_acls_is_left_out(name: str, tmp_path: Path) -> None:
    host = {"ansible_connection": "local"}
    inventory = tmp_path / "hosts.json"
    inventory.write_text(json.dumps({"kafka_clusters": {"hosts": {"test": host}}}))
    played = run.playbook(f"playbooks/{name}.yml", "-i", str(inventory))
    assert played.returncode == 0, played.stdout
    assert {each["task"] for each in played.results} == {"Find a cluster"}
