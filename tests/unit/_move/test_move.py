# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Moves of replicas in memory, by a clock that stands still unless the mover sleeps."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import chain
from typing import Any

import pytest
from ansible_collections.omninode.kafka.plugins.module_utils._cluster.gateway.replicas import Target
from ansible_collections.omninode.kafka.plugins.module_utils._core.errors import (
    ClusterUnreachable,
    NotAuthorized,
    StateError,
)
from ansible_collections.omninode.kafka.plugins.module_utils._kafka.errors import Rejection
from ansible_collections.omninode.kafka.plugins.module_utils._kafka.moves import Brake, Move
from ansible_collections.omninode.kafka.plugins.module_utils._kafka.partitions import TopicPartition
from ansible_collections.omninode.kafka.plugins.module_utils._move.move import (
    Clock,
    Moved,
    move_replicas,
)

from tests.fakes.cluster import Fate
from tests.fakes.gateway import CLUSTER, FakeCluster, FakeGateway
from tests.fakes.replicas import Answers, FakeReplicas, settle

LEADER, FOLLOWER = (
    "leader.replication.throttled.replicas",
    "follower.replication.throttled.replicas",
)
LEADER_RATE = "leader.replication.throttled.rate"
FOLLOWER_RATE = "follower.replication.throttled.rate"
RATE = 5 * 2**20
RATES = {LEADER_RATE: str(RATE), FOLLOWER_RATE: str(RATE)}
UNLIMITED = Brake(throttle=None)
THROTTLED = Brake(throttle=RATE)
Brokers = tuple[int, ...]


def place(number: int) -> TopicPartition:
    return TopicPartition("a", number)


class _Watched(FakeReplicas):
    """`begun`: the partitions of each request; `most`: how many moved at once."""

    def __init__(self, cluster: FakeCluster) -> None:
        super().__init__(cluster)
        self.begun: list[Sequence[TopicPartition]] = []
        self.most = 0
        self.closed = 0

    def alter_partition_reassignments(self, targets: Mapping[TopicPartition, Target]) -> Answers:
        answers = super().alter_partition_reassignments(targets)
        if targets:
            self.begun.append([*targets])
        self.most = max(self.most, len(self._cluster.moves))
        return answers

    def close(self) -> None:
        self.closed += 1


class Mover(FakeGateway):
    """Moves partitions of topic a from broker 1. `sleeps`: what happens while the mover waits."""

    def __init__(self, partitions: int = 1, looks: int | None = 1) -> None:
        self.cluster = FakeCluster(brokers=3)
        self.cluster.looks = looks
        self.cluster.put("a", partitions)
        for partition in self.cluster.topics["a"].partitions:
            moved = partition._replace(leader=1, replicas=(1,), isr=(1,))
            self.cluster.lay_out("a", moved)
        super().__init__(self.cluster)
        self.watched = _Watched(self.cluster)
        self.time = 0.0
        self.told: list[str] = []
        self.sleeps: list[Callable[[], object]] = []

    def replicas(self) -> _Watched:
        return self.watched

    def move(self, number: int = 0, target: Brokers = (1, 2), size: int = 0) -> Move:
        self.cluster.sizes[place(number)] = size
        before = self.cluster.topics["a"].partitions[number].replicas
        return Move(place(number), before, target, size)

    def run(self, *moves: Move, brake: Brake = UNLIMITED) -> Moved:
        return move_replicas(self, moves, brake, self.told.append, Clock(self._now, self._sleep))

    @property
    def begun(self) -> list[int]:
        """The partitions, in the order in which they were begun."""
        return [partition.partition for partition in chain(*self.watched.begun)]

    def _now(self) -> float:
        return self.time

    def _sleep(self, seconds: float) -> None:
        assert seconds > 0
        self.time += seconds
        assert self.time < 10_000, "it never ends"
        if self.sleeps:
            self.sleeps.pop(0)()


def arrived(*numbers: int) -> dict[TopicPartition, None]:
    return {place(number): None for number in numbers}


