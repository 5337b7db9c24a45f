# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.omninode.kafka.plugins.module_utils._core.plan import Plan
from ansible_collections.omninode.kafka.plugins.module_utils._kafka.quotas import DEFAULT, Entity
from ansible_collections.omninode.kafka.plugins.module_utils._quota.change import QuotaChange
from ansible_collections.omninode.kafka.plugins.module_utils._quota.guards import refuse
from ansible_collections.omninode.kafka.plugins.module_utils._quota.plan import plan_quotas
from ansible_collections.omninode.kafka.plugins.module_utils._quota.spec import parse_quota_set
from ansible_collections.omninode.kafka.plugins.module_utils._quota.state import Observed

from tests.unit._quota.entities import ALICE, ALL_USERS, BOB, HOST, READS, WRITES, Live, entry

OWNED: dict[str, Any] = {
    "owned_user_prefixes": ["shop-"],
    "owned_client_id_prefixes": ["app-"],
    "owned_ip_networks": ["198.51.100.0/24"],
}


def guarded(*quotas: Any, live: Live | None = None, **options: Any) -> Plan[QuotaChange]:
    declared = parse_quota_set(list(quotas), **options)
    observed = Observed(live or {}, "c")
    return refuse(plan_quotas(declared, observed), declared, observed)


def refused_by(plan: Plan[QuotaChange]) -> list[str]:
    return [refusal.guard for refusal in plan.refusals]


def test_a_hazard_is_allowed_on_the_entry_or_for_the_run() -> None:
    lower = entry(ALL_USERS, producer_byte_rate=1)
    [refusal] = guarded(lower).refusals
    assert refusal.why == (
        "create quota user defaults (producer_byte_rate 1): guard allow: hazard throttling;"
        " to allow it for this quota: allow: [throttling]"
    )
    assert guarded({**lower, "allow": ["throttling"]}).refusals == ()
    assert guarded(lower, allow=["all"]).refusals == ()


@pytest.mark.parametrize(
    ("entity", "guard", "setting"),
    [
        (ALICE, "owned_user_prefixes", "owned_user_prefixes: [alice], beside the others"),
        (Entity("alice", "app-1"), "owned_user_prefixes", "owned_user_prefixes: [alice], beside"),
        (Entity(None, "b"), "owned_client_id_prefixes", "owned_client_id_prefixes: [b], beside"),
        (HOST, "owned_ip_networks", "owned_ip_networks: [192.0.2.7], beside the others"),
        (ALL_USERS, "owned_defaults", "owned_defaults: true"),
        (Entity(DEFAULT, "app-1"), "owned_defaults", "owned_defaults: true"),
        (Entity(None, DEFAULT), "owned_defaults", "owned_defaults: true"),
        (Entity(ip=DEFAULT), "owned_defaults", "owned_defaults: true"),
    ],
)
def test_what_is_not_owned_is_not_changed(entity: Entity, guard: str, setting: str) -> None:
    key = "producer_byte_rate" if entity.ip is None else "connection_creation_rate"
    declared = entry(entity, **{key: 1}, allow=["all"])
    [refusal] = guarded(declared, **OWNED).refusals
    assert refusal.guard == guard
    assert f"to allow it for this run: {setting}" in refusal.why
    assert guarded(declared).refusals == ()


def test_what_is_owned_is_changed() -> None:
    plan = guarded(
        entry(Entity("shop-a"), producer_byte_rate=1),
        entry(Entity("shop-a", DEFAULT), producer_byte_rate=1, allow=["throttling"]),
        entry(Entity(None, "app-1"), producer_byte_rate=1),
        entry(Entity(ip="198.51.100.7"), connection_creation_rate=1),
        # what is as declared is not changed
        entry(ALICE, producer_byte_rate=1),
        live={ALICE: {WRITES: 1.0}},
        **OWNED,
    )
    assert (len(plan.changes), plan.refusals) == (4, ())


def test_entities_that_lose_a_quota_count_against_the_budget() -> None:
    live = {entity: {WRITES: 1.0, READS: 1.0} for entity in (ALICE, BOB, HOST)}
    quotas = [
        entry(ALICE, state="absent"),
        entry(BOB, producer_byte_rate=None),
        entry(Entity("carol"), producer_byte_rate=1),
    ]
    plan = guarded(*quotas, live=live, destruction_budget=1)
    assert refused_by(plan) == ["destruction_budget"] * 2
    assert "2 of 2 quotas would be deleted or shrunk" in plan.refusals[0].why
    assert guarded(*quotas, live=live, destruction_budget=2).refusals == ()
    assert refused_by(guarded(*quotas, live=live, destruction_budget="50%")) != []


POLICY = {
    "name": "modest",
    "rule": "quotas.producer_byte_rate <= `1024`",
    "message": "ask the platform team",
}


def test_a_policy_sees_the_quotas_after_the_run() -> None:
    live = {ALICE: {WRITES: 2048.0}, BOB: {WRITES: 1024.0}}
    # a key that the entry does not name counts too
    greedy = entry(ALICE, consumer_byte_rate=1)
    [refusal] = guarded(greedy, entry(BOB), live=live, policies=[POLICY]).refusals
    assert (refusal.guard, refusal.key) == ("policies", ALICE)
    assert "policy modest: quota user alice: ask the platform team" in refusal.why
    assert guarded({**greedy, "exempt": ["modest"]}, live=live, policies=[POLICY]).refusals == ()
    less = entry(ALICE, producer_byte_rate="1KiB")
    gone = entry(ALICE, state="absent")
    for quota in (less, gone):
        assert guarded(quota, live=live, policies=[POLICY]).refusals == ()


def test_a_policy_sees_the_entity_and_its_changes() -> None:
    rule = "user == 'alice' && cluster.cluster_id == 'c' && length(changes) == `1`"
    policy = {**POLICY, "rule": rule, "level": "warning"}
    plan = guarded(entry(ALICE, producer_byte_rate=1), policies=[policy])
    assert (plan.refusals, plan.warnings) == ((), ())
    [warning] = guarded(entry(BOB, producer_byte_rate=1), policies=[policy]).warnings
    assert "policy modest: quota user bob" in warning
