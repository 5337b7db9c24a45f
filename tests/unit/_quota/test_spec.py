# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.omninode.kafka.plugins.module_utils._core.errors import InvalidSpec
from ansible_collections.omninode.kafka.plugins.module_utils._kafka.quotas import DEFAULT, Entity
from ansible_collections.omninode.kafka.plugins.module_utils._quota.spec import (
    Declared,
    parse_quota_set,
)

ONE: dict[str, Any] = {"producer_byte_rate": 1}


def mistakes(*quotas: Any, **options: Any) -> list[str]:
    with pytest.raises(InvalidSpec) as caught:
        parse_quota_set(list(quotas), **options)
    errors: Any = caught.value.facts["errors"]
    return [f"{error['where']}: {error['field']}: {error['message']}" for error in errors]


@pytest.mark.parametrize(
    ("given", "entity"),
    [
        ({"user": "a"}, Entity("a")),
        ({"user_defaults": True}, Entity(DEFAULT)),
        ({"user_defaults": "yes"}, Entity(DEFAULT)),
        ({"user": "a", "user_defaults": False}, Entity("a")),
        ({"user": "a", "client_id": None}, Entity("a")),
        ({"client_id": "b"}, Entity(None, "b")),
        ({"client_defaults": True}, Entity(None, DEFAULT)),
        ({"user": "a", "client_defaults": True}, Entity("a", DEFAULT)),
        ({"user_defaults": True, "client_id": "b"}, Entity(DEFAULT, "b")),
    ],
)
def test_an_entity_is_named_or_a_default(given: dict[str, Any], entity: Entity) -> None:
    declared = parse_quota_set([{**given, "quotas": ONE}])
    assert declared.entities == {entity: Declared({"producer_byte_rate": 1.0})}


def test_every_field_is_read() -> None:
    declared = parse_quota_set(
        [
            {
                "user": "a",
                "quotas": {"producer_byte_rate": "10MiB", "request_percentage": None},
                "state": "present",
                "allow": ["throttling"],
                "exempt": ["b"],
            },
            {"ip_defaults": True, "state": "absent"},
            {"ip": "2001:DB8::7", "quotas": {"connection_creation_rate": "20"}},
        ]
    )
    assert declared.entities == {
        Entity("a"): Declared(
            {"producer_byte_rate": 10485760.0, "request_percentage": None},
            "present",
            frozenset({"throttling"}),
            frozenset({"b"}),
        ),
        Entity(ip=DEFAULT): Declared({}, "absent"),
        Entity(ip="2001:DB8::7"): Declared({"connection_creation_rate": 20.0}),
    }


USER = {"user": "a", "quotas": ONE}
WHOM = "user, client_id, ip, user_defaults, client_defaults, ip_defaults"


@pytest.mark.parametrize(
    ("entry", "told"),
    [
        (3, ["quotas[0]: value: must be a dictionary with an entity and its quotas, not"]),
        ({"quotas": ONE}, [f"quotas[0]: value: says not whom it binds: give one of {WHOM}"]),
        ({"user": "a"}, ["quotas[0] (user a): quotas: is missing"]),
        ({"user": "", "quotas": ONE}, ["quotas[0]: user: is empty"]),
        ({"user": 12, "quotas": ONE}, ["quotas[0]: user: must be a string, not the number 12"]),
        (
            {"user": "x" * 32768, "quotas": ONE},
            ["quotas[0]: user: 'xx", "more than the 32767 bytes that Kafka takes"],
        ),
        (
            {**USER, "user_defaults": True},
            ["quotas[0] (user a): user_defaults: cannot be declared together with user"],
        ),
        ({**USER, "user_defaults": "maybe"}, ["user_defaults: must be true or false, not 'maybe'"]),
        (
            {"user": "a", "ip": "192.0.2.7", "quotas": {"request_percentage": 1}},
            ["quotas[0] (user a with ip 192.0.2.7): ip: stands alone"],
        ),
        (
            {"ip": "kafka.example", "quotas": {"connection_creation_rate": 1}},
            ["ip: must be an IP address, not 'kafka.example': a controller takes the name"],
        ),
        ({"ip": "192.0.2.0/24", "quotas": {}}, ["ip: must be an IP address, not '192.0.2.0/24'"]),
        ({"user": "User:a", "quotas": ONE}, ["user: 'User:a' has a type", "write a"]),
        ({"user": "*", "quotas": ONE}, ["user: '*' is taken as it stands", "user_defaults: true"]),
        (
            {"client_id": "<default>", "quotas": ONE},
            ["client_id: '<default>' is taken as it stands", "client_defaults: true"],
        ),
        ({**USER, "usr": 1}, ["quotas[0]: usr: unknown field (did you mean 'user'?)"]),
        ({**USER, "client": "a"}, ["client: unknown field (did you mean 'client_id'?)"]),
        (
            {"entity": {"user": "a"}, "quotas": ONE},
            ["entity: unknown field (did you mean 'user'?)"],
        ),
        ({**USER, "producer_byte_rate": 1}, ["producer_byte_rate: belongs under quotas"]),
        ({**USER, "quotas": [1]}, ["quotas: must be a dictionary such as {producer_byte_rate"]),
        (
            {**USER, "quotas": {"producer_byterate": 1}},
            ["producer_byterate: is no quota of Kafka's (did you mean 'producer_byte_rate'?)"],
        ),
        ({**USER, "quotas": {"x": None}}, ["quotas[0] (user a): x: is no quota of Kafka's"]),
        (
            {**USER, "quotas": {"connection_creation_rate": 1}},
            ["connection_creation_rate: is a quota of ip alone"],
        ),
        (
            {"ip_defaults": True, "quotas": {"producer_byte_rate": None}},
            ["(ip defaults): producer_byte_rate: is a quota of user and client_id alone"],
        ),
        (
            {**USER, "quotas": {"producer_byte_rate": 0}},
            ["producer_byte_rate: 0 is not above 0", "null removes the quota"],
        ),
        ({**USER, "state": "abset"}, ["state: must be present or absent", "mean 'absent'"]),
        ({**USER, "state": "absent"}, ["quotas: cannot be declared with state absent"]),
        ({**USER, "allow": ["trottling"]}, ["allow: unknown hazard", "mean 'throttling'"]),
        ({**USER, "exempt": "a"}, ["exempt: must be a list of strings, not the string 'a'"]),
    ],
)
def test_a_mistake_is_told_with_its_place(entry: Any, told: list[str]) -> None:
    [first, *_others] = mistakes(entry)
    for text in told:
        assert text in first


