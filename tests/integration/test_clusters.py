# SPDX-License-Identifier: GPL-3.0-or-later
"""The inventory plugin as users meet it: playbooks on the clusters of a file or of a command."""

from __future__ import annotations

import ast
import json
import re
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.brokers.fixtures import TestBroker
from tests.hostile import TEXTS, TOUCHED
from tests.integration import run
from tests.integration.run import NOWHERE, ROOT

PLUGIN = {"plugin": "omninode.kafka.clusters"}
REPORT = "playbooks/report.yml"
ORDERS = {"name": "orders", "bootstrap_servers": NOWHERE, "cluster_id": "id-1"}
SHOW = {
    "ansible.builtin.debug": {"msg": "{{ [kafka_connection, owner | default(none), composed] }}"}
}


def inventory(folder: Path, name: str = "clusters.yml", **options: Any) -> str:
    path = folder / name
    path.write_text(yaml.safe_dump({**PLUGIN, **options}))
    return str(path)


def of_rows(folder: Path, rows: Sequence[Mapping[str, Any]], **options: Any) -> str:
    lines = ",\n".join(json.dumps(row) for row in rows)
    (folder / "fleet.json").write_text(f"[\n{lines}]")
    return inventory(folder, source="fleet.json", **options)


def ansible_inventory(path: str, *arguments: str) -> str:
    done = subprocess.run(
        [Path(sys.executable).with_name("ansible-inventory"), "-i", path, *arguments],
        cwd=ROOT,
        env=run.environment(),
        capture_output=True,
        text=True,
        check=True,
    )
    assert not done.stderr, done.stderr
    return done.stdout


def listed(path: str, *arguments: str) -> dict[str, Any]:
    """The inventory as JSON."""
    found: dict[str, Any] = json.loads(ansible_inventory(path, "--list", *arguments))
    return found


def csv(folder: Path, pins: Mapping[str, tuple[TestBroker, str]]) -> str:
    lines = ["name,servers,cluster_id,stage"]
    lines += [f'{name},"{one.bootstrap}",{pin},staging' for name, (one, pin) in pins.items()]
    (folder / "fleet.csv").write_text("\n".join(lines))
    return inventory(
        folder,
        source="fleet.csv",
        columns={"bootstrap_servers": "servers"},
        labels=["stage"],
        compose={"kafka_test_generation_environment": "stage"},
    )


def test_a_playbook_runs_on_the_clusters_of_a_csv_file(
    tmp_path: Path, broker: TestBroker, broker_39: TestBroker
) -> None:
    one, other = (broker, broker.cluster_id), (broker_39, broker_39.cluster_id)
    path = csv(tmp_path, {"orders": one, "billing": other})

    played = run.playbook(REPORT, "-i", path, "--limit", "stage_staging")

    assert played.returncode == 0, played.stdout
    # each pin was right: the next test has a wrong one
    assert {result["host"] for result in played.results if "topics" in result} == {
        "orders",
        "billing",
    }


def test_another_cluster_behind_an_address_is_refused(
    tmp_path: Path, broker: TestBroker, broker_39: TestBroker
) -> None:
    right, wrong = (broker, broker.cluster_id), (broker_39, "AnotherClustersId")
    path = csv(tmp_path, {"orders": right, "billing": wrong})

    played = run.playbook(REPORT, "-i", path)

    assert played.returncode != 0
    [failed] = [result for result in played.results if "error" in result]
    assert failed["host"] == "billing"
    assert "AnotherClustersId" in failed["msg"]
    assert broker_39.cluster_id in failed["msg"]
    assert [result["host"] for result in played.results if "topics" in result] == ["orders"]


def test_text_of_a_row_is_never_a_template(tmp_path: Path) -> None:
    # Ansible reads no half of a surrogate pair from a file
    texts = [text for name, text in TEXTS.items() if text and name != "half a surrogate pair"]
    rows = [
        {**ORDERS, "name": f"c{number}", "cluster_id": f"{number} {text}", "owner": text}
        for number, text in enumerate(["{{ 7*7 }}", *texts])
    ]
    path = of_rows(tmp_path, rows, hostvars=["owner"], compose={"composed": "owner"})

    played = run.play([SHOW], "-i", path, hosts="kafka_clusters", env={"ANSIBLE_FORKS": "2"})

    assert played.returncode == 0, played.stdout[-2000:]
    shown = {result["host"]: result["msg"] for result in played.results}
    assert len(shown) == len(rows)
    for row in rows:
        connection, owner, composed = shown[row["name"]]
        assert connection["cluster_id"] == row["cluster_id"]
        assert (owner, composed) == (row["owner"], row["owner"])
    assert not [*ROOT.rglob(TOUCHED), *tmp_path.rglob(TOUCHED)]


