# SPDX-License-Identifier: GPL-3.0-or-later
"""The role kafka_quotas and the playbooks for quotas: declared, compared, exported, taken back."""

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

ROLE = run.ROOT / "roles/kafka_quotas"
Playbook = Callable[..., run.Play]


@pytest.fixture
def user(broker: TestBroker, prefix: str) -> Iterator[str]:
    """Whose quotas are removed after the test."""
    yield prefix
    purge = {"purge": True, "purge_to_empty": True, "owned_user_prefixes": [prefix]}
    run.succeed("quotas", bootstrap_servers=broker.bootstrap, **purge)


@pytest.fixture
def playbook(broker: TestBroker, tmp_path: Path) -> Playbook:
    host: dict[str, Any] = {
        "ansible_python_interpreter": sys.executable,
        "ansible_connection": "local",
        "kafka_connection": {"bootstrap_servers": broker.bootstrap},
    }
    inventory = tmp_path / "hosts.json"
    inventory.write_text(json.dumps({"kafka_clusters": {"hosts": {"test": host}}}))

    def play(name: str, *arguments: str, **variables: Any) -> run.Play:
        extra = ["-e", json.dumps(variables)]
        return run.playbook(f"playbooks/{name}.yml", "-i", str(inventory), *extra, *arguments)

    return play


def declared(user: str) -> list[dict[str, Any]]:
    return [{"user": user, "quotas": {"producer_byte_rate": "10MiB", "request_percentage": 12.5}}]


def result(played: run.Play) -> dict[str, Any]:
    """Of the module that changed quotas."""
    [found] = [dict(each) for each in played.results if "plan_id" in each]
    return found


def drift(broker: TestBroker, user: str, file: Path) -> tuple[run.Play, Any]:
    """By the role with a connection of its own, and the report."""
    given = {
        "kafka_quotas_declared": declared(user),
        "kafka_quotas_connection": {"bootstrap_servers": [broker.bootstrap]},
        "kafka_quotas_drift_file": str(file),
    }
    role = {"name": "omninode.kafka.kafka_quotas", "tasks_from": "drift"}
    defaults = {"group/omninode.kafka.all": {"bootstrap_servers": [run.NOWHERE]}}
    played = run.play(
        [{"ansible.builtin.include_role": role, "vars": given}], module_defaults=defaults
    )
    return played, json.loads(file.read_text())


def test_quotas_are_kept_compared_exported_and_taken_back(
    broker: TestBroker, playbook: Playbook, user: str, tmp_path: Path
) -> None:
    undo, report, exported = (tmp_path / name for name in ("undo.json", "drift.json", "out.yml"))

    # all are compared, whatever the topics are
    files = {f"kafka_{kind}_drift_file": str(tmp_path / kind) for kind in ("topics", "quotas")}
    differs = playbook(
        "drift",
        kafka_quotas_declared=declared(user),
        kafka_test_generation_environment="staging",
        **files,
    )
    assert differs.returncode != 0
    assert json.loads((tmp_path / "topics").read_text())["drifted"] is True
    told = json.loads((tmp_path / "quotas").read_text())
    assert [change["operation"] for change in told["changes"]] == ["create"]

    given = {"kafka_quotas_declared": declared(user), "kafka_quotas_undo_file": str(undo)}
    done = playbook("quotas", **given)
    assert done.returncode == 0, done.stdout
    assert "create 1" in result(done)["summary"]
    same, told = drift(broker, user, report)
    assert same.returncode == 0, same.stdout
    assert told["drifted"] is False

    wanted = {"kafka_export_user": user, "kafka_export_file": str(exported)}
    assert playbook("export_quotas", **wanted).returncode == 0
    assert yaml.safe_load(exported.read_text()) == {"kafka_quotas_declared": declared(user)}

    shown = playbook("report_quotas", kafka_report_user=user)
    assert [line.split() for line in shown.results[-1]["msg"][1:-1]] == [
        [user, "any", "any", "10MiB", "12.5"]
    ]

    undone = playbook("undo", "--diff", kafka_undo_file=str(undo))
    assert undone.returncode == 0, undone.stdout
    assert "delete 1, unchanged 0" in undone.results[-1]["msg"]
    assert f"quota user {user}" in undone.stdout


def test_a_cluster_that_declares_no_quotas_is_left_out(playbook: Playbook) -> None:
    played = playbook("quotas")
    assert played.returncode == 0, played.stdout
    assert not [each for each in played.results if "plan_id" in each]


def test_each_variable_sets_the_option_of_its_name() -> None:
    specs = yaml.safe_load((ROLE / "meta/argument_specs.yml").read_text())
    variables = specs["argument_specs"]["main"]["options"]
    options = yaml.safe_load((ROLE / "tasks/quotas.yml").read_text())[0]["omninode.kafka.quotas"]
    given = {
        name: f"{{{{ kafka_quotas_{name} | default(omit) }}}}"
        for name in options.keys() - {"quotas"}
    }
    assert options == {"quotas": "{{ kafka_quotas_declared }}", **given}
    of_drift = "report_refused"
    assert {f"kafka_quotas_{name}" for name in given.keys() - {of_drift}} == variables.keys() - {
        "kafka_quotas_declared",
        "kafka_quotas_connection",
    }