def test_all_mistakes_are_told_at_once() -> None:
    found = mistakes({"user": "a", "quotas": {"x": 1, "request_percentage": -1}}, {"usr": "b"})
    assert len(found) == 5


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ({"user": "a"}, {"user": "a"}),
        ({"ip_defaults": True}, {"ip_defaults": True}),
        ({"ip": "2001:db8::7"}, {"ip": "2001:DB8:0:0:0:0:0:7"}),
        # which a broker takes for the IPv4 address
        ({"ip": "192.0.2.7"}, {"ip": "::ffff:192.0.2.7"}),
    ],
)
def test_an_entity_is_declared_once(first: dict[str, Any], second: dict[str, Any]) -> None:
    found = mistakes({**first, "quotas": {}}, {**second, "state": "absent"})
    assert len(found) == 1
    assert "quotas: declared more than once: in quotas[0] and in quotas[1]" in found[0]


@pytest.mark.parametrize("name", ["User:a", "*", "<default>"])
def test_what_others_set_by_mistake_can_be_removed(name: str) -> None:
    declared = parse_quota_set([{"user": name, "state": "absent"}])
    assert declared.entities == {Entity(name): Declared({}, "absent")}
    host = parse_quota_set([{"ip": "kafka.example", "state": "absent"}])
    assert [*host.entities] == [Entity(ip="kafka.example")]


def test_quotas_are_a_list() -> None:
    with pytest.raises(InvalidSpec, match="must be a list of quotas, not the dictionary"):
        parse_quota_set({"user": "a"})


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"owned_user_prefixes": ["ab"]}, "owned_user_prefixes: 'ab': it needs at least 3"),
        ({"owned_client_id_prefixes": ["ab*"]}, "owned_client_id_prefixes: 'ab*': it needs"),
        ({"owned_ip_networks": ["192.0.2.7/24"]}, "owned_ip_networks: '192.0.2.7/24' is no"),
        ({"purge": True}, "purge: needs owned_user_prefixes, owned_client_id_prefixes or owned"),
        ({"purge": True, "owned_defaults": True}, "purge: needs owned_user_prefixes"),
        ({"allow": ["in_use"]}, "allow: unknown hazard 'in_use'"),
    ],
)
def test_an_option_with_a_mistake(options: dict[str, Any], told: str) -> None:
    assert any(told in each for each in mistakes({"user": "a", "quotas": {}}, **options))


def test_a_purge_needs_something_declared() -> None:
    absent = {"user": "a", "state": "absent"}
    options: dict[str, Any] = {"purge": True, "owned_user_prefixes": ["shop-"]}
    [told] = mistakes(absent, **options)
    assert "set purge_to_empty to mean it" in told
    assert parse_quota_set([absent], purge_to_empty=True, **options).purge


@pytest.mark.parametrize(
    ("entity", "owned"),
    [
        (Entity("shop-a"), True),
        (Entity("other"), False),
        (Entity("shop-a", "other"), True),
        (Entity("other", "shop-a"), False),
        (Entity("shop-a", DEFAULT), True),
        (Entity(None, "app-1"), True),
        (Entity(None, "shop-a"), False),
        (Entity(ip="192.0.2.7"), True),
        (Entity(ip="198.51.100.7"), False),
        (Entity(ip="2001:db8::7"), True),
        (Entity(ip="kafka.example"), False),
        (Entity(ip="::ffff:192.0.2.7"), True),
        (Entity(DEFAULT), False),
        (Entity(DEFAULT, "app-1"), False),
        (Entity(None, DEFAULT), False),
        (Entity(ip=DEFAULT), False),
    ],
)
def test_who_is_owned(entity: Entity, owned: bool) -> None:
    options: dict[str, Any] = {
        "owned_user_prefixes": ["shop-"],
        "owned_client_id_prefixes": ["app-"],
        "owned_ip_networks": ["192.0.2.0/24", "2001:db8::/32"],
    }
    assert parse_quota_set([], **options).owned.has(entity) is owned
    more = parse_quota_set([], owned_defaults=True, **options).owned
    assert more.has(entity) is (owned or entity.is_default)
