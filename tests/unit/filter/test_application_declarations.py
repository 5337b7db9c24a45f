# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Applications as one declaration of each kind."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from ansible_collections.omninode.kafka.plugins.filter.application_declarations import (
    FilterModule,
    application_declarations,
)
from ansible_collections.omninode.kafka.plugins.module_utils._acl.plan import plan_acls
from ansible_collections.omninode.kafka.plugins.module_utils._acl.spec import parse_acl_set
from ansible_collections.omninode.kafka.plugins.module_utils._acl.state import Observed
from ansible_collections.omninode.kafka.plugins.module_utils._topic.spec import parse_topic_set
from hypothesis import given
from hypothesis import strategies as st

from tests.unit._acl.rights import right

SECRET = "n0t-to-be-seen"
NOTHING: dict[str, list[Any]] = {"topics": [], "users": [], "acls": [], "quotas": []}
ORDERS = {
    "name": "orders",
    "user": {"password": SECRET},
    "topics": [{"name": "shop.orders", "partitions": 6}],
    "produce": ["shop.orders"],
    "consume": [{"prefixed": "shop.prices."}],
    "groups": ["orders.app"],
    "quota": {"producer_byte_rate": "10MiB"},
}


def declared(*applications: object, **beside: Any) -> dict[str, list[Any]]:
    return application_declarations([*applications], **beside)


def test_an_application_is_what_is_declared_of_each_kind() -> None:
    assert declared(ORDERS) == {
        "topics": [{"name": "shop.orders", "partitions": 6}],
        "users": [{"name": "orders", "password": SECRET}],
        "acls": [
            {
                "principal": "User:orders",
                "produce": ["shop.orders"],
                "consume": [{"prefixed": "shop.prices."}],
                "groups": ["orders.app"],
            }
        ],
        "quotas": [{"user": "orders", "quotas": {"producer_byte_rate": "10MiB"}}],
    }


def test_an_absent_application_takes_all_of_it_away() -> None:
    acl = {**declared(ORDERS)["acls"][0], "state": "absent"}
    assert declared({**ORDERS, "state": "absent"}) == {
        "topics": [{"name": "shop.orders", "partitions": 6, "state": "absent"}],
        "users": [{"name": "orders", "state": "absent"}],
        "acls": [acl],
        "quotas": [{"user": "orders", "state": "absent"}],
    }


def test_what_is_declared_beside_comes_first() -> None:
    merged = declared(
        ORDERS,
        topics=[{"name": "shared"}],
        users=[{"name": "audit"}],
        acls=[{"principal": "User:audit", "consume": ["shared"]}],
        quotas=[{"user_defaults": True, "quotas": {"request_percentage": 5}}],
    )
    assert [len(entries) for entries in merged.values()] == [2, 2, 2, 2]
    assert merged["topics"][0] == {"name": "shared"}
    assert merged["users"][0] == {"name": "audit"}


def test_the_input_is_left_as_it_is() -> None:
    application = {**ORDERS, "state": "absent", "allow": ["all"], "labels": {"team": "a"}}
    before = copy.deepcopy(application)
    declared(application)
    assert application == before


@pytest.mark.parametrize(
    ("fields", "principals", "bound"),
    [
        ({}, ["User:a"], ["a"]),
        ({"user": {}}, ["User:a"], ["a"]),
        ({"user": {"name": "b"}}, ["User:b"], ["b"]),
        ({"users": [{"name": "b"}, {"name": "c"}]}, ["User:b", "User:c"], ["b", "c"]),
        (
            {"users": [{"mechanism": "SCRAM-SHA-256"}, {"mechanism": "SCRAM-SHA-512"}]},
            ["User:a"],
            ["a"],
        ),
        ({"principal": "User:CN=a,O=b:c"}, ["User:CN=a,O=b:c"], ["CN=a,O=b:c"]),
        ({"principal": "User:x", "user": {"name": "b"}}, ["User:x"], ["x"]),
    ],
)
def test_rights_and_quota_are_those_of_its_users(
    fields: dict[str, Any], principals: list[str], bound: list[str]
) -> None:
    quota = {"request_percentage": 50}
    merged = declared({"name": "a", "consume": ["t"], "quota": quota, **fields})
    assert [acl["principal"] for acl in merged["acls"]] == principals
    assert merged["quotas"] == [{"user": user, "quotas": quota} for user in bound]


