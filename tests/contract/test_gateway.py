# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the collection relies on in every cluster: what passes this suite is a gateway to Kafka."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pytest
from ansible_collections.omninode.kafka.plugins.module_utils._cluster.gateway.gateway import Gateway
from ansible_collections.omninode.kafka.plugins.module_utils._cluster.gateway.groups import Group
from ansible_collections.omninode.kafka.plugins.module_utils._cluster.gateway.topics import (
    NewPartitions,
    NewTopic,
    Topic,
)
from ansible_collections.omninode.kafka.plugins.module_utils._kafka.errors import (
    CLUSTER_AUTHORIZATION_FAILED,
    INVALID_CONFIG,
    INVALID_PARTITIONS,
    TOPIC_ALREADY_EXISTS,
    TOPIC_AUTHORIZATION_FAILED,
    UNKNOWN_TOPIC,
    Rejection,
)
from ansible_collections.omninode.kafka.plugins.module_utils._kafka.partitions import (
    EARLIEST,
    LATEST,
    NEWEST,
    Offset,
)
from ansible_collections.omninode.kafka.plugins.module_utils._topic.config import (
    default_of,
    normalise,
    parse_value,
)

from tests.contract.conftest import OtherClient, awaited, made, overrides, partitions
from tests.fakes.groups import GROUP_DENIED
from tests.fakes.records import NO_LEADERS
from tests.fakes.session import CLUSTER_OPERATIONS, INVALID_TOPIC, POLICY_VIOLATION
from tests.fakes.topics import INVALID_REPLICATION_FACTOR, INVALID_REQUEST, OPERATIONS

# those with a policy and an authorizer
guarded = pytest.mark.parametrize("gateway", ["fake", "newest"], indirect=True)
both_ways = pytest.mark.parametrize("validate_only", [True, False], ids=["validated", "real"])


def rejected(answer: Any, code: int, *words: str) -> None:
    assert isinstance(answer, Rejection), answer
    assert answer.code == code, answer
    assert all(word in answer.message for word in words), answer


def known(gateway: Gateway, name: str) -> Topic:
    answer = gateway.describe_topics([name])[name]
    assert isinstance(answer, Topic), answer
    return answer


def absent(gateway: Gateway, name: str) -> bool:
    answer = gateway.describe_topics([name])[name]
    return isinstance(answer, Rejection) and answer.code == UNKNOWN_TOPIC


def test_cluster(gateway: Gateway) -> None:
    cluster = gateway.describe_cluster()
    assert len(cluster.cluster_id) == 22
    assert cluster.operations == CLUSTER_OPERATIONS
    [broker] = cluster.brokers
    assert (broker.id, broker.port > 0, bool(broker.host), broker.rack) == (1, True, True, None)


def test_api_versions(gateway: Gateway) -> None:
    low, high = gateway.api_versions()["CreateTopics"]
    assert 0 <= low < high


def test_notices_are_empty_while_nothing_happens(gateway: Gateway) -> None:
    assert gateway.notices() == ()


def test_another_view_is_of_the_same_cluster(gateway: Gateway, topic: str) -> None:
    view = gateway.another_view()
    assert view.describe_cluster() == gateway.describe_cluster()
    awaited(lambda: not absent(view, topic), "the other view to show the topic")


def test_a_broker_tells_its_config(gateway: Gateway) -> None:
    config = gateway.describe_broker_config()
    assert not isinstance(config, Rejection)
    assert config["delete.topic.enable"] == "true"
    assert int(config["num.partitions"] or 0) > 0
    assert {
        "default.replication.factor",
        "auto.create.topics.enable",
        "log.retention.ms",
        "log.retention.hours",
    } <= config.keys()


def test_a_topic_is_made_and_described(gateway: Gateway, prefix: str) -> None:
    name = f"{prefix}a"
    made(gateway, NewTopic(name, 3, 1, {"retention.ms": "1000", "cleanup.policy": "compact"}))
    found = known(gateway, name)
    assert (found.name, found.internal) == (name, False)
    assert sorted((p.id, p.leader, p.replicas, p.isr) for p in found.partitions) == [
        (number, 1, (1,), (1,)) for number in range(3)
    ]
    assert found.operations == OPERATIONS
    assert overrides(gateway, name) == {"retention.ms": "1000", "cleanup.policy": "compact"}
    assert name in gateway.list_topics()


