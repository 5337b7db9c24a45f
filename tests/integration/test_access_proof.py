# SPDX-License-Identifier: GPL-3.0-or-later
"""What alice may do on a real broker with its authorizer, by what the cluster tells and by
records."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.brokers.fixtures import TestBroker
from tests.integration import run
from tests.integration.cluster import Cluster

Call = Callable[..., dict[str, Any]]
MARK = "omninode.kafka.access-proof"


@pytest.fixture
def acls(broker: TestBroker, prefix: str) -> Iterator[Call]:
    """The module acls for alice; what is on the test's names is deleted after it."""

    def call(**does: Any) -> dict[str, Any]:
        declared = [{"principal": "User:alice", **does}] if does else []
        purge = {"purge": True, "purge_to_empty": True, "allow": ["all"], "validate": "local"}
        server = {"bootstrap_servers": broker.bootstrap, "owned_prefixes": [prefix]}
        return run.succeed("acls", acls=declared, **server, **purge)

    yield call
    call()


@pytest.fixture
def proof(alice: dict[str, Any], broker: TestBroker) -> dict[str, Any]:
    """Options of access_proof: the run is a super user, the application is alice."""
    admin = {"sasl_username": "admin", "sasl_password": broker.users["admin"]}
    return {**alice, **admin, "username": "alice", "password": broker.users["alice"]}


def statuses(result: dict[str, Any]) -> dict[str, str]:
    """By the name of the resource; those of records by their topic and `record`."""
    found = {row["resource_name"]: row["status"] for row in result["access"]}
    return found | {f"{row['topic']} record": row["status"] for row in result["records"]}


def test_an_access_is_proved_by_operations_and_by_records(
    cluster: Cluster, broker: TestBroker, acls: Call, proof: dict[str, Any], prefix: str
) -> None:
    orders, prices, secret = f"{prefix}orders", f"{prefix}prices", f"{prefix}secret"
    cluster.create({orders: (3, {"cleanup.policy": "compact"}), prices: (1, {}), secret: (1, {})})
    does: dict[str, Any] = {
        "produce": [orders],
        "consume": [orders, {"prefixed": prices}],
        "groups": [{"prefixed": f"{prefix}app"}],
    }
    acls(**does)
    declared = {**proof, **does, "others": [{"prefixed": prefix}], "records": True}

    promised = run.succeed("access_proof", **declared, check=True)
    assert promised["changed"]
    assert not promised["proved"]
    assert {row["status"] for row in promised["records"]} == {"skipped"}
    assert cluster.read(orders) == []

    done = run.succeed("access_proof", **declared)
    assert (done["changed"], done["proved"], done["principal"]) == (True, True, "User:alice")
    assert done["access"] == promised["access"]
    assert not done.get("warnings")
    may = {row["resource_name"]: row["may"] for row in done["access"]}
    assert may == {
        orders: ["describe", "read", "write"],
        prices: ["describe", "read"],
        secret: [],
        f"{prefix}app": ["describe", "read"],
        "kafka-cluster": [],
    }
    assert [row["topic"] for row in done["records"]] == [orders, prices, secret]
    written, *refused = done["records"]
    assert written["read_by"] == "application"
    for row in refused:
        assert (row["expected"], row["status"], row["offset"]) == ("refused", "proved", None)
        assert row["why"].startswith("TOPIC_AUTHORIZATION_FAILED")
    # another client finds it where the module says, and nothing else
    [record] = cluster.read(orders)
    assert (record.partition(), record.offset()) == (written["partition"], written["offset"])
    assert record.key() == MARK.encode()
    [(header, mark)] = record.headers() or []
    assert header == MARK
    assert json.loads(record.value() or b"") == {MARK: mark.decode()}
    assert cluster.read(prices) == cluster.read(secret) == []
    for result in (promised, done):
        assert_no_password(result, broker)

    # without records nothing is written
    assert not run.succeed("access_proof", **{**declared, "records": False})["changed"]
    assert len(cluster.read(orders)) == 1


def test_each_difference_is_told_once(
    cluster: Cluster, broker: TestBroker, acls: Call, proof: dict[str, Any], prefix: str
) -> None:
    orders, prices, secret = f"{prefix}orders", f"{prefix}prices", f"{prefix}secret"
    cluster.create({orders: (1, {}), prices: (1, {}), secret: (1, {})})
    acls(produce=[prices], consume=[prices, secret], transactional_ids=[f"{prefix}id"])
    does = {
        "produce": [orders],
        "consume": [prices],
        "groups": [f"{prefix}app"],
        "transactional_ids": [f"{prefix}id"],
    }
    declared = {**proof, **does, "others": [{"prefixed": prefix}], "records": True}

    error = run.fail("access_proof", **declared)
    assert error["error"] == "StateError"
    role = "in an ACL of the application, and run the role kafka_acls"
    lines = error["msg"].splitlines()
    assert lines == [
        "User:alice has another access than declared:",
        f"- topic {orders}: may not WRITE, and not even DESCRIBE: "
        f"declare produce: [{orders}] {role}",
        f"- topic {secret}: may READ, although it belongs to others: "
        "remove the ACL that allows it, which omninode.kafka.acl_info names",
        f"- group {prefix}app: may not READ, and not even DESCRIBE: "
        f"declare groups: [{prefix}app] {role}",
    ]
    [warning] = error["warnings"]
    assert f"topic {prices}: may also WRITE, which is not declared" in json.dumps(warning)
    # what is proved is left out of a failure
    assert statuses(error) == {
        orders: "missing",
        prices: "excess",
        secret: "excess",
        f"{prefix}app": "missing",
        f"{prefix}id": "unknown",
    }
    assert (error["changed"], error["proved"]) == (False, False)
    assert cluster.read(prices) == cluster.read(secret) == []
    assert_no_password(error, broker)

    wrong = {**proof, "password": "not-hers"}
    refused = run.fail("access_proof", **wrong, consume=[prices])
    assert refused["error"] == "NotAuthorized"
    assert refused["msg"] == (
        "the cluster refuses user alice with this password by SCRAM-SHA-512 "
        f"(asked at {broker.sasl_bootstrap})"
    )
    assert "not-hers" not in json.dumps(refused)


def test_a_cluster_without_an_authorizer_proves_nothing(broker_40: TestBroker) -> None:
    error = run.fail("access_proof", bootstrap_servers=broker_40.bootstrap, others=["*"])
    assert error["error"] == "Unsupported"
    assert error["msg"] == (
        "the cluster refuses nothing: it has no authorizer (authorizer.class.name is not set), "
        "so everybody may do everything; set it on every broker and controller"
    )


def assert_no_password(result: dict[str, Any], broker: TestBroker) -> None:
    told = json.dumps(result)
    assert broker.users["alice"] not in told
    assert broker.users["admin"] not in told
