# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.omninode.kafka.plugins.module_utils._core.errors import InvalidSpec
from ansible_collections.omninode.kafka.plugins.module_utils._topic.spec import (
    TopicSet,
    TopicSpec,
    parse_topic_set,
)
from hypothesis import given
from hypothesis import strategies as st

NOT_NAMES: list[Any] = ["x", 1, True, [1], ["x", None], {"x": 1}, {}]
NOT_STRINGS = "must be a dictionary of strings, not"
NOT_A_TOPIC = "must be a dictionary with a name, not"
NOT_A_COUNT = "must be a whole number from 1, or -1 for the broker's default"
NOT_A_NAME = (
    "is not a topic name: 1 to 249 of the characters a-z A-Z 0-9 . _ -, and not '.' or '..'"
)


def not_names(raw: object) -> str:
    remedy = f": write [{raw}]" if isinstance(raw, str) else ""
    return f"must be a list of strings, not {raw!r}{remedy}"


def parsed(*topics: object, **options: Any) -> TopicSpec:
    """The only topic of a declaration."""
    [spec] = parse_topic_set(topics, **options).topics.values()
    return spec


def mistakes(*topics: object, **options: Any) -> list[tuple[str, str, str]]:
    with pytest.raises(InvalidSpec) as caught:
        parse_topic_set(topics, **options)
    errors: Any = caught.value.facts["errors"]
    return [(error["where"], error["field"], error["message"]) for error in errors]


def test_nothing_declared_is_left_alone() -> None:
    assert parsed({"name": "a"}) == TopicSpec(
        "a", "present", None, None, {}, False, frozenset(), {}, ""
    )


def test_every_field_is_read() -> None:
    raw = {
        "name": "a.b_c-1",
        "state": "present",
        "partitions": 3,
        "replication_factor": "2",
        "config": {"retention.ms": "7d", "segment.bytes": None, "preallocate": True},
        "purge_config": "yes",
        "purge_config_keep": ["max.message.bytes"],
        "labels": {"owner": "platform", "tier": 1},
        "description": "orders",
    }
    assert parsed(raw) == TopicSpec(
        name="a.b_c-1",
        state="present",
        partitions=3,
        replication_factor=2,
        config={"retention.ms": "604800000", "segment.bytes": None, "preallocate": "true"},
        purge_config=True,
        purge_config_keep=frozenset({"max.message.bytes"}),
        labels={"owner": "platform", "tier": "1"},
        description="orders",
    )


@pytest.mark.parametrize(
    ("field", "raw", "value"),
    [
        ("state", "absent", "absent"),
        ("partitions", -1, None),
        ("partitions", "-1", None),
        ("partitions", " 12 ", 12),
        ("partitions", 10_000, 10_000),
        ("partitions", 2**31 - 1, 2**31 - 1),
        ("replication_factor", 10_000, 10_000),
        ("replication_factor", -1, None),
        ("purge_config", True, True),
        ("purge_config", "False", False),
        ("purge_config", " no ", False),
        ("purge_config_keep", [], frozenset()),
        *[
            (field, None, TopicSpec._field_defaults[field])
            for field in TopicSpec._fields
            if field != "name"
        ],
    ],
)
def test_accepted(field: str, raw: object, value: object) -> None:
    assert getattr(parsed({"name": "a", field: raw}), field) == value