def test_what_is_not_declared_is_the_brokers(gateway: Gateway, prefix: str) -> None:
    name = f"{prefix}a"
    made(gateway, NewTopic(name, -1, -1, {}))
    broker = gateway.describe_broker_config()
    assert not isinstance(broker, Rejection)
    found = known(gateway, name)
    assert len(found.partitions) == int(broker["num.partitions"] or 0)
    assert {len(partition.replicas) for partition in found.partitions} == {
        int(broker["default.replication.factor"] or 0)
    }
    config = gateway.describe_configs([name])[name]
    assert not isinstance(config, Rejection)
    for key in (
        "retention.ms",
        "cleanup.policy",
        "segment.bytes",
        "min.cleanable.dirty.ratio",
        "unclean.leader.election.enable",
    ):
        # what a topic falls back to when an override is unset can be told from the broker
        assert config.inherited[key] == default_of(key, broker)


@both_ways
@pytest.mark.parametrize(
    ("suffix", "count", "replicas", "config", "code", "word"),
    [
        ("new", 0, 1, {}, INVALID_PARTITIONS, ""),
        ("new", 1, 0, {}, INVALID_REPLICATION_FACTOR, ""),
        ("new", 1, 9, {}, INVALID_REPLICATION_FACTOR, "9"),
        ("topic", 3, 1, {}, TOPIC_ALREADY_EXISTS, "already exists"),
        ("topic", 9, 9, {"no.such.key": "1"}, TOPIC_ALREADY_EXISTS, "already exists"),
        ("bad name", 1, 1, {}, INVALID_TOPIC, "bad name"),
        ("x" * 240, 1, 1, {}, INVALID_TOPIC, ""),
        ("new", 1, 1, {"no.such.key": "1"}, INVALID_CONFIG, "no.such.key"),
        ("new", 1, 1, {"retention.ms": "1", "no.such.key": "1"}, INVALID_CONFIG, "no.such.key"),
    ],
)
def test_a_creation_that_is_refused(
    gateway: Gateway,
    topic: str,
    prefix: str,
    suffix: str,
    count: int,
    replicas: int,
    config: dict[str, str],
    code: int,
    word: str,
    validate_only: bool,
) -> None:
    name = prefix + suffix
    rejected(
        gateway.create_topics([NewTopic(name, count, replicas, config)], validate_only)[name],
        code,
        word,
    )
    assert name == topic or name not in gateway.list_topics()


@both_ways
def test_a_name_that_collides_with_an_existing_one(
    gateway: Gateway, topic: str, validate_only: bool
) -> None:
    name = topic.replace(".", "_")
    rejected(
        gateway.create_topics([NewTopic(name, 1, 1, {})], validate_only)[name], INVALID_TOPIC, topic
    )


@both_ways
def test_a_creation_in_a_batch_stands_for_itself(
    gateway: Gateway, prefix: str, validate_only: bool
) -> None:
    good, bad = f"{prefix}good", f"{prefix}bad"
    answers = gateway.create_topics(
        [NewTopic(good, 1, 1, {}), NewTopic(bad, 0, 1, {})], validate_only
    )
    assert (set(answers), answers[good]) == ({good, bad}, None)
    rejected(answers[bad], INVALID_PARTITIONS)
    if not validate_only:
        awaited(lambda: not absent(gateway, good), "the good one to be visible")


@both_ways
def test_a_name_twice_in_one_request(gateway: Gateway, prefix: str, validate_only: bool) -> None:
    name = f"{prefix}twice"
    answers = gateway.create_topics(
        [NewTopic(name, 1, 1, {}), NewTopic(name, 2, 1, {})], validate_only
    )
    rejected(answers[name], INVALID_REQUEST)


def test_validating_creates_nothing(gateway: Gateway, prefix: str) -> None:
    name = f"{prefix}a"
    new = [NewTopic(name, 1, 1, {})]
    assert gateway.create_topics(new, True) == {name: None}
    # the controller itself still takes it for new
    assert gateway.create_topics(new, True) == {name: None}
    assert absent(gateway, name)


