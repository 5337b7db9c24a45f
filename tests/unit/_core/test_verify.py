# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from dataclasses import replace

import pytest
from ansible_collections.omninode.kafka.plugins.module_utils._core.change import (
    Outcome,
    Status,
)
from ansible_collections.omninode.kafka.plugins.module_utils._core.errors import ClusterUnreachable
from ansible_collections.omninode.kafka.plugins.module_utils._core.plan import Plan, Refusal
from ansible_collections.omninode.kafka.plugins.module_utils._core.verify import (
    Verdict,
    await_converged,
    changed_meanwhile,
    compare,
    settle,
)

from tests.unit._core.changes import PlainChange

CREATE = PlainChange(
    "topic", "a", "create", None, {"partitions": 3, "config": {"retention.ms": "5"}}
)
GROW = PlainChange("topic", "a", "add_partitions", {"partitions": 1}, {"partitions": 3})
ALTER = PlainChange(
    "topic",
    "a",
    "alter_config",
    {"config": {"retention.ms": "1000"}},
    {"config": {"retention.ms": "2000"}},
)
MOVE = PlainChange(
    "topic",
    "a",
    "reassign",
    {"assignments": {"0": [1], "1": [2]}},
    {"assignments": {"0": [3], "1": [3]}},
)
DELETE = PlainChange(
    "topic", "a", "delete", {"partitions": 1, "config": {"retention.ms": "5"}}, None
)
NOTHING = Plan(())


def left(operation: str, before: dict[str, object] | None, name: str = "a") -> Plan[PlainChange]:
    return Plan((PlainChange("topic", name, operation, before, {"any": "thing"}),))  # type: ignore[arg-type]


def retention(value: str | None) -> dict[str, object]:
    return {"config": {"retention.ms": value}}


@pytest.mark.parametrize(
    ("sent", "remaining"),
    [
        ([CREATE], left("create", None)),
        ([CREATE], left("alter_config", retention(None))),
        ([GROW], left("add_partitions", {"partitions": 1})),
        ([ALTER], left("alter_config", retention("1000"))),
        ([DELETE], left("delete", {"partitions": 1, "config": {"retention.ms": "5"}})),
        ([GROW, ALTER], left("alter_config", retention("1000"))),
    ],
)
def test_what_the_plan_saw_is_only_not_visible_yet(
    sent: list[PlainChange], remaining: Plan[PlainChange]
) -> None:
    assert compare([Outcome(change, "applied") for change in sent], remaining) == Verdict(
        remaining.changes, {}
    )


@pytest.mark.parametrize(
    ("sent", "remaining"),
    [
        ([CREATE], left("add_partitions", {"partitions": 2})),
        ([CREATE], left("alter_config", retention("7"))),
        ([GROW], left("add_partitions", {"partitions": 2})),
        ([GROW], left("create", None)),
        ([ALTER], left("alter_config", retention("7"))),
        ([ALTER], left("alter_config", retention(None))),
        (
            [ALTER],
            left("alter_config", {"config": {"retention.ms": "1000", "preallocate": "true"}}),
        ),
        # the plan found no difference in this key, so its override was there
        ([ALTER], left("alter_config", {"config": {"preallocate": None}})),
        ([ALTER], left("alter_config", {"config": {"retention.ms": "1000", "preallocate": None}})),
        ([DELETE], left("delete", {"partitions": 2, "config": {}})),
        # another client unset the key: the growth, which saw no config at all, must not excuse it
        ([GROW, ALTER], left("alter_config", retention(None))),
    ],
)
def test_any_other_value_contradicts(sent: list[PlainChange], remaining: Plan[PlainChange]) -> None:
    verdict = compare([Outcome(change, "applied") for change in sent], remaining)
    [change] = remaining.changes
    why = (
        f"topic a shows {change.before}, declared is {change.after}: another client changed it"
        " meanwhile"
    )
    assert verdict == Verdict((), {"a": why})