def test_a_template_of_the_connection_is_evaluated_for_each_host(tmp_path: Path) -> None:
    common = {"sasl_password": "{{ vault_passwords[inventory_hostname] }}", "timeout": 5}
    billing = {**ORDERS, "name": "billing", "cluster_id": "id-2", "timeout": 60}
    path = of_rows(tmp_path, [ORDERS, billing], connection=common, compose={"composed": "name"})
    (tmp_path / "group_vars").mkdir()
    passwords = {"vault_passwords": {"orders": "one", "billing": "two"}}
    (tmp_path / "group_vars/all.yml").write_text(yaml.safe_dump(passwords))

    played = run.play([SHOW], "-i", path, hosts="kafka_clusters")

    assert played.returncode == 0, played.stdout
    shown = {result["host"]: result["msg"][0] for result in played.results}
    assert {name: (one["sasl_password"], one["timeout"]) for name, one in shown.items()} == {
        "orders": ("one", 5),
        "billing": ("two", 60),
    }


@pytest.fixture
def one_bad_row(tmp_path: Path) -> str:
    folder = tmp_path / "bad"
    folder.mkdir()
    return of_rows(folder, [ORDERS, {**ORDERS, "name": "a b", "cluster_id": "id-2"}])


def test_no_playbook_goes_on_without_the_clusters_that_were_not_read(
    tmp_path: Path, one_bad_row: str
) -> None:
    good = of_rows(tmp_path, [{**ORDERS, "name": "billing", "cluster_id": "id-0"}])

    played = run.playbook(REPORT, "-i", good, "-i", one_bad_row)

    assert played.returncode != 0
    told = played.results[-1]
    assert told["task"] == "Find a cluster"
    assert (
        "1 error in fleet.json, none of its clusters was taken: line 3: name: 'a b'"
        in (told["msg"])
    )
    assert told["msg"].startswith(one_bad_row)


def test_another_playbook_stops_if_ansible_is_set_so(tmp_path: Path, one_bad_row: str) -> None:
    good = of_rows(
        tmp_path,
        [{**ORDERS, "name": "billing", "cluster_id": "id-0"}],
        compose={"composed": "name"},
    )
    inventories = ["-i", good, "-i", one_bad_row]
    strict = {"ANSIBLE_INVENTORY_ANY_UNPARSED_IS_FAILED": "true"}

    lenient = run.play([SHOW], *inventories, hosts="kafka_clusters")
    played = run.play([SHOW], *inventories, hosts="kafka_clusters", env=strict)

    assert [result["host"] for result in lenient.results] == ["billing"]
    assert played.returncode != 0
    assert not played.results
    assert "line 3: name: 'a b' cannot name a host" in played.stderr


def test_a_cluster_of_another_source_is_not_overwritten(tmp_path: Path) -> None:
    of_rows(tmp_path, [ORDERS])
    sources = [inventory(tmp_path, f"{name}-clusters.yml", source="fleet.json") for name in "ab"]

    played = run.playbook(REPORT, "-i", sources[0], "-i", sources[1])

    assert played.results[-1]["task"] == "Find a cluster"
    assert (
        "another inventory, line 2 (orders): name: 'orders' is there more than once"
        in (played.results[-1]["msg"])
    )


def test_rows_that_are_left_out_are_told(tmp_path: Path) -> None:
    rows = [{**ORDERS, "name": "a b"}, {**ORDERS, "cluster_id": "id-2"}]
    path = of_rows(tmp_path, rows, invalid_rows="skip", compose={"composed": "name"})

    played = run.play([SHOW], "-i", path, hosts="kafka_clusters")

    assert [result["host"] for result in played.results] == ["orders"]
    assert "fleet.json: left out line 2: name: 'a b' cannot name a host" in (
        " ".join(played.stderr.split())
    )


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"source": "nowhere.csv"}, "nowhere.csv"),
        ({"source": "clusters.yml", "lables": []}, "'lables' is no option of this plugin (did you"),
        ({"command": ["false"], "format": "json"}, "run false: it ended with 1: without a word"),
        ({"command": ["true"]}, "read true: set format to csv, json or yaml"),
        ({"source": "clusters.yml", "invalid_rows": "maybe"}, "maybe"),
    ],
)
def test_a_mistake_of_the_inventory_itself_is_told(
    tmp_path: Path, options: dict[str, Any], told: str
) -> None:
    path = inventory(tmp_path, **options)
    strict = {"ANSIBLE_INVENTORY_ANY_UNPARSED_IS_FAILED": "true"}

    played = run.play([SHOW], "-i", path, hosts="all", env=strict)

    assert played.returncode != 0
    assert told in played.stderr
    assert "Traceback" not in played.stderr


