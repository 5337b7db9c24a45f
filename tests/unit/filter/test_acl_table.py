# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The table of ACLs, as people read it."""

from __future__ import annotations

import re
from typing import Any

import pytest
import yaml
from ansible_collections.omninode.kafka.plugins.filter.acl_table import (
    RETURN,
    FilterModule,
    acl_table,
)


def entry(principal: str, resource: str, *operations: str, **fields: Any) -> dict[str, Any]:
    """`resource`: its type and name."""
    resource_type, name = resource.split()
    return {
        "principal": f"User:{principal}",
        "resource_type": resource_type,
        "resource_name": name,
        "pattern_type": "literal",
        "operations": [*operations],
        "permission": "allow",
        "host": "*",
        **fields,
    }


def observed(*acls: dict[str, Any], unreadable: tuple[dict[str, Any], ...] = ()) -> dict[str, Any]:
    return {"acls": [*acls], "unreadable": [*unreadable], "changed": False}


ORDERS = observed(
    entry("orders", "group orders.app", "read"),
    entry("orders", "topic shop.", "read", pattern_type="prefixed", host="192.0.2.7"),
    entry("orders", "topic shop.orders", "read", "write"),
)
UNDECLARED = observed(
    entry("a", "group orders.app", "read", groups={"e": [], "d": [], "c": [], "b": [], "a": []}),
    entry("a", "topic shop.orders", "write", groups={}),
    entry("b", "topic shop.orders", "read", groups="unknown"),
    unreadable=(entry("c", "unknown token", "unknown", "describe"),),
)


def test_is_called_by_its_name() -> None:
    assert FilterModule().filters() == {"acl_table": acl_table}


def test_whole_table_is_as_documented() -> None:
    assert acl_table(ORDERS) == yaml.safe_load(RETURN)["_value"]["sample"]


def test_a_denial_is_a_line_of_its_own() -> None:
    allowed = entry("*", "topic shop.salaries", "read")
    denied = entry("*", "topic shop.salaries", "all", permission="deny")
    assert [line.split() for line in acl_table(observed(allowed, denied))[1:3]] == [
        ["User:*", "topic", "literal", "shop.salaries", "read", "allow", "*"],
        ["User:*", "topic", "literal", "shop.salaries", "all", "deny", "*"],
    ]


def test_undeclared_acls_are_shown_with_the_groups_that_need_them() -> None:
    assert acl_table(UNDECLARED) == [
        "PRINCIPAL  TYPE     PATTERN  NAME         OPERATIONS        PERMISSION  HOST  ACTIVE",
        "User:a     group    literal  orders.app   read              allow       *     a,b,c,+2",
        "User:a     topic    literal  shop.orders  write             allow       *     none",
        "User:b     topic    literal  shop.orders  read              allow       *     unknown",
        "User:c     unknown  literal  token        unknown,describe  allow       *",
        *acl_table(ORDERS)[4:],
        "ACTIVE = consumer groups that could no longer read without it; a,b,c,+2 = five groups",
        "unknown = it cannot be read; the program kafka-acls of Kafka shows every ACL",
    ]


def test_no_acls_are_said_in_a_sentence() -> None:
    assert acl_table(observed()) == ["There are no ACLs to show."]


@pytest.mark.parametrize("result", [ORDERS, UNDECLARED], ids=["acls", "undeclared"])
def test_lines_stay_as_they_are_in_a_terminal_and_in_yaml(result: dict[str, Any]) -> None:
    shown = acl_table(result)
    rows = len(result["acls"]) + len(result["unreadable"])
    for line in shown[: 1 + rows]:
        assert not re.search(r"(?<! ) (?! )", line)
    printed = yaml.safe_dump(shown, width=1000)
    assert yaml.safe_load(printed) == shown
    assert "'" not in printed
    assert max(map(len, shown[1 + rows :])) <= 100


@pytest.mark.parametrize("wrong", [[], "acls", {"acls": []}, {"unreadable": []}])
def test_other_input_is_refused(wrong: Any) -> None:
    with pytest.raises(ValueError, match=r"acl_info.*undeclared_acls_info"):
        acl_table(wrong)
