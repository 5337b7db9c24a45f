# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.omninode.kafka.plugins.module_utils._acl.spec import (
    AclSet,
    Declared,
    parse_acl_set,
)
from ansible_collections.omninode.kafka.plugins.module_utils._core.errors import InvalidSpec
from ansible_collections.omninode.kafka.plugins.module_utils._kafka.acls import Binding, Pattern

RIGHT = {
    "principal": "User:a",
    "resource_type": "topic",
    "resource_name": "orders",
    "operations": ["read"],
}
READ = Binding("User:a", Pattern("topic", "orders"), "READ")
PREFIXED = Pattern("topic", "shop.", "prefixed")


def entry(**fields: Any) -> dict[str, Any]:
    return {**RIGHT, **fields}


def bindings(*entries: object) -> dict[Binding, Declared]:
    return dict(parse_acl_set(list(entries)).bindings)


def mistakes(*entries: object, **options: Any) -> list[str]:
    with pytest.raises(InvalidSpec) as caught:
        parse_acl_set(list(entries), **options)
    errors: Any = caught.value.facts["errors"]
    return [f"{error['where']}: {error['field']}: {error['message']}" for error in errors]


def mistake(*entries: object, **options: Any) -> str:
    [only] = mistakes(*entries, **options)
    return only


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({}, [READ]),
        ({"operations": "READ"}, [READ]),
        ({"operations": ["write", "Read", "read"]}, [READ, READ._replace(operation="WRITE")]),
        ({"permission": "deny"}, [READ._replace(permission="deny")]),
        (
            {"resource_name": "shop.", "pattern_type": "prefixed"},
            [READ._replace(pattern=PREFIXED)],
        ),
        ({"host": "192.0.2.1"}, [READ._replace(host="192.0.2.1")]),
        # as Java writes the address of a client
        ({"host": "2001:DB8::1"}, [READ._replace(host="2001:db8:0:0:0:0:0:1")]),
        ({"host": "::"}, [READ._replace(host="0:0:0:0:0:0:0:0")]),
        ({"host": "64:ff9b::102:304"}, [READ._replace(host="64:ff9b:0:0:0:0:102:304")]),
        ({"host": "fe80::1%eth0"}, [READ._replace(host="fe80:0:0:0:0:0:0:1%eth0")]),
        ({"host": "::ffff:192.0.2.1"}, [READ._replace(host="192.0.2.1")]),
        ({"host": None, "permission": None}, [READ]),
        (
            {"resource_type": "cluster", "resource_name": None, "operations": ["alter"]},
            [Binding("User:a", Pattern("cluster", "kafka-cluster"), "ALTER")],
        ),
        (
            {"resource_type": "group", "resource_name": "any é*", "operations": "all"},
            [Binding("User:a", Pattern("group", "any é*"), "ALL")],
        ),
        ({"resource_name": "*"}, [READ._replace(pattern=Pattern("topic", "*"))]),
        ({"principal": "User:*"}, [READ._replace(principal="User:*")]),
        ({"principal": "User:CN=*.a.example"}, [READ._replace(principal="User:CN=*.a.example")]),
        ({"principal": "Group:a"}, [READ._replace(principal="Group:a")]),
    ],
)
def test_a_right_is_parsed(fields: dict[str, Any], expected: list[Binding]) -> None:
    assert bindings(entry(**fields)) == dict.fromkeys(expected, Declared())


