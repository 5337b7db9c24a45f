# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible_collections.omninode.kafka.plugins.filter.broker_settings import broker_settings

PLAINTEXT = {"name": "PLAINTEXT", "port": 9092, "protocol": "PLAINTEXT"}
SASL_SSL = {
    "name": "SASL_SSL",
    "port": 9192,
    "protocol": "SASL_SSL",
    "sasl_mechanisms": ["SCRAM-SHA-512"],
}
TOKENS = {
    "name": "TOKENS",
    "port": 9102,
    "protocol": "SASL_SSL",
    "sasl_mechanisms": ["OAUTHBEARER"],
    "oauthbearer": {"jwks_url": "http://keys"},
}
PORTS = {
    "kafka_broker_port": 9092,
    "kafka_broker_sasl_port": 9192,
    "kafka_broker_jmx_exporter_port": 0,
}
USERS = [{"name": "dev", "password": "dev-secret"}]
ALLOWED_URLS = "org.apache.kafka.sasl.oauthbearer.allowed.urls"


def settings(*listeners: dict[str, Any], **others: Any) -> dict[str, Any]:
    given = {"users": USERS, "ports": PORTS, **others}
    return broker_settings(listeners or [PLAINTEXT, SASL_SSL], **given)


def problem(*listeners: dict[str, Any], **others: Any) -> str:
    """The one that there is."""
    told = settings(*listeners, **others)
    assert told.keys() == {"problems"}
    head, _colon, text = told["problems"].partition(": ")
    assert head == "1 error in the variables of the role kafka_broker, nothing was started"
    return str(text)


def test_the_default_is_what_the_role_always_made() -> None:
    made = settings()

    assert made["problems"] == ""
    assert made["properties"] == {
        "listener.security.protocol.map": "PLAINTEXT:PLAINTEXT,SASL_SSL:SASL_SSL,"
        "INTERNAL:PLAINTEXT,CONTROLLER:PLAINTEXT",
        "listener.name.sasl_ssl.sasl.enabled.mechanisms": "SCRAM-SHA-512",
        "listener.name.sasl_ssl.scram-sha-512.sasl.jaas.config": "org.apache.kafka.common."
        "security.scram.ScramLoginModule required;",
    }
    assert (made["racks"], made["jvm_properties"]) == ([], {})
    listeners = [(shown["port"], shown["tls"], shown["setting"]) for shown in made["listeners"]]
    assert listeners == [(9092, False, "kafka_broker_port"), (9192, True, "kafka_broker_sasl_port")]


def test_a_listener_of_ones_own_names_itself() -> None:
    [shown] = settings({**PLAINTEXT, "port": 1234})["listeners"]

    assert shown["setting"] == "listener PLAINTEXT of kafka_broker_listeners"


def test_numbers_and_lists_may_be_texts() -> None:
    """As they are from the command line."""
    listener = {**SASL_SSL, "port": "9192", "sasl_mechanisms": "PLAIN, SCRAM-SHA-512"}
    ports = {name: str(port) for name, port in PORTS.items()}

    made = settings(listener, nodes="3", racks="a,b,c", ports=ports)

    assert made["listeners"][0]["port"] == 9192
    assert made["racks"] == ["a", "b", "c"]
    key = "listener.name.sasl_ssl.sasl.enabled.mechanisms"
    assert made["properties"][key] == "PLAIN,SCRAM-SHA-512"


def test_with_an_authorizer_the_nodes_are_somebody() -> None:
    made = settings(authorizer=True, super_users=["User:a", "User:b"])["properties"]

    assert made["super.users"] == "User:CN=localhost;User:a;User:b"
    assert made["listener.security.protocol.map"].endswith("INTERNAL:SSL,CONTROLLER:SSL")
    for listener in ("internal", "controller"):
        assert made[f"listener.name.{listener}.ssl.client.auth"] == "required"


