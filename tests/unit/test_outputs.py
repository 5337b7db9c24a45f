# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whatever hands text on is given every hostile text in every field: it stays text, or is refused.

Templates and tasks need Ansible itself: tests/integration/test_hostile_text.py.
"""

from __future__ import annotations

import ast
import json
import re
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
import yaml
from ansible.module_utils.common.json import Direction, get_module_decoder, get_module_encoder
from ansible.plugins.filter.core import to_nice_yaml
from ansible.plugins.inventory import to_safe_group_name
from ansible_collections.omninode.kafka.plugins.filter.acl_declaration import acl_declaration
from ansible_collections.omninode.kafka.plugins.filter.acl_table import acl_table
from ansible_collections.omninode.kafka.plugins.filter.alert_labels import alert_labels
from ansible_collections.omninode.kafka.plugins.filter.application_declarations import (
    application_declarations,
)
from ansible_collections.omninode.kafka.plugins.filter.application_proofs import (
    application_proofs,
)
from ansible_collections.omninode.kafka.plugins.filter.file_name import file_name
from ansible_collections.omninode.kafka.plugins.filter.fleet_hosts import fleet_hosts
from ansible_collections.omninode.kafka.plugins.filter.fleet_merge import fleet_merge
from ansible_collections.omninode.kafka.plugins.filter.fleet_verdicts import fleet_verdicts
from ansible_collections.omninode.kafka.plugins.filter.grafana_values import grafana_values
from ansible_collections.omninode.kafka.plugins.filter.metrics_table import metrics_table
from ansible_collections.omninode.kafka.plugins.filter.metrics_textfile import metrics_textfile
from ansible_collections.omninode.kafka.plugins.filter.one_line import one_line
from ansible_collections.omninode.kafka.plugins.filter.promql_regex import promql_regex
from ansible_collections.omninode.kafka.plugins.filter.promql_string import promql_string
from ansible_collections.omninode.kafka.plugins.filter.quota_declaration import quota_declaration
from ansible_collections.omninode.kafka.plugins.filter.quota_table import quota_table
from ansible_collections.omninode.kafka.plugins.filter.run_failure import run_failure
from ansible_collections.omninode.kafka.plugins.filter.scram_user_declaration import (
    scram_user_declaration,
)
from ansible_collections.omninode.kafka.plugins.filter.topic_declaration import topic_declaration
from ansible_collections.omninode.kafka.plugins.filter.topic_table import topic_table
from ansible_collections.omninode.kafka.plugins.lookup.verbatim import LookupModule
from ansible_collections.omninode.kafka.plugins.module_utils._ansible import progress, runner
from ansible_collections.omninode.kafka.plugins.module_utils._core import foreign
from ansible_collections.omninode.kafka.plugins.module_utils._core.errors import InvalidSpec
from ansible_collections.omninode.kafka.plugins.module_utils._fleet import merge, table
from ansible_collections.omninode.kafka.plugins.module_utils._fleet.verdict import find, judge
from ansible_collections.omninode.kafka.plugins.plugin_utils._inventory.read import read_clusters
from ansible_collections.omninode.kafka.plugins.plugin_utils.progress import read
from prometheus_client.parser import text_string_to_metric_families

from tests.hostile import ROOT, TEXTS, outputs, refusal
from tests.integration.test_hostile_text import RENDERED

# its variables are settings of whoever runs it, none is read from a cluster
OF_THE_OPERATOR = {
    "plugins/filter/broker_settings.py",
    "roles/kafka_broker/tasks/started.yml",
    "roles/kafka_broker/templates/backend/container.sh.j2",
    "roles/kafka_broker/templates/backend/process.sh.j2",
    "roles/kafka_broker/templates/broker.j2",
    "roles/kafka_broker/templates/config/start.sh.j2",
    "roles/kafka_broker/templates/ports.sh.j2",
    "roles/kafka_broker/templates/programs.sh.j2",
    "roles/kafka_broker/templates/taken.sh.j2",
    # a variable of the tasks, called `line`
    "roles/kafka_test_generation/tasks/prove_topic.yml",
}
ONCE = {"window": 0.5}


def declaration(text: str) -> None:
    topics = [
        {"name": text, "partitions": 1, "replication_factor": 1, "config": {}},
        {"name": "a", "partitions": 1, "replication_factor": 1, "config": {text: "a"}},
        {"name": "b", "partitions": 1, "replication_factor": 1, "config": {"b": text}},
    ]
    # so many that the text is in a profile
    alike = [{**topics[2], "name": f"{text}{number}"} for number in range(3)]
    for several in ([topics[0]], [topics[1]], [topics[2]], [*topics, *alike]):
        declared = topic_declaration(several)
        assert yaml.safe_load(to_nice_yaml(declared, sort_keys=False)) == declared
        # which is how Ansible tells a template
        assert not re.search(r"\{[{%#]", json.dumps(declared, ensure_ascii=False))


def declaration_of_acls(text: str) -> None:
    right = {
        "principal": "User:a",
        "resource_type": "group",
        "resource_name": "a",
        "operations": ["read"],
        "host": "*",
    }
    for field, value in (("principal", f"User:{text}"), ("resource_name", text)):
        declared = acl_declaration([{**right, field: value}])
        assert yaml.safe_load(to_nice_yaml(declared, sort_keys=False)) == declared
        # which is how Ansible tells a template
        assert not re.search(r"\{[{%#]", json.dumps(declared, ensure_ascii=False))


def declarations_of_an_application(text: str) -> None:
    application = {"name": text, "topics": [{"name": text}], "produce": [text]}
    declared = application_declarations([application], topics=[{"name": f"{text}."}])
    assert [topic["name"] for topic in declared["topics"]] == [f"{text}.", text]
    assert declared["acls"] == [{"principal": f"User:{text}", "produce": [text]}]


def proofs_of_applications(text: str) -> None:
    first = {"name": text, "user": {"password": "secret"}, "produce": [text]}
    [proof] = application_proofs([first, {"name": f"{text}.", "topics": [{"name": f"{text}b"}]}])
    assert (proof["username"], proof["produce"], proof["others"]) == (text, [text], [f"{text}b"])


def declaration_of_quotas(text: str) -> None:
    for part in ("user", "client_id"):
        declared = quota_declaration([{part: text, "quotas": {"producer_byte_rate": 1}}])
        assert yaml.safe_load(to_nice_yaml(declared, sort_keys=False)) == declared
        # which is how Ansible tells a template
        assert not re.search(r"\{[{%#]", json.dumps(declared, ensure_ascii=False))


def declaration_of_users(text: str) -> None:
    user = {"name": text, "mechanism": "SCRAM-SHA-512", "iterations": 4096}
    declared = scram_user_declaration([user])
    assert yaml.safe_load(to_nice_yaml(declared, sort_keys=False)) == declared
    # which is how Ansible tells a template
    assert not re.search(r"\{[{%#]", json.dumps(declared, ensure_ascii=False))


def check_table(lines: list[str], rows: int, legend: int) -> None:
    assert len(lines) == rows + legend
    for line in lines[:rows]:
        assert line.isprintable()
        # the header has no more columns than a line
        assert len(re.split("  +", line.strip())) <= len(lines[0].split())


def table_of_topics(text: str) -> None:
    config = {"cleanup.policy": text, "compression.type": text, "min.insync.replicas": text}
    topic = {"name": text, "partitions": 1, "replication_factor": 1, "config": config}
    status = {"name": text, "replicas_in_sync": 1, "under_replicated": 0}
    check_table(topic_table({"topics": [topic], "status": [status], "absent": [text]}), 3, legend=2)
    groups = {"active": [text, text], "committed": [text] * 9}
    undeclared = {**topic, "records": 0, "newest": None, "groups": groups}
    check_table(topic_table({"topics": [undeclared], "undecided": [text]}), 3, legend=3)


def table_of_acls(text: str) -> None:
    fields = ("principal", "resource_type", "pattern_type", "resource_name", "permission", "host")
    right = {**dict.fromkeys(fields, text), "operations": [text, text]}
    read = acl_table({"acls": [right], "unreadable": [right]})
    check_table(read, 3, legend=3)
    groups = {text: [text]}
    undeclared = acl_table({"acls": [{**right, "groups": groups}], "unreadable": []})
    check_table(undeclared, 2, legend=4)


def table_of_quotas(text: str) -> None:
    values = {"producer_byte_rate": 1, text: 1}
    quota = {"user": text, "client_id": text, "quotas": values}
    check_table(quota_table({"quotas": [quota, {"ip": text, "quotas": {}}]}), 3, legend=1)


def measured(text: str) -> dict[str, Any]:
    topic = {
        "name": text,
        "records_per_second": 1.5,
        "records": {"window": 5},
        "imbalance": ONCE,
        "distribution": [{"partition": 0, "share": ONCE}],
    }
    lag = {"group": text, "topic": text, "records": 1, "seconds": 2.0, "uncommitted": []}
    ratio = {"name": text, "numerator": text, "window": 0.5}
    told = {"absent": [text], "timestamp": 1.0, "not_measured": []}
    return {"topics": [topic], "lag": [lag], "ratios": [ratio], **told}


def table_of_metrics(text: str) -> None:
    check_table(metrics_table(measured(text)), 3, legend=3)


def textfile(text: str) -> None:
    families = text_string_to_metric_families(metrics_textfile(measured(text), text))
    samples = [sample for family in families for sample in family.samples]
    assert len(samples) == 8
    for sample in samples:
        assert {value for name, value in sample.labels.items() if name != "partition"} == {text}


def in_quotes(text: str) -> None:
    assert yaml.safe_load(promql_string(text)) == text


def in_a_regex(text: str) -> None:
    assert re.fullmatch(yaml.safe_load(promql_regex([text])), text)


def values(text: str) -> None:
    assert grafana_values([text]).replace("\\,", ",") == text


def labels(text: str) -> None:
    value = yaml.safe_load(alert_labels({"team": text}))["team"]
    assert value.replace('{{ "{{" }}', "{{") == text
    # as a name it is one, or refused
    assert yaml.safe_load(alert_labels({text: "a"})) == {text: "a"}


def name_of_a_file(text: str) -> None:
    assert file_name(text) == text
    assert "/" not in text


def host(text: str) -> None:
    """Ansible trusts no value of it as a template: tests/integration/test_clusters.py."""
    options = {"format": "json", "records": None, "name_column": "name", "columns": {}}
    options |= {"connection": {}, "require_cluster_id": False, "invalid_rows": "fail"}
    options |= {"labels": ["label"], "hostvars": ["owner"]}
    given = {"bootstrap_servers": "a:1", "sasl_username": text, "label": text, "owner": text}

    def read_as(name: str) -> Any:
        source = json.dumps([{**given, "name": name}])
        [cluster] = read_clusters(source, "fleet.json", options, to_safe_group_name).clusters
        return cluster

    try:
        cluster = read_as("orders")
    except InvalidSpec as error:
        raise ValueError(str(error)) from None
    assert cluster.connection.get("sasl_username", "") == text
    assert cluster.columns["owner"] == text
    assert all(re.fullmatch(r"label_\w*", group) for group in cluster.groups)
    # as a name it is one, or refused
    told, name = "", "refused"
    try:
        name = read_as(text).name
    except InvalidSpec as error:
        told = str(error)
    assert re.fullmatch(r"[\w.-]+", name)
    assert len(told) < 400


def line(text: str) -> None:
    assert one_line(text).isprintable()


def failure(text: str) -> None:
    task = {"failed": True, "msg": text, "stderr": text}
    taken = {"error_code": text, "failed_test_type": text, "metadata": {text: text}}
    assert run_failure(task, {"generated_files": [text], **taken}) == {
        "error_message": text,
        "stack_trace": text or None,
        "partial_files_generated": [text],
        **taken,
    }


def variable(text: str) -> None:
    value = {text: [text]}
    told, nothing, as_text = LookupModule().run(["a", "b", "c"], {"a": value, "c": text})
    assert (json.loads(told), nothing, as_text) == (value, "", text)


def line_of_progress(text: str) -> None:
    with tempfile.NamedTemporaryFile() as file:
        with patch.dict("os.environ", {progress.PROGRESS_FILE: file.name}):
            progress.tell(text)
        shown = read(Path(file.name))
    assert shown.isprintable()
    assert len(shown) < 1000


def verdict(text: str) -> dict[str, Any]:
    """On a cluster that answers with the text; a job that gets it as a variable evaluates none."""
    result = {"failed": True, "msg": text, "plan_id": text, "changes": []}
    value = merge.as_result(judge(text, {"topic": find("topic", result, False)}, text, "now"))
    shown = json.dumps(value, ensure_ascii=False)
    assert not re.search(r"\{[{%#]", shown)
    assert shown.isprintable()
    assert len(shown) < 2000
    return value


def verdict_of_a_cluster(text: str) -> None:
    verdict(text)


def verdicts_of_hosts(text: str) -> None:
    failed = {"failed": True, "msg": text}
    for result in (failed, {"verdict": verdict(text)}):
        [value] = fleet_verdicts({text: {"kafka_fleet_result": result}}, [text])
        assert value["verdict"] == "failed"
        assert value == merge.as_result(merge.parse(value))


def hosts_of_a_play(text: str) -> None:
    failed = {"kafka_fleet_result": {"failed": True, "msg": text}}
    assert fleet_hosts({text: failed}, [text]) == [text]


def merged_verdicts(text: str) -> None:
    value = verdict(text)
    line = json.dumps(value)
    assert fleet_merge([line]) == [value]
    statistics = {merge.statistic(text): value}
    assert all(name.isidentifier() and name.isascii() for name in statistics)
    event = {"event": "playbook_on_stats", "event_data": {"artifact_data": statistics}}
    assert fleet_merge([f"{line}\n{line}", json.dumps(event)]) == [value]
    assert refusal(lambda: fleet_merge(["{" + text])).startswith("a line is no JSON")


def table_of_verdicts(text: str) -> None:
    check_table(table.lines([merge.parse(verdict(text))]), 2, legend=1)


class FakeModule:
    """Keeps a result as Ansible's own encoder and decoder hand it to the controller."""

    def __init__(self, params: Mapping[str, Any]) -> None:
        self.no_log_values: set[str] = set()
        self.params = params
        self.argument_spec = {name: {} for name in params}

    def exit_json(self, **result: Any) -> None:
        way = ("legacy", Direction.MODULE_TO_CONTROLLER)
        sent = json.dumps(result, cls=get_module_encoder(*way))
        self.received = json.loads(sent, cls=get_module_decoder(*way))
        raise SystemExit

    def fail_json(self, **result: Any) -> None:
        self.exit_json(failed=True, **result)


