# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from ansible_collections.omninode.kafka.plugins.module_utils._cluster.connection import Connection
from ansible_collections.omninode.kafka.plugins.module_utils._cluster.gateway.logins import Login
from ansible_collections.omninode.kafka.plugins.module_utils._cluster.logins import (
    connect,
    connection_of,
)
from ansible_collections.omninode.kafka.plugins.module_utils._core.errors import (
    ClusterUnreachable,
    InvalidSpec,
    NotAuthorized,
)

LOGIN = Login("app", "hush", "PLAIN")
RUN = Connection(
    ("a:1",),
    "SASL_SSL",
    "ca.pem",
    sasl_mechanism="SCRAM-SHA-512",
    sasl_username="admin",
    sasl_password="admins",
    client_properties={"ssl.ciphers": "x", "sasl.oauthbearer.extensions": "y", "client.rack": "z"},
    secret_client_properties={"ssl.keystore.password": "key", "sasl.x.secret": "s"},
)


@pytest.mark.parametrize(
    ("protocol", "login", "expected"),
    [
        ("PLAINTEXT", LOGIN, "SASL_PLAINTEXT"),
        ("SSL", LOGIN, "SASL_SSL"),
        ("SASL_PLAINTEXT", LOGIN, "SASL_PLAINTEXT"),
        ("SASL_SSL", LOGIN, "SASL_SSL"),
        ("SASL_SSL", Login("app", "hush", "PLAIN", protocol="SASL_PLAINTEXT"), "SASL_PLAINTEXT"),
        ("PLAINTEXT", Login("app", "hush", "PLAIN", protocol="SASL_SSL"), "SASL_SSL"),
    ],
)
def test_the_protocol_is_that_of_the_run_with_sasl(
    protocol: str, login: Login, expected: str
) -> None:
    other = connection_of(Connection(("a:1",), protocol), login, "id")
    assert other.security_protocol == expected


def test_another_principal_shares_only_what_is_about_tls_and_the_client() -> None:
    other = connection_of(RUN, LOGIN, "id")
    assert other.client_config() == {
        "client.id": "omninode.kafka",
        "client.rack": "z",
        "ssl.ciphers": "x",
        "ssl.keystore.password": "key",
        "ssl.ca.location": "ca.pem",
        "sasl.mechanism": "PLAIN",
        "sasl.username": "app",
        "sasl.password": "hush",
        "bootstrap.servers": "a:1",
        "security.protocol": "SASL_SSL",
        "allow.auto.create.topics": False,
    }
    # the cluster must be the same
    assert other.cluster_id == "id"
    assert "hush" not in repr(other)


def test_a_protocol_without_tls_takes_nothing_that_is_about_it() -> None:
    other = connection_of(RUN, Login("app", "hush", "PLAIN", ("b:2",), "SASL_PLAINTEXT"), "id")
    other.check()
    assert other.bootstrap_servers == ("b:2",)
    assert not [key for key in other.client_config() if key.startswith("ssl.")]


TEXTS = {
    "ca_cert_pem": "ca",
    "client_cert_pem": "cert",
    "client_key_pem": "key",
    "client_key_password": "lion",
}
BY_TOKEN = Connection(
    ("a:1",),
    "SASL_SSL",
    sasl_mechanism="OAUTHBEARER",
    oauth_token_endpoint="https://login.example/token",
    oauth_client_id="shop",
    oauth_client_secret="s",
    oauth_scope="kafka",
    **TEXTS,
)


@pytest.mark.parametrize(
    "run", [BY_TOKEN, replace(BY_TOKEN, oauth_token="t"), Connection(("a:1",), "SSL", **TEXTS)]
)
def test_what_the_run_proves_itself_by_is_not_that_of_another(run: Connection) -> None:
    expected = Connection(
        ("a:1",),
        "SASL_SSL",
        sasl_mechanism="PLAIN",
        sasl_username="app",
        sasl_password="hush",
        cluster_id="id",
        **TEXTS,
    )
    assert connection_of(run, LOGIN, "id") == expected
    in_clear = Login("app", "hush", "PLAIN", protocol="SASL_PLAINTEXT")
    other = connection_of(run, in_clear, "id")
    other.check()
    assert other == replace(
        expected, security_protocol="SASL_PLAINTEXT", **dict.fromkeys(TEXTS, None)
    )


@pytest.mark.parametrize(
    ("why", "error", "told"),
    [
        (
            "authentication failed: wrong sasl_username or sasl_password",
            NotAuthorized,
            "the cluster refuses user app with this password by PLAIN (asked at a:1)",
        ),
        ("connection refused", ClusterUnreachable, "cannot reach a:1: connection refused"),
    ],
)
def test_a_wrong_password_is_told_apart(why: str, error: type[Exception], told: str) -> None:
    def refuse(connection: Connection) -> Any:
        raise ClusterUnreachable(f"cannot reach {connection.address}: {why}")

    with pytest.raises(error) as raised:
        connect(refuse, Connection(("a:1",)), LOGIN, "id")
    assert str(raised.value) == told


def test_an_address_that_is_wrong_is_told() -> None:
    with pytest.raises(InvalidSpec, match=r"^cannot connect"):
        connect(lambda _other: None, RUN, Login("app", "hush", "PLAIN", ("no-port",)), "id")