@both_ways
def test_more_records_than_the_controller_takes_are_refused_as_a_whole(
    gateway: Gateway, prefix: str, validate_only: bool
) -> None:
    answers = gateway.create_topics(
        [NewTopic(f"{prefix}{number}", 1, 1, {}) for number in range(5001)], validate_only
    )
    assert len(answers) == 5001
    for answer in set(answers.values()):
        rejected(answer, POLICY_VIOLATION, "xcessively large")
    assert not any(name.startswith(prefix) for name in gateway.list_topics())


def test_more_partitions_than_the_controller_takes(gateway: Gateway, topic: str) -> None:
    """Validated only: Kafka 3.9 and 4.0 refuse the real request as well, yet add 10,000."""
    assert isinstance(
        gateway.create_partitions({topic: NewPartitions(20_000)}, True)[topic], Rejection
    )
    assert partitions(gateway, topic) == 3


def test_partitions_are_added(gateway: Gateway, topic: str) -> None:
    new, accepted = {topic: NewPartitions(5)}, {topic: None}
    assert gateway.create_partitions(new, True) == accepted
    assert partitions(gateway, topic) == 3
    assert gateway.create_partitions(new, False) == accepted
    awaited(lambda: partitions(gateway, topic) == 5, "more partitions")


@both_ways
@pytest.mark.parametrize(
    ("total", "words"), [(3, ["already has", "3"]), (2, ["would not be an increase", "3"])]
)
def test_as_many_or_fewer_partitions_are_refused(
    gateway: Gateway, topic: str, total: int, words: list[str], validate_only: bool
) -> None:
    rejected(
        gateway.create_partitions({topic: NewPartitions(total)}, validate_only)[topic],
        INVALID_PARTITIONS,
        *words,
    )


@both_ways
def test_writes_to_an_absent_topic(
    gateway: Gateway, topic: str, prefix: str, validate_only: bool
) -> None:
    name = f"{prefix}absent"
    rejected(
        gateway.create_partitions({name: NewPartitions(2)}, validate_only)[name], UNKNOWN_TOPIC
    )
    answers = gateway.incremental_alter_configs(
        {name: {"flush.ms": "5"}, topic: {"flush.ms": "5"}}, validate_only
    )
    assert answers[topic] is None
    rejected(answers[name], UNKNOWN_TOPIC)
    rejected(gateway.delete_topics([name])[name], UNKNOWN_TOPIC)


def test_nothing_asked_is_nothing_answered(gateway: Gateway) -> None:
    """The client library refuses to send that."""
    assert gateway.describe_topics([]) == {}
    assert gateway.describe_configs([]) == {}
    assert gateway.describe_broker_configs([]) == {}
    assert gateway.incremental_alter_configs({}, False) == {}
    assert gateway.incremental_alter_broker_configs({}) == {}
    assert gateway.delete_topics([]) == {}


def test_config_is_set_and_unset_and_the_rest_left_alone(gateway: Gateway, topic: str) -> None:
    alterations: Mapping[str, Mapping[str, str | None]] = {
        topic: {"retention.ms": "1000", "flush.ms": None}
    }
    assert gateway.incremental_alter_configs(alterations, True) == {topic: None}
    assert overrides(gateway, topic) == {"flush.ms": "1000"}
    assert gateway.incremental_alter_configs({topic: {"segment.ms": "5000"}}, False) == {
        topic: None
    }
    assert gateway.incremental_alter_configs(alterations, False) == {topic: None}
    awaited(
        lambda: overrides(gateway, topic) == {"retention.ms": "1000", "segment.ms": "5000"},
        "the new overrides",
    )


def test_the_default_is_an_override_once_it_is_set(gateway: Gateway, topic: str) -> None:
    config = gateway.describe_configs([topic])[topic]
    assert not isinstance(config, Rejection)
    default = config.inherited["segment.ms"]
    assert gateway.incremental_alter_configs({topic: {"segment.ms": default}}, False) == {
        topic: None
    }
    awaited(lambda: overrides(gateway, topic).get("segment.ms") == default, "the override")


@pytest.mark.parametrize("key", ["retention.ms", "no.such.key"])
def test_unsetting_what_is_not_set_is_fine(gateway: Gateway, topic: str, key: str) -> None:
    for validate_only in (True, False):
        assert gateway.incremental_alter_configs({topic: {key: None}}, validate_only) == {
            topic: None
        }


