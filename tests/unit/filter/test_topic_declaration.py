# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Live topics as the variables that declare them.

Nothing is lost, nothing is said twice, and the text is the same each time.
"""

from __future__ import annotations

import random
from collections import Counter
from typing import Any

import pytest
import yaml
from ansible.plugins.filter.core import to_nice_yaml
from ansible_collections.omninode.kafka.plugins.filter.topic_declaration import (
    FilterModule,
    topic_declaration,
)
from ansible_collections.omninode.kafka.plugins.module_utils._topic.config import normalise
from ansible_collections.omninode.kafka.plugins.module_utils._topic.config_keys import KEYS
from ansible_collections.omninode.kafka.plugins.module_utils._topic.spec import (
    TopicSpec,
    parse_topic_set,
)
from hypothesis import given
from hypothesis import strategies as st


def topic(name: str, partitions: int = 6, replicas: int = 3, **config: str) -> dict[str, Any]:
    return {
        "name": name,
        "partitions": partitions,
        "replication_factor": replicas,
        "config": {key.replace("_", "."): value for key, value in config.items()},
    }


def exported(*topics: dict[str, Any]) -> tuple[Any, Any, Any]:
    """The defaults, the profiles and the topics, which all are there whatever was found."""
    variables = topic_declaration(topics)
    assert list(variables) == [
        "kafka_topics_defaults",
        "kafka_topics_profiles",
        "kafka_topics_declared",
    ]
    defaults, profiles, declared = variables.values()
    return defaults, profiles, declared


def test_is_called_by_its_name() -> None:
    assert FilterModule().filters() == {"topic_declaration": topic_declaration}


@pytest.mark.parametrize(
    ("topics", "defaults", "declared"),
    [
        ([], {}, []),
        (
            [topic("a", flush_ms="1")],
            {},
            [{"name": "a", "partitions": 6, "replication_factor": 3, "config": {"flush.ms": 1}}],
        ),
        ([topic("a")], {}, [{"name": "a", "partitions": 6, "replication_factor": 3}]),
        (
            [topic("a"), topic("b")],
            {"partitions": 6, "replication_factor": 3},
            [{"name": "a"}, {"name": "b"}],
        ),
        (
            [topic("b", 1), topic("a", 2)],
            {"replication_factor": 3},
            [{"name": "a", "partitions": 2}, {"name": "b", "partitions": 1}],
        ),
        (
            [
                topic("a", 1, 1, retention_ms="1", flush_ms="2", segment_ms="3"),
                topic("b", 2, 3, segment_ms="3", retention_ms="1", flush_ms="9"),
            ],
            {"config": {"retention.ms": 1, "segment.ms": 3}},
            [
                {
                    "name": "a",
                    "partitions": 1,
                    "replication_factor": 1,
                    "config": {"flush.ms": 2},
                },
                {
                    "name": "b",
                    "partitions": 2,
                    "replication_factor": 3,
                    "config": {"flush.ms": 9},
                },
            ],
        ),
        # what one of them lacks is not common, however many have it
        (
            [topic("a", retention_ms="1"), topic("b", retention_ms="1"), topic("c")],
            {"partitions": 6, "replication_factor": 3},
            [
                {"name": "a", "config": {"retention.ms": 1}},
                {"name": "b", "config": {"retention.ms": 1}},
                {"name": "c"},
            ],
        ),
    ],
)
def test_common_settings_are_declared_once_as_defaults(
    topics: list[dict[str, Any]], defaults: dict[str, Any], declared: list[dict[str, Any]]
) -> None:
    assert exported(*topics) == (defaults, {}, declared)


def test_what_three_topics_share_is_a_profile() -> None:
    topics = [topic(name, retention_ms="604800000") for name in "cab"] + [topic("d")]
    assert exported(*topics) == (
        {"partitions": 6, "replication_factor": 3},
        {"retention-7d": {"config": {"retention.ms": "7d"}, "names": ["a", "b", "c"]}},
        [{"name": "d"}],
    )


NUMBERS = {"int": st.integers(-1, 2**31 - 1), "long": st.integers(-1, 2**63 - 1)}
# as brokers write them; a list of throttled replicas can have empty items
LISTS = {
    key: st.lists(st.sampled_from(["0:1", "1:2", "*", ""])).map(",".join)
    for key in KEYS
    if "throttled" in key
}
LISTS["cleanup.policy"] = st.sampled_from(["", "compact", "delete", "delete,compact"])
VALUES = {
    "boolean": st.sampled_from(["true", "false"]),
    "double": st.floats(0, 1).map(repr) | st.sampled_from(["NaN", "1.0E-5"]),
    "string": st.sampled_from(["producer", "lz4", "CreateTime"]),
    **{kind: numbers.map(str) for kind, numbers in NUMBERS.items()},
}
CONFIG = st.fixed_dictionaries(
    {},
    optional={
        key: LISTS[key] if key in LISTS else VALUES[known.type] for key, known in KEYS.items()
    }
    | {"confluent.x": st.just("on: *")},
)
TOPICS = st.lists(
    st.fixed_dictionaries(
        {
            "name": st.from_regex(r"[a-zA-Z0-9._-]{1,12}", fullmatch=True).filter(
                lambda name: name not in (".", "..")
            ),
            "partitions": st.integers(1, 3),
            "replication_factor": st.integers(1, 2),
            "config": CONFIG,
        }
    ),
    unique_by=lambda topic: topic["name"],
    max_size=4,
)


@given(TOPICS)
def test_the_declaration_parses_to_the_topics_read(topics: list[dict[str, Any]]) -> None:
    defaults, profiles, declared = exported(*topics)

    assert parse_topic_set(declared, defaults, profiles).topics == {
        each["name"]: TopicSpec(
            each["name"],
            partitions=each["partitions"],
            replication_factor=each["replication_factor"],
            config={
                key: normalise(key, value)
                for key, value in each["config"].items()
                if "throttled" not in key
            },
        )
        for each in topics
    }
    for field in ("partitions", "replication_factor"):
        counts = Counter(each[field] for each in topics)
        most = max(counts.values(), default=0)
        assert (field in defaults) == (len(topics) > 1 and most > len(topics) / 2)


@given(TOPICS, st.randoms(use_true_random=False))
def test_the_text_is_stable_and_reads_back_unchanged(
    topics: list[dict[str, Any]], chance: random.Random
) -> None:
    other = [
        {**each, "config": dict(shuffled(list(each["config"].items()), chance))}
        for each in shuffled(topics, chance)
    ]

    variables = topic_declaration(topics)
    text = to_nice_yaml(variables, sort_keys=False)

    assert to_nice_yaml(topic_declaration(other), sort_keys=False) == text
    assert yaml.safe_load(text) == variables


def shuffled(items: list[Any], chance: random.Random) -> list[Any]:
    return chance.sample(items, len(items))


@pytest.mark.parametrize("value", ["{{ lookup('env', 'HOME') }}", "a{% raw %}", "{# x"])
def test_text_that_ansible_would_evaluate_is_refused(value: str) -> None:
    with pytest.raises(
        ValueError, match=r"^config confluent\.x of topic b: .* would be taken for a template$"
    ):
        topic_declaration([topic("a"), topic("b", confluent_x=value)])


@pytest.mark.parametrize("wrong", ["topics", {"topics": []}, [{"name": "a"}], ["a"], None])
def test_other_input_is_refused(wrong: Any) -> None:
    with pytest.raises(ValueError, match="topic_info returns"):
        topic_declaration(wrong)
