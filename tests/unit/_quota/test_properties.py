# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What holds for any cluster and any valid declaration: one plan, read twice, applied once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from ansible_collections.omninode.kafka.plugins.module_utils._ansible.pipeline import (
    Done,
    Pipeline,
    Settings,
)
from ansible_collections.omninode.kafka.plugins.module_utils._core.errors import (
    ApplyFailed,
    PlanRefused,
)
from ansible_collections.omninode.kafka.plugins.module_utils._kafka.quotas import (
    DEFAULT,
    Entity,
    Values,
)
from ansible_collections.omninode.kafka.plugins.module_utils._quota.resource import Quotas
from ansible_collections.omninode.kafka.plugins.module_utils._quota.spec import parse_quota_set
from ansible_collections.omninode.kafka.plugins.module_utils._quota.state import declarations
from hypothesis import given
from hypothesis import strategies as st

from tests.fakes.gateway import FakeCluster
from tests.unit._quota.entities import ALICE, BOB, READS, SHARE, WRITES, entry

ENTITIES = [
    Entity("own-a"),
    Entity("own-a", "b"),
    Entity("own-a", DEFAULT),
    Entity("other"),
    Entity(DEFAULT),
    Entity(None, "own-b"),
    Entity(None, "b"),
]
KEYS = (WRITES, READS, SHARE)
VALUES = st.sampled_from([1.0, 2.0, 1024.0])
LIVE = st.dictionaries(
    st.sampled_from(ENTITIES), st.dictionaries(st.sampled_from(KEYS), VALUES, min_size=1)
)
STATES = st.dictionaries(
    st.sampled_from(ENTITIES),
    st.none() | st.dictionaries(st.sampled_from(KEYS), st.none() | VALUES),
)
OWNED: dict[str, Any] = {
    "owned_user_prefixes": ["own-"],
    "owned_client_id_prefixes": ["own-"],
    "owned_defaults": True,
    "purge": True,
}
States = Mapping[Entity, Mapping[str, float | None] | None]


def run(cluster: FakeCluster, quotas: object, check: bool = False, **options: Any) -> Done:
    wait = options.pop("wait", True)
    how = Settings(check, True, 100, True, wait, options.pop("expected", None), None, False)
    declared = parse_quota_set(quotas, allow=["all"], purge_to_empty=True, **options)
    return Pipeline(cluster.connect(), Quotas(declared, wants_state=True), how).run()


def declaration(states: States) -> list[dict[str, Any]]:
    """None: absent."""
    quotas = []
    for entity, values in states.items():
        quota: dict[str, Any] = {**entity.as_declaration()}
        if values is None:
            quota["state"] = "absent"
        else:
            quota["quotas"] = values
        quotas.append(quota)
    return quotas


def owns(entity: Entity) -> bool:
    """Whether a purge takes what is not declared of it."""
    first = entity.user or entity.client_id or ""
    return first.startswith("own-") and not entity.is_default


def wanted(live: Mapping[Entity, Values], states: States, purge: bool) -> dict[Entity, Values]:
    expected: dict[Entity, Values] = {}
    for entity in {*live, *states}:
        values = states.get(entity, {})
        kept = {} if values is None or (purge and owns(entity)) else dict(live.get(entity, {}))
        for key, value in (values or {}).items():
            kept.pop(key, None)
            if value is not None:
                kept[key] = value
        if kept:
            expected[entity] = kept
    return expected


@given(LIVE, STATES, st.booleans())
def test_the_plan_leads_to_the_declared_set_and_a_second_run_changes_nothing(
    live: dict[Entity, Values], states: States, purge: bool
) -> None:
    cluster = FakeCluster()
    cluster.quotas = live
    options = OWNED if purge else {}
    kept = {
        entity: values
        for entity, values in states.items()
        if not purge or entity.is_default or owns(entity)
    }
    declared = declaration(kept)

    promised = run(cluster, declared, check=True, **options)
    assert cluster.quotas == live
    done = run(cluster, declared, **options)

    for key in ("changed", "changes", "summary", "plan_id", "diff"):
        assert promised.result.get(key) == done.result.get(key)
    expected = wanted(live, kept, purge)
    assert cluster.quotas == expected
    looked_at = [each for each in expected if each in kept or (purge and owns(each))]
    assert done.result["quotas"] == declarations(expected, looked_at)
    assert run(cluster, declared, **options).result["changed"] is False


@given(LIVE, STATES)
def test_the_undo_leads_back(live: dict[Entity, Values], states: States) -> None:
    cluster = FakeCluster()
    cluster.quotas = live
    undo = run(cluster, declaration(states)).result.get("undo")
    if undo is not None:
        assert undo["not_undone"] == []
        run(cluster, undo["quotas"])
    assert cluster.quotas == live


@given(LIVE)
def test_what_is_exported_changes_nothing(live: dict[Entity, Values]) -> None:
    cluster = FakeCluster()
    cluster.quotas = live
    exported = declarations(live, live)
    assert run(cluster, exported).result["changed"] is False
    assert run(cluster, exported, **OWNED).result["changed"] is False


def test_a_run_takes_the_same_requests_for_one_entity_as_for_a_thousand() -> None:
    counted = []
    for number in (1, 1000):
        cluster = FakeCluster()
        cluster.quotas = {Entity(f"own-old{each}"): {WRITES: 1.0} for each in range(number)}
        new = [Entity(f"own-new{each}") for each in range(number)]
        run(cluster, [entry(each, producer_byte_rate=1) for each in new], **OWNED)
        assert cluster.quotas.keys() == set(new)
        counted.append(cluster.requests)
    assert counted[0] == counted[1]
    assert counted[0]["alter_quotas"] == 2


def test_what_another_client_changes_meanwhile_refuses_the_plan() -> None:
    cluster = FakeCluster()

    def intrude() -> None:
        cluster.quotas = {ALICE: {WRITES: 7.0}}

    # the second look, just before the first write
    cluster.before("describe_quotas", intrude, call=2)
    with pytest.raises(PlanRefused, match="out of date"):
        run(cluster, [entry(ALICE, producer_byte_rate=1)])
    assert cluster.quotas == {ALICE: {WRITES: 7.0}}


@pytest.mark.parametrize(("fate", "made"), [("applied", True), ("dropped", False)])
def test_a_lost_answer_is_found_out(fate: Any, made: bool) -> None:
    cluster = FakeCluster()
    cluster.fates["alter_quotas"] = [fate]
    if made:
        assert run(cluster, [entry(ALICE, producer_byte_rate=1)]).result["changed"] is True
    else:
        with pytest.raises(ApplyFailed, match="1 unknown"):
            run(cluster, [entry(ALICE, producer_byte_rate=1)], wait=False)
    assert cluster.quotas == ({ALICE: {WRITES: 1.0}} if made else {})


def test_only_the_expected_plan_is_applied() -> None:
    cluster = FakeCluster()
    declared = [entry(ALICE, producer_byte_rate=2)]
    identity = run(cluster, declared, check=True).result["plan_id"]
    cluster.quotas = {ALICE: {READS: 1.0}}
    with pytest.raises(PlanRefused, match="it is not the expected plan"):
        run(cluster, declared, expected=identity)
    cluster.quotas = {ALICE: {WRITES: 1.0}, BOB: {WRITES: 1.0}}
    again = run(cluster, declared, check=True).result["plan_id"]
    assert run(cluster, declared, expected=again).result["changed"] is True
