# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the collection relies on in client quotas, on the fake and on real brokers."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping

import pytest
from ansible_collections.omninode.kafka.plugins.module_utils._cluster.gateway.gateway import Gateway
from ansible_collections.omninode.kafka.plugins.module_utils._cluster.gateway.quotas import Quotas
from ansible_collections.omninode.kafka.plugins.module_utils._kafka.errors import (
    CLUSTER_AUTHORIZATION_FAILED,
    Rejection,
)
from ansible_collections.omninode.kafka.plugins.module_utils._kafka.quotas import (
    DEFAULT,
    KEYS,
    Entity,
    Values,
    parse_value,
)

from tests.contract.conftest import LEFT_SOCKETS, awaited
from tests.fakes.session import POLICY_VIOLATION
from tests.fakes.topics import INVALID_REQUEST

pytestmark = LEFT_SOCKETS

WRITES, READS, SHARE = "producer_byte_rate", "consumer_byte_rate", "request_percentage"
CONNECTS = "connection_creation_rate"
# those with an authorizer
guarded = pytest.mark.parametrize("gateway", ["fake", "newest"], indirect=True)


def known(quotas: Quotas) -> Mapping[Entity, Values]:
    found = quotas.describe_quotas()
    assert not isinstance(found, Rejection), found
    return found


def shows(quotas: Quotas, expected: Mapping[Entity, Values | None]) -> None:
    """None: the entity has no quota."""

    def is_shown() -> bool:
        found = known(quotas)
        return all(found.get(entity) == values for entity, values in expected.items())

    awaited(is_shown, "the quotas to be visible")


@pytest.fixture
def quotas(gateway: Gateway) -> Iterator[Quotas]:
    """All quotas are removed after the test: defaults bind whatever comes next."""
    opened = gateway.quotas()
    yield opened
    left = {entity: dict.fromkeys(values) for entity, values in known(opened).items()}
    opened.alter_quotas(left)
    shows(opened, dict.fromkeys(left))
    opened.close()


@pytest.fixture
def user(prefix: str) -> Entity:
    return Entity(f"{prefix}é \"<b>'")


def test_nothing_is_asked_of_no_entities(quotas: Quotas) -> None:
    assert quotas.alter_quotas({}) == {}


def test_every_kind_of_entity_has_its_quotas(quotas: Quotas, user: Entity) -> None:
    name = str(user.user)
    rate = {WRITES: 1048576.0, SHARE: 12.5}
    given: dict[Entity, dict[str, float]] = {
        Entity(user, client): rate
        for user in (name, DEFAULT, None)
        for client in ("app", DEFAULT, None)
        if (user, client) != (None, None)
    }
    given[Entity(ip="192.0.2.7")] = {CONNECTS: 20.0}
    given[Entity(ip="2001:DB8::7")] = {CONNECTS: 2147483647.0}
    given[Entity(ip=DEFAULT)] = {CONNECTS: 1.0}

    assert quotas.alter_quotas(given) == dict.fromkeys(given)
    shows(quotas, given)

    doomed = {entity: dict.fromkeys(values) for entity, values in given.items()}
    assert quotas.alter_quotas(doomed) == dict.fromkeys(doomed)
    shows(quotas, dict.fromkeys(doomed))


def test_a_key_stands_for_itself(quotas: Quotas, user: Entity) -> None:
    quotas.alter_quotas({user: {WRITES: 1.0, READS: 2.0}})
    shows(quotas, {user: {WRITES: 1.0, READS: 2.0}})
    # what is removed need not be there
    answers = quotas.alter_quotas({user: {WRITES: None, SHARE: None, READS: 3.0}})
    assert answers == {user: None}
    shows(quotas, {user: {READS: 3.0}})


def test_what_is_only_validated_is_not_made(quotas: Quotas, user: Entity) -> None:
    bad = user._replace(client_id="b")
    answers = quotas.alter_quotas({user: {WRITES: 1.0}, bad: {WRITES: 0.0}}, validate_only=True)
    assert answers[user] is None
    refused(answers[bad])
    quotas.alter_quotas({bad: {READS: 1.0}})
    shows(quotas, {bad: {READS: 1.0}, user: None})


def refused(answer: Rejection | None) -> None:
    assert answer is not None
    assert (answer.code, answer.lost) == (INVALID_REQUEST, False), answer
    assert answer.error
    assert answer.message


