# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest
from ansible_collections.omninode.kafka.plugins.module_utils._core.plan import Plan, plan_id
from ansible_collections.omninode.kafka.plugins.module_utils._kafka.scram import (
    DIFFERS,
    PROVED,
    UNPROVED,
    Credential,
    Proof,
)
from ansible_collections.omninode.kafka.plugins.module_utils._scram_user.change import UserChange
from ansible_collections.omninode.kafka.plugins.module_utils._scram_user.guards import refuse
from ansible_collections.omninode.kafka.plugins.module_utils._scram_user.plan import plan_users
from ansible_collections.omninode.kafka.plugins.module_utils._scram_user.spec import (
    parse_scram_user_set,
)
from ansible_collections.omninode.kafka.plugins.module_utils._scram_user.state import Observed
from ansible_collections.omninode.kafka.plugins.module_utils._scram_user.undo import undo

A = Credential("own-a")
OLD = Credential("own-a", "SCRAM-SHA-256")
CAUSE = "127.0.0.1:9092: authentication failed: the broker does not offer the mechanism"
UNKNOWN = Proof(UNPROVED, CAUSE)
WITH_PASSWORD = {"name": "own-a", "password": "secret"}


def planned(
    *users: Mapping[str, Any],
    observed: Mapping[Credential, int] | None = None,
    proof: Proof | None = None,
    own_user: str | None = None,
    **options: Any,
) -> Plan[UserChange]:
    found = observed or {}
    proofs = dict.fromkeys(found, proof) if proof else {}
    state = Observed(found, proofs, "c", own_user)
    declared = parse_scram_user_set(list(users), **options)
    return refuse(plan_users(declared, state), declared, state)


def told(plan: Plan[UserChange]) -> list[tuple[str, Any, Any]]:
    return [(change.operation, change.before, change.after) for change in plan.changes]


@pytest.mark.parametrize(
    ("fields", "proof", "iterations", "before", "after"),
    [
        ({}, Proof(PROVED), 4096, None, None),
        ({"iterations": 4096}, Proof(PROVED), 4096, None, None),
        ({}, Proof(DIFFERS), 4096, {"password": "not as declared"}, {"password": "as declared"}),
        ({"iterations": 8192}, Proof(PROVED), 4096, {"iterations": 4096}, {"iterations": 8192}),
        (
            {"iterations": 8192},
            Proof(DIFFERS),
            4096,
            {"iterations": 4096, "password": "not as declared"},
            {"iterations": 8192, "password": "as declared"},
        ),
        # what another tool has set, and Kafka would not take
        (
            {},
            Proof(DIFFERS),
            20000,
            {"iterations": 20000, "password": "not as declared"},
            {"iterations": 16384, "password": "as declared"},
        ),
        ({}, Proof(PROVED), 20000, None, None),
    ],
)
def test_what_differs_is_altered(
    fields: Any, proof: Proof, iterations: int, before: Any, after: Any
) -> None:
    plan = planned(
        {**WITH_PASSWORD, **fields}, observed={A: iterations}, proof=proof, allow=["all"]
    )
    assert told(plan) == ([("alter", before, after)] if before else [])
    assert plan.unchanged == (0 if before else 1)
    assert (plan.warnings, plan.refusals) == ((), ())


def test_what_is_missing_is_created_with_the_password() -> None:
    plan = planned(WITH_PASSWORD)
    [change] = plan.changes
    assert (change.operation, change.iterations, change.hazards) == ("create", 4096, ())
    assert "secret" not in repr(plan)
    [refusal] = planned({"name": "own-a"}).refusals
    assert refusal.why == (
        "create user own-a (SCRAM-SHA-512): it does not exist, and without a password it cannot be"
        " created"
    )


def test_without_a_password_iterations_cannot_be_altered() -> None:
    plan = planned({"name": "own-a", "iterations": 8192}, observed={A: 4096})
    assert "only together with the password" in plan.refusals[0].why
    assert planned({"name": "own-a", "iterations": 4096}, observed={A: 4096}).unchanged == 1


def test_what_is_not_proved_is_left_and_told() -> None:
    users = [WITH_PASSWORD, {**WITH_PASSWORD, "mechanism": "SCRAM-SHA-256"}]
    plan = planned(*users, observed={A: 4096, OLD: 4096}, proof=UNKNOWN)
    assert (plan.changes, plan.unchanged, plan.refusals) == ((), 2, ())
    [warning] = plan.warnings
    names = "users own-a (SCRAM-SHA-256), own-a (SCRAM-SHA-512)"
    assert warning == (
        f"password not proved, and left as it is: {names}: {CAUSE}; set_unproved sets it"
    )

    stronger = planned({**WITH_PASSWORD, "iterations": 8192}, observed={A: 4096}, proof=UNKNOWN)
    assert "to allow it for this run: set_unproved: true" in stronger.refusals[0].why

    asked = planned(*users, observed={A: 4096, OLD: 4096}, proof=UNKNOWN, set_unproved=True)
    assert [change.before for change in asked.changes] == [{"password": "not proved"}] * 2


