# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from dataclasses import replace

import pytest
from ansible_collections.omninode.kafka.plugins.module_utils._core.plan import Plan, plan_id

from tests.unit._core.changes import PlainChange

CUT = PlainChange(
    "topic",
    "a",
    "alter_config",
    {"config": {"retention.ms": "9"}},
    {"config": {"retention.ms": "5"}},
    ("retention_cut",),
    {"records": 7},
)
BASIS = ["cluster", {"name": "a", "partitions": 1}]


def test_the_same_plan_on_the_same_state_has_the_same_id() -> None:
    assert plan_id(Plan((CUT,)), BASIS) == plan_id(Plan((replace(CUT),), unchanged=3), list(BASIS))
    assert len(plan_id(Plan(()), [])) == 32


def test_records_that_come_in_meanwhile_make_no_other_plan() -> None:
    assert plan_id(Plan((replace(CUT, facts={"records": 8}),)), BASIS) == plan_id(
        Plan((CUT,)), BASIS
    )


@pytest.mark.parametrize(
    ("change", "basis"),
    [
        (replace(CUT, name="b"), BASIS),
        (replace(CUT, operation="delete"), BASIS),
        (replace(CUT, before={"config": {"retention.ms": "8"}}), BASIS),
        (replace(CUT, after={"config": {"retention.ms": "4"}}), BASIS),
        # what was empty, and is not any more
        (replace(CUT, hazards=()), BASIS),
        (CUT, ["another", BASIS[1]]),
        (CUT, ["cluster", {"name": "a", "partitions": 2}]),
    ],
)
def test_anything_else_has_another(change: PlainChange, basis: list[object]) -> None:
    assert plan_id(Plan((change,)), basis) != plan_id(Plan((CUT,)), BASIS)  # type: ignore[arg-type]


def test_the_order_of_the_changes_counts() -> None:
    other = replace(CUT, name="b")
    assert plan_id(Plan((CUT, other)), BASIS) != plan_id(Plan((other, CUT)), BASIS)
