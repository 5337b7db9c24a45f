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

from tests.certificates import PASSWORD, Pair, authority, certificate, encrypted
from tests.integration import run
from tests.integration.leaks import assert_unseen, lines_of_key, watch
from tests.integration.own_broker import OwnBroker
from tests.integration.secured import (
    ADMIN,
    CLUSTER_ID,
    MECHANISMS,
    MTLS,
    OTHER,
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
from tests.tokens import Tokens, secured_endpoint, token_service

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


AUDIENCE = "compare its issuer, audience, life and signature with what the listener expects (iss "
REFUSALS = {
    "another secret": "it refuses oauth_client_id or oauth_client_secret (invalid_client: not\\n",
    "another scope": "it refuses oauth_scope (invalid_scope)",
    "no endpoint": "connection refused: check oauth_token_endpoint",
    "another path": "it answers HTTP 404: check oauth_token_endpoint",
    "moved": "it redirects elsewhere, where a secret is not sent: check oauth_token_endpoint",
    "https to http": "TLS failed: check oauth_token_endpoint, which may speak http",
    "another authority": "its certificate is not trusted: ",
    "another audience": AUDIENCE,
    "another issuer": AUDIENCE,
    "opaque": "the broker does not accept the token: compare its issuer",
    "expired": "oauth_token has expired at 2001-09-09T01:46:40Z: get a new one",
    "no OAUTHBEARER": "the broker does not offer this sasl_mechanism (offered: ",
    "GSSAPI": "by GSSAPI: this build of librdkafka lacks it",
}


@pytest.fixture(scope="module")
def endpoint(home: Path, broker: OwnBroker, tokens: Tokens) -> Iterator[str]:
    """By https, with a certificate of the brokers' authority."""
    assert broker
    ca = Pair(home / "tls/ca.pem", home / "tls/ca.key")
    shown = certificate(home / "tls", "endpoint", ca, "IP:127.0.0.1")
    with secured_endpoint(tokens, shown) as url:
        yield url


@pytest.fixture(scope="module")
def refusals(broker: OwnBroker, home: Path, tokens: Tokens, endpoint: str) -> dict[str, Any]:
    assert broker

    def by_endpoint(**options: str) -> dict[str, Any]:
        return bearer(home, **credentials(tokens, **options))

    def by_token(**claims: object) -> dict[str, Any]:
        return bearer(home, oauth_token=tokens.token("shop", **claims)[0])

    other = str(authority(home.parent, "other").certificate)
    elsewhere = by_endpoint(oauth_token_endpoint=endpoint)
    options = {
        "another secret": by_endpoint(oauth_client_secret="hunter2"),
        "another scope": by_endpoint(oauth_scope="forbidden"),
        "no endpoint": by_endpoint(oauth_token_endpoint="http://127.0.0.1:1/token"),
        "another path": by_endpoint(oauth_token_endpoint=f"{tokens.url}/other"),
        "moved": by_endpoint(oauth_token_endpoint=f"{tokens.url}/moved"),
        "https to http": by_endpoint(
            oauth_token_endpoint=tokens.endpoint.replace("http:", "https:")
        ),
        "another authority": {**elsewhere, "ca_cert": other},
        "another audience": by_token(aud="another"),
        "another issuer": by_token(iss="http://another"),
        "opaque": bearer(home, oauth_token="hunter2"),
        "expired": by_token(exp=1_000_000_000),
        "no OAUTHBEARER": {**by_token(), "bootstrap_servers": f"127.0.0.1:{USERS}"},
        "GSSAPI": secured(home, USERS, sasl_mechanism="GSSAPI"),
    }
    with ThreadPoolExecutor(4) as pool:
        told = pool.map(lambda given: run.fail("cluster_info", **given), options.values())
        return dict(zip(options, told, strict=True))


@pytest.mark.parametrize("case", REFUSALS)
def test_what_is_wrong_is_told_in_one_line(refusals: dict[str, Any], case: str) -> None:
    error = refusals[case]

    assert REFUSALS[case] in error["msg"]
    assert "\n" not in error["msg"]
    assert "hunter2" not in error["msg"]
    errors = {"expired": "InvalidSpec", "GSSAPI": "Unsupported"}
    assert error["error"] == errors.get(case, "ClusterUnreachable")


def test_the_authority_of_the_brokers_is_trusted_at_the_endpoint(
    home: Path, tokens: Tokens, endpoint: str
) -> None:
    own = credentials(tokens, oauth_token_endpoint=endpoint)
    for connection in (
        bearer(home, **own),
        bearer(home, **own, ca_cert_pem=text(home / "tls/ca.pem")),
    ):
        if "ca_cert_pem" in connection:
            del connection["ca_cert"]
        assert run.succeed("cluster_info", **connection)["cluster_id"] == CLUSTER_ID


@pytest.mark.parametrize(
    ("way", "principal", "mechanism"),
    [
        ("TLS", "User:ANONYMOUS", "PLAIN"),
        ("mTLS by texts", None, "SCRAM-SHA-256"),
        ("OAUTHBEARER by client credentials", None, "SCRAM-SHA-512"),
        ("OAUTHBEARER by a token", None, "PLAIN"),
    ],
)
def test_access_is_proved_as_the_run_and_as_another_user(
    ways: dict[str, dict[str, Any]], way: str, principal: str | None, mechanism: str
) -> None:
    does = {"produce": ["orders"], "consume": ["orders"], "others": [{"prefixed": "secret"}]}
    proved = run.succeed("access_proof", **ways[way], **does, records=True)
    assert proved["principal"] == principal
    assert [row["status"] for row in proved["records"]] == ["proved"]

    user = {"username": OTHER["name"], "password": OTHER["password"], "mechanism": mechanism}
    where = {"servers": [f"127.0.0.1:{USERS}"], "protocol": "SASL_SSL"}
    other = run.succeed("access_proof", **ways[way], **user, **where, others=["orders"])
    assert other["principal"] == f"User:{OTHER['name']}"


def test_no_secret_is_told(broker: OwnBroker, home: Path, tokens: Tokens, tmp_path: Path) -> None:
    assert broker
    mark = "zebra-9f1c-"
    client_secret, password, wrong = (f"{mark}{word}\"'\\é" for word in ("oauth", "key", "wrong"))
    tokens.clients["leaky"] = client_secret
    by_endpoint = credentials(tokens, oauth_client_id="leaky", oauth_client_secret=client_secret)
    given, _ends = tokens.token("shop")
    expired, _ends = tokens.token("shop", exp=1_000_000_000)
    refused, _ends = tokens.token("shop", aud="another")
    key = encrypted(home / "tls/client.key", password)
    by_key = texts(home, key, client_key_password=password)
    connections = [
        bearer(home, **by_endpoint),
        bearer(home, oauth_token=given),
        by_key,
        bearer(home, **{**by_endpoint, "oauth_client_secret": wrong}),
        bearer(home, oauth_token=expired),
        bearer(home, oauth_token=refused),
        {**by_key, "client_key_password": wrong},
    ]
    tasks = [
        {"omninode.kafka.cluster_info": connection, "ignore_errors": True}
        for connection in connections
    ]
    # by the other client library
    tasks += [{"omninode.kafka.quota_info": connection} for connection in connections[1:3]]

    seen = watch(tmp_path, tasks)

    failed = ["error" in result for result in seen.played.results]
    assert failed == [*[False] * 3, *[True] * 4, *[False] * 2]
    secret = [mark, given, expired, refused, *tokens.issued, *lines_of_key(key.read_text())]
    assert_unseen(seen, secret)
