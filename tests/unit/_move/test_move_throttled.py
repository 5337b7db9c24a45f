# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Moves are throttled while they last, and what was set before comes back."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.omninode.kafka.plugins.module_utils._cluster.gateway.configs import Config
from ansible_collections.omninode.kafka.plugins.module_utils._core.errors import (
    ClusterUnreachable,
    NotAuthorized,
    StateError,
)
from ansible_collections.omninode.kafka.plugins.module_utils._kafka.errors import Rejection
from ansible_collections.omninode.kafka.plugins.module_utils._kafka.moves import Brake, Move
from ansible_collections.omninode.kafka.plugins.module_utils._move.clock import Clock
from ansible_collections.omninode.kafka.plugins.module_utils._move.move import (
    Moved,
    cancel_moves,
    move_replicas,
)

from tests.fakes.gateway import CLUSTER
from tests.unit._move.mover import (
    FOLLOWER,
    FOLLOWER_RATE,
    LEADER,
    RATE,
    RATES,
    THROTTLED,
    Mover,
    arrived,
    place,
)


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


def test_no_move_begins_before_each_broker_knows_its_rate() -> None:
    mover = Mover(looks=2)
    seen: list[Any] = []
    described = mover.describe_broker_configs

    def late(brokers: Collection[int]) -> Any:
        """A broker that shows what is set only at the third look."""
        found = described(brokers)
        seen.append(list(mover.begun))
        return {**found, 2: Config({}, {})} if len(seen) in (2, 3) else found

    mover.describe_broker_configs = late  # type: ignore[method-assign,assignment]
    assert mover.run(mover.move(), brake=THROTTLED).answers == arrived(0)
    # the first look is for what was set before
    assert seen == [[]] * 4


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
    assert mover.run(mover.move(), brake=THROTTLED).warnings == [
        "throttles that were set before the moves are set again:\n"
        "- broker 2: follower.replication.throttled.rate 7000000\n"
        "- topic a: leader.replication.throttled.replicas *"
    ]
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


def test_what_was_throttled_before_comes_back_when_the_run_is_ended_meanwhile() -> None:
    mover = Mover(looks=None)
    others(mover)
    before = set_throttles(mover)
    # the topics are throttled by then
    mover.cluster.before("incremental_alter_broker_configs", lambda: end(""))
    with pytest.raises(_Ended):
        mover.run(mover.move(), brake=THROTTLED)
    assert set_throttles(mover) == before
    assert mover.begun == []


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


def test_replicas_leave_a_broker_that_is_down() -> None:
    mover = Mover()
    partition = mover.cluster.topics["a"].partitions[0]
    mover.cluster.lay_out("a", partition._replace(replicas=(1, 3)))
    mover.cluster.brokers = mover.cluster.brokers[:2]
    assert mover.run(mover.move(), brake=THROTTLED) == Moved(arrived(0), [])
    assert mover.cluster.topics["a"].partitions[0].replicas == (1, 2)
    assert set_throttles(mover) == ({}, {})


def test_a_broker_that_is_down_keeps_no_throttle_of_a_killed_run() -> None:
    mover = Mover()
    partition = mover.cluster.topics["a"].partitions[0]
    throttles = {LEADER: "0:1,0:3", FOLLOWER: "0:2"}
    mover.cluster.put("a", 1, **{key.replace(".", "_"): told for key, told in throttles.items()})
    mover.cluster.lay_out("a", partition._replace(replicas=(1, 3)))
    mover.cluster.brokers = mover.cluster.brokers[:2]
    mover.cluster.dynamic |= {1: {**RATES}, 2: {**RATES}}
    assert mover.run(mover.move(), brake=THROTTLED) == Moved(arrived(0), [])
    assert set_throttles(mover) == ({}, {})


