# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import re
from typing import Any

import pytest
from ansible_collections.omninode.kafka.plugins.filter.metrics_table import (
    FilterModule,
    metrics_table,
)

EVERY = {
    "error_ratio": 0.1,
    "lag_records": 100,
    "lag_seconds": 60,
    "imbalance": 2,
    "imbalance_records": 30,
    "silence": 3600,
}


def topic(
    name: str,
    records: Any = 100,
    shares: tuple[Any, ...] = (0.5, 0.3, 0.2),
    imbalance: Any = 1.5,
    rate: Any = 2.5,
) -> dict[str, Any]:
    spans = ("retained", "window", "interval")
    return {
        "name": name,
        "partitions": len(shares),
        "records": {**dict.fromkeys(spans, 9), "window": records},
        "records_per_second": rate,
        "imbalance": {**dict.fromkeys(spans, 9.0), "window": imbalance},
        "distribution": [
            {"partition": number, "share": {**dict.fromkeys(spans, 9.0), "window": share}}
            for number, share in enumerate(shares)
        ],
    }


def lag(
    group: str, topic: str, records: Any = 0, seconds: Any = 0.0, uncommitted: tuple[int, ...] = ()
) -> dict[str, Any]:
    return {
        "group": group,
        "topic": topic,
        "records": records,
        "seconds": seconds,
        "uncommitted": list(uncommitted),
    }


def measured(
    *topics: dict[str, Any],
    groups: tuple[dict[str, Any], ...] = (),
    ratios: tuple[dict[str, Any], ...] = (),
) -> dict[str, Any]:
    return {"topics": list(topics), "lag": list(groups), "ratios": list(ratios), "absent": []}


def row(
    result: dict[str, Any], thresholds: dict[str, Any] | None = None, number: int = 1
) -> dict[str, str]:
    lines = metrics_table(result, thresholds)
    starts = [found.start() for found in re.finditer(r"\S+", lines[0])]
    ends = [*starts[1:], None]
    return {
        lines[0][start:end].strip(): lines[number][start:end].strip()
        for start, end in zip(starts, ends, strict=True)
    }


def test_is_called_by_its_name() -> None:
    assert FilterModule().filters() == {"metrics_table": metrics_table}


def test_whole_table() -> None:
    result = measured(
        topic("dev.started", records=12000, rate=10.0),
        topic("dev.failed", records=1500, shares=(0.9, 0.1, 0.0), imbalance=2.7, rate=1.2),
        topic("dev.empty", records=0, shares=(None,), imbalance=None, rate=0.0),
        groups=(
            lag("audit", "dev.started"),
            lag("planner", "dev.failed", 12),
            lag("planner", "dev.started", 120, 61.26, (2,)),
        ),
        ratios=(
            {
                "name": "failures",
                "numerator": "dev.failed",
                "denominator": "dev.started",
                "window": 0.125,
            },
        ),
    )
    result["absent"] = ["dev.completed"]
    assert metrics_table(result, EVERY) == [
        "TOPIC          REC/S   RECORDS  ERRORS  SHARES       IMBALANCE  GROUP    LAG     SECONDS",
        "dev.completed  absent",
        "dev.empty      0.00    0        none    none         none       none",
        "dev.failed     1.20    1500     12.5%!  90%,10%,0%   2.70!      planner  12      0.0",
        "dev.started    10.00   12000    none    50%,30%,20%  1.50       audit    0       0.0",
        "dev.started                                                     planner  120+?!  61.3!",
        "REC/S = records/s in the interval; RECORDS to IMBALANCE = in the window;"
        " ! = above threshold",
        "SHARES = of partition 0, 1, ...; IMBALANCE = the largest share x the number of partitions",
        "LAG = records not yet processed, +? = and more without an offset;"
        " SECONDS = age of the oldest",
    ]


def test_no_topics_are_said_in_a_sentence() -> None:
    assert metrics_table(measured()) == ["There are no topics to measure."]


def test_without_thresholds_nothing_is_marked() -> None:
    result = measured(
        topic("t", imbalance=3.0),
        groups=(lag("g", "t", 10**6, 10.0**6),),
        ratios=({"name": "r", "numerator": "t", "window": 1.0},),
    )
    table = [line for line in metrics_table(result) if " = " not in line]
    assert "!" not in "".join(table)


@pytest.mark.parametrize(
    ("column", "at_the_bound", "beyond"),
    [
        ("IMBALANCE", measured(topic("t", imbalance=2.0)), measured(topic("t", imbalance=2.01))),
        (
            "LAG",
            measured(topic("t"), groups=(lag("g", "t", 100),)),
            measured(topic("t"), groups=(lag("g", "t", 101),)),
        ),
        (
            "SECONDS",
            measured(topic("t"), groups=(lag("g", "t", 1, 60.0),)),
            measured(topic("t"), groups=(lag("g", "t", 1, 60.1),)),
        ),
        (
            "ERRORS",
            measured(topic("t"), ratios=({"numerator": "t", "window": 0.1},)),
            measured(topic("t"), ratios=({"numerator": "t", "window": 0.11},)),
        ),
    ],
)
def test_a_figure_above_its_bound_is_marked(
    column: str, at_the_bound: dict[str, Any], beyond: dict[str, Any]
) -> None:
    assert not row(at_the_bound, EVERY)[column].endswith("!")
    assert row(beyond, EVERY)[column].endswith("!")
    # as inventories may write numbers
    assert row(beyond, {key: str(bound) for key, bound in EVERY.items()})[column].endswith("!")


@pytest.mark.parametrize(("records", "marked"), [(29, False), (30, True), ("unknown", True)])
def test_the_imbalance_of_few_records_is_not_marked(records: Any, marked: bool) -> None:
    assert row(measured(topic("t", records=records, imbalance=3.0)), EVERY)["IMBALANCE"] == (
        "3.00!" if marked else "3.00"
    )


def test_unknown_figures_are_shown_as_unknown() -> None:
    result = measured(
        topic("t", "unknown", ("unknown", "unknown"), "unknown", "unknown"),
        groups=(lag("g", "t", "unknown", "unknown"), lag("h", "t", 5, None)),
        ratios=({"numerator": "t", "window": "unknown"}, {"numerator": "t", "window": None}),
    )
    assert row(result, EVERY) == {
        "TOPIC": "t",
        "REC/S": "unknown",
        "RECORDS": "unknown",
        "ERRORS": "unknown,none",
        "SHARES": "unknown,unknown",
        "IMBALANCE": "unknown",
        "GROUP": "g",
        "LAG": "unknown",
        "SECONDS": "unknown",
    }
    assert row(result, EVERY, 2)["SECONDS"] == "none"


def test_shares_beyond_the_sixth_partition_are_counted() -> None:
    assert (
        row(measured(topic("t", shares=(0.2,) * 5 + (0.0,) * 7)))["SHARES"]
        == "20%,20%,20%,20%,20%,0%,+6"
    )


def test_lines_survive_a_yaml_printer() -> None:
    *table, _shares, _window, _lag = metrics_table(
        measured(topic("t"), groups=(lag("g", "t"), lag("h", "t")))
    )
    assert len(table) == 3
    for line in table:
        assert line == line.strip()
        assert not re.search(r"(?<! ) (?! )", line)


@pytest.mark.parametrize(
    "wrong", [[], "topics", {"topics": []}, {"topics": [], "status": [], "absent": []}]
)
def test_other_input_is_refused(wrong: Any) -> None:
    with pytest.raises(ValueError, match="topic_metrics_info"):
        metrics_table(wrong)
