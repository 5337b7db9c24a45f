# SPDX-License-Identifier: GPL-3.0-or-later
"""A playbook that looks at no cluster fails, and says how to give it one."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.integration import run
from tests.integration.run import ROOT

PLAYBOOKS = ["site.yml", *(f"playbooks/{path.name}" for path in ROOT.glob("playbooks/*.yml"))]
EVERY_PLAYBOOK = pytest.mark.parametrize("playbook", sorted(PLAYBOOKS))


@pytest.fixture
def other_group(tmp_path: Path) -> str:
    """An inventory whose only host is in a group that no playbook knows."""
    path = tmp_path / "hosts.json"
    host = {"ansible_connection": "local"}
    path.write_text(json.dumps({"kafka": {"hosts": {"orders": host}}}))
    return str(path)


def assert_no_cluster(playbook: str, *arguments: str) -> None:
    played = run.playbook(playbook, *arguments)

    assert played.returncode != 0, played.stdout
    told = " ".join((played.stdout + played.stderr).split())
    assert "no cluster to look at: no host of this run is in the group kafka_" in told
    assert "Give an inventory that has the group with -i" in told
    # it ends there
    assert {result["task"] for result in played.results} <= {"Find a cluster"}


@EVERY_PLAYBOOK
def test_a_forgotten_inventory_fails(playbook: str) -> None:
    assert_no_cluster(playbook)


@EVERY_PLAYBOOK
def test_another_group_fails(playbook: str, other_group: str) -> None:
    assert_no_cluster(playbook, "-i", other_group)


@pytest.mark.parametrize(
    "arguments",
    [
        ["--check"],
        ["--tags", "report"],
        ["--limit", "orders"],
        ["-i", "/nowhere/hosts.yml"],
        ["-i", "/nowhere/hosts.yml", "--limit", "orders"],
    ],
    ids=" ".join,
)
def test_no_argument_hides_it(arguments: list[str]) -> None:
    assert_no_cluster("site.yml", *arguments)


def test_a_limit_to_hosts_that_are_no_clusters_fails(other_group: str) -> None:
    inventories = ["-i", "inventories/prod", "-i", other_group]

    assert_no_cluster("playbooks/drift.yml", *inventories, "--limit", "kafka")


def test_an_environment_without_an_embedded_broker_passes() -> None:
    played = run.playbook("playbooks/broker.yml", "-i", "inventories/prod")

    assert played.returncode == 0, played.stdout
