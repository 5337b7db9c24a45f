# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.omninode.kafka.plugins.module_utils._kafka.partitions import TopicPartition
from ansible_collections.omninode.kafka.plugins.module_utils._usage.metrics import (
    SPANS,
    Ratio,
    Samples,
    figures,
    imbalance,
    lag,
    positions,
    ratio_figures,
)
from hypothesis import given
from hypothesis import strategies as st

UNKNOWN = "unknown"


def at(*offsets: int | None, topic: str = "t") -> dict[TopicPartition, int]:
    return {
        TopicPartition(topic, number): offset
        for number, offset in enumerate(offsets)
        if offset is not None
    }


def samples(
    earliest: dict[TopicPartition, int],
    since: dict[TopicPartition, int],
    before: dict[TopicPartition, int],
    latest: dict[TopicPartition, int],
    seconds: float = 10.0,
    **partitions: int,
) -> Samples:
    return Samples(partitions or {"t": 2}, earliest, since, before, latest, seconds)


MEASURED = samples(at(100, 0), at(150, 0), at(190, 10), at(200, 50))


def test_the_figures_of_a_topic() -> None:
    assert figures(MEASURED, "t") == {
        "name": "t",
        "partitions": 2,
        "records": {"retained": 150, "window": 100, "interval": 50},
        "records_per_second": 5.0,
        "imbalance": {"retained": 1.333333, "window": 1.0, "interval": 1.6},
        "distribution": [
            {
                "partition": 0,
                "records": {"retained": 100, "window": 50, "interval": 10},
                "records_per_second": 1.0,
                "share": {"retained": 0.666667, "window": 0.5, "interval": 0.2},
            },
            {
                "partition": 1,
                "records": {"retained": 50, "window": 50, "interval": 40},
                "records_per_second": 4.0,
                "share": {"retained": 0.333333, "window": 0.5, "interval": 0.8},
            },
        ],
    }


def test_an_empty_topic_has_no_shares() -> None:
    found: Any = figures(samples(at(7, 7), at(7, 7), at(7, 7), at(7, 7)), "t")
    assert found["records"] == dict.fromkeys(SPANS, 0)
    assert found["imbalance"] == dict.fromkeys(SPANS)
    assert [each["share"] for each in found["distribution"]] == [dict.fromkeys(SPANS)] * 2
    assert found["records_per_second"] == 0.0


@pytest.mark.parametrize(
    ("measured", "unknown"),
    [
        (MEASURED._replace(latest=at(200, None)), {"retained", "window", "interval"}),
        (MEASURED._replace(earliest=at(None, 0)), {"retained"}),
        (MEASURED._replace(since={}), {"window"}),
        (MEASURED._replace(before=at(190, None)), {"interval"}),
        # it was deleted and made anew between the samples
        (MEASURED._replace(before=at(190, 60)), {"interval"}),
    ],
)
def test_figures_of_an_unknown_offset_are_unknown(measured: Samples, unknown: set[str]) -> None:
    found: Any = figures(measured, "t")
    for figure in (found["records"], found["imbalance"], found["distribution"][0]["share"]):
        assert {span for span in SPANS if figure[span] == UNKNOWN} == unknown
    assert (found["records_per_second"] == UNKNOWN) == ("interval" in unknown)


def test_figures_of_known_partitions_stay_known() -> None:
    found: Any = figures(MEASURED._replace(latest=at(200, None)), "t")
    assert [each["records"]["window"] for each in found["distribution"]] == [50, UNKNOWN]
    assert [each["records_per_second"] for each in found["distribution"]] == [1.0, UNKNOWN]


@pytest.mark.parametrize(
    ("failed", "started", "ratio"),
    [
        (5, 20, 0.25),
        (0, 20, 0.0),
        (0, 0, None),
        (5, 0, None),
        (30, 20, 1.5),
        (None, 20, UNKNOWN),
        (5, None, UNKNOWN),
        (None, 0, UNKNOWN),
    ],
)
def test_a_ratio_of_nothing_is_none_and_of_an_unknown_is_unknown(
    failed: int | None, started: int | None, ratio: object
) -> None:
    none = {("failed", 0): 0, ("started", 0): 0}
    latest = {
        place: offset
        for place, offset in ((("failed", 0), failed), (("started", 0), started))
        if offset is not None
    }
    measured = samples(none, none, none, latest, failed=1, started=1)
    asked = Ratio("failures", "failed", "started")
    assert ratio_figures(measured, asked) == {
        "name": "failures",
        "numerator": "failed",
        "denominator": "started",
        "window": ratio,
        "interval": ratio,
    }


def test_a_ratio_of_an_absent_topic_is_unknown() -> None:
    assert ratio_figures(MEASURED, Ratio("r", "t", "absent"))["window"] == UNKNOWN
    assert ratio_figures(MEASURED, Ratio("r", "absent", "t"))["interval"] == UNKNOWN


