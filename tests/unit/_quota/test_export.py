# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import math
from typing import Any

from ansible_collections.omninode.kafka.plugins.module_utils._kafka.quotas import (
    DEFAULT,
    Entity,
    Values,
)
from ansible_collections.omninode.kafka.plugins.module_utils._quota.export import declaration
from ansible_collections.omninode.kafka.plugins.module_utils._quota.spec import parse_quota_set
from ansible_collections.omninode.kafka.plugins.module_utils._quota.state import declarations
from hypothesis import given
from hypothesis import strategies as st

from tests.unit._quota.entities import ALICE, CONNECTS, READS, SHARE, WRITES


def any_part(entity: Entity) -> bool:
    return bool(entity.parts)


RATES = st.integers(1, 2**63).map(float) | st.just(1.0000001)
FRACTIONS = st.floats(min_value=0, exclude_min=True, allow_infinity=False)
PARTS = st.sampled_from([None, DEFAULT, "a", "b", "é *"])
CLIENTS = st.tuples(PARTS, PARTS).map(lambda parts: Entity(*parts)).filter(any_part)
ADDRESSES = st.sampled_from([DEFAULT, "192.0.2.7", "2001:DB8::7"]).map(
    lambda ip: Entity(None, None, ip)
)
OF_CLIENTS = st.fixed_dictionaries(
    {}, optional={WRITES: RATES, READS: RATES, SHARE: FRACTIONS}
).filter(bool)
OF_ADDRESSES = st.fixed_dictionaries({CONNECTS: st.integers(1, 2**31 - 1).map(float)})


@st.composite
def clusters(draw: st.DrawFn) -> dict[Entity, Values]:
    live: dict[Entity, Values] = {}
    live |= draw(st.dictionaries(CLIENTS, OF_CLIENTS, max_size=5))
    live |= draw(st.dictionaries(ADDRESSES, OF_ADDRESSES, max_size=3))
    return live


def test_rates_are_in_units_and_numbers_round() -> None:
    live = {
        ALICE: {WRITES: 10485760.0, READS: 1000.0, SHARE: 12.5},
        Entity(DEFAULT): {SHARE: 200.0},
    }
    observed: Any = declarations(live, live)
    assert declaration(observed) == [
        {"user_defaults": True, "quotas": {SHARE: 200}},
        {"user": "alice", "quotas": {READS: 1000, WRITES: "10MiB", SHARE: 12.5}},
    ]


def test_what_may_not_be_declared_is_left_out() -> None:
    live = {
        ALICE: {WRITES: math.nan, READS: 1.0, "of_a_newer_kafka": 1.0},
        Entity("User:x"): {WRITES: 1.0},
        Entity(ip="kafka.example"): {CONNECTS: 1.0},
    }
    observed: Any = declarations(live, live)
    assert declaration(observed) == [{"user": "alice", "quotas": {READS: 1}}]


@given(clusters())
def test_the_declaration_is_exactly_what_was_found(live: dict[Entity, Values]) -> None:
    observed: Any = declarations(live, live)
    declared = parse_quota_set(declaration(observed))
    assert {entity: how.values for entity, how in declared.entities.items()} == live