def result(text: str) -> None:
    value = {"changes": [{"name": text, "before": {text: text, "a": {text: {"value": text}}}}]}
    written = text.encode(errors="backslashreplace").decode()
    same = json.loads(json.dumps(value).replace(json.dumps(text), json.dumps(written)))

    def refuse() -> dict[str, Any]:
        raise InvalidSpec(text, **value)

    for work in (lambda: value, refuse):
        module = FakeModule({"topics": [{text: text}]})
        with pytest.raises(SystemExit):
            runner._finish(module, work)  # type: ignore[arg-type]
        # what the strict controller asks of each text
        assert json.dumps(module.received, ensure_ascii=False).encode()
        received = foreign.from_ansible(module.received)
        assert received["changes"] == same["changes"]
        assert received["invocation"]["module_args"] == {"topics": [{written: written}]}
        assert received.get("msg", written) == written


PLUGINS: dict[str, Callable[[str], None]] = {
    "plugins/action/acls.py": line_of_progress,
    "plugins/action/applications.py": line_of_progress,
    "plugins/action/broker.py": line_of_progress,
    "plugins/action/cluster_verdict.py": verdict_of_a_cluster,
    "plugins/action/fleet_report.py": table_of_verdicts,
    "plugins/action/quotas.py": line_of_progress,
    "plugins/action/scram_users.py": line_of_progress,
    "plugins/action/topic.py": line_of_progress,
    "plugins/action/topics.py": line_of_progress,
    "plugins/filter/acl_declaration.py": declaration_of_acls,
    "plugins/filter/acl_table.py": table_of_acls,
    "plugins/filter/alert_labels.py": labels,
    "plugins/filter/application_declarations.py": declarations_of_an_application,
    "plugins/filter/application_proofs.py": proofs_of_applications,
    "plugins/filter/file_name.py": name_of_a_file,
    "plugins/filter/fleet_hosts.py": hosts_of_a_play,
    "plugins/filter/fleet_merge.py": merged_verdicts,
    "plugins/filter/fleet_verdicts.py": verdicts_of_hosts,
    "plugins/filter/grafana_values.py": values,
    "plugins/filter/metrics_table.py": table_of_metrics,
    "plugins/filter/metrics_textfile.py": textfile,
    "plugins/filter/one_line.py": line,
    "plugins/filter/promql_regex.py": in_a_regex,
    "plugins/filter/promql_string.py": in_quotes,
    "plugins/filter/quota_declaration.py": declaration_of_quotas,
    "plugins/filter/quota_table.py": table_of_quotas,
    "plugins/filter/run_failure.py": failure,
    "plugins/filter/scram_user_declaration.py": declaration_of_users,
    "plugins/filter/topic_declaration.py": declaration,
    "plugins/filter/topic_table.py": table_of_topics,
    "plugins/inventory/clusters.py": host,
    "plugins/lookup/verbatim.py": variable,
    "plugins/modules/access_proof.py": result,
    "plugins/modules/acl_info.py": result,
    "plugins/modules/acls.py": result,
    "plugins/modules/applications.py": result,
    "plugins/modules/broker.py": result,
    "plugins/modules/cluster_info.py": result,
    "plugins/modules/cluster_verdict.py": verdict_of_a_cluster,
    "plugins/modules/event_info.py": result,
    "plugins/modules/event_publish.py": result,
    "plugins/modules/fleet_report.py": table_of_verdicts,
    "plugins/modules/quota_info.py": result,
    "plugins/modules/quotas.py": result,
    "plugins/modules/scram_user_info.py": result,
    "plugins/modules/scram_users.py": result,
    "plugins/modules/topic.py": result,
    "plugins/modules/topic_info.py": result,
    "plugins/modules/topic_metrics_info.py": result,
    "plugins/modules/topics.py": result,
    "plugins/modules/undeclared_acls_info.py": result,
    "plugins/modules/undeclared_quotas_info.py": result,
    "plugins/modules/undeclared_scram_users_info.py": result,
    "plugins/modules/undeclared_topics_info.py": result,
}
# which no file can hold
HALF = "half of a surrogate pair"
# what else is refused
REFUSALS = {
    "plugins/filter/acl_declaration.py": "would be taken for a template",
    "plugins/filter/alert_labels.py": "cannot name a label",
    "plugins/filter/application_declarations.py": "name: is empty",
    "plugins/filter/application_proofs.py": "name: is empty",
    "plugins/filter/file_name.py": "cannot name a file",
    "plugins/filter/grafana_values.py": "cannot be a value of a Grafana variable",
    "plugins/filter/quota_declaration.py": "would be taken for a template",
    "plugins/filter/scram_user_declaration.py": "would be taken for a template",
    "plugins/filter/topic_declaration.py": "would be taken for a template",
}
HOLDS_ANY_TEXT = {
    "plugins/action/acls.py",
    "plugins/action/applications.py",
    "plugins/action/broker.py",
    "plugins/action/cluster_verdict.py",
    "plugins/action/fleet_report.py",
    "plugins/action/quotas.py",
    "plugins/action/scram_users.py",
    "plugins/action/topic.py",
    "plugins/action/topics.py",
    "plugins/filter/acl_table.py",
    "plugins/filter/fleet_hosts.py",
    "plugins/filter/fleet_merge.py",
    "plugins/filter/fleet_verdicts.py",
    "plugins/filter/metrics_table.py",
    "plugins/filter/one_line.py",
    "plugins/filter/quota_table.py",
    "plugins/filter/run_failure.py",
    "plugins/filter/topic_table.py",
    "plugins/lookup/verbatim.py",
    *(output for output in PLUGINS if output.startswith("plugins/modules/")),
}


def test_each_output_has_a_row() -> None:
    assert outputs() == PLUGINS.keys() | RENDERED.keys() | OF_THE_OPERATOR


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
@pytest.mark.parametrize("output", PLUGINS)
def test_text_stays_text_or_is_refused(output: str, text: str) -> None:
    why = refusal(lambda: PLUGINS[output](text))

    if why:
        assert output not in HOLDS_ANY_TEXT
        reasons = [HALF, REFUSALS.get(output, HALF)]
        assert any(reason in why for reason in reasons)
        # nobody is to read it for long
        assert len(why) < 400


def test_a_harmless_name_is_refused_nowhere() -> None:
    for row in PLUGINS.values():
        row("orders")


def test_modules_return_by_one_exit() -> None:
    found = set()
    for path in (ROOT / "plugins").rglob("*.py"):
        nodes = ast.walk(ast.parse(path.read_text()))
        names = {node.attr for node in nodes if isinstance(node, ast.Attribute)}
        if names & {"exit_json", "fail_json"}:
            found.add(str(path.relative_to(ROOT)))
    assert found == {"plugins/module_utils/_ansible/runner.py"}