@pytest.mark.parametrize(
    ("raw", "where", "field", "message"),
    [
        (None, "topics[0]", "value", "must be a dictionary with a name, not nothing"),
        (
            "orders",
            "topics[0]",
            "value",
            "must be a dictionary with a name, not the string 'orders'",
        ),
        (
            ["orders"],
            "topics[0]",
            "value",
            "must be a dictionary with a name, not the list ['orders']",
        ),
        ({}, "topics[0]", "name", "is missing"),
        ({"name": None}, "topics[0]", "name", "is missing"),
        ({"name": ""}, "topics[0]", "name", f"'' {NOT_A_NAME}"),
        *[
            ({"name": raw}, f"topic '{raw}'", "name", f"{raw} is not a string: put it in quotes")
            for raw in (7, 1.5, True)
        ],
        ({"name": ["b"]}, "topic '['b']'", "name", "must be a string, not the list ['b']"),
        ({"name": "a b"}, "topic 'a b'", "name", f"'a b' {NOT_A_NAME}"),
        ({"name": ".."}, "topic '..'", "name", f"'..' {NOT_A_NAME}"),
        ({"name": "a\n"}, "topic 'a\n'", "name", f"'a\\n' {NOT_A_NAME}"),
        (
            {"name": "x" * 250},
            f"topic '{'x' * 193}...",
            "name",
            f"'{'x' * 199}... {NOT_A_NAME}",
        ),
        (
            {"y" * 250: 1},
            "topic 'a'",
            f"{'y' * 200}...",
            "unknown field",
        ),
        (
            {"config": {"retention.ms": "x" * 999}},
            "topic 'a'",
            "config retention.ms",
            f"'{'x' * 199}... is not a time: give a whole number of ms, or one with a unit:"
            " ms s m h d w",
        ),
        ({"labels": ["x" * 999]}, "topic 'a'", "labels", f"{NOT_STRINGS} ['{'x' * 198}..."),
        (["x" * 999], "topics[0]", "value", f"{NOT_A_TOPIC} the list ['{'x' * 198}..."),
        ({"partition": 1}, "topic 'a'", "partition", "unknown field (did you mean 'partitions'?)"),
        ({"quux": 1}, "topic 'a'", "quux", "unknown field"),
        *[
            ({word: {}}, "topic 'a'", word, f"unknown field (did you mean '{meant}'?)")
            for word, meant in (
                ("options", "config"),
                ("settings", "config"),
                ("replicas", "replication_factor"),
                ("replica_factor", "replication_factor"),
            )
        ],
        ({"names": ["b"]}, "topic 'a'", "names", "unknown field (did you mean 'name'?)"),
        ({7: 1}, "topic 'a'", "7", "unknown field"),
        ({"state": "gone"}, "topic 'a'", "state", "must be present or absent, not 'gone'"),
        *[
            ({"partitions": raw}, "topic 'a'", "partitions", f"{NOT_A_COUNT}, not {raw!r}")
            for raw in [0, -2, 0.0, -2.0, "1\u0663", True, "many", "1.5", [1], {"x": 1}]
        ],
        *[
            (
                {"partitions": raw},
                "topic 'a'",
                "partitions",
                f"{NOT_A_COUNT}, not {raw!r}: write {meant}",
            )
            for raw, meant in ((3.0, 3), ("3.0", 3), ("1e2", 100), ("", -1), (-1.0, -1))
        ],
        *[
            (
                {"partitions": raw},
                "topic 'a'",
                "partitions",
                f"must be at most 2147483647, not {shown}",
            )
            for raw, shown in (("2147483648", "2147483648"), ("9" * 5000, "9" * 200 + "..."))
        ],
        ({"replication_factor": 0}, "topic 'a'", "replication_factor", f"{NOT_A_COUNT}, not 0"),
        (
            {"replication_factor": "10001"},
            "topic 'a'",
            "replication_factor",
            "must be at most 10000, not 10001",
        ),
        (
            {"config": "x"},
            "topic 'a'",
            "config",
            "must be a dictionary of config keys, not the string 'x'",
        ),
        (
            {"config": []},
            "topic 'a'",
            "config",
            "must be a dictionary of config keys, not the list []",
        ),
        *[
            ({"config": {key: value}}, "topic 'a'", f"config {key}", f"{key!r} is not a config key")
            for key in (
                "",
                " ",
                "a b",
                "retention.ms\n",
                "retention.ms\x00",
                "\ud800",
                7,
                None,
                True,
            )
            for value in ("x", None)
        ],
        (
            {"config": {"x" * 250: None}},
            "topic 'a'",
            f"config {'x' * 193}...",
            f"'{'x' * 199}... is not a config key",
        ),
        *[
            (
                {"config": {"compression.type": f"lz4{odd}x"}},
                "topic 'a'",
                "config compression.type",
                f"{f'lz4{odd}x'!r} has characters that do not print",
            )
            for odd in ("\x00", "\n", "\ud800")
        ],
        (
            {"config": {"retention.ms": "7days"}},
            "topic 'a'",
            "config retention.ms",
            "'7days' is not a time: give a whole number of ms, or one with a unit: ms s m h d w",
        ),
        (
            {"purge_config": 1},
            "topic 'a'",
            "purge_config",
            "1 is not a boolean: write true or false",
        ),
        (
            {"purge_config": "maybe"},
            "topic 'a'",
            "purge_config",
            "'maybe' is not a boolean: write true or false",
        ),
        *[
            ({field: raw}, "topic 'a'", field, not_names(raw))
            for field in ("purge_config_keep", "profiles")
            for raw in NOT_NAMES
        ],
        ({"labels": ["x"]}, "topic 'a'", "labels", "must be a dictionary of strings, not ['x']"),
        *[
            (
                {"labels": {"x": raw}},
                "topic 'a'",
                "labels",
                f"must be a dictionary of strings, not {{'x': {raw!r}}}",
            )
            for raw in (["y"], {}, None)
        ],
        (
            {"description": 7},
            "topic 'a'",
            "description",
            "7 is not a string: put it in quotes",
        ),
        (
            {"profiles": "['compacted', \"b\"]"},
            "topic 'a'",
            "profiles",
            "must be a list of strings, not '[\\'compacted\\', \"b\"]': write [compacted, b]",
        ),
        (
            {"profiles": ["compactd"]},
            "topic 'a'",
            "profiles",
            "unknown profile 'compactd' (did you mean 'compacted'?)",
        ),
    ],
)
def test_a_mistake_in_a_topic(raw: Any, where: str, field: str, message: str) -> None:
    topic = {"name": "a", **raw} if isinstance(raw, dict) and raw else raw
    assert mistakes(topic, profiles={"compacted": {}}) == [(where, field, message)]