def given_up(brake: Brake) -> Mover:
    """A run has given up on broker 3, which died and took no change of its throttle."""
    mover = Mover(looks=None)
    mover.sleeps = [lambda: mover.cluster.silent.add(3)]
    moved = mover.run(mover.move(0, (1, 3), size=100), brake=brake)
    assert moved.warnings[0].startswith("the throttle of the moves is still set: broker 3")
    assert set_throttles(mover) == ({3: RATES}, {})
    return mover


def again(mover: Mover) -> Move:
    """As the next plan has it."""
    return mover.move(0, (1, 3), size=100)._replace(before=(1,))


def test_a_broker_that_is_back_loses_the_throttle_of_the_run_that_gave_up(tmp_path: Path) -> None:
    brake = THROTTLED._replace(folder=str(tmp_path))
    mover = given_up(brake)
    mover.cluster.silent.clear()
    mover.sleeps = [mover.cluster.finish_moves]
    assert mover.run(again(mover), brake=brake).warnings == []
    assert set_throttles(mover) == ({}, {})
    assert [*tmp_path.iterdir()] == []


def test_a_broker_that_comes_back_meanwhile_loses_it_too(tmp_path: Path) -> None:
    brake = THROTTLED._replace(folder=str(tmp_path))
    mover = given_up(brake)
    brokers = mover.cluster.brokers
    mover.cluster.brokers = brokers[:2]
    mover.cluster.silent.clear()

    def back() -> None:
        mover.cluster.brokers = brokers
        mover.cluster.finish_moves()

    mover.sleeps = [back]
    assert mover.run(again(mover), brake=brake).warnings == []
    assert set_throttles(mover) == ({}, {})
    assert [*tmp_path.iterdir()] == []


def test_a_broker_that_is_still_down_loses_it_in_a_later_run(tmp_path: Path) -> None:
    brake = THROTTLED._replace(folder=str(tmp_path))
    mover = given_up(brake)
    brokers = mover.cluster.brokers
    mover.cluster.brokers = brokers[:2]
    mover.cluster.silent.clear()
    mover.sleeps = [mover.cluster.finish_moves]
    mover.run(again(mover), brake=brake)
    mover.cluster.brokers = brokers
    assert set_throttles(mover) == ({3: RATES}, {})
    mover.cluster.looks = 1
    mover.run(mover.move(0, (1, 2)), brake=brake)
    assert set_throttles(mover) == ({}, {})
    assert [*tmp_path.iterdir()] == []


def test_without_a_note_it_is_told_as_somebody_elses() -> None:
    mover = given_up(THROTTLED)
    mover.cluster.silent.clear()
    mover.sleeps = [mover.cluster.finish_moves]
    [warning] = mover.run(again(mover), brake=THROTTLED).warnings
    assert warning.startswith("throttles that were set before the moves are set again:")
    assert set_throttles(mover) == ({3: RATES}, {})


def test_a_note_that_cannot_be_read_at_the_end_does_not_hide_what_arrived(tmp_path: Path) -> None:
    mover = Mover(looks=2)
    before = set_throttles(mover)

    def spoil() -> None:
        [note] = tmp_path.iterdir()
        note.write_text("{")

    mover.sleeps = [spoil]
    moved = mover.run(mover.move(), brake=Brake(RATE, 1, folder=str(tmp_path)))
    assert mover.sleeps == []
    assert moved == Moved(arrived(0), [])
    assert set_throttles(mover) == before
    # what else it notes is not known
    assert len([*tmp_path.iterdir()]) == 1


def test_what_is_taken_back_is_told_where_its_throttle_cannot_be_lifted(tmp_path: Path) -> None:
    mover = Mover(looks=None)
    brake = Brake(RATE, 1, wait=False, folder=str(tmp_path))
    move = mover.move()
    mover.run(move, brake=brake)
    [note] = tmp_path.iterdir()
    note.write_text("{")
    back = move._replace(before=(1, 2), target=(1,))
    told = cancel_moves(mover, [back], brake, mover.told.append)
    assert told.answers == arrived(0)
    [warning] = told.warnings
    assert warning.startswith("the throttle of the moves is still set: cannot read which throttles")
