# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest
from ansible_collections.omninode.kafka.plugins.module_utils._move.progress import Pace, Progress

GIB, MIB = 2**30, 2**20


@pytest.mark.parametrize(
    ("progress", "text"),
    [
        (
            Progress(12, 40, int(3.1 * GIB), 10 * GIB, 51 * MIB),
            "12 of 40 partitions, 3.1 of 10 GiB, 51 MiB/s, about 2 min left",
        ),
        # both numbers in the unit of the whole
        (
            Progress(0, 2, 512 * MIB, 2 * GIB, 0.5 * MIB),
            "0 of 2 partitions, 0.5 of 2 GiB, 512 KiB/s, about 51 min left",
        ),
        # no rate is known yet
        (Progress(0, 3, 0, 300, 0), "0 of 3 partitions, 0 of 300 B"),
        (Progress(0, 3, 100, 300, -1), "0 of 3 partitions, 100 of 300 B"),
        # nothing is copied where replicas are only taken away
        (Progress(1, 2, 0, 0, 0), "1 of 2 partitions, 0 of 0 B"),
        # what was written meanwhile is copied too
        (
            Progress(1, 2, 450, 300, 100),
            "1 of 2 partitions, 300 of 300 B, 100 B/s, about 1 s left",
        ),
    ],
)
def test_progress_tells_what_is_done_how_fast_and_how_long_it_takes(
    progress: Progress, text: str
) -> None:
    assert str(progress) == text


STARTED = Pace(began=10, first=100, copied=100, progressed=10)


@pytest.mark.parametrize(
    ("copied", "arrived", "now", "rate", "idle"),
    [
        # no time has passed
        (100, False, 10, 0, 0),
        (100, False, 14, 0, 4),
        # what was there at the start was not copied now
        (180, False, 14, 20, 0),
        # a partition without bytes
        (100, True, 14, 0, 0),
    ],
)
def test_the_pace_counts_what_arrived_since_the_start(
    copied: int, arrived: bool, now: float, rate: float, idle: float
) -> None:
    pace = STARTED.after(copied, arrived, now)
    assert (pace.rate(now), pace.idle(now)) == (rate, idle)


def test_each_byte_that_arrives_counts_as_progress() -> None:
    pace = STARTED.after(150, False, 12).after(150, False, 15)
    assert pace.idle(15) == 3
    assert pace.after(151, False, 15).idle(15) == 0
