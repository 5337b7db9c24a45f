# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.omninode.kafka.plugins.module_utils._acl.change import AclChange
from ansible_collections.omninode.kafka.plugins.module_utils._acl.plan import plan_acls
from ansible_collections.omninode.kafka.plugins.module_utils._acl.spec import parse_acl_set
from ansible_collections.omninode.kafka.plugins.module_utils._acl.state import Observed
from ansible_collections.omninode.kafka.plugins.module_utils._core.diff import render
from ansible_collections.omninode.kafka.plugins.module_utils._kafka.acls import Pattern

from tests.unit._acl.rights import CLUSTER, planned, right

PREFIXED = Pattern("topic", "shop.", "prefixed")
OWNED: dict[str, Any] = {"purge": True, "owned_principals": ["User:a"], "purge_to_empty": True}


def effects(changes: tuple[AclChange, ...]) -> list[str]:
    return [change.title for change in changes]


def test_one_change_tells_what_one_principal_gains_on_one_resource() -> None:
    plan = planned(
        [right(), right("a", "WRITE"), right("a", "WRITE", PREFIXED), right("b"), right("c")],
        observed=[right("c")],
    )
    assert effects(plan.changes) == [
        "User:a gains READ, WRITE on topic orders",
        "User:a gains WRITE on every topic that begins with shop.",
        "User:b gains READ on topic orders",
    ]
    assert plan.unchanged == 1


@pytest.mark.parametrize(
    ("binding", "gained", "lost"),
    [
        (right(), "User:a gains READ on topic orders", "User:a loses READ on topic orders"),
        (
            right(permission="deny"),
            "User:a is denied READ on topic orders",
            "User:a is no longer denied READ on topic orders",
        ),
        (
            right(host="192.0.2.1"),
            "User:a gains READ on topic orders from 192.0.2.1",
            "User:a loses READ on topic orders from 192.0.2.1",
        ),
    ],
)
def test_the_effect_is_told(binding: Any, gained: str, lost: str) -> None:
    assert effects(planned([binding]).changes) == [gained]
    assert effects(planned(absent=[binding], observed=[binding]).changes) == [lost]


def test_before_and_after_are_exact_and_what_is_declared() -> None:
    [created] = planned([right(), right("a", "WRITE")], observed=[right()]).changes
    assert created.before is None
    assert created.after == {
        "principal": "User:a",
        "resource_type": "topic",
        "resource_name": "orders",
        "pattern_type": "literal",
        "operations": ["write"],
        "permission": "allow",
        "host": "*",
    }
    [deleted] = planned(absent=[right()], observed=[right(), right("a", "WRITE")]).changes
    assert (deleted.after, deleted.before) == (None, {**created.after, "operations": ["read"]})


def test_all_is_created_before_anything_is_deleted() -> None:
    plan = planned([right("z")], [right("a")], observed=[right("a")])
    assert [change.operation for change in plan.changes] == ["create", "delete"]


def test_what_is_absent_already_needs_no_change() -> None:
    assert planned(absent=[right()]).changes == ()


def test_a_purge_deletes_what_is_owned_and_not_declared() -> None:
    kept, doomed, other = right(), right("a", "WRITE"), right("b")
    plan = planned([kept], observed=[kept, doomed, other], **OWNED)
    assert effects(plan.changes) == ["User:a loses WRITE on topic orders"]
    assert planned([kept], observed=[kept, doomed, other]).changes == ()


def test_what_the_client_library_cannot_name_is_never_purged() -> None:
    foreign = right("a", "DESCRIBE", Pattern("unknown", "token"))
    elsewhere = right("b", "DESCRIBE", Pattern("unknown", "token"))
    observed = Observed(frozenset(), frozenset({foreign, elsewhere}))
    plan = plan_acls(parse_acl_set([], **OWNED), observed)
    assert plan.changes == ()
    assert plan.warnings == (
        "not purged: acl User:a on unknown token: the client library has no word for its"
        " resource type or operation",
    )
    assert plan_acls(parse_acl_set([]), observed).warnings == ()


