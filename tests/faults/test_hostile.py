# SPDX-License-Identifier: GPL-3.0-or-later
"""What answers is no broker, or one that lies. Every task ends with one result, within its bound,
and claims nothing that did not happen."""

from __future__ import annotations

import json
import random
import socket
import struct
import subprocess
import time
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any, NamedTuple

import pytest

from tests.brokers.fixtures import TestBroker
from tests.faults.ledger import Row
from tests.faults.servers import (
    API_VERSIONS,
    Asked,
    Change,
    Serve,
    frame,
    framed,
    lying,
    relays,
    serving,
)
from tests.faults.trial import bound
from tests.integration import run
from tests.integration.cluster import Cluster
from tests.integration.nodes import NODES, Nodes

TIMEOUT = 5
WITHIN = bound(TIMEOUT)
DIED = "the module's process died "
HUGE = 99_000_000  # bytes: the largest that the client library takes are 100 MB

Result = dict[str, Any]


class Ended(NamedTuple):
    result: Result
    seconds: float


def ended(module: str, port: int | list[int], **options: Any) -> Ended:
    """The one result, whatever became of the process."""
    ports = [port] if isinstance(port, int) else port
    servers = [f"127.0.0.1:{each}" for each in ports]
    began = time.monotonic()
    process = run.start(module, bootstrap_servers=servers, timeout=TIMEOUT, **options)
    try:
        stdout, stderr = process.communicate(timeout=WITHIN)
    except subprocess.TimeoutExpired:
        process.kill()
        process.communicate()
        pytest.fail(f"{module} did not end within {WITHIN} s")
    seconds = time.monotonic() - began
    result: Result = json.loads(stdout)
    if process.returncode < 0:
        assert result["msg"].startswith(DIED)
    else:
        # where the process was aborted, the client library says by which line of it
        assert not stderr, stderr
    # one that names several topics has a line for each
    assert all(line.isprintable() for line in result.get("msg", "").split("\n"))
    return Ended(result, seconds)


@pytest.fixture
def tell(request: pytest.FixtureRequest, faults: list[Row]) -> Callable[[Ended, str], None]:
    """A row of the table."""
    name = request.node.name.removeprefix("test_")

    def row(met: Ended, said: str) -> None:
        faults.append(Row(name, met.seconds, WITHIN, said, 0))

    return row


def _asked(connection: socket.socket) -> Asked:
    """A request; its answer begins with the correlation."""
    return Asked(*struct.unpack_from(">hhi", frame(connection), 4), False, 0)


def _frames(size: int, filling: bytes) -> Serve:
    """Answers to everything, which say that they are so long, and are."""

    def serve(connection: socket.socket) -> None:
        while True:
            asked = _asked(connection)
            connection.sendall(struct.pack(">ii", size, asked.correlation))
            left = max(0, min(size, HUGE) - 4)
            chunk = filling * 65536
            while left > 0:
                connection.sendall(chunk[:left])
                left -= len(chunk)

    return serve


def _garbage(connection: socket.socket) -> None:
    connection.sendall(random.Random(1).randbytes(10_000))


def _dripping(connection: socket.socket) -> None:
    """A byte a second, of an answer that says it has a thousand."""
    asked = _asked(connection)
    for byte in struct.pack(">ii", 1000, asked.correlation) + b"\0" * 1000:
        connection.sendall(bytes([byte]))
        # slowness is the case
        time.sleep(1)


def _closing(connection: socket.socket) -> None:
    _asked(connection)


SERVERS: dict[str, Serve] = {
    "garbage": _garbage,
    "zeros": _frames(100, b"\0"),
    "huge-zeros": _frames(HUGE, b"\0"),
    "huge-ones": _frames(HUGE, b"\xff"),
    "longest": _frames(2**31 - 1, b"\0"),
    "negative": _frames(-1, b""),
    "empty": _frames(0, b""),
    "drips": _dripping,
    "closes": _closing,
}


