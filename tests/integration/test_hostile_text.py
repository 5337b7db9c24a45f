# SPDX-License-Identifier: GPL-3.0-or-later
"""Templates and tasks are rendered with every hostile text: it stays text, or is refused."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from prometheus_client.parser import text_string_to_metric_families

from tests.hostile import ROOT, TEXTS, TOUCHED, contents, go_string
from tests.integration import run

MONITORING = "roles/kafka_monitoring/"
PLAIN = "plain"
# Ansible reads no half of a surrogate pair from a file; the unit tests give it to the filters
GIVEN = {
    PLAIN: "c",
    **{name: text for name, text in TEXTS.items() if name != "half a surrogate pair"},
}
TEXT = "{{ item.value }}"
SHARE = {"partition": 0, "share": {"window": 1.0}}
MEASURED = {
    "topics": [
        {
            "name": TEXT,
            "records_per_second": 1.5,
            "imbalance": {"window": 1.0},
            "distribution": [SHARE],
        }
    ],
    "lag": [{"group": TEXT, "topic": TEXT, "records": 1, "seconds": 2.0}],
    "ratios": [{"name": TEXT, "window": 0.5}],
    "timestamp": 1.0,
    "not_measured": [],
}
TOPIC = {
    "name": TEXT,
    "partitions": 1,
    "replication_factor": 1,
    "config": "{{ {item.value: item.value} }}",
}
CHANGE = {"name": TEXT, "before": {"config": {"a": TEXT}}, "evidence": {"groups": [TEXT]}}
ACL = {
    "principal": "User:a",
    "resource_type": "group",
    "resource_name": TEXT,
    "operations": ["read"],
    "host": "*",
}
QUOTA = {"user": TEXT, "client_id": TEXT, "quotas": {"producer_byte_rate": 1024}}
USER = {"name": TEXT, "mechanism": "SCRAM-SHA-512", "iterations": 4096}
DRIFT = {"cluster_id": TEXT, "changes": [CHANGE], "refused": []}
VARIABLES: dict[str, Any] = {
    # as magic variables cannot be set
    "host": TEXT,
    "kafka_monitoring_cluster": TEXT,
    "kafka_monitoring_topics": [TEXT, "other"],
    "kafka_monitoring_busy_topics": [TEXT],
    "kafka_monitoring_ratios": [{"name": TEXT, "numerator": TEXT, "denominator": TEXT}],
    "kafka_monitoring_labels": {"team": TEXT},
    "kafka_monitoring_dashboards_path": TEXT,
    "kafka_monitoring_sources": ["jmx_exporter", "kafka_exporter", "textfile"],
    "kafka_monitoring_directory": "/unused",
    "kafka_monitoring_measured": MEASURED,
    "kafka_export_observed": {
        "topics": [TOPIC],
        "users": [USER],
        "acls": [ACL],
        "quotas": [QUOTA],
    },
    "kafka_fleet_report": {"json_lines": TEXT},
    "kafka_topics_drift": DRIFT,
    "kafka_acls_drift": DRIFT,
    "kafka_applications_drift": DRIFT,
    "kafka_quotas_drift": DRIFT,
    "kafka_scram_users_drift": DRIFT,
}
Rendered = Mapping[str, Any]
Render = Callable[[str], dict[str, Rendered]]


@pytest.fixture(scope="module")
def render(tmp_path_factory: pytest.TempPathFactory) -> Render:
    """What Ansible makes of a template, or of what a task writes, with each of the texts."""
    folder = tmp_path_factory.mktemp("hostile")
    given = folder / "texts.json"
    given.write_text(json.dumps(GIVEN))
    read = f"lookup('ansible.builtin.file', '{given}')"

    @cache
    def render(output: str) -> dict[str, Rendered]:
        path = ROOT / output
        if path.suffix == ".j2":
            content = "{{ " + f"lookup('ansible.builtin.template', '{path}')" + " }}"
        else:
            [content] = contents(path)
        task = {
            "name": "Render",
            "ansible.builtin.debug": {"msg": content.replace("inventory_hostname", "host")},
            "loop": "{{ " + read + " | from_json | dict2items }}",
            "loop_control": {"label": "{{ item.key }}"},
            "vars": VARIABLES,
            "ignore_errors": True,
        }
        role = [str(ROOT / MONITORING / kind / "main.yml") for kind in ("defaults", "vars")]
        played = run.play([task], vars_files=role, env={"ANSIBLE_DISPLAY_FAILED_STDERR": "false"})
        assert played.returncode == 0, played.stdout[-2000:]
        assert not [*ROOT.rglob(TOUCHED)]
        return dict(zip(GIVEN, played.results[0]["results"], strict=True))

    return render


STRING = re.compile(r'"(?:[^"\\\n]|\\.)*"')


def shape(expression: str) -> str:
    """A query without its strings."""
    return STRING.sub('""', expression)


def strings(expression: str) -> list[str]:
    return [go_string(literal) for literal in STRING.findall(expression)]


def rules_of(rendered: Rendered) -> list[dict[str, Any]]:
    return [rule for group in yaml.safe_load(rendered["msg"])["groups"] for rule in group["rules"]]


def is_refused(rendered: Rendered) -> bool:
    return "exception" in rendered


def check_rules(every: Mapping[str, Rendered]) -> None:
    plain = rules_of(every[PLAIN])
    for name, rendered in every.items():
        text = GIVEN[name]
        rules = rules_of(rendered)
        assert [shape(rule["expr"]) for rule in rules] == [shape(rule["expr"]) for rule in plain]
        for rule, alike in zip(rules, plain, strict=True):
            for found, expected in zip(strings(rule["expr"]), strings(alike["expr"]), strict=True):
                if expected == "c":
                    # a regular expression of one topic, or the text itself
                    assert found == text or re.fullmatch(found, text)
            assert rule.get("annotations") == alike.get("annotations")
            labels = rule.get("labels", {})
            assert labels.keys() == alike.get("labels", {}).keys()
            for key, value in alike.get("labels", {}).items():
                found = labels[key].replace('{{ "{{" }}', "{{")
                assert found == (text if value == "c" else value)


NO_VALUES = {
    "Grafana",
    "shell",
    "value of Grafana",
    "comma",
    "backslash",
    "escape",
    "Windows",
    "escaped type of Ansible",
    "regular expression",
}
NO_VALUES |= {
    "newline",
    "CR",
    "CRLF",
    "line separators",
    "NUL",
    "ANSI",
    "delete",
    "bidi",
    "zero width",
}
NO_VALUES |= {"beyond the first plane", "blank", "spaces", "nothing"}


def check_dashboard(every: Mapping[str, Rendered]) -> None:
    assert {name for name, rendered in every.items() if is_refused(rendered)} == NO_VALUES
    for name in every.keys() - NO_VALUES:
        text, dashboard = GIVEN[name], json.loads(every[name]["msg"])
        assert dashboard["title"] == f"Kafka topics of {text}"
        assert dashboard["templating"]["list"][1]["query"] == text.replace(",", "\\,") + ",other"
        for panel in dashboard["panels"]:
            expression = panel["targets"][0]["expr"]
            assert strings(expression) == [text, "$topic"]
            # nothing else is Grafana's to fill in
            assert not re.search(r"[$]|\[\[", expression.replace('"$topic"', ""))


def check_provisioning(every: Mapping[str, Rendered]) -> None:
    for name, rendered in every.items():
        [provider] = yaml.safe_load(rendered["msg"])["providers"]
        assert provider["options"] == {"path": GIVEN[name]}


def check_textfile(every: Mapping[str, Rendered]) -> None:
    for name, rendered in every.items():
        families = text_string_to_metric_families(rendered["msg"])
        samples = [sample for family in families for sample in family.samples]
        assert len(samples) == 8
        for sample in samples:
            labels = {key: value for key, value in sample.labels.items() if key != "partition"}
            assert {*labels.values()} == {GIVEN[name]}


TEMPLATES = {"expression", "statement", "comment of Jinja", "half an expression", "Go"}


def check_declaration(every: Mapping[str, Rendered]) -> None:
    assert {name for name, rendered in every.items() if is_refused(rendered)} == TEMPLATES
    for name in every.keys() - TEMPLATES:
        text = GIVEN[name]
        topic = {"name": text, "partitions": 1, "replication_factor": 1, "config": {text: text}}
        assert yaml.safe_load(every[name]["msg"]) == {
            "kafka_topics_defaults": {},
            "kafka_topics_profiles": {},
            "kafka_topics_declared": [topic],
        }


# which no group can have as its name, the last one because of its length
NO_GROUP = {"NUL", "nothing", "long"}


def check_declaration_of_acls(every: Mapping[str, Rendered]) -> None:
    assert {name for name, rendered in every.items() if is_refused(rendered)} == TEMPLATES
    for name in every.keys() - TEMPLATES:
        entry = {"principal": "User:a", "groups": [GIVEN[name]]}
        declared = [] if name in NO_GROUP else [entry]
        assert yaml.safe_load(every[name]["msg"]) == {"kafka_acls_declared": declared}


# which no user can have as its name, the last one because of its length
NO_USER = {"nothing", "long"}


def check_declaration_of_quotas(every: Mapping[str, Rendered]) -> None:
    assert {name for name, rendered in every.items() if is_refused(rendered)} == TEMPLATES
    for name in every.keys() - TEMPLATES:
        text = GIVEN[name]
        entry = {"user": text, "client_id": text, "quotas": {"producer_byte_rate": "1KiB"}}
        declared = [] if name in NO_USER else [entry]
        assert yaml.safe_load(every[name]["msg"]) == {"kafka_quotas_declared": declared}


def check_declaration_of_users(every: Mapping[str, Rendered]) -> None:
    assert {name for name, rendered in every.items() if is_refused(rendered)} == TEMPLATES
    for name in every.keys() - TEMPLATES:
        text = GIVEN[name]
        # by other names nobody can log in
        is_name = text.isascii() and text == text.strip() and name not in NO_GROUP
        declared = [{"name": text, "mechanism": "SCRAM-SHA-512"}] if is_name else []
        assert yaml.safe_load(every[name]["msg"]) == {"kafka_scram_users_declared": declared}


def check_drift(every: Mapping[str, Rendered]) -> None:
    for name, rendered in every.items():
        text = GIVEN[name]
        change = {"name": text, "before": {"config": {"a": text}}, "evidence": {"groups": [text]}}
        assert json.loads(rendered["msg"]) == {
            "cluster_id": text,
            "changes": [change],
            "refused": [],
        }


def check_lines(every: Mapping[str, Rendered]) -> None:
    for name, rendered in every.items():
        assert rendered["msg"] == GIVEN[name]


RENDERED: dict[str, Callable[[Mapping[str, Rendered]], None]] = {
    f"{MONITORING}templates/rules.yml.j2": check_rules,
    f"{MONITORING}templates/dashboard.json.j2": check_dashboard,
    f"{MONITORING}templates/provisioning.yml.j2": check_provisioning,
    f"{MONITORING}tasks/status.yml": check_textfile,
    "playbooks/export.yml": check_declaration,
    "playbooks/export_acls.yml": check_declaration_of_acls,
    "playbooks/export_quotas.yml": check_declaration_of_quotas,
    "roles/kafka_acls/tasks/drift.yml": check_drift,
    "roles/kafka_applications/tasks/drift.yml": check_drift,
    "roles/kafka_fleet/tasks/report.yml": check_lines,
    "roles/kafka_quotas/tasks/drift.yml": check_drift,
    "playbooks/export_scram_users.yml": check_declaration_of_users,
    "roles/kafka_scram_users/tasks/drift.yml": check_drift,
    "roles/kafka_topics/tasks/drift.yml": check_drift,
}


def promtool() -> Path:
    programs = [ROOT / "tests/monitoring/programs"]
    told = subprocess.run(programs, check=True, capture_output=True, text=True)
    return Path(told.stdout.strip(), "promtool")


@pytest.mark.parametrize("output", RENDERED)
def test_what_is_written_holds_the_text(render: Render, output: str) -> None:
    RENDERED[output](render(output))


def test_promtool_takes_the_rules(render: Render, tmp_path: Path) -> None:
    files = []
    for number, rendered in enumerate(render(f"{MONITORING}templates/rules.yml.j2").values()):
        files.append(tmp_path / f"{number}.yml")
        files[-1].write_text(rendered["msg"])
    command = [
        promtool(),
        "check",
        "rules",
        "--lint=all",
        "--lint-fatal",
        *files,
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_promtool_takes_the_metrics(render: Render) -> None:
    for rendered in render(f"{MONITORING}tasks/status.yml").values():
        command = [promtool(), "check", "metrics"]
        done = subprocess.run(
            command,
            input=rendered["msg"],
            capture_output=True,
            text=True,
            check=False,
        )
        # 3: it has advice on names
        assert done.returncode in (0, 3), done.stderr


def test_what_was_exported_is_loaded_as_it_was(render: Render, tmp_path: Path) -> None:
    exported = render("playbooks/export.yml").items()
    written = {name: each["msg"] for name, each in exported if not is_refused(each)}
    tasks: list[dict[str, Any]] = []
    for number, text in enumerate(written.values()):
        (tmp_path / f"{number}.yml").write_text(text)
        tasks.append(
            {
                "ansible.builtin.include_vars": {
                    "file": str(tmp_path / f"{number}.yml"),
                    "name": f"loaded_{number}",
                }
            }
        )
    each = [f"loaded_{number}.kafka_topics_declared[0]" for number in range(len(written))]
    loaded = ", ".join(each)

    played = run.play([*tasks, {"ansible.builtin.debug": {"msg": "{{ [" + loaded + "] }}"}}])

    assert played.returncode == 0, played.stdout[-2000:]
    declared = [(topic["name"], topic["config"]) for topic in played.results[-1]["msg"]]
    assert declared == [(GIVEN[name], {GIVEN[name]: GIVEN[name]}) for name in written]
    assert not [*ROOT.rglob(TOUCHED)]