@pytest.mark.parametrize(
    ("options", "where", "field", "message"),
    [
        ({"defaults": []}, "defaults", "value", "must be a dictionary, not the list []"),
        ({"defaults": {"name": "x"}}, "defaults", "name", "unknown field"),
        ({"defaults": {"profiles": ["p"]}}, "defaults", "profiles", "unknown field"),
        ({"defaults": {"partitions": "x"}}, "defaults", "partitions", f"{NOT_A_COUNT}, not 'x'"),
        (
            {"defaults": {"config": {"preallocate": "maybe"}}},
            "defaults",
            "config preallocate",
            "'maybe' is not a boolean: write true or false",
        ),
        (
            {"profiles": ["p"]},
            "profiles",
            "value",
            "must be a dictionary of profiles, not the list ['p']",
        ),
        (
            {"profiles": {"p": "x"}},
            "profile 'p'",
            "value",
            "must be a dictionary, not the string 'x'",
        ),
        (
            {"profiles": {"p": {"name": "x"}}},
            "profile 'p'",
            "name",
            "unknown field (did you mean 'names'?)",
        ),
        *[
            (
                {"profiles": {"p": {"names": raw}}},
                "profile 'p'",
                "names",
                not_names(raw),
            )
            for raw in NOT_NAMES
        ],
        ({"profiles": {"p": {"names": ["b c"]}}}, "topic 'b c'", "name", f"'b c' {NOT_A_NAME}"),
        (
            {"profiles": {"p": {"names": ["a"]}}},
            "topic 'a'",
            "name",
            "declared more than once: in topics[0] and in profile 'p'",
        ),
        (
            {"profiles": {"p": {"names": ["b"]}, "q": {"names": ["b"]}}},
            "topic 'b'",
            "name",
            "declared more than once: in profile 'p' and in profile 'q'",
        ),
        (
            {"profiles": {"p": {"state": "x"}}},
            "profile 'p'",
            "state",
            "must be present or absent, not 'x'",
        ),
        (
            {"owned_prefixes": ["ab"]},
            "options",
            "owned_prefixes",
            "'ab' is too short: a prefix has at least 3 characters",
        ),
        (
            {"owned_prefixes": ["abc*"]},
            "options",
            "owned_prefixes",
            "'abc*' cannot begin a topic name; prefixes are literal, without wildcards",
        ),
        (
            {"purge": True},
            "options",
            "purge",
            "needs owned_prefixes: only topics under them may be removed",
        ),
    ],
)
def test_a_mistake_elsewhere(options: dict[str, Any], where: str, field: str, message: str) -> None:
    assert mistakes({"name": "a"}, **options) == [(where, field, message)]


