# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the collection relies on for SCRAM users, on the fake and on real brokers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pytest
from ansible_collections.omninode.kafka.plugins.module_utils._cluster.confluent.gateway import (
    ConfluentGateway,
)
from ansible_collections.omninode.kafka.plugins.module_utils._cluster.connection import Connection
from ansible_collections.omninode.kafka.plugins.module_utils._cluster.gateway.gateway import Gateway
from ansible_collections.omninode.kafka.plugins.module_utils._kafka.errors import (
    CLUSTER_AUTHORIZATION_FAILED,
    RESOURCE_NOT_FOUND,
    Rejection,
)
from ansible_collections.omninode.kafka.plugins.module_utils._kafka.scram import (
    DIFFERS,
    MECHANISMS,
    PROVED,
    SCRAM_SHA_256,
    SCRAM_SHA_512,
    UNPROVED,
    Credential,
    Listener,
    Password,
    Upsertion,
)

from tests.brokers.fixtures import TestBroker
from tests.contract.conftest import REAL, awaited
from tests.fakes.gateway import FakeCluster, FakeGateway
from tests.fakes.users import NOT_THERE, UNACCEPTABLE_CREDENTIAL

NAME = "a =,"  # SCRAM escapes some of these characters
RIGHT, WRONG = Password("right =,é"), Password("wrong")


@pytest.fixture
def user(gateway: Gateway, prefix: str) -> Iterator[str]:
    """Begins the names of the test's users, which are deleted after it."""
    yield prefix
    for mechanism in MECHANISMS:
        left = [
            each
            for each in known(gateway)
            if each.name.startswith(prefix) and each.mechanism == mechanism
        ]
        if left:
            gateway.users().delete_users(left)


def known(gateway: Gateway) -> Mapping[Credential, int]:
    found = gateway.users().describe_users()
    assert not isinstance(found, Rejection), found
    return found


def put(gateway: Gateway, *upsertions: Upsertion) -> None:
    answers = gateway.users().upsert_users(upsertions)
    assert answers == {each.credential: None for each in upsertions}


def shows(gateway: Gateway, credential: Credential, iterations: int | None) -> None:
    awaited(lambda: known(gateway).get(credential) == iterations, "the user to be visible")


@pytest.fixture
def log_in(request: pytest.FixtureRequest) -> Gateway:
    """Connected by a listener with SASL."""
    parameter = request.node.callspec.params["gateway"]
    if parameter == "fake":
        fake: FakeCluster = request.getfixturevalue("fake")
        return fake.connect()
    broker: TestBroker = request.getfixturevalue(REAL[parameter])
    rights = {
        "sasl_mechanism": SCRAM_SHA_512,
        "sasl_username": "admin",
        "sasl_password": broker.users["admin"],
    }
    address = (broker.sasl_bootstrap,)
    return ConfluentGateway(Connection(address, "SASL_SSL", str(broker.ca_cert), **rights))


def test_a_user_has_a_credential_for_each_mechanism(gateway: Gateway, user: str) -> None:
    users = gateway.users()
    both = [Credential(f"{user}{NAME}", mechanism) for mechanism in MECHANISMS]
    for credential, iterations in zip(both, (4096, 16384), strict=True):
        put(gateway, Upsertion(credential, iterations, RIGHT))
        shows(gateway, credential, iterations)

    put(gateway, Upsertion(both[0], 8192, RIGHT))
    shows(gateway, both[0], 8192)

    assert users.delete_users(both[:1]) == {both[0]: None}
    shows(gateway, both[0], None)
    assert known(gateway)[both[1]] == 16384


def test_each_user_has_its_own_outcome(gateway: Gateway, user: str) -> None:
    users = gateway.users()
    few, many, good = (Credential(f"{user}{name}") for name in ("few", "many", "good"))

    answers = users.upsert_users(
        [Upsertion(few, 4095, RIGHT), Upsertion(many, 16385, RIGHT), Upsertion(good, 4096, RIGHT)]
    )

    assert answers == {
        few: Rejection(UNACCEPTABLE_CREDENTIAL, "UNACCEPTABLE_CREDENTIAL", "Too few iterations"),
        many: Rejection(UNACCEPTABLE_CREDENTIAL, "UNACCEPTABLE_CREDENTIAL", "Too many iterations"),
        good: None,
    }
    shows(gateway, good, 4096)
    absent = Rejection(RESOURCE_NOT_FOUND, "RESOURCE_NOT_FOUND", NOT_THERE)
    assert users.delete_users([few, good]) == {few: absent, good: None}


def test_a_password_is_proved_by_logging_in(gateway: Gateway, log_in: Gateway, user: str) -> None:
    users = log_in.users()
    offered = Credential(f"{user}{NAME}", SCRAM_SHA_512)
    put(gateway, Upsertion(offered, 4096, RIGHT))
    shows(gateway, offered, 4096)

    def proof(password: Password) -> str:
        return users.prove({offered: password}, users.listener())[offered].verdict

    awaited(lambda: proof(RIGHT) == PROVED, "the user to log in")
    assert proof(WRONG) == DIFFERS
    put(gateway, Upsertion(offered, 4096, WRONG))
    awaited(lambda: proof(WRONG) == PROVED, "the new password to be taken")
    assert proof(RIGHT) == DIFFERS


