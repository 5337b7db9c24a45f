# SPDX-License-Identifier: GPL-3.0-or-later
"""SCRAM users on a real broker: who can log in before and after a run, and what a run refuses."""

from __future__ import annotations

import logging
import socket
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from confluent_kafka.admin import (
    AclBinding,
    AclOperation,
    AclPermissionType,
    AdminClient,
    ResourcePatternType,
    ResourceType,
)

from tests.brokers.fixtures import TestBroker
from tests.integration import run
from tests.integration.cluster import Cluster

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


def test_only_what_differs_is_set_of_two_credentials(
    users: Users, log_in: LogIn, prefix: str
) -> None:
    """A rotation: the second credential works before the first one goes."""
    name = f"{prefix}orders"
    first = {"name": name, "password": "first"}
    second = {"name": name, "mechanism": SHA_256, "password": "second"}
    users(first)

    both = users(first, second)
    assert operations(both) == [("create", f"{name} ({SHA_256})")]
    assert log_in(name, "first")
    assert log_in(name, "second", SHA_256)

    one = users({**first, "state": "absent"}, second)
    assert operations(one) == [("delete", f"{name} ({SHA_512})")]
    assert not log_in(name, "first")
    assert log_in(name, "second", SHA_256)


def test_what_cannot_be_proved_is_told_and_set_only_on_request(
    broker: TestBroker, users: Users, log_in: LogIn, prefix: str
) -> None:
    name = f"{prefix}orders"
    shown = f"{name} ({SHA_512})"
    user = {"name": name, "password": "one"}
    users(user)
    plaintext = {"bootstrap_servers": broker.bootstrap}
    other = {**user, "password": "two"}

    for check in (True, False):
        left = run.succeed("scram_users", users=[other], **plaintext, check=check)
        warning = str(left["warnings"])
        assert left["changed"] is False
        assert f"not proved, and left as it is: user {shown}: {broker.bootstrap}: " in warning
        assert "the listener does not speak SASL" in warning
    unasked = users(other, prove=False)
    assert (unasked["changed"], "prove is false" in str(unasked["warnings"])) == (False, True)
    assert log_in(name, "one")

    stronger = {**other, "iterations": 8192}
    error = run.fail("scram_users", users=[stronger], **plaintext)
    assert "altering iterations sets the password, which is not proved" in error["msg"]
    assert "to allow it for this run: set_unproved: true" in error["msg"]

    set_anyway = run.succeed("scram_users", users=[stronger], **plaintext, set_unproved=True)
    assert operations(set_anyway) == [("alter", shown)]
    assert set_anyway["changes"][0]["before"] == {"iterations": 4096, "password": "not proved"}
    assert "warnings" not in set_anyway
    assert log_in(name, "two")

    # where users log in may be another listener
    servers = {"prove_servers": [broker.bootstrap], "prove_security_protocol": "SASL_SSL"}
    told = str(users(other, **servers)["warnings"])
    assert "does not speak TLS, check prove_security_protocol" in told
    servers = {"prove_servers": ["127.0.0.1:9", broker.sasl_bootstrap]}
    assert users(other, **servers).get("warnings") is None


def test_each_guard_refuses_until_it_is_lifted(
    cluster: Cluster, users: Users, refused: Users, prefix: str
) -> None:
    name = f"{prefix}orders"
    shown = f"{name} ({SHA_512})"
    user = {"name": name, "password": "one"}
    users(user)
    right = AclBinding(
        ResourceType.TOPIC,
        prefix,
        ResourcePatternType.PREFIXED,
        f"User:{name}",
        "*",
        AclOperation.READ,
        AclPermissionType.ALLOW,
    )
    cluster.allow([right])
    gone = {"name": name, "state": "absent"}
    weak = {"name": "strong", "rule": "iterations >= `8192`", "message": "8192 or more"}
    try:
        told = f"delete user {shown}: guard allow: hazard in_use (rights: 1 ACL names it;"
        assert told in refused(gone)["msg"]
        assert "hazard in_use" in refused({**user, "password": "two"})["msg"]
        for entry, guard, refusing, lifting in (
            (gone, "allow", {}, {"allow": ["in_use"]}),
            (gone, "owned_prefixes", {"owned_prefixes": ["other-"]}, {"owned_prefixes": [prefix]}),
            (gone, "protected_users", {"protected_users": [name]}, {}),
            (gone, "destruction_budget", {"destruction_budget": 0}, {"destruction_budget": 1}),
            (user, "policies", {"policies": [weak]}, {"policies": [{**weak, "level": "warning"}]}),
        ):
            error = refused(entry, **refusing, check=True)
            assert error["error"] == "PlanRefused", error
            assert guard in {each.get("guard") for each in error["outcome"]["failed"]}
            users(entry, **{"allow": ["all"], **lifting}, check=True)
    finally:
        cluster.disallow([right])
    assert users(gone, check=True)["changes"][0]["hazards"] == []