@pytest.mark.parametrize(
    "server",
    [pytest.param(name, marks=pytest.mark.sharp) if name == "zeros" else name for name in SERVERS],
)
@pytest.mark.parametrize("protocol", ["PLAINTEXT", "SSL"])
def test_no_broker(server: str, protocol: str, tell: Callable[[Ended, str], None]) -> None:
    with serving(SERVERS[server]) as port:
        met = ended("topics", port, security_protocol=protocol, topics=[{"name": "a"}])

    assert met.result["failed"] is True
    assert not met.result.get("changed")
    died = met.result["msg"].startswith(DIED)
    if died:
        assert "before it wrote anything" in met.result["msg"]
        assert "check bootstrap_servers" in met.result["msg"]
        assert met.result["error"] == "StateError"
    else:
        assert met.result["error"] == "ClusterUnreachable"
    assert died or server not in ("zeros", "huge-zeros") or protocol == "SSL"
    tell(met, "process died, told" if died else "unreachable")


def test_a_playbook_shows_that_the_process_died() -> None:
    with serving(SERVERS["zeros"]) as port:
        options = {"bootstrap_servers": f"127.0.0.1:{port}", "timeout": TIMEOUT}
        played = run.play([{"omninode.kafka.cluster_info": options}])

    assert played.returncode == 2
    assert DIED in played.stdout
    assert "deserialization" not in played.stdout


@pytest.fixture
def addresses(nodes: Nodes) -> list[str]:
    return [nodes.address(node) for node in NODES]


@pytest.fixture
def name(three: Cluster) -> Iterator[str]:
    own = f"hostile-{uuid.uuid4().hex[:8]}"
    yield own
    three.delete(three.names(own))


def _named(text: str) -> Callable[[Any], None]:
    def change(metadata: Any) -> None:
        for topic in metadata.topics:
            topic.name = text

    return change


def _long_id(metadata: Any) -> None:
    metadata.cluster_id = "n" * 100_000


def _special_id(metadata: Any) -> None:
    metadata.cluster_id = "\x1b[2Jn\n\u202e"


def _negative_nodes(metadata: Any) -> None:
    for broker in metadata.brokers:
        broker.node_id = -broker.node_id


def _doubled(metadata: Any) -> None:
    for topic in metadata.topics:
        topic.partitions = [*topic.partitions, *topic.partitions]


def _nobody(metadata: Any) -> None:
    metadata.topics = []


def _no_text(asked: Asked, answer: bytes) -> bytes:
    """A host whose name is no UTF-8."""
    return answer.replace(b"127.0.0.1", b"\xff\xfe.0.0.1") if asked.api != API_VERSIONS else answer


LIES: dict[str, Change] = {
    "another-topic": lying(_named("another")),
    "control-characters": lying(_named("a\x1b[2J\r\nb\0")),
    "long-cluster-id": lying(_long_id),
    "special-cluster-id": lying(_special_id),
    "negative-nodes": lying(_negative_nodes),
    "doubled-partitions": lying(_doubled),
    "no-topics": lying(_nobody),
    "host-that-is-no-text": _no_text,
}


def _is_truthful(result: Result, module: str, name: str, three: Cluster) -> None:
    """Whatever is claimed to be applied is there."""
    if module != "topics":
        return
    applied = result.get("outcome", {}).get("applied", [])
    claimed = {change["name"] for change in applied}
    changed = result.get("changed", False)
    if changed and not result.get("failed"):
        claimed = {change["name"] for change in result["changes"]}
    if claimed:
        assert claimed == {name}
        three.await_(lambda: name in three.names(name), "what is claimed to be applied")
    if not changed:
        assert not three.names(name)


