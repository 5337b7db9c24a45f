# SPDX-License-Identifier: GPL-3.0-or-later
"""The role kafka_acls passes every variable on, with the connection of the play or its own."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.brokers.fixtures import TestBroker
from tests.integration import run

ROLE = "omninode.kafka.kafka_acls"
SPECS = run.ROOT / "roles/kafka_acls/meta/argument_specs.yml"


@pytest.fixture
def principal(broker: TestBroker, prefix: str) -> Iterator[str]:
    """Whose ACLs are deleted after the test."""
    own = f"User:{prefix}a"
    yield own
    purge = {"purge": True, "purge_to_empty": True, "owned_principals": [own], "allow": ["all"]}
    run.succeed("acls", bootstrap_servers=broker.bootstrap, **purge)


def play(*arguments: str, where: dict[str, Any], **variables: Any) -> run.Play:
    given = {f"kafka_acls_{name}": value for name, value in variables.items()}
    task = {"ansible.builtin.include_role": {"name": ROLE}}
    return run.play([task], *arguments, "-e", json.dumps(given), **where)


def of_play(broker: TestBroker) -> dict[str, Any]:
    server = {"bootstrap_servers": broker.bootstrap}
    return {"module_defaults": {"group/omninode.kafka.all": server}}


def test_a_second_run_changes_nothing(broker: TestBroker, prefix: str, principal: str) -> None:
    declared = [{"principal": principal, "produce": [f"{prefix}a"]}]
    where = of_play(broker)

    checked = play("--check", "--diff", where=where, declared=declared)
    assert checked.returncode == 0, checked.stdout
    assert f"acl {principal} on topic {prefix}a" in checked.stdout
    assert ": create 1, unchanged 0; plan_id " in checked.stdout
    first, second = (play(where=where, declared=declared) for _unused in range(2))

    assert ": create 1, unchanged 0" in first.stdout
    assert second.returncode == 0, second.stdout
    assert ": unchanged 1" in second.stdout
    assert not any(result["changed"] for result in second.results)


def test_the_role_takes_a_connection_of_its_own(
    broker: TestBroker, prefix: str, principal: str
) -> None:
    connection = {"bootstrap_servers": [broker.bootstrap]}
    elsewhere = {
        "module_defaults": {"group/omninode.kafka.all": {"bootstrap_servers": [run.NOWHERE]}}
    }
    declared = [{"principal": principal, "consume": [f"{prefix}a"]}]
    done = play(where=elsewhere, declared=declared, connection=connection)
    assert done.returncode == 0, done.stdout
    assert ": create 1, unchanged 0" in done.stdout


def test_a_declaration_that_is_null_is_refused(broker: TestBroker) -> None:
    done = play(where=of_play(broker), declared=None)
    assert done.returncode != 0
    assert "write [] to declare none" in done.stdout


def test_each_variable_sets_the_option_of_its_name() -> None:
    variables = yaml.safe_load(SPECS.read_text())["argument_specs"]["main"]["options"]
    tasks = yaml.safe_load((Path(SPECS).parents[1] / "tasks/acls.yml").read_text())
    options = tasks[0]["omninode.kafka.acls"]
    given = {
        name: f"{{{{ kafka_acls_{name} | default(omit) }}}}" for name in options.keys() - {"acls"}
    }
    assert options == {"acls": "{{ kafka_acls_declared }}", **given}
    of_drift = "report_refused"
    assert {f"kafka_acls_{name}" for name in given.keys() - {of_drift}} == variables.keys() - {
        "kafka_acls_declared",
        "kafka_acls_connection",
    }