@both_ways
def test_a_bad_key_spoils_its_topic_only(
    gateway: Gateway, topic: str, prefix: str, validate_only: bool
) -> None:
    other = f"{prefix}other"
    made(gateway, NewTopic(other, 1, 1, {}))
    answers = gateway.incremental_alter_configs(
        {topic: {"segment.ms": "5000", "retention.ms": "many"}, other: {"segment.ms": "5000"}},
        validate_only,
    )
    rejected(answers[topic], INVALID_CONFIG, "retention.ms")
    assert answers[other] is None
    if not validate_only:
        awaited(
            lambda: overrides(gateway, other) == {"segment.ms": "5000"},
            "the other topic's override",
        )
    assert overrides(gateway, topic) == {"flush.ms": "1000"}


BAD_VALUES = [
    ("retention.ms", "x"),
    ("retention.ms", ""),
    ("retention.ms", "-2"),
    ("retention.ms", "1e3"),
    ("retention.ms", "9223372036854775808"),
    ("segment.bytes", "2147483648"),
    ("segment.ms", "0"),
    ("segment.jitter.ms", "-1"),
    ("segment.index.bytes", "3"),
    ("flush.messages", "0"),
    ("flush.ms", "-1"),
    ("index.interval.bytes", "-1"),
    ("file.delete.delay.ms", "-1"),
    ("delete.retention.ms", "-1"),
    ("max.compaction.lag.ms", "0"),
    ("min.compaction.lag.ms", "-1"),
    ("max.message.bytes", "-1"),
    ("min.insync.replicas", "0"),
    ("min.cleanable.dirty.ratio", "1.1"),
    ("min.cleanable.dirty.ratio", "-0.1"),
    ("min.cleanable.dirty.ratio", "x"),
    ("preallocate", "yes"),
    ("preallocate", "1"),
    ("preallocate", ""),
    ("cleanup.policy", "shred"),
    ("cleanup.policy", "compact,shred"),
    ("compression.type", "LZ4"),
    ("compression.type", "rar"),
    ("message.timestamp.type", "x"),
    ("no.such.key", "x"),
]


@both_ways
def test_values_that_are_refused(
    gateway: Gateway, prefix: str, topic: str, validate_only: bool
) -> None:
    """At creation and afterwards; the message names the key, so that a hint can be added."""
    new = {
        f"{prefix}{number}": NewTopic(f"{prefix}{number}", 1, 1, {key: value})
        for number, (key, value) in enumerate(BAD_VALUES)
    }
    created = gateway.create_topics(new.values(), validate_only)
    for (name, asked), (key, value) in zip(new.items(), BAD_VALUES, strict=True):
        rejected(created[name], INVALID_CONFIG, *asked.config)
        rejected(
            gateway.incremental_alter_configs({topic: {key: value}}, validate_only)[topic],
            INVALID_CONFIG,
            key,
        )


@both_ways
def test_values_that_exclude_each_other(gateway: Gateway, topic: str, validate_only: bool) -> None:
    config = {"min.compaction.lag.ms": "10", "max.compaction.lag.ms": "5"}
    rejected(
        gateway.incremental_alter_configs({topic: config}, validate_only)[topic],
        INVALID_CONFIG,
        "min.compaction.lag.ms",
    )


@both_ways
def test_more_replicas_in_sync_than_replicas_are_taken(
    gateway: Gateway, topic: str, validate_only: bool
) -> None:
    """So the collection has to say that such a topic cannot be written to."""
    assert gateway.incremental_alter_configs(
        {topic: {"min.insync.replicas": "5"}}, validate_only
    ) == {topic: None}


GOOD_VALUES: list[tuple[str, object]] = [
    ("retention.ms", " 1000 "),
    ("retention.ms", "-1"),
    ("segment.bytes", 1024 * 1024),
    ("segment.ms", "1"),
    ("max.compaction.lag.ms", "1"),
    ("min.insync.replicas", "1"),
    ("max.message.bytes", "0"),
    ("min.cleanable.dirty.ratio", "0.50"),
    ("min.cleanable.dirty.ratio", 1),
    ("min.cleanable.dirty.ratio", "1e-3"),
    ("preallocate", True),
    ("preallocate", "True"),
    ("preallocate", " FALSE "),
    ("cleanup.policy", "delete, compact"),
    ("cleanup.policy", "compact,delete"),
    ("compression.type", " lz4 "),
    ("message.timestamp.type", "LogAppendTime"),
    ("leader.replication.throttled.replicas", "1:1,0:1"),
    ("leader.replication.throttled.replicas", "*"),
    ("leader.replication.throttled.replicas", ""),
]


