# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest
from ansible_collections.omninode.kafka.plugins.module_utils._core.errors import PlanRefused
from ansible_collections.omninode.kafka.plugins.module_utils._core.guard import raise_if_refused
from ansible_collections.omninode.kafka.plugins.module_utils._core.plan import Plan, Refusal
from ansible_collections.omninode.kafka.plugins.module_utils._topic.change import TopicChange
from ansible_collections.omninode.kafka.plugins.module_utils._topic.config_keys import KEYS
from ansible_collections.omninode.kafka.plugins.module_utils._topic.plan import plan_topics
from ansible_collections.omninode.kafka.plugins.module_utils._topic.spec import TopicSet, TopicSpec
from ansible_collections.omninode.kafka.plugins.module_utils._topic.state import (
    INTERNAL_TOPICS,
    Observed,
    TopicState,
)

from tests.unit._topic.changes import topic_change

THROTTLES = {
    "leader.replication.throttled.replicas": "0:1",
    "follower.replication.throttled.replicas": "0:2",
}


def live(
    name: str = "a", partitions: int = 3, replication_factor: int = 1, **fields: Any
) -> TopicState:
    return TopicState(
        name,
        partitions,
        replication_factor,
        **{"config": {}, "replicas_in_sync": replication_factor, **fields},
    )


def planned(spec: TopicSpec, state: TopicState | None = None, **observed: Any) -> Plan[TopicChange]:
    return plan_topics(
        TopicSet({spec.name: spec}), Observed({state.name: state} if state else {}, **observed)
    )


def altered(
    before: dict[str, Any], after: dict[str, Any], *hazards: str
) -> tuple[TopicChange, ...]:
    return (topic_change("a", "alter_config", {"config": before}, {"config": after}, hazards),)


@pytest.mark.parametrize(
    ("spec", "after"),
    [
        (TopicSpec("a"), {"partitions": -1, "replication_factor": -1, "config": {}}),
        (
            TopicSpec("a", partitions=3, replication_factor=2),
            {"partitions": 3, "replication_factor": 2, "config": {}},
        ),
        (
            TopicSpec(
                "a",
                config={"retention.ms": "5", "flush.ms": None, "cleanup.policy": "compact"},
                purge_config=True,
            ),
            {
                "partitions": -1,
                "replication_factor": -1,
                "config": {"cleanup.policy": "compact", "retention.ms": "5"},
            },
        ),
    ],
)
def test_creates_what_is_absent(spec: TopicSpec, after: dict[str, Any]) -> None:
    assert planned(spec) == Plan((topic_change("a", "create", None, after),))


@pytest.mark.parametrize(
    ("spec", "state"),
    [
        (TopicSpec("a", state="absent"), None),
        (TopicSpec("a"), live(partitions=7, replication_factor=3, config={"retention.ms": "5"})),
        (TopicSpec("a", partitions=3, replication_factor=1), live()),
        (
            TopicSpec("a", config={"retention.ms": "5"}),
            live(config={"retention.ms": "5", "flush.ms": "1"}),
        ),
        (TopicSpec("a", config={"retention.ms": None}), live()),
        # as brokers may have stored it
        (
            TopicSpec("a", config={"cleanup.policy": "compact,delete"}),
            live(config={"cleanup.policy": "delete,compact"}),
        ),
        (
            TopicSpec("a", config={"min.cleanable.dirty.ratio": "0.5"}),
            live(config={"min.cleanable.dirty.ratio": "0.50"}),
        ),
        (TopicSpec("a", config={"vendor.key": "x"}), live(config={"vendor.key": "x"})),
        (
            TopicSpec("a", purge_config=True, purge_config_keep=frozenset({"flush.ms"})),
            live(config={"flush.ms": "1", **THROTTLES}),
        ),
        (TopicSpec("__consumer_offsets", partitions=3), live("__consumer_offsets")),
    ],
)
def test_nothing_to_do(spec: TopicSpec, state: TopicState | None) -> None:
    assert planned(spec, state) == Plan((), unchanged=1)


def test_adds_partitions() -> None:
    expected = topic_change(
        "a", "add_partitions", {"partitions": 3}, {"partitions": 6}, ("key_order",)
    )
    assert planned(TopicSpec("a", partitions=6), live()) == Plan((expected,))