def test_the_user_of_the_run_is_never_taken(users: Users, refused: Users, log_in: LogIn) -> None:
    admin = {"name": "admin", "mechanism": SHA_256}
    for own in ({**admin, "state": "absent"}, {**admin, "password": "other"}):
        error = refused(own, allow=["all"])
        assert "guard own_user: the run logs in as admin" in error["msg"]
    assert users({**admin, "password": "admin-secret"})["changed"] is False
    assert log_in("admin", "admin-secret", SHA_256)


def test_a_purge_takes_what_is_owned_and_no_more(users: Users, prefix: str) -> None:
    owned = [{"name": f"{prefix}a{number}", "password": "x"} for number in range(3)]
    other = {"name": f"{prefix}b", "password": "x"}
    users(*owned, other)

    purged = users(owned[0], purge=True, owned_prefixes=[f"{prefix}a"], return_users=True)

    assert operations(purged) == [("delete", f"{user['name']} ({SHA_512})") for user in owned[1:]]
    assert [user["name"] for user in purged["users"]] == [owned[0]["name"]]
    assert users(other, check=True)["changed"] is False


def test_what_nobody_declares_is_reported(
    users: Users, connection: dict[str, Any], prefix: str
) -> None:
    declared, other = f"{prefix}a", f"{prefix}b"
    users({"name": declared, "password": "x"}, {"name": other, "password": "x"})

    found = run.succeed("scram_user_info", **connection, prefix=prefix)
    assert [user["name"] for user in found["users"]] == [declared, other]
    left = run.succeed(
        "undeclared_scram_users_info",
        **connection,
        users=[{"name": declared, "password": "x"}],
        owned_prefixes=[prefix],
    )
    assert left["users"] == [{"name": other, "mechanism": SHA_512, "iterations": 4096, "rights": 0}]


def test_mistakes_are_told_at_once_and_quote_no_password(refused: Users) -> None:
    error = refused(
        {"name": "User:a", "pasword": "secret-1"},
        {"name": "b", "password": 736251, "iterations": 12},
        "secret-2",
        ["secret-3"],
        {"mechanism": "sha512", "password": ["secret-4"]},
        {"name": "c", "password": "secret-5"},
        {"name": "c", "password": "secret-6"},
    )
    assert [(each["where"], each["field"]) for each in error["errors"]] == [
        ("users[0] (User:a)", "pasword"),
        ("users[1] (b)", "password"),
        ("users[1] (b)", "iterations"),
        ("users[2]", "value"),
        ("users[3]", "value"),
        ("users[4]", "mechanism"),
        ("users[4]", "password"),
        ("users[4]", "name"),
        ("c (SCRAM-SHA-512)", "name"),
    ]
    assert "did you mean 'password'" in error["msg"]
    assert "put it in quotes" in error["msg"]
    assert "secret" not in str(error)
    assert "736251" not in str(error)


def test_a_run_that_is_killed_is_finished_by_the_next(
    connection: dict[str, Any], users: Users, log_in: LogIn, prefix: str
) -> None:
    name = f"{prefix}orders"
    old = {"name": name, "password": "old"}
    new = {"name": name, "mechanism": SHA_256, "password": "new"}
    users(old)
    declared = [{**old, "state": "absent"}, new]

    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(run.HANGS)
        process = run.start(
            "scram_users",
            meet=server.getsockname()[1],
            before_write=2,
            **connection,
            users=declared,
        )
        with server.accept()[0]:
            process.kill()
            process.communicate()

    # nobody is locked out
    assert log_in(name, "new", SHA_256)
    assert log_in(name, "old")
    assert operations(users(*declared)) == [("delete", f"{name} ({SHA_512})")]
    assert not log_in(name, "old")


def test_one_wrong_password_of_many_is_found(
    users: Users, prefix: str, capsys: pytest.CaptureFixture[str]
) -> None:
    many = [{"name": f"{prefix}{number:04}", "password": f"p{number}"} for number in range(MANY)]

    def timed(what: str, *declared: dict[str, Any], **options: Any) -> dict[str, Any]:
        begin = time.monotonic()
        result = users(*declared, **options)
        with capsys.disabled():
            print(f"\n{what} {len(declared)} users: {time.monotonic() - begin:.1f} s", end="")
        return result

    assert len(timed("create", *many, wait=False)["changes"]) == MANY
    wrong = {**many[MANY // 2], "password": "another"}
    found = timed("check", *(many[: MANY // 2]), wrong, *(many[MANY // 2 + 1 :]), check=True)
    assert operations(found) == [("alter", f"{wrong['name']} ({SHA_512})")]
    assert "warnings" not in found
