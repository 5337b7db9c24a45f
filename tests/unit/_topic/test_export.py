# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What topics share is said once, and the topics stay the same."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.omninode.kafka.plugins.module_utils._topic.export import declaration
from ansible_collections.omninode.kafka.plugins.module_utils._topic.spec import parse_topic_set
from hypothesis import given
from hypothesis import strategies as st

THROTTLES = ("leader.replication.throttled.replicas", "follower.replication.throttled.replicas")


def topic(name: str, partitions: int = 6, replicas: int = 3, **config: str) -> dict[str, Any]:
    return {
        "name": name,
        "partitions": partitions,
        "replication_factor": replicas,
        "config": {key.replace("_", "."): value for key, value in config.items()},
    }


def alike(names: str, *arguments: int, **config: str) -> list[dict[str, Any]]:
    """Topics of these names, a letter each, with the same fields."""
    return [topic(name, *arguments, **config) for name in names]


def in_profiles(topics: list[dict[str, Any]]) -> dict[str, str]:
    """The names of each profile."""
    profiles = declaration(topics).profiles
    return {profile: "".join(fields["names"]) for profile, fields in profiles.items()}


@pytest.mark.parametrize(
    ("topics", "defaults"),
    [
        ([], {}),
        # one topic shares nothing
        (alike("a", retention_ms="1"), {}),
        (alike("ab"), {"partitions": 6, "replication_factor": 3}),
        # half of them are not most of them
        ([*alike("ab", 1), *alike("cd", 2)], {"replication_factor": 3}),
        ([*alike("ab", 1), *alike("c", 2)], {"partitions": 1, "replication_factor": 3}),
        # most have it, and the other has another value
        (
            [*alike("ab", retention_ms="60000"), *alike("c", retention_ms="-1")],
            {"partitions": 6, "replication_factor": 3, "config": {"retention.ms": "1m"}},
        ),
        # most have it, but the other one could not say that it has none
        (
            [*alike("ab", retention_ms="60000"), *alike("c")],
            {"partitions": 6, "replication_factor": 3},
        ),
    ],
)
def test_defaults_are_what_most_topics_share(
    topics: list[dict[str, Any]], defaults: dict[str, Any]
) -> None:
    assert declaration(topics).defaults == defaults


def test_a_profile_is_what_three_topics_share_besides() -> None:
    topics = [
        *alike("fbd", 12, cleanup_policy="compact", segment_bytes=str(2**30)),
        *alike("ac", 12, cleanup_policy="compact"),
        *alike("eghijk"),
    ]

    declared = declaration(topics)

    assert declared.defaults == {"partitions": 6, "replication_factor": 3}
    assert declared.profiles == {
        "compact-12-partitions": {
            "partitions": 12,
            "config": {"cleanup.policy": "compact", "segment.bytes": "1GiB"},
            "names": ["b", "d", "f"],
        }
    }
    assert declared.topics == [
        {"name": "a", "partitions": 12, "config": {"cleanup.policy": "compact"}},
        {"name": "c", "partitions": 12, "config": {"cleanup.policy": "compact"}},
        *[{"name": name} for name in "eghijk"],
    ]


@pytest.mark.parametrize(
    ("group", "name"),
    [
        (alike("abc", 12), "12-partitions"),
        (alike("abc", 6, 2), "2-replicas"),
        (alike("abc", 12, 2, cleanup_policy="compact,delete"), "compact-delete-12-partitions"),
        (alike("abc", retention_ms="31536000000"), "retention-365d"),
        (alike("abc", retention_ms="-1"), "retention-unlimited"),
        (alike("abc", compression_type="lz4", preallocate="true"), "lz4-preallocate-true"),
        (alike("abc", max_message_bytes="1048588"), "max.message-1048588"),
        # a name is made of Kafka's own words only
        (alike("abc", retention_bytes="-1"), "profile"),
        (alike("abc", confluent_x="y"), "profile"),
        (alike("abc", compression_type="[a: b]"), "profile"),
        (alike("abc", compression_type="__ansible_type"), "profile"),
    ],
)
def test_a_profile_is_named_for_what_is_special(group: list[dict[str, Any]], name: str) -> None:
    others = [topic(f"other {number}") for number in range(4)]
    assert in_profiles([*group, *others]) == {name: "abc"}


