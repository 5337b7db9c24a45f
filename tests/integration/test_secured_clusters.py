# SPDX-License-Identifier: GPL-3.0-or-later
"""Every way in to a secured cluster, by each of the two client libraries, and how it is refused."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from confluent_kafka.admin import (
    AclBinding,
    AclOperation,
    AclPermissionType,
    ResourcePatternType,
    ResourceType,
)

from tests.certificates import PASSWORD, encrypted
from tests.integration import run
from tests.integration.own_broker import OwnBroker
from tests.integration.secured import (
    ADMIN,
    MECHANISMS,
    MTLS,
    TLS,
    TOKENS,
    USERS,
    all_rights,
    another_client,
    sasl,
    secured,
    secured_broker,
    shown,
)
from tests.tokens import Tokens, token_service

SECRET = "of the shop: é"
WAYS = [
    "TLS",
    "mTLS",
    "mTLS by texts",
    "mTLS by an encrypted text",
    *MECHANISMS,
    "OAUTHBEARER by client credentials",
    "OAUTHBEARER by a token",
]


@pytest.fixture(scope="module")
def tokens(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tokens]:
    with token_service(tmp_path_factory.mktemp("tokens")) as service:
        service.clients["shop"] = SECRET
        yield service


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("secured") / "home"


@pytest.fixture(scope="module")
def broker(tokens: Tokens, home: Path) -> Iterator[OwnBroker]:
    with secured_broker(home, tokens) as own:
        user = {"sasl.username": ADMIN["name"], "sasl.password": ADMIN["password"]}
        admin = another_client(home, USERS, {"sasl.mechanism": "PLAIN", **user})
        admin.create({"orders": (1, {})})
        who = ("User:ANONYMOUS", "User:MAPPED-CLIENT", "User:shop")
        admin.allow([right for name in who for right in rights(name)])
        yield own


def rights(principal: str) -> list[AclBinding]:
    of_cluster = (ResourceType.BROKER, "kafka-cluster", ResourcePatternType.LITERAL, principal, "*")
    operations = (AclOperation.DESCRIBE, AclOperation.DESCRIBE_CONFIGS)
    allowed = [AclBinding(*of_cluster, each, AclPermissionType.ALLOW) for each in operations]
    return [all_rights(principal, "orders"), *allowed]


def texts(home: Path, key: Path, **more: str) -> dict[str, Any]:
    """As a vault hands them on: without the line break at the end."""
    own = secured(home, MTLS, ca_cert_pem=text(home / "tls/ca.pem"))
    del own["ca_cert"]
    cert = text(home / "tls/client.crt")
    return {**own, "client_cert_pem": cert, "client_key_pem": text(key), **more}


def text(path: Path) -> str:
    return path.read_text().rstrip("\n")


def bearer(home: Path, **options: str) -> dict[str, Any]:
    return secured(home, TOKENS, sasl_mechanism="OAUTHBEARER", **options)


def credentials(tokens: Tokens, **options: str) -> dict[str, str]:
    own = {"oauth_token_endpoint": tokens.endpoint, "oauth_client_id": "shop"}
    return {**own, "oauth_client_secret": SECRET, **options}


@pytest.fixture(scope="module")
def ways(broker: OwnBroker, home: Path, tokens: Tokens) -> dict[str, dict[str, Any]]:
    assert broker
    key = home / "tls/client.key"
    texts_of_client = texts(home, encrypted(key), client_key_password=PASSWORD)
    options = [
        secured(home, TLS),
        shown(home),
        texts(home, key),
        texts_of_client,
        *(sasl(home, mechanism, ADMIN) for mechanism in MECHANISMS),
        bearer(home, **credentials(tokens, oauth_scope="kafka")),
        # as a shell hands it on
        bearer(home, oauth_token=tokens.token("shop")[0] + "\n"),
    ]
    return dict(zip(WAYS, options, strict=True))


@pytest.fixture(scope="module")
def reports(ways: Mapping[str, dict[str, Any]]) -> dict[str, tuple[dict[str, Any], ...]]:
    """Of each way in: topics by confluent-kafka, replicas and quotas by kafka-python."""

    def ask(options: dict[str, Any]) -> tuple[dict[str, Any], ...]:
        declared = [{"name": "orders", "config": {"retention.ms": "7d"}}]
        return (
            run.succeed("topics", **options, topics=declared, check=True),
            run.succeed("topic_info", **options, names=["orders"], moves=True),
            run.succeed("quota_info", **options),
        )

    with ThreadPoolExecutor(4) as pool:
        return dict(zip(ways, pool.map(ask, ways.values()), strict=True))


@pytest.mark.parametrize("way", WAYS)
def test_both_client_libraries_are_let_in(
    reports: dict[str, tuple[dict[str, Any], ...]], way: str
) -> None:
    topics, replicas, quotas = reports[way]

    assert [change["name"] for change in topics["changes"]] == ["orders"]
    assert [topic["name"] for topic in replicas["topics"]] == ["orders"]
    assert replicas["moves"] == []
    assert quotas["quotas"] == []


def test_the_scope_reaches_the_endpoint(
    reports: dict[str, tuple[dict[str, Any], ...]], tokens: Tokens
) -> None:
    assert reports
    assert {"grant_type": ["client_credentials"], "scope": ["kafka"]} in tokens.asked
