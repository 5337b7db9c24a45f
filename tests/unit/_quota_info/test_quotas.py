# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.omninode.kafka.plugins.module_utils._core.errors import InvalidSpec
from ansible_collections.omninode.kafka.plugins.module_utils._kafka.quotas import DEFAULT, Entity
from ansible_collections.omninode.kafka.plugins.module_utils._quota_info.quotas import read_quotas

from tests.fakes.gateway import FakeCluster
from tests.unit._quota.entities import ALICE, ALL_USERS, CONNECTS, HOST, WRITES

PAIR, CLIENT = Entity("alice", "app"), Entity(None, "app")
EVERY_CLIENT = Entity(DEFAULT, DEFAULT)
ALL = [EVERY_CLIENT, ALL_USERS, PAIR, ALICE, CLIENT, HOST]


@pytest.fixture
def cluster() -> FakeCluster:
    cluster = FakeCluster()
    cluster.quotas = {each: {CONNECTS if each.ip else WRITES: 1.5} for each in ALL}
    return cluster


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({}, ALL),
        ({"match": "exact"}, ALL),
        ({"user": "alice"}, [PAIR, ALICE]),
        ({"user": "alice", "match": "exact"}, [ALICE]),
        ({"user": "alice", "client_id": "app"}, [PAIR]),
        ({"client_id": "app"}, [PAIR, CLIENT]),
        ({"client_id": "app", "match": "exact"}, [CLIENT]),
        ({"user_defaults": True}, [EVERY_CLIENT, ALL_USERS]),
        ({"user_defaults": True, "match": "exact"}, [ALL_USERS]),
        ({"client_defaults": True}, [EVERY_CLIENT]),
        ({"ip": "192.0.2.7"}, [HOST]),
        ({"ip_defaults": True}, []),
        ({"user": "nobody"}, []),
    ],
)
def test_quotas_are_read_by_the_parts_of_their_entity(
    cluster: FakeCluster, asked: dict[str, Any], found: list[Entity]
) -> None:
    told = read_quotas(cluster.connect(), **asked)["quotas"]
    assert told == [
        {**each.as_declaration(), "quotas": {CONNECTS if each.ip else WRITES: 1.5}}
        for each in found
    ]


def test_a_name_and_its_default_are_two_questions(cluster: FakeCluster) -> None:
    with pytest.raises(InvalidSpec, match="client_defaults: cannot be asked for together"):
        read_quotas(cluster.connect(), client_id="a", client_defaults=True)