@pytest.mark.parametrize("at_once", [1, 2, 10])
@pytest.mark.parametrize("looks", [0, 1, 3])
def test_never_more_than_at_once_are_under_way(at_once: int, looks: int) -> None:
    mover = Mover(partitions=5, looks=looks)
    moves = [mover.move(number) for number in range(5)]
    assert mover.run(*moves, brake=Brake(None, at_once)).answers == arrived(*range(5))
    assert mover.watched.most == min(at_once, 5)
    assert sorted(mover.begun) == [*range(5)]
    replicas = {partition.replicas for partition in mover.cluster.topics["a"].partitions}
    assert replicas == {(1, 2)}


def test_what_copies_the_fewest_bytes_is_begun_first() -> None:
    mover = Mover(partitions=4)
    moves = [
        mover.move(0, size=300),
        # two copies of it
        mover.move(1, (1, 2, 3), size=200),
        mover.move(2, size=100),
        mover.move(3, size=100),
    ]
    mover.run(*moves, brake=Brake(None, 1))
    assert mover.begun == [2, 3, 0, 1]


@pytest.mark.parametrize("brake", [UNLIMITED, THROTTLED, Brake(None, 1)])
def test_what_is_under_way_already_is_awaited_and_not_begun_again(brake: Brake) -> None:
    mover = Mover(partitions=3, looks=None)
    moves = [mover.move(number) for number in range(3)]
    mover.cluster.connect().replicas().alter_partition_reassignments({place(1): (1, 2)})
    mover.sleeps = [mover.cluster.finish_moves] * 3
    assert mover.run(*moves, brake=brake).answers == arrived(0, 1, 2)
    assert mover.begun == [0, 2]
    assert mover.watched.most <= brake.at_once


@pytest.mark.parametrize(("fate", "made"), [("applied", True), ("dropped", False)])
def test_a_lost_answer_is_looked_up(fate: Fate, made: bool) -> None:
    mover = Mover(partitions=2, looks=2)
    mover.cluster.fates["alter_partition_reassignments"] = [fate]
    answers = mover.run(mover.move(0), mover.move(1), brake=Brake(None, 1)).answers
    first = answers[place(0)]
    if made:
        assert first is None
    else:
        assert first is not None
        assert first.lost
        assert str(first) == "_TIMED_OUT: the answer was lost, and it does not move"
    # the other one is not held up
    assert answers[place(1)] is None


def test_the_refusal_of_one_partition_leaves_the_others_going() -> None:
    mover = Mover(partitions=3)
    moves = [mover.move(0), mover.move(1, (1, 9)), mover.move(2)]
    answers = mover.run(*moves).answers
    refused = answers[place(1)]
    assert refused is not None
    assert refused.error == "INVALID_REPLICATION_ASSIGNMENT"
    assert not refused.lost
    assert (answers[place(0)], answers[place(2)]) == (None, None)


def test_refusals_leave_room_for_the_others() -> None:
    mover = Mover(partitions=3)
    moves = [mover.move(number, (1, 9)) for number in range(2)]
    answers = mover.run(*moves, mover.move(2), brake=Brake(None, 1)).answers
    assert [answer is None for answer in answers.values()] == [False, False, True]


def test_a_stall_names_the_partition_and_the_broker() -> None:
    mover = Mover(partitions=4)
    mover.cluster.silent = {2}
    moves = [
        mover.move(0, (1, 3), size=1),
        mover.move(1, (1, 2), size=2),
        mover.move(2, (1, 3, 2), size=3),
        mover.move(3, (1, 3), size=90),
    ]
    answers = mover.run(*moves, brake=Brake(None, 2)).answers
    assert answers.pop(place(0)) is None
    # what was not begun has no answer
    assert [*answers] == [place(1), place(2)]
    seconds = int(mover.time)
    assert 120 <= seconds < 130
    for number, brokers in ((1, "2"), (2, "3, 2")):
        stalled = answers[place(number)]
        assert stalled is not None
        assert stalled.lost
        assert stalled.message.startswith("nothing arrived within 12")
        where = f"(partition {number} on its way to broker {brokers})"
        assert stalled.message.endswith(where)


