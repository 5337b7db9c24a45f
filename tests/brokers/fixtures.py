# SPDX-License-Identifier: GPL-3.0-or-later
"""Real brokers for the tests: started once, kept running for the next run, removed at the end where
CI is set."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

import pytest
import yaml

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
INVENTORY = HERE / "inventory.yml"


@dataclass(frozen=True, slots=True)
class TestBroker:
    """`bootstrap` is PLAINTEXT, `sasl_bootstrap` SASL_SSL (SCRAM), `users` are passwords by
    name."""

    __test__: ClassVar[bool] = False

    name: str
    version: str
    cluster_id: str
    bootstrap: str
    sasl_bootstrap: str
    ca_cert: Path
    users: Mapping[str, str]

    def address(self, node: int) -> str:
        """PLAINTEXT of a node, the first of which is 1."""
        host, _colon, port = self.bootstrap.rpartition(":")
        return f"{host}:{int(port) + node - 1}"

    def pid(self, node: int) -> int:
        """The process of a node, the first of which is 1."""
        return int((ROOT / ".kafka/test" / self.name / f"node-{node}/pid").read_text())


def declared(name: str) -> TestBroker:
    group = yaml.safe_load(INVENTORY.read_text())["kafka_test_brokers"]
    host = group["hosts"][name]
    port = host["kafka_broker_port"]
    return TestBroker(
        name=name,
        version=host["kafka_broker_version"],
        cluster_id=host["kafka_broker_cluster_id"],
        bootstrap=f"127.0.0.1:{port}",
        sasl_bootstrap=f"127.0.0.1:{port + 100}",
        ca_cert=ROOT / ".kafka/test" / name / "tls/ca.pem",
        users={user["name"]: user["password"] for user in group["vars"]["kafka_broker_users"]},
    )


def bring(name: str, state: str) -> None:
    playbook = Path(sys.executable).with_name("ansible-playbook")
    command = [
        playbook,
        HERE / "brokers.yml",
        "-i",
        INVENTORY,
        "--limit",
        name,
        "-e",
        f"kafka_broker_state={state}",
    ]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.fail(
            f"the broker {name} cannot be {state}:\n{done.stdout}{done.stderr}", pytrace=False
        )


def running(name: str) -> Iterator[TestBroker]:
    bring(name, "started")
    yield declared(name)
    if os.environ.get("CI"):
        # with its data: a broker that starts again can lack users, where others were deleted
        # (ScramDelta of Kafka 3.9 to 4.4)
        bring(name, "absent")


@pytest.fixture(scope="session")
def broker() -> Iterator[TestBroker]:
    """The newest Kafka, with an authorizer, a policy (tests/brokers/policy) and automatic creation
    of topics."""
    yield from running("newest")


@pytest.fixture(scope="session")
def broker_40() -> Iterator[TestBroker]:
    yield from running("v40")


@pytest.fixture(scope="session")
def broker_39() -> Iterator[TestBroker]:
    yield from running("v39")


@pytest.fixture(scope="session")
def brokers() -> Iterator[TestBroker]:
    """A cluster of three on the newest Kafka, each in a rack of its own."""
    yield from running("three")