@pytest.mark.parametrize("gateway", ["3.9", "newest"], indirect=True)
def test_nobody_logs_in_by_a_name_that_is_not_ascii(
    gateway: Gateway, log_in: Gateway, user: str
) -> None:
    """So it is refused as a mistake, see mistake_in_name()."""
    credential = Credential(f"{user}é")
    put(gateway, Upsertion(credential, 4096, RIGHT))
    shows(gateway, credential, 4096)

    users = log_in.users()

    assert users.prove({credential: RIGHT}, users.listener())[credential].verdict == DIFFERS


def test_a_mechanism_that_is_not_offered_proves_nothing(
    request: pytest.FixtureRequest, gateway: Gateway, log_in: Gateway, user: str
) -> None:
    """The listeners of 3.9 and 4.0 offer SCRAM-SHA-512 only."""
    users = log_in.users()
    old, new = Credential(f"{user}a", SCRAM_SHA_256), Credential(f"{user}b", SCRAM_SHA_512)
    put(gateway, Upsertion(old, 4096, RIGHT), Upsertion(new, 4096, RIGHT))
    shows(gateway, old, 4096)
    if isinstance(log_in, FakeGateway):
        cluster: FakeCluster = request.getfixturevalue("fake")
        cluster.mechanisms.discard(SCRAM_SHA_256)
    is_newest = request.node.callspec.params["gateway"] == "newest"

    proofs = users.prove({old: RIGHT, new: RIGHT}, users.listener())

    assert proofs[new].verdict == PROVED
    assert proofs[old].verdict == (PROVED if is_newest else UNPROVED)
    if not is_newest:
        assert "does not offer the mechanism" in proofs[old].cause
    if isinstance(log_in, FakeGateway):
        cluster.mechanisms.add(SCRAM_SHA_256)


@pytest.mark.parametrize("gateway", ["newest"], indirect=True)
@pytest.mark.parametrize(
    ("server", "protocol", "cause"),
    [
        ("bootstrap", "SASL_PLAINTEXT", "the listener does not speak SASL, give prove_servers"),
        ("sasl_bootstrap", "SASL_PLAINTEXT", "it may want TLS or SASL"),
        ("bootstrap", "SASL_SSL", "the listener does not speak TLS"),
        ("nobody", "SASL_SSL", "connection refused: no broker listens there"),
    ],
)
def test_why_nothing_is_proved(
    gateway: Gateway, broker: TestBroker, server: str, protocol: str, cause: str
) -> None:
    address = getattr(broker, server, "127.0.0.1:9")
    alice = Credential("alice")

    proof = gateway.users().prove({alice: RIGHT}, Listener((address,), protocol))[alice]

    assert proof.verdict == UNPROVED
    assert proof.cause.startswith(f"{address}: ")
    assert cause in proof.cause


def test_the_next_server_is_tried(broker: TestBroker) -> None:
    rights = {"sasl_mechanism": SCRAM_SHA_512, "sasl_username": "alice"}
    password = broker.users["alice"]
    address = (broker.sasl_bootstrap,)
    connection = Connection(
        address, "SASL_SSL", str(broker.ca_cert), **rights, sasl_password=password
    )
    users = ConfluentGateway(connection).users()
    alice = Credential("alice")
    servers = ("127.0.0.1:9", broker.sasl_bootstrap)

    found = users.prove({alice: Password(password)}, Listener(servers, "SASL_SSL"))

    assert found[alice].verdict == PROVED


def test_a_password_that_works_on_another_cluster_is_not_proved(
    broker: TestBroker, broker_39: TestBroker
) -> None:
    rights = {"sasl_mechanism": SCRAM_SHA_512, "sasl_username": "alice"}
    password = broker.users["alice"]
    address = (broker.sasl_bootstrap,)
    # both certificates are signed by authorities of their own
    trusting = {"client_properties": {"enable.ssl.certificate.verification": "false"}}
    connection = Connection(
        address, "SASL_SSL", str(broker.ca_cert), **rights, sasl_password=password, **trusting
    )
    users = ConfluentGateway(connection).users()
    alice = Credential("alice")

    listener = Listener((broker_39.sasl_bootstrap,), "SASL_SSL")
    proof = users.prove({alice: Password(password)}, listener)[alice]

    other, own = broker_39.cluster_id, broker.cluster_id
    # neither is one that does not work there
    assert users.prove({alice: WRONG}, listener)[alice] == proof
    assert proof.verdict == UNPROVED
    assert f"it is cluster {other}, not {own}, check prove_servers" in proof.cause


@pytest.mark.parametrize("gateway", ["fake", "newest"], indirect=True)
def test_without_the_right_users_are_hidden(stranger: Gateway, prefix: str) -> None:
    own = Credential(f"{prefix}a")
    for found in (
        stranger.users().describe_users(),
        stranger.users().upsert_users([Upsertion(own, 4096, RIGHT)])[own],
        stranger.users().delete_users([own])[own],
    ):
        assert isinstance(found, Rejection)
        assert found.code == CLUSTER_AUTHORIZATION_FAILED


def test_as_whom_it_logs_in(gateway: Gateway, log_in: Gateway) -> None:
    is_fake = isinstance(log_in, FakeGateway)
    assert gateway.users().own_user() is None
    assert log_in.users().own_user() == (None if is_fake else "admin")
