# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the collection relies on when it asks as another principal, on the fake and on brokers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

import pytest
from ansible_collections.omninode.kafka.plugins.module_utils._cluster.confluent.gateway import (
    ConfluentGateway,
)
from ansible_collections.omninode.kafka.plugins.module_utils._cluster.connection import Connection
from ansible_collections.omninode.kafka.plugins.module_utils._cluster.gateway.gateway import Gateway
from ansible_collections.omninode.kafka.plugins.module_utils._cluster.gateway.logins import Login
from ansible_collections.omninode.kafka.plugins.module_utils._cluster.gateway.records import Message
from ansible_collections.omninode.kafka.plugins.module_utils._cluster.gateway.topics import NewTopic
from ansible_collections.omninode.kafka.plugins.module_utils._core.errors import NotAuthorized
from ansible_collections.omninode.kafka.plugins.module_utils._kafka.acls import (
    GROUP,
    PREFIXED,
    TOPIC,
    Binding,
    Pattern,
)
from ansible_collections.omninode.kafka.plugins.module_utils._kafka.errors import (
    CLUSTER_AUTHORIZATION_FAILED,
    GROUP_AUTHORIZATION_FAILED,
    TOPIC_AUTHORIZATION_FAILED,
    UNKNOWN_TOPIC,
    Rejection,
)

from tests.brokers.fixtures import TestBroker
from tests.contract.conftest import REAL, awaited, made
from tests.fakes.gateway import FakeCluster, FakeGateway
from tests.fakes.logins import FakeApplication

# those with an authorizer
guarded = pytest.mark.parametrize("gateway", ["fake", "3.9", "newest"], indirect=True)
ALICE = Login("alice", "alice-secret", "SCRAM-SHA-512")
READ = frozenset({"READ"})

pytestmark = guarded


class Names(NamedTuple):
    """Of the topics `own` and `others` exist; alice may read what begins with `mine`."""

    mine: str
    own: str
    others: str


@pytest.fixture
def names(gateway: Gateway, prefix: str) -> Iterator[Names]:
    found = Names(f"{prefix}mine.", f"{prefix}mine.own", f"{prefix}others")
    made(gateway, NewTopic(found.own, 1, 1, {}), NewTopic(found.others, 1, 1, {}))
    rights = [
        Binding(ALICE.principal, Pattern(kind, found.mine, PREFIXED), "READ")
        for kind in (TOPIC, GROUP)
    ]
    assert gateway.acls().create_acls(rights) == dict.fromkeys(rights)
    yield found
    gateway.acls().delete_acls(rights)


@pytest.fixture
def as_user(
    request: pytest.FixtureRequest, gateway: Gateway, names: Names
) -> Callable[[Login], Gateway]:
    """By a listener where principals authenticate."""
    if isinstance(gateway, FakeGateway):
        cluster: FakeCluster = request.getfixturevalue("fake")
        cluster.applications["alice"] = FakeApplication(
            ALICE.password, ALICE.mechanism, {f"{names.mine}*": READ}
        )
        return gateway.as_user
    broker: TestBroker = request.getfixturevalue(REAL[request.node.callspec.params["gateway"]])
    server = Connection(
        (broker.sasl_bootstrap,),
        "SASL_SSL",
        str(broker.ca_cert),
        sasl_mechanism="SCRAM-SHA-512",
        sasl_username="admin",
        sasl_password=broker.users["admin"],
    )
    return ConfluentGateway(server).as_user


def codes(answers: object) -> dict[str, int]:
    assert isinstance(answers, dict)
    return {name: why.code for name, why in answers.items() if isinstance(why, Rejection)}


def test_another_principal_is_told_its_own_operations(
    gateway: Gateway, as_user: Callable[[Login], Gateway], names: Names
) -> None:
    alice = as_user(ALICE)
    assert alice.describe_cluster().cluster_id == gateway.describe_cluster().cluster_id
    assert alice.acls().principal() == "User:alice"
    assert not alice.describe_cluster().operations

    # that of a topic which may not be described is the same as of one that does not exist
    absent = f"{names.mine}absent"
    hidden = f"{names.others}.absent"
    asked = [names.own, names.others, absent, hidden]

    def shown() -> bool:
        return codes(alice.describe_topics(asked)) == {
            names.others: TOPIC_AUTHORIZATION_FAILED,
            absent: UNKNOWN_TOPIC,
            hidden: TOPIC_AUTHORIZATION_FAILED,
        }

    awaited(shown, "the rights to be visible")
    topic = alice.describe_topics([names.own])[names.own]
    assert not isinstance(topic, Rejection)
    assert topic.operations == {"DESCRIBE", "READ"}


def test_the_operations_on_a_group_are_told_whether_it_exists_or_not(
    gateway: Gateway, as_user: Callable[[Login], Gateway], names: Names
) -> None:
    mine, others = f"{names.mine}group", f"{names.others}.group"
    everything = gateway.describe_group_operations([mine, others])
    assert codes(everything) == {}
    for operations in everything.values():
        assert isinstance(operations, frozenset)
        assert operations >= {"DELETE", "DESCRIBE", "READ"}

    alice = as_user(ALICE)
    awaited(
        lambda: alice.describe_group_operations([mine])[mine] == {"DESCRIBE", "READ"},
        "the right to be visible",
    )
    found = alice.describe_group_operations([mine, others])
    assert codes(found) == {others: GROUP_AUTHORIZATION_FAILED}
    assert gateway.describe_group_operations([]) == {}


def test_who_may_write_nowhere_is_refused_a_record(
    as_user: Callable[[Login], Gateway], names: Names
) -> None:
    """A producer that writes each record once is refused its ID, or the topic."""
    log = as_user(ALICE).log()
    for topic in (names.own, names.others):
        [answer] = log.publish(topic, [Message(b"k", b"v")])
        assert isinstance(answer, Rejection)
        assert answer.code in (TOPIC_AUTHORIZATION_FAILED, CLUSTER_AUTHORIZATION_FAILED)
        assert not answer.lost


@pytest.mark.parametrize(
    "login",
    [
        Login("alice", "not-hers", "SCRAM-SHA-512"),
        Login("nobody", "not-hers", "SCRAM-SHA-512"),
    ],
    ids=["a wrong password", "an absent user"],
)
def test_a_password_that_is_refused(as_user: Callable[[Login], Gateway], login: Login) -> None:
    with pytest.raises(NotAuthorized) as raised:
        as_user(login)
    who = f"user {login.username} with this password by SCRAM-SHA-512"
    assert str(raised.value).startswith(f"the cluster refuses {who} (asked at ")
    assert "not-hers" not in str(raised.value)
