# SPDX-License-Identifier: GPL-3.0-or-later
"""The listeners that the role makes from variables. The tests tell one broker's life, in this
order."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.certificates import Pair, certificate
from tests.integration import run
from tests.integration.cluster import Cluster
from tests.integration.own_broker import OwnBroker
from tests.integration.run import Play
from tests.integration.secured import (
    ADMIN,
    CLUSTER_ID,
    MECHANISMS,
    MTLS,
    OTHER,
    PORT,
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

NO_RIGHT = "cannot describe topic orders: the principal needs the ACL operation DESCRIBE"


@pytest.fixture(scope="module")
def tokens(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tokens]:
    with token_service(tmp_path_factory.mktemp("tokens")) as service:
        yield service


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("secured") / "home"


@pytest.fixture(scope="module")
def broker(tokens: Tokens, home: Path) -> Iterator[OwnBroker]:
    with secured_broker(home, tokens) as own:
        yield own


@pytest.fixture
def admin(broker: OwnBroker, home: Path) -> Cluster:
    """A super user."""
    assert broker
    user = {"sasl.username": ADMIN["name"], "sasl.password": ADMIN["password"]}
    return another_client(home, USERS, {"sasl.mechanism": "SCRAM-SHA-512", **user})


def bearer(home: Path, token: tuple[str, float]) -> Cluster:
    own = {"sasl.mechanism": "OAUTHBEARER", "oauth_cb": lambda _config: token}
    return another_client(home, TOKENS, own)


def cluster_id(connection: dict[str, Any]) -> str:
    return str(run.succeed("cluster_info", **connection)["cluster_id"])


def ok(play: Play) -> list[str]:
    """The names of the tasks that changed something."""
    assert play.returncode == 0, play.stdout + play.stderr
    return [result["task"] for result in play.results if result.get("changed")]


def message(play: Play) -> str:
    assert play.returncode != 0, play.stdout
    return str(play.results[-1]["msg"])


def test_each_listener_lets_its_clients_in(broker: OwnBroker, home: Path) -> None:
    assert broker
    plaintext = {"bootstrap_servers": f"127.0.0.1:{PORT}"}
    connections = [plaintext, secured(home, TLS), shown(home)]
    for mechanism in MECHANISMS:
        connections += [sasl(home, mechanism, user) for user in (ADMIN, OTHER)]

    assert {cluster_id(connection) for connection in connections} == {CLUSTER_ID}


def test_no_listener_lets_others_in(broker: OwnBroker, home: Path) -> None:
    assert broker
    wrong = {**OTHER, "password": "wrong"}
    # it takes its time
    without_certificate = run.start("cluster_info", **secured(home, MTLS))
    for mechanism in MECHANISMS:
        told = run.fail("cluster_info", **sasl(home, mechanism, wrong))["msg"]
        assert "authentication failed: wrong sasl_username or sasl_password" in told
    assert "client_cert and client_key are needed" in run.finish(without_certificate)["msg"]


def test_only_rights_count(home: Path, tokens: Tokens, admin: Cluster) -> None:
    """A super user needs none, everybody else has no more than an ACL gives."""
    topics = [{"name": "orders", "partitions": 1, "replication_factor": 1}]
    run.succeed("topics", **sasl(home, "PLAIN", ADMIN), topics=topics)
    another = certificate(home / "tls", "bob", Pair(home / "tls/ca.pem", home / "tls/ca.key"))
    without = [
        {"bootstrap_servers": f"127.0.0.1:{PORT}"},
        secured(home, TLS),
        sasl(home, "SCRAM-SHA-256", OTHER),
        shown(home),
        shown(home, another),
    ]
    for connection in without:
        told = run.fail("topic_info", names=["orders"], **connection)["msg"]
        assert NO_RIGHT in told

    token = bearer(home, tokens.token("shop"))
    assert token.names("orders") == []

    admin.allow([all_rights("User:MAPPED-CLIENT", "orders"), all_rights("User:shop", "orders")])
    found = run.succeed("topic_info", names=["orders"], **shown(home))["topics"]
    assert [topic["name"] for topic in found] == ["orders"]
    assert token.names("orders") == ["orders"]
    assert NO_RIGHT in run.fail("topic_info", names=["orders"], **shown(home, another))["msg"]


def test_a_second_run_changes_nothing(broker: OwnBroker) -> None:
    assert ok(broker.start()) == []


def test_the_node_has_its_rack_and_java_its_properties(
    broker: OwnBroker, home: Path, tokens: Tokens
) -> None:
    assert broker
    [node] = run.succeed("cluster_info", **secured(home, TLS))["brokers"]
    assert node["rack"] == "a rack: é \\ $HOME"
    pid = (home / "node-1/pid").read_text().strip()
    arguments = Path("/proc", pid, "cmdline").read_text().split("\0")
    allowed = f"-Dorg.apache.kafka.sasl.oauthbearer.allowed.urls={tokens.jwks_url}"
    assert {"-Domninode.kafka.test=it's $HOME", allowed} <= {*arguments}
    assert "hunter2" not in " ".join(arguments)


def test_mistakes_are_told_at_once_and_nothing_is_touched(broker: OwnBroker, home: Path) -> None:
    mistaken = [
        {"name": "A", "port": PORT, "protocol": "TLS"},
        {"name": "B", "port": PORT, "protocol": "SASL_SSL", "sasl_mechanisms": ["PLAIN"]},
        {"name": "C", "port": TLS, "protocol": "PLAINTEXT", "client_auth": "required"},
        {"name": "D", "port": USERS, "protocol": "SASL_SSL", "sasl_mechanisms": ["OAUTHBEARER"]},
    ]
    racks = ["a", "b"]
    told = message(
        broker.start(
            kafka_broker_listeners=mistaken, kafka_broker_racks=racks, kafka_broker_users=[]
        )
    )
    assert told.splitlines() == [
        "6 errors in the variables of the role kafka_broker, nothing was started:",
        "- listener A: protocol: 'TLS' is not a protocol: "
        "write PLAINTEXT, SSL, SASL_PLAINTEXT or SASL_SSL",
        "- listener B: sasl_mechanisms: PLAIN needs users: "
        "write kafka_broker_users, a list with a name and a password of each",
        "- listener C: client_auth: a client shows a certificate by TLS, not by PLAINTEXT: "
        "write the protocol SSL, or leave client_auth out",
        "- listener D: oauthbearer: OAUTHBEARER needs the keys that sign its tokens: "
        "write jwks_url, such as http://127.0.0.1:8080/jwks",
        f"- listener B: port: {PORT} is taken, port of listener A takes {PORT}: choose another",
        "- the broker: kafka_broker_racks: the number of nodes is 1, that of racks 2: "
        "write one for each node, the same again where nodes share it",
    ]
    assert cluster_id(secured(home, TLS)) == CLUSTER_ID


def test_a_changed_listener_restarts_the_broker(broker: OwnBroker, home: Path) -> None:
    only = [{"name": "ONLY", "port": MTLS, "protocol": "SSL", "client_auth": "required"}]
    assert ok(broker.start(kafka_broker_listeners=only))
    assert cluster_id(shown(home)) == CLUSTER_ID
    assert "connection refused" in run.fail("cluster_info", **secured(home, TLS))["msg"]


def test_what_only_the_broker_knows_is_told_in_its_words(broker: OwnBroker) -> None:
    rule = {"client_auth": "required", "principal_mapping_rules": ["RULE:(/x/"]}
    listener = {"name": "ONLY", "port": MTLS, "protocol": "SSL", **rule}
    told = message(broker.start(kafka_broker_listeners=[listener]))
    assert "node 1 ended: " in told
    assert "Unclosed group" in told
