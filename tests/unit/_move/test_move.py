# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How partitions are moved: so many at a time, until they arrive or nothing does."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from ansible_collections.omninode.kafka.plugins.module_utils._kafka.moves import Brake
from ansible_collections.omninode.kafka.plugins.module_utils._move.move import Moved

from tests.fakes.cluster import Fate
from tests.fakes.gateway import CLUSTER, FakeCluster
from tests.fakes.replicas import settle
from tests.unit._move.mover import RATES, THROTTLED, UNLIMITED, Mover, arrived, place


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


def test_a_move_to_other_brokers_is_neither_replaced_nor_taken_for_ours() -> None:
    mover = Mover(partitions=2, looks=2)
    moves = [mover.move(number) for number in range(2)]
    mover.cluster.connect().replicas().alter_partition_reassignments({place(0): (1, 3)})
    answers = mover.run(*moves).answers
    refused = answers[place(0)]
    assert refused is not None
    assert refused.error == "REASSIGNMENT_IN_PROGRESS"
    assert not refused.lost
    assert answers[place(1)] is None
    assert mover.begun == [1]


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


def test_a_move_that_another_client_takes_back_has_not_arrived() -> None:
    mover = Mover(partitions=2, looks=None)

    def take_back() -> None:
        mover.cluster.connect().replicas().alter_partition_reassignments({place(0): None})
        mover.cluster.finish_moves()

    mover.sleeps = [take_back]
    answers = mover.run(mover.move(0), mover.move(1)).answers
    assert answers[place(1)] is None
    answer = answers[place(0)]
    assert answer is not None
    assert not answer.lost
    assert "another client took the move back" in str(answer)


def test_a_broker_may_learn_late_where_replicas_have_arrived() -> None:
    mover = Mover(lag=3)
    assert mover.run(mover.move()).answers == arrived(0)
    assert mover.cluster.requests["describe_topics"] > 3


@pytest.mark.parametrize(
    ("break_it", "told"),
    [
        (
            lambda cluster: cluster.drop("a"),
            "UNKNOWN_TOPIC_OR_PART: Broker: Unknown topic or partition",
        ),
        (
            lambda cluster: cluster.denied["DESCRIBE"].add("a"),
            "_TIMED_OUT: no broker shows whether it has arrived: TOPIC_AUTHORIZATION_FAILED: "
            "Broker: Topic authorization failed",
        ),
    ],
)
def test_a_topic_that_is_not_shown_any_more_has_not_arrived(
    break_it: Callable[[FakeCluster], object], told: str
) -> None:
    mover = Mover(looks=2)
    mover.sleeps = [lambda: break_it(mover.cluster)]
    [answer] = mover.run(mover.move()).answers.values()
    assert str(answer) == told


def test_a_topic_that_was_created_again_with_fewer_partitions_has_not_arrived() -> None:
    mover = Mover(partitions=2, looks=2)
    mover.sleeps = [lambda: mover.cluster.put("a", 1)]
    [answer] = mover.run(mover.move(1)).answers.values()
    assert answer is not None
    assert not answer.lost
    assert "created it with fewer partitions" in str(answer)


def test_the_preferred_leader_leads_what_has_arrived() -> None:
    mover = Mover(partitions=2)
    warnings = mover.run(mover.move(0, (2, 1)), mover.move(1, (1, 3))).warnings
    leaders = [partition.leader for partition in mover.cluster.topics["a"].partitions]
    assert (warnings, leaders) == ([], [2, 1])
    assert mover.cluster.requests["elect_leaders"] == 1


def test_a_preferred_leader_that_cannot_lead_is_told() -> None:
    mover = Mover()
    mover.cluster.before("elect_leaders", lambda: mover.cluster.denied["ALTER"].add(CLUSTER))
    moved = mover.run(mover.move(0, (2, 1)))
    assert moved.answers == arrived(0)
    [warning] = moved.warnings
    assert warning.startswith(
        "the replicas have arrived, but not all preferred leaders lead: topic"
    )


def test_what_is_not_awaited_is_begun_as_far_as_may_move_at_once() -> None:
    mover = Mover(partitions=4, looks=None)
    moves = [mover.move(number) for number in range(4)]
    mover.cluster.connect().replicas().alter_partition_reassignments({place(3): (1, 2)})
    mover.cluster.fates["alter_partition_reassignments"] = ["dropped"]
    brake = Brake(None, 3, wait=False)
    answers = mover.run(*moves, brake=brake).answers
    assert [*answers] == [place(3), place(0), place(1)]
    assert answers[place(3)] is None
    assert all(answers[place(number)].lost for number in (0, 1))  # type: ignore[union-attr]
    assert mover.run(*moves, brake=brake).answers == arrived(3, 0, 1)
    assert mover.time == 0
    assert mover.begun == [0, 1, 0, 1]


def test_the_throttle_of_what_is_not_awaited_stays() -> None:
    mover = Mover(looks=None)
    moved = mover.run(mover.move(), brake=THROTTLED._replace(wait=False))
    assert moved.answers == arrived(0)
    [warning] = moved.warnings
    assert "with undo_file, a later run takes it away" in warning
    assert mover.cluster.dynamic[2] == RATES


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