def test_values_come_back_in_a_form_that_compares(gateway: Gateway, prefix: str) -> None:
    """Whether they were written by the collection or as somebody else spells them."""
    expected: dict[str, tuple[str, str]] = {}
    new = []
    for number, (key, raw) in enumerate(GOOD_VALUES):
        for name, value in (
            (f"{prefix}{number}.ours", parse_value(key, raw)),
            (f"{prefix}{number}.theirs", str(raw)),
        ):
            new.append(NewTopic(name, 1, 1, {key: value}))
            expected[name] = (key, parse_value(key, raw))
    made(gateway, *new)
    configs = gateway.describe_configs(list(expected))
    for name, (key, value) in expected.items():
        config = configs[name]
        assert not isinstance(config, Rejection)
        assert (key, normalise(key, config.own[key] or "")) == (key, value)


def test_topics_are_deleted(gateway: Gateway, topic: str, prefix: str) -> None:
    answers = gateway.delete_topics([topic, f"{prefix}absent"])
    assert answers[topic] is None
    rejected(answers[f"{prefix}absent"], UNKNOWN_TOPIC)
    awaited(lambda: absent(gateway, topic), "the topic to be gone")
    rejected(gateway.delete_topics([topic])[topic], UNKNOWN_TOPIC)
    # the name is free again at once
    made(gateway, NewTopic(topic, 1, 1, {}))


def test_a_name_twice_in_one_deletion_deletes_nothing(gateway: Gateway, topic: str) -> None:
    rejected(gateway.delete_topics([topic, topic])[topic], INVALID_REQUEST)
    assert gateway.create_topics([NewTopic(topic, 1, 1, {})], True)[topic] is not None


def test_reading_an_absent_topic_says_so_and_creates_nothing(gateway: Gateway, prefix: str) -> None:
    """Even where brokers create a topic for whoever asks for it."""
    name = f"{prefix}absent"
    for _unused in range(3):
        rejected(gateway.describe_topics([name])[name], UNKNOWN_TOPIC)
        rejected(gateway.describe_configs([name])[name], UNKNOWN_TOPIC)
        assert name not in gateway.list_topics()
    # the controller knows of no such topic either
    assert gateway.create_topics([NewTopic(name, 1, 1, {})], True) == {name: None}


def test_reading_tells_each_topic_apart(gateway: Gateway, topic: str, prefix: str) -> None:
    asked = [topic, f"{prefix}absent", "bad name"]
    reads: list[Callable[[list[str]], Mapping[str, object]]] = [
        gateway.describe_topics,
        gateway.describe_configs,
    ]
    for read in reads:
        answers = read(asked)
        assert set(answers) == set(asked)
        assert not isinstance(answers[topic], Rejection)
        rejected(answers[f"{prefix}absent"], UNKNOWN_TOPIC)
        rejected(answers["bad name"], INVALID_TOPIC)


def test_reading_nothing_is_fine(gateway: Gateway) -> None:
    assert gateway.describe_topics([]) == {}


@pytest.fixture
def log(gateway: Gateway, prefix: str) -> str:
    """A topic whose records no broker deletes for their age; its three partitions are led."""
    name = f"{prefix}log"
    made(gateway, NewTopic(name, 3, 1, {"retention.ms": "-1"}))
    for at in (LATEST, NEWEST):
        awaited(
            lambda at=at: all(
                isinstance(offset, Offset)
                for offset in gateway.list_offsets({(name, n): at for n in range(3)}).values()
            ),
            "its leaders",
        )
    return name


NOWHERE = Offset(-1, -1)


def test_offsets_of_an_empty_partition(gateway: Gateway, log: str) -> None:
    expected = {EARLIEST: Offset(0, -1), LATEST: Offset(0, -1), NEWEST: NOWHERE, 0: NOWHERE}
    assert {at: gateway.list_offsets({(log, 0): at})[log, 0] for at in expected} == expected