@pytest.mark.parametrize(
    ("spec", "config", "before", "after"),
    [
        (TopicSpec("a", config={"flush.ms": "5"}), {}, {"flush.ms": None}, {"flush.ms": "5"}),
        (
            TopicSpec("a", config={"flush.ms": "5"}),
            {"flush.ms": "4", "segment.ms": "9"},
            {"flush.ms": "4"},
            {"flush.ms": "5"},
        ),
        (
            TopicSpec("a", config={"flush.ms": None}),
            {"flush.ms": "4", "segment.ms": "9"},
            {"flush.ms": "4"},
            {"flush.ms": None},
        ),
        # an explicit empty value is an override as well
        (
            TopicSpec("a", config={"vendor.key": None}),
            {"vendor.key": ""},
            {"vendor.key": ""},
            {"vendor.key": None},
        ),
        (
            TopicSpec(
                "a",
                config={"flush.ms": "4"},
                purge_config=True,
                purge_config_keep=frozenset({"kept"}),
            ),
            {"flush.ms": "4", "segment.ms": "9", "kept": "x", "vendor.key": "y", **THROTTLES},
            {"segment.ms": "9", "vendor.key": "y"},
            {"segment.ms": None, "vendor.key": None},
        ),
        # a key that is named is unset, even a throttle
        (
            TopicSpec("a", config=dict.fromkeys(THROTTLES), purge_config=True),
            THROTTLES,
            THROTTLES,
            dict.fromkeys(THROTTLES),
        ),
    ],
)
def test_alters_config(
    spec: TopicSpec, config: dict[str, str], before: dict[str, Any], after: dict[str, Any]
) -> None:
    plan = planned(spec, live(config=config), config_keys=frozenset({"vendor.key"}))
    assert plan == Plan(altered(before, after))


def test_deletes_what_is_declared_absent() -> None:
    before: dict[str, Any] = {
        "partitions": 3,
        "replication_factor": 1,
        "config": {"flush.ms": "1", "segment.ms": "9"},
    }
    plan = planned(
        TopicSpec("a", state="absent", partitions=9),
        live(config={"segment.ms": "9", "flush.ms": "1"}),
    )
    assert plan == Plan((topic_change("a", "delete", before, None, ("delete",)),))


@pytest.mark.parametrize(
    ("spec", "state", "why"),
    [
        (
            TopicSpec("a", partitions=2),
            live(),
            (
                "change partitions of topic a (from 3 to 2): Kafka cannot take partitions away;"
                " declare 3 or -1, or create a new topic"
            ),
        ),
        (
            TopicSpec("__consumer_offsets", partitions=6),
            live("__consumer_offsets"),
            (
                "change partitions of topic __consumer_offsets (from 3 to 6): it is one of Kafka's"
                " internal topics"
            ),
        ),
        *(
            (
                TopicSpec(name, partitions=1),
                None,
                f"create topic {name}: Kafka makes its internal topics itself, when it needs them",
            )
            for name in sorted(INTERNAL_TOPICS)
        ),
        (
            TopicSpec("__transaction_state", internal=True),
            None,
            (
                "create topic __transaction_state: Kafka makes its internal topics itself, when it"
                " needs them"
            ),
        ),
        (
            TopicSpec("a", partitions=6),
            live(internal=True),
            "change partitions of topic a (from 3 to 6): it is one of Kafka's internal topics",
        ),
        (
            TopicSpec("__consumer_offsets", state="absent", internal=True),
            live("__consumer_offsets"),
            "delete topic __consumer_offsets: it is one of Kafka's internal topics",
        ),
        (
            TopicSpec("a", state="absent"),
            live(internal=True),
            "delete topic a: it is one of Kafka's internal topics",
        ),
        (
            TopicSpec("a", config={"retention.mss": None}),
            live(),
            (
                "unset config retention.mss of topic a: not a topic config of Kafka 3.9 to 4.4"
                " (did you mean 'retention.ms'?)"
            ),
        ),
    ],
)
def test_refuses(spec: TopicSpec, state: TopicState, why: str) -> None:
    assert planned(spec, state) == Plan((), (Refusal(spec.name, why),))


