# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the collection relies on in records: what passes this suite is a log of Kafka."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from ansible_collections.omninode.kafka.plugins.module_utils._cluster.gateway.gateway import Gateway
from ansible_collections.omninode.kafka.plugins.module_utils._cluster.gateway.records import (
    Log,
    Message,
    Reading,
    Stored,
)
from ansible_collections.omninode.kafka.plugins.module_utils._cluster.gateway.topics import NewTopic
from ansible_collections.omninode.kafka.plugins.module_utils._kafka.errors import (
    TOPIC_AUTHORIZATION_FAILED,
    UNKNOWN_TOPIC,
    Rejection,
)
from ansible_collections.omninode.kafka.plugins.module_utils._kafka.partitions import LATEST, Offset

from tests.contract.conftest import OtherClient, awaited, made
from tests.fakes.log import MSG_SIZE_TOO_LARGE, murmur2

SECONDS = 300.0  # only ends a hang
MOST = 1000


@pytest.fixture(scope="session")
def log(gateway: Gateway) -> Log:
    return gateway.log()


@pytest.fixture
def written(gateway: Gateway, topic: str) -> str:
    """A topic whose partitions can be read, since they have leaders."""
    places = {(topic, number): LATEST for number in range(3)}
    awaited(
        lambda: all(isinstance(answer, Offset) for answer in gateway.list_offsets(places).values()),
        "the logs to be there",
    )
    return topic


def numbered(count: int, key: bytes | None = b"k") -> list[Message]:
    return [Message(key, b"%d" % number) for number in range(count)]


def stored(answers: Sequence[Stored | Rejection]) -> list[Stored]:
    assert not [answer for answer in answers if isinstance(answer, Rejection)]
    return [answer for answer in answers if isinstance(answer, Stored)]


def everything(log: Log, topic: str) -> Reading:
    reading = log.read({(topic, number): 0 for number in range(3)}, MOST, SECONDS)
    assert (reading.left, reading.refused) == ({}, {})
    return reading


def code(answer: object) -> int | None:
    return answer.code if isinstance(answer, Rejection) else None


def test_what_is_published_is_read(log: Log, written: str) -> None:
    messages = [
        Message(b"a", b"first", (("trace", b"1"), ("trace", b"2"), ("empty", None))),
        Message(None, b"second"),
        Message(b"", b""),
        Message(b"a", "last \u00e4".encode()),
    ]

    answers = stored(log.publish(written, messages))

    assert answers[0].offset == 0
    assert min(answer.timestamp for answer in answers) > 1_600_000_000_000
    found = {
        (record.partition, record.offset): record for record in everything(log, written).records
    }
    records = [found.pop((answer.partition, answer.offset)) for answer in answers]
    assert not found
    assert [(record.topic, record.key, record.value, record.headers) for record in records] == [
        (written, *message) for message in messages
    ]
    assert [record.timestamp for record in records] == [answer.timestamp for answer in answers]


def test_the_order_of_a_key_is_kept(log: Log, written: str) -> None:
    answers = stored(log.publish(written, numbered(200)))

    assert [answer.offset for answer in answers] == list(range(200))
    values = [record.value for record in everything(log, written).records]
    assert values == [b"%d" % number for number in range(200)]


# as Kafka's own tests have them
@pytest.mark.parametrize(
    ("key", "hashed"),
    [
        ("21", -973932308),
        ("foobar", -790332482),
        ("a-little-bit-long-string", -985981536),
        ("abc", 479470107),
    ],
)
def test_a_key_goes_where_java_clients_put_it(
    log: Log, written: str, key: str, hashed: int
) -> None:
    assert murmur2(key.encode()) == hashed % 2**32

    [answer] = stored(log.publish(written, [Message(key.encode(), b"")]))

    assert answer.partition == (hashed & 0x7FFFFFFF) % 3


def test_reading_goes_on_where_it_was_left(log: Log, written: str) -> None:
    partition = stored(log.publish(written, numbered(5)))[0].partition
    start = {(written, number): 0 for number in range(3)}

    first = log.read(start, 2, SECONDS)
    second = log.read(first.left, 2, SECONDS)
    third = log.read(second.left, 2, SECONDS)

    assert [[record.value for record in reading.records] for reading in (first, second, third)] == [
        [b"0", b"1"],
        [b"2", b"3"],
        [b"4"],
    ]
    assert [reading.left for reading in (first, second, third)] == [
        {(written, partition): 2},
        {(written, partition): 4},
        {},
    ]