def test_what_a_command_prints_is_kept_only_if_that_is_asked_for(tmp_path: Path) -> None:
    script = tmp_path / "ask-cmdb"
    script.write_text(f"#!/bin/sh\necho >> asked\necho '{json.dumps([ORDERS])}'\n")
    script.chmod(0o755)
    asks = {"command": ["./ask-cmdb"], "format": "json"}
    keeps = {"cache": True, "cache_plugin": "ansible.builtin.jsonfile"}
    kept = inventory(tmp_path, **asks, **keeps, cache_connection=str(tmp_path / "kept"))
    asked = inventory(tmp_path, "asked.clusters.yml", **asks)

    found = [listed(path)["kafka_clusters"]["hosts"] for path in (kept, kept, asked, asked)]

    assert found == [["orders"]] * 4
    assert len((tmp_path / "asked").read_text().splitlines()) == 3
    listed(kept, "--flush-cache")
    assert len((tmp_path / "asked").read_text().splitlines()) == 4


def test_an_encrypted_source_is_read(tmp_path: Path) -> None:
    path = of_rows(tmp_path, [ORDERS])
    password = tmp_path / "password"
    password.write_text("secret")
    vault = Path(sys.executable).with_name("ansible-vault")
    given = ["--vault-password-file", str(password)]
    subprocess.run([vault, "encrypt", *given, tmp_path / "fleet.json"], check=True, text=True)

    assert listed(path, *given)["kafka_clusters"]["hosts"] == ["orders"]


def documented_examples() -> list[str]:
    tree = ast.parse((ROOT / "plugins/inventory/clusters.py").read_text())
    assigned = [node for node in tree.body if isinstance(node, ast.Assign)]
    [text] = [node.value for node in assigned if ast.unparse(node.targets[0]) == "EXAMPLES"]
    return str(ast.literal_eval(text)).split("---\n")


# what stands in the comments of the examples, or is said to be elsewhere
CMDB = {
    "result": [
        {"ci": "orders-prod", "brokers": ["kafka-1.example:9092"], "id": "x", "tier": "gold"},
        {"ci": "orders-dev", "brokers": ["kafka.dev.example:9092"], "id": "y", "owner": "me"},
    ]
}
FLEET = {"orders-prod": {"bootstrap_servers": "kafka-1.example:9092"}}
GROUPS = [
    {"environment_prod", "environment_dev", "region_eu_west"},
    {"tier_gold"},
    set(),
]


@pytest.mark.parametrize("number", range(3))
def test_the_examples_run(tmp_path: Path, number: int) -> None:
    text = documented_examples()[number]
    path = tmp_path / "clusters.yml"
    path.write_text(text)
    lines = [line.removeprefix("#   ") for line in text.splitlines() if line.startswith("#   ")]
    (tmp_path / "clusters.csv").write_text("\n".join(lines))
    (tmp_path / "fleet.yml").write_text(yaml.safe_dump(FLEET))
    script = tmp_path / "ask-cmdb"
    script.write_text(f"#!/bin/sh\ncat <<'E'\n{json.dumps(CMDB)}\nE\n")
    script.chmod(0o755)

    found = listed(str(path))

    hosts = {"orders-prod"} if number == 2 else {"orders-prod", "orders-dev"}
    assert set(found["kafka_clusters"]["hosts"]) == hosts
    assert set(found) - {"_meta", "all", "kafka_clusters"} == GROUPS[number]


def blocks(document: str, language: str) -> list[str]:
    text = (ROOT / document).read_text()
    return re.findall(rf"^```{language}\n(.*?)^```", text, re.MULTILINE | re.DOTALL)


def test_the_guide_shows_what_is_there(tmp_path: Path) -> None:
    guide = "docs/inventory-of-clusters.md"
    (tmp_path / "fleet.csv").write_text(blocks(guide, "text")[0])
    path = tmp_path / "clusters.yml"
    path.write_text(blocks(guide, "yaml")[0])

    graph = ansible_inventory(str(path), "--graph")

    assert graph in blocks(guide, "console")[0]


def test_another_file_is_left_to_other_plugins(tmp_path: Path) -> None:
    path = inventory(tmp_path, "hosts.yml", source="fleet.json")
    strict = {"ANSIBLE_INVENTORY_ANY_UNPARSED_IS_FAILED": "true"}

    played = run.play([SHOW], "-i", path, hosts="all", env=strict)

    assert played.returncode != 0
    assert "could not be verified by inventory plugin" in played.stderr
