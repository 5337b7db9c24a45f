# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from ansible_collections.omninode.kafka.plugins.module_utils._acl.change import AclChange
from ansible_collections.omninode.kafka.plugins.module_utils._acl.guards import refuse
from ansible_collections.omninode.kafka.plugins.module_utils._acl.plan import plan_acls
from ansible_collections.omninode.kafka.plugins.module_utils._acl.spec import parse_acl_set
from ansible_collections.omninode.kafka.plugins.module_utils._acl.state import Observed
from ansible_collections.omninode.kafka.plugins.module_utils._core.plan import Plan
from ansible_collections.omninode.kafka.plugins.module_utils._kafka.acls import Binding, Pattern

from tests.unit._acl.rights import CLUSTER, entry, right

ALTER = right("admin", "ALTER", CLUSTER)
OTHER = right("other", "ALTER", CLUSTER)
HERE = {"host": "192.0.2.1"}


def guarded(
    present: Sequence[Binding] = (),
    absent: Sequence[Binding] = (),
    observed: Sequence[Binding] = (),
    run_by: str | None = "User:admin",
    fields: dict[str, Any] | None = None,
    **options: Any,
) -> Plan[AclChange]:
    """`fields`: of every entry."""
    more = fields or {}
    acls = [
        *(entry(binding, **more) for binding in present),
        *(entry(binding, state="absent", **more) for binding in absent),
    ]
    declared = parse_acl_set(acls, **options)
    state = Observed(frozenset(observed), cluster_id="c", principal=run_by)
    return refuse(plan_acls(declared, state), declared, state)


def reasons(plan: Plan[AclChange]) -> list[str]:
    return [refusal.why for refusal in plan.refusals]


def refused_by(plan: Plan[AclChange]) -> list[str]:
    return [refusal.guard for refusal in plan.refusals]


@pytest.mark.parametrize(
    ("observed", "declared"),
    [
        ([ALTER, OTHER], {"absent": [ALTER]}),
        ([right("admin", "ALL", CLUSTER), OTHER], {"absent": [right("admin", "ALL", CLUSTER)]}),
        ([right("*", "ALTER", CLUSTER), OTHER], {"absent": [right("*", "ALTER", CLUSTER)]}),
        # from fewer hosts than before
        ([ALTER, OTHER], {"present": [ALTER._replace(**HERE)], "absent": [ALTER]}),
        # what is denied is denied, also to who has the right by no visible ACL
        ([ALTER, OTHER], {"present": [right("admin", "ALTER", CLUSTER, permission="deny")]}),
        ([OTHER], {"present": [right("*", "ALL", CLUSTER, permission="deny")]}),
    ],
)
def test_a_run_does_not_lock_itself_out(observed: list[Binding], declared: Any) -> None:
    plan = guarded(observed=observed, allow=["all"], **declared)
    assert refused_by(plan) == ["lockout"]
    assert "the run acts as User:admin, who could no longer alter ACLs" in reasons(plan)[0]
    assert "judged by the ACLs alone" in reasons(plan)[0]
    # nothing lifts it
    assert "to allow it" not in reasons(plan)[0]


@pytest.mark.parametrize("run_by", ["User:root", None])
def test_the_last_grant_stays_whoever_runs(run_by: str | None) -> None:
    plan = guarded(absent=[ALTER], observed=[ALTER], run_by=run_by, allow=["all"])
    assert refused_by(plan) == ["lockout"]
    assert "no ACL would be left that lets anybody alter ACLs" in reasons(plan)[0]


@pytest.mark.parametrize(
    ("observed", "declared"),
    [
        # it keeps the right by another ACL, from any host
        ([ALTER, right("admin", "ALL", CLUSTER)], {"absent": [ALTER]}),
        ([ALTER], {"present": [right("admin", "ALL", CLUSTER)], "absent": [ALTER]}),
        ([ALTER, ALTER._replace(**HERE)], {"absent": [ALTER._replace(**HERE)]}),
        # the right of another one
        ([ALTER, OTHER], {"absent": [OTHER]}),
        ([ALTER], {"present": [right("other", "ALTER", CLUSTER, permission="deny")]}),
        # another right
        (
            [ALTER, right("admin", "CREATE", CLUSTER)],
            {"absent": [right("admin", "CREATE", CLUSTER)]},
        ),
        # nothing that is there
        ([ALTER], {"absent": [OTHER]}),
    ],
)
def test_what_locks_nobody_out_is_not_refused(observed: list[Binding], declared: Any) -> None:
    assert refused_by(guarded(observed=observed, allow=["all"], **declared)) == []


def test_a_purge_locks_nobody_out() -> None:
    plan = guarded(
        [right("admin")],
        observed=[ALTER, right("admin")],
        purge=True,
        owned_principals=["User:admin"],
        allow=["all"],
    )
    assert refused_by(plan) == ["lockout"]


def test_the_first_acl_on_the_cluster_warns_who_is_no_visible_admin() -> None:
    created = [right("orders", "IDEMPOTENT_WRITE", CLUSTER)]
    [warning] = guarded(created).warnings
    assert "allow.everyone.if.no.acl.found" in warning
    assert "the run (User:admin)" in warning
    assert guarded(created, observed=[OTHER]).warnings == ()
    assert guarded([*created, ALTER]).warnings == ()
    assert guarded([right()]).warnings == ()


