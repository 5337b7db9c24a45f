# SPDX-License-Identifier: GPL-3.0-or-later
"""The role and the playbooks for users: kept, compared, taken back, exported; and no password
anywhere."""

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
from tests.integration.processes import watched

Playbook = Callable[..., run.Play]
SPECS = run.ROOT / "roles/kafka_scram_users/meta/argument_specs.yml"
# recognisable wherever they turn up
FIRST, SECOND, MISPLACED = "zebra-9f1c-first", "zebra-9f1c-second", "zebra-9f1c-misplaced"


@pytest.fixture
def connection(broker: TestBroker) -> dict[str, Any]:
    return {
        "bootstrap_servers": broker.sasl_bootstrap,
        "security_protocol": "SASL_SSL",
        "ca_cert": str(broker.ca_cert),
        "sasl_mechanism": "SCRAM-SHA-512",
        "sasl_username": "admin",
        "sasl_password": broker.users["admin"],
    }


@pytest.fixture
def name(connection: dict[str, Any], prefix: str) -> Iterator[str]:
    """A user that is deleted after the test."""
    yield f"{prefix}orders"
    purge = {"purge": True, "purge_to_empty": True, "allow": ["all"]}
    run.succeed("scram_users", **connection, owned_prefixes=[prefix], **purge)


@pytest.fixture
def playbook(connection: dict[str, Any], tmp_path: Path) -> Playbook:
    host = {
        "ansible_python_interpreter": sys.executable,
        "ansible_connection": "local",
        "kafka_connection": connection,
    }
    inventory = tmp_path / "hosts.json"
    inventory.write_text(json.dumps({"kafka_clusters": {"hosts": {"test": host}}}))

    def play(
        name: str, *arguments: str, env: dict[str, str] | None = None, **variables: Any
    ) -> run.Play:
        # a file, since the arguments of a program show in the list of processes
        extra = tmp_path / "variables.json"
        extra.write_text(json.dumps(variables))
        given = ["-i", str(inventory), "-e", f"@{extra}", *arguments]
        return run.playbook(f"playbooks/{name}.yml", *given, env=env)

    return play


def result(played: run.Play) -> dict[str, Any]:
    """Of the module that changed users."""
    [found] = [dict(each) for each in played.results if "plan_id" in each]
    return found


def test_a_run_is_exported_compared_and_undone(
    playbook: Playbook, name: str, tmp_path: Path
) -> None:
    declared = [{"name": name, "password": FIRST}]
    undo, file, report = (tmp_path / each for each in ("undo.json", "users.yml", "drift.json"))
    kept = {"kafka_scram_users_declared": declared}

    done = playbook("scram_users", **kept, kafka_scram_users_undo_file=str(undo))
    assert done.returncode == 0, done.stdout
    assert "create 1" in result(done)["summary"]
    assert result(playbook("scram_users", **kept))["changes"] == []

    exported = playbook(
        "export_scram_users", kafka_export_names=[name], kafka_export_file=str(file)
    )
    assert exported.returncode == 0, exported.stdout
    assert "Kafka shows no password" in file.read_text()
    assert yaml.safe_load(file.read_text()) == {
        "kafka_scram_users_declared": [{"name": name, "mechanism": "SCRAM-SHA-512"}]
    }
    assert result(playbook("scram_users", "-e", f"@{file}"))["changes"] == []

    other = [{"name": name, "password": SECOND}]
    drifted = playbook(
        "drift",
        kafka_test_generation_environment="staging",
        kafka_scram_users_declared=other,
        kafka_scram_users_drift_file=str(report),
    )
    assert drifted.returncode != 0
    found = json.loads(report.read_text())
    assert found["drifted"] is True
    assert found["changes"][0]["before"] == {"password": "not as declared"}

    altered = playbook(
        "scram_users", kafka_scram_users_declared=other, kafka_scram_users_undo_file=str(undo)
    )
    assert "alter 1" in result(altered)["summary"]
    undone = playbook("undo", kafka_undo_file=str(undo))
    assert undone.returncode == 0, undone.stdout
    lost = f"the password of user {name} (SCRAM-SHA-512) is not known to Kafka: declare it again"
    assert lost in str(undone.results)
    assert result(undone)["changes"] == []


def test_an_undo_deletes_what_was_created(playbook: Playbook, name: str, tmp_path: Path) -> None:
    undo = tmp_path / "undo.json"
    kept = {"kafka_scram_users_declared": [{"name": name, "password": FIRST}]}
    playbook("scram_users", **kept, kafka_scram_users_undo_file=str(undo))

    guards = {"kafka_scram_users_protected_users": [name]}
    refused = playbook("undo", kafka_undo_file=str(undo), **guards)
    assert result(refused)["outcome"]["failed"][0]["guard"] == "protected_users"

    undone = playbook("undo", kafka_undo_file=str(undo))
    assert "delete 1" in result(undone)["summary"]