def test_a_user_that_goes_takes_its_rights_and_quota_with_it() -> None:
    users = [{"name": "new", "password": SECRET}, {"name": "old", "state": "absent"}]
    merged = declared({"name": "a", "users": users, "consume": ["t"], "quota": {"x": 1}})
    assert merged["users"] == users
    assert [acl.get("state") for acl in merged["acls"]] == [None, "absent"]
    assert merged["quotas"][1] == {"user": "old", "state": "absent"}


def test_a_user_that_keeps_a_second_mechanism_keeps_its_rights() -> None:
    users = [
        {"mechanism": "SCRAM-SHA-256", "state": "absent"},
        {"mechanism": "SCRAM-SHA-512", "password": SECRET},
    ]
    assert declared({"name": "a", "users": users, "consume": ["t"]})["acls"] == [
        {"principal": "User:a", "consume": ["t"]}
    ]


def test_a_quota_that_says_whom_it_binds_is_left_as_it_is() -> None:
    quotas: list[Any] = [
        {"client_id": "batch", "quotas": {"consumer_byte_rate": 1}},
        {"user": "a", "client_id": "batch", "quotas": {"consumer_byte_rate": 2}},
        {"quotas": {"consumer_byte_rate": 3}},
    ]
    merged = declared({"name": "a", "quotas": quotas})
    assert merged["quotas"] == [*quotas[:2], {"user": "a", "quotas": {"consumer_byte_rate": 3}}]


def test_what_an_application_allows_reaches_the_kinds_that_have_it() -> None:
    merged = declared({**ORDERS, "allow": ["delete", "in_use"]})
    assert merged["topics"][0]["allow"] == ["delete"]
    assert merged["users"][0]["allow"] == ["in_use"]
    assert merged["acls"][0]["allow"] == ["in_use"]
    assert "allow" not in merged["quotas"][0]


def test_what_a_topic_allows_itself_is_kept() -> None:
    topics = [{"name": "t", "allow": ["key_order"]}, {"name": "u", "allow": "wrong"}]
    merged = declared({"name": "a", "topics": topics, "allow": ["delete"]})
    assert [topic["allow"] for topic in merged["topics"]] == [["key_order", "delete"], "wrong"]


def test_all_that_is_allowed_is_a_list_that_each_kind_knows() -> None:
    merged = declared({**ORDERS, "allow": ["all"]})
    assert parse_topic_set(merged["topics"])
    assert parse_acl_set(merged["acls"])


def test_the_labels_of_an_application_are_those_of_its_topics() -> None:
    topics = [{"name": "t"}, {"name": "u", "labels": {"team": "b", "tier": "1"}}]
    merged = declared({"name": "a", "topics": topics, "labels": {"team": "a"}})
    assert [topic["labels"] for topic in merged["topics"]] == [
        {"team": "a"},
        {"team": "b", "tier": "1"},
    ]


def test_fields_that_are_null_are_not_declared() -> None:
    fields = dict.fromkeys(
        ["user", "users", "principal", "topics", "produce", "quota", "quotas", "state", "allow"]
    )
    assert declared({"name": "a", **fields}) == NOTHING


def test_what_one_consumes_another_may_declare() -> None:
    reader = {"name": "billing", "consume": ["shop.orders"]}
    assert len(declared(ORDERS, reader)["acls"]) == 2