@pytest.mark.parametrize(
    ("other", "values"),
    [
        ({"user": "a", "ip": "192.0.2.7"}, {CONNECTS: 1.0}),
        ({"ip": "192.0.2.7"}, {WRITES: 1.0}),
        ({"user": "a"}, {CONNECTS: 1.0}),
        ({"user": "a"}, {"no_such_rate": 1.0}),
        ({"client_id": "a"}, {WRITES: 1.5}),
        ({"ip": "192.0.2.7"}, {CONNECTS: 1.5}),
        # of one that is refused, nothing is made
        ({"user": "a"}, {READS: 1.0, WRITES: 0.0}),
        ({}, {WRITES: 1.0}),
    ],
)
def test_a_mistake_is_refused_alone(
    quotas: Quotas, user: Entity, other: dict[str, str], values: Values
) -> None:
    bad = Entity(**other)
    answers = quotas.alter_quotas({bad: values, user: {WRITES: 1.0}})
    refused(answers[bad])
    assert answers[user] is None
    shows(quotas, {user: {WRITES: 1.0}, bad: None})


def test_removing_what_no_kafka_has_is_no_mistake(quotas: Quotas, user: Entity) -> None:
    assert quotas.alter_quotas({user: {"no_such_rate": None}}) == {user: None}


VALUES = [0.0, -1.0, 1e-7, 0.5, 1.0, 1.0000001, 1.00001, 1e9, 2147483647.0, 2147483648.0]
VALUES += [2.0**53, 2.0**63, 2.0**64, 1e300]


def test_the_broker_takes_the_values_that_the_collection_takes(
    quotas: Quotas, user: Entity
) -> None:
    """And shows them as they were."""
    for key, known_key in KEYS.items():
        entity = Entity(ip="192.0.2.7") if "ip" in known_key.parts else user
        for value in VALUES:
            try:
                is_taken = parse_value(key, value) == value
            except ValueError:
                is_taken = False
            answer = quotas.alter_quotas({entity: {key: value}}, validate_only=True)[entity]
            assert (answer is None) == is_taken, (key, value, answer)
    odd = {WRITES: 1.0000001, READS: 2.0**63, SHARE: 1e300}
    quotas.alter_quotas({user: odd})
    shows(quotas, {user: odd})


@pytest.mark.parametrize("gateway", ["3.9", "4.0"], indirect=True)
def test_older_brokers_take_what_is_no_finite_number(quotas: Quotas, user: Entity) -> None:
    values = {WRITES: math.nan, SHARE: math.inf}
    assert quotas.alter_quotas({user: values}) == {user: None}
    awaited(lambda: user in known(quotas), "the quotas to be visible")
    shown = {key: str(value) for key, value in known(quotas)[user].items()}
    assert shown == {WRITES: "nan", SHARE: "inf"}


@pytest.mark.parametrize("value", [math.nan, math.inf])
@guarded
def test_newer_brokers_refuse_it(quotas: Quotas, user: Entity, value: float) -> None:
    refused(quotas.alter_quotas({user: {WRITES: value}}, validate_only=True)[user])


def test_a_request_alters_as_many_keys_as_the_controller_makes_records(
    quotas: Quotas, prefix: str
) -> None:
    many = {Entity(f"{prefix}{number}"): {WRITES: 1.0, READS: 1.0} for number in range(5_001)}

    answers = quotas.alter_quotas(many, validate_only=True)

    codes = {answer.code if answer else 0 for answer in answers.values()}
    assert codes == {POLICY_VIOLATION}


def test_a_thousand_entities_in_one_request(quotas: Quotas, prefix: str) -> None:
    many = {Entity(f"{prefix}{number}"): {WRITES: 1.0 + number} for number in range(1_000)}
    assert quotas.alter_quotas(many) == dict.fromkeys(many)
    shows(quotas, many)


@guarded
def test_without_rights_quotas_are_neither_shown_nor_altered(
    stranger: Gateway, user: Entity
) -> None:
    quotas = stranger.quotas()
    hidden = quotas.describe_quotas()
    assert isinstance(hidden, Rejection)
    assert hidden.code == CLUSTER_AUTHORIZATION_FAILED
    for validate_only in (True, False):
        answer = quotas.alter_quotas({user: {WRITES: 1.0}}, validate_only)[user]
        assert answer is not None
        assert (answer.code, answer.lost) == (CLUSTER_AUTHORIZATION_FAILED, False)
    quotas.close()


def test_a_connection_that_was_closed_opens_again(quotas: Quotas) -> None:
    quotas.close()
    quotas.close()
    assert known(quotas) == {}
