# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.omninode.kafka.plugins.module_utils._cluster.gateway.groups import Group
from ansible_collections.omninode.kafka.plugins.module_utils._cluster.gateway.records import Message
from ansible_collections.omninode.kafka.plugins.module_utils._core.errors import (
    InvalidSpec,
    NotAuthorized,
)
from ansible_collections.omninode.kafka.plugins.module_utils._kafka.errors import (
    TIMED_OUT,
    Rejection,
)
from ansible_collections.omninode.kafka.plugins.module_utils._topic_info import (
    metrics as metrics_read,
)
from ansible_collections.omninode.kafka.plugins.module_utils._topic_info.metrics import read_metrics

from tests.fakes.gateway import CLUSTER, FakeCluster, FakeGateway
from tests.fakes.log import FakeLog

NOW = 1_800_000_000
MINUTE, HOUR = 60_000, 3_600_000
UNKNOWN = "unknown"
FAILURES = {"name": "failures", "numerator": "failed", "denominator": "started"}


class FakeClock:
    """Time passes only during a sleep, and then other clients act."""

    def __init__(self) -> None:
        self.now = float(NOW)
        self.meanwhile: list[Any] = []

    def time(self) -> float:
        return self.now

    def monotonic(self) -> float:
        return self.now

    def sleep(self, seconds: float, /) -> None:
        self.now += seconds
        for act in self.meanwhile:
            act()


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def cluster() -> FakeCluster:
    """started: ten records, six of them in the last hour; failed: two, one in the last hour."""
    found = FakeCluster()
    found.put("started", partitions=2)
    found.put("failed")
    found.put("__internal", internal=True)
    ago = [NOW * 1000 - hours * HOUR for hours in (5, 4, 3, 2)]
    found.produce("started", *ago, *[NOW * 1000 - number * MINUTE for number in (40, 30, 20, 10)])
    found.produce("started", *[NOW * 1000 - number * MINUTE for number in (50, 5)], partition=1)
    found.produce("failed", NOW * 1000 - 2 * HOUR, NOW * 1000 - 10 * MINUTE)
    return found


def read(cluster: FakeCluster, clock: FakeClock, **options: Any) -> dict[str, Any]:
    return read_metrics(cluster.connect(), **options, clock=clock)


def lag(found: dict[str, Any]) -> dict[tuple[str, str], tuple[Any, Any]]:
    return {(row["group"], row["topic"]): (row["records"], row["seconds"]) for row in found["lag"]}


def whys(found: dict[str, Any]) -> list[tuple[str, str]]:
    return [(gap["what"], gap["why"]) for gap in found["not_measured"]]


def test_rates_come_from_two_samples(cluster: FakeCluster, clock: FakeClock) -> None:
    clock.meanwhile = [
        lambda: cluster.produce("started", *[NOW * 1000] * 50),
        lambda: cluster.produce("failed", *[NOW * 1000] * 5),
    ]

    found = read(cluster, clock, interval=20, ratios=[FAILURES])

    assert {topic["name"]: topic["records_per_second"] for topic in found["topics"]} == {
        "failed": 0.25,
        "started": 2.5,
    }
    assert {topic["name"]: topic["records"] for topic in found["topics"]} == {
        "failed": {"retained": 7, "window": 6, "interval": 5},
        "started": {"retained": 60, "window": 56, "interval": 50},
    }
    assert found["ratios"] == [
        {**FAILURES, "window": pytest.approx(6 / 56, abs=1e-6), "interval": 0.1}
    ]
    assert (
        found["interval"],
        found["timestamp"],
        found["absent"],
        found["not_measured"],
        found["lag"],
    ) == (20.0, NOW + 20, [], [], [])


def test_the_window_is_as_long_as_it_is_told(cluster: FakeCluster, clock: FakeClock) -> None:
    found = read(cluster, clock, names=["started", "absent"], window="15m")

    [topic] = found["topics"]
    assert (topic["records"]["window"], topic["imbalance"]["window"], found["absent"]) == (
        2,
        1.0,
        ["absent"],
    )
    assert read(cluster, clock, prefix="start", window="1ms")["topics"][0]["records"]["window"] == 0


