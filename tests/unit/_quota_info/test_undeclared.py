# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.omninode.kafka.plugins.module_utils._core.errors import InvalidSpec
from ansible_collections.omninode.kafka.plugins.module_utils._kafka.quotas import DEFAULT, Entity
from ansible_collections.omninode.kafka.plugins.module_utils._quota_info.undeclared import (
    read_undeclared,
)

from tests.fakes.gateway import FakeCluster
from tests.unit._quota.entities import ALICE, ALL_USERS, BOB, CONNECTS, HOST, READS, WRITES, entry

PAIR = Entity("alice", "app")


@pytest.fixture
def cluster() -> FakeCluster:
    cluster = FakeCluster()
    cluster.quotas = {
        ALICE: {WRITES: 1.0, READS: 2.0},
        PAIR: {WRITES: 3.0},
        Entity("alice", DEFAULT): {WRITES: 4.0},
        ALL_USERS: {WRITES: 5.0},
        BOB: {WRITES: 6.0},
        HOST: {CONNECTS: 7.0},
    }
    return cluster


def undeclared(cluster: FakeCluster, *quotas: Any, **owned: Any) -> Any:
    options = ("owned_user_prefixes", "owned_client_id_prefixes", "owned_ip_networks")
    given = {**dict.fromkeys(options, ()), **(owned or {"owned_user_prefixes": ["ali"]})}
    return read_undeclared(cluster.connect(), list(quotas), **given)["quotas"]


def test_what_is_owned_and_not_declared_is_found(cluster: FakeCluster) -> None:
    found = undeclared(cluster, entry(ALICE, producer_byte_rate=9), entry(Entity("alicia")))
    assert found == [
        {"user": "alice", "client_id": "app", "quotas": {WRITES: 3}},
        {"user": "alice", "quotas": {READS: 2}},
    ]
    assert cluster.written() == 0


def test_what_is_declared_to_go_is_declared(cluster: FakeCluster) -> None:
    gone = entry(ALICE, consumer_byte_rate=None, producer_byte_rate=1)
    assert undeclared(cluster, gone, entry(PAIR, state="absent")) == []


def test_nothing_has_to_be_declared(cluster: FakeCluster) -> None:
    assert len(undeclared(cluster)) == 2
    assert undeclared(cluster, owned_ip_networks=["192.0.2.0/24"]) == [
        {"ip": "192.0.2.7", "quotas": {CONNECTS: 7}}
    ]


def test_somebody_has_to_own_what_is_reported(cluster: FakeCluster) -> None:
    with pytest.raises(InvalidSpec, match="give owned_user_prefixes, owned_client_id_prefixes or"):
        undeclared(cluster, owned_user_prefixes=[])