def test_a_refusal_of_what_was_sent_contradicts() -> None:
    remaining = Plan((), (Refusal("a", "cannot shrink a"), Refusal("b", "cannot shrink b")))
    assert compare([Outcome(GROW, "applied")], remaining) == Verdict((), {"a": "cannot shrink a"})


@pytest.mark.parametrize("status", ["failed", "pending"])
def test_what_was_not_sent_is_expected_to_remain(status: Status) -> None:
    outcomes = [Outcome(GROW, "applied"), Outcome(ALTER, status)]
    assert compare(outcomes, left("alter_config", retention("1000"))) == Verdict((), {})
    assert compare(outcomes, left("add_partitions", {"partitions": 1})).not_visible


def test_other_resources_do_not_matter() -> None:
    assert compare(
        [Outcome(GROW, "applied")], left("alter_config", retention("1"), name="b")
    ) == Verdict((), {})


class Clock:
    """Time passes only by sleeping."""

    def __init__(self) -> None:
        self.now = 100.0
        self.pauses: list[float] = []

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds
        self.pauses.append(seconds)


class View:
    """Shows one plan after the other, the last one for ever; keeps what it was asked for."""

    def __init__(self, *plans: Plan[PlainChange]) -> None:
        self.plans = list(plans)
        self.asked: list[set[str]] = []

    def __call__(self, names: frozenset[str]) -> Plan[PlainChange]:
        self.asked.append(set(names))
        return self.plans.pop(0) if len(self.plans) > 1 else self.plans[0]


UNSEEN = left("add_partitions", {"partitions": 1})
SILENT = Verdict(unread=frozenset("a"), trouble="cannot read")


class Silence(View):
    """Cannot be read, for so many times."""

    def __init__(self, times: int) -> None:
        super().__init__(NOTHING)
        self.times = times

    def __call__(self, names: frozenset[str]) -> Plan[PlainChange]:
        plan = super().__call__(names)
        if len(self.asked) <= self.times:
            raise ClusterUnreachable("cannot read")
        return plan


def test_a_view_that_cannot_be_read_is_asked_again() -> None:
    clock = Clock()
    view = Silence(times=3)
    assert await_converged([view], [Outcome(GROW, "unknown")], 10, clock, clock.sleep) == Verdict()
    assert view.asked == [{"a"}] * 4


@pytest.mark.parametrize(("before", "shown"), [([], False), ([View(NOTHING)], True)])
def test_what_cannot_be_read_within_the_bound_is_unread(before: list[View], shown: bool) -> None:
    clock = Clock()
    views = [*before, Silence(times=999)]
    verdict = await_converged(views, [Outcome(GROW, "unknown")], 10, clock, clock.sleep)
    assert verdict == SILENT._replace(shown=shown)
    assert clock.now - 100 >= 10


@pytest.mark.parametrize(
    ("planned", "fresh", "told"),
    [
        (ALTER, Plan((ALTER,)), []),
        (CREATE, Plan((CREATE,)), []),
        # somebody did what is declared: to do it again overwrites nothing
        (ALTER, NOTHING, []),
        (DELETE, NOTHING, []),
        # of two partitions that move, one has arrived
        (MOVE, left("reassign", {"assignments": {"1": [2]}}), []),
        (MOVE, left("reassign", {"assignments": {"1": [3]}}), ["reassign topic a"]),
        (MOVE, left("reassign", {"assignments": {"1": [2], "2": [1]}}), ["reassign topic a"]),
        (
            ALTER,
            left("alter_config", retention("7")),
            [
                "alter_config topic a: another client changed it meanwhile: it shows {'config':"
                " {'retention.ms': '7'}}"
            ],
        ),
        # another key that is declared was changed, too
        (
            ALTER,
            left("alter_config", {"config": {"retention.ms": "1000", "flush.ms": "1"}}),
            ["alter_config topic a"],
        ),
        (
            ALTER,
            left("create", None),
            ["create topic a: another client changed it meanwhile: it is gone"],
        ),
        (CREATE, left("alter_config", retention("7")), ["alter_config topic a"]),
        (DELETE, left("delete", {"partitions": 2, "config": {}}), ["delete topic a"]),
        # what goes as a whole is another topic with less of it
        (
            DELETE,
            Plan((replace(DELETE, before={"partitions": 1, "config": {}}),)),
            ["delete topic a"],
        ),
        (GROW, Plan((), (Refusal("a", "cannot shrink a"),)), ["cannot shrink a"]),
    ],
)
def test_what_another_client_changed_since_the_plan_is_told(
    planned: PlainChange, fresh: Plan[PlainChange], told: list[str]
) -> None:
    found = list(changed_meanwhile(Plan((planned,)), fresh))
    assert [refusal.name for refusal in found] == ["a"] * len(told)
    assert all(refusal.why.startswith(why) for refusal, why in zip(found, told, strict=True))