def test_without_a_declaration_users_are_left_out(playbook: Playbook) -> None:
    played = playbook("scram_users")
    assert played.returncode == 0, played.stdout
    assert not [each for each in played.results if "plan_id" in each]


def test_no_password_is_anywhere(
    playbook: Playbook, connection: dict[str, Any], name: str, tmp_path: Path
) -> None:
    """In what Ansible prints at its most talkative, in its log, in files, in the processes."""
    folder = tmp_path / "outputs"
    scratch = tmp_path / "scratch"
    for each in (folder, scratch):
        each.mkdir()
    env = {
        "ANSIBLE_LOG_PATH": str(folder / "ansible.log"),
        "ANSIBLE_LOCAL_TEMP": str(scratch / "local"),
        "ANSIBLE_REMOTE_TEMP": str(scratch / "remote"),
        "TMPDIR": str(scratch),
        # the options of each task, as ansible-core before 2.21 shows them
        "ANSIBLE_INJECT_INVOCATION": "true",
    }
    files = {
        "kafka_scram_users_undo_file": str(folder / "undo.json"),
        "kafka_scram_users_drift_file": str(folder / "drift.json"),
        "kafka_export_file": str(folder / "users.yml"),
        "kafka_export_names": [name],
    }
    # what is short is part of other words, which must not be masked
    short = {"name": f"{name}-short", "password": "a"}
    first, second = {"name": name, "password": FIRST}, {"name": name, "password": SECOND}
    broken = {"name": name, "password": FIRST, "pasword": MISPLACED, "iterations": 1}
    shown = {"check_mode": True, "diff": True}
    runs = (
        ("main", [first, short], shown),
        ("main", [first, short], {"diff": True}),
        ("drift", [second], {}),
        ("main", [second], {"diff": True}),
        ("main", [{"name": "admin", "password": FIRST}], {}),
        ("main", [broken, MISPLACED, {"name": name, "password": 736251}], {}),
    )
    role = {"name": "omninode.kafka.kafka_scram_users"}
    variables = tmp_path / "declared.json"
    variables.write_text(
        json.dumps(
            {
                f"declared_{number}": declared
                for number, (_entry, declared, _keywords) in enumerate(runs)
            }
        )
    )
    tasks: list[dict[str, Any]] = []
    for number, (entry, _declared, keywords) in enumerate(runs):
        included = {
            "ansible.builtin.include_role": {**role, "tasks_from": entry, "apply": keywords}
        }
        given = {**files, "kafka_scram_users_declared": f"{{{{ declared_{number} }}}}"}
        tasks.append({"block": [{**included, "vars": given}], "ignore_errors": True})
    defaults = {"group/omninode.kafka.all": connection}
    with watched() as processes:
        keywords = {"module_defaults": defaults, "vars_files": [str(variables)]}
        played = run.play(tasks, "-vvvv", env=env, **keywords)
        exported = playbook("export_scram_users", "-vvvv", env=env, **files)
    assert any("scram_users" in text for text in processes)
    assert exported.returncode == 0, exported.stdout[-2000:]
    plans = [each for each in played.results if "plan_id" in each]
    changed = [[change["operation"] for change in each["changes"]] for each in plans]
    assert changed == [["create"] * 2, ["create"] * 2, ["alter"], ["alter"], ["alter"]]
    assert plans[0]["changes"][1]["name"] == f"{name}-short (SCRAM-SHA-512)"
    assert "own_user" in str(plans[-1])
    assert "put it in quotes" in played.stdout
    written = [path for path in (*folder.rglob("*"), *scratch.rglob("*")) if path.is_file()]
    names = {path.name for path in written}
    assert {"ansible.log", "undo.json", "drift.json", "users.yml"} <= names
    told = [played.stdout, played.stderr, json.dumps(played.results)]
    told += [exported.stdout, exported.stderr]
    texts = [*told, *processes, *(path.read_text(errors="replace") for path in written)]
    for secret in (FIRST, SECOND, MISPLACED, "736251"):
        assert not [text for text in texts if secret in text], secret


def test_each_variable_sets_the_option_of_its_name() -> None:
    variables = yaml.safe_load(SPECS.read_text())["argument_specs"]["main"]["options"]
    tasks = yaml.safe_load((Path(SPECS).parents[1] / "tasks/scram_users.yml").read_text())
    options = tasks[0]["omninode.kafka.scram_users"]
    prefix = "kafka_scram_users_"
    given = {
        name: f"{{{{ {prefix}{name} | default(omit) }}}}" for name in options.keys() - {"users"}
    }
    assert options == {"users": f"{{{{ {prefix}declared }}}}", **given}
    of_drift = "report_refused"
    assert {f"{prefix}{name}" for name in given.keys() - {of_drift}} == variables.keys() - {
        f"{prefix}declared",
        f"{prefix}connection",
    }