def test_nodes_need_no_certificate_where_everybody_is_a_super_user() -> None:
    made = settings(authorizer=True, super_users=["User:a", "User:ANONYMOUS"])["properties"]

    assert made["super.users"] == "User:a;User:ANONYMOUS"
    assert made["listener.security.protocol.map"].endswith(
        "INTERNAL:PLAINTEXT,CONTROLLER:PLAINTEXT"
    )
    assert not [key for key in made if key.startswith("listener.name.internal.")]


def test_config_overrides_what_the_variables_come_to() -> None:
    key = "listener.name.sasl_ssl.sasl.enabled.mechanisms"

    one = settings(config={key: "PLAIN"})["properties"]
    all_listeners = settings(config={"sasl.enabled.mechanisms": "PLAIN", "a": True})["properties"]

    assert one[key] == "PLAIN"
    assert key not in all_listeners
    assert (all_listeners["sasl.enabled.mechanisms"], all_listeners["a"]) == ("PLAIN", "true")


def test_java_may_ask_for_the_keys_of_tokens() -> None:
    another = {**TOKENS, "name": "B", "port": 1, "oauthbearer": {"jwks_url": "http://a"}}
    both = settings(TOKENS, another, jvm_properties={"a": True, "b": 1})["jvm_properties"]
    own = {ALLOWED_URLS: "http://keys,http://other"}

    assert both == {ALLOWED_URLS: "http://a,http://keys", "a": "true", "b": "1"}
    assert settings(TOKENS, jvm_properties=own)["jvm_properties"] == own


@pytest.mark.parametrize(
    ("others", "expected"),
    [
        (
            {"racks": ["a"], "nodes": 3},
            "kafka_broker_racks: the number of nodes is 3, that of racks 1: "
            "write one for each node, the same again where nodes share it",
        ),
        ({"racks": [""]}, "kafka_broker_racks: a rack has no name: write one"),
        (
            {"racks": ["a"], "config": {"broker.rack": "b"}},
            "kafka_broker_config: kafka_broker_racks sets broker.rack: leave one of them out",
        ),
        (
            {"super_users": ["User:a"]},
            "kafka_broker_super_users: without an authorizer, everybody may do everything: "
            "write kafka_broker_authorizer: true",
        ),
        (
            {"authorizer": True},
            "kafka_broker_authorizer: nobody may give rights: "
            "write kafka_broker_super_users, such as [User:admin]",
        ),
        (
            {"authorizer": True, "super_users": ["admin"]},
            "kafka_broker_super_users: 'admin' is not a principal: "
            "write User: and a name without a semicolon, such as User:admin",
        ),
        (
            {"authorizer": True, "super_users": ["User:a"], "config": {"super.users": "User:b"}},
            "kafka_broker_config: kafka_broker_authorizer sets super.users: leave one of them out",
        ),
        (
            {"jvm_properties": {"-Da": 1}},
            "kafka_broker_jvm_properties: '-Da' is not a name: write it without -D, = and spaces",
        ),
        (
            {"jvm_properties": {"a": None}},
            "kafka_broker_jvm_properties: a is no text, number or boolean: "
            "write one, or leave a out",
        ),
        (
            {"users": [{"name": "a", "password": "hunter2,b"}]},
            "kafka_broker_users: the name or the password of 'a' has a comma or a line break: "
            "choose another",
        ),
    ],
)
def test_a_mistake_is_told(others: dict[str, Any], expected: str) -> None:
    assert problem(**others) == f"the broker: {expected}"


def test_everyone_may_have_all_rights_without_a_super_user() -> None:
    everyone = {"allow.everyone.if.no.acl.found": True}

    assert settings(authorizer=True, config=everyone)["problems"] == ""


