# SPDX-License-Identifier: GPL-3.0-or-later
"""The pure parts of the benchmark: what is declared, how requests are told apart, what the figures
come to."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from tests.benchmarks.bench import options
from tests.benchmarks.cases import Others, creations, steady
from tests.benchmarks.declared import KINDS, TOPICS, Kind, compact, entries
from tests.benchmarks.measure import HERE, INTERPRETER
from tests.benchmarks.report import (
    GOALS,
    Row,
    Weighed,
    by_key,
    growth,
    judged,
    ratio,
    tables,
)
from tests.benchmarks.wire import CREATE_TOPICS, Passed, Stages, counted, stages, validates_only

METADATA = 3
WEIGH = HERE / "weigh.py"


def row(case: str, *walls: float, size: int = 100, kind: str = "topics") -> Row:
    return Row(kind, size, case, walls)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
@pytest.mark.parametrize(("size", "changes"), [(1, 1), (10, 1), (100, 1), (101, 2), (1000, 10)])
def test_one_entry_in_a_hundred_changes(kind: Kind, size: int, changes: int) -> None:
    pairs = zip(entries(kind, size), entries(kind, size, changed=True), strict=True)
    assert sum(one != other for one, other in pairs) == changes


def test_the_compact_form_declares_the_same_topics() -> None:
    [profile] = compact(10).values()
    names = profile.pop("names")
    assert [{"name": name, **profile} for name in names] == entries(TOPICS, 10)


@pytest.mark.parametrize(
    ("figures", "over", "expected"),
    [
        ([2.0], [[1.0]], 2.0),
        ([2.0, 3.0, 8.0], [[1.0, 1.0, 4.0]], 2.0),
        # a disturbed round disturbs both of its sides
        ([1.0, 9.0, 1.0], [[1.0, 10.0, 1.0]], 1.0),
        ([3.0], [[1.0], [0.5]], 2.0),
    ],
)
def test_a_ratio_is_the_median_of_the_rounds(
    figures: Sequence[float], over: Sequence[Sequence[float]], expected: float
) -> None:
    assert ratio(figures, *over) == expected


@pytest.mark.parametrize(("seconds", "is_kept"), [(1.08, True), (1.09, False)])
def test_a_goal_is_judged_beside_the_floor_of_the_same_size(seconds: float, is_kept: bool) -> None:
    floor = [row("nothing", 0.75), row("raw client", 0.25)]
    other_size = [row("nothing", 9, size=10), row("raw client", 9, size=10)]
    [found] = judged(by_key([*floor, *other_size, row("no-op", seconds)]))
    assert (found.measured, found.goal, found.is_kept) == (seconds, 1.08, is_kept)


def test_a_creation_is_judged_by_when_it_is_seen() -> None:
    ours = Row("topics", 100, "create", [1.5, 2.5], seen=[1.0, 2.0])
    admin = Row("topics", 100, "ansible-kafka-admin: create", [9.0, 9.0], seen=[2.0, 4.0])
    assert [(found.measured, found.unit) for found in judged(by_key([ours, admin]))] == [
        (0.5, "x"),
        (0.5, "s"),
    ]


def test_memory_and_site_are_judged() -> None:
    weight = Weighed({"cpu": 1, "peak": 900}, {"cpu": 1, "peak": 109})
    large = Row("topics", 10_000, "no-op", [1.0], weight)
    site = [
        row("site.yml: no-op", 3.0, size=1, kind="plays"),
        row("a ping", 1.0, size=1, kind="plays"),
    ]
    found = [(each.measured, each.is_kept) for each in judged(by_key([large, *site]))]
    assert found == [(109, True), (2.0, False)]


def test_nothing_is_judged_without_its_figures() -> None:
    assert list(judged(by_key([row("no-op", 1.0), row("raw client", 1.0)]))) == []


def test_goals_name_cases_that_are_measured() -> None:
    others = Others((), "admin", "topicctl")
    cases = {case.name for case in steady(TOPICS, 100, others)}
    for goal in GOALS:
        if goal.kind == "topics":
            assert {goal.case, *goal.over} <= cases
    assert {"create", "ansible-kafka-admin: create"} <= {
        case.name for case in creations(TOPICS, 100, others)
    }


@pytest.mark.parametrize(
    ("admin", "topicctl", "expected"),
    [
        ("", "", set()),
        ("x", "", {"ansible-kafka-admin"}),
        ("x", "y", {"ansible-kafka-admin", "topicctl apply"}),
    ],
)
def test_other_tools_are_measured_where_they_are_given(
    admin: str, topicctl: str, expected: set[str]
) -> None:
    others = Others((), admin, topicctl)
    cases = [*steady(TOPICS, 10, others), *creations(TOPICS, 10, others)]
    tools = {case.name.partition(":")[0] for case in cases}
    assert tools & {"ansible-kafka-admin", "topicctl apply"} == expected


def test_growth_is_told_for_each_further_entry() -> None:
    small = Weighed({"cpu": 1, "peak": 1}, {"cpu": 1, "peak": 10}, {"Metadata": 1})
    large = Weighed({"cpu": 1, "peak": 1}, {"cpu": 2, "peak": 20}, {"Metadata": 5, "API 9": 6})
    rows = [
        Row("topics", 110, "no-op", [1.5], large),
        Row("topics", 10, "no-op", [1.0], small),
        row("loop", 9.0, size=10),
        row("loop", 10.0, size=110),
        row("alone", 1.0, size=10),
    ]
    assert growth(rows)[2:] == [
        "| topics | no-op | 10 to 110 | 5.00 | 10.00 | 102.4 | 0.100 |",
        "| topics | loop | 10 to 110 | 10.00 |  |  |  |",
    ]


def test_the_tables_show_each_figure() -> None:
    weight = Weighed(
        {"cpu": 1.25, "peak": 57}, {"cpu": 0.5, "peak": 40}, {"Metadata": 3}, Stages(1, 2, 3, 4)
    )
    rows = [
        Row("topics", 10, "create", [2.0, 4.0, 3.0], weight, [1.0, 1.0, 1.0]),
        Row("topics", 10, "nothing", [0.5, 0.5], weight),
        Row("topics", 10, "raw client", [0.5, 0.5], weight),
        Row("topics", 10, "no-op", [1.25, 1.25], weight),
        # one round, and not weighed
        row("loop", 4.0, size=10),
    ]
    lines = tables(rows)
    assert "| create | 3.00 | 2.00 to 4.00 |  |  | 1.25 | 0.50 | 57 | 40 | 3 |" in lines
    assert "| no-op | 1.25 | 1.25 to 1.25 | 1.25 | 0.50 | 1.25 | 0.50 | 57 | 40 | 3 |" in lines
    assert "| loop | 4.00 | 4.00 to 4.00 | 4.00 |  |  |  |  |  |  |" in lines
    assert (
        "- create: before 1.00 s, validate 2.00 s, create 3.00 s, wait 4.00 s; seen after 1.00 s"
        in lines
    )


@pytest.mark.parametrize(
    ("version", "end", "expected"),
    [(4, b"\x00", False), (4, b"\x01", True), (5, b"\x00\x00", False), (7, b"\x01\x00", True)],
)
def test_a_request_that_creates_nothing_is_told_apart(
    version: int, end: bytes, expected: bool
) -> None:
    message = CREATE_TOPICS.to_bytes(2) + version.to_bytes(2) + bytes(20) + end
    assert validates_only(message) is expected


def test_requests_are_counted_and_answers_are_not() -> None:
    passed = [Passed(0, METADATA, True), Passed(1, METADATA, False), Passed(2, 999, True)]
    assert counted(passed) == {"Metadata": 1, "API 999": 1}


def test_the_stages_of_a_creation_follow_each_other() -> None:
    passed = [
        Passed(11, METADATA, True),
        Passed(12, CREATE_TOPICS, True, validates=True),
        Passed(13, CREATE_TOPICS, False),
        Passed(15, CREATE_TOPICS, True),
        Passed(18, CREATE_TOPICS, False),
        Passed(22, METADATA, False),
    ]
    assert stages(passed, 10) == Stages(before=2, validate=3, create=3, wait=4)
    assert stages(passed[:3], 10) is None


@pytest.mark.parametrize(
    ("given", "sizes", "rounds"),
    [({}, [10, 100, 1000], 3), ({"SIZES": "10 10000", "ROUNDS": "5"}, [10, 10000], 5)],
)
def test_options_come_from_the_environment(
    given: Mapping[str, str], sizes: list[int], rounds: int
) -> None:
    chosen = options(given)
    assert (chosen.sizes, chosen.rounds, chosen.kinds) == (sizes, rounds, list(KINDS))


def test_a_module_is_weighed_apart_from_its_controller(tmp_path: Path) -> None:
    weight = tmp_path / "weight"
    module = f"{INTERPRETER} -c 'x = bytearray(200 << 20)'"
    command = [sys.executable, str(WEIGH), str(weight), "/bin/sh", "-c", module]
    subprocess.run(command, env={**os.environ, "BENCH_PYTHON": sys.executable}, check=True)
    found = json.loads(weight.read_text())
    assert found["controller"]["peak"] < 200 <= found["module"]["peak"]


def test_what_fails_while_it_is_weighed_fails(tmp_path: Path) -> None:
    command = [sys.executable, str(WEIGH), str(tmp_path / "weight"), "/bin/sh", "-c", "exit 3"]
    assert subprocess.run(command, check=False).returncode == 3
