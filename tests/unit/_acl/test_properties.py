# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What holds for any cluster and any valid declaration: one plan, read twice, applied once."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.omninode.kafka.plugins.module_utils._acl.resource import Acls
from ansible_collections.omninode.kafka.plugins.module_utils._acl.spec import parse_acl_set
from ansible_collections.omninode.kafka.plugins.module_utils._acl.state import declarations
from ansible_collections.omninode.kafka.plugins.module_utils._ansible.pipeline import (
    Done,
    Pipeline,
    Settings,
)
from ansible_collections.omninode.kafka.plugins.module_utils._core.errors import (
    ApplyFailed,
    PlanRefused,
)
from ansible_collections.omninode.kafka.plugins.module_utils._kafka.acls import Binding, Pattern
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.fakes.gateway import FakeCluster
from tests.unit._acl.rights import entry, right

PATTERNS = [
    Pattern("topic", "own.a"),
    Pattern("topic", "own.", "prefixed"),
    Pattern("topic", "*"),
    Pattern("topic", "b"),
    Pattern("group", "own.g"),
]
BINDINGS = st.builds(
    Binding,
    st.sampled_from(["User:a", "User:b", "User:*"]),
    st.sampled_from(PATTERNS),
    st.sampled_from(["READ", "DESCRIBE", "ALL"]),
    st.sampled_from(["allow", "deny"]),
    st.sampled_from(["*", "192.0.2.1"]),
)
LIVE = st.frozensets(BINDINGS, max_size=12)
STATES = st.dictionaries(BINDINGS, st.sampled_from(["present", "absent"]), max_size=8)
OWNED: list[dict[str, Any]] = [
    {},
    {"owned_principals": ["User:a"], "owned_prefixes": ["own."], "purge": True},
]
TOKEN = Binding("User:a", Pattern("delegation_token", "own.t"), "DESCRIBE")


def run(cluster: FakeCluster, acls: object, check: bool = False, **options: Any) -> Done:
    wait = options.pop("wait", True)
    how = Settings(check, True, 100, True, wait, options.pop("expected", None), None, False)
    declared = parse_acl_set(acls, allow=["all"], purge_to_empty=True, **options)
    return Pipeline(cluster.connect(), Acls(declared, wants_state=True), how).run()


def declaration(states: dict[Binding, str]) -> list[dict[str, Any]]:
    return [entry(binding, state=state) for binding, state in states.items()]


def owns(binding: Binding) -> bool:
    return binding.principal == "User:a" or binding.pattern.name.startswith("own.")


@settings(deadline=None)
@given(LIVE, STATES, st.booleans())
def test_the_plan_leads_to_the_declared_set_and_a_second_run_changes_nothing(
    live: frozenset[Binding], states: dict[Binding, str], purge: bool
) -> None:
    cluster = FakeCluster()
    cluster.acls = live | {TOKEN}
    kept = {binding: state for binding, state in states.items() if not purge or owns(binding)}
    declared = declaration(kept)
    options = OWNED[purge]

    promised = run(cluster, declared, check=True, **options)
    assert cluster.acls == live | {TOKEN}
    done = run(cluster, declared, **options)

    for key in ("changed", "changes", "summary", "plan_id", "diff"):
        assert promised.result.get(key) == done.result.get(key)
    present = {binding for binding, state in kept.items() if state == "present"}
    absent = kept.keys() - present
    expected = {
        binding
        for binding in live | present
        if binding not in absent and (binding in present or not (purge and owns(binding)))
    }
    assert cluster.acls == expected | {TOKEN}
    looked_at = {each for each in expected if each in present or (purge and owns(each))}
    assert done.result["acls"] == declarations(looked_at)
    assert run(cluster, declared, **options).result["changed"] is False


@settings(deadline=None)
@given(LIVE, STATES)
def test_the_undo_leads_back(live: frozenset[Binding], states: dict[Binding, str]) -> None:
    cluster = FakeCluster()
    cluster.acls = live
    undo = run(cluster, declaration(states)).result.get("undo")
    if undo is None:
        assert cluster.acls == live
    else:
        assert undo["not_undone"] == []
        run(cluster, undo["acls"])
        assert cluster.acls == live


@settings(deadline=None)
@given(LIVE)
def test_what_is_exported_changes_nothing(live: frozenset[Binding]) -> None:
    cluster = FakeCluster()
    cluster.acls = live
    exported = declarations(live)
    options: dict[str, Any] = {"owned_principal_prefixes": [], "owned_prefixes": ["own."]}
    assert run(cluster, exported).result["changed"] is False
    assert run(cluster, exported, purge=True, **options).result["changed"] is False


def test_a_run_takes_the_same_requests_for_one_acl_as_for_a_thousand() -> None:
    counted = []
    for number in (1, 1000):
        cluster = FakeCluster()
        old = [right("b", "WRITE", f"own.{each}") for each in range(number)]
        cluster.acls = frozenset(old)
        new = [entry(right("a", "WRITE", f"own.{each}")) for each in range(number)]
        run(cluster, new, owned_prefixes=["own."], purge=True)
        assert len(cluster.acls) == number
        counted.append(cluster.requests)
    assert counted[0] == counted[1]
    assert (counted[0]["create_acls"], counted[0]["delete_acls"]) == (1, 1)


def test_what_another_client_changes_meanwhile_refuses_the_plan() -> None:
    cluster = FakeCluster()
    other = right("a", "DESCRIBE")

    def intrude() -> None:
        cluster.acls |= {other}

    # the second look, just before the first write
    cluster.before("describe_acls", intrude, call=2)
    options: dict[str, Any] = {"owned_principals": ["User:a"], "purge": True}
    with pytest.raises(PlanRefused, match="out of date"):
        run(cluster, [entry(right())], **options)
    assert cluster.acls == {other}


@pytest.mark.parametrize(("fate", "made"), [("applied", True), ("dropped", False)])
def test_a_lost_answer_is_found_out(fate: Any, made: bool) -> None:
    cluster = FakeCluster()
    cluster.fates["create_acls"] = [fate]
    if made:
        assert run(cluster, [entry(right())]).result["changed"] is True
    else:
        with pytest.raises(ApplyFailed, match="1 unknown"):
            run(cluster, [entry(right())], wait=False)
    assert cluster.acls == ({right()} if made else frozenset())


def test_only_the_expected_plan_is_applied() -> None:
    cluster = FakeCluster()
    declared = [entry(right())]
    identity = run(cluster, declared, check=True).result["plan_id"]
    cluster.acls = frozenset({right("a", "WRITE")})
    with pytest.raises(PlanRefused, match="it is not the expected plan"):
        run(cluster, declared, expected=identity)
    again = run(cluster, declared, check=True).result["plan_id"]
    assert run(cluster, declared, expected=again).result["changed"] is True