def test_ratios_may_be_of_topics_that_are_not_shown(cluster: FakeCluster, clock: FakeClock) -> None:
    absent = {"name": "none", "numerator": "absent", "denominator": "started"}

    found = read(cluster, clock, names=["failed"], ratios=[FAILURES, absent])

    assert [topic["name"] for topic in found["topics"]] == ["failed"]
    assert [ratio["window"] for ratio in found["ratios"]] == [
        pytest.approx(1 / 6, abs=1e-6),
        UNKNOWN,
    ]
    assert whys(found) == [("ratio none", "there is no topic absent")]
    assert found["absent"] == []


def test_the_lag_of_groups(cluster: FakeCluster, clock: FakeClock) -> None:
    cluster.commit_offsets("stopped", "started", 6, 0)
    cluster.commit_offsets("done", "started", 8, 2)
    cluster.commit_offsets("done", "failed", 2)
    cluster.groups["elsewhere"] = Group(frozenset(), frozenset())

    found = read(cluster, clock)

    # ten seconds after the records were written that long ago
    assert lag(found) == {
        ("done", "failed"): (0, 0.0),
        ("done", "started"): (0, 0.0),
        ("stopped", "started"): (4, 3010.0),
    }
    assert [part["seconds"] for part in found["lag"][2]["distribution"]] == [1210.0, 3010.0]
    assert found["not_measured"] == []
    clock.sleep(100)
    assert lag(read(cluster, clock))["stopped", "started"] == (4, 3120.0)


def test_a_partition_is_read_from_each_offset_that_groups_wait_at(
    cluster: FakeCluster, clock: FakeClock
) -> None:
    for group, offset in {"a": 4, "b": 6, "c": 6}.items():
        cluster.commit_offsets(group, "started", offset)

    assert lag(read(cluster, clock)) == {
        ("a", "started"): (4, 2410.0),
        ("b", "started"): (2, 1210.0),
        ("c", "started"): (2, 1210.0),
    }
    assert cluster.requests["read"] == 2


def test_only_the_groups_that_are_asked_for(cluster: FakeCluster, clock: FakeClock) -> None:
    cluster.commit_offsets("a", "started", 8)
    cluster.commit_offsets("b", "started", 8)
    cluster.denied["DESCRIBE"] = {CLUSTER, "hidden"}
    cluster.groups["hidden"] = Group(frozenset(), frozenset())

    found = read(cluster, clock, groups=["a", "hidden", "idle"])

    assert [row["group"] for row in found["lag"]] == ["a"]
    assert [what for what, _why in whys(found)] == ["lag of group hidden", "lag of group idle"]
    assert "GROUP_AUTHORIZATION_FAILED" in whys(found)[0][1]
    assert "DESCRIBE on the group" in whys(found)[0][1]


def test_groups_that_may_be_hidden_are_told(cluster: FakeCluster, clock: FakeClock) -> None:
    cluster.commit_offsets("seen", "started", 8, 2)
    cluster.commit_offsets("hidden", "started", 0, 0)
    cluster.denied["DESCRIBE"] = {CLUSTER, "hidden"}

    found = read(cluster, clock)

    assert lag(found) == {("seen", "started"): (0, 0.0)}
    assert whys(found) == [
        (
            "lag of all groups",
            "some may be hidden: the principal needs DESCRIBE on the cluster to see all",
        )
    ]


def test_without_the_right_to_read_the_lag_in_seconds_is_unknown(
    cluster: FakeCluster, clock: FakeClock
) -> None:
    cluster.commit_offsets("g", "started", 6, 2)
    cluster.denied["READ"] = {"started"}

    found = read(cluster, clock)

    assert lag(found) == {("g", "started"): (2, UNKNOWN)}
    assert whys(found) == [
        (
            "lag in seconds on topic started",
            "TOPIC_AUTHORIZATION_FAILED: Broker: Topic authorization failed "
            "(the principal needs READ on the topic)",
        )
    ]
    quiet = read(cluster, clock, lag_seconds=False)
    assert (lag(quiet), quiet["not_measured"], cluster.requests["read"]) == (
        {("g", "started"): (2, None)},
        [],
        1,
    )


