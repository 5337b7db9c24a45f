# SPDX-License-Identifier: GPL-3.0-or-later
"""No module tells a password: not in what Ansible prints at its most talkative, nor in its log, the
system's log, files, or the list of processes; not in another form either."""

from __future__ import annotations

import base64
import json
import urllib.parse
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from confluent_kafka.admin import (
    AclBinding,
    AclOperation,
    AclPermissionType,
    ResourcePatternType,
    ResourceType,
)

from tests.brokers.fixtures import TestBroker
from tests.integration import run
from tests.integration.cluster import Cluster
from tests.integration.processes import watched

MODULES = {path.stem for path in (run.ROOT / "plugins/modules").glob("*.py")}
# what JSON, YAML and shells write in another way follows what is looked for
OWN, WRONG, USER, KEY = (f"zebra-9f1c-{word}\"'\\é" for word in ("own", "wrong", "user", "key"))
MARKS = [secret.split('"')[0] for secret in (OWN, WRONG, USER, KEY)]
# in the place of the real one, since modules log to it by the standard library
SYSLOG = """
import os, syslog
def write(*given):
    with open(os.environ["TEST_SYSLOG"], "a", encoding="utf-8") as file:
        print(*given, file=file)
syslog.syslog = write
"""


def forms(text: str) -> Iterator[str]:
    """The text as others may write it. In base64, what is around it decides its beginning."""
    encoded = text.encode()
    yield text
    yield text[::-1]
    yield urllib.parse.quote(text, safe="")
    yield encoded.hex()
    for offset in range(3):
        written = base64.b64encode(b"\0" * offset + encoded).decode()
        # a digit of it holds six bits, of which those at both ends belong to neighbours too
        yield written[4 if offset else 0 : len(written) - 4]


@pytest.fixture
def keeper(broker: TestBroker, cluster: Cluster, prefix: str) -> Iterator[dict[str, Any]]:
    """The connection of a user who may do everything, and whose password is recognisable."""
    name = f"{prefix}keeper"
    everything = (AclOperation.ALL, AclPermissionType.ALLOW)
    places = {
        ResourceType.BROKER: "kafka-cluster",
        ResourceType.GROUP: "*",
        ResourceType.TOPIC: "*",
    }
    rights = []
    for kind, place in places.items():
        of_all = (kind, place, ResourcePatternType.LITERAL)
        rights.append(AclBinding(*of_all, f"User:{name}", "*", *everything))
    shared = {"bootstrap_servers": broker.bootstrap}
    cluster.allow(rights)
    run.succeed("scram_users", **shared, users=[{"name": name, "password": OWN}])
    yield {
        "bootstrap_servers": broker.sasl_bootstrap,
        "security_protocol": "SASL_SSL",
        "ca_cert": str(broker.ca_cert),
        "sasl_mechanism": "SCRAM-SHA-512",
        "sasl_username": name,
        "sasl_password": OWN,
        "secret_client_properties": {"ssl.key.password": KEY},
    }
    cluster.disallow(rights)
    run.succeed("scram_users", **shared, users=[{"name": name, "state": "absent"}])


def tasks(prefix: str, username: str) -> dict[str, dict[str, Any]]:
    """Of each module what it plans or reads without a failure."""
    topic, principal = f"{prefix}orders", f"User:{prefix}orders"
    topics = {"topics": [{"name": topic}]}
    users = [{"name": f"{prefix}orders", "password": USER}]
    acls = {"acls": [{"principal": principal, "consume": [topic]}]}
    quotas = {"quotas": [{"user": f"{prefix}orders", "quotas": {"producer_byte_rate": "1MiB"}}]}
    return {
        "access_proof": {"username": username, "password": OWN, "produce": ["*"]},
        "acl_info": {},
        "acls": acls,
        "applications": {"topics": topics, "users": users, "acls": acls, "quotas": quotas},
        "broker": {"broker": 1, "state": "active"},
        "cluster_info": {},
        "event_info": {"topic": "__consumer_offsets", "limit": 1},
        "event_publish": {"topic": topic, "source_node_id": "a", "event_type": "A", "events": []},
        "quota_info": {},
        "quotas": quotas,
        "scram_user_info": {},
        "scram_users": {"users": users},
        "topic": {"name": topic},
        "topic_info": {"prefix": prefix},
        "topic_metrics_info": {"prefix": prefix, "interval": 1},
        "topics": topics,
        "undeclared_acls_info": {**acls, "owned_principals": [principal]},
        "undeclared_quotas_info": {**quotas, "owned_user_prefixes": [prefix]},
        "undeclared_scram_users_info": {"users": users, "owned_prefixes": [prefix]},
        "undeclared_topics_info": {**topics, "owned_prefixes": [prefix]},
    }


