# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.omninode.kafka.plugins.module_utils._core.plan import Plan
from ansible_collections.omninode.kafka.plugins.module_utils._kafka.acls import Binding, Pattern
from ansible_collections.omninode.kafka.plugins.module_utils._kafka.quotas import DEFAULT, Entity
from ansible_collections.omninode.kafka.plugins.module_utils._quota.change import QuotaChange
from ansible_collections.omninode.kafka.plugins.module_utils._quota.evidence import weigh
from ansible_collections.omninode.kafka.plugins.module_utils._quota.state import Observed

from tests.fakes.gateway import CLUSTER, FakeCluster
from tests.unit._quota.entities import ALICE, ALL_USERS, BOB, READS, WRITES, Live, entry, planned

CLIENTS = Entity(None, DEFAULT)
EVERY_CLIENT = Entity(DEFAULT, DEFAULT)
LOWER = entry(ALL_USERS, producer_byte_rate=1)


@pytest.fixture
def cluster() -> FakeCluster:
    """Its ACLs name alice, bob and carol."""
    cluster = FakeCluster()
    names = ["User:alice", "User:bob", "User:carol", "User:*", "Group:ops"]
    cluster.acls = frozenset(Binding(name, Pattern("topic", "a"), "READ") for name in names)
    return cluster


def weighed(cluster: FakeCluster, *quotas: Any, live: Live | None = None) -> Plan[QuotaChange]:
    observed = live or {}
    plan = planned(*quotas, live=observed)
    return weigh(cluster.connect(), plan, Observed(observed))


@pytest.mark.parametrize(
    ("entity", "live", "binds"),
    [
        (ALL_USERS, {}, 3),
        # who has a quota of its own for the same key
        (ALL_USERS, {ALICE: {WRITES: 1.0}}, 2),
        (ALL_USERS, {ALICE: {READS: 1.0}}, 3),
        (ALL_USERS, {Entity("alice", DEFAULT): {WRITES: 1.0}}, 2),
        # one client ID of it leaves the others
        (ALL_USERS, {Entity("alice", "app"): {WRITES: 1.0}}, 3),
        # named by a quota alone
        (ALL_USERS, {Entity("dave"): {READS: 1.0}}, 4),
        # another default that comes first
        (ALL_USERS, {EVERY_CLIENT: {WRITES: 1.0}}, 0),
        (EVERY_CLIENT, {ALL_USERS: {WRITES: 1.0}}, 3),
        (EVERY_CLIENT, {ALICE: {WRITES: 1.0}}, 2),
        (Entity(DEFAULT, "app"), {EVERY_CLIENT: {WRITES: 1.0}}, 3),
        (Entity(DEFAULT, "app"), {Entity("bob", "app"): {WRITES: 1.0}}, 2),
        # no cluster knows its client IDs
        (Entity(None, DEFAULT), {}, "unknown"),
        (Entity("alice", DEFAULT), {}, "unknown"),
    ],
)
def test_a_default_binds_users_without_a_quota_of_their_own(
    cluster: FakeCluster, entity: Entity, live: Live, binds: object
) -> None:
    [change] = weighed(cluster, entry(entity, producer_byte_rate=1), live=live).changes
    assert (change.hazards, change.facts) == (("throttling",), {"binds": binds})


@pytest.mark.parametrize(
    ("removed", "live", "binds"),
    [
        # what came first hid a lower one
        (EVERY_CLIENT, {EVERY_CLIENT: {WRITES: 2.0}, ALL_USERS: {WRITES: 1.0}}, 3),
        (ALL_USERS, {ALL_USERS: {WRITES: 2.0}, CLIENTS: {WRITES: 1.0}}, 3),
        (ALL_USERS, {ALL_USERS: {WRITES: 2.0}, CLIENTS: {WRITES: 1.0}, ALICE: {WRITES: 1.0}}, 2),
        (
            Entity(DEFAULT, "app"),
            {Entity(DEFAULT, "app"): {WRITES: 2.0}, Entity(None, "app"): {WRITES: 1.0}},
            3,
        ),
        (
            Entity("alice", DEFAULT),
            {Entity("alice", DEFAULT): {WRITES: 2.0}, ALICE: {WRITES: 1.0}},
            "unknown",
        ),
        # none, a higher one, or one that bound them before
        (ALL_USERS, {ALL_USERS: {WRITES: 2.0}}, None),
        (ALL_USERS, {ALL_USERS: {WRITES: 2.0}, CLIENTS: {WRITES: 3.0}}, None),
        (CLIENTS, {ALL_USERS: {WRITES: 1.0}, CLIENTS: {WRITES: 2.0}}, None),
        (ALL_USERS, {ALL_USERS: {WRITES: 2.0}, Entity(None, "app"): {WRITES: 1.0}}, None),
    ],
)
def test_a_default_that_is_removed_may_uncover_a_lower_one(
    cluster: FakeCluster, removed: Entity, live: Live, binds: object
) -> None:
    [change] = weighed(cluster, entry(removed, state="absent"), live=live).changes
    assert change.hazards == (() if binds is None else ("throttling",))
    assert change.facts == ({} if binds is None else {"binds": binds})


def test_only_what_is_lower_binds(cluster: FakeCluster) -> None:
    live = {ALL_USERS: {WRITES: 1.0, READS: 2.0}, ALICE: {READS: 1.0}}
    declared = entry(ALL_USERS, producer_byte_rate=2, consumer_byte_rate=1)
    [change] = weighed(cluster, declared, live=live).changes
    assert (change.lowered, change.facts) == ((READS,), {"binds": 2})


def test_the_quotas_after_the_run_count(cluster: FakeCluster) -> None:
    own = entry(BOB, producer_byte_rate=1)
    plan = weighed(cluster, LOWER, own, entry(ALICE, state="absent"), live={ALICE: {WRITES: 1.0}})
    assert plan.changes[0].facts == {"binds": 2}


def test_users_that_cannot_be_read_may_be_bound(cluster: FakeCluster) -> None:
    cluster.denied["DESCRIBE"].add(CLUSTER)
    [change] = weighed(cluster, LOWER).changes
    assert (change.hazards, change.facts) == (("throttling",), {"binds": "unknown"})
    assert change.told(change.facts) == {"binds": "unknown"}


def test_the_count_is_told_as_what_it_is(cluster: FakeCluster) -> None:
    [change] = weighed(cluster, LOWER).changes
    assert change.told(change.facts) == {"binds": "3 users known to the cluster"}
    assert change.told({"binds": 1}) == {"binds": "1 user known to the cluster"}


def test_acls_are_read_only_for_user_defaults(cluster: FakeCluster) -> None:
    weighed(
        cluster,
        entry(ALICE, producer_byte_rate=1),
        entry(Entity(None, DEFAULT), request_percentage=1),
    )
    assert cluster.requests["describe_acls"] == 0
    weighed(cluster, LOWER)
    assert cluster.requests["describe_acls"] == 1
