# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is asked of the cluster, and what its answers mean."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.omninode.kafka.plugins.module_utils._access.judge import judge, reason
from ansible_collections.omninode.kafka.plugins.module_utils._access.targets import (
    Target,
    group_targets,
    topic_targets,
    transactional_id_targets,
)
from ansible_collections.omninode.kafka.plugins.module_utils._kafka.acls import (
    OPERATIONS,
    Pattern,
    with_implied,
)
from ansible_collections.omninode.kafka.plugins.module_utils._kafka.errors import Rejection
from ansible_collections.omninode.kafka.plugins.module_utils._kafka.intent import Intent
from hypothesis import given
from hypothesis import strategies as st

TOPIC_HIDDEN = Rejection(29, "TOPIC_AUTHORIZATION_FAILED", "")
GROUP_HIDDEN = Rejection(30, "GROUP_AUTHORIZATION_FAILED", "")
ABSENT = Rejection(3, "UNKNOWN_TOPIC_OR_PART", "")
LOADING = Rejection(14, "COORDINATOR_LOAD_IN_PROGRESS", "loading")


def topic(name: str, pattern_type: str = "literal") -> Pattern:
    return Pattern("topic", name, pattern_type)


def operations(*words: str) -> frozenset[str]:
    return frozenset(words)


def found(*targets: Target) -> set[tuple[str, str, frozenset[str], bool]]:
    return {(each.pattern.name, each.asked, each.declared, each.is_others) for each in targets}


READ, WRITE, BOTH = operations("READ"), operations("WRITE"), operations("READ", "WRITE")
NONE = operations()


@pytest.mark.parametrize(
    ("intent", "others", "existing", "expected"),
    [
        (Intent(produce=(topic("a"),)), (), {"b"}, {("a", "a", WRITE, False)}),
        # the operations of each topic come from all that names it
        (
            Intent(produce=(topic("a"),), consume=(topic("a", "prefixed"),)),
            (),
            {"ab", "c"},
            {("a", "a", BOTH, False), ("ab", "ab", READ, False)},
        ),
        # a pattern without topics stands for those to come
        (
            Intent(consume=(topic("x.", "prefixed"),)),
            (),
            {"a"},
            {("x.", "x.0", READ, False)},
        ),
        (Intent(consume=(topic("*"),)), (), set(), {("*", "0", READ, False)}),
        (
            Intent(consume=(topic("*"),)),
            (),
            {"a", "b"},
            {("a", "a", READ, False), ("b", "b", READ, False)},
        ),
        # what the application names is its own
        (
            Intent(produce=(topic("a"),)),
            (topic("*"),),
            {"a", "b", "c"},
            {
                ("a", "a", WRITE, False),
                ("b", "b", NONE, True),
                ("c", "c", NONE, True),
            },
        ),
        (Intent(), (topic("gone"),), {"a"}, {("gone", "gone", NONE, True)}),
        (Intent(), (topic("x.", "prefixed"),), {"a"}, set()),
    ],
)
def test_topics_that_are_asked_for(
    intent: Intent, others: tuple[Pattern, ...], existing: set[str], expected: object
) -> None:
    assert found(*topic_targets(intent, others, existing, "0")) == expected


def test_the_name_that_stands_for_a_pattern_is_one_that_kafka_takes() -> None:
    intent = Intent(consume=(topic("x" * 240, "prefixed"),))
    [target] = topic_targets(intent, (), (), "0" * 32)
    assert len(target.asked) == 249
    assert target.asked.startswith("x" * 240)


def test_groups_that_are_asked_for() -> None:
    intent = Intent(groups=(Pattern("group", "a"), Pattern("group", "x.", "prefixed")))
    assert found(*group_targets(intent, {"x.1", "b"}, "0")) == {
        ("a", "a", READ, False),
        ("x.1", "x.1", READ, False),
        ("x.", "x.0", READ, False),
    }