def test_waits_until_nothing_is_left() -> None:
    clock = Clock()
    view = View(UNSEEN, left("add_partitions", {"partitions": 2}), NOTHING)
    assert await_converged([view], [Outcome(GROW, "applied")], 10, clock, clock.sleep) == Verdict()
    assert clock.pauses == [0.02, 0.04]


def test_each_view_is_asked_for_all_that_was_sent_then_only_for_what_it_lacks() -> None:
    clock = Clock()
    statuses: dict[str, Status] = {
        "a": "applied",
        "b": "unknown",
        "c": "applied",
        "d": "failed",
        "e": "pending",
    }
    outcomes = [Outcome(replace(GROW, name=name), status) for name, status in statuses.items()]
    contradicted = Plan(
        left("add_partitions", {"partitions": 7}, "a").changes, (Refusal("c", "cannot shrink c"),)
    )
    views = [
        View(left("add_partitions", {"partitions": 1}, "b"), NOTHING),
        View(NOTHING),
        View(contradicted, left("add_partitions", None, "c"), NOTHING),
    ]
    assert await_converged(views, outcomes, 10, clock, clock.sleep) == Verdict()
    assert [["".join(sorted(names)) for names in view.asked] for view in views] == [
        ["abc", "b"],
        ["abc"],
        ["abc", "ac", "c"],
    ]
    # each view begins with short pauses
    assert clock.pauses == [0.02, 0.02, 0.04]


def test_who_watches_is_told_how_many_changes_each_view_shows() -> None:
    clock = Clock()
    # of one resource, so they show together
    outcomes = [Outcome(GROW, "applied"), Outcome(ALTER, "applied")]
    outcomes += [Outcome(replace(GROW, name="b"), "unknown"), Outcome(DELETE, "failed")]
    views = [View(UNSEEN, NOTHING), View(NOTHING)]
    told: list[tuple[int, int]] = []

    def watch(shown: int, sent: int) -> None:
        told.append((shown, sent))

    await_converged(views, outcomes, 10, clock, clock.sleep, watch)

    assert told == [(0, 3), (1, 3), (3, 3), (3, 3)]


def test_nothing_sent_is_nothing_to_wait_for() -> None:
    view = View(UNSEEN)
    assert (
        await_converged([view], [Outcome(GROW, "failed"), Outcome(ALTER, "pending")], 10)
        == Verdict()
    )
    assert view.asked == []


def test_gives_up_at_the_deadline_with_the_last_verdict() -> None:
    clock = Clock()
    views = [View(UNSEEN), View(NOTHING)]
    assert await_converged(views, [Outcome(GROW, "applied")], 10, clock, clock.sleep) == Verdict(
        UNSEEN.changes
    )
    assert 10 <= clock.now - 100 < 11
    assert max(clock.pauses) == 1.0
    assert views[1].asked == []


