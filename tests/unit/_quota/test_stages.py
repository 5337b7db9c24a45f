# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import math
from typing import Any

import pytest
from ansible_collections.omninode.kafka.plugins.module_utils._core.errors import NotAuthorized
from ansible_collections.omninode.kafka.plugins.module_utils._core.plan import Plan
from ansible_collections.omninode.kafka.plugins.module_utils._kafka.quotas import Entity
from ansible_collections.omninode.kafka.plugins.module_utils._quota.apply import (
    MOST_KEYS,
    apply_changes,
    seconds_to_show,
)
from ansible_collections.omninode.kafka.plugins.module_utils._quota.change import (
    QuotaChange,
    Step,
)
from ansible_collections.omninode.kafka.plugins.module_utils._quota.observe import observe_quotas
from ansible_collections.omninode.kafka.plugins.module_utils._quota.undo import undo
from ansible_collections.omninode.kafka.plugins.module_utils._quota.validate import (
    validate_by_broker,
    validate_locally,
)

from tests.fakes.gateway import CLUSTER, FakeCluster
from tests.unit._quota.entities import ALICE, BOB, CONNECTS, HOST, READS, WRITES, entry, planned

LIVE: Any = {ALICE: {WRITES: 1.0, READS: 2.0}, HOST: {CONNECTS: 3.0}}
CAROL = Entity("carol")


@pytest.fixture
def cluster() -> FakeCluster:
    cluster = FakeCluster()
    cluster.quotas = LIVE
    return cluster


@pytest.fixture
def plan() -> Plan[QuotaChange]:
    """Alters alice, creates bob, and removes what the address has."""
    return planned(
        entry(ALICE, producer_byte_rate=9),
        entry(BOB, producer_byte_rate=1),
        entry(HOST, state="absent"),
        live=LIVE,
    )


def test_all_quotas_are_read_with_one_request(cluster: FakeCluster) -> None:
    cluster.quotas = {**LIVE, BOB: {}}
    observed = observe_quotas(cluster.connect())
    assert observed.quotas == LIVE
    assert observed.cluster_id == "fake-cluster-id-000000"
    assert sum(cluster.requests.values()) == 1


def test_without_the_right_nothing_is_taken_for_absent(cluster: FakeCluster) -> None:
    cluster.denied["DESCRIBE_CONFIGS"].add(CLUSTER)
    with pytest.raises(NotAuthorized, match="ACL operation DESCRIBE_CONFIGS on the cluster"):
        observe_quotas(cluster.connect())


def test_the_broker_judges_every_change(cluster: FakeCluster, plan: Plan[QuotaChange]) -> None:
    validation = validate_by_broker(cluster.connect(), plan)
    assert (validation.refusals, validation.unvalidated) == ((), ())
    assert cluster.requests["alter_quotas validate_only"] == 2
    assert (cluster.written(), cluster.quotas) == (0, LIVE)


def test_what_the_broker_refuses_is_named(cluster: FakeCluster) -> None:
    bad = QuotaChange(CAROL, "create", (Step(CONNECTS, None, 1.0),))
    good = QuotaChange(BOB, "create", (Step(WRITES, None, 1.0),))
    [refusal] = validate_by_broker(cluster.connect(), Plan((good, bad))).refusals
    assert refusal.why == (
        "create quota user carol (connection_creation_rate 1): INVALID_REQUEST: Invalid"
        " configuration key connection_creation_rate"
    )
    assert (refusal.stops(bad), refusal.stops(good)) == (True, False)


def test_the_right_that_is_missing_is_named(cluster: FakeCluster, plan: Plan[QuotaChange]) -> None:
    cluster.denied["ALTER_CONFIGS"].add(CLUSTER)
    refusals = validate_by_broker(cluster.connect(), plan).refusals
    assert len(refusals) == 3
    assert "needs the ACL operation ALTER_CONFIGS on the cluster" in refusals[0].why


def test_a_local_validation_says_what_it_is(cluster: FakeCluster, plan: Plan[QuotaChange]) -> None:
    found = validate_locally(plan).unvalidated
    assert [(item.name, item.operation) for item in found] == [
        ("user alice", "alter"),
        ("user bob", "create"),
        ("ip 192.0.2.7", "delete"),
    ]
    assert {item.why for item in found} == {"validate is local: not shown to the broker"}
    assert sum(cluster.requests.values()) == 0