@pytest.mark.parametrize(
    ("target", "answer", "status", "why"),
    [
        (Target(topic("a"), "a", READ), with_implied(READ), "proved", ""),
        (Target(topic("a"), "a", READ), operations("DESCRIBE"), "missing", "may not READ"),
        (
            Target(topic("a"), "a", BOTH),
            TOPIC_HIDDEN,
            "missing",
            "may not READ, WRITE, and not even DESCRIBE",
        ),
        (
            Target(topic("a"), "a", READ),
            with_implied(BOTH),
            "excess",
            "may also WRITE, which is not declared",
        ),
        (
            Target(topic("a"), "a", READ),
            with_implied(WRITE),
            "missing",
            "may not READ; may also WRITE, which is not declared",
        ),
        # DESCRIBE is told where nothing implies it
        (
            Target(topic("a"), "a", NONE),
            operations("DESCRIBE"),
            "excess",
            "may also DESCRIBE, which is not declared",
        ),
        (Target(topic("a"), "a", NONE, is_others=True), TOPIC_HIDDEN, "proved", ""),
        (
            Target(topic("a"), "a", NONE, is_others=True),
            with_implied(BOTH),
            "excess",
            "may READ, WRITE, although it belongs to others",
        ),
        (
            Target(topic("a"), "a", NONE, is_others=True),
            operations("DESCRIBE", "CREATE"),
            "excess",
            "may also CREATE, DESCRIBE, which is not declared",
        ),
        (
            Target(topic("a"), "a", READ),
            ABSENT,
            "unknown",
            "it does not exist, and Kafka tells no operations of what is not there",
        ),
        (
            Target(topic("x.", "prefixed"), "x.0", READ),
            ABSENT,
            "unknown",
            "none exists, and Kafka tells no operations of what is not there",
        ),
        (
            Target(topic("a"), "a", READ),
            None,
            "unknown",
            "the cluster does not tell what may be done with it",
        ),
        (Target(Pattern("group", "g"), "g", READ), with_implied(READ), "proved", ""),
        (
            Target(Pattern("group", "g"), "g", READ),
            GROUP_HIDDEN,
            "missing",
            "may not READ, and not even DESCRIBE",
        ),
        (
            Target(Pattern("group", "g"), "g", READ),
            LOADING,
            "unknown",
            "COORDINATOR_LOAD_IN_PROGRESS: loading",
        ),
        (
            Target(Pattern("cluster", "kafka-cluster"), "kafka-cluster"),
            operations("IDEMPOTENT_WRITE"),
            "proved",
            "",
        ),
        (
            Target(Pattern("cluster", "kafka-cluster"), "kafka-cluster"),
            operations("ALTER", "DESCRIBE"),
            "excess",
            "may also ALTER, which is not declared",
        ),
    ],
)
def test_what_an_answer_proves(target: Target, answer: Any, status: str, why: str) -> None:
    access = judge(target, answer)
    assert (access.status, access.why) == (status, why)
    is_touched = "belongs to others" in why
    assert access.differs == (status == "missing" or is_touched)


def test_kafka_tells_nothing_of_transactional_ids() -> None:
    intent = Intent(transactional_ids=(Pattern("transactional_id", "a"),))
    [target] = transactional_id_targets(intent)
    access = judge(target, WRITE)
    assert (access.status, access.differs) == ("unknown", False)
    assert access.as_result()["may"] is None


def test_create_may_be_there_where_nothing_may_be_described() -> None:
    declared = operations("CREATE", "DELETE", "ALTER", "ALTER_CONFIGS")
    access = judge(Target(topic("a"), "a", declared), TOPIC_HIDDEN)
    assert access.lacking == {"DELETE", "ALTER"}


ANY_OF_A_TOPIC = st.frozensets(st.sampled_from(OPERATIONS["topic"]))


@given(ANY_OF_A_TOPIC, ANY_OF_A_TOPIC, st.booleans())
def test_no_right_is_missed_and_none_is_told_that_is_not_there(
    declared: frozenset[str], may: frozenset[str], is_others: bool
) -> None:
    access = judge(Target(topic("a"), "a", declared, is_others), with_implied(may))
    assert access.lacking == declared - with_implied(may)
    assert access.touching <= with_implied(may) - declared
    harmless = {"CREATE", "DESCRIBE", "DESCRIBE_CONFIGS"}
    if is_others:
        assert access.touching == may - declared - harmless
    else:
        assert access.touching == frozenset()
    assert (access.status == "proved") == (with_implied(declared) >= with_implied(may) >= declared)


@pytest.mark.parametrize(
    ("target", "expected"),
    [
        (Target(topic("a"), "a", READ), "topic a: may not READ{}: declare consume: [a]"),
        (
            Target(topic("a"), "a", BOTH),
            "topic a: may not READ, WRITE{}: declare produce: [a] and consume: [a]",
        ),
        (
            Target(topic("a"), "a", operations("ALTER", "CREATE", "DELETE", "ALTER_CONFIGS")),
            "topic a: may not ALTER, DELETE{}: declare admin_of: [a]",
        ),
        (
            Target(topic("x.", "prefixed"), "x.0", READ),
            "topics that begin with x.: may not READ{}: declare consume: [{{prefixed: x.}}]",
        ),
        (Target(topic("*"), "0", READ), "any topic: may not READ{}: declare consume: [*]"),
        (
            Target(Pattern("group", "x.", "prefixed"), "x.0", READ),
            "groups that begin with x.: may not READ{}: declare groups: [{{prefixed: x.}}]",
        ),
    ],
)
def test_a_difference_says_what_to_do(target: Target, expected: str) -> None:
    told = reason(judge(target, TOPIC_HIDDEN))
    head = expected.format(", and not even DESCRIBE")
    role = " in an ACL of the application, and run the role kafka_acls"
    assert told == head + role