@pytest.mark.parametrize("lie", LIES)
def test_a_broker_lies(
    lie: str,
    addresses: list[str],
    three: Cluster,
    name: str,
    tell: Callable[[Ended, str], None],
) -> None:
    with relays(addresses, LIES[lie]) as ports:
        met = ended("topics", ports, topics=[{"name": name}])

    _is_truthful(met.result, "topics", name, three)
    tell(met, met.result.get("error") or "ok")


@contextmanager
def _closed() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port: int = server.getsockname()[1]
    yield port


@contextmanager
def _deaf() -> Iterator[int]:
    """Nobody ever accepts."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


@pytest.mark.parametrize(
    ("listener", "why"),
    [
        pytest.param(_closed, "connection refused", id="closed", marks=pytest.mark.sharp),
        pytest.param(_deaf, "does not answer", id="deaf"),
    ],
)
def test_an_advertised_listener_that_cannot_be_reached(
    listener: Callable[[], Any],
    why: str,
    addresses: list[str],
    tell: Callable[[Ended, str], None],
) -> None:
    with listener() as other:

        def elsewhere(metadata: Any) -> None:
            for broker in metadata.brokers:
                broker.port = other

        with relays(addresses, lying(elsewhere)) as ports:
            met = ended("topics", ports, topics=[{"name": "a"}])

    assert met.result["error"] == "ClusterUnreachable"
    assert f"advertises 127.0.0.1:{other} (advertised.listeners)" in met.result["msg"]
    assert why in met.result["msg"]
    tell(met, "unreachable")


def _mutating(seed: int, python_only: bool) -> Change:
    """Three of ten answers are flipped, cut, lengthened, or say another length."""
    chance = random.Random(seed)

    def change(asked: Asked, answer: bytes) -> bytes:
        if chance.random() > 0.3 or (python_only and not asked.python):
            return answer
        correlation, body = answer[4:8], bytearray(answer[8:])
        match chance.randrange(6):
            case 0:
                body = body[: chance.randrange(len(body) + 1)]
            case 1:
                body += chance.randbytes(chance.randrange(1, 300))
            case 2:
                wrong = chance.choice([0, 4, 5, -1, 2**31 - 1, len(answer) + 100])
                return struct.pack(">i", wrong) + answer[4:]
            case _:
                for _time in range(chance.choice([1, 1, 2, 5])):
                    place = chance.randrange(min(len(body), 200))
                    body[place] = chance.choice([0, 1, 127, 128, 255])
        return framed(correlation + bytes(body))

    return change


MUTATED: dict[str, Callable[[str], dict[str, Any]]] = {
    "topics": lambda name: {"topics": [{"name": name, "config": {"flush.ms": 5}}]},
    "acls": lambda name: {
        "acls": [
            {
                "principal": f"User:{name}",
                "resource_type": "topic",
                "resource_name": name,
                "operations": ["read"],
                "state": "absent",
            }
        ]
    },
    "topic_info": lambda _name: {},
    "quota_info": lambda _name: {},
}


@pytest.mark.parametrize("module", MUTATED)
def test_answers_are_spoilt(
    module: str,
    brokers: TestBroker,  # noqa: ARG001 # three of them run
    addresses: list[str],
    three: Cluster,
    name: str,
    tell: Callable[[Ended, str], None],
) -> None:
    """By twelve seeds. kafka-python alone is lied to about quotas."""

    def spoilt(seed: int) -> Ended:
        own = f"{name}.{seed}"
        with relays(addresses, _mutating(seed, python_only=module == "quota_info")) as ports:
            met = ended(module, ports, **MUTATED[module](own))
        _is_truthful(met.result, module, own, three)
        return met

    with ThreadPoolExecutor(3) as pool:
        ends = [*pool.map(spoilt, range(12))]
    failed = sum(bool(met.result.get("failed")) for met in ends)
    died = sum(met.result.get("msg", "").startswith(DIED) for met in ends)
    longest = max(ends, key=lambda met: met.seconds)
    tell(longest, f"12 results: {failed} failed, {died} of them died")
