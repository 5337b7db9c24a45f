# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the collection relies on where it configures single brokers, such as to throttle moves."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from ansible_collections.omninode.kafka.plugins.module_utils._cluster.confluent.gateway import (
    ConfluentGateway,
)
from ansible_collections.omninode.kafka.plugins.module_utils._cluster.gateway.configs import (
    Config,
)
from ansible_collections.omninode.kafka.plugins.module_utils._cluster.gateway.gateway import Gateway
from ansible_collections.omninode.kafka.plugins.module_utils._kafka.errors import (
    BROKER_NOT_AVAILABLE,
    CLUSTER_AUTHORIZATION_FAILED,
    Rejection,
)

from tests.contract.conftest import awaited
from tests.fakes.topics import INVALID_REQUEST

LEADER = "leader.replication.throttled.rate"
FOLLOWER = "follower.replication.throttled.rate"

# those with an authorizer
guarded = pytest.mark.parametrize("gateway", ["fake", "newest"], indirect=True)


def described(gateway: Gateway) -> Config:
    config = gateway.describe_broker_configs([1])[1]
    assert not isinstance(config, Rejection), config
    return config


@pytest.fixture
def limited(gateway: Gateway) -> Iterator[Gateway]:
    """Its broker has no rates before, and none afterwards."""
    yield gateway
    assert gateway.incremental_alter_broker_configs({1: {LEADER: None, FOLLOWER: None}}) == {
        1: None
    }
    awaited(lambda: not overridden(gateway), "the rates to be gone")


def overridden(gateway: Gateway) -> dict[str, str | None]:
    return {**described(gateway).own}


def test_what_a_broker_was_started_with_is_not_overridden(gateway: Gateway) -> None:
    assert overridden(gateway) == {}
    assert described(gateway).inherited["num.partitions"] == "1"


def test_keys_are_set_and_unset_and_the_rest_left_alone(limited: Gateway) -> None:
    for changes, left in (
        ({LEADER: "1000", FOLLOWER: "2000"}, {LEADER: "1000", FOLLOWER: "2000"}),
        ({LEADER: "3000"}, {LEADER: "3000", FOLLOWER: "2000"}),
        ({LEADER: None}, {FOLLOWER: "2000"}),
        ({LEADER: None}, {FOLLOWER: "2000"}),
    ):
        assert limited.incremental_alter_broker_configs({1: changes}) == {1: None}
        awaited(lambda left=left: overridden(limited) == left, "the changes to be shown")


def test_a_static_key_is_refused(gateway: Gateway) -> None:
    answer = gateway.incremental_alter_broker_configs({1: {"node.id": "9", LEADER: "5"}})[1]
    assert isinstance(answer, Rejection)
    assert answer.code == INVALID_REQUEST
    assert "node.id" in answer.message
    assert overridden(gateway) == {}


def test_an_unknown_key_is_taken(gateway: Gateway) -> None:
    """So the collection has to know the keys itself."""
    assert gateway.incremental_alter_broker_configs({1: {"no.such.key": "1"}}) == {1: None}
    awaited(lambda: "no.such.key" in overridden(gateway), "the key to be shown")
    assert gateway.incremental_alter_broker_configs({1: {"no.such.key": None}}) == {1: None}
    awaited(lambda: not overridden(gateway), "the key to be gone")


def test_each_broker_stands_for_itself(limited: Gateway) -> None:
    answers = limited.incremental_alter_broker_configs({99: {LEADER: "5"}, 1: {LEADER: "5"}})
    assert set(answers) == {1, 99}
    assert answers[1] is None
    configs = limited.describe_broker_configs([99, 1])
    assert not isinstance(configs[1], Rejection)
    for answer in (answers[99], configs[99]):
        assert isinstance(answer, Rejection)
        assert answer.code == BROKER_NOT_AVAILABLE
        assert not answer.lost


def test_nothing_is_asked_of_no_brokers(gateway: Gateway) -> None:
    assert gateway.describe_broker_configs([]) == {}
    assert gateway.incremental_alter_broker_configs({}) == {}


@guarded
def test_without_rights(stranger: Gateway) -> None:
    for answer in (
        stranger.describe_broker_configs([1])[1],
        stranger.incremental_alter_broker_configs({1: {LEADER: "5"}})[1],
    ):
        assert isinstance(answer, Rejection)
        assert answer.code == CLUSTER_AUTHORIZATION_FAILED


def test_only_a_newer_kafka_can_cordon(gateway: Gateway) -> None:
    """KIP-1066. An older one takes the key, as it takes any, and does nothing."""
    can_cordon = not isinstance(gateway, ConfluentGateway) or knows_cordons(gateway)
    assert described(gateway).knows("cordoned.log.dirs") == can_cordon


def knows_cordons(gateway: Gateway) -> bool:
    """From this version on a broker tells in DescribeLogDirs whether it is cordoned."""
    _lowest, highest = gateway.api_versions()["DescribeLogDirs"]
    return highest >= 5
