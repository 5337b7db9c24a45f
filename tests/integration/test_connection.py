# SPDX-License-Identifier: GPL-3.0-or-later
"""A cluster that cannot be reached: within 10 seconds, in one line, with the real reason, and nothing on stderr."""

from __future__ import annotations

import http.server
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.brokers.fixtures import TestBroker
from tests.integration import run
from tests.integration.conftest import declare

CASES = {
    "refused": "connection refused",
    "not resolved": "host name not resolved",
    "TLS to a plaintext listener": "TLS failed: the listener does not speak TLS",
    "TLS to a SASL listener": "the listener closed the connection: it may want TLS or SASL",
    "plaintext to a TLS listener": "the listener closed the connection: it may want TLS or SASL",
    "SASL to a listener without": "authentication failed: the listener does not speak SASL",
    "wrong authority": "TLS failed: the broker's certificate is not trusted",
    "wrong password": "authentication failed: wrong sasl_username or sasl_password",
    "wrong password, PLAIN": "authentication failed: wrong sasl_username or sasl_password",
    "unknown user": "authentication failed: wrong sasl_username or sasl_password",
    "unsupported mechanism": "the broker does not offer this sasl_mechanism (offered: ",
    "silent": "it accepts connections, but does not answer: a broker that hangs, or not Kafka",
    "TLS to a silent port": "it accepts connections, but does not answer: a broker that hangs, or not TLS",
    "HTTP": "or not Kafka",
    "black hole": "nothing answers",
    "controller": "not a broker: this looks like the listener of a KRaft controller",
    "missing file": "ca_cert: cannot read file /missing/ca.pem",
    "two dead servers": "connection refused",
}


