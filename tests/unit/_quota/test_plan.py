# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import math
from typing import Any

import pytest
from ansible_collections.omninode.kafka.plugins.module_utils._core.diff import to_text
from ansible_collections.omninode.kafka.plugins.module_utils._kafka.quotas import DEFAULT, Entity
from ansible_collections.omninode.kafka.plugins.module_utils._quota.plan import quotas_after

from tests.unit._quota.entities import (
    ALICE,
    ALL_USERS,
    BOB,
    CONNECTS,
    HOST,
    READS,
    SHARE,
    WRITES,
    entry,
    planned,
)

LIVE: Any = {ALICE: {WRITES: 1024.0, READS: 2048.0}}


@pytest.mark.parametrize(
    ("declared", "operation", "effect"),
    [
        (entry(ALICE, producer_byte_rate=2048), "alter", f"{WRITES} from 1KiB to 2KiB"),
        (entry(ALICE, request_percentage=12.5), "alter", f"{SHARE} 12.5"),
        (entry(ALICE, consumer_byte_rate=None), "alter", f"{READS} removed"),
        (entry(BOB, producer_byte_rate=1), "create", f"{WRITES} 1"),
        (entry(ALICE, state="absent"), "delete", f"{READS} removed, {WRITES} removed"),
        (
            entry(ALICE, producer_byte_rate=None, consumer_byte_rate=None),
            "delete",
            f"{READS} removed, {WRITES} removed",
        ),
    ],
)
def test_what_differs_is_changed(declared: dict[str, Any], operation: str, effect: str) -> None:
    plan = planned(declared, live=LIVE)
    [change] = plan.changes
    assert (change.operation, change.effect) == (operation, effect)
    assert plan.unchanged == 0


@pytest.mark.parametrize(
    ("declared", "unchanged"),
    [
        (entry(ALICE, producer_byte_rate="1KiB"), 1),
        (entry(ALICE), 1),
        (entry(ALICE, request_percentage=None), 1),
        (entry(BOB), 0),
        (entry(BOB, producer_byte_rate=None), 0),
        (entry(BOB, state="absent"), 0),
    ],
)
def test_what_is_as_declared_is_left_alone(declared: dict[str, Any], unchanged: int) -> None:
    plan = planned(declared, live=LIVE)
    assert (plan.changes, plan.unchanged) == ((), unchanged)


def test_a_change_tells_only_what_differs() -> None:
    [change] = planned(
        entry(ALICE, producer_byte_rate="1MiB", request_percentage=50), live=LIVE
    ).changes
    assert change.before == {WRITES: 1024, SHARE: None}
    assert change.after == {WRITES: 1048576, SHARE: 50}
    assert (change.shown_before, change.shown_after) == (
        {WRITES: "1KiB"},
        {WRITES: "1MiB", SHARE: 50},
    )
    assert to_text([change]) == [
        "quota user alice:",
        f"  {WRITES}: 1KiB -> 1MiB",
        f"  {SHARE}: 50",
    ]
    assert change.title == f"quota of user alice: {WRITES} from 1KiB to 1MiB, {SHARE} 50"


def test_what_is_not_declared_may_be_no_number() -> None:
    live = {ALICE: {WRITES: math.nan, READS: math.inf}}
    assert planned(entry(ALICE, consumer_byte_rate=None), live=live).changes[0].before == {
        READS: "inf"
    }
    assert planned(entry(ALICE), live=live).changes == ()


def test_deletions_come_last() -> None:
    live = {**LIVE, HOST: {CONNECTS: 1.0}}
    plan = planned(
        entry(ALICE, state="absent"), entry(BOB, producer_byte_rate=1), entry(HOST), live=live
    )
    assert [(change.name, change.operation) for change in plan.changes] == [
        ("user bob", "create"),
        ("user alice", "delete"),
    ]


PURGE: dict[str, Any] = {"purge": True, "owned_user_prefixes": ["ali"]}


def test_a_purge_removes_what_is_owned_and_not_declared() -> None:
    pair, other = Entity("alice", "app"), Entity("alicia")
    live = {
        **LIVE,
        pair: {WRITES: 1.0},
        other: {WRITES: 1.0},
        BOB: {WRITES: 1.0},
        Entity("alice", DEFAULT): {WRITES: 1.0},
        ALL_USERS: {WRITES: 1.0},
        Entity(None, "alice"): {WRITES: 1.0},
    }
    plan = planned(entry(ALICE, producer_byte_rate=1024), live=live, **PURGE)
    assert [(change.entity, change.effect) for change in plan.changes] == [
        (ALICE, f"{READS} removed"),
        (pair, f"{WRITES} removed"),
        (other, f"{WRITES} removed"),
    ]
    assert quotas_after(plan, live)[ALICE] == {WRITES: 1024.0}


def test_a_purge_keeps_the_keys_of_what_is_not_owned() -> None:
    live = {BOB: {WRITES: 1.0, READS: 1.0}, ALL_USERS: {WRITES: 1.0, READS: 1.0}}
    plan = planned(entry(BOB, producer_byte_rate=1), entry(ALL_USERS), live=live, **PURGE)
    assert plan.changes == ()


@pytest.mark.parametrize(
    ("entity", "hazards"),
    [
        (ALICE, ()),
        (Entity("alice", "app"), ()),
        (HOST, ()),
        (ALL_USERS, ("throttling",)),
        (Entity(None, DEFAULT), ("throttling",)),
        (Entity("alice", DEFAULT), ("throttling",)),
        (Entity(DEFAULT, "app"), ("throttling",)),
        (Entity(ip=DEFAULT), ("throttling",)),
    ],
)
def test_a_default_that_is_set_or_lowered_is_a_hazard(
    entity: Entity, hazards: tuple[str, ...]
) -> None:
    key = WRITES if entity.ip is None else CONNECTS
    for before, after, expected in (
        (None, 2, hazards),
        (3.0, 2, hazards),
        (1.0, 2, ()),
        (1.0, None, ()),
    ):
        live = {} if before is None else {entity: {key: before}}
        [change] = planned(entry(entity, **{key: after}), live=live).changes
        assert change.hazards == expected


def test_one_address_has_one_spelling() -> None:
    live = {Entity(ip="2001:db8:0:0:0:0:0:7"): {CONNECTS: 1.0}}
    short = entry(Entity(ip="2001:db8::7"), connection_creation_rate=2)
    [refusal] = planned(short, live=live).refusals
    assert "the cluster spells it 2001:db8:0:0:0:0:0:7: declare it so" in refusal.why
    [change] = planned(short, live=live).changes
    assert refusal.stops(change)
    same = {**short, "ip": "2001:db8:0:0:0:0:0:7"}
    assert planned(same, live=live).refusals == ()
    assert planned({"ip": "2001:db8::7", "state": "absent"}, live=live).refusals == ()
