# SPDX-License-Identifier: GPL-3.0-or-later
"""A broker with every kind of listener and an authorizer, as the role makes it from variables."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from confluent_kafka.admin import (
    AclBinding,
    AclOperation,
    AclPermissionType,
    ResourcePatternType,
    ResourceType,
)

from tests.certificates import Pair
from tests.integration.cluster import Cluster
from tests.integration.own_broker import OwnBroker, own_broker, port_from
from tests.tokens import AUDIENCE, Tokens

PORT = port_from(23000)
TLS, MTLS, USERS, TOKENS = PORT + 400, PORT + 450, PORT + 500, PORT + 550
CLUSTER_ID = "omninode-kafka-secured-A"
MECHANISMS = ["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"]
ADMIN = {"name": "admin", "password": "admin-secret"}
# with all that JAAS, a file of properties or a shell could take for its own
OTHER = {"name": """it's \\ "a" $HOME #=""", "password": """p \\ "q" é ${x} %s; hunter2"""}


def listeners(tokens: Tokens) -> list[dict[str, Any]]:
    rules = {"jwks_url": tokens.jwks_url, "issuer": tokens.url, "audience": ["other", AUDIENCE]}
    mapping = ["RULE:^CN=([^,]+),.*$/mapped-$1/U", "DEFAULT"]
    return [
        {"name": "PLAINTEXT", "port": PORT, "protocol": "PLAINTEXT"},
        {"name": "TLS", "port": TLS, "protocol": "SSL"},
        {
            "name": "CERTIFICATES",
            "port": MTLS,
            "protocol": "SSL",
            "client_auth": "required",
            "principal_mapping_rules": mapping,
        },
        {"name": "USERS", "port": USERS, "protocol": "SASL_SSL", "sasl_mechanisms": MECHANISMS},
        {
            "name": "tokens",
            "port": TOKENS,
            "protocol": "SASL_SSL",
            "sasl_mechanisms": ["OAUTHBEARER"],
            "oauthbearer": rules,
        },
    ]


@contextmanager
def secured_broker(home: Path, tokens: Tokens) -> Iterator[OwnBroker]:
    variables = {
        "kafka_broker_users": [ADMIN, OTHER],
        "kafka_broker_authorizer": True,
        "kafka_broker_super_users": ["User:admin"],
        "kafka_broker_racks": ["a rack: é \\ $HOME"],
        "kafka_broker_jvm_properties": {"omninode.kafka.test": "it's $HOME"},
        "kafka_broker_listeners": listeners(tokens),
    }
    with own_broker(home.parent, "secured", PORT, variables=variables) as own:
        own.bring("started")
        yield own


def another_client(home: Path, port: int, properties: Mapping[str, Any]) -> Cluster:
    secured = {"security.protocol": "SASL_SSL", "ssl.ca.location": str(home / "tls/ca.pem")}
    return Cluster(f"127.0.0.1:{port}", {**secured, **properties})


def secured(home: Path, port: int, **options: str) -> dict[str, Any]:
    """The connection to a listener with TLS."""
    protocol = "SSL" if port in (TLS, MTLS) else "SASL_SSL"
    return {
        "bootstrap_servers": f"127.0.0.1:{port}",
        "security_protocol": protocol,
        "ca_cert": str(home / "tls/ca.pem"),
        **options,
    }


def sasl(home: Path, mechanism: str, user: dict[str, str]) -> dict[str, Any]:
    name, password = user["name"], user["password"]
    own = {"sasl_mechanism": mechanism, "sasl_username": name, "sasl_password": password}
    return secured(home, USERS, **own)


def shown(home: Path, pair: Pair | None = None) -> dict[str, Any]:
    """The connection of a client that shows this certificate, or else the role's own."""
    made, key = pair or Pair(home / "tls/client.crt", home / "tls/client.key")
    return secured(home, MTLS, client_cert=str(made), client_key=str(key))


def all_rights(principal: str, topic: str) -> AclBinding:
    return AclBinding(
        ResourceType.TOPIC,
        topic,
        ResourcePatternType.LITERAL,
        principal,
        "*",
        AclOperation.ALL,
        AclPermissionType.ALLOW,
    )