@contextmanager
def silent_port() -> Iterator[int]:
    """Accepts connections (the kernel does) and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


@contextmanager
def black_hole() -> Iterator[int]:
    """A listener whose queue is full: the kernel drops further connections without an answer, as a firewall does."""
    with ExitStack() as stack:
        server = stack.enter_context(socket.socket())
        server.bind(("127.0.0.1", 0))
        server.listen(0)
        waiting = stack.enter_context(socket.create_connection(server.getsockname()))
        assert waiting
        yield server.getsockname()[1]


@contextmanager
def http_port() -> Iterator[int]:
    class Silent(http.server.BaseHTTPRequestHandler):
        def log_message(self, *_arguments: object) -> None: ...

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Silent) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield server.server_port
        finally:
            server.shutdown()
            thread.join()


def closed_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


def other_authority(folder: Path) -> str:
    path = folder / "ca.pem"
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=another", "-keyout", str(folder / "ca.key"), "-out", str(path)]
    subprocess.run(command, check=True, capture_output=True)
    return str(path)


@pytest.fixture(scope="module")
def failures(broker: TestBroker, tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[dict[str, Any], float]]:
    """What the module said in each case, and after how many seconds. Most cases only wait, so a few do it at a time."""
    port = int(broker.bootstrap.rpartition(":")[2])
    ssl = {"bootstrap_servers": broker.sasl_bootstrap, "ca_cert": str(broker.ca_cert), "security_protocol": "SSL"}
    sasl = {**ssl, "security_protocol": "SASL_SSL", "sasl_mechanism": "SCRAM-SHA-512", "sasl_username": "alice", "sasl_password": "wrong-secret"}
    with silent_port() as silent, black_hole() as hole, http_port() as web:
        options: dict[str, dict[str, Any]] = {
            # those that wait longest begin first
            "silent": {"bootstrap_servers": f"127.0.0.1:{silent}"},
            "TLS to a silent port": {**ssl, "bootstrap_servers": f"127.0.0.1:{silent}"},
            "HTTP": {"bootstrap_servers": f"127.0.0.1:{web}"},
            "black hole": {"bootstrap_servers": f"127.0.0.1:{hole}"},
            # where the role puts the controller of a local process
            "controller": {"bootstrap_servers": f"127.0.0.1:{port + 200}"},
            "refused": {"bootstrap_servers": f"127.0.0.1:{closed_port()}"},
            "not resolved": {"bootstrap_servers": run.NOWHERE},
            "TLS to a plaintext listener": {**ssl, "bootstrap_servers": broker.bootstrap},
            "TLS to a SASL listener": ssl,
            "plaintext to a TLS listener": {"bootstrap_servers": broker.sasl_bootstrap},
            "SASL to a listener without": {**sasl, "security_protocol": "SASL_PLAINTEXT", "bootstrap_servers": broker.bootstrap},
            "wrong authority": {**sasl, "ca_cert": other_authority(tmp_path_factory.mktemp("authority"))},
            "wrong password": sasl,
            "wrong password, PLAIN": {**sasl, "sasl_mechanism": "PLAIN"},
            "unknown user": {**sasl, "sasl_username": "mallory"},
            "unsupported mechanism": {**sasl, "sasl_mechanism": "SCRAM-SHA-256"},
            "missing file": {**ssl, "ca_cert": "/missing/ca.pem"},
            "two dead servers": {"bootstrap_servers": [f"127.0.0.1:{closed_port()}", f"127.0.0.1:{closed_port()}"]},
        }
        with ThreadPoolExecutor(4) as pool:
            return dict(zip(options, pool.map(timed_failure, options.values()), strict=True))


def timed_failure(options: dict[str, Any]) -> tuple[dict[str, Any], float]:
    begin = time.monotonic()
    return run.fail("cluster_info", **options), time.monotonic() - begin


@pytest.mark.parametrize("case", CASES)
def test_the_real_reason_is_told_in_one_line_within_10_seconds(failures: dict[str, tuple[dict[str, Any], float]], case: str) -> None:
    error, seconds = failures[case]

    assert CASES[case] in error["msg"]
    assert "\n" not in error["msg"]
    assert error["msg"].startswith(("cannot reach ", "cannot connect to "))
    assert error["error"] == ("InvalidSpec" if case == "missing file" else "ClusterUnreachable")
    assert seconds < 10


def test_a_dead_server_beside_a_living_one_does_no_harm(broker: TestBroker) -> None:
    result = run.succeed("cluster_info", bootstrap_servers=[f"127.0.0.1:{closed_port()}", broker.bootstrap])

    assert result["cluster_id"] == broker.cluster_id
    assert not result.get("warnings")


@pytest.mark.parametrize("module", ["topics", "topic", "topic_info"])
def test_every_module_reports_an_unreachable_cluster_alike(module: str) -> None:
    declared = declare(module, "d.x")

    error = run.fail(module, bootstrap_servers=run.NOWHERE, **declared)

    assert error["msg"] == f"cannot reach {run.NOWHERE}: host name not resolved: check bootstrap_servers"


@pytest.mark.parametrize("mechanism", ["SCRAM-SHA-512", "PLAIN"])
def test_the_secured_listener_is_reached(broker: TestBroker, mechanism: str) -> None:
    result = run.succeed(
        "cluster_info",
        bootstrap_servers=broker.sasl_bootstrap,
        security_protocol="SASL_SSL",
        ca_cert=str(broker.ca_cert),
        sasl_mechanism=mechanism,
        sasl_username="admin",
        sasl_password=broker.users["admin"],
    )

    assert result["cluster_id"] == broker.cluster_id


MISTAKES = [
    ({}, "bootstrap_servers is empty"),
    ({"security_protocol": "SASL_SSL"}, "sasl_mechanism is needed"),
    ({"security_protocol": "SASL_SSL", "sasl_mechanism": "PLAIN"}, "OMNINODE_KAFKA_SASL_PASSWORD"),
    ({"client_cert": "/dev/null"}, "client_cert and client_key are needed together"),
    ({"client_properties": {"ssl.key.password": "x"}}, "move it to secret_client_properties"),
    ({"client_properties": {"sasl.password": "x"}}, "use the option sasl_password"),
    ({"client_properties": {"bootstrap.servers": "x"}}, "use the option bootstrap_servers"),
    ({"client_properties": {"allow.auto.create.topics": True}}, "reading never creates a topic"),
    ({"secret_client_properties": {"sasl.password": "x"}}, "use the option sasl_password"),
    ({"client_properties": {"no.such.property": "x"}}, "no.such.property"),
    ({"client_properties": {"socket.timeout.ms": "soon"}}, "socket.timeout.ms"),
]  # fmt: skip


@pytest.mark.parametrize(("options", "message"), MISTAKES)
def test_options_that_cannot_work_are_told_before_connecting(options: dict[str, Any], message: str) -> None:
    error = run.fail("cluster_info", **{"bootstrap_servers": run.NOWHERE, **options} if options else {})

    assert message in error["msg"]
    assert "\n" not in error["msg"]
    assert error["error"] == "InvalidSpec"
