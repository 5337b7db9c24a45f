# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A connection as kafka-python's properties."""

from __future__ import annotations

import os
import socket
from pathlib import Path
from typing import Any

import kafka
import pytest
from ansible_collections.omninode.kafka.plugins.module_utils._cluster.connection import Connection
from ansible_collections.omninode.kafka.plugins.module_utils._cluster.kafka_python import (
    properties,
)
from ansible_collections.omninode.kafka.plugins.module_utils._core.errors import Unsupported
from kafka.net.sasl.oauth import AbstractTokenProvider

from tests.certificates import PASSWORD, Pair, authority, certificate, encrypted, listener

SERVERS = ("a:1",)


ALWAYS = {"client_id": "omninode.kafka", "request_timeout_ms": 7000}


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({}, {"security_protocol": "PLAINTEXT"}),
        *(
            (
                {
                    "security_protocol": "SASL_PLAINTEXT",
                    "sasl_mechanism": mechanism,
                    "sasl_username": "alice",
                    "sasl_password": "hunter2",
                },
                {
                    "security_protocol": "SASL_PLAINTEXT",
                    "sasl_mechanism": mechanism,
                    "sasl_plain_username": "alice",
                    "sasl_plain_password": "hunter2",
                },
            )
            for mechanism in ("PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512")
        ),
        (
            {"client_properties": {"client.id": "mover", "reconnect.backoff.ms": "70"}},
            {
                "security_protocol": "PLAINTEXT",
                "client_id": "mover",
                "reconnect_backoff_ms": 70,
            },
        ),
    ],
)
def test_a_connection_as_properties(options: dict[str, Any], expected: dict[str, object]) -> None:
    found = properties.properties(Connection(SERVERS, timeout=7, **options))
    assert found == {**ALWAYS, **expected}
    assert set(found) <= set(kafka.KafkaAdminClient.DEFAULT_CONFIG)


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("pem")
    ca = authority(folder, "ca")
    client = certificate(folder, "client", ca)
    broker = certificate(folder, "broker", ca)
    return {
        "ca_cert": ca.certificate,
        "client_cert": client.certificate,
        "client_key": encrypted(client.key),
        "ca_key": ca.key,
        "broker_cert": broker.certificate,
        "broker_key": broker.key,
    }


def given(files: dict[str, Path], as_text: bool) -> dict[str, str]:
    names = ("ca_cert", "client_cert", "client_key")
    if as_text:
        # as comments of authorities are, in letters that Python's ssl refuses
        return {f"{name}_pem": f"# é\n{files[name].read_text().strip()}" for name in names}
    return {name: str(files[name]) for name in names}


@pytest.mark.parametrize("as_text", [False, True])
def test_both_sides_are_proved(files: dict[str, Path], as_text: bool) -> None:
    own = given(files, as_text)
    connection = Connection(SERVERS, "SSL", **own, client_key_password=PASSWORD)
    context = properties.properties(connection)["ssl_context"]
    assert context.check_hostname
    ca, broker = (Pair(files[f"{name}_cert"], files[f"{name}_key"]) for name in ("ca", "broker"))
    with (
        listener(broker, wants_clients_of=ca) as port,
        socket.create_connection(("127.0.0.1", port)) as plain,
        context.wrap_socket(plain, server_hostname="localhost") as secured,
    ):
        # a client that is refused learns it when it reads
        secured.send(b"x")
        assert secured.recv(1) == b""


@pytest.mark.parametrize(("method", "expected"), [("none", False), ("https", True)])
def test_whether_the_host_is_looked_at(method: str, expected: bool) -> None:
    own = {"ssl.endpoint.identification.algorithm": method}
    found = properties.properties(Connection(SERVERS, "SSL", client_properties=own))
    assert found["ssl_context"].check_hostname is expected


def test_a_platform_without_files_in_memory(
    files: dict[str, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delattr(os, "memfd_create")
    texts = given(files, as_text=True)
    with pytest.raises(Unsupported, match="give paths rather than texts"):
        properties.properties(Connection(SERVERS, "SSL", **texts, client_key_password=PASSWORD))
    paths = given(files, as_text=False)
    assert properties.properties(Connection(SERVERS, "SSL", **paths, client_key_password=PASSWORD))


def test_a_token_is_provided() -> None:
    own = {"sasl.oauthbearer.extensions": "logicalCluster=lkc-1, identityPoolId=pool-2"}
    connection = Connection(
        SERVERS,
        "SASL_PLAINTEXT",
        sasl_mechanism="OAUTHBEARER",
        oauth_token="opaque\n",
        client_properties=own,
    )
    provider = properties.properties(connection)["sasl_oauth_token_provider"]
    assert isinstance(provider, AbstractTokenProvider)
    assert provider.token() == "opaque"
    assert provider.extensions() == {"logicalCluster": "lkc-1", "identityPoolId": "pool-2"}


def test_kerberos_needs_a_library_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    own = {"sasl.kerberos.service.name": "broker", "sasl.kerberos.keytab": "/keytab"}
    connection = Connection(
        SERVERS, "SASL_PLAINTEXT", sasl_mechanism="GSSAPI", client_properties=own
    )
    monkeypatch.setattr(properties, "find_spec", lambda _name: None)
    with pytest.raises(Unsupported, match="pip install gssapi"):
        properties.properties(connection)
    monkeypatch.setattr(properties, "find_spec", lambda _name: "found")
    found = properties.properties(connection)
    assert found["sasl_kerberos_service_name"] == "broker"
    assert set(found) <= {*kafka.KafkaAdminClient.DEFAULT_CONFIG, "sasl_kerberos_service_name"}


@pytest.mark.parametrize(
    ("options", "named"),
    [
        (
            {"client_properties": {"no.such": "1", "client.id": "x", "debug": "all"}},
            "no counterpart of debug, no.such,",
        ),
        (
            {"secret_client_properties": {"ssl.keystore.password": "hunter2"}},
            "no counterpart of ssl.keystore.password,",
        ),
        ({"client_properties": {"reconnect.backoff.ms": "hunter2"}}, "of reconnect.backoff.ms,"),
    ],
)
def test_what_the_library_cannot_do(options: dict[str, Any], named: str) -> None:
    with pytest.raises(Unsupported) as caught:
        properties.properties(Connection(SERVERS, **options))
    assert named in str(caught.value)
    assert "hunter2" not in str(caught.value)
