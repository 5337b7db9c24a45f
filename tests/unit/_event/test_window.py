# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.omninode.kafka.plugins.module_utils._core.errors import (
    InvalidSpec,
    StateError,
)
from ansible_collections.omninode.kafka.plugins.module_utils._event.window import (
    Window,
    find_window,
    parse_wanted,
)

from tests.fakes.gateway import FakeCluster

NOW = 1_700_000_000_000
HOUR = 3_600_000


@pytest.fixture
def cluster() -> FakeCluster:
    """Partition 0 has three hourly records, the first deleted; 1 has one of now; 2 has none."""
    found = FakeCluster()
    found.put("t", partitions=3)
    found.produce("t", NOW - 3 * HOUR, NOW - 2 * HOUR, NOW - HOUR)
    found.delete_records("t", 1)
    found.produce("t", NOW, partition=1)
    return found


@pytest.mark.parametrize(
    ("asked", "start", "end"),
    [
        # the newest of each partition
        ({"newest": 1}, [2, 0, 0], [3, 1, 0]),
        ({"newest": 100}, [1, 0, 0], [3, 1, 0]),
        ({"newest": 1, "until": "30m"}, [2, 0, 0], [3, 0, 0]),
        ({}, [1, 0, 0], [3, 1, 0]),
        ({"since": "2h"}, [1, 0, 0], [3, 1, 0]),
        ({"since": "90m", "newest": 1}, [2, 0, 0], [3, 1, 0]),
        ({"since": "90m", "until": "30m"}, [2, 0, 0], [3, 0, 0]),
        ({"since": "2023-11-14T22:13:21Z"}, [3, 1, 0], [3, 1, 0]),
    ],
)
def test_without_offsets_the_window_covers_each_partition(
    cluster: FakeCluster, asked: dict[str, Any], start: list[int], end: list[int]
) -> None:
    wanted = parse_wanted(
        now=NOW, **{"offsets": None, "since": None, "until": None, "newest": None, **asked}
    )

    found = find_window(cluster.connect(), "t", 3, wanted)

    assert found == Window(
        {("t", number): at for number, at in enumerate(start)},
        {("t", number): at for number, at in enumerate(end)},
    )


def test_offsets_limit_the_window_to_their_partitions(cluster: FakeCluster) -> None:
    # from YAML, numbers may come as text
    wanted = parse_wanted({"0": "0", 1: 5}, None, None, 1, NOW)

    assert find_window(cluster.connect(), "t", 3, wanted) == Window(
        {("t", 0): 1, ("t", 1): 5}, {("t", 0): 3, ("t", 1): 1}
    )


def test_empty_offsets_read_nothing(cluster: FakeCluster) -> None:
    assert find_window(cluster.connect(), "t", 3, parse_wanted({}, None, None, 1, NOW)) == Window(
        {}, {}
    )


def test_all_mistakes_in_a_window_are_told_at_once() -> None:
    with pytest.raises(InvalidSpec) as caught:
        parse_wanted({"a": 1, 0: -1}, "yesterday", "2023-11-14T22:13:20", None, NOW)
    assert [(error["where"], error["field"]) for error in caught.value.facts["errors"]] == [
        ("window", "since"), ("window", "until"), ("window", "offsets"), ("window", "offsets"),
    ]  # fmt: skip


def test_an_absent_partition_is_an_error(cluster: FakeCluster) -> None:
    with pytest.raises(InvalidSpec, match=r"^offsets: topic t has no partition 3, only 0 to 2$"):
        find_window(cluster.connect(), "t", 3, parse_wanted({3: 0}, None, None, None, NOW))


def test_a_partition_without_a_leader_is_an_error(cluster: FakeCluster) -> None:
    cluster.put("down", in_sync=0)
    with pytest.raises(
        StateError,
        match=r"^cannot read the offsets of topic down, partition 0: .*No leaders found$",
    ):
        find_window(cluster.connect(), "down", 1, parse_wanted(None, None, None, None, NOW))