def test_more_is_said_where_two_words_are_in_use() -> None:
    topics = [
        *alike("abc", 12, retention_ms="1"),
        *alike("def", 12, retention_ms="1", segment_bytes="1024"),
        *alike("ghi", 12, retention_ms="1", segment_bytes="1024", preallocate="true"),
        *alike("jklmnopqrs"),
    ]
    assert in_profiles(topics) == {
        "retention-1-12-partitions": "abc",
        "retention-1-12-partitions-preallocate-true": "ghi",
        "retention-1-12-partitions-segment-1KiB": "def",
    }


def test_two_profiles_have_two_names() -> None:
    topics = [
        *alike("def", confluent_x="1"),
        *alike("abc", confluent_x="2"),
        *alike("ghi", confluent_x="3"),
    ]
    assert in_profiles(topics) == {"profile": "abc", "profile-2": "def", "profile-3": "ghi"}


@pytest.mark.parametrize(
    ("key", "live", "shown"),
    [
        ("retention.ms", "31536000000", "365d"),
        ("retention.ms", "31536000001", 31536000001),
        ("retention.ms", "-1", -1),
        ("retention.ms", "0", 0),
        ("retention.ms", "9223372036854775807", 9223372036854775807),
        ("segment.bytes", "1073741824", "1GiB"),
        ("retention.bytes", "-1", -1),
        ("min.insync.replicas", "2", 2),
        ("flush.messages", "86400000", 86400000),
        ("preallocate", "false", False),
        ("min.cleanable.dirty.ratio", "0.5", 0.5),
        ("min.cleanable.dirty.ratio", "NaN", "NaN"),
        ("cleanup.policy", "delete,compact", "compact,delete"),
        ("cleanup.policy", "", ""),
        ("compression.type", "zstd", "zstd"),
        # what nobody knows stays as it is, and so does what cannot be
        ("confluent.tier.ms", "86400000", "86400000"),
        ("retention.ms", "for ever", "for ever"),
    ],
)
def test_values_are_as_a_person_writes_them(key: str, live: str, shown: object) -> None:
    [declared] = declaration([{**topic("a"), "config": {key: live}}]).topics
    assert declared["config"] == {key: shown}
    assert type(declared["config"][key]) is type(shown)


@pytest.mark.parametrize("key", THROTTLES)
def test_a_throttle_is_left_to_its_reassignment(key: str) -> None:
    throttled = {**topic("a"), "config": {key: "*", "flush.ms": "7"}}
    [declared] = declaration([throttled]).topics
    assert declared["config"] == {"flush.ms": 7}


# few values, so that topics are alike
CONFIG = st.fixed_dictionaries(
    {},
    optional={
        "cleanup.policy": st.sampled_from(["compact", "delete", "delete,compact"]),
        "retention.ms": st.sampled_from(["604800000", "-1", "1"]),
        "segment.bytes": st.sampled_from(["1073741824", "1048588"]),
        "preallocate": st.sampled_from(["true", "false"]),
        "min.cleanable.dirty.ratio": st.sampled_from(["0.5", "1.0E-5", "NaN"]),
        "confluent.x": st.sampled_from(["1", "true", "7d"]),
    },
)
SHAPES = st.lists(
    st.fixed_dictionaries(
        {
            "partitions": st.integers(1, 3),
            "replication_factor": st.integers(1, 2),
            "config": CONFIG,
        }
    ),
    min_size=1,
    max_size=4,
)


@given(SHAPES, st.lists(st.integers(0, 3), max_size=20))
def test_what_is_shared_declares_the_same_topics(
    shapes: list[dict[str, Any]], kinds: list[int]
) -> None:
    topics = []
    for number, kind in enumerate(kinds):
        topics.append({"name": f"t{number:02}", **shapes[kind % len(shapes)]})

    short = declaration(topics)

    read_back = parse_topic_set(short.topics, short.defaults, short.profiles)
    assert read_back == parse_topic_set(topics)
    for fields in short.profiles.values():
        assert len(fields["names"]) >= 3