def test_without_time_it_looks_once() -> None:
    clock = Clock()
    view = View(UNSEEN)
    await_converged([view], [Outcome(GROW, "applied")], 0, clock, clock.sleep)
    assert (len(view.asked), clock.pauses) == (1, [])


@pytest.mark.parametrize(
    ("plans", "seconds", "expected"),
    [
        # before the change became visible there was nothing to warn of
        ([UNSEEN, Plan((), warnings=("two of three",))], 10, Verdict(warnings=("two of three",))),
        # what is shown already is not asked for again
        (
            [
                Plan(
                    left("add_partitions", {"partitions": 1}, "b").changes,
                    warnings=("two of three",),
                ),
                NOTHING,
            ],
            10,
            Verdict(warnings=("two of three",)),
        ),
        (
            [Plan(UNSEEN.changes, warnings=("two of three",))],
            0,
            Verdict(UNSEEN.changes, {}, ("two of three",)),
        ),
    ],
)
def test_warnings_of_the_new_state_are_told_whether_it_converges_or_not(
    plans: list[Plan[PlainChange]], seconds: float, expected: Verdict
) -> None:
    clock = Clock()
    outcomes = [Outcome(GROW, "applied"), Outcome(replace(GROW, name="b"), "applied")]
    assert await_converged([View(*plans)], outcomes, seconds, clock, clock.sleep) == expected


@pytest.mark.parametrize(
    ("verdict", "expected"),
    [
        (Verdict(), Outcome(GROW, "applied")),
        # a request that is still under way may be made later
        (Verdict((GROW,)), Outcome(GROW, "unknown", "no answer; the cluster does not show it")),
        (
            Verdict((), {"a": "topic a shows 7"}),
            Outcome(GROW, "unknown", "no answer; now topic a shows 7"),
        ),
        (Verdict((), {"b": "topic b shows 7"}), Outcome(GROW, "applied")),
        (SILENT, Outcome(GROW, "unknown", "no answer; cannot read")),
        # one view has shown it, so it is made, whatever another one lacks
        (Verdict((GROW,), shown=True), Outcome(GROW, "applied")),
        (SILENT._replace(shown=True), Outcome(GROW, "applied")),
    ],
)
def test_only_what_the_cluster_shows_decides_the_unknown(
    verdict: Verdict, expected: Outcome
) -> None:
    assert settle([Outcome(GROW, "unknown", "no answer")], verdict) == [expected]


@pytest.mark.parametrize(
    ("verdict", "expected"),
    [
        (Verdict(), Outcome(GROW, "applied")),
        (
            Verdict((), {"a": "topic a shows 7"}),
            Outcome(GROW, "failed", "already there; now topic a shows 7"),
        ),
        (Verdict((GROW,)), Outcome(GROW, "unknown", "already there; the cluster does not show it")),
        (SILENT, Outcome(GROW, "unknown", "already there; cannot read")),
    ],
)
def test_who_was_overtaken_wrote_nothing(verdict: Verdict, expected: Outcome) -> None:
    assert settle([Outcome(GROW, "overtaken", "already there")], verdict) == [expected]


@pytest.mark.parametrize("status", ["applied", "failed", "pending"])
def test_the_known_stays(status: Status) -> None:
    outcome = Outcome(GROW, status, "why")
    assert settle([outcome], Verdict((GROW,), {"a": "contradiction"})) == [outcome]


def test_resources_of_one_name_are_told_apart_by_their_keys() -> None:
    one, other = (replace(GROW, identity=("a", number)) for number in (1, 2))
    remaining = Plan((replace(one, before={"partitions": 2}),))
    verdict = compare([Outcome(one, "applied"), Outcome(other, "overtaken")], remaining)
    assert verdict.contradictions.keys() == {one.key}
    assert [outcome.status for outcome in settle([Outcome(other, "overtaken")], verdict)] == [
        "applied"
    ]
    assert [refusal.key for refusal in changed_meanwhile(Plan((one, other)), remaining)] == [
        one.key
    ]