def test_offsets_by_time(gateway: Gateway, log: str, other_client: OtherClient) -> None:
    other_client.produce(log, 1000, 3000, 2000, 3000)
    expected = {
        EARLIEST: Offset(0, -1),
        LATEST: Offset(4, -1),
        # the first of those with the highest timestamp
        NEWEST: Offset(1, 3000),
        0: Offset(0, 1000),
        1000: Offset(0, 1000),
        # the first record that is not older, in the order of the log
        1001: Offset(1, 3000),
        3000: Offset(1, 3000),
        3001: NOWHERE,
    }
    assert {at: gateway.list_offsets({(log, 0): at})[log, 0] for at in expected} == expected
    # of several partitions at once, each as it was asked for
    wanted = {(log, 0): LATEST, (log, 1): LATEST, (log, 2): NEWEST}
    assert gateway.list_offsets(wanted) == {
        (log, 0): Offset(4, -1),
        (log, 1): Offset(0, -1),
        (log, 2): NOWHERE,
    }


def test_offsets_after_records_were_deleted(
    gateway: Gateway, log: str, other_client: OtherClient
) -> None:
    other_client.produce(log, 1000, 3000, 2000)
    other_client.delete_records(log, 2)
    # the newest may be one that was deleted
    expected = {
        EARLIEST: Offset(2, -1),
        LATEST: Offset(3, -1),
        NEWEST: Offset(1, 3000),
        0: Offset(2, 2000),
        2001: NOWHERE,
    }
    assert {at: gateway.list_offsets({(log, 0): at})[log, 0] for at in expected} == expected
    other_client.delete_records(log, 3)
    expected = {EARLIEST: Offset(3, -1), LATEST: Offset(3, -1), 0: NOWHERE}
    assert {at: gateway.list_offsets({(log, 0): at})[log, 0] for at in expected} == expected


def test_a_record_without_a_timestamp_is_found_by_no_time(
    gateway: Gateway, log: str, other_client: OtherClient
) -> None:
    other_client.produce(log, -1)
    expected = {EARLIEST: Offset(0, -1), LATEST: Offset(1, -1), NEWEST: Offset(0, -1), 0: NOWHERE}
    assert {at: gateway.list_offsets({(log, 0): at})[log, 0] for at in expected} == expected


def test_offsets_of_an_absent_topic(gateway: Gateway, log: str, prefix: str) -> None:
    """Beside others it is told apart; alone, it looks like a topic without leaders or rights."""
    absent_one = (f"{prefix}absent", 0)
    answers = gateway.list_offsets({(log, 0): LATEST, absent_one: LATEST})
    assert answers[log, 0] == Offset(0, -1)
    rejected(answers[absent_one], UNKNOWN_TOPIC)
    assert gateway.list_offsets({absent_one: LATEST}) == {absent_one: NO_LEADERS}
    assert absent_one[0] not in gateway.list_topics()


def test_asking_for_no_offsets_is_fine(gateway: Gateway) -> None:
    assert gateway.list_offsets({}) == {}


def test_groups_that_read_a_topic(
    gateway: Gateway, log: str, prefix: str, other_client: OtherClient
) -> None:
    def seen() -> Mapping[str, Group]:
        groups = gateway.describe_consumer_groups()
        assert not isinstance(groups, Rejection), groups
        return {name: group for name, group in groups.items() if name.startswith(prefix)}

    nothing, this = frozenset[str](), frozenset({log})
    assert seen() == {}
    other_client.commit(f"{prefix}both", log)
    assert seen() == {f"{prefix}both": Group(nothing, this)}
    with (
        other_client.consuming(f"{prefix}active", log),
        other_client.consuming(f"{prefix}both", log),
    ):
        assert seen() == {
            f"{prefix}active": Group(this, nothing),
            f"{prefix}both": Group(this, this),
        }
    # the coordinator forgets a group that has neither members nor offsets
    awaited(lambda: seen().pop(f"{prefix}both") == Group(nothing, this), "the members to be gone")
    assert seen().get(f"{prefix}active", Group(nothing, nothing)) == Group(nothing, nothing)


def test_offsets_that_groups_committed(
    gateway: Gateway, log: str, prefix: str, other_client: OtherClient
) -> None:
    first, second, absent_one = (f"{prefix}{name}" for name in ("first", "second", "absent"))
    other_client.produce(log, 1000, 2000, 3000)
    other_client.commit(first, log, 2)
    # it may be beyond the end
    other_client.commit(second, log, 9)
    assert {first, second} <= gateway.list_consumer_groups()
    assert gateway.list_consumer_group_offsets([first, second, absent_one]) == {
        first: {(log, 0): 2},
        second: {(log, 0): 9},
        absent_one: {},
    }
    other_client.commit(first, log, 3)
    assert gateway.list_consumer_group_offsets([first]) == {first: {(log, 0): 3}}
    assert gateway.list_consumer_group_offsets([]) == {}