def test_the_records_that_are_read_are_bounded(
    cluster: FakeCluster, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    cluster.commit_offsets("g", "failed", 0)
    cluster.commit_offsets("g", "started", 6)
    monkeypatch.setattr(metrics_read, "MOST_RECORDS", 1)

    found = read(cluster, clock)
    assert lag(found) == {("g", "failed"): (2, 7210.0), ("g", "started"): (2, UNKNOWN)}
    assert whys(found) == [
        ("lag in seconds on topic started", "more than 1 records would have to be read")
    ]

    monkeypatch.setattr(metrics_read, "MOST_SECONDS", 0.0)
    late = read(cluster, clock)
    assert lag(late)["g", "failed"] == (2, UNKNOWN)
    assert ("lag in seconds on topic failed", "the records could not be read within 0 s") in whys(
        late
    )


def test_nothing_more_is_read_when_the_time_is_over(
    cluster: FakeCluster, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    for group, offset in {"a": 4, "b": 5, "c": 6}.items():
        cluster.commit_offsets(group, "started", offset)
    there = FakeLog.read

    def slowly(log: FakeLog, *asked: Any) -> Any:
        clock.now += metrics_read.MOST_SECONDS * 0.6
        return there(log, *asked)

    monkeypatch.setattr(FakeLog, "read", slowly)

    found = read(cluster, clock)

    assert cluster.requests["read"] == 2
    assert [row["seconds"] == UNKNOWN for row in found["lag"]] == [False, False, True]
    assert whys(found) == [
        ("lag in seconds on topic started", "the records could not be read within 10 s")
    ]


def test_only_a_missing_right_names_a_right(
    cluster: FakeCluster, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    lost = Rejection(TIMED_OUT, "_TIMED_OUT", "Failed while waiting for coordinator")
    monkeypatch.setattr(
        FakeGateway,
        "list_consumer_group_offsets",
        lambda _gateway, groups: dict.fromkeys(groups, lost),
    )

    assert whys(read(cluster, clock, groups=["g"])) == [("lag of group g", str(lost))]


def test_a_record_without_a_timestamp_has_no_age(cluster: FakeCluster, clock: FakeClock) -> None:
    cluster.put("untimed")
    cluster.write("untimed", 0, Message(None, b""), -1)
    cluster.commit_offsets("g", "untimed", 0)

    found = read(cluster, clock, names=["untimed"])

    assert lag(found) == {("g", "untimed"): (1, UNKNOWN)}
    assert whys(found) == [("lag in seconds on topic untimed", "a record has no timestamp")]


def test_a_record_of_the_future_has_not_waited(cluster: FakeCluster, clock: FakeClock) -> None:
    cluster.produce("failed", (NOW + 500) * 1000)
    cluster.commit_offsets("g", "failed", 2)
    assert lag(read(cluster, clock)) == {("g", "failed"): (1, 0.0)}


def test_offsets_that_cannot_be_read_are_told(cluster: FakeCluster, clock: FakeClock) -> None:
    clock.meanwhile = [lambda: cluster.drop("failed")]

    found = read(cluster, clock, ratios=[FAILURES])

    assert {topic["name"]: topic["records_per_second"] for topic in found["topics"]} == {
        "failed": UNKNOWN,
        "started": 0.0,
    }
    assert found["ratios"][0]["window"] == UNKNOWN
    assert [what for what, _why in whys(found)] == ["topic failed"]


def test_a_topic_that_may_not_be_described_ends_the_run(
    cluster: FakeCluster, clock: FakeClock
) -> None:
    cluster.denied["DESCRIBE"] = {"started"}
    with pytest.raises(NotAuthorized, match="started"):
        read(cluster, clock, names=["started"])


def test_the_requests_do_not_grow_with_the_topics(cluster: FakeCluster, clock: FakeClock) -> None:
    for number in range(300):
        cluster.put(f"t{number}", partitions=3)
    cluster.requests.clear()

    read(cluster, clock)

    assert cluster.requests == {
        "list_topics": 1,
        "describe_topics": 1,
        "list_offsets": 4,
        "list_consumer_groups": 1,
        "list_consumer_group_offsets": 1,
    }


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"interval": 0}, "interval"),
        ({"window": "soon"}, "window"),
        ({"names": ["a b"]}, "names"),
        ({"ratios": [{**FAILURES, "numerator": "a b"}]}, "ratios"),
    ],
)
def test_wrong_options_are_refused(
    cluster: FakeCluster, clock: FakeClock, options: dict[str, Any], message: str
) -> None:
    with pytest.raises(InvalidSpec, match=message):
        read(cluster, clock, **options)
    assert not cluster.requests