PLACE = r"kafka_applications_declared\[0\] \(a\)"
MISTAKES: list[tuple[str, Any, str]] = [
    ("no list", {"name": "a"}, "kafka_applications_declared: value: must be a list, not a dict"),
    ("nothing", None, r"must be a list, not nothing: write \[\] to declare none"),
    ("a string", ["a"], r"declared\[0\]: value: must be a dictionary with a name, not a string"),
    ("no name", [{"produce": []}], r"kafka_applications_declared\[0\]: name: is missing"),
    ("an empty name", [{"name": ""}], "name: is empty"),
    ("a field", [{"name": "a", "topic": []}], rf"{PLACE}: topic: unknown field .*'topics'"),
    ("a state", [{"name": "a", "state": "absnt"}], r"present or absent \(did you mean 'absent'"),
    ("a principal", [{"name": "a", "principal": "b"}], "'b' has no type: write User:b"),
    ("a topic", [{"name": "a", "topics": ["t"]}], r"topics: \[0\] must be a dictionary, not a str"),
    ("a user", [{"name": "a", "user": SECRET}], "user: must be a dictionary, not a string"),
    ("users", [{"name": "a", "users": {"b": SECRET}}], "users: must be a list of dictionaries"),
    (
        "a user one level too deep",
        [{"name": "a", "user": {"name": {"password": SECRET}}, "quota": {"nope": 1}}],
        "user: name must be a string, not a dictionary",
    ),
    (
        "users one level too deep",
        [{"name": "a", "users": [{"name": "b"}, {"name": [SECRET]}], "produce": ["t"]}],
        r"users: \[1\] name must be a string, not a list",
    ),
    ("both", [{"name": "a", "user": {}, "users": []}], "user: cannot be declared together with"),
    ("quotas", [{"name": "a", "quota": {}, "quotas": []}], "quota: cannot be declared together"),
    ("a hazard", [{"name": "a", "allow": ["delte"]}], r"'delte' \(did you mean 'delete'"),
    ("a label", [{"name": "a", "labels": ["b"]}], "labels: must be a dictionary, not a list"),
    (
        "a name twice",
        [{"name": "a"}, {"name": "a"}],
        rf"application 'a': name: declared more than once: in {PLACE} and in .*\[1\] \(a\)",
    ),
]


@pytest.mark.parametrize(
    ("applications", "message"), [row[1:] for row in MISTAKES], ids=[row[0] for row in MISTAKES]
)
def test_a_mistake_is_refused(applications: object, message: str) -> None:
    with pytest.raises(ValueError, match=message) as caught:
        application_declarations(applications)
    assert SECRET not in str(caught.value)


def test_all_mistakes_are_told_at_once() -> None:
    applications = [{"name": "a", "stat": "absent", "user": SECRET}, {"produce": ["t"]}, "b"]
    with pytest.raises(ValueError, match=r"^5 errors in the declaration") as caught:
        application_declarations(applications, quotas={})  # type: ignore[arg-type]
    assert "kafka_quotas_declared: value: must be a list" in str(caught.value)
    assert SECRET not in str(caught.value)


def test_what_the_module_refuses_is_not_quoted_beside_it() -> None:
    wrong = [{"name": {"password": SECRET}}, {"name": "u", "mechanism": [SECRET]}]
    merged = application_declarations([], users=[*wrong, *wrong])
    assert len(merged["users"]) == 4


SAME: list[tuple[str, Any, Any, str]] = [
    (
        "a topic",
        {"topics": [{"name": "t"}]},
        {"topics": [{"name": "t"}]},
        "topic 't': name: declared more than once: in {first} and in {second}",
    ),
    (
        "a topic that goes",
        {"topics": [{"name": "t"}]},
        {"topics": [{"name": "t"}], "state": "absent"},
        "topic 't': state: is present in {first}, absent in {second}",
    ),
    (
        "a user",
        {"user": {"name": "u"}},
        {"user": {"name": "u", "mechanism": "SCRAM-SHA-512"}},
        "user 'u' (SCRAM-SHA-512): name: declared more than once: in {first} and in {second}",
    ),
    (
        "a user that goes",
        {"principal": "User:u", "consume": ["t"]},
        {"user": {"name": "u"}, "state": "absent"},
        "{second}: user: 'u' would go with the application, but {first} acts as that user",
    ),
    (
        "a quota",
        {"quotas": [{"client_id": "c", "quotas": {"request_percentage": 1}}]},
        {"quotas": [{"client_id": "c", "quotas": {"request_percentage": 2}}]},
        "quota of client_id 'c': name: declared more than once: in {first} and in {second}",
    ),
]


