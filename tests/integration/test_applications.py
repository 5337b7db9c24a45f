# SPDX-License-Identifier: GPL-3.0-or-later
"""Applications declared whole: by the role, its drift and the playbooks, on a real broker."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.brokers.fixtures import TestBroker
from tests.integration import run
from tests.integration.cluster import Cluster

Playbook = Callable[..., run.Play]
TWICE = 2
RATE = "producer_byte_rate"
# Ansible shows it nowhere
SECRETS = {"orders": "n0t-to-be-seen-1", "new": "n0t-to-be-seen-2"}


@pytest.fixture
def principals(broker: TestBroker, prefix: str) -> Iterator[str]:
    """Begins the names of principals who are deleted after the test, with ACLs and quotas."""
    own = f"User:{prefix}"
    yield own
    purge = {"purge": True, "purge_to_empty": True, "allow": ["all"]}
    everything = {
        "acls": {**purge, "owned_principal_prefixes": [own]},
        "quotas": {**purge, "owned_user_prefixes": [prefix]},
        "scram_users": {**purge, "owned_prefixes": [prefix]},
    }
    run.succeed("applications", bootstrap_servers=broker.bootstrap, **everything)


@pytest.fixture
def playbook(broker: TestBroker, alice: dict[str, Any], tmp_path: Path) -> Iterator[Playbook]:
    """A playbook with an inventory that declares these variables. It says all that it can.

    Nothing that it shows, logs or writes has a password.
    """
    secrets = {"sasl_username": "admin", "sasl_password": broker.users["admin"]}
    host: dict[str, Any] = {
        "ansible_python_interpreter": sys.executable,
        "ansible_connection": "local",
        "kafka_connection": {**alice, **secrets},
        "kafka_test_generation_environment": "dev",
    }
    inventory = tmp_path / "hosts.json"
    log = tmp_path / "log"
    written = tmp_path / "written"
    written.mkdir()
    shown = []

    def play(name: str, *arguments: str, **variables: Any) -> run.Play:
        group = {"hosts": {"test": {**host, **variables}}}
        inventory.write_text(json.dumps({"kafka_clusters": group, "kafka_authorized": group}))
        path = f"playbooks/{name}.yml"
        env = {"ANSIBLE_LOG_PATH": str(log)}
        played = run.playbook(path, "-i", str(inventory), "-vvvv", *arguments, env=env)
        shown.extend([played.stdout, played.stderr, json.dumps(played.results)])
        return played

    yield play
    shown += [path.read_text() for path in (log, *written.iterdir())]
    for secret in (*SECRETS.values(), *broker.users.values()):
        # the password of dave is a word
        assert secret == "dev" or not any(secret in text for text in shown)


def applications(prefix: str, **orders: Any) -> list[dict[str, Any]]:
    """One that writes, declared with these fields as well, and one that reads."""
    return [
        {
            "name": f"{prefix}orders",
            "user": {"password": SECRETS["orders"]},
            "topics": [{"name": f"{prefix}orders", "partitions": 2}],
            "produce": [f"{prefix}orders"],
            "quota": {RATE: "1MiB"},
            **orders,
        },
        {
            "name": f"{prefix}billing",
            "consume": [f"{prefix}orders"],
            "groups": [{"prefixed": f"{prefix}billing."}],
        },
    ]


def result(played: run.Play) -> Mapping[str, Any]:
    """Of the module that keeps the applications."""
    [found] = [each for each in played.results if "plan_id" in each]
    return found


def brief(found: Mapping[str, Any]) -> list[tuple[str, str]]:
    return [(change["kind"], change["operation"]) for change in found["changes"]]


@pytest.mark.usefixtures("principals")
def test_applications_from_nothing_to_nothing(
    playbook: Playbook, broker: TestBroker, cluster: Cluster, prefix: str, tmp_path: Path
) -> None:
    declared = {"kafka_applications_declared": applications(prefix)}
    checked = playbook("applications", "--check", "--diff", **declared)
    assert checked.returncode == 0, checked.stdout
    assert cluster.names(prefix) == []
    planned = result(checked)
    assert brief(planned) == [
        ("topic", "create"),
        ("user", "create"),
        *[("acl", "create")] * 3,
        ("quota", "create"),
    ]
    assert f"; plan_id {planned['plan_id']}" in checked.results[-1]["msg"]

    plan = {"kafka_applications_expected_plan_id": planned["plan_id"]}
    undo = {"kafka_applications_undo_file": str(tmp_path / "written/undo.json")}
    made = playbook("applications", **declared, **plan, **undo)
    assert made.returncode == 0, made.stdout
    assert result(made)["changes"] == planned["changes"]
    assert cluster.names(prefix) == [f"{prefix}orders"]
    elsewhere = {
        "kafka_connection": {"bootstrap_servers": run.NOWHERE},
        "kafka_applications_connection": {"bootstrap_servers": broker.bootstrap},
        # there nobody logs in
        "kafka_scram_users_prove": False,
    }
    again = playbook("applications", **declared, **elsewhere)
    kept = ": topics: unchanged 1; users: unchanged 1; ACLs: unchanged 3; quotas: unchanged 1"
    assert kept in result(again)["summary"]
    late = playbook("applications", **declared, **plan)
    assert "it is not the expected plan" in result(late)["msg"]

    undone = playbook("undo", kafka_undo_file=undo["kafka_applications_undo_file"])
    assert undone.returncode == 0, undone.stdout
    assert brief(result(undone)) == [
        ("quota", "delete"),
        *[("acl", "delete")] * 3,
        ("user", "delete"),
        ("topic", "delete"),
    ]
    cluster.await_(lambda: cluster.names(prefix) == [], "the topic to be gone")


def test_one_thing_of_each_kind_is_changed_and_drift_told(
    playbook: Playbook, principals: str, prefix: str, tmp_path: Path
) -> None:
    beside = {
        "kafka_topics_declared": [{"name": f"{prefix}shared"}],
        "kafka_acls_declared": [
            {"principal": f"{principals}audit", "consume": [f"{prefix}shared"]},
        ],
        "kafka_topics_purge": True,
        "kafka_topics_owned_prefixes": [prefix],
        "kafka_acls_purge": True,
        "kafka_acls_owned_principal_prefixes": [principals],
    }
    begun = playbook("applications", kafka_applications_declared=applications(prefix), **beside)
    assert begun.returncode == 0, begun.stdout
    changed = applications(
        prefix,
        topics=[{"name": f"{prefix}orders", "config": {"flush.ms": 5}}],
        produce=[f"{prefix}orders", f"{prefix}shared"],
        quota={RATE: "2MiB"},
        user={"password": SECRETS["new"]},
        allow=["in_use"],
    )
    report = tmp_path / "written/drift.json"
    drift = {"kafka_applications_drift_file": str(report)}
    told = playbook("drift", kafka_applications_declared=changed, **beside, **drift)
    assert told.returncode != 0
    compared = [each for each in told.results if "plan_id" in each]
    # the catalogue, and all that the inventory declares, once
    assert len(compared) == TWICE
    drifted = json.loads(report.read_text())
    assert [change["operation"] for change in drifted["changes"]] == [
        "alter_config",
        "alter",
        "create",
        "alter",
    ]

    absent = [{**changed[0], "state": "absent"}, changed[1]]
    made = playbook("applications", kafka_applications_declared=changed, **beside)
    assert made.returncode == 0, made.stdout
    # a guard of one kind stops all
    guards = {"kafka_acls_protected_principals": [f"{principals}orders"]}
    refused = playbook("applications", kafka_applications_declared=absent, **beside, **guards)
    assert {each["guard"] for each in result(refused)["outcome"]["failed"]} == {
        "protected_principals"
    }
    gone = playbook("applications", kafka_applications_declared=absent, **beside)
    assert gone.returncode == 0, gone.stdout
    assert brief(result(gone)) == [
        ("quota", "delete"),
        *[("acl", "delete")] * TWICE,
        ("user", "delete"),
        ("topic", "delete"),
    ]
    left = "topics: delete 1, unchanged 1; users: delete 1; ACLs: delete 2, unchanged 3; quotas: de"
    assert left in result(gone)["summary"]


def test_mistakes_are_told_with_the_entry(playbook: Playbook) -> None:
    wrong = [{"name": "a", "topcis": []}, {"topics": []}]
    played = playbook("applications", kafka_applications_declared=wrong)
    assert played.returncode != 0
    message = played.results[-1]["msg"]
    assert "kafka_applications_declared[0] (a): topcis: unknown field" in message
    assert "kafka_applications_declared[1]: name: is missing" in message


def test_each_application_is_proved_as_its_own_user(
    playbook: Playbook, principals: str, prefix: str
) -> None:
    declared = [
        *applications(prefix),
        {"name": f"{prefix}other", "topics": [{"name": f"{prefix}other"}]},
    ]
    variables = {"kafka_applications_declared": declared}
    assert playbook("applications", **variables).returncode == 0
    proved = playbook("prove_applications", **variables, kafka_applications_prove="records")
    assert proved.returncode == 0, proved.stdout
    assert f"(item={prefix}orders, as {prefix}orders)" in proved.stdout

    intruding = {"principal": f"{principals}orders", "produce": [f"{prefix}other"]}
    made = playbook("applications", **variables, kafka_acls_declared=[intruding])
    assert made.returncode == 0, made.stdout
    refused = playbook("prove_applications", **variables)
    assert refused.returncode != 0
    assert f"{prefix}other" in refused.results[-1]["results"][0]["msg"]
