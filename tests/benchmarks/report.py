# SPDX-License-Identifier: GPL-3.0-or-later
"""What is printed: figures, ratios beside their goals, and how each figure grows. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from statistics import median
from typing import NamedTuple

from tests.benchmarks.wire import Stages

_MEGABYTES = "{:.0f}"
_SECONDS = "{:.2f}"


@dataclass(frozen=True, slots=True)
class Weighed:
    """One run: `cpu` (seconds) and `peak` (MB) of controller and modules, requests by API."""

    controller: Mapping[str, float]
    module: Mapping[str, float]
    requests: Mapping[str, int] = field(default_factory=dict)
    stages: Stages | None = None

    @property
    def cpu(self) -> float:
        return self.controller["cpu"] + self.module["cpu"]


@dataclass(frozen=True, slots=True)
class Row:
    """A case, and the seconds of each round: `walls` until its end, `seen` until another client saw
    the topics that it creates."""

    kind: str
    size: int
    case: str
    walls: Sequence[float]
    weighed: Weighed | None = None
    seen: Sequence[float] = ()


class Goal(NamedTuple):
    """A case, the cases whose sum it is compared with, and the largest ratio."""

    case: str
    over: tuple[str, ...]
    most: Mapping[int, float]
    kind: str = "topics"


FLOOR = ("nothing", "raw client")
COMPACT_FLOOR = ("nothing, compact", "raw client")
_FLOORS = {100: 1.08, 1000: 1.06, 10000: 1.04}
_COMPACT = {100: 1.15, 1000: 1.15, 10000: 1.15}
_ADMIN = {100: 0.65, 1000: 0.5, 10000: 0.25}
GOALS = (
    Goal("no-op", FLOOR, _FLOORS),
    Goal("check mode", FLOOR, _FLOORS),
    Goal("no-op, compact", COMPACT_FLOOR, _COMPACT),
    Goal("check mode, compact", COMPACT_FLOOR, _COMPACT),
    Goal("no-op, compact", ("ansible-kafka-admin: no-op",), _ADMIN),
    Goal("check mode, compact", ("ansible-kafka-admin: check mode",), _ADMIN),
    Goal("a fleet, by the role", ("a fleet, pinged",), {10: 1.5}, "plays"),
)
SEEN_OVER_ADMIN = 1.0
END_AFTER_SEEN = 0.3
PEAKS = {10_000: 110, 100_000: 250}
SITE_OVER_PING = 1.0

Rows = Mapping[tuple[str, int, str], Row]


class Judged(NamedTuple):
    what: str
    measured: float
    goal: float
    unit: str

    @property
    def is_kept(self) -> bool:
        return self.measured <= self.goal


def by_key(rows: Iterable[Row]) -> Rows:
    return {(row.kind, row.size, row.case): row for row in rows}


def ratio(figures: Sequence[float], *over: Sequence[float]) -> float:
    """The median of the ratios of each round: what disturbs a round disturbs both sides of it."""
    sums: list[float] = [sum(each) for each in zip(*over, strict=True)]
    return median(one / other for one, other in zip(figures, sums, strict=True))


def judged(rows: Rows) -> Iterator[Judged]:
    for goal in GOALS:
        for size, most in goal.most.items():
            row = rows.get((goal.kind, size, goal.case))
            over = [rows.get((goal.kind, size, case)) for case in goal.over]
            if row and all(over):
                measured = ratio(row.walls, *(each.walls for each in over if each))
                what = f"{goal.case}, {size:,} / {' + '.join(goal.over)}"
                yield Judged(what, measured, most, "x")
    yield from _creations(rows)
    for size, megabytes in PEAKS.items():
        row = rows.get(("topics", size, "no-op"))
        if row and row.weighed:
            what = f"peak memory of the module, no-op, {size:,}"
            yield Judged(what, row.weighed.module["peak"], megabytes, "MB")
    site, ping = rows.get(("plays", 1, "site.yml: no-op")), rows.get(("plays", 1, "a ping"))
    if site and ping:
        more = median(one - other for one, other in zip(site.walls, ping.walls, strict=True))
        yield Judged("site.yml: no-op, above a ping", more, SITE_OVER_PING, "s")


def _creations(rows: Rows) -> Iterator[Judged]:
    for (kind, size, case), row in rows.items():
        if kind != "topics" or case != "create" or not row.seen:
            continue
        admin = rows.get((kind, size, "ansible-kafka-admin: create"))
        if admin:
            measured = ratio(row.seen, admin.seen)
            what = f"create, {size:,}: seen / ansible-kafka-admin's seen"
            yield Judged(what, measured, SEEN_OVER_ADMIN, "x")
        late = median(end - seen for end, seen in zip(row.walls, row.seen, strict=True))
        yield Judged(f"create, {size:,}: the end after all are seen", late, END_AFTER_SEEN, "s")


def tables(rows: Sequence[Row]) -> list[str]:
    """All, as Markdown."""
    found = by_key(rows)
    lines = []
    for kind, size in dict.fromkeys((row.kind, row.size) for row in rows):
        lines += ["", f"### {kind}, {size:,}", "", *_figures(found, kind, size)]
    lines += ["", "### Ratios and their goals", "", *_goals(found)]
    lines += ["", "### How it grows", "", *growth(rows)]
    return lines


def _figures(rows: Rows, kind: str, size: int) -> list[str]:
    head = ["case", "seconds", "of", "x floor", "CPU x floor", "CPU controller", "CPU module"]
    head += ["peak MB controller", "peak MB module", "requests"]
    here = [row for row in rows.values() if (row.kind, row.size) == (kind, size)]
    floor = [row for row in here if row.case in FLOOR]
    stages = [_stages(row) for row in here if row.weighed and row.weighed.stages]
    lines = markdown(head, [_line(row, floor) for row in here])
    return [*lines, *([""] if stages else []), *stages]


def _line(row: Row, floor: Sequence[Row]) -> list[str]:
    spread = f"{min(row.walls):.2f} to {max(row.walls):.2f}"
    cells = [row.case, _SECONDS.format(median(row.walls)), spread, *_over_floor(row, floor)]
    if not row.weighed:
        return [*cells, "", "", "", "", ""]
    controller, module = row.weighed.controller, row.weighed.module
    cells += [_SECONDS.format(each["cpu"]) for each in (controller, module)]
    cells += [_MEGABYTES.format(each["peak"]) for each in (controller, module)]
    return [*cells, str(sum(row.weighed.requests.values()))]


def _over_floor(row: Row, floor: Sequence[Row]) -> tuple[str, str]:
    """Of the seconds, and of the CPU; empty for a creation, of which there is no floor."""
    if len(floor) < len(FLOOR) or "create" in row.case:
        return "", ""
    walls = [each.walls for each in floor]
    # a slow case has one round
    seconds = ratio(row.walls, *(each[: len(row.walls)] for each in walls))
    weights = [each.weighed for each in floor if each.weighed]
    if not row.weighed or not weights:
        return _SECONDS.format(seconds), ""
    cpu = row.weighed.cpu / sum(weight.cpu for weight in weights)
    return _SECONDS.format(seconds), _SECONDS.format(cpu)


def _stages(row: Row) -> str:
    assert row.weighed
    assert row.weighed.stages
    parts = [f"{name} {value:.2f} s" for name, value in row.weighed.stages._asdict().items()]
    seen = f"; seen after {median(row.seen):.2f} s" if row.seen else ""
    return f"- {row.case}: {', '.join(parts)}{seen}"


def _goals(rows: Rows) -> list[str]:
    lines = []
    for each in judged(rows):
        kept = "kept" if each.is_kept else "**missed**"
        measured = f"{each.measured:.2f} {each.unit}"
        lines.append([each.what, measured, f"at most {each.goal:g} {each.unit}", kept])
    return markdown(["what", "measured", "goal", ""], lines)


def growth(rows: Sequence[Row]) -> list[str]:
    """What each further entry takes, from one size to the next."""
    series: dict[tuple[str, str], list[Row]] = {}
    for row in rows:
        series.setdefault((row.kind, row.case), []).append(row)
    lines = []
    for (kind, case), sizes in series.items():
        for small, large in pairwise(sorted(sizes, key=lambda row: row.size)):
            step = f"{small.size:,} to {large.size:,}"
            lines.append([kind, case, step, *_each_further(small, large)])
    head = ["", "case", "entries", "ms each", "CPU ms each", "module KB each", "requests each"]
    return markdown(head, lines)


def _each_further(small: Row, large: Row) -> list[str]:
    more = large.size - small.size
    wall = 1000 * (median(large.walls) - median(small.walls)) / more
    before, after = small.weighed, large.weighed
    if not before or not after:
        return [f"{wall:.2f}", "", "", ""]
    cpu = 1000 * (after.cpu - before.cpu) / more
    memory = 1024 * (after.module["peak"] - before.module["peak"]) / more
    requests = (sum(after.requests.values()) - sum(before.requests.values())) / more
    return [f"{wall:.2f}", f"{cpu:.2f}", f"{memory:.1f}", f"{requests:.3f}"]


def markdown(head: Sequence[str], lines: Iterable[Sequence[str]]) -> list[str]:
    return [_row(head), _row(["---"] * len(head)), *(_row(line) for line in lines)]


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"