def test_more_than_one_request_describes(gateway: Gateway, prefix: str) -> None:
    many = 251
    names = [f"{prefix}{number:03}" for number in range(many)]
    made(
        gateway,
        *[
            NewTopic(name, 1, 1, {"retention.ms": str(1000 + number)})
            for number, name in enumerate(names)
        ],
    )
    configs = gateway.describe_configs(names)
    assert list(gateway.describe_topics(names)) == list(configs) == names
    values = [
        config.own["retention.ms"]
        for config in configs.values()
        if not isinstance(config, Rejection)
    ]
    assert values == [str(1000 + number) for number in range(many)]
    assert set(names) <= gateway.list_topics()
    assert gateway.incremental_alter_configs(
        {name: {"retention.ms": None} for name in names}, False
    ) == dict.fromkeys(names)
    assert gateway.delete_topics(names) == dict.fromkeys(names)
    awaited(
        lambda: all(
            isinstance(answer, Rejection) for answer in gateway.describe_topics(names).values()
        ),
        "the topics to be gone",
    )


@guarded
@both_ways
def test_a_policy_refuses_with_its_own_words(
    gateway: Gateway, prefix: str, validate_only: bool
) -> None:
    names = [f"{prefix}{word}" for word in ("first", "forbidden", "last")]
    answers = gateway.create_topics([NewTopic(name, 1, 1, {}) for name in names], validate_only)
    assert [answers[names[0]], answers[names[2]]] == [None, None]
    rejected(answers[names[1]], POLICY_VIOLATION, "topics named forbidden must not be created")
    frozen = f"{prefix}frozen"
    made(gateway, NewTopic(frozen, 1, 1, {}))
    rejected(
        gateway.incremental_alter_configs({frozen: {"flush.ms": "5"}}, validate_only)[frozen],
        POLICY_VIOLATION,
        "topics named frozen must not be altered",
    )
    assert overrides(gateway, frozen) == {}


@guarded
@both_ways
def test_without_rights_nothing_is_told_apart(
    stranger: Gateway, topic: str, prefix: str, validate_only: bool
) -> None:
    """A listing leaves out what may not be described, so it never proves that a topic is absent."""
    for name in (topic, f"{prefix}absent"):
        answers = [
            stranger.describe_topics([name]),
            stranger.describe_configs([name]),
            stranger.create_topics([NewTopic(name, 1, 1, {})], validate_only),
            stranger.create_partitions({name: NewPartitions(9)}, validate_only),
            stranger.incremental_alter_configs({name: {"flush.ms": "5"}}, validate_only),
            stranger.delete_topics([name]),
        ]
        for answer in answers:
            rejected(answer[name], TOPIC_AUTHORIZATION_FAILED)
        assert name not in stranger.list_topics()


@guarded
def test_without_rights_the_broker_tells_no_config(stranger: Gateway) -> None:
    rejected(stranger.describe_broker_config(), CLUSTER_AUTHORIZATION_FAILED)


@guarded
def test_without_rights_no_offset_and_no_group_is_told(
    stranger: Gateway, topic: str, prefix: str
) -> None:
    for name in (topic, f"{prefix}absent"):
        assert stranger.list_offsets({(name, 0): LATEST, (name, 1): EARLIEST}) == {
            (name, 0): NO_LEADERS,
            (name, 1): NO_LEADERS,
        }
    assert "DESCRIBE" not in (stranger.describe_cluster().operations or ())
    rejected(stranger.describe_consumer_groups(), CLUSTER_AUTHORIZATION_FAILED)


@guarded
def test_without_rights_no_group_is_listed_and_its_offsets_are_refused(
    stranger: Gateway, topic: str, prefix: str, other_client: OtherClient
) -> None:
    group = f"{prefix}absent"
    other_client.commit(group, topic)
    assert group not in stranger.list_consumer_groups()
    assert stranger.list_consumer_group_offsets([group]) == {group: GROUP_DENIED}