@pytest.mark.parametrize(
    ("fields", "field", "words"),
    [
        ({"principal": "orders"}, "principal", "write User:orders"),
        ({"principal": ":orders"}, "principal", "write User:orders"),
        ({"principal": 3}, "principal", "must be a string, not the number 3"),
        ({"principal": "User:"}, "principal", "no name"),
        ({"principal": "User: a"}, "principal", "spaces"),
        ({"principal": "user:a"}, "principal", "did you mean 'User:a'?"),
        ({"principal": "User:a-*"}, "principal", "no wildcard but User:*"),
        ({"resource_type": "topci"}, "resource_type", "did you mean 'topic'?"),
        ({"resource_type": "broker"}, "resource_type", "did you mean 'cluster'?"),
        ({"resource_name": ""}, "resource_name", "is empty"),
        ({"resource_name": "a b"}, "resource_name", "is not a topic name"),
        ({"resource_name": "shop.*"}, "resource_name", "did you mean the prefix 'shop.'?"),
        (
            {"resource_name": "*", "pattern_type": "prefixed"},
            "resource_name",
            "for every topic, declare '*' as a literal name",
        ),
        (
            {"resource_name": "shop.*", "pattern_type": "prefixed"},
            "resource_name",
            "cannot begin the name of a topic",
        ),
        (
            {"resource_type": "cluster", "operations": ["alter"]},
            "resource_name",
            "always kafka-cluster",
        ),
        (
            {
                "resource_type": "cluster",
                "resource_name": "kafka-cluster",
                "pattern_type": "prefixed",
                "operations": ["alter"],
            },
            "resource_name",
            "as a literal",
        ),
        ({"pattern_type": "prefix"}, "pattern_type", "did you mean 'prefixed'?"),
        ({"pattern_type": "match"}, "pattern_type", "literal or prefixed, not 'match'"),
        ({"operations": ["raed"]}, "operations", "did you mean 'read'?"),
        ({"operations": ["describeconfigs"]}, "operations", "did you mean 'describe_configs'?"),
        ({"operations": []}, "operations", "must be a list of operations"),
        ({"operations": {"read": 1}}, "operations", "must be a list of operations"),
        ({"operations": ["idempotent_write"]}, "operations", "does nothing on a topic"),
        ({"resource_type": "group", "operations": ["write"]}, "operations", "on a group"),
        ({"permission": "allowed"}, "permission", "did you mean 'allow'?"),
        ({"host": "kafka.example"}, "host", "must be an IP address"),
        ({"host": "192.0.2.0/24"}, "host", "must be an IP address"),
        ({"host": ""}, "host", "is empty"),
        ({"state": "gone"}, "state", "present or absent"),
        ({"allow": ["widen"]}, "allow", "did you mean 'widening'?"),
        ({"exempt": "a"}, "exempt", "must be a list of strings"),
        ({"acl_host": "*"}, "acl_host", "did you mean 'host'?"),
        ({"operation": "read"}, "operation", "did you mean 'operations'?"),
        ({"produce": []}, "resource_type", "write two entries"),
    ],
)
def test_a_mistake_is_told_with_its_field(fields: dict[str, Any], field: str, words: str) -> None:
    found = mistakes(entry(**fields))
    assert any(f": {field}: " in each and words in each for each in found), found


@pytest.mark.parametrize(
    ("operation", "resource_type", "is_known"),
    [
        ("alter_configs", "group", True),
        ("describe", "delegation_token", True),
        ("create_tokens", "user", True),
        ("two_phase_commit", "transactional_id", True),
        ("read", "transactional_id", False),
        ("read", "cluster", False),
        ("create", "group", False),
    ],
)
def test_a_resource_has_the_operations_that_kafka_gives_its_type(
    operation: str, resource_type: str, is_known: bool
) -> None:
    name = "kafka-cluster" if resource_type == "cluster" else "a"
    given = entry(resource_type=resource_type, resource_name=name, operations=[operation])
    if is_known:
        assert len(bindings(given)) == 1
    else:
        assert "does nothing on a" in mistake(given)


@pytest.mark.parametrize("state", ["present", "absent"])
@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a\0b", "holds the character NUL"),
        ("a\ud800b", "half of a surrogate pair"),
        ("é" * 16_384, "more than the 32767 bytes"),
    ],
)
def test_what_cannot_be_sent_is_refused(text: str, words: str, state: str) -> None:
    does = {"principal": "User:a", "groups": [text], "state": state}
    assert words in mistake(does)
    assert words in mistake({**does, "groups": ["g"], "principal": f"User:{text}"})


def test_all_mistakes_of_all_entries_are_told_at_once() -> None:
    wrong = entry(principal="a", host="", operations="red")
    found = mistakes(wrong, 3, {}, entry(host="x"))
    assert [each.split(": ")[:2] for each in found] == [
        ["acls[0] (a)", "principal"],
        ["acls[0] (a)", "operations"],
        ["acls[0] (a)", "host"],
        ["acls[1]", "value"],
        ["acls[2]", "principal"],
        ["acls[2]", "resource_type"],
        ["acls[2]", "operations"],
        ["acls[2]", "resource_name"],
        ["acls[3] (User:a)", "host"],
    ]