@pytest.mark.parametrize(
    ("binding", "observed", "why"),
    [
        (right(), [], ""),
        (right("*"), [], "it is for every user"),
        (right("a", "READ", "*"), [], "it is for every topic"),
        (right("*", "READ", "*"), [], "it is for every user; it is for every topic"),
        (right("*", permission="deny"), [], ""),
        (right("a", "READ", PREFIXED), [], ""),
        (right("a", "ALTER", CLUSTER), [], ""),
        (
            right(),
            [right(host="192.0.2.1")],
            "it is for every host, no longer for certain hosts only",
        ),
        (right(), [right(host="192.0.2.1", permission="deny")], ""),
        (right(), [right("a", "WRITE", host="192.0.2.1")], ""),
        (right(host="192.0.2.2"), [right(host="192.0.2.1")], ""),
    ],
)
def test_who_may_do_more_than_before(binding: Any, observed: list[Any], why: str) -> None:
    [change] = planned([binding], observed=observed).changes
    assert change.evidence.widening == why
    assert ("widening" in change.hazards) == bool(why)


def test_a_removed_denial_widens() -> None:
    denial = right(permission="deny")
    [change] = planned(absent=[denial], observed=[denial]).changes
    assert (change.hazards, change.evidence.widening) == (("widening",), "a deny is removed")


@pytest.mark.parametrize(
    ("binding", "may_stop"),
    [
        (right(), True),
        (right("a", "ALL"), True),
        (right("a", "READ", Pattern("group", "g")), True),
        (right("a", "WRITE"), True),
        (right("a", "ALTER"), False),
        (right("a", "WRITE", Pattern("transactional_id", "t")), False),
        (right("a", "DELETE", Pattern("group", "g")), False),
        (right("a", "ALTER", CLUSTER), False),
    ],
)
def test_what_may_stop_a_group_or_a_producer(binding: Any, may_stop: bool) -> None:
    [deleted] = planned(absent=[binding], observed=[binding]).changes
    [denied] = planned([binding._replace(permission="deny")]).changes
    [created] = planned([binding]).changes
    for change in (deleted, denied):
        assert ("in_use" in change.hazards) == may_stop
    assert created.hazards == ()


@pytest.mark.parametrize("operation", ["CLUSTER_ACTION", "ALL"])
def test_what_brokers_replicate_by_is_in_use(operation: str) -> None:
    binding = right("broker", operation, CLUSTER)
    [deleted] = planned(absent=[binding], observed=[binding]).changes
    [created] = planned([binding]).changes
    assert (deleted.hazards, [*deleted.facts]) == (("in_use",), ["brokers"])
    assert (created.hazards, created.facts) == ((), {})
    group = right("broker", "ALL", Pattern("group", "g"))
    [other] = planned(absent=[group], observed=[group]).changes
    assert other.facts == {}


def test_the_diff_shows_one_principal_and_resource_once() -> None:
    old, new = right(), right("a", "WRITE")
    plan = planned([new, right("b", "WRITE")], [old, right("b")], observed=[old, right("b")])
    [pair, summary] = render(plan.changes, 100, plan.summary("c"))
    assert pair["before_header"] == "acls User:a on topic orders, User:b on topic orders"
    assert (pair["before"], pair["after"]) == (
        "operations:\n  - read\n",
        "operations:\n  - write\n",
    )
    assert summary["prepared"] == (
        "cluster c: create 2, delete 2, unchanged 0; hazards: in_use 2\n"
    )


@pytest.mark.parametrize(
    ("binding", "name"),
    [
        (right(), "User:a on topic orders"),
        (right("a", "READ", PREFIXED), "User:a on topic shop. (prefixed)"),
        (
            right("a", "READ", PREFIXED, permission="deny", host="192.0.2.1"),
            "User:a on topic shop. (prefixed, deny, from 192.0.2.1)",
        ),
    ],
)
def test_a_name_tells_what_is_not_the_default(binding: Any, name: str) -> None:
    [change] = planned([binding]).changes
    assert change.name == name
