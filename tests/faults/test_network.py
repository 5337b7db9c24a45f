# SPDX-License-Identifier: GPL-3.0-or-later
"""Requests and answers get lost, come late or come in parts while a run writes."""

from __future__ import annotations

import contextlib
import os
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.faults.jobs import Job
from tests.faults.relay import WRITES, Relay, Reset, relay
from tests.faults.trial import Trial, bound, meeting
from tests.integration.nodes import NODES, Nodes

SHORT = 2  # seconds, the option timeout where a case waits until it is over


class Passing:
    """Everything passes; the faults change one thing."""

    def __init__(self, apis: list[str]) -> None:
        self._apis = {WRITES[api] for api in apis}

    def request(self, api: int, message: bytes) -> bytes:  # noqa: ARG002
        return message

    def answer(self, api: int, message: bytes) -> bytes:  # noqa: ARG002
        return message


class LostRequest(Passing):
    """The connection breaks before the request reaches the broker."""

    def request(self, api: int, message: bytes) -> bytes:
        if api in self._apis:
            raise Reset
        return message


class LostAnswer(Passing):
    """The write is made, and the connection breaks before its answer comes."""

    def answer(self, api: int, message: bytes) -> bytes:
        if api in self._apis:
            raise Reset
        return message


class CutAnswer(Passing):
    """The connection breaks in the middle of the answer."""

    def answer(self, api: int, message: bytes) -> bytes:
        if api in self._apis:
            raise Reset(len(message).to_bytes(4) + message[: len(message) // 2])
        return message


class LateAnswer(Passing):
    """The write is made, and its answer comes after the time-out."""

    def answer(self, api: int, message: bytes) -> bytes:
        if api in self._apis:
            # the point of the case is this time: there is no condition to wait for
            time.sleep(SHORT * 2 + 5)
        return message


class SlowAnswers(Passing):
    """Each answer takes its time, those of reads as well."""

    def answer(self, api: int, message: bytes) -> bytes:  # noqa: ARG002
        # slowness is the case
        time.sleep(0.3)
        return message


class Hole(Passing):
    """Nothing passes any more, on no connection: as if all packets were dropped."""

    def __init__(self) -> None:
        super().__init__([])
        self.ended = threading.Event()

    def request(self, api: int, message: bytes) -> bytes:  # noqa: ARG002
        return self._vanish()

    def answer(self, api: int, message: bytes) -> bytes:  # noqa: ARG002
        return self._vanish()

    def _vanish(self) -> bytes:
        self.ended.wait()
        raise Reset


FAULTS = {kind.__name__: kind for kind in (LostRequest, LostAnswer, CutAnswer, LateAnswer)}


@pytest.fixture
def between(nodes: Nodes) -> Iterator[Relay]:
    ports = [int(nodes.address(node).rpartition(":")[2]) for node in NODES]
    with relay(ports) as made:
        yield made


@pytest.fixture
def spoil(trial: Trial, between: Relay, job_of: Callable[[str], Job]) -> Callable[..., None]:
    def spoiled(resource: str, fault: Passing, **options: Any) -> None:
        job = job_of(resource)

        def begin() -> None:
            between.fault = fault

        with trial.of(job):
            met = meeting(job, begin, bootstrap_servers=between.bootstrap, **options)
            trial.judge(job, met, within=bound(options.get("timeout", 10)))

    return spoiled


@pytest.mark.parametrize(
    ("fault", "resource", "api"),
    [
        ("LostRequest", "topics", "CreateTopics"),
        ("LostRequest", "topics", "DeleteTopics"),
        ("LostRequest", "acls", "CreateAcls"),
        pytest.param("LostAnswer", "topics", "CreateTopics", marks=pytest.mark.sharp),
        ("LostAnswer", "topics", "CreatePartitions"),
        ("LostAnswer", "topics", "IncrementalAlterConfigs"),
        ("LostAnswer", "topics", "DeleteTopics"),
        pytest.param("LostAnswer", "acls", "DeleteAcls", marks=pytest.mark.sharp),
        ("CutAnswer", "topics", "CreateTopics"),
        pytest.param("CutAnswer", "acls", "CreateAcls", marks=pytest.mark.sharp),
        ("LateAnswer", "topics", "CreateTopics"),
        ("LateAnswer", "topics", "DeleteTopics"),
    ],
)
def test_network(spoil: Callable[..., None], fault: str, resource: str, api: str) -> None:
    options = {"timeout": SHORT} if fault == "LateAnswer" else {}
    spoil(resource, FAULTS[fault]([api]), **options)


@pytest.mark.parametrize("resource", ["topics", "acls"])
def test_slow_answers(spoil: Callable[..., None], resource: str) -> None:
    spoil(resource, SlowAnswers([]))


@pytest.mark.parametrize("resource", ["topics", "acls"])
def test_hole(spoil: Callable[..., None], resource: str) -> None:
    hole = Hole()
    try:
        spoil(resource, hole)
    finally:
        hole.ended.set()


@pytest.fixture
def namespace() -> None:
    """The rules of the machine are never touched."""
    if "FAULTS_IN_A_NAMESPACE" not in os.environ:
        pytest.skip("packets are dropped only by root in a network namespace: tests/faults/run")


@contextlib.contextmanager
def dropping(ports: list[int]) -> Iterator[Callable[[], None]]:
    """Gives what begins to drop the packets from and to these ports."""

    def begin() -> None:
        for port in ports:
            for side in ("--dport", "--sport"):
                _iptables("-A", "INPUT", "-p", "tcp", side, str(port), "-j", "DROP")

    try:
        yield begin
    finally:
        _iptables("-F", "INPUT")


def _iptables(*arguments: str) -> None:
    subprocess.run(["iptables", "-w", *arguments], check=True, capture_output=True)


@pytest.mark.usefixtures("namespace")
@pytest.mark.parametrize(
    ("of", "resource"), [("controller", "topics"), ("controller", "acls"), ("clients", "users")]
)
def test_black_hole(
    trial: Trial, nodes: Nodes, job_of: Callable[[str], Job], of: str, resource: str
) -> None:
    """No packet of a node passes, or none of any client."""
    job = job_of(resource)
    ports = nodes.ports(nodes.controller()) if of == "controller" else nodes.client_ports()
    with trial.of(job):
        with dropping(ports) as begin:
            met = meeting(job, begin)
        trial.judge(job, met)