def test_what_was_written_is_not_written_again_where_it_cannot_be_proved() -> None:
    declared = parse_scram_user_set([WITH_PASSWORD], set_unproved=True)
    state = Observed({A: 4096}, {A: UNKNOWN})
    assert len(plan_users(declared, state).changes) == 1
    assert plan_users(declared, state, written={A}).changes == ()


def test_a_purge_deletes_owned_users_after_all_else() -> None:
    observed = {OLD: 4096, Credential("own-b"): 4096, Credential("other"): 4096}
    plan = planned(
        WITH_PASSWORD, observed=observed, purge=True, owned_prefixes=["own-"], allow=["all"]
    )
    assert [(change.operation, change.name) for change in plan.changes] == [
        ("create", "own-a (SCRAM-SHA-512)"),
        ("delete", "own-a (SCRAM-SHA-256)"),
        ("delete", "own-b (SCRAM-SHA-512)"),
    ]


GONE = {"name": "own-a", "state": "absent"}


@pytest.mark.parametrize(
    ("user", "options", "guard", "why"),
    [
        (GONE, {}, "allow", "hazard in_use; to allow it for this user: allow: [in_use]"),
        (WITH_PASSWORD, {}, "allow", "hazard in_use"),
        (GONE, {"owned_prefixes": ["other"]}, "owned_prefixes", "begin with other are owned"),
        (GONE, {"protected_users": ["own-a"]}, "protected_users", "protected_users without own-a"),
        (GONE, {"own_user": "own-a"}, "own_user", "the run logs in as own-a"),
        (WITH_PASSWORD, {"own_user": "own-a"}, "own_user", "the run logs in as own-a"),
        (
            GONE,
            {"destruction_budget": "0%", "allow": ["all"]},
            "destruction_budget",
            "1 of 1 users",
        ),
    ],
)
def test_a_guard_refuses(user: Any, options: Any, guard: str, why: str) -> None:
    plan = planned(user, observed={A: 4096}, proof=Proof(DIFFERS), **options)
    [refusal] = plan.refusals
    assert refusal.guard == guard
    assert why in refusal.why


@pytest.mark.parametrize("guard", ["own_user", "protected_users"])
def test_another_mechanism_may_be_created(guard: str) -> None:
    options: dict[str, Any] = {"own_user": "own-a"}
    if guard == "protected_users":
        options = {guard: ["own-a"]}
    plan = planned(WITH_PASSWORD, observed={OLD: 4096}, **options)
    assert (len(plan.changes), plan.refusals) == (1, ())


def test_policies_see_everything_but_the_password() -> None:
    seen = {"name": "seen", "rule": "contains(keys(@), 'password')", "message": "no password"}
    strong = {"name": "strong", "rule": "iterations >= `8192`", "message": "8192 or more"}
    policies = {"policies": [seen, strong]}
    refused = planned(WITH_PASSWORD, **policies).refusals
    assert [refusal.why.partition(":")[0] for refusal in refused] == [
        "policy seen",
        "policy strong",
    ]
    exempt = {**WITH_PASSWORD, "iterations": 8192, "exempt": ["seen"]}
    assert planned(exempt, **policies).refusals == ()
    assert planned(GONE, observed={}, **policies).refusals == ()


def test_no_output_holds_the_password() -> None:
    plan = planned(
        WITH_PASSWORD,
        {**WITH_PASSWORD, "mechanism": "SCRAM-SHA-256"},
        observed={A: 4096},
        proof=Proof(DIFFERS),
    )
    assert len(plan.changes) == 2
    outputs = [change.as_result() for change in plan.changes]
    texts = [json.dumps(outputs), json.dumps(undo(plan)), repr(plan)]
    assert not [text for text in texts if "secret" in text]
    other = planned(
        {**WITH_PASSWORD, "password": "other"},
        {**WITH_PASSWORD, "mechanism": "SCRAM-SHA-256", "password": "other"},
        observed={A: 4096},
        proof=Proof(DIFFERS),
    )
    assert plan_id(plan, []) == plan_id(other, [])


def test_the_undo_deletes_what_is_created_and_tells_what_is_lost() -> None:
    plan = planned(
        WITH_PASSWORD,
        {"name": "own-b", "state": "absent"},
        {"name": "own-c", "password": "x", "iterations": 8192},
        {"name": "own-d", "password": "x"},
        observed={Credential(f"own-{each}"): 4096 for each in "bc"},
        proof=Proof(PROVED),
    )
    assert undo(plan) == {
        "users": [
            {"name": "own-a", "mechanism": "SCRAM-SHA-512", "state": "absent"},
            {"name": "own-d", "mechanism": "SCRAM-SHA-512", "state": "absent"},
        ],
        "not_undone": [
            "the iterations of user own-c (SCRAM-SHA-512) stay as they are set: declare 4096"
            " together with its password",
            "the password of user own-b (SCRAM-SHA-512) is not known to Kafka: declare it again",
        ],
    }