def test_all_mistakes_of_all_topics_are_told_at_once() -> None:
    with pytest.raises(InvalidSpec) as caught:
        parse_topic_set(
            [
                {"name": "a", "partitions": 0, "staet": "absent"},
                7,
                {"name": "b", "config": {"retention.ms": "x"}},
                {"name": "b"},
            ],
            {"name": 1},
        )
    assert (
        str(caught.value)
        == "6 errors in the declaration, nothing was read or changed:\n- defaults: name: unknown"
        f" field\n- topic 'a': partitions: {NOT_A_COUNT}, not 0\n- topic 'a': staet: unknown"
        " field (did you mean 'state'?)\n- topics[1]: value: must be a dictionary with a name,"
        " not the number 7\n- topic 'b': config retention.ms: 'x' is not a time: give a whole"
        " number of ms, or one with a unit: ms s m h d w\n- topic 'b': name: declared more than"
        " once: in topics[2] and in topics[3]"
    )


@pytest.mark.parametrize(
    ("topics", "what"),
    [
        (None, "nothing"),
        ({"name": "a"}, "the dictionary {'name': 'a'}"),
        ("a", "the string 'a'"),
        ("", "the string ''"),
        (7, "the number 7"),
        (True, "the boolean True"),
    ],
)
def test_the_topics_are_a_list(topics: object, what: str) -> None:
    with pytest.raises(InvalidSpec, match=rf"topics: value: must be a list of topics, not {what}$"):
        parse_topic_set(topics)


@pytest.mark.parametrize(
    ("names", "told"),
    [
        (("a.b", "a_b"), [("a_b", "a.b")]),
        (("a.b.c", "a_b.c", "a_b_c", "a.c"), [("a_b.c", "a.b.c"), ("a_b_c", "a.b.c")]),
        (("a.b", "ab"), []),
    ],
)
def test_names_that_metrics_cannot_tell_apart_are_a_mistake(
    names: tuple[str, ...], told: list[tuple[str, str]]
) -> None:
    topics = [{"name": name} for name in names]
    assert mistakes(*topics, {"name": "a", "partitions": "x"}) == [
        ("topic 'a'", "partitions", f"{NOT_A_COUNT}, not 'x'"),
        *[
            (
                f"topic '{name}'",
                "name",
                f"differs from topic '{twin}' only in '.' and '_', which Kafka's metrics cannot"
                " tell apart; rename one",
            )
            for name, twin in told
        ],
    ]


def test_a_topic_may_take_the_place_of_its_twin() -> None:
    declared = parse_topic_set([{"name": "a.b", "state": "absent"}, {"name": "a_b"}])
    assert list(declared.topics) == ["a.b", "a_b"]


def test_one_mistake_is_one_line() -> None:
    with pytest.raises(
        InvalidSpec,
        match=(
            r"^1 error in the declaration, nothing was read or changed: topic 'a': state: must be"
            r" present or absent, not 'x'$"
        ),
    ):
        parse_topic_set([{"name": "a", "state": "x"}])


def test_topic_over_later_profile_over_earlier_profile_over_defaults() -> None:
    layers = {
        "defaults": {
            "partitions": 1,
            "replication_factor": 1,
            "description": "d",
            "config": {"flush.ms": 1, "segment.ms": 1, "retention.ms": 1},
        },
        "profiles": {
            "early": {
                "partitions": 2,
                "replication_factor": 2,
                "config": {"segment.ms": 2, "retention.ms": 2},
                "labels": {"a": "early", "b": "early"},
            },
            "late": {
                "partitions": 3,
                "config": {"retention.ms": 3},
                "labels": {"b": "late"},
                "purge_config_keep": ["x"],
            },
        },
    }
    spec = parsed(
        {"name": "a", "profiles": ["early", "late"], "partitions": 4, "labels": {"c": "own"}},
        **layers,
    )
    assert spec == TopicSpec(
        name="a",
        partitions=4,
        replication_factor=2,
        config={"flush.ms": "1", "segment.ms": "2", "retention.ms": "3"},
        purge_config_keep=frozenset({"x"}),
        labels={"a": "early", "b": "late", "c": "own"},
        description="d",
    )


