# SPDX-License-Identifier: GPL-3.0-or-later
"""SCRAM users on a real broker: who can log in before and after a run, and what a run refuses."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from confluent_kafka.admin import (
    AdminClient,
)

from tests.brokers.fixtures import TestBroker
from tests.integration import run

SHA_256, SHA_512 = "SCRAM-SHA-256", "SCRAM-SHA-512"
MANY = 1000
_SECONDS = 300.0  # only ends a hang
_SILENT = logging.Logger("another client")
_SILENT.addHandler(logging.NullHandler())

Users = Callable[..., dict[str, Any]]
LogIn = Callable[..., bool]


@pytest.fixture
def connection(broker: TestBroker) -> dict[str, Any]:
    """By the listener where users log in."""
    return {
        "bootstrap_servers": broker.sasl_bootstrap,
        "security_protocol": "SASL_SSL",
        "ca_cert": str(broker.ca_cert),
        "sasl_mechanism": SHA_512,
        "sasl_username": "admin",
        "sasl_password": broker.users["admin"],
    }


@pytest.fixture
def users(connection: dict[str, Any], prefix: str) -> Iterator[Users]:
    """The module scram_users, which must succeed; the test's users are deleted after it."""

    def call(*declared: dict[str, Any], **options: Any) -> dict[str, Any]:
        return run.succeed("scram_users", users=list(declared), **{**connection, **options})

    yield call
    call(owned_prefixes=[prefix], purge=True, purge_to_empty=True, allow=["all"])


@pytest.fixture
def refused(connection: dict[str, Any]) -> Users:
    """The module scram_users, which must fail."""

    def call(*declared: Any, **options: Any) -> dict[str, Any]:
        return run.fail("scram_users", users=list(declared), **{**connection, **options})

    return call


@pytest.fixture
def log_in(broker: TestBroker) -> LogIn:
    """Whether another client than ours logs in."""

    def log_in(name: str, password: str, mechanism: str = SHA_512) -> bool:
        errors = []
        client = AdminClient(
            {
                "bootstrap.servers": broker.sasl_bootstrap,
                "security.protocol": "SASL_SSL",
                "ssl.ca.location": str(broker.ca_cert),
                "sasl.mechanism": mechanism,
                "sasl.username": name,
                "sasl.password": password,
                "error_cb": lambda error: errors.append(error.name()),
            },
            logger=_SILENT,
        )
        answer = client.describe_cluster(request_timeout=_SECONDS)
        while not answer.done() and "_AUTHENTICATION" not in errors:
            client.poll(0.02)
        return answer.done() and not answer.exception()

    return log_in


def operations(result: dict[str, Any]) -> list[tuple[str, str]]:
    return [(change["operation"], change["name"]) for change in result["changes"]]


@pytest.mark.parametrize("mechanism", [SHA_256, SHA_512])
def test_the_declared_password_works_and_no_other(
    users: Users, log_in: LogIn, prefix: str, mechanism: str
) -> None:
    name = f"{prefix}orders"
    user = {"name": name, "mechanism": mechanism, "password": "old =,\u00e9"}
    wanted = {**user, "password": "dev", "iterations": 8192}
    shown = f"{name} ({mechanism})"

    promised = users(user, check=True, diff=True)
    assert not log_in(name, user["password"], mechanism)
    done = users(user, diff=True)
    for key in ("changed", "changes", "summary", "plan_id", "diff", "undo"):
        assert promised[key] == done[key]
    assert operations(done) == [("create", shown)]
    assert log_in(name, user["password"], mechanism)
    again = users(user, return_users=True)
    assert (again["changed"], again.get("warnings")) == (False, None)
    assert again["users"] == [{"name": name, "mechanism": mechanism, "iterations": 4096}]

    promised = users(wanted, check=True)
    assert operations(promised) == [("alter", shown)]
    assert promised["changes"][0]["before"] == {"iterations": 4096, "password": "not as declared"}
    assert log_in(name, user["password"], mechanism)
    assert users(wanted)["changes"] == promised["changes"]
    assert not log_in(name, user["password"], mechanism)
    assert log_in(name, "dev", mechanism)
    assert users(wanted)["changed"] is False

    # without a password it is left alone, but is known
    assert users({"name": name, "mechanism": mechanism})["changed"] is False
    gone = users({"name": name, "mechanism": mechanism, "state": "absent"})
    assert operations(gone) == [("delete", shown)]
    assert not log_in(name, "dev", mechanism)
