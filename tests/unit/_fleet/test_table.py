# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from ansible_collections.omninode.kafka.plugins.module_utils._fleet.table import lines
from ansible_collections.omninode.kafka.plugins.module_utils._fleet.verdict import (
    Finding,
    Verdict,
)

SAME = Finding("in_state")
DRIFTED = Finding("drifted", {"create": 2, "alter_config": 1}, {"retention_cut": 1}, plan_id="83")
VERDICTS = [
    Verdict("orders", "in_state", {"topic": SAME, "acl": SAME}),
    Verdict("billing", "drifted", {"topic": DRIFTED, "acl": SAME}),
    Verdict("search", "not_tried"),
    Verdict(
        "audit",
        "refused",
        {"topic": Finding("refused", {"delete": 1}, {"delete": 1}, 1)},
        error="topic: refused the plan",
    ),
    Verdict("archive", "unreachable", {"topic": Finding("unreachable")}, error="cannot reach a:1"),
]


def test_the_worst_cluster_is_first_and_the_totals_are_last() -> None:
    assert lines(VERDICTS) == [
        "CLUSTER  VERDICT      TOPIC                    ACL       HAZARDS          PLAN      ERROR",
        "archive  unreachable  unreachable              -                                    cannot reach a:1",  # noqa: E501
        "audit    refused      delete=1,refused=1       -         delete=1                   topic: refused the plan",  # noqa: E501
        "billing  drifted      create=2,alter_config=1  in state  retention_cut=1  topic=83",
        "search   not tried    -                        -",
        "orders   in state     in state                 in state",
        "1 of 5 clusters are in their state:"
        " 1 unreachable, 1 refused, 1 drifted, 1 not tried, 1 in state",
    ]  # fmt: skip


def test_what_no_cluster_has_is_no_column() -> None:
    assert lines([VERDICTS[0]]) == [
        "CLUSTER  VERDICT   TOPIC     ACL",
        "orders   in state  in state  in state",
        "1 of 1 clusters are in their state: 1 in state",
    ]


def test_no_cluster_is_told() -> None:
    assert lines([]) == ["There are no clusters to show."]
