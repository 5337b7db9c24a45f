# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.omninode.kafka.plugins.module_utils._acl.export import declaration
from ansible_collections.omninode.kafka.plugins.module_utils._acl.spec import parse_acl_set
from ansible_collections.omninode.kafka.plugins.module_utils._acl.state import declarations
from ansible_collections.omninode.kafka.plugins.module_utils._kafka.acls import Binding, Pattern
from hypothesis import given, settings
from hypothesis import strategies as st

TOPIC_WORDS = ("READ", "WRITE", "CREATE", "DELETE", "ALTER", "ALTER_CONFIGS", "DESCRIBE")
OF_TOPICS = st.builds(
    Binding,
    st.sampled_from(["User:a", "User:b"]),
    st.sampled_from([Pattern("topic", "a"), Pattern("topic", "a.", "prefixed")]),
    st.sampled_from(TOPIC_WORDS),
    st.sampled_from(["allow", "deny"]),
    st.sampled_from(["*", "192.0.2.1"]),
)
OF_OTHERS = st.sampled_from(
    [
        Binding("User:a", Pattern("group", "g"), "READ"),
        Binding("User:a", Pattern("group", "g"), "DESCRIBE"),
        Binding("User:b", Pattern("transactional_id", "t", "prefixed"), "WRITE"),
        Binding("User:b", Pattern("cluster", "kafka-cluster"), "IDEMPOTENT_WRITE"),
        Binding("User:b", Pattern("cluster", "kafka-cluster"), "ALTER"),
    ]
)


def acl(resource_type: str, name: str, *operations: str, **fields: str) -> dict[str, Any]:
    """As acl_info returns it."""
    return {
        "principal": "User:a",
        "resource_type": resource_type,
        "resource_name": name,
        "pattern_type": "literal",
        "operations": [*operations],
        "permission": "allow",
        "host": "*",
        **fields,
    }


ADMIN = ("alter", "alter_configs", "create", "delete")


@pytest.mark.parametrize(
    ("live", "expected"),
    [
        ([acl("topic", "a", "write")], {"produce": ["a"]}),
        (
            [acl("topic", "a", "read"), acl("topic", "b.", "read", pattern_type="prefixed")],
            {"consume": ["a", {"prefixed": "b."}]},
        ),
        ([acl("topic", "a", "read", "write")], {"produce": ["a"], "consume": ["a"]}),
        (
            [acl("group", "g", "read"), acl("topic", "a", "read")],
            {"consume": ["a"], "groups": ["g"]},
        ),
        ([acl("transactional_id", "t", "write")], {"transactional_ids": ["t"]}),
        ([acl("topic", "a", *ADMIN)], {"admin_of": ["a"]}),
        ([acl("topic", "a", *ADMIN, "read")], {"consume": ["a"], "admin_of": ["a"]}),
        ([acl("cluster", "kafka-cluster", "idempotent_write")], {"idempotent": True}),
        (
            [acl("topic", "a", "read", host="192.0.2.1")],
            {"consume": ["a"], "host": "192.0.2.1"},
        ),
    ],
)
def test_rights_that_something_takes_are_declared_by_it(
    live: list[dict[str, Any]], expected: dict[str, Any]
) -> None:
    [entry] = declaration(live)
    assert entry == {"principal": "User:a", **expected}
    assert [*entry] == ["principal", *expected]


@pytest.mark.parametrize(
    "entry",
    [
        acl("topic", "a", "read", "describe"),
        acl("topic", "a", "alter", "create", "delete"),
        acl("topic", "a", "all"),
        acl("topic", "a", "read", permission="deny"),
        acl("group", "g", "delete"),
        acl("cluster", "kafka-cluster", "alter", "idempotent_write"),
    ],
)
def test_other_rights_stay_as_they_are(entry: dict[str, Any]) -> None:
    [found] = declaration([entry])
    assert found["operations"] == entry["operations"]
    assert parse_acl_set([found]) == parse_acl_set([entry])


def test_each_principal_and_host_has_an_entry() -> None:
    live = [
        acl("topic", "a", "read"),
        acl("topic", "a", "read", host="192.0.2.1"),
        acl("topic", "b", "read"),
        acl("topic", "a", "read", principal="User:b"),
    ]
    found = [(entry["principal"], entry["consume"]) for entry in declaration(live)]
    assert found == [("User:a", ["a", "b"]), ("User:a", ["a"]), ("User:b", ["a"])]


def test_an_acl_with_a_mistake_is_left_out() -> None:
    assert declaration([acl("topic", "a", "read", host="app.example")]) == []


@settings(deadline=None)
@given(st.frozensets(OF_TOPICS | OF_OTHERS, max_size=14))
def test_the_declaration_is_what_was_found(live: frozenset[Binding]) -> None:
    observed: list[Any] = declarations(live)
    declared = declaration(observed)
    assert parse_acl_set(declared).bindings.keys() == live