@pytest.mark.parametrize(
    ("one", "other", "message"), [row[1:] for row in SAME], ids=[row[0] for row in SAME]
)
def test_what_two_applications_declare_names_both(one: Any, other: Any, message: str) -> None:
    first = "kafka_applications_declared[0] (a)"
    second = "kafka_applications_declared[1] (b)"
    with pytest.raises(ValueError, match=r"^1 error in the declaration") as caught:
        declared({"name": "a", **one}, {"name": "b", **other})
    assert message.format(first=first, second=second) in str(caught.value)


def test_what_is_declared_beside_an_application_as_well_names_both() -> None:
    with pytest.raises(ValueError, match=r"in kafka_topics_declared\[0\] and in .*\[0\] \(orders"):
        declared(ORDERS, topics=[{"name": "shop.orders"}])


def test_entries_that_are_wrong_as_a_whole_are_left_to_their_module() -> None:
    merged = declared(topics=["t", {"partitions": 1}], users=[None], quotas=[{"quotas": {}}])
    assert merged["topics"] == ["t", {"partitions": 1}]


def test_ansible_finds_the_filter() -> None:
    assert FilterModule().filters() == {"application_declarations": application_declarations}


NAMES = [f"shop.{number}" for number in range(8)]
PRINCIPALS = st.sampled_from(["User:u1", "User:u2", "User:u3"])
Inventory = tuple[list[dict[str, Any]], dict[str, list[Any]]]


@st.composite
def inventories(draw: st.DrawFn) -> Inventory:
    """Applications with topics of their own, which share what they consume, and some beside."""
    names = draw(st.permutations(NAMES))
    applications = []
    for position in range(draw(st.integers(0, 3))):
        own = names[2 * position : 2 * position + draw(st.integers(0, 2))]
        users = range(draw(st.integers(0, 2)))
        application = {
            "name": f"a{position}",
            "topics": [{"name": name} for name in own],
            "produce": own,
            "consume": draw(st.lists(st.sampled_from(NAMES), max_size=3, unique=True)),
            "state": draw(st.sampled_from(["present", "absent"])),
            "users": [{"name": f"u{position}-{number}"} for number in users],
        }
        applications.append(application)
    readers = draw(st.lists(PRINCIPALS, max_size=2, unique=True))
    beside = {
        "topics": [{"name": name} for name in names[6 : 6 + draw(st.integers(0, 2))]],
        "acls": [{"principal": principal, "consume": NAMES[:1]} for principal in readers],
    }
    return applications, beside


@given(inventories())
def test_merging_neither_loses_nor_doubles_a_declaration(inventory: Inventory) -> None:
    applications, beside = inventory
    merged = declared(*applications, **beside)
    alone = {part: [*beside.get(part, ())] for part in merged}
    for application in applications:
        for part, entries in declared(application).items():
            alone[part] += entries
    assert merged == alone


@given(inventories())
def test_a_purge_takes_nothing_that_any_entry_declares(inventory: Inventory) -> None:
    applications, beside = inventory
    merged = declared(*applications, **beside)
    bindings = parse_acl_set(beside["acls"]).of_state("present")
    topics = {entry["name"] for entry in beside["topics"]}
    for application in applications:
        one = declared(application)
        bindings |= parse_acl_set(one["acls"]).of_state("present")
        if application["state"] == "present":
            topics |= {entry["name"] for entry in application["topics"]}
    purge: Any = {"purge": True, "purge_to_empty": True, "owned_prefixes": ["shop."]}
    stranger = right("stranger", what="shop.0")
    plan = plan_acls(
        parse_acl_set(merged["acls"], **purge), Observed(frozenset({*bindings, stranger}))
    )
    assert [change.bindings for change in plan.changes] == [[stranger]]
    kept = parse_topic_set(merged["topics"], **purge).topics.values()
    assert {spec.name for spec in kept if spec.state == "present"} == topics
