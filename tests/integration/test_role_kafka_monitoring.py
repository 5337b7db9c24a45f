# SPDX-License-Identifier: GPL-3.0-or-later
"""What the role kafka_monitoring writes, judged by Prometheus's own promtool. With a real
Prometheus it runs in the molecule scenario `monitoring`."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.integration.run import ROOT, Play, play

HERE = ROOT / "tests/monitoring"
TESTS = yaml.safe_load((HERE / "rules_test.yml").read_text())["tests"]


@pytest.fixture(scope="module")
def promtool() -> Path:
    return Path(
        subprocess.run(
            [HERE / "programs"], check=True, capture_output=True, text=True
        ).stdout.strip(),
        "promtool",
    )


def write(folder: Path, *arguments: str, **variables: Any) -> Play:
    watched = yaml.safe_load((HERE / "watched.yml").read_text())
    tasks = [{"ansible.builtin.import_role": {"name": "omninode.kafka.kafka_monitoring"}}]
    return play(
        tasks, *arguments, vars={**watched, "kafka_monitoring_directory": str(folder), **variables}
    )


def written(folder: Path, **variables: Any) -> dict[str, Any]:
    done = write(folder, **variables)
    assert done.returncode == 0, done.stdout
    rules: dict[str, Any] = yaml.safe_load((folder / "prometheus/c.rules.yml").read_text())
    return rules


def named(rules: dict[str, Any], kind: str) -> dict[str, dict[str, Any]]:
    return {
        rule[kind]: rule for group in rules["groups"] for rule in group["rules"] if kind in rule
    }


def changed(done: Play) -> list[str]:
    assert done.returncode == 0, done.stdout
    return [result["task"] for result in done.results if result.get("changed")]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("monitoring")
    written(folder)
    return folder


@pytest.fixture(scope="module")
def rules(folder: Path) -> dict[str, Any]:
    return dict(yaml.safe_load((folder / "prometheus/c.rules.yml").read_text()))


def test_figures_and_alerts_are_what_prometheus_makes_of_them(promtool: Path, folder: Path) -> None:
    shutil.copy(folder / "prometheus/c.rules.yml", folder / "rules.yml")
    shutil.copy(HERE / "rules_test.yml", folder)
    for command in (
        ["check", "rules", "--lint=all", "--lint-fatal", "rules.yml"],
        ["test", "rules", "rules_test.yml"],
    ):
        done = subprocess.run(
            [promtool, *command], cwd=folder, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr


def test_each_alert_is_tested_fires_and_tells_what_to_do(rules: dict[str, Any]) -> None:
    expected = [test for case in TESTS for test in case["promql_expr_test"]]
    fired = {
        name
        for test in expected
        if test.get("exp_samples")
        for name in re.findall(r'^ALERTS{alertname="(\w+)", alertstate="firing"}$', test["expr"])
    }
    alerts = named(rules, "alert")
    assert fired == alerts.keys()
    for alert in alerts.values():
        assert alert["annotations"]["summary"]
        assert re.search(
            r"(kcat|kafka-[a-z-]+[.]sh|ansible-playbook|curl) ", alert["annotations"]["runbook"]
        ), "the runbook names no command"
        assert alert["labels"]["severity"] in {"warning", "critical"}
        assert alert["for"].endswith("s")


def test_each_figure_is_tested_from_each_source() -> None:
    recorded = {
        name
        for case in TESTS
        for test in case["promql_expr_test"]
        if test.get("exp_samples")
        for name in re.findall(r"omninode:\w+:\w+", str(test))
    }
    template = (ROOT / "roles/kafka_monitoring/templates/rules.yml.j2").read_text()
    in_template = set(re.findall(r"record: (\S+)", template))
    # what others are made from
    assert recorded == in_template - {
        "omninode:kafka_partition_end_offset:max",
        "omninode:kafka_partition_messages:increase",
    }


@pytest.mark.parametrize(
    "sources",
    [("jmx_exporter",), ("kafka_exporter",), ("textfile",), ("jmx_exporter", "textfile")],
    ids="+".join,
)
def test_sources_decide_what_there_is(
    promtool: Path, tmp_path: Path, sources: tuple[str, ...]
) -> None:
    rules = written(tmp_path, kafka_monitoring_sources=list(sources))
    subprocess.run(
        [
            promtool,
            "check",
            "rules",
            "--lint=all",
            "--lint-fatal",
            tmp_path / "prometheus/c.rules.yml",
        ],
        check=True,
    )
    foreign = {
        "jmx_exporter": "kafka_log_log",
        "kafka_exporter": "kafka_topic_partition",
        "textfile": "omninode_kafka_",
    }
    text = json.dumps(rules)
    assert {source for source, name in foreign.items() if name in text} == {*sources}
    records = named(rules, "record")
    assert (
        ("omninode:kafka_consumer_lag_seconds:max" in records)
        == ("KafkaFiguresStale" in named(rules, "alert"))
        == ("textfile" in sources)
    )
    # nothing is read that is not recorded
    assert {*re.findall(r"omninode:\w+:\w+", text)} - {
        "omninode:kafka_partition_messages:increase"
    } <= records.keys()
    assert (tmp_path / "jmx_exporter.yml").exists() == ("jmx_exporter" in sources)


def test_thresholds_of_the_inventory_are_in_rules_and_dashboard(tmp_path: Path) -> None:
    thresholds = {"error_ratio": 0.5, "lag_seconds": 77}
    rules = written(
        tmp_path,
        kafka_monitoring_thresholds=thresholds,
        kafka_monitoring_busy_topics=[],
        kafka_monitoring_alerts_left_out=["KafkaConsumerLagMessages"],
        kafka_monitoring_labels={"team": "bridge"},
    )
    alerts = named(rules, "alert")
    assert alerts["KafkaErrorRatioHigh"]["labels"] == {"severity": "warning", "team": "bridge"}
    assert alerts["KafkaErrorRatioHigh"]["expr"].endswith("> 0.5")
    assert alerts["KafkaConsumerLagSeconds"]["expr"].endswith("> 77")
    assert alerts.keys().isdisjoint(
        {"KafkaConsumerLagMessages", "KafkaTopicSilent", "KafkaBrokersMissing"}
    )
    panels = {
        panel["title"]: panel
        for panel in json.loads((tmp_path / "grafana/c.json").read_text())["panels"]
    }
    assert (
        panels["Error ratio"]["fieldConfig"]["defaults"]["thresholds"]["steps"][-1]["value"] == 0.5
    )
    assert (
        panels["Consumer lag in records"]["fieldConfig"]["defaults"]["thresholds"]["steps"][-1][
            "value"
        ]
        == 1000
    )


def test_dashboard_shows_each_figure_once(folder: Path, rules: dict[str, Any]) -> None:
    dashboard = json.loads((folder / "grafana/c.json").read_text())
    panels = dashboard["panels"]
    assert [panel["id"] for panel in panels] == list(range(1, len(panels) + 1))
    places = {(panel["gridPos"]["x"], panel["gridPos"]["y"]) for panel in panels}
    assert len(places) == len(panels)
    shown = [re.match(r"[\w:]+", panel["targets"][0]["expr"])[0] for panel in panels]  # type: ignore[index]
    assert len(set(shown)) == len(shown) == 6
    assert {*shown} <= named(rules, "record").keys()
    variables = {variable["name"]: variable for variable in dashboard["templating"]["list"]}
    assert variables["topic"]["query"] == "completed,failed,started"
    provisioning = yaml.safe_load((folder / "grafana/provisioning.yml").read_text())
    assert (
        provisioning["providers"][0]["options"]["path"]
        == "/var/lib/grafana/dashboards/omninode-kafka"
    )


def test_check_mode_tells_what_a_run_would_write(tmp_path: Path) -> None:
    target = tmp_path / "new"
    assert changed(write(target, "--check", "--diff"))
    assert not target.exists()
    assert changed(write(target))
    assert changed(write(target)) == []
    promised = write(target, "--check", "--diff", kafka_monitoring_for=60)
    assert changed(promised) == ["Write the rules and the dashboard"]
    assert "+        for: 60s" in promised.stdout
    assert changed(write(target)) == []


def test_topics_that_profiles_name_are_watched(tmp_path: Path) -> None:
    profiles = {
        "many": {"names": ["b", "c"], "partitions": 2},
        "gone": {"names": ["d"], "state": "absent"},
        "stay": {"names": ["a"], "state": "present"},
        "unnamed": {"partitions": 1},
    }
    done = write(tmp_path, kafka_topics_profiles=profiles)
    assert done.returncode == 0, done.stdout
    [dashboard] = tmp_path.rglob("*.json")
    [_cluster, topic] = json.loads(dashboard.read_text())["templating"]["list"]
    assert topic["query"] == "a,b,c,completed,failed,started"


def test_nothing_to_watch_is_a_mistake(tmp_path: Path) -> None:
    done = write(tmp_path, kafka_topics_declared=[])
    assert done.returncode != 0
    assert (
        done.results[-1]["msg"]
        == "there is no topic to watch: set kafka_monitoring_topics or kafka_topics_declared"
    )


@pytest.mark.parametrize(
    ("variables", "message"),
    [
        ({"kafka_monitoring_cluster": "../../../x"}, "'../../../x' cannot name a file"),
        (
            {"kafka_monitoring_topics": ["a : b"]},
            "'a : b' cannot be a value of a Grafana variable",
        ),
        ({"kafka_monitoring_labels": {"a-b": "c"}}, "'a-b' cannot name a label"),
    ],
)
@pytest.mark.parametrize("arguments", [(), ("--check",)])
def test_what_no_file_can_hold_is_refused_before_any_is_written(
    tmp_path: Path, variables: dict[str, Any], message: str, arguments: tuple[str, ...]
) -> None:
    done = write(tmp_path / "folder", *arguments, **variables)
    assert done.returncode != 0
    assert message in str(done.results[-1])
    assert [*tmp_path.rglob("*")] == []


def test_a_cluster_may_have_any_name_that_a_file_may_have(promtool: Path, tmp_path: Path) -> None:
    # the files are named by it, so it has no line break; a text of others is read by a lookup
    name = "a\" or 'b %s $topic [[x]] {{ 6 * 7 }}"
    (tmp_path / "name").write_text(name)
    quoted = "{{ lookup('ansible.builtin.file', '" + str(tmp_path / "name") + "') }}"
    assert changed(write(tmp_path, kafka_monitoring_cluster=quoted))
    rules = tmp_path / f"prometheus/{name}.rules.yml"
    subprocess.run([promtool, "check", "rules", "--lint=all", "--lint-fatal", rules], check=True)
    assert (
        json.loads((tmp_path / f"grafana/{name}.json").read_text())["title"]
        == f"Kafka topics of {name}"
    )
