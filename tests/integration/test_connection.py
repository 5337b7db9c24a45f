# SPDX-License-Identifier: GPL-3.0-or-later
"""A cluster that cannot be reached: in one line, with the real reason, and nothing on stderr."""

from __future__ import annotations

import http.server
import socket
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.brokers.fixtures import TestBroker
from tests.certificates import PASSWORD, Pair, authority, certificate, encrypted, listener
from tests.integration import run
from tests.integration.conftest import declare
from tests.integration.own_broker import own_broker, port_from

CASES = {
    "refused": "connection refused",
    "not resolved": "host name not resolved",
    "TLS to a plaintext listener": "TLS failed: the listener does not speak TLS",
    "TLS to a SASL listener": "the listener closed the connection: it may want TLS or SASL",
    "plaintext to a TLS listener": "the listener closed the connection: it may want TLS or SASL",
    "SASL to a listener without": "authentication failed: the listener does not speak SASL",
    "wrong authority": "TLS failed: ca_cert holds no authority that signed the broker's "
    "certificate",
    "no authority": "TLS failed: the system trusts no authority that signed the broker's "
    "certificate: give ca_cert",
    "expired": "TLS failed: the broker's certificate has expired",
    "another host name": "TLS failed: the broker's certificate is not for 127.0.0.1: "
    "connect to a name that it holds",
    "no client certificate": "TLS failed: the broker asks for a certificate: client_cert and "
    "client_key are needed",
    "another client certificate": "TLS failed: the broker does not accept the client's "
    "certificate: it does not know who signed client_cert",
    "expired client certificate": "TLS failed: the broker does not accept the client's "
    "certificate: client_cert has expired",
    "wrong password": "authentication failed: wrong sasl_username or sasl_password",
    "wrong password, PLAIN": "authentication failed: wrong sasl_username or sasl_password",
    "unknown user": "authentication failed: wrong sasl_username or sasl_password",
    "unsupported mechanism": "the broker does not offer this sasl_mechanism (offered: ",
    "silent": "it accepts connections, but does not answer: a broker that hangs, or not Kafka",
    "TLS to a silent port": "it accepts connections, but does not answer: a broker that "
    "hangs, or not TLS",
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
    """A listener whose queue is full: the kernel drops connections silently, as a firewall does."""
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


@pytest.fixture(scope="module")
def failures(
    broker: TestBroker, broker_40: TestBroker, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, dict[str, Any]]:
    """What the module said in each case. Most cases only wait, so a few do it at a time.

    Kafka 4.0 has a listener with one mechanism only.
    """
    port = int(broker.bootstrap.rpartition(":")[2])
    ssl = {
        "bootstrap_servers": broker.sasl_bootstrap,
        "ca_cert": str(broker.ca_cert),
        "security_protocol": "SSL",
    }
    sasl = {
        **ssl,
        "security_protocol": "SASL_SSL",
        "sasl_mechanism": "SCRAM-SHA-512",
        "sasl_username": "alice",
        "sasl_password": "wrong-secret",
    }
    unencrypted = {name: value for name, value in sasl.items() if name != "ca_cert"}
    unencrypted["security_protocol"] = "SASL_PLAINTEXT"
    folder = tmp_path_factory.mktemp("certificates")
    ca, other = authority(folder, "ca"), authority(folder, "other")
    shown = certificate(folder, "broker", ca, "IP:127.0.0.1")
    expired = certificate(folder, "expired", ca, "IP:127.0.0.1", days=-1)
    elsewhere = certificate(folder, "elsewhere", ca, "DNS:elsewhere.example")
    trusting = {"security_protocol": "SSL", "ca_cert": str(ca.certificate)}
    with (
        silent_port() as silent,
        black_hole() as hole,
        http_port() as web,
        listener(expired) as old,
        listener(elsewhere) as misnamed,
        listener(shown, wants_clients_of=ca) as mutual,
    ):
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
            "SASL to a listener without": {**unencrypted, "bootstrap_servers": broker.bootstrap},
            "wrong authority": {**sasl, "ca_cert": str(other.certificate)},
            "no authority": {**unencrypted, "security_protocol": "SASL_SSL"},
            "expired": {**trusting, "bootstrap_servers": f"127.0.0.1:{old}"},
            "another host name": {**trusting, "bootstrap_servers": f"127.0.0.1:{misnamed}"},
            "no client certificate": {**trusting, "bootstrap_servers": f"127.0.0.1:{mutual}"},
            "another client certificate": {
                **trusting,
                **client(certificate(folder, "client", other)),
                "bootstrap_servers": f"127.0.0.1:{mutual}",
            },
            "expired client certificate": {
                **trusting,
                **client(certificate(folder, "old-client", ca, days=-1)),
                "bootstrap_servers": f"127.0.0.1:{mutual}",
            },
            "wrong password": sasl,
            "wrong password, PLAIN": {**sasl, "sasl_mechanism": "PLAIN"},
            "unknown user": {**sasl, "sasl_username": "mallory"},
            "unsupported mechanism": {
                **sasl,
                "bootstrap_servers": broker_40.sasl_bootstrap,
                "ca_cert": str(broker_40.ca_cert),
                "sasl_mechanism": "PLAIN",
            },
            "missing file": {**ssl, "ca_cert": "/missing/ca.pem"},
            "two dead servers": {
                "bootstrap_servers": [f"127.0.0.1:{closed_port()}", f"127.0.0.1:{closed_port()}"]
            },
        }
        with ThreadPoolExecutor(4) as pool:
            return dict(zip(options, pool.map(failure, options.values()), strict=True))