def test_null_takes_back_a_placement_of_the_defaults() -> None:
    """No other value says that Kafka may place the replicas."""
    topics = [{"name": "a"}, {"name": "b", "placement": None}]
    declared = parse_topic_set(topics, {"placement": "balanced"}).topics
    assert [spec.placement for spec in declared.values()] == ["balanced", None]


@pytest.mark.parametrize(
    ("own", "expected"),
    [
        ({"config": {"retention.ms": None}}, {"retention.ms": None}),
        ({"config": None}, {"retention.ms": "5"}),
        ({"config": {}}, {"retention.ms": "5"}),
    ],
)
def test_null_unsets_a_key_but_leaves_a_field(
    own: dict[str, Any], expected: dict[str, str | None]
) -> None:
    assert parsed({"name": "a", **own}, defaults={"config": {"retention.ms": 5}}).config == expected


def test_minus_one_takes_a_default_back() -> None:
    assert parsed({"name": "a", "partitions": -1}, defaults={"partitions": 6}).partitions is None


def test_a_profile_declares_many_topics() -> None:
    declared = parse_topic_set(
        [{"name": "a", "profiles": ["p"]}],
        {"partitions": 2},
        {"p": {"names": ["b", "c"], "description": "shared"}, "empty": None},
    )
    assert declared == TopicSet(
        {name: TopicSpec(name, partitions=2, description="shared") for name in ("a", "b", "c")}
    )


def test_an_empty_set_is_purged_only_when_that_is_asked_for() -> None:
    message = (
        "refused with no topic declared as present, which would remove every owned topic; set"
        " purge_to_empty to mean it"
    )
    purge: dict[str, Any] = {"purge": True, "owned_prefixes": ["abc"]}
    gone: dict[str, Any] = {"name": "abc", "state": "absent"}
    # topics that are declared absent do not count
    for declared in (
        {"topics": []},
        {"topics": [gone]},
        {"topics": [{"name": "abc"}], "defaults": {"state": "absent"}},
    ):
        assert mistakes(*declared.pop("topics"), **declared, **purge) == [
            ("options", "purge", message)
        ]
    assert parse_topic_set([], **purge, purge_to_empty=True) == TopicSet({}, True, ("abc",))
    assert list(parse_topic_set([gone], **purge, purge_to_empty=True).topics) == ["abc"]
    assert list(parse_topic_set([gone, {"name": "kept"}], **purge).topics) == ["abc", "kept"]


def test_ownership_is_a_literal_prefix() -> None:
    owner = TopicSet({}, True, ("a.b", "xyz"))
    assert [name for name in ("a.b", "a.bc", "aXbc", "xyz1", "wxyz", "") if owner.owns(name)] == [
        "a.b",
        "a.bc",
        "xyz1",
    ]
    assert not TopicSet({}).owns("anything")


LAYERS = st.fixed_dictionaries(
    {},
    optional={
        "partitions": st.sampled_from([-1, 1, 6]),
        "description": st.sampled_from(["", "x"]),
        "config": st.dictionaries(
            st.sampled_from(["retention.ms", "flush.ms"]), st.none() | st.integers(1, 3)
        ),
        "labels": st.dictionaries(st.sampled_from(["a", "b"]), st.sampled_from(["1", "2"])),
    },
)


@given(LAYERS, LAYERS, LAYERS)
def test_layers_may_be_merged_in_any_grouping(
    base: dict[str, Any], middle: dict[str, Any], top: dict[str, Any]
) -> None:
    """Two profiles mean the same as one profile that holds the fields of both."""
    both = {
        **middle,
        **top,
        **{key: {**middle.get(key, {}), **top.get(key, {})} for key in ("config", "labels")},
    }
    apart = parsed(
        {"name": "a", "profiles": ["middle", "top"]},
        defaults=base,
        profiles={"middle": middle, "top": top},
    )
    assert apart == parsed(
        {"name": "a", "profiles": ["both"]}, defaults=base, profiles={"both": both}
    )
    assert apart == parsed({"name": "a", **both}, defaults=base)


