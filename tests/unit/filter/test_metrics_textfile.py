# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import sys
from typing import Any

import pytest
from ansible.errors import AnsibleFilterError
from ansible_collections.omninode.kafka.plugins.filter.metrics_textfile import (
    FilterModule,
    metrics_textfile,
)
from prometheus_client.parser import text_string_to_metric_families

Labels = frozenset[tuple[str, str]]

MEASURED: dict[str, Any] = {
    "topics": [
        {
            "name": "dev.started",
            "records_per_second": 2.5,
            "imbalance": {"retained": 9, "window": 1.5, "interval": 9},
            "distribution": [
                {"partition": 0, "share": {"retained": 9, "window": 0.75, "interval": 9}},
                {"partition": 1, "share": {"retained": 9, "window": 0.25, "interval": 9}},
            ],
        }
    ],
    "lag": [{"group": 'a "group"\\', "topic": "dev.started", "records": 12, "seconds": 34.5}],
    "ratios": [{"name": "failures", "window": 0.125, "interval": 9}],
    "timestamp": 1800000000.125,
    "not_measured": [],
}


def parsed(text: str) -> dict[tuple[str, Labels], float]:
    families = list(text_string_to_metric_families(text))
    assert all(family.type == "gauge" and family.documentation for family in families)
    return {
        (sample.name, frozenset(sample.labels.items())): sample.value
        for family in families
        for sample in family.samples
    }


def key(figure: str, /, **labels: str) -> tuple[str, Labels]:
    return f"omninode_kafka_{figure}", frozenset({"cluster": "dev", **labels}.items())


def test_is_called_by_its_name() -> None:
    assert FilterModule().filters() == {"metrics_textfile": metrics_textfile}


def test_prometheus_reads_the_written_figures() -> None:
    lagging = {"group": 'a "group"\\', "topic": "dev.started"}
    assert parsed(metrics_textfile(MEASURED, "dev")) == {
        key("topic_messages_per_second", topic="dev.started"): 2.5,
        key("consumer_lag_messages", **lagging): 12,
        key("consumer_lag_seconds", **lagging): 34.5,
        key("error_ratio", name="failures"): 0.125,
        key("partition_share", topic="dev.started", partition="0"): 0.75,
        key("partition_share", topic="dev.started", partition="1"): 0.25,
        key("partition_imbalance", topic="dev.started"): 1.5,
        key("status_not_measured"): 0,
        key("status_timestamp_seconds"): 1800000000.125,
    }


@pytest.mark.parametrize("nothing", ["unknown", None])
def test_unknown_figures_have_no_sample(nothing: str | None) -> None:
    unknown = {
        **MEASURED,
        "topics": [
            {
                "name": "t",
                "records_per_second": nothing,
                "imbalance": {"window": nothing},
                "distribution": [{"partition": 0, "share": {"window": nothing}}],
            }
        ],
        "lag": [{"group": "g", "topic": "t", "records": nothing, "seconds": nothing}],
        "ratios": [{"name": "r", "window": nothing}],
        "not_measured": [{"what": "all of it", "why": "no rights"}],
    }
    assert parsed(metrics_textfile(unknown, "dev")) == {
        key("status_not_measured"): 1,
        key("status_timestamp_seconds"): 1800000000.125,
    }


def test_zero_has_a_sample() -> None:
    still = {
        **MEASURED,
        "topics": [],
        "ratios": [],
        "lag": [{"group": "g", "topic": "t", "records": 0, "seconds": 0.0}],
    }
    assert (
        parsed(metrics_textfile(still, "dev"))[key("consumer_lag_seconds", group="g", topic="t")]
        == 0
    )


@pytest.mark.parametrize("wrong", [[], "topics", {"topics": []}])
def test_other_input_is_refused(wrong: Any) -> None:
    with pytest.raises(ValueError, match="topic_metrics_info"):
        metrics_textfile(wrong, "dev")


def test_a_missing_library_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "prometheus_client", None)
    with pytest.raises(AnsibleFilterError, match="prometheus_client"):
        metrics_textfile(MEASURED, "dev")