def client(shown: Pair) -> dict[str, str]:
    return {"client_cert": str(shown.certificate), "client_key": str(shown.key)}


def failure(options: dict[str, Any]) -> dict[str, Any]:
    return run.fail("cluster_info", **options)


@pytest.mark.parametrize("case", CASES)
def test_the_real_reason_is_told_in_one_line(
    failures: dict[str, dict[str, Any]], case: str
) -> None:
    error = failures[case]

    assert CASES[case] in error["msg"]
    assert "\n" not in error["msg"]
    assert error["msg"].startswith(("cannot reach ", "cannot connect to "))
    assert error["error"] == ("InvalidSpec" if case == "missing file" else "ClusterUnreachable")


def test_a_dead_server_beside_a_living_one_does_no_harm(broker: TestBroker) -> None:
    result = run.succeed(
        "cluster_info", bootstrap_servers=[f"127.0.0.1:{closed_port()}", broker.bootstrap]
    )

    assert result["cluster_id"] == broker.cluster_id
    assert not result.get("warnings")


@pytest.mark.parametrize("module", ["topics", "topic", "topic_info"])
def test_every_module_reports_an_unreachable_cluster_alike(module: str) -> None:
    declared = declare(module, "d.x")

    error = run.fail(module, bootstrap_servers=run.NOWHERE, **declared)

    assert (
        error["msg"]
        == f"cannot reach {run.NOWHERE}: host name not resolved: check bootstrap_servers"
    )


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
    (
        {"security_protocol": "SSL", "client_cert": "/dev/null"},
        "client_cert and client_key are needed together",
    ),
    ({"sasl_username": "u"}, "choose SASL_SSL"),
    ({"ca_cert": "/etc/hosts"}, "choose SSL"),
    (
        {"security_protocol": "SSL", "ca_cert": "/etc/hosts"},
        "ca_cert: /etc/hosts is not a PEM file",
    ),
    ({"bootstrap_servers": "127.0.0.1"}, "127.0.0.1 has no port: write 127.0.0.1:9092"),
    ({"bootstrap_servers": "127.0.0.1:97536"}, "the port of 127.0.0.1 is not 1 to 65535"),
    ({"client_properties": {"linger.ms": None}}, "linger.ms has no value"),
    ({"client_properties": {"linger.ms": [5]}}, "linger.ms is a list"),
    ({"client_properties": {"ssl.key.password": "x"}}, "use the option client_key_password"),
    ({"client_properties": {"x.secret": "x"}}, "move it to secret_client_properties"),
    ({"client_properties": {"sasl.oauthbearer.method": "oidc"}}, "options that begin with oauth_"),
    (
        {"security_protocol": "SASL_SSL", "sasl_mechanism": "OAUTHBEARER"},
        "oauth_client_secret is needed with sasl_mechanism OAUTHBEARER (option or "
        "OMNINODE_KAFKA_OAUTH_CLIENT_SECRET), or else oauth_token",
    ),
    (
        {
            "security_protocol": "SASL_PLAINTEXT",
            "sasl_mechanism": "OAUTHBEARER",
            "oauth_token": "a",
            "oauth_scope": "b",
        },
        "oauth_scope and oauth_token say the same in two ways",
    ),
    (
        {"security_protocol": "SSL", "ca_cert": "/etc/hosts", "ca_cert_pem": "x"},
        "ca_cert_pem and ca_cert say the same in two ways",
    ),
    ({"client_properties": {"sasl.password": "x"}}, "use the option sasl_password"),
    ({"client_properties": {"bootstrap.servers": "x"}}, "use the option bootstrap_servers"),
    ({"client_properties": {"allow.auto.create.topics": True}}, "reading never creates a topic"),
    ({"secret_client_properties": {"sasl.password": "x"}}, "use the option sasl_password"),
    ({"client_properties": {"no.such.property": "x"}}, "no.such.property"),
    ({"client_properties": {"socket.timeout.ms": "soon"}}, "socket.timeout.ms"),
]  # fmt: skip