@pytest.mark.parametrize(
    ("port", "nodes", "expected"),
    [
        (9092, 1, "9092 is taken, port of listener PLAINTEXT takes 9092: choose another"),
        (9090, 3, "9090 to 9092 is taken, port of listener PLAINTEXT takes 9092 to 9094: "
                  "choose ports 3 apart"),
        (9292, 1, "9292 is taken, kafka_broker_port + 200 of the broker takes 9292: "
                  "choose another"),
        (9392, 1, "9392 is taken, kafka_broker_port + 300 of the broker takes 9392: "
                  "choose another"),
        (0, 1, "0 is not a port: choose from 1 to 65535"),
        (65534, 3, "65534 to 65536 is not a port: choose from 1 to 65535"),
    ],
)  # fmt: skip
def test_a_port_that_cannot_be_is_told(port: int, nodes: int, expected: str) -> None:
    another = {"name": "B", "port": port, "protocol": "PLAINTEXT"}

    assert problem(PLAINTEXT, another, nodes=nodes) == f"listener B: port: {expected}"


def test_ports_next_to_each_other_are_taken() -> None:
    another = {"name": "B", "port": 9095, "protocol": "PLAINTEXT"}

    assert settings(PLAINTEXT, another, nodes=3)["problems"] == ""


def test_the_exporter_needs_a_port_of_its_own() -> None:
    told = problem(PLAINTEXT, ports={**PORTS, "kafka_broker_jmx_exporter_port": 9092})

    assert told == (
        "listener PLAINTEXT: port: 9092 is taken, "
        "kafka_broker_jmx_exporter_port of the broker takes 9092: choose another"
    )


def test_names_of_listeners_are_their_own() -> None:
    twice = problem(PLAINTEXT, {**PLAINTEXT, "name": "plaintext", "port": 1})
    of_nodes = problem({**PLAINTEXT, "name": "Internal"})

    assert twice == (
        "the broker: kafka_broker_listeners: 2 listeners have the name PLAINTEXT: "
        "choose a name for each"
    )
    assert "the nodes use INTERNAL among themselves: choose another name" in of_nodes
    assert "no client can reach a broker without a listener" in broker_settings([])["problems"]


def test_users_of_an_older_start_have_one_mechanism() -> None:
    both = {**SASL_SSL, "sasl_mechanisms": ["SCRAM-SHA-256", "SCRAM-SHA-512"]}

    assert problem(both, scram_mechanisms=["SCRAM-SHA-512"]).startswith(
        "the broker: kafka_broker_home: the users of the broker's first start have no "
        "SCRAM-SHA-256: run once with kafka_broker_state=absent"
    )


def test_allowed_urls_of_ones_own_have_those_of_the_listeners() -> None:
    told = problem(TOKENS, jvm_properties={ALLOWED_URLS: "http://other"})

    assert f"{ALLOWED_URLS} lacks the jwks_url http://keys: add it" in told


def test_all_mistakes_are_told_at_once_without_a_password() -> None:
    mistaken = {"name": "a b", "port": 0, "protocol": "TLS"}
    users = [{"name": "a", "password": "hunter2\n"}]

    told = settings(mistaken, users=users, racks=["a", "b"], jvm_properties={"-D": 1})["problems"]

    assert told.startswith("6 errors in ")
    assert len(told.splitlines()) == 7
    assert "hunter2" not in told


def test_what_is_missing_is_told() -> None:
    told = broker_settings([{}])["problems"]

    assert {line.split(":")[1].strip() for line in told.splitlines()[1:]} == {
        "name",
        "port",
        "protocol",
    }


def test_the_example_of_the_role_has_no_mistake() -> None:
    readme = Path(__file__).parents[3] / "roles/kafka_broker/README.md"
    [_first, example] = re.findall("```yaml\n(.*?)```", readme.read_text(), re.DOTALL)
    [play] = yaml.safe_load(example)
    variables = {
        name.removeprefix("kafka_broker_"): value
        for name, value in play["roles"][0]["vars"].items()
    }

    made = broker_settings(variables.pop("listeners"), ports=PORTS, **variables)

    assert made["problems"] == ""
    assert len(made["listeners"]) == 3