NO_SUCH_KEY = "not a topic config of Kafka 3.9 to 4.4"
MEANT = f"{NO_SUCH_KEY} (did you mean 'retention.ms'?)"
MISSPELT = {"retention.mss": "7d", "log.retention.hours": None, "vendor.tiered": True}
# one that every Kafka has, one that 3.9 has, one of 4.4, and one that no Kafka shows
NOT_TO_BE_DOUBTED = {
    "flush.ms": 1,
    "message.format.version": "3.0",
    "remote.copy.lag.ms": None,
    "internal.segment.bytes": 1,
}


def test_a_declaration_with_a_mistake_also_tells_the_keys_that_no_known_kafka_has() -> None:
    told = mistakes(
        {"name": "a", "partitions": 0, "config": MISSPELT},
        {"name": "b", "config": NOT_TO_BE_DOUBTED},
        defaults={"config": {"retention.m": "7d"}},
        profiles={"old": {"config": {"quux": None}}},
    )
    assert told == [
        ("topic 'a'", "partitions", f"{NOT_A_COUNT}, not 0"),
        ("defaults", "config retention.m", MEANT),
        ("profile 'old'", "config quux", NO_SUCH_KEY),
        ("topic 'a'", "config retention.mss", MEANT),
        ("topic 'a'", "config log.retention.hours", MEANT),
        ("topic 'a'", "config vendor.tiered", NO_SUCH_KEY),
    ]


def test_a_key_that_no_known_kafka_has_is_no_mistake() -> None:
    """A newer Kafka may have it: the cluster tells."""
    config = {"retention.mss": "7d", "log.retention.hours": None, "vendor.tiered": "true"}
    assert parsed({"name": "a", "config": MISSPELT}).config == config


def test_a_doubt_is_not_called_an_error() -> None:
    topics = [{"name": name, "config": {"retention.mss": 1}} for name in "abcdefg"]
    with pytest.raises(InvalidSpec) as caught:
        parse_topic_set([*topics, {"name": "h", "state": "gone"}])
    assert str(caught.value).splitlines() == [
        "1 error and 7 doubts in the declaration, nothing was read or changed:",
        "- topic 'h': state: must be present or absent, not 'gone'",
        "- topic 'a', topic 'b', topic 'c', topic 'd', topic 'e' and 2 more:"
        f" config retention.mss: {MEANT}",
    ]


def test_the_mistakes_of_topics_and_settings_are_named_together() -> None:
    with pytest.raises(InvalidSpec, match="2 errors"):
        parse_topic_set([{"name": "a", "allow": ["x"]}], allow=["y"])


@pytest.mark.parametrize(("raw", "expected"), [(None, 86_400_000), ("2h", 7_200_000), (0, 0)])
def test_a_topic_is_idle_after_a_day_unless_it_is_said_otherwise(
    raw: object, expected: int
) -> None:
    assert parse_topic_set([], delete_min_idle=raw).delete_min_idle == expected


@pytest.mark.parametrize(
    ("raw", "why"), [("soon", "'soon' is not a time"), (-1, "-1 is below zero")]
)
def test_how_long_nobody_wrote_is_a_time(raw: object, why: str) -> None:
    with pytest.raises(InvalidSpec, match=f"options: delete_min_idle: {why}"):
        parse_topic_set([], delete_min_idle=raw)


def test_every_id_that_a_broker_can_have_can_be_assigned() -> None:
    largest = 2**31 - 1
    declared = parse_topic_set([{"name": "a", "assignments": {"0": [0, str(largest)]}}])
    assert declared.topics["a"].assignments == {0: (0, largest)}
    with pytest.raises(InvalidSpec):
        parse_topic_set([{"name": "a", "assignments": {"0": [largest + 1]}}])