def test_what_a_principal_does_is_expanded() -> None:
    does = {"principal": "User:a", "consume": ["orders", {"prefixed": "shop."}], "groups": ["g"]}
    assert bindings({**does, "host": "192.0.2.1"}).keys() == {
        READ._replace(host="192.0.2.1"),
        READ._replace(host="192.0.2.1", pattern=PREFIXED),
        READ._replace(host="192.0.2.1", pattern=Pattern("group", "g")),
    }


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"consume": "orders"}, "consume: must be a list of names and prefixes"),
        ({"consume": [{"prefix": "a"}]}, "not one with {'prefix': 'a'}"),
        ({"consume": [{"prefixed": "a", "b": 1}]}, "not one with"),
        ({"consume": [3]}, "not one with 3"),
        ({"consume": [""]}, "consume: is empty"),
        ({"consume": ["a*"]}, "did you mean the prefix 'a'?"),
        ({"groups": [{"prefixed": "*"}]}, "as a prefix"),
        ({"idempotent": "maybe"}, "must be true or false"),
    ],
)
def test_a_mistake_in_what_a_principal_does(fields: dict[str, Any], words: str) -> None:
    assert words in mistake({"principal": "User:a", **fields})


def test_what_brokers_took_can_be_declared_absent() -> None:
    wrong = entry(host="kafka.example", operations=["idempotent_write"], state="absent")
    odd = Binding("User:a", Pattern("topic", "orders"), "IDEMPOTENT_WRITE", host="kafka.example")
    assert bindings(wrong) == {odd: Declared("absent")}


def test_an_absent_address_is_absent_in_each_form() -> None:
    declared = bindings(entry(host="2001:db8::1", state="absent"))
    assert {binding.host for binding in declared} == {"2001:db8::1", "2001:db8:0:0:0:0:0:1"}


def test_the_same_acl_may_be_declared_twice_but_not_both_ways() -> None:
    twice = bindings(
        entry(allow=["widening"], exempt=["p", "q"]),
        {"principal": "User:a", "consume": ["orders"], "allow": ["in_use"], "exempt": ["p"]},
    )
    both = frozenset({"widening", "in_use"})
    assert twice == {READ: Declared(allow=both, exempt=frozenset({"p"}))}
    assert mistake(entry(), entry(state="absent")) == (
        "User:a on topic orders: read: present in acls[0], absent in acls[1]"
    )


def test_the_declaration_is_a_list() -> None:
    with pytest.raises(InvalidSpec, match="must be a list of ACLs, not the dictionary"):
        parse_acl_set({"principal": "User:a"})


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"purge": True}, "needs owned_principals, owned_principal_prefixes or owned_prefixes"),
        ({"owned_principals": ["a"]}, "write User:a"),
        ({"protected_principals": ["a"]}, "write User:a"),
        ({"owned_principal_prefixes": ["User:"]}, "at least 3 characters"),
        ({"owned_principal_prefixes": ["shop-"]}, "such as User:shop-"),
        ({"owned_principal_prefixes": ["User:shop*"]}, "without wildcards"),
        ({"owned_prefixes": ["ab"]}, "at least 3 characters"),
        ({"owned_prefixes": ["shop.*"]}, "without wildcards"),
        ({"destruction_budget": "x"}, "must be a number"),
        ({"allow": ["delete"]}, "unknown hazard 'delete'"),
    ],
)
def test_a_mistake_in_an_option(options: dict[str, Any], words: str) -> None:
    assert words in mistake(entry(), **options)


def test_a_purge_of_all_has_to_be_meant() -> None:
    gone = entry(state="absent")
    owned: dict[str, Any] = {"purge": True, "owned_prefixes": ["shop."]}
    assert "set purge_to_empty to mean it" in mistake(gone, **owned)
    assert parse_acl_set([gone], purge_to_empty=True, **owned).purge


@pytest.mark.parametrize(
    ("principal", "pattern", "owns"),
    [
        ("User:a", Pattern("topic", "x"), True),
        ("User:ab", Pattern("topic", "x"), False),
        ("User:shop-1", Pattern("cluster", "kafka-cluster"), True),
        ("User:*", Pattern("topic", "x"), False),
        ("User:b", Pattern("topic", "own.x"), True),
        ("User:b", Pattern("group", "own.", "prefixed"), True),
        ("User:b", Pattern("topic", "own", "prefixed"), False),
        ("User:b", Pattern("topic", "*"), False),
        ("User:b", Pattern("cluster", "kafka-cluster"), False),
    ],
)
def test_what_is_owned(principal: str, pattern: Pattern, owns: bool) -> None:
    declared: AclSet = parse_acl_set(
        [],
        owned_principals=["User:a"],
        owned_principal_prefixes=["User:shop-"],
        owned_prefixes=["own.", "kafka-"],
    )
    assert declared.owned.has(principal, pattern) == owns