def test_most_counts_for_each_partition(log: Log, written: str) -> None:
    keys = [key for key in (b"21", b"a", b"b", b"c", b"foobar") for _twice in range(2)]
    places = {
        answer.partition
        for answer in stored(log.publish(written, [Message(key, b"") for key in keys]))
    }
    assert len(places) > 1

    records = log.read({(written, number): 0 for number in range(3)}, 1, SECONDS).records

    assert sorted((record.partition, record.offset) for record in records) == [
        (place, 0) for place in sorted(places)
    ]


def test_messages_are_read_one_by_one(log: Log, written: str) -> None:
    partition = stored(log.publish(written, numbered(20)))[0].partition

    for offset in range(20):
        assert [
            record.offset for record in log.read({(written, partition): offset}, 1, SECONDS).records
        ] == [offset]


def test_nothing_is_read_in_no_time(log: Log, written: str) -> None:
    log.publish(written, numbered(1))
    start = {(written, number): 0 for number in range(3)}

    assert log.read(start, MOST, 0) == Reading([], start, {})


def test_nothing_is_read_beyond_the_end(log: Log, written: str) -> None:
    log.publish(written, numbered(3))

    places = [(written, number) for number in range(3)]
    nothing = Reading([], {}, {})
    assert log.read(dict.fromkeys(places, 3), MOST, SECONDS) == nothing
    assert log.read(dict.fromkeys(places, 100), MOST, SECONDS) == nothing


def test_reading_begins_after_deleted_records(
    log: Log, written: str, other_client: OtherClient
) -> None:
    other_client.produce(written, 1000, 2000, 3000)
    other_client.delete_records(written, 2)

    assert [
        (record.offset, record.timestamp)
        for record in log.read({(written, 0): 0}, MOST, SECONDS).records
    ] == [(2, 3000)]


def test_an_absent_topic_is_told_and_not_made(
    gateway: Gateway, log: Log, written: str, prefix: str
) -> None:
    """Although the brokers make topics on demand."""
    absent = f"{prefix}absent"
    log.publish(written, [Message(b"21", b"here")])

    assert [code(answer) for answer in log.publish(absent, numbered(2))] == [UNKNOWN_TOPIC] * 2
    reading = log.read(
        {(absent, 0): 0, (written, 99): 0, (written, 0): 0, (written, 1): 0, (written, 2): 0},
        MOST,
        SECONDS,
    )
    assert {place: code(why) for place, why in reading.refused.items()} == {
        (absent, 0): UNKNOWN_TOPIC,
        (written, 99): UNKNOWN_TOPIC,
    }
    assert [record.value for record in reading.records] == [b"here"]
    assert absent not in gateway.list_topics()


def test_a_message_that_is_too_large_is_told_and_the_others_are_written(
    gateway: Gateway, log: Log, prefix: str
) -> None:
    narrow = f"{prefix}narrow"
    made(gateway, NewTopic(narrow, 1, 1, {"max.message.bytes": "1000"}))

    small, large = Message(b"k", b"." * 800), Message(b"k", b"." * 1000)

    # together, the small ones exceed what one may have
    answers = log.publish(narrow, [small, small, large, small])

    codes = [code(answer) for answer in answers]
    assert codes == [None, None, MSG_SIZE_TOO_LARGE, None]
    found = log.read({(narrow, 0): 0}, MOST, SECONDS)
    assert len(found.records) == 3


@pytest.mark.parametrize("gateway", ["fake", "newest"], indirect=True)
def test_without_rights_nothing_is_written_or_read(written: str, stranger: Gateway) -> None:
    log, place = stranger.log(), (written, 0)
    [answer] = log.publish(written, numbered(1))
    assert code(answer) == TOPIC_AUTHORIZATION_FAILED
    found = log.read({place: 0}, MOST, SECONDS)
    assert found.refused.keys() == {place}
    assert code(found.refused[place]) == TOPIC_AUTHORIZATION_FAILED


def test_reading_leaves_no_group(gateway: Gateway, log: Log, written: str) -> None:
    log.publish(written, numbered(1))
    before = gateway.describe_consumer_groups()

    assert everything(log, written).records
    assert gateway.describe_consumer_groups() == before
