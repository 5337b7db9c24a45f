# SPDX-License-Identifier: GPL-3.0-or-later
"""What another collection tests of users, quotas and ACLs, and where its results are not what the
cluster shows. Other clients look at the cluster after each step."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pytest
from confluent_kafka import KafkaError
from confluent_kafka.admin import AdminClient
from kafka import KafkaAdminClient
from kafka.protocol.admin import DescribeClientQuotasRequest

from tests.brokers.fixtures import TestBroker
from tests.integration import run
from tests.integration.cluster import Cluster

SHA_256 = "SCRAM-SHA-256"
_SECONDS = 300.0  # only ends a hang
_SILENT = logging.Logger("user")
_SILENT.addHandler(logging.NullHandler())

Entity = frozenset[tuple[str, str | None]]
Quotas = Mapping[Entity, Mapping[str, float]]
Call = Callable[..., dict[str, Any]]


@pytest.fixture
def quotas_now(broker: TestBroker) -> Iterator[Callable[[], Quotas]]:
    """All quotas, as another client sees them; None is the default of an entity."""
    client = KafkaAdminClient(bootstrap_servers=broker.bootstrap)

    def read() -> Quotas:
        request = DescribeClientQuotasRequest(components=[], strict=False)
        answer = client._manager.run(client._manager.send, request)
        found = {}
        for entry in answer.entries:
            entity = frozenset((part.entity_type, part.entity_name) for part in entry.entity)
            found[entity] = {value.key: value.value for value in entry.values}
        return found

    yield read
    client.close()


def client_id(name: str) -> Entity:
    return frozenset({("client-id", name)})


def user(name: str, *others: tuple[str, str | None]) -> Entity:
    return frozenset({("user", name), *others})


@pytest.fixture
def quotas(broker: TestBroker) -> Iterator[Call]:
    """The module quotas; all quotas are removed after the test."""
    server = {"bootstrap_servers": broker.bootstrap}

    def call(*declared: dict[str, Any], **options: Any) -> dict[str, Any]:
        return run.succeed("quotas", quotas=list(declared), **server, **options)

    yield call
    left = run.succeed("quota_info", **server)["quotas"]
    call(*({**entry, "quotas": None, "state": "absent"} for entry in left))


def test_quotas_are_as_declared_and_what_is_not_named_is_left_alone(
    broker: TestBroker,
    quotas: Call,
    quotas_now: Callable[[], Quotas],
    cluster: Cluster,
    prefix: str,
) -> None:
    rate = {"producer_byte_rate": 104101}
    both = {**rate, "consumer_byte_rate": 104101}
    less = {"producer_byte_rate": 12, "consumer_byte_rate": 10}
    quotas(
        {"client_id": prefix, "quotas": rate},
        {"user": f"{prefix}altered", "quotas": both},
        {"user": f"{prefix}less", "quotas": both},
        {"user": f"{prefix}none", "quotas": both},
    )
    declared = [
        # one key more; the other one is not named, so it stays
        {"client_id": prefix, "quotas": {"consumer_byte_rate": 104101}},
        {"user": f"{prefix}altered", "quotas": less},
        {"user": f"{prefix}less", "quotas": {"consumer_byte_rate": None}},
        {"user": f"{prefix}none", "state": "absent"},
        # of any of its clients, without a name that stands for all
        {"user": prefix, "client_defaults": True, "quotas": {"request_percentage": 12.5}},
        {"ip": "192.0.2.9", "quotas": {"connection_creation_rate": 3}},
    ]
    before = quotas_now()
    promised = quotas(*declared, allow=["throttling"], check=True)
    assert quotas_now() == before
    done = quotas(*declared, allow=["throttling"])
    assert (done["changed"], done["changes"]) == (True, promised["changes"])

    expected: Quotas = {
        client_id(prefix): both,
        user(f"{prefix}altered"): less,
        user(f"{prefix}less"): rate,
        user(prefix, ("client-id", None)): {"request_percentage": 12.5},
        frozenset({("ip", "192.0.2.9")}): {"connection_creation_rate": 3},
    }
    cluster.await_(lambda: quotas_now() == expected, "the quotas to be visible")
    again = quotas(*declared)
    assert (again["changed"], again["changes"]) == (False, [])

    # what brokers refuse is told at once, in check mode too, and nothing beside it is written
    bad = [
        {"user": "a", "quotas": {"producer_byte_rate": 0}},
        {"user": "b", "quotas": {"producer_byte_rate": -1}},
        {"user": "c", "quotas": {"producer_byte_rate": 1.5}},
        {"user": "d", "quotas": {"producer_bytes": 1}},
        {"user": "e", "ip": "192.0.2.1", "quotas": {"connection_creation_rate": 1}},
        {"user": "f", "quotas": rate},
        {"user": "f", "quotas": both},
        {"client_id": "<default>", "quotas": rate},
    ]
    good = {"user": f"{prefix}good", "quotas": rate}
    error = run.fail("quotas", bootstrap_servers=broker.bootstrap, quotas=[good, *bad])
    assert error["error"] == "InvalidSpec"
    told = {mistake["where"].partition(" (")[0] for mistake in error["errors"]}
    places = {f"quotas[{number}]" for number in (1, 2, 3, 4, 5, 8)}
    assert told == {*places, "user f"}
    assert quotas_now() == expected


def test_acls_are_proved_by_what_the_application_may_do(
    broker: TestBroker, cluster: Cluster, alice: dict[str, Any], prefix: str
) -> None:
    server = {"bootstrap_servers": broker.bootstrap}
    purge = {"owned_prefixes": [prefix], "allow": ["all"], "purge": True, "purge_to_empty": True}
    admin = {"sasl_username": "admin", "sasl_password": broker.users["admin"]}
    proof = {**alice, **admin, "username": "alice", "password": broker.users["alice"]}
    cluster.create({prefix: (1, {})})
    right = {
        "principal": "User:alice",
        "resource_type": "topic",
        "resource_name": prefix,
        "operations": ["write", "describe"],
    }

    try:
        created = run.succeed("acls", **server, acls=[right])
        assert created["changed"]
        proved = run.succeed("access_proof", **proof, produce=[prefix], records=True)
        assert [row["status"] for row in proved["records"]] == ["proved"]

        # check mode takes nothing away, and gives nothing
        absent = {**right, "state": "absent"}
        other = {**right, "operations": ["read"]}
        checked = run.succeed("acls", **server, acls=[absent, other], allow=["all"], check=True)
        assert checked["changed"]
        result = run.fail("access_proof", **proof, produce=[prefix], consume=[prefix])
        assert result["access"][0]["may"] == ["describe", "write"]
        assert f"topic {prefix}: may not READ: declare consume: [{prefix}]" in result["msg"]

        # an entry without operations stands for none that exists, and one mistake writes nothing
        everything = {key: value for key, value in absent.items() if key != "operations"}
        bad = [
            everything,
            {**other, "principal": "alice"},
            {**other, "resource_name": "*", "pattern_type": "prefixed"},
            {**other, "host": "broker.example"},
            {**other, "operations": ["idempotent_write"]},
        ]
        error = run.fail("acls", **server, acls=[other, *bad])
        assert error["error"] == "InvalidSpec"
        told = {mistake["where"].partition(" (")[0] for mistake in error["errors"]}
        assert told == {f"acls[{number}]" for number in (1, 2, 3, 4, 5)}
    finally:
        gone = run.succeed("acls", **server, **purge)

    assert gone["changed"]
    result = run.fail("access_proof", **proof, produce=[prefix])
    assert result["access"][0]["may"] == []


def logs_in(connection: dict[str, Any], name: str, password: str, mechanism: str) -> bool:
    """Whether the cluster takes the password, as another client sees it."""
    errors: list[int] = []
    admin = AdminClient(
        {
            "bootstrap.servers": connection["bootstrap_servers"],
            "security.protocol": connection["security_protocol"],
            "ssl.ca.location": connection["ca_cert"],
            "sasl.mechanism": mechanism,
            "sasl.username": name,
            "sasl.password": password,
            "error_cb": lambda error: errors.append(error.code()),
        },
        logger=_SILENT,
    )
    answer = admin.describe_cluster(request_timeout=_SECONDS)
    deadline = time.monotonic() + _SECONDS
    while not answer.done() and KafkaError._AUTHENTICATION not in errors:
        assert time.monotonic() < deadline, "neither taken nor refused"
        admin.poll(0.02)
    return answer.done() and not answer.exception()


def test_users_log_in_by_what_is_declared_and_by_nothing_else(
    broker: TestBroker, alice: dict[str, Any], prefix: str
) -> None:
    admin = {"sasl_username": "admin", "sasl_password": broker.users["admin"]}
    server = {**alice, **admin, "owned_prefixes": [prefix], "allow": ["all"]}
    old = {"name": f"{prefix}a", "password": "the first one"}
    other = {"name": f"{prefix}b", "mechanism": SHA_256, "iterations": 5000, "password": "b's own"}
    stray = {"name": f"{prefix}stray", "password": "left over"}

    def passwords(user: dict[str, Any]) -> bool:
        mechanism = user.get("mechanism", "SCRAM-SHA-512")
        return logs_in(alice, user["name"], user["password"], mechanism)

    try:
        run.succeed("scram_users", **server, users=[old, other, stray])
        assert [passwords(user) for user in (old, other, stray)] == [True] * 3

        # another password of a user that is there, and iterations of one that a purge keeps
        new = {**old, "password": "the second one"}
        more = {**other, "iterations": 6000}
        declared = {**server, "users": [new, more], "purge": True}
        promised = run.succeed("scram_users", **declared, check=True)
        assert [passwords(user) for user in (old, new, stray)] == [True, False, True]
        done = run.succeed("scram_users", **declared)
        assert (done["changed"], done["changes"]) == (True, promised["changes"])
        assert [change["operation"] for change in done["changes"]] == ["alter", "alter", "delete"]
        logins = [passwords(user) for user in (old, new, more, stray)]
        assert logins == [False, True, True, False]
        # the credential of the other mechanism is not this one, so nothing is told as deleted
        absent = {"name": other["name"], "state": "absent"}
        again = run.succeed("scram_users", **{**declared, "users": [new, more, absent]})
        assert (again["changed"], again["changes"]) == (False, [])

        # what brokers refuse is told before anything is sent
        bad = [
            {"name": f"{prefix}many", "password": "x", "iterations": 20000},
            {"name": f"{prefix}few", "password": "x", "iterations": 4095},
            {"name": f"{prefix}twice", "password": "x"},
            {"name": f"{prefix}twice", "password": "y"},
        ]
        error = run.fail("scram_users", **server, users=[{**stray, "state": "present"}, *bad])
        assert error["error"] == "InvalidSpec"
        assert [passwords(user) for user in (stray, more)] == [False, True]
    finally:
        gone = {"name": other["name"], "mechanism": SHA_256, "state": "absent"}
        run.succeed("scram_users", **server, users=[gone], purge=True, purge_to_empty=True)
    assert not passwords(other)
