# SPDX-License-Identifier: GPL-3.0-or-later
"""No module tells a password: not in what Ansible prints at its most talkative, nor in its log, the
system's log, files, or the list of processes; not in another form either."""

from __future__ import annotations

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
from tests.certificates import authority, certificate, encrypted
from tests.integration import run
from tests.integration.cluster import Cluster
from tests.integration.leaks import assert_unseen, lines_of_key, watch

# what has no main documents an action plugin, which hands on to these
PATHS = (run.ROOT / "plugins/modules").glob("*.py")
MODULES = {path.stem for path in PATHS if "def main" in path.read_text()}
# what JSON, YAML and shells write in another way follows what is looked for
OWN, WRONG, USER, KEY, PROPERTY = (
    f"zebra-9f1c-{word}\"'\\é" for word in ("own", "wrong", "user", "key", "property")
)
MARKS = [secret.split('"')[0] for secret in (OWN, WRONG, USER, KEY, PROPERTY)]


@pytest.fixture
def keeper(
    broker: TestBroker, cluster: Cluster, prefix: str, tmp_path: Path
) -> Iterator[dict[str, Any]]:
    """The connection of a user who may do everything, and whose secrets are recognisable."""
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
    client = certificate(tmp_path, "client", authority(tmp_path, "ca"))
    cluster.allow(rights)
    run.succeed("scram_users", **shared, users=[{"name": name, "password": OWN}])
    yield {
        "bootstrap_servers": broker.sasl_bootstrap,
        "security_protocol": "SASL_SSL",
        "ca_cert": str(broker.ca_cert),
        "sasl_mechanism": "SCRAM-SHA-512",
        "sasl_username": name,
        "sasl_password": OWN,
        # the listener does not ask for it
        "client_cert_pem": client.certificate.read_text(),
        "client_key_pem": encrypted(client.key, KEY).read_text(),
        "client_key_password": KEY,
    }
    cluster.disallow(rights)
    run.succeed("scram_users", **shared, users=[{"name": name, "state": "absent"}])


def tasks(prefix: str, username: str) -> dict[str, dict[str, Any]]:
    """Of each module what it plans or reads without a failure."""
    topic, events, principal = f"{prefix}orders", f"{prefix}events", f"User:{prefix}orders"
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
        "cluster_info": {"secret_client_properties": {"ssl.keystore.password": PROPERTY}},
        "event_info": {"topic": events},
        "event_publish": {"topic": events, "source_node_id": "a", "event_type": "A", "events": []},
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


def test_no_module_tells_a_password(
    keeper: dict[str, Any], cluster: Cluster, prefix: str, tmp_path: Path
) -> None:
    cluster.create({f"{prefix}events": (1, {})})
    given = tasks(prefix, keeper["sasl_username"])
    assert given.keys() == MODULES
    failing = [*failures(given)]
    calls = [*given.items(), *[(module, options) for module, options, _why in failing]]
    plays = [
        {f"omninode.kafka.{module}": {**keeper, **options}, "ignore_errors": True}
        for module, options in calls
    ]

    seen = watch(tmp_path, plays)

    results = [*map(dict, seen.played.results)]
    assert len(results) == len(calls)
    assert [each["msg"] for each in results[: len(given)] if "error" in each] == []
    for each, (module, _options, why) in zip(results[len(given) :], failing, strict=True):
        assert why in each["msg"], module
    shown = [each["invocation"]["module_args"]["sasl_password"] for each in results]
    assert set(shown) == {"VALUE_SPECIFIED_IN_NO_LOG_PARAMETER"}
    assert seen.system.count("Invoked with") == len(calls)
    assert any("AnsiballZ_access_proof" in text for text in seen.processes)
    assert_unseen(seen, [*MARKS, *lines_of_key(keeper["client_key_pem"])])
