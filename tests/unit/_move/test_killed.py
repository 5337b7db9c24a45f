# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A run that is killed before any of its requests is finished by the next one."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count
from pathlib import Path

import pytest
from ansible_collections.omninode.kafka.plugins.module_utils._kafka.moves import Brake, Move
from ansible_collections.omninode.kafka.plugins.module_utils._move.braking import left_over, lift

from tests.fakes.replicas import settle
from tests.unit._move.mover import FOLLOWER_RATE, LEADER, RATE, RATES, Mover, place
from tests.unit._move.test_move_throttled import set_throttles


class Killed(BaseException):
    """As by SIGKILL: nothing is sent after it, not even to clean up."""


class Cluster(Mover):
    """Two partitions to move, and throttles that others have set."""

    def __init__(self, looks: int) -> None:
        super().__init__(partitions=2, looks=looks)
        self.cluster.put("a", 2, leader_replication_throttled_replicas="*", retention_ms="5")
        for partition in self.cluster.topics["a"].partitions:
            moved = partition._replace(leader=1, replicas=(1,), isr=(1,))
            self.cluster.lay_out("a", moved)
        self.cluster.dynamic[2] = {FOLLOWER_RATE: "7000000"}
        self.before = set_throttles(self)

    def left(self) -> list[Move]:
        """The moves as the next plan has them."""
        moves = []
        for number, target in ((0, (1, 2)), (1, (3,))):
            partition = self.cluster.topics["a"].partitions[number]
            moving = self.cluster.moves.get(place(number))
            if moving or partition.replicas != target:
                moves.append(self.move(number, target)._replace(before=(1,)))
        return moves

    def kill_at(self, request: int) -> None:
        arrive = self.cluster.arrive
        requests = count(1)

        def arrive_or_be_killed(kind: str) -> None:
            if next(requests) >= request:
                raise Killed
            arrive(kind)

        self.cluster.arrive = arrive_or_be_killed  # type: ignore[method-assign]
        self.revive: Callable[[], None] = lambda: setattr(self.cluster, "arrive", arrive)


def finish(mover: Cluster, brake: Brake) -> None:
    """What the next run does."""
    moves = mover.left()
    if moves:
        moved = mover.run(*moves, brake=brake)
        assert set(moved.answers.values()) == {None}
        return
    left = left_over(mover, brake.folder, {"a"}, ())
    if left:
        assert lift(mover, brake.folder, left.before, {"a"}) == []


@pytest.mark.parametrize("ends_meanwhile", [False, True])
@pytest.mark.parametrize("rate", [RATE, 2 * RATE, None])
def test_at_every_request(tmp_path: Path, ends_meanwhile: bool, rate: int | None) -> None:
    folder = str(tmp_path)
    for request in count(1):
        mover = Cluster(looks=2)
        mover.kill_at(request)
        try:
            mover.run(*mover.left(), brake=Brake(RATE, 1, folder=folder))
        except Killed:
            mover.revive()
        else:
            break
        if ends_meanwhile:
            mover.cluster.finish_moves()
        finish(mover, Brake(rate, 1, folder=folder))
        assert set_throttles(mover) == mover.before, request
        assert sorted(mover.watched.copied) == [place(0), place(1)], request
        assert mover.left() == []
        assert [*tmp_path.iterdir()] == [], request
    # the whole run had that many
    assert request > 15
    assert mover.left() == []


def test_what_somebody_sets_in_the_meantime_stays(tmp_path: Path) -> None:
    mover = Cluster(looks=2)
    mover.kill_at(12)
    brake = Brake(RATE, 1, folder=str(tmp_path))
    with pytest.raises(Killed):
        mover.run(*mover.left(), brake=brake)
    mover.revive()
    assert mover.cluster.dynamic[3] == RATES
    mover.cluster.dynamic[3] = {FOLLOWER_RATE: "99"}
    finish(mover, brake)
    brokers, config = mover.before
    assert set_throttles(mover) == ({**brokers, 3: {FOLLOWER_RATE: "99"}}, config)


def test_the_throttle_of_another_run_stays_while_that_moves(tmp_path: Path) -> None:
    """One that did not wait."""
    mover = Cluster(looks=None)
    brake = Brake(RATE, 1, wait=False, folder=str(tmp_path))
    [first, second] = mover.left()
    assert mover.run(first, brake=brake).answers == {place(0): None}
    mover.cluster.put("b", 1)
    others = mover.cluster.topics["b"].partitions[0]
    mover.cluster.lay_out("b", others._replace(leader=1, replicas=(1,), isr=(1,)))
    elsewhere = first._replace(partition=first.partition._replace(topic="b"))

    def finish_other() -> None:
        moving = mover.cluster.moves[elsewhere.partition]
        settle(mover.cluster, elsewhere.partition, moving)

    mover.sleeps = [finish_other]
    mover.run(elsewhere, brake=brake._replace(wait=True))
    assert mover.cluster.topics["b"].config == {}
    assert mover.cluster.topics["a"].config[LEADER] == "0:1"
    assert mover.cluster.dynamic[2] == RATES

    mover.cluster.finish_moves()
    mover.cluster.looks = 1
    finish(mover, brake._replace(wait=True))
    assert second.target == mover.cluster.topics["a"].partitions[1].replicas
    assert set_throttles(mover) == mover.before
    assert [*tmp_path.iterdir()] == []