@pytest.mark.parametrize(
    ("config", "most"),
    [({}, 9999), ({"flush.ms": "1"}, 9998), ({"min.insync.replicas": "1"}, 9997)],
)
def test_a_topic_is_created_with_what_fits_one_request(config: dict[str, str], most: int) -> None:
    assert planned(TopicSpec("a", partitions=most, config=config)).refusals == ()
    assert planned(TopicSpec("a", partitions=most + 1, config=config)).refusals == (
        Refusal(
            "a",
            f"create topic a: Kafka creates it with at most {most} partitions, not {most + 1};"
            f" declare {most} first, and add the others in a later run",
        ),
    )


def test_partitions_are_added_as_many_as_fit_one_request() -> None:
    assert planned(TopicSpec("a", partitions=10_003), live()).refusals == ()
    assert planned(TopicSpec("a", partitions=10_004), live()).refusals == (
        Refusal(
            "a",
            "add partitions to topic a: Kafka adds at most 10000 at once, not 10001;"
            " declare 10003 first, and add the others in a later run",
        ),
    )


def test_a_mistyped_unset_is_refused_on_a_new_topic_too() -> None:
    plan = planned(TopicSpec("a", config={"quux": None}))
    assert plan.refusals == (
        Refusal("a", "unset config quux of topic a: not a topic config of Kafka 3.9 to 4.4"),
    )


SHOWN = KEYS.keys() - {
    "errors.deadletterqueue.group.enable",
    "flush.ms",
    "message.format.version",
    "message.timestamp.difference.max.ms",
}


@pytest.mark.parametrize(
    ("key", "hint"),
    [
        ("retention.mss", " (did you mean 'retention.ms'?)"),
        ("log.retention.hours", " (did you mean 'retention.ms'?)"),
        ("quux", ""),
        (
            "message.format.version",
            " (Kafka has 'message.format.version' until 3.9; nothing replaces it)",
        ),
        (
            "message.timestamp.difference.max.ms",
            " (Kafka has 'message.timestamp.difference.max.ms' until 3.9; since KIP-937 use"
            " message.timestamp.before.max.ms and message.timestamp.after.max.ms)",
        ),
        (
            "errors.deadletterqueue.group.enable",
            " (Kafka has 'errors.deadletterqueue.group.enable' since 4.4)",
        ),
    ],
)
@pytest.mark.parametrize("state", [None, live()])
def test_a_key_that_the_cluster_does_not_show_is_not_set(
    key: str, hint: str, state: TopicState | None
) -> None:
    plan = planned(TopicSpec("a", config={key: "1"}), state, config_keys=frozenset(SHOWN))
    assert plan.refusals == (
        Refusal("a", f"set config {key} of topic a: unknown config key{hint}"),
    )


def test_all_unknown_keys_of_all_topics_are_told_at_once() -> None:
    misspelt: dict[str, str | None] = {"retention.mss": "1", "segment.byte": "1", "quux": None}
    declared = {name: TopicSpec(name, config=misspelt) for name in ("a", "b")}
    plan = plan_topics(TopicSet(declared), Observed({}, config_keys=frozenset(SHOWN)))
    assert [refusal.name for refusal in plan.refusals] == ["a", "a", "a", "b", "b", "b"]


@pytest.mark.parametrize(
    ("key", "config_keys"),
    [
        # where no topic shows the keys, the broker judges
        ("quux", ()),
        ("message.format.version", ()),
        # a newer Kafka than the table
        ("vendor.key", {"vendor.key"}),
        ("internal.segment.bytes", SHOWN),
        # every Kafka of the table has it, so a broker that hides it still takes it
        ("flush.ms", SHOWN),
    ],
)
def test_a_key_that_cannot_be_judged_is_left_to_the_broker(
    key: str, config_keys: Iterable[str]
) -> None:
    spec = TopicSpec("a", config={key: "1"})
    assert planned(spec, live(), config_keys=frozenset(config_keys)).refusals == ()


def test_a_key_that_only_this_topic_shows_is_known() -> None:
    config = {"message.format.version": "3.0"}
    spec = TopicSpec("a", config=config)
    shown = frozenset(SHOWN)
    assert planned(spec, live(config=config), config_keys=shown) == Plan((), unchanged=1)


def test_a_key_that_only_this_broker_knows_can_be_unset() -> None:
    assert planned(
        TopicSpec("a", config={"vendor.key": None}), live(), config_keys=frozenset({"vendor.key"})
    ) == Plan((), unchanged=1)


