# SPDX-License-Identifier: GPL-3.0-or-later
"""The tarball, installed and used in a platform repository outside this checkout."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tarfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from confluent_kafka.admin import AdminClient

from tests.brokers.fixtures import TestBroker

ROOT = Path(__file__).parents[2]
SHIPPED = {
    "CHANGELOG.md",
    "CODE_OF_CONDUCT.md",
    "CONTRIBUTING.md",
    "FILES.json",
    "LICENSE",
    "MANIFEST.json",
    "README.md",
}
FOLDERS = {"changelogs", "docs", "examples", "meta", "playbooks", "plugins", "roles"}

Run = Callable[..., str]


def ansible(command: str, *arguments: str | Path, cwd: Path) -> str:
    """Runs a command of Ansible on what it finds from `cwd`, and nothing of this checkout."""
    environment = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("ANSIBLE_", "OMNINODE_KAFKA_", "PYTHONPATH"))
    }
    program = Path(sys.executable).with_name(command)
    done = subprocess.run(
        [program, *arguments], cwd=cwd, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, f"{command} failed:\n{done.stdout}{done.stderr}"
    return done.stdout


@pytest.fixture(scope="session")
def tarball(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("tarball")
    ansible("ansible-galaxy", "collection", "build", ROOT, "--output-path", out, cwd=out)
    [path] = out.iterdir()
    return path


@pytest.fixture(scope="session")
def platform(tarball: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    repository = tmp_path_factory.mktemp("repository") / "platform"
    shutil.copytree(Path(__file__).parent / "platform", repository)
    ansible("ansible-galaxy", "collection", "install", "--offline", tarball, cwd=repository)
    return repository


@pytest.fixture
def play(platform: Path, broker: TestBroker, prefix: str) -> Run:
    def run(playbook: str, **variables: object) -> str:
        extra = {"shop_kafka": broker.bootstrap, "shop_prefix": prefix, **variables}
        return ansible(
            "ansible-playbook", playbook, "--extra-vars", json.dumps(extra), cwd=platform
        )

    return run


@pytest.fixture
def prefix(broker: TestBroker) -> Iterator[str]:
    """The shop's; what a test made is deleted after it, also what the catalogue adds."""
    own = f"shop-{os.getpid()}."
    yield own
    admin = AdminClient({"bootstrap.servers": broker.bootstrap})
    doomed = [name for name in names(broker) if name.startswith((own, "staging."))]
    for deleted in (admin.delete_topics(doomed, operation_timeout=300) if doomed else {}).values():
        deleted.result(300)


def names(broker: TestBroker) -> set[str]:
    return set(AdminClient({"bootstrap.servers": broker.bootstrap}).list_topics(timeout=300).topics)


def recap(output: str) -> dict[str, int]:
    """ok, changed, failed … of the one host."""
    pairs = [pair.split("=") for pair in output.split("PLAY RECAP")[1].split() if "=" in pair]
    return {word: int(count) for word, count in pairs}


def test_it_holds_what_a_user_needs_and_nothing_of_the_workshop(tarball: Path) -> None:
    with tarfile.open(tarball) as archive:
        paths = set(archive.getnames())
    shipped = {path.partition("/")[0] for path in paths}
    assert shipped - SHIPPED == FOLDERS
    assert {"LICENSE", "README.md"} <= shipped
    # Ansible Galaxy refuses a collection with a role that has none
    assert {f"{path}/README.md" for path in paths if re.fullmatch("roles/[^/]+", path)} <= paths


def test_a_platform_repository_includes_the_role(
    play: Run, broker: TestBroker, prefix: str
) -> None:
    assert recap(play("topics.yml"))["changed"] == 1
    assert {f"{prefix}orders", f"{prefix}customers"} <= names(broker)
    assert recap(play("topics.yml"))["changed"] == 0


def test_the_role_takes_a_connection_of_its_own(play: Run, broker: TestBroker, prefix: str) -> None:
    own = {"bootstrap_servers": broker.bootstrap}
    output = play("topics.yml", shop_kafka="nowhere.invalid:9092", kafka_topics_connection=own)
    assert recap(output)["changed"] == 1
    assert f"{prefix}orders" in names(broker)


def test_the_playbooks_run_by_their_full_name(play: Run, broker: TestBroker) -> None:
    catalogue = {
        "kafka_test_generation_environment": "staging",
        "kafka_connection": {"bootstrap_servers": broker.bootstrap},
    }
    assert recap(play("omninode.kafka.topics", **catalogue))["changed"] == 1
    assert "staging.omninode-bridge.test-generation.failed.v1" in names(broker)
    assert "staging.omninode-bridge.test-generation.failed.v1" in play(
        "omninode.kafka.report", **catalogue
    )


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        ("module", "topics"),
        ("module", "topic_info"),
        ("role", "kafka_topics"),
        ("filter", "topic_table"),
        ("module", "event_publish"),
        ("filter", "topic_declaration"),
    ],
)
def test_its_documentation_can_be_read(platform: Path, kind: str, name: str) -> None:
    assert f"omninode.kafka.{name}" in ansible(
        "ansible-doc", "--type", kind, f"omninode.kafka.{name}", cwd=platform
    )