@pytest.mark.parametrize(
    ("options", "guards"),
    [
        ({}, ["allow"]),
        ({"allow": ["in_use"]}, ["allow"]),
        ({"allow": ["widening"]}, []),
        ({"allow": ["all"]}, []),
        ({"fields": {"allow": ["widening"]}}, []),
        ({"fields": {"allow": ["in_use"]}}, ["allow"]),
    ],
)
def test_a_hazard_is_refused_unless_it_is_allowed(
    options: dict[str, Any], guards: list[str]
) -> None:
    plan = guarded([right("*")], **options)
    assert refused_by(plan) == guards
    if guards:
        assert reasons(plan) == [
            "create acl User:* on topic orders (gains READ): guard allow: hazard widening"
            " (widening: it is for every user); to allow it for this acl: allow: [widening]"
        ]


def test_what_is_purged_is_allowed_by_the_run() -> None:
    denial = right("a", permission="deny")
    purge: dict[str, Any] = {"purge": True, "owned_principals": ["User:a"]}
    plan = guarded([right("a", "WRITE")], observed=[denial], **purge)
    assert reasons(plan) == [
        "delete acl User:a on topic orders (deny) (is no longer denied READ): guard allow: hazard"
        " widening (widening: a deny is removed); to allow it for this run: allow: [widening]"
    ]


def test_one_entry_allows_nothing_for_another() -> None:
    allowing = entry(right("*"), allow=["widening"])
    declared = parse_acl_set([allowing, entry(right("*", "WRITE"))])
    state = Observed(frozenset())
    plan = refuse(plan_acls(declared, state), declared, state)
    assert refused_by(plan) == ["allow"]


@pytest.mark.parametrize(
    ("options", "guards"),
    [
        ({}, []),
        ({"owned_principals": ["User:a"]}, []),
        ({"owned_prefixes": ["ord"]}, []),
        ({"owned_principal_prefixes": ["User:abc"]}, ["owned_principals"]),
        ({"owned_principals": ["User:b"], "owned_prefixes": ["shop."]}, ["owned_principals"]),
    ],
)
def test_what_is_not_owned_is_not_changed(options: dict[str, Any], guards: list[str]) -> None:
    assert refused_by(guarded([right()], **options)) == guards


@pytest.mark.parametrize(
    ("declared", "guards"),
    [
        ({"absent": [right()], "observed": [right()]}, ["protected_principals"]),
        ({"present": [right(permission="deny")]}, ["protected_principals"]),
        ({"present": [right("*", permission="deny")]}, ["protected_principals"]),
        ({"absent": [right("*")], "observed": [right("*")]}, ["protected_principals"]),
        ({"present": [right()]}, []),
        ({"absent": [right("b")], "observed": [right("b")]}, []),
        (
            {"observed": [right(), right("b")], "purge": True, "owned_prefixes": ["ord"]},
            ["protected_principals"],
        ),
    ],
)
def test_nothing_is_taken_from_who_is_protected(declared: Any, guards: list[str]) -> None:
    options = {"allow": ["all"], "purge_to_empty": True}
    plan = guarded(**declared, **options, protected_principals=["User:a"])
    assert refused_by(plan) == guards
    assert refused_by(guarded(**declared, **options)) == []
    if guards:
        assert "to allow it for this run: protected_principals" in reasons(plan)[0]


def test_more_losses_than_the_budget_are_refused_each() -> None:
    gone = [right("a"), right("b"), right("b", "WRITE")]
    options: dict[str, Any] = {"observed": gone, "allow": ["all"]}
    assert refused_by(guarded(absent=gone, destruction_budget=2, **options)) == []
    plan = guarded(absent=gone, destruction_budget=1, **options)
    assert refused_by(plan) == ["destruction_budget"] * 2
    assert "2 of 2 acls would be deleted or shrunk" in reasons(plan)[0]


def test_policies_judge_what_is_declared() -> None:
    policies = [
        {"name": "names", "rule": "starts_with(resource_name, 'shop.')", "message": "not ours"}
    ]
    shop = right("a", "READ", "shop.a")
    plan = guarded([right(), shop], absent=[right("b")], policies=policies)
    assert [(refusal.name, refusal.guard) for refusal in plan.refusals] == [
        ("User:a on topic orders", "policies")
    ]
    assert plan.refusals[0].stops(plan.changes[0])
    assert refused_by(guarded([right()], policies=policies, fields={"exempt": ["names"]})) == []


def test_a_rule_sees_the_right_and_its_changes() -> None:
    rule = (
        "principal == 'User:a' && resource_type == 'topic' && pattern_type == 'literal'"
        " && permission == 'allow' && host == '*' && operations == ['read']"
        " && changes[0].operation == 'create' && cluster.cluster_id == 'c'"
    )
    policy = {"name": "all", "rule": rule, "message": "no"}
    assert refused_by(guarded([right()], policies=[policy])) == []


def test_a_group_named_like_the_cluster_controls_nothing() -> None:
    impostor = right("admin", "ALL", Pattern("group", "kafka-cluster"))
    assert refused_by(guarded(absent=[impostor], observed=[impostor], allow=["all"])) == []