def test_a_partition_that_arrives_renews_the_patience() -> None:
    mover = Mover(partitions=4, looks=None)
    moves = [mover.move(number) for number in range(4)]
    ends: list[float] = []

    def settle_one() -> None:
        if mover.cluster.moves and mover.time - (ends[-1] if ends else 0) > 100:
            first = next(iter(mover.cluster.moves))
            settle(mover.cluster, first, mover.cluster.moves[first])
            ends.append(mover.time)

    mover.sleeps = [settle_one] * 1000
    assert mover.run(*moves).answers == arrived(0, 1, 2, 3)
    assert mover.time > 400


@pytest.mark.parametrize(
    ("rate", "at_once", "patience"), [(2**20, 1, 121), (2**20, 3, 123), (2**16, 3, 168)]
)
def test_many_partitions_at_a_low_throttle_get_more_time(
    rate: int, at_once: int, patience: float
) -> None:
    mover = Mover(partitions=3, looks=None)
    moves = [mover.move(number) for number in range(3)]
    answers = mover.run(*moves, brake=Brake(rate, at_once)).answers
    assert len(answers) == at_once
    assert patience < mover.time < patience + 5


def test_progress_tells_partitions_and_bytes() -> None:
    mover = Mover(partitions=2)
    mover.run(mover.move(0, size=2048), mover.move(1, (1, 2, 3), size=3072), brake=Brake(None, 1))
    assert mover.told[0].startswith("0 of 2 partitions, 0 of 8 KiB")
    assert any(text.startswith("1 of 2 partitions, 2 of 8 KiB") for text in mover.told)
    assert mover.told[-1].startswith("2 of 2 partitions, 8 of 8 KiB, ")
    assert mover.told[-1].endswith("about 1 s left")


def test_a_broker_that_does_not_tell_of_its_log_dirs_stops_nothing() -> None:
    mover = Mover(partitions=2)
    mover.cluster.silent = {3}
    assert mover.run(mover.move(0, size=100), mover.move(1, size=100)).answers == arrived(0, 1)
    assert mover.told[-1].startswith("2 of 2 partitions, 200 of 200 B")


@pytest.mark.parametrize("brake", [UNLIMITED, THROTTLED])
def test_a_move_that_only_takes_replicas_away_needs_no_throttle(brake: Brake) -> None:
    mover = Mover()
    partition = mover.cluster.topics["a"].partitions[0]
    mover.cluster.lay_out("a", partition._replace(replicas=(1, 2), isr=(1, 2)))
    assert mover.run(mover.move(0, (2,)), brake=brake).answers == arrived(0)
    assert mover.cluster.written() == 1


def test_nothing_to_move_writes_nothing() -> None:
    mover = Mover()
    assert mover.run(brake=THROTTLED) == Moved({}, [])
    assert mover.cluster.written() == 0


# the throttle


def set_throttles(mover: Mover) -> tuple[dict[int, dict[str, str]], Mapping[str, str]]:
    brokers = {number: {**config} for number, config in mover.cluster.dynamic.items() if config}
    return brokers, mover.cluster.topics["a"].config


def test_the_throttle_holds_while_replicas_move_and_no_longer() -> None:
    mover = Mover(partitions=2, looks=3)
    seen: list[Any] = []
    mover.sleeps = [lambda: seen.append(set_throttles(mover))] * 9
    moved = mover.run(mover.move(0, (1, 2)), mover.move(1, (3,)), brake=THROTTLED)
    assert moved == Moved(arrived(0, 1), [])
    topic = {LEADER: "0:1,1:1", FOLLOWER: "0:2,1:3"}
    assert seen[0] == ({1: RATES, 2: RATES, 3: RATES}, topic)
    assert set_throttles(mover) == ({}, {})


def others(mover: Mover) -> None:
    """Somebody else throttles already."""
    mover.cluster.put("a", 1, leader_replication_throttled_replicas="*", retention_ms="5")
    mover.cluster.dynamic[2] = {FOLLOWER_RATE: "7000000", "log.cleaner.threads": "2"}


class _Ended(BaseException):
    """Ctrl-C, or a signal."""


def end(_text: str) -> None:
    raise _Ended


def test_what_was_throttled_before_is_throttled_again() -> None:
    mover = Mover(looks=2)
    others(mover)
    before = set_throttles(mover)
    seen: list[Any] = []
    mover.sleeps = [lambda: seen.append(set_throttles(mover))]
    assert mover.run(mover.move(), brake=THROTTLED).warnings == []
    assert seen[0][0][2] == {**RATES, "log.cleaner.threads": "2"}
    assert seen[0][1] == {LEADER: "0:1", FOLLOWER: "0:2", "retention.ms": "5"}
    assert set_throttles(mover) == before


