# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the collection relies on in every authorizer, on the fake and on a real broker."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from ansible_collections.omninode.kafka.plugins.module_utils._cluster.confluent.acls import (
    _bindings,
)
from ansible_collections.omninode.kafka.plugins.module_utils._cluster.confluent.gateway import (
    ConfluentGateway,
)
from ansible_collections.omninode.kafka.plugins.module_utils._cluster.connection import Connection
from ansible_collections.omninode.kafka.plugins.module_utils._cluster.gateway.gateway import Gateway
from ansible_collections.omninode.kafka.plugins.module_utils._kafka.acls import (
    CLUSTER,
    CLUSTER_NAME,
    GROUP,
    NOWHERE,
    OPERATIONS,
    PREFIXED,
    TOPIC,
    TRANSACTIONAL_ID,
    USER,
    Binding,
    Pattern,
    reach,
)
from ansible_collections.omninode.kafka.plugins.module_utils._kafka.errors import (
    CLUSTER_AUTHORIZATION_FAILED,
    SECURITY_DISABLED,
    TOPIC_AUTHORIZATION_FAILED,
    Rejection,
)
from confluent_kafka.admin import (
    AclBindingFilter,
    AclOperation,
    AclPermissionType,
    AdminClient,
    ResourcePatternType,
    ResourceType,
)

from tests.brokers.fixtures import TestBroker
from tests.contract.conftest import SECONDS, awaited
from tests.fakes.gateway import FakeCluster
from tests.fakes.session import POLICY_VIOLATION
from tests.fakes.topics import INVALID_REQUEST

# those with an authorizer
guarded = pytest.mark.parametrize("gateway", ["fake", "3.9", "newest"], indirect=True)


@pytest.fixture
def principal(gateway: Gateway, prefix: str) -> Iterator[str]:
    """Whose ACLs are deleted after the test."""
    own = f"User:{prefix}"
    yield own
    left = [binding for binding in known(gateway) if binding.principal.startswith(own)]
    if left:
        gateway.acls().delete_acls(left)


def known(gateway: Gateway) -> frozenset[Binding]:
    found = gateway.acls().describe_acls()
    assert not isinstance(found, Rejection), found
    return found


def shows(gateway: Gateway, *bindings: Binding) -> None:
    awaited(lambda: set(bindings) <= known(gateway), "the ACLs to be visible")


def every_kind(principal: str) -> list[Binding]:
    """A binding of each word that the client library knows."""
    bindings = []
    for resource_type, operations in OPERATIONS.items():
        name = CLUSTER_NAME if resource_type == CLUSTER else f"{principal} *é"
        for operation in ("ALL", *operations):
            pattern = Pattern(resource_type, name)
            bindings.append(Binding(principal, pattern, operation))
    prefixed = Pattern(TOPIC, "contract-", PREFIXED)
    bindings.append(Binding(principal, prefixed, "READ", "deny", "192.0.2.1"))
    bindings.append(Binding(principal, prefixed, "READ", "allow", "2001:db8::1"))
    return bindings


@guarded
def test_acls_are_created_and_deleted(gateway: Gateway, principal: str) -> None:
    every = [binding for binding in every_kind(principal) if gateway.acls().can_write(binding)]
    assert {binding.pattern.resource_type for binding in every} == {
        TOPIC,
        GROUP,
        CLUSTER,
        TRANSACTIONAL_ID,
    }

    assert gateway.acls().create_acls(every) == dict.fromkeys(every)
    shows(gateway, *every)
    assert {each for each in known(gateway) if each.principal == principal} == set(every)

    kept, *doomed = every
    assert gateway.acls().delete_acls(doomed) == dict.fromkeys(doomed)
    awaited(lambda: not set(doomed) & known(gateway), "the ACLs to be gone")
    assert kept in known(gateway)


@guarded
def test_what_the_client_library_cannot_write(gateway: Gateway, principal: str) -> None:
    unwritable = [
        binding for binding in every_kind(principal) if not gateway.acls().can_write(binding)
    ]

    assert {(each.pattern.resource_type, each.operation) for each in unwritable} == {
        ("delegation_token", "ALL"),
        ("delegation_token", "DESCRIBE"),
        (USER, "ALL"),
        (USER, "CREATE_TOKENS"),
        (USER, "DESCRIBE_TOKENS"),
        (TRANSACTIONAL_ID, "TWO_PHASE_COMMIT"),
    }


@guarded
def test_kafka_does_not_tell_what_was_there(gateway: Gateway, principal: str) -> None:
    binding = Binding(principal, Pattern(TOPIC, "a"), "READ")

    assert gateway.acls().delete_acls([binding]) == {binding: None}
    for _twice in range(2):
        assert gateway.acls().create_acls([binding]) == {binding: None}


