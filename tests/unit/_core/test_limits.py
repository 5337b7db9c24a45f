# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.omninode.kafka.plugins.module_utils._core.errors import InvalidSpec
from ansible_collections.omninode.kafka.plugins.module_utils._core.limits import (
    Budget,
    Limits,
    Policy,
    parse_allow,
    parse_limits,
)
from ansible_collections.omninode.kafka.plugins.module_utils._core.problems import Problems

HAZARDS = ("delete", "retention_cut", "key_order")
RULE = {"name": "p", "rule": "name == 'a'", "message": "no"}


def limits(
    allow: object = None, destruction_budget: object = None, policies: object = None
) -> Limits:
    problems = Problems()
    found = parse_limits(allow, destruction_budget, policies, HAZARDS, problems)
    problems.raise_if_any()
    return found


def test_without_settings_nothing_is_allowed_and_any_number_may_be_destroyed() -> None:
    assert limits() == Limits(frozenset(), None, ())


def test_settings_are_read() -> None:
    found = limits(
        allow=["delete"],
        destruction_budget="10%",
        policies=[RULE, {**RULE, "name": "q", "level": "warning"}],
    )
    assert found == Limits(
        frozenset({"delete"}),
        Budget(10, relative=True),
        (Policy("p", "name == 'a'", "no"), Policy("q", "name == 'a'", "no", "warning")),
    )


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ([], set()),
        ("delete", {"delete"}),
        (["delete", "key_order"], {"delete", "key_order"}),
        ("all", set(HAZARDS)),
        (["all", "delete"], set(HAZARDS)),
    ],
)
def test_hazards_are_allowed_by_name_or_all_together(raw: object, expected: set[str]) -> None:
    assert parse_allow(raw, HAZARDS) == expected


@pytest.mark.parametrize(
    ("raw", "total", "expected"),
    [
        ("5", 100, 5),
        (0, 100, 0),
        (7, 3, 7),
        ("10%", 100, 10),
        ("10%", 19, 1),
        ("10%", 9, 0),
        ("100%", 7, 7),
        ("0%", 7, 0),
        (" 25% ", 8, 2),
    ],
)
def test_a_budget_is_a_number_or_a_share(raw: object, total: int, expected: int) -> None:
    budget = limits(destruction_budget=raw).destruction_budget
    assert budget
    assert budget.of(total) == expected
    assert str(budget) == str(raw).strip()


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        (
            {"allow": ["retention-cut"]},
            "options: allow: unknown hazard 'retention-cut' (did you mean 'retention_cut'?)",
        ),
        ({"allow": 5}, "options: allow: must be a list of hazards"),
        (
            {"destruction_budget": "a few"},
            "options: destruction_budget: must be a number such as 5",
        ),
        ({"destruction_budget": "101%"}, "options: destruction_budget: must be"),
        ({"destruction_budget": True}, "options: destruction_budget: must be"),
        ({"policies": "no"}, "options: policies: must be a list of policies"),
        (
            {"policies": ["no"]},
            "policies[0]: value: must be a dictionary with name, rule, message, level",
        ),
        (
            {"policies": [{"name": "p", "rule": "a", "massage": "m"}]},
            "policy 'p': massage: unknown field (did you mean 'message'?)",
        ),
        ({"policies": [{"name": "p", "rule": "a"}]}, "policy 'p': message: is missing"),
        ({"policies": [{"rule": "a", "message": "m"}]}, "policies[0]: name: is missing"),
        (
            {"policies": [{**RULE, "level": "fatal"}]},
            "policy 'p': level: must be error or warning, not 'fatal'",
        ),
        (
            {"policies": [{**RULE, "rule": "a >="}]},
            "policy 'p': rule: is not a JMESPath expression",
        ),
        ({"policies": [{**RULE, "rule": True}]}, "policy 'p': rule: must be a string, not True"),
        (
            {"policies": [RULE, RULE]},
            "policy 'p': name: declared more than once: in policies[0] and in policies[1]",
        ),
        ({"destruction_budget": "x" * 999}, f"such as 10%, not '{'x' * 199}..."),
    ],
)
def test_a_mistake_is_named_with_its_place(settings: dict[str, Any], message: str) -> None:
    with pytest.raises(InvalidSpec) as caught:
        limits(**settings)
    assert message in str(caught.value)
