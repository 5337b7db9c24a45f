# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import json
from typing import Any

import pytest
from ansible_collections.omninode.kafka.plugins.module_utils._fleet.merge import (
    as_result,
    in_text,
    in_value,
    merged,
    parse,
    statistic,
)
from ansible_collections.omninode.kafka.plugins.module_utils._fleet.verdict import (
    Finding,
    Verdict,
)
from hypothesis import given
from hypothesis import strategies as st

FOUND = Finding("refused", {"create": 2}, {"retention_cut": 1}, 2, "", "policy names")
ORDERS = Verdict("orders", "refused", {"topic": FOUND}, "id", "2026-11-27T02:00", "topic: policy")
BILLING = Verdict("billing", "in_state", {}, "other", "2026-11-27T02:01")


@pytest.mark.parametrize("verdict", [ORDERS, BILLING])
def test_a_verdict_comes_back_as_it_was(verdict: Verdict) -> None:
    assert parse(as_result(verdict)) == verdict
    assert parse(json.loads(json.dumps(as_result(verdict)))) == verdict


DAMAGED: list[tuple[dict[str, Any], str]] = [
    ({"verdict": "fine"}, "'fine' is none of"),
    ({"verdict": ["in_state"]}, "is none of"),
    ({"kinds": {"consumer": {}}}, "'consumer' is none of"),
    ({"kinds": {"topic": []}}, r"\[\]"),
    ({"kinds": {"topic": {"verdict": "in_state", "changes": {"create": -1}}}}, "-1 is no number"),
    ({"kinds": {"topic": {"verdict": "in_state", "changes": {"A b": 1}}}}, "names neither"),
    ({"kinds": {"topic": {"verdict": "in_state", "hazards": 1}}}, "1"),
]


@pytest.mark.parametrize(("fields", "why"), DAMAGED)
def test_a_damaged_verdict_is_refused(fields: dict[str, Any], why: str) -> None:
    with pytest.raises(ValueError, match=f"the verdict on orders is damaged: .*{why}"):
        parse({**as_result(ORDERS), **fields})


@pytest.mark.parametrize("value", [None, [], {}, {"cluster": 1}, {"cluster": "a", "kinds": []}])
def test_what_is_no_verdict_is_refused(value: object) -> None:
    with pytest.raises(ValueError, match="this is no verdict on a cluster"):
        parse(value)


def test_verdicts_are_read_from_lines_statistics_and_events() -> None:
    values = [as_result(ORDERS), as_result(BILLING)]
    statistics = {statistic(value["cluster"]): value for value in values}
    statistics["of_another_role"] = {}
    event = {"event": "playbook_on_stats", "event_data": {"artifact_data": statistics}}
    lines = "\n".join(json.dumps(value) for value in values)
    for text in (lines, json.dumps(statistics), json.dumps(event), json.dumps(event, indent=1)):
        assert [*in_text(f"{text}\n")] == [ORDERS, BILLING]
    for other in ({"event": "runner_on_ok"}, {"event": "a", "event_data": {}}):
        assert [*in_value(other)] == []


@pytest.mark.parametrize("text", ["no JSON", "[]", "1", '{"cluster": "a"}\n{'])
def test_another_text_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="no verdict"):
        list(in_text(text))


def test_the_newest_verdict_counts_and_a_missing_one_is_not_tried() -> None:
    newer = ORDERS._replace(state="in_state", time="2026-11-28T02:00")

    for verdicts in ([ORDERS, newer, BILLING], [newer, BILLING, ORDERS]):
        found = merged(verdicts, ["orders", "search"])
        assert {verdict.cluster: verdict.state for verdict in found} == {
            "orders": "in_state",
            "billing": "in_state",
            "search": "not_tried",
        }


@given(st.lists(st.text(), unique=True))
def test_each_cluster_has_a_statistic_of_its_own(clusters: list[str]) -> None:
    names = {statistic(cluster) for cluster in clusters}

    assert len(names) == len(clusters)
    assert all(name.isidentifier() and name.isascii() for name in names)