@guarded
def test_a_bad_binding_is_refused_alone(gateway: Gateway, principal: str) -> None:
    good = Binding(principal, Pattern(TOPIC, "a"), "READ")
    bad = {
        good._replace(principal="alice"): "no colon",
        good._replace(pattern=Pattern(TOPIC, "")): "empty resource name",
        good._replace(pattern=Pattern(CLUSTER, "a"), operation="ALTER"): CLUSTER_NAME,
    }

    answers = gateway.acls().create_acls([*bad, good])

    assert answers[good] is None
    for binding, word in bad.items():
        answer = answers[binding]
        assert answer is not None
        assert (answer.code, word in answer.message) == (INVALID_REQUEST, True), answer
    shows(gateway, good)


@pytest.mark.parametrize("gateway", ["fake", "newest"], indirect=True)
def test_an_empty_host_is_refused_by_newer_brokers(gateway: Gateway, principal: str) -> None:
    binding = Binding(principal, Pattern(TOPIC, "a"), "READ", host="")
    refused = gateway.acls().create_acls([binding])[binding]
    assert refused is not None
    assert (refused.code, "Host" in refused.message) == (INVALID_REQUEST, True), refused


@guarded
def test_a_request_creates_as_many_as_the_controller_makes_records(
    gateway: Gateway, principal: str
) -> None:
    many = [Binding(principal, Pattern(TOPIC, f"a{number}"), "READ") for number in range(10_001)]

    answers = gateway.acls().create_acls(many)

    assert {answer.code for answer in answers.values() if answer} == {POLICY_VIOLATION}
    assert all(answers.values())


@guarded
def test_mistakes_that_brokers_take(gateway: Gateway, principal: str) -> None:
    """So they are found before."""
    good = Binding(principal, Pattern(TOPIC, "a"), "READ")
    mistakes = [
        good._replace(operation="IDEMPOTENT_WRITE"),
        good._replace(host="not an ip!!"),
        good._replace(pattern=Pattern(TOPIC, "*", PREFIXED)),
    ]

    assert gateway.acls().create_acls(mistakes) == dict.fromkeys(mistakes)
    shows(gateway, *mistakes)


@guarded
def test_without_rights_acls_are_hidden(stranger: Gateway) -> None:
    answer = stranger.acls().describe_acls()
    assert isinstance(answer, Rejection)
    assert answer.code == CLUSTER_AUTHORIZATION_FAILED

    binding = Binding("User:a", Pattern(TOPIC, "a"), "READ")
    for answers in (stranger.acls().create_acls([binding]), stranger.acls().delete_acls([binding])):
        refused = answers[binding]
        assert refused is not None
        assert refused.code == CLUSTER_AUTHORIZATION_FAILED


@pytest.fixture(params=["fake", "3.9"])
def open_to_all(request: pytest.FixtureRequest) -> Gateway:
    """A cluster without an authorizer."""
    if request.param == "fake":
        return FakeCluster(authorizer_class_name="").connect()
    broker: TestBroker = request.getfixturevalue("broker_40")
    return ConfluentGateway(Connection((broker.bootstrap,)))


def test_without_an_authorizer_there_seem_to_be_no_acls(open_to_all: Gateway) -> None:
    assert known(open_to_all) == frozenset()
    config = open_to_all.describe_broker_config()
    assert not isinstance(config, Rejection)
    assert config["authorizer.class.name"] == ""

    binding = Binding("User:a", Pattern(TOPIC, "a"), "READ")
    refused = open_to_all.acls().create_acls([binding])[binding]
    assert refused is not None
    assert refused.code == SECURITY_DISABLED


@guarded
def test_with_an_authorizer_its_class_is_shown(gateway: Gateway) -> None:
    config = gateway.describe_broker_config()
    assert not isinstance(config, Rejection)
    assert config["authorizer.class.name"]


@guarded
def test_who_does_not_authenticate_is_anonymous(gateway: Gateway) -> None:
    assert gateway.acls().principal() == "User:ANONYMOUS"


def test_who_authenticates_by_a_name_has_it(broker: TestBroker) -> None:
    rights: dict[str, Any] = {
        "sasl_mechanism": "SCRAM-SHA-512",
        "sasl_username": "alice",
        "sasl_password": broker.users["alice"],
    }
    connection = Connection((broker.sasl_bootstrap,), "SASL_SSL", str(broker.ca_cert), **rights)
    assert ConfluentGateway(connection).acls().principal() == "User:alice"


PATTERNS = [
    Pattern(TOPIC, "shop.orders"),
    Pattern(TOPIC, "shop."),
    Pattern(TOPIC, "shop.", PREFIXED),
    Pattern(TOPIC, "s", PREFIXED),
    Pattern(TOPIC, "shop.orders.eu", PREFIXED),
    Pattern(TOPIC, "*"),
    Pattern(TOPIC, "*", PREFIXED),
    Pattern(GROUP, "shop.orders"),
    Pattern(GROUP, "*"),
]
NAMES = ["shop.orders", "shop.", "shop.orders.eu.1", "other", "*x"]


