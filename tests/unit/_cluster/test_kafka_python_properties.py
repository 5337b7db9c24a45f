# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A connection as kafka-python's properties."""

from __future__ import annotations

from typing import Any

import kafka
import pytest
from ansible_collections.omninode.kafka.plugins.module_utils._cluster.connection import Connection
from ansible_collections.omninode.kafka.plugins.module_utils._cluster.kafka_python import (
    properties,
)
from ansible_collections.omninode.kafka.plugins.module_utils._core.errors import Unsupported

SERVERS = ("a:1",)


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({}, {"security_protocol": "PLAINTEXT"}),
        (
            {
                "security_protocol": "SSL",
                "ca_cert": "/ca",
                "client_cert": "/cert",
                "client_key": "/key",
                "secret_client_properties": {"ssl.key.password": "hunter2"},
            },
            {
                "security_protocol": "SSL",
                "ssl_cafile": "/ca",
                "ssl_certfile": "/cert",
                "ssl_keyfile": "/key",
                "ssl_password": "hunter2",
            },
        ),
        *(
            (
                {
                    "security_protocol": "SASL_SSL",
                    "sasl_mechanism": mechanism,
                    "sasl_username": "alice",
                    "sasl_password": "hunter2",
                },
                {
                    "security_protocol": "SASL_SSL",
                    "sasl_mechanism": mechanism,
                    "sasl_plain_username": "alice",
                    "sasl_plain_password": "hunter2",
                },
            )
            for mechanism in ("PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512")
        ),
        (
            {
                "client_properties": {
                    "client.id": "mover",
                    "ssl.endpoint.identification.algorithm": "none",
                    "reconnect.backoff.ms": "70",
                }
            },
            {
                "security_protocol": "PLAINTEXT",
                "client_id": "mover",
                "ssl_check_hostname": False,
                "reconnect_backoff_ms": 70,
            },
        ),
        (
            {"client_properties": {"ssl.endpoint.identification.algorithm": "https"}},
            {"security_protocol": "PLAINTEXT", "ssl_check_hostname": True},
        ),
    ],
)
def test_a_connection_as_properties(options: dict[str, Any], expected: dict[str, object]) -> None:
    always = {"client_id": "omninode.kafka", "request_timeout_ms": 7000}
    found = properties.properties(Connection(SERVERS, timeout=7, **options))
    assert found == {**always, **expected}
    assert set(found) <= set(kafka.KafkaAdminClient.DEFAULT_CONFIG)


@pytest.mark.parametrize(
    ("options", "named"),
    [
        ({"sasl_mechanism": "GSSAPI"}, "sasl_mechanism GSSAPI"),
        ({"sasl_mechanism": "OAUTHBEARER"}, "choose one of PLAIN, SCRAM-SHA-256, SCRAM-SHA-512"),
        (
            {"client_properties": {"no.such": "1", "client.id": "x", "debug": "all"}},
            "no counterpart of debug, no.such,",
        ),
        (
            {"secret_client_properties": {"ssl.key.pem": "hunter2"}},
            "no counterpart of ssl.key.pem,",
        ),
        ({"client_properties": {"reconnect.backoff.ms": "hunter2"}}, "of reconnect.backoff.ms,"),
    ],
)
def test_what_the_library_cannot_do(options: dict[str, Any], named: str) -> None:
    with pytest.raises(Unsupported) as caught:
        properties.properties(Connection(SERVERS, **options))
    assert named in str(caught.value)
    assert "hunter2" not in str(caught.value)