def test_what_was_throttled_before_comes_back_when_the_run_is_ended() -> None:
    mover = Mover(looks=None)
    others(mover)
    before = set_throttles(mover)
    clock = Clock(lambda: 0.0, lambda _seconds: None)
    with pytest.raises(_Ended):
        move_replicas(mover, [mover.move()], THROTTLED, end, clock)
    assert set_throttles(mover) == before
    assert mover.watched.closed == 1


def test_what_was_throttled_before_comes_back_after_a_stall() -> None:
    mover = Mover(looks=None)
    others(mover)
    before = set_throttles(mover)
    [answer] = mover.run(mover.move(), brake=THROTTLED).answers.values()
    assert answer is not None
    assert set_throttles(mover) == before


def fail(*_: object) -> None:
    raise ClusterUnreachable("no broker answers")


def test_a_cluster_that_stops_answering_leaves_the_moves_unknown() -> None:
    mover = Mover(partitions=2, looks=None)
    mover.cluster.before("list_partition_reassignments", fail, call=3)
    answers = mover.run(mover.move(0), mover.move(1), brake=Brake(RATE, 1)).answers
    assert [*answers] == [place(0)]
    answer = answers[place(0)]
    assert answer is not None
    assert answer.lost
    assert answer.message == "no broker answers (partition 0 on its way to broker 2)"
    assert set_throttles(mover) == ({}, {})


def unwritable(mover: Mover) -> None:
    mover.cluster.denied["ALTER_CONFIGS"] = {CLUSTER}


def refused_topic(mover: Mover) -> None:
    mover.cluster.denied["ALTER_CONFIGS"] = {"a"}


def unreadable(mover: Mover) -> None:
    mover.cluster.denied["DESCRIBE_CONFIGS"] = {CLUSTER}


def lost(mover: Mover) -> None:
    mover.cluster.fates["incremental_alter_broker_configs"] = ["applied"]


def unlisted(mover: Mover) -> None:
    mover.cluster.denied["DESCRIBE"] = {CLUSTER}


@pytest.mark.parametrize(
    ("break_it", "told"),
    [
        (unwritable, "cannot throttle the moves, so none was begun:"),
        (refused_topic, "so none was begun: topic a: TOPIC_AUTHORIZATION_FAILED"),
        (lost, "so none was begun:\n- broker 1: _TIMED_OUT"),
        (unreadable, "cannot read the throttles:\n- broker 1: CLUSTER_AUTHORIZATION_FAILED"),
        (unlisted, "needs DESCRIBE on the cluster"),
    ],
)
def test_nothing_is_begun_where_the_throttle_or_the_moves_are_refused(
    break_it: Callable[[Mover], None], told: str
) -> None:
    mover = Mover()
    before = set_throttles(mover)
    break_it(mover)
    with pytest.raises(StateError) as error:
        mover.run(mover.move(), brake=THROTTLED)
    assert told in str(error.value)
    assert mover.begun == []
    assert set_throttles(mover) == before
    assert mover.watched.closed == 1


def test_the_right_to_list_moves_is_asked_for_as_such() -> None:
    mover = Mover()
    unlisted(mover)
    with pytest.raises(NotAuthorized):
        mover.run(mover.move())


def test_a_throttle_that_stays_is_told() -> None:
    mover = Mover(looks=2)
    mover.sleeps = [lambda: unwritable(mover)]
    moved = mover.run(mover.move(), brake=THROTTLED)
    assert moved.answers == arrived(0)
    [warning] = moved.warnings
    assert warning.startswith("the throttle of the moves is still set:\n- broker 1: CLUSTER_AUTH")
    assert mover.cluster.dynamic[2] == RATES


def test_rejections_that_are_no_answer_count_as_lost() -> None:
    mover = Mover(looks=2)
    mover.cluster.loss = Rejection(-195, "_TRANSPORT", "the connection broke")
    mover.cluster.fates["alter_partition_reassignments"] = ["applied"]
    assert mover.run(mover.move()).answers == arrived(0)