@pytest.mark.parametrize(("options", "message"), MISTAKES)
def test_options_that_cannot_work_are_told_before_connecting(
    options: dict[str, Any], message: str
) -> None:
    error = run.fail(
        "cluster_info", **{"bootstrap_servers": run.NOWHERE, **options} if options else {}
    )

    assert message in error["msg"]
    assert "\n" not in error["msg"]
    assert error["error"] == "InvalidSpec"


def test_the_client_proves_itself_by_an_encrypted_key(tmp_path: Path) -> None:
    ca = authority(tmp_path, "ca")
    shown = certificate(tmp_path, "client", ca)
    files = {
        "ca_cert": str(ca.certificate),
        "client_cert": str(shown.certificate),
        "client_key": str(encrypted(shown.key)),
    }
    options = {"bootstrap_servers": run.NOWHERE, "security_protocol": "SSL", **files}

    without = run.fail("cluster_info", **options)["msg"]
    wrong = run.fail("cluster_info", **options, client_key_password="wrong-secret")["msg"]
    right = run.fail("cluster_info", **options, client_key_password=PASSWORD)["msg"]

    assert without.endswith("is encrypted: give client_key_password")
    assert wrong.endswith("has another password than client_key_password")
    assert right == f"cannot reach {run.NOWHERE}: host name not resolved: check bootstrap_servers"


SECRET = "hunter2"
PEM = f"-----BEGIN PRIVATE KEY-----\n{SECRET}\n-----END PRIVATE KEY-----\n"
MISPLACED: list[dict[str, Any]] = [
    {"security_protocol": "SSL", "ca_cert": PEM},
    {"security_protocol": "SSL", "client_cert": PEM, "client_key": PEM},
    {"security_protocol": "SSL", "client_key": PEM.replace("\n", "")},
    {"bootstrap_servers": [f"user:{SECRET}@127.0.0.1:9092"]},
    {"bootstrap_servers": f"sasl_ssl://user:{SECRET}@127.0.0.1:9092"},
    {"bootstrap_servers": f"user:x,{SECRET}@127.0.0.1:9092"},
    {"client_properties": {"ssl.key.password": SECRET}},
    {"secret_client_properties": {"ssl.key.password": [SECRET]}},
    {"security_protocol": "SSL", "ca_cert_pem": PEM, "client_cert_pem": PEM},
    {"security_protocol": "SSL", "client_key_pem": SECRET, "client_key_password": SECRET},
    {"oauth_client_secret": SECRET, "oauth_token": f"Bearer {SECRET}"},
    {"oauth_token_endpoint": f"https://user:{SECRET}@login.example/token"},
    {
        "security_protocol": "SASL_PLAINTEXT",
        "sasl_mechanism": "OAUTHBEARER",
        "oauth_token": f"Bearer {SECRET}",
    },
    # Ansible itself refuses the options, before a module can
    {"client_key": PEM, "timeout": "soon"},
]


def test_a_secret_in_the_wrong_place_is_not_told() -> None:
    tasks = [
        {
            "omninode.kafka.cluster_info": {"bootstrap_servers": run.NOWHERE, **options},
            "ignore_errors": True,
        }
        for options in MISPLACED
    ]

    played = run.play(tasks, "-vvv", env={"ANSIBLE_INJECT_INVOCATION": "true"})

    *told, refused = [result["msg"] for result in played.results]
    assert len(told) == len(MISPLACED) - 1
    assert all(message.startswith("cannot connect") for message in told)
    assert "timeout" in refused
    assert played.stdout.count("module_args") >= len(MISPLACED)
    assert SECRET not in played.stdout + played.stderr


@pytest.mark.parametrize(
    ("advertised", "cause"),
    [
        ("127.0.0.1:1", "connection refused: no broker listens there"),
        (run.NOWHERE, "host name not resolved"),
    ],
)
def test_an_advertised_listener_that_cannot_be_reached(
    tmp_path: Path, advertised: str, cause: str
) -> None:
    port = port_from(24000)
    with own_broker(tmp_path, "advertising", port) as broker:
        broker.bring("started")
        broker.command("stop")
        script = tmp_path / "home/config/start.sh"
        lines = script.read_text().splitlines()
        shown = f"advertised.listeners=PLAINTEXT://{advertised},"
        script.write_text(
            "\n".join(
                shown + line.partition(",")[2] if line.startswith("advertised") else line
                for line in lines
            )
        )
        broker.command("start")

        for module, options in (("cluster_info", {}), ("topics", {"topics": [{"name": "a"}]})):
            error = run.fail(module, bootstrap_servers=f"127.0.0.1:{port}", timeout=5, **options)

            told = (
                f"the cluster answers, but advertises {advertised} (advertised.listeners): {cause}"
            )
            assert (error["error"], error["msg"]) == (
                "ClusterUnreachable",
                f"cannot reach 127.0.0.1:{port}: {told}",
            )