def test_a_refused_topic_still_shows_its_other_changes() -> None:
    plan = planned(TopicSpec("a", partitions=1, config={"flush.ms": "5"}), live())
    assert plan.changes == altered({"flush.ms": None}, {"flush.ms": "5"})
    assert [refusal.why.split(" of ")[0] for refusal in plan.refusals] == ["change partitions"]
    assert plan.unchanged == 0


def test_what_cannot_be_done_to_many_topics_is_told_once() -> None:
    names = [f"t{number}" for number in range(7)]
    specs = {name: TopicSpec(name, partitions=1) for name in names}
    observed = Observed({name: live(name, 2, 2) for name in names})
    plan = plan_topics(TopicSet(specs), observed)
    with pytest.raises(PlanRefused) as caught:
        raise_if_refused(plan)
    assert str(caught.value).count("\n") == 0
    assert "of topics t0, t1, t2, t3, t4 and 2 more (from 2 to 1): " in str(caught.value)


@pytest.mark.parametrize("state", [None, live()], ids=["new", "live"])
def test_a_mistyped_key_is_refused_and_no_change(state: TopicState | None) -> None:
    config: dict[str, str | None] = {"retention.mss": "1", "flush.ms": "5", "quux": None}
    keys = frozenset({"retention.ms", "flush.ms"})
    plan = planned(TopicSpec("a", config=config), state, config_keys=keys)
    assert [change.config for change in plan.changes] == [{"flush.ms": "5"}]
    assert len(plan.refusals) == 2
    alone = planned(TopicSpec("a", config={"retention.mss": "1"}), live(), config_keys=keys)
    assert (alone.changes, len(alone.refusals)) == ((), 1)


def test_internal_topics_may_be_configured() -> None:
    assert [
        change.operation
        for change in planned(
            TopicSpec("__a", config={"flush.ms": "5"}), live("__a", internal=True)
        ).changes
    ] == ["alter_config"]


def test_purge_takes_what_is_owned_and_not_declared() -> None:
    names = ["own.declared", "own.extra", "own.absent", "other", "__own", "own.internal"]
    observed = Observed({name: live(name, internal=name == "own.internal") for name in names})
    declared = {
        "own.declared": TopicSpec("own.declared"),
        "own.absent": TopicSpec("own.absent", state="absent"),
    }
    plan = plan_topics(TopicSet(declared, True, ("own.", "__own")), observed)
    assert [(change.operation, change.name) for change in plan.changes] == [
        ("delete", "own.absent"),
        ("delete", "own.extra"),
    ]
    assert (plan.refusals, plan.unchanged) == ((), 1)
    assert [
        change.name
        for change in plan_topics(TopicSet(declared, False, ("own.",)), observed).changes
    ] == ["own.absent"]


def test_what_is_gained_comes_before_what_is_lost_then_by_name() -> None:
    specs = [
        TopicSpec("z.gone", state="absent"),
        TopicSpec("b", partitions=6, config={"flush.ms": "5"}),
        TopicSpec("y.new"),
        TopicSpec("a", partitions=6, config={"flush.ms": "5"}),
        TopicSpec("x.new"),
        TopicSpec("same"),
    ]
    observed = Observed({name: live(name) for name in ("z.gone", "a", "b", "same")})
    plan = plan_topics(TopicSet({spec.name: spec for spec in specs}), observed)
    assert [(change.operation, change.name) for change in plan.changes] == [
        ("create", "x.new"),
        ("create", "y.new"),
        ("add_partitions", "a"),
        ("add_partitions", "b"),
        ("alter_config", "a"),
        ("alter_config", "b"),
        ("delete", "z.gone"),
    ]
    assert plan.unchanged == 1


def test_warns_of_lacking_replicas_of_declared_topics() -> None:
    states = {
        "a": live("a", 3, 3, replicas_in_sync=2, under_replicated=1),
        "b": live("b"),
        "c": live("c", 1, 2, replicas_in_sync=1, under_replicated=1),
    }
    declared = {"a": TopicSpec("a"), "b": TopicSpec("b")}
    assert plan_topics(TopicSet(declared), Observed(states)).warnings == (
        "fewer in-sync replicas than replicas: topic a (2 of 3)",
    )