@pytest.mark.parametrize("gateway", ["newest"], indirect=True)
def test_the_broker_matches_as_the_collection_does(
    gateway: Gateway, broker: TestBroker, principal: str
) -> None:
    """By the broker's own filter MATCH; the collection asks for all ACLs, and matches itself."""
    bindings = [Binding(principal, pattern, "DESCRIBE") for pattern in PATTERNS]
    gateway.acls().create_acls(bindings)
    shows(gateway, *bindings)
    admin = AdminClient({"bootstrap.servers": broker.bootstrap})
    anything: Any = None

    for resource_type in (TOPIC, GROUP):
        for name in NAMES:
            matching = AclBindingFilter(
                ResourceType[resource_type.upper()],
                name,
                ResourcePatternType.MATCH,
                principal,
                anything,
                AclOperation.ANY,
                AclPermissionType.ANY,
            )
            found = _bindings(admin.describe_acls(matching).result(SECONDS))
            assert {each.pattern for each in found} == {
                pattern for pattern in PATTERNS if pattern.matches(resource_type, name)
            }, name


HERE, ELSEWHERE = "127.0.0.1", "192.0.2.1"
# of alice on the topic, or of others; what is not said is of her, allowed, from any host
RIGHTS: dict[str, list[dict[str, Any]]] = {
    "read": [{"operation": "READ"}],
    "create": [{"operation": "CREATE"}],
    "alter_configs": [{"operation": "ALTER_CONFIGS"}, {"operation": "DESCRIBE"}],
    "all": [{"operation": "ALL"}],
    "every user": [{"operation": "WRITE", "principal": "User:*"}],
    "another user": [{"operation": "ALL", "principal": "User:bob"}],
    "prefix": [{"operation": "READ", "pattern_type": PREFIXED, "cut": 4}],
    "wildcard": [{"operation": "DELETE", "name": "*"}],
    "denied": [{"operation": "ALL"}, {"operation": "WRITE", "permission": "deny"}],
    "denied what it implies": [
        {"operation": "READ"},
        {"operation": "DESCRIBE", "permission": "deny"},
    ],
    "a denial implies nothing": [
        {"operation": "ALL"},
        {"operation": "READ", "permission": "deny"},
        {"operation": "ALTER_CONFIGS", "permission": "deny"},
    ],
    "denied by prefix": [
        {"operation": "ALL"},
        {"operation": "ALTER", "permission": "deny", "pattern_type": PREFIXED, "cut": 3},
    ],
    "all denied": [{"operation": "ALL"}, {"operation": "ALL", "permission": "deny"}],
    "from here": [{"operation": "READ", "host": HERE}],
    "from elsewhere": [{"operation": "READ", "host": ELSEWHERE}],
    "denied from elsewhere": [
        {"operation": "READ"},
        {"operation": "READ", "host": ELSEWHERE, "permission": "deny"},
    ],
}


def of_topic(topic: str, right: dict[str, Any]) -> Binding:
    fields = dict(right)
    cut = fields.pop("cut", 0)
    name = fields.pop("name", topic[: len(topic) - cut])
    pattern = Pattern(TOPIC, name, fields.pop("pattern_type", "literal"))
    return Binding(**{"principal": "User:alice", "pattern": pattern, **fields})


@pytest.mark.parametrize("gateway", ["newest"], indirect=True)
@pytest.mark.parametrize("rights", RIGHTS.values(), ids=RIGHTS)
def test_the_broker_authorizes_as_the_collection_reckons(
    gateway: Gateway, stranger: Gateway, topic: str, rights: list[dict[str, Any]]
) -> None:
    """By the operations that it says alice has on a topic, from this host."""
    bindings = [of_topic(topic, right) for right in rights]
    # whatever is denied elsewhere does not matter here
    here = [binding for binding in bindings if binding.host != ELSEWHERE]
    expected = {
        operation
        for operation in OPERATIONS[TOPIC]
        if reach(here, "User:alice", operation, TOPIC, topic) > NOWHERE
    }
    gateway.acls().create_acls(bindings)
    try:
        shows(gateway, *bindings)
        if "DESCRIBE" not in expected:
            hidden = stranger.describe_topics([topic])[topic]
            assert isinstance(hidden, Rejection)
            assert hidden.code == TOPIC_AUTHORIZATION_FAILED
            return

        def told() -> object:
            found = stranger.describe_topics([topic])[topic]
            return None if isinstance(found, Rejection) else found.operations

        awaited(lambda: told() is not None, "alice to see the topic")
        assert told() == expected
    finally:
        gateway.acls().delete_acls(bindings)
        awaited(lambda: not set(bindings) & known(gateway), "the ACLs to be gone")