def applied(cluster: FakeCluster, plan: Plan[QuotaChange]) -> list[tuple[str, str, str]]:
    outcomes = apply_changes(cluster.connect().quotas(), plan).outcomes
    return [(each.change.name, each.status, each.cause) for each in outcomes]


def test_what_is_removed_is_a_request_of_its_own(
    cluster: FakeCluster, plan: Plan[QuotaChange]
) -> None:
    assert [status for _name, status, _why in applied(cluster, plan)] == ["applied"] * 3
    assert cluster.quotas == {ALICE: {WRITES: 9.0, READS: 2.0}, BOB: {WRITES: 1.0}}
    assert cluster.requests["alter_quotas"] == 2


def test_nothing_is_deleted_after_a_failure(cluster: FakeCluster) -> None:
    bad = QuotaChange(CAROL, "create", (Step(CONNECTS, None, 1.0),))
    good = QuotaChange(BOB, "create", (Step(WRITES, None, 1.0),))
    gone = QuotaChange(HOST, "delete", (Step(CONNECTS, 3.0, None),))
    [first, second, third] = applied(cluster, Plan((bad, good, gone)))
    assert first[:2] == ("user carol", "failed")
    assert "Invalid configuration key" in first[2]
    assert second == ("user bob", "applied", "")
    assert third == (
        "ip 192.0.2.7",
        "pending",
        "not tried, since nothing is deleted after a failure",
    )
    assert cluster.requests["alter_quotas"] == 1


@pytest.mark.parametrize("fate", ["applied", "dropped"])
def test_a_lost_answer_proves_nothing(
    cluster: FakeCluster, plan: Plan[QuotaChange], fate: Any
) -> None:
    cluster.fates["alter_quotas"] = [fate]
    statuses = [status for _name, status, _why in applied(cluster, plan)]
    assert statuses == ["unknown", "unknown", "pending"]


def test_the_controller_takes_every_request(cluster: FakeCluster) -> None:
    many = [Entity(f"u{number}") for number in range(MOST_KEYS // 2 + 1)]
    plan = planned(*(entry(each, producer_byte_rate=1, consumer_byte_rate=1) for each in many))
    gateway = cluster.connect()
    assert validate_by_broker(gateway, plan).refusals == ()
    assert {status for _name, status, _why in applied(cluster, plan)} == {"applied"}
    assert cluster.requests["alter_quotas"] == 2
    assert seconds_to_show(plan) > seconds_to_show(planned(entry(BOB, producer_byte_rate=1)))


def test_the_undo_is_a_declaration(plan: Plan[QuotaChange]) -> None:
    undone = undo(plan)
    assert undone == {
        "quotas": [
            {"user": "alice", "quotas": {WRITES: 1}},
            {"user": "bob", "state": "absent"},
            {"ip": "192.0.2.7", "quotas": {CONNECTS: 3}},
        ],
        "not_undone": [],
    }


def test_a_key_that_was_not_there_is_taken_back_by_null() -> None:
    plan = planned(entry(ALICE, request_percentage=1), live=LIVE)
    assert undo(plan)["quotas"] == [{"user": "alice", "quotas": {"request_percentage": None}}]


def test_what_nobody_may_declare_is_not_undone() -> None:
    odd, host = Entity("User:x"), Entity(ip="kafka.example")
    live = {
        odd: {WRITES: 1.0},
        host: {CONNECTS: 1.0},
        ALICE: {WRITES: math.nan, READS: 2.0, "of_a_newer_kafka": 1.0},
    }
    plan = planned(*(entry(entity, state="absent") for entity in live), live=live)
    undone: Any = undo(plan)
    assert undone["quotas"] == [{"user": "alice", "quotas": {READS: 2}}]
    told = "\n".join(undone["not_undone"])
    assert "quota of user User:x does not come back: 'User:x' has a type" in told
    assert "quota of ip kafka.example does not come back: must be an IP address" in told
    assert "quota of user alice does not come back: producer_byte_rate: 'nan'" in told
    assert "of_a_newer_kafka: is no quota of Kafka's" in told
