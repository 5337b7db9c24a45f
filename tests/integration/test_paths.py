# SPDX-License-Identifier: GPL-3.0-or-later
"""What the playbooks write replaces a regular file or nothing, and whatever else is there is
refused, in check mode alike."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from tests.fakes import paths
from tests.fakes.paths import NO_FILES, NO_FOLDERS
from tests.integration import run
from tests.integration.run import NOWHERE, Play

MODES = pytest.mark.parametrize("mode", [[], ["--check"]], ids=["run", "check"])
REFUSED = [*NO_FILES, *NO_FOLDERS]
# each playbook with the variable that says where it writes
WRITERS = {
    "drift": "kafka_topics_drift_file",
    "export": "kafka_export_file",
    "status": "kafka_monitoring_textfile",
}
EACH_WRITER = pytest.mark.parametrize(("playbook", "variable"), WRITERS.items())


def play(playbook: str, folder: Path, hosts: dict[str, dict[str, Any]], *arguments: str) -> Play:
    """On clusters that cannot be reached: what is refused is refused before connecting."""
    local = {
        **run.LOCAL_PLAY["vars"],
        "ansible_connection": "local",
        "kafka_connection": {"bootstrap_servers": NOWHERE},
        "kafka_test_generation_environment": "dev",
    }
    inventory = folder.with_name("hosts.json")
    inventory.write_text(json.dumps({"kafka_clusters": {"vars": local, "hosts": hosts}}))
    return run.playbook(f"omninode.kafka.{playbook}", "-i", str(inventory), *arguments)


def ends(played: Play) -> dict[str, str]:
    """The last word of each host, which failed."""
    assert played.returncode == 2, played.stdout
    return {result["host"]: result["msg"] for result in played.results if "msg" in result}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """What each test has to leave as it is."""
    path = tmp_path / "folder"
    path.mkdir()
    return path


@MODES
@EACH_WRITER
def test_a_playbook_replaces_no_more_than_a_file(
    folder: Path, playbook: str, variable: str, mode: list[str]
) -> None:
    laid = paths.lay_out(folder)
    before = paths.contents(folder)
    hosts = {kind.replace(" ", "-"): {variable: str(laid[kind])} for kind in REFUSED}

    told = ends(play(playbook, folder, hosts, *mode))

    expected = {kind: f"{variable}: {laid[kind]} is not a regular file: give " for kind in NO_FILES}
    expected |= {
        kind: f"{variable}: {why} {laid[kind].parent} that can be written to"
        for kind, why in NO_FOLDERS.items()
    }
    assert {
        kind: told[kind.replace(" ", "-")].startswith(text) for kind, text in expected.items()
    } == dict.fromkeys(REFUSED, True), told
    assert paths.contents(folder) == before


@EACH_WRITER
def test_a_file_nothing_or_a_folder_by_a_link_is_fine(
    folder: Path, playbook: str, variable: str
) -> None:
    laid = paths.lay_out(folder)
    (folder / "by-a-link").symlink_to(folder)
    fine = {
        "file": laid["file"],
        "nothing": laid["nothing"],
        "by-a-link": folder / "by-a-link/nothing",
    }

    told = ends(
        play(playbook, folder, {kind: {variable: str(path)} for kind, path in fine.items()})
    )

    assert {
        kind: "host name not resolved" in message for kind, message in told.items()
    } == dict.fromkeys(fine, True), told


@EACH_WRITER
def test_a_relative_path_begins_where_the_command_is_run(
    folder: Path, playbook: str, variable: str
) -> None:
    given = {"device": os.path.relpath("/dev/null", run.ROOT), "missing": "missing/file"}

    told = ends(play(playbook, folder, {kind: {variable: path} for kind, path in given.items()}))

    assert told["device"].startswith(f"{variable}: /dev/null is not a regular file")
    assert told["missing"].startswith(f"{variable}: there is no folder {run.ROOT}/missing that")


@MODES
def test_the_rules_and_the_dashboard_go_into_a_folder(folder: Path, mode: list[str]) -> None:
    laid = paths.lay_out(folder)
    before = paths.contents(folder)
    kinds = (
        "device",
        "endless device",
        "FIFO",
        "socket",
        "link to a file",
        "folder that is a file",
        "file",
    )
    hosts = {
        kind.replace(" ", "-"): {"kafka_monitoring_directory": str(laid[kind])} for kind in kinds
    }

    told = ends(play("monitoring", folder, hosts, *mode))

    real = {kind: laid[kind].resolve() for kind in kinds}
    assert told == {
        kind.replace(
            " ", "-"
        ): f"kafka_monitoring_directory: {real[kind]} is not a folder that can be written to"
        for kind in kinds
    }
    assert paths.contents(folder) == before


@MODES
def test_the_rules_and_the_dashboard_replace_no_more_than_files(
    folder: Path, mode: list[str]
) -> None:
    laid = paths.lay_out(folder)
    hosts, expected = {}, {}
    for kind, name in {
        "directory": "prometheus/directory.rules.yml",
        "FIFO": "grafana/FIFO.json",
        "link to a file": "grafana/provisioning.yml",
        "dangling link": "jmx_exporter.yml",
    }.items():
        host = kind.replace(" ", "-")
        path = folder / "monitoring" / host / name
        path.parent.mkdir(parents=True)
        laid[kind].rename(path)
        hosts[host] = {"kafka_monitoring_directory": str(folder / "monitoring" / host)}
        expected[host] = (
            f"kafka_monitoring_directory: {path} is not a regular file: remove it,"
            " or choose another folder"
        )
    before = paths.contents(folder)

    assert ends(play("monitoring", folder, hosts, *mode)) == expected
    assert paths.contents(folder) == before