def lag_of(
    committed: dict[TopicPartition, int],
    ages: dict[tuple[TopicPartition, int], float] | None,
    measured: Samples = MEASURED,
) -> dict[str, Any]:
    return dict(lag(measured, "g", "t", committed, ages))


def test_the_lag_of_a_group() -> None:
    assert lag_of(at(195, 50), {(("t", 0), 195): 12.5}) == {
        "group": "g",
        "topic": "t",
        "records": 5,
        "seconds": 12.5,
        "deleted": 0,
        "uncommitted": [],
        "distribution": [
            {"partition": 0, "committed": 195, "records": 5, "deleted": 0, "seconds": 12.5},
            {"partition": 1, "committed": 50, "records": 0, "deleted": 0, "seconds": 0.0},
        ],
    }


def test_the_lag_in_seconds_is_that_of_the_oldest_record() -> None:
    ages = {(("t", 0), 195): 12.5, (("t", 1), 0): 99.0}
    assert lag_of(at(195, 0), ages)["seconds"] == 99.0


def test_deleted_records_do_not_count_as_lag() -> None:
    """It goes on at the first record that there is."""
    found = lag_of(at(40), {(("t", 0), 100): 3.0})
    assert (found["records"], found["deleted"], found["seconds"]) == (100, 60, 3.0)
    assert [(each.place, each.next) for each in positions(MEASURED, "t", at(40))] == [
        (("t", 0), 100)
    ]


def test_uncommitted_partitions_with_records_are_named() -> None:
    assert lag_of(at(200), {})["uncommitted"] == [1]
    assert lag_of(at(200), {}, MEASURED._replace(earliest=at(100, 50)))["uncommitted"] == []
    # it may have some
    assert lag_of(at(200), {}, MEASURED._replace(latest=at(200, None)))["uncommitted"] == [1]


def test_an_offset_beyond_the_end_leaves_the_lag_unknown() -> None:
    found = lag_of(at(201, 50), {})
    assert (found["records"], found["seconds"], found["deleted"]) == (UNKNOWN, UNKNOWN, 0)
    assert [each["records"] for each in found["distribution"]] == [UNKNOWN, 0]


@pytest.mark.parametrize("field", ["earliest", "latest"])
def test_an_unknown_offset_leaves_the_lag_unknown(field: str) -> None:
    found = lag_of(at(195, 50), {(("t", 0), 195): 1.0}, MEASURED._replace(**{field: at(None, 50)}))
    assert (found["records"], found["seconds"]) == (UNKNOWN, UNKNOWN)


def test_a_missing_age_is_unknown_and_an_unasked_one_is_none() -> None:
    assert lag_of(at(195, 0), {(("t", 0), 195): 12.5})["seconds"] == UNKNOWN
    assert lag_of(at(195, 0), None)["seconds"] is None


counts = st.lists(st.integers(0, 10**9), min_size=1, max_size=20)


@given(counts)
def test_imbalance_is_between_one_and_the_number_of_partitions(found: list[int]) -> None:
    figure = imbalance(found)
    if not sum(found):
        assert figure is None
    else:
        assert isinstance(figure, float)
        assert 1 <= figure <= len(found)


@given(st.integers(1, 10**6), st.integers(1, 50))
def test_even_partitions_have_an_imbalance_of_one(count: int, partitions: int) -> None:
    assert imbalance([count] * partitions) == 1
    assert imbalance([count] + [0] * (partitions - 1)) == partitions


@given(counts)
def test_shares_add_up_to_one(found: list[int]) -> None:
    measured = samples(at(*[0] * len(found)), {}, {}, at(*found), t=len(found))
    shown: Any = figures(measured, "t")
    shares = [each["share"]["retained"] for each in shown["distribution"]]
    assert (
        shares == [None] * len(found)
        if not sum(found)
        else sum(shares) == pytest.approx(1, abs=1e-5)
    )


@given(
    st.lists(
        st.tuples(st.integers(0, 99), st.integers(0, 99), st.integers(0, 120)),
        min_size=1,
        max_size=9,
    )
)
def test_lag_is_at_most_the_number_of_records(
    found: list[tuple[int, int, int]],
) -> None:
    earliest, latest = (
        at(*[min(a, b) for a, b, _c in found]),
        at(*[max(a, b) for a, b, _c in found]),
    )
    measured = samples(earliest, {}, {}, latest, t=len(found))
    row = lag_of(at(*[committed for _a, _b, committed in found]), None, measured)
    for part, (a, b, committed) in zip(row["distribution"], found, strict=True):
        if committed > max(a, b):
            assert part["records"] == UNKNOWN
        else:
            # what it processed, what was deleted and what is left make up the log
            assert part["records"] + part["deleted"] + committed == max(a, b)
            assert 0 <= part["records"] <= abs(a - b)