def failures(given: dict[str, dict[str, Any]]) -> Iterator[tuple[str, dict[str, Any], str]]:
    """Of each module that takes passwords: its options, and what the failure says."""
    refused = {"sasl_password": WRONG}
    misplaced = {
        "name": {"password": USER},
        "pasword": USER,
        "mechanism": {"a": USER},
        "password": [USER],
    }
    for module in ("access_proof", "applications", "scram_users", "undeclared_scram_users_info"):
        yield module, {**given[module], **refused}, "authentication failed"
        if "users" in given[module]:
            mistaken = {**given[module], "users": [misplaced, USER, [USER]]}
            yield module, mistaken, "must be a dictionary with a name"
    yield "access_proof", {**given["access_proof"], "password": WRONG}, "refuses user"
    yield "scram_users", {"users": USER}, "must be a list of users"
    yield "applications", {"scram_users": {"users": [{"password": USER}]}}, "unknown option"


def test_no_module_tells_a_password(keeper: dict[str, Any], prefix: str, tmp_path: Path) -> None:
    plugged, log, system_log = (tmp_path / name for name in ("plugged", "ansible.log", "syslog"))
    scratch = tmp_path / "scratch"
    for folder in (plugged, scratch):
        folder.mkdir()
    (plugged / "sitecustomize.py").write_text(SYSLOG)
    env = {
        "ANSIBLE_INJECT_INVOCATION": "true",
        "ANSIBLE_LOCAL_TEMP": str(scratch / "local"),
        "ANSIBLE_LOG_PATH": str(log),
        "ANSIBLE_REMOTE_TEMP": str(scratch / "remote"),
        "PYTHONPATH": str(plugged),
        "TEST_SYSLOG": str(system_log),
        "TMPDIR": str(scratch),
    }
    given = tasks(prefix, keeper["sasl_username"])
    assert given.keys() == MODULES
    failing = [*failures(given)]
    calls = [*given.items(), *[(module, options) for module, options, _why in failing]]
    plays = [
        {f"omninode.kafka.{module}": {**keeper, **options}, "ignore_errors": True}
        for module, options in calls
    ]

    with watched() as processes:
        played = run.play(plays, "-vvvv", "--check", "--diff", env=env)

    assert played.returncode == 0, played.stderr
    results = [*map(dict, played.results)]
    assert len(results) == len(calls)
    assert [each["msg"] for each in results[: len(given)] if each.get("failed")] == []
    for each, (module, _options, why) in zip(results[len(given) :], failing, strict=True):
        assert why in each["msg"], module
    shown = [each["invocation"]["module_args"]["sasl_password"] for each in results]
    assert set(shown) == {"VALUE_SPECIFIED_IN_NO_LOG_PARAMETER"}
    system = system_log.read_text()
    assert system.count("Invoked with") == len(calls)
    assert any("AnsiballZ_access_proof" in text for text in processes)
    left = [path for path in scratch.rglob("*") if path.is_file()]
    texts = [played.stdout, played.stderr, json.dumps(results), log.read_text(), system]
    texts += [*processes, *(path.read_text(errors="replace") for path in left)]
    lines = {line for text in texts for line in text.splitlines()}
    for mark in MARKS:
        for form in forms(mark):
            assert [line[:500] for line in lines if form in line] == [], (mark, form)
