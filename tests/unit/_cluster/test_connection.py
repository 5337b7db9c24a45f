# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from ansible_collections.omninode.kafka.plugins.module_utils._cluster.connection import Connection
from ansible_collections.omninode.kafka.plugins.module_utils._core.errors import InvalidSpec

from tests.certificates import PASSWORD, authority, certificate, encrypted

TLS: dict[str, Any] = {"security_protocol": "SSL"}
SASL: dict[str, Any] = {
    "security_protocol": "SASL_SSL",
    "sasl_mechanism": "SCRAM-SHA-512",
    "sasl_username": "u",
    "sasl_password": "p",
}
MISSING = "is needed with security_protocol SASL_PLAINTEXT (option or OMNINODE_KAFKA"


def connection(**options: Any) -> Connection:
    return Connection(**{"bootstrap_servers": ("a:1", "b:2"), **options})


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"security_protocol": "SSL"},
        SASL,
        {"timeout": 1},
        {"timeout": 3000},
        {
            **TLS,
            "client_properties": {"linger.ms": "5"},
            "secret_client_properties": {"ssl.keystore.password": "x"},
        },
        {**SASL, "client_properties": {"ssl.endpoint.identification.algorithm": "none"}},
    ],
)
def test_fine(options: dict[str, Any]) -> None:
    connection(**options).check()


@pytest.mark.parametrize(
    ("options", "problems"),
    [
        ({"timeout": 0}, ["timeout must be 1 to 3000 seconds, not 0"]),
        ({"timeout": -5}, ["timeout must be 1 to 3000 seconds, not -5"]),
        ({"timeout": 3001}, ["timeout must be 1 to 3000 seconds, not 3001"]),
        (
            {"security_protocol": "SASL_PLAINTEXT"},
            [
                f"sasl_mechanism {MISSING}_SASL_MECHANISM)",
                f"sasl_username {MISSING}_SASL_USERNAME)",
                f"sasl_password {MISSING}_SASL_PASSWORD)",
            ],
        ),
        (
            {
                "security_protocol": "SASL_PLAINTEXT",
                "sasl_mechanism": "PLAIN",
                "sasl_username": "u",
                "sasl_password": "",
            },
            [f"sasl_password {MISSING}_SASL_PASSWORD)"],
        ),
        ({**TLS, "ca_cert": "/nowhere/ca.pem"}, ["ca_cert: cannot read file /nowhere/ca.pem"]),
        (
            {**TLS, "client_cert": "/nowhere/c.pem"},
            [
                "client_cert and client_key are needed together",
                "client_cert: cannot read file /nowhere/c.pem",
            ],
        ),
        (
            {**TLS, "client_key": "/nowhere/k.pem"},
            [
                "client_cert and client_key are needed together",
                "client_key: cannot read file /nowhere/k.pem",
            ],
        ),
        (
            {**TLS, "client_cert": "/nowhere/c.pem", "client_key": "/nowhere/k.pem"},
            [
                "client_cert: cannot read file /nowhere/c.pem",
                "client_key: cannot read file /nowhere/k.pem",
            ],
        ),
        *[
            (
                {**TLS, "client_properties": {key: "x"}},
                [f"client_properties: {key} carries a secret, move it to secret_client_properties"],
            )
            for key in (
                "ssl.keystore.password",
                "ssl.some.keystore.pem",
            )
        ],
        *[
            ({**TLS, name: {key: "x"}}, [f"{name}: {key} cannot be set: {why}"])
            for name in ("client_properties", "secret_client_properties")
            for key, why in (
                ("bootstrap.servers", "use the option bootstrap_servers"),
                ("metadata.broker.list", "use the option bootstrap_servers"),
                ("security.protocol", "use the option security_protocol"),
                ("sasl.mechanism", "use the option sasl_mechanism"),
                ("sasl.mechanisms", "use the option sasl_mechanism"),
                ("sasl.username", "use the option sasl_username"),
                ("sasl.password", "use the option sasl_password"),
                ("ssl.ca.location", "use the option ca_cert"),
                ("ssl.certificate.location", "use the option client_cert"),
                ("ssl.key.location", "use the option client_key"),
                ("ssl.ca.pem", "use the option ca_cert_pem"),
                ("ssl.certificate.pem", "use the option client_cert_pem"),
                ("ssl.key.pem", "use the option client_key_pem"),
                ("ssl.key.password", "use the option client_key_password"),
                ("sasl.oauthbearer.method", "use the options that begin with oauth_"),
                ("sasl.oauthbearer.client.secret", "use the options that begin with oauth_"),
                ("sasl.oauthbearer.config", "use the options that begin with oauth_"),
                (
                    "allow.auto.create.topics",
                    "fixed to false, so that reading never creates a topic",
                ),
            )
        ],
        (
            {"client_properties": {"x": "-----BEGIN PRIVATE KEY-----"}},
            ["client_properties: x carries a secret, move it to secret_client_properties"],
        ),
        *[
            (
                {name: {key: "x"}},
                [f"{name}: {key} is a function of the Python client, not a property"],
            )
            for name in ("client_properties", "secret_client_properties")
            for key in ("logger", "oauth_cb", "error_cb", "stats_cb")
        ],
        (
            {
                **TLS,
                "timeout": 0,
                "ca_cert": "/nowhere",
                "client_properties": {"x.secret": "x"},
            },
            [
                "timeout must be 1 to 3000 seconds, not 0",
                "ca_cert: cannot read file /nowhere",
                "client_properties: x.secret carries a secret, move it to secret_client_properties",
            ],
        ),
    ],
)
def test_all_problems_are_told_with_the_address(
    options: dict[str, Any], problems: list[str]
) -> None:
    tried = connection(**options)
    with pytest.raises(InvalidSpec) as caught:
        tried.check()
    assert str(caught.value) == f"cannot connect to {tried.address}: " + "; ".join(problems)
    # every problem begins with the option that it is about
    assert caught.value.facts == {
        "errors": [
            {"where": "connection", "field": problem.split()[0].rstrip(":"), "message": problem}
            for problem in problems
        ],
    }


FILES = ("ca_cert", "client_cert", "client_key")
SASL_OPTIONS = {name: value for name, value in SASL.items() if name.startswith("sasl_")}


@pytest.mark.parametrize(
    ("protocol", "options", "choose"),
    [
        ("PLAINTEXT", SASL_OPTIONS, "SASL_SSL"),
        ("PLAINTEXT", {"sasl_username": "u"}, "SASL_SSL"),
        ("SSL", SASL_OPTIONS, "SASL_SSL"),
        *[("PLAINTEXT", {name: "/nowhere"}, "SSL") for name in FILES],
        *[("SASL_PLAINTEXT", {**SASL_OPTIONS, name: "/nowhere"}, "SASL_SSL") for name in FILES],
        ("PLAINTEXT", {**SASL_OPTIONS, "ca_cert": "/nowhere"}, "SASL_SSL"),
    ],
)
def test_options_that_the_protocol_ignores_are_refused(
    protocol: str, options: dict[str, Any], choose: str
) -> None:
    left = options if "SASL" not in protocol else {name: "" for name in options if name in FILES}
    with pytest.raises(InvalidSpec) as caught:
        connection(security_protocol=protocol, **options).check()
    messages = str(caught.value).removeprefix("cannot connect to a:1,b:2: ").split("; ")
    for name in left:
        assert f"{name} is not used with security_protocol {protocol}, choose {choose}" in messages


@pytest.mark.parametrize("option", ["client_properties", "secret_client_properties"])
def test_tls_properties_that_the_protocol_ignores_are_refused(option: str) -> None:
    for protocol, choose in (("PLAINTEXT", "SSL"), ("SASL_PLAINTEXT", "SASL_SSL")):
        options = {
            **(SASL if "SASL" in protocol else {}),
            "security_protocol": protocol,
            option: {"ssl.ciphers": "x"},
        }
        with pytest.raises(
            InvalidSpec,
            match=f": {option}: ssl.ciphers is not used with security_protocol {protocol}, "
            f"choose {choose}$",
        ):
            connection(**options).check()


def test_an_invalid_address_is_not_shown() -> None:
    for servers in (("user:secret@host:1",), ("a:1", "http://secret:1"), ("a:1", "secret/")):
        with pytest.raises(InvalidSpec, match=r"^cannot connect: bootstrap_servers") as caught:
            connection(bootstrap_servers=servers, timeout=0).check()
        assert "secret" not in f"{caught.value}{caught.value.facts}"


def test_given_problems_name_their_variables() -> None:
    with pytest.raises(InvalidSpec) as caught:
        connection(timeout=0).check(
            [("client_properties", "client_properties: x has no value")],
            {"timeout": "THE_VARIABLE"},
        )
    problems = [
        "client_properties: x has no value",
        "timeout must be 1 to 3000 seconds, not 0 (from THE_VARIABLE)",
    ]
    assert str(caught.value) == f"cannot connect to a:1,b:2: {'; '.join(problems)}"
    assert [error["message"] for error in caught.value.facts["errors"]] == problems  # type: ignore[attr-defined]


def test_the_password_of_a_key(tmp_path: Path) -> None:
    shown = certificate(tmp_path, "client", authority(tmp_path, "ca"))
    files = {"client_cert": str(shown.certificate), "client_key": str(encrypted(shown.key))}
    connection(**TLS, **files, client_key_password=PASSWORD).check()
    with pytest.raises(InvalidSpec, match="another password than"):
        connection(**TLS, **files, client_key_password="other").check()


ALWAYS = {
    "client.id": "omninode.kafka",
    "bootstrap.servers": "a:1,b:2",
    "security.protocol": "PLAINTEXT",
    "allow.auto.create.topics": False,
}


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({}, ALWAYS),
        ({"timeout": 5, "cluster_id": "x"}, ALWAYS),
        (
            {**SASL, "ca_cert": "ca", "client_cert": "c", "client_key": "k"},
            {
                **ALWAYS,
                "security.protocol": "SASL_SSL",
                "sasl.mechanism": "SCRAM-SHA-512",
                "sasl.username": "u",
                "sasl.password": "p",
                "ssl.ca.location": "ca",
                "ssl.certificate.location": "c",
                "ssl.key.location": "k",
            },
        ),
        (
            {
                "client_properties": {"client.id": "mine", "linger.ms": "5"},
                "secret_client_properties": {"ssl.keystore.password": "x"},
            },
            {**ALWAYS, "client.id": "mine", "linger.ms": "5", "ssl.keystore.password": "x"},
        ),
        (
            {
                **TLS,
                "ca_cert_pem": "ca",
                "client_cert_pem": "c",
                "client_key_pem": "k",
                "client_key_password": "p",
            },
            {
                **ALWAYS,
                "security.protocol": "SSL",
                "ssl.ca.pem": "ca",
                "ssl.certificate.pem": "c",
                "ssl.key.pem": "k",
                "ssl.key.password": "p",
            },
        ),
        # whatever a caller that skips check() hands in
        (
            {"client_properties": {"allow.auto.create.topics": "true", "bootstrap.servers": "c:3"}},
            ALWAYS,
        ),
    ],
)
def test_client_config(options: dict[str, Any], expected: dict[str, Any]) -> None:
    assert connection(**options).client_config() == expected


def test_a_secret_that_begins_with_another_is_scrubbed_as_a_whole() -> None:
    secrets = {"a.password": "tiger", "b.password": "tiger5"}
    assert Connection(("a:1",), secret_client_properties=secrets).scrub("a tiger5") == "a ********"


def test_secrets_are_scrubbed_and_not_shown() -> None:
    secretive = connection(
        **{**SASL, "sasl_password": "hunter2"},
        secret_client_properties={"ssl.keystore.password": "tiger3", "empty": ""},
        client_key_pem="key of mine\n",
        client_key_password="lion4",
        oauth_client_secret="bear5",
        oauth_token="\n",
    )
    assert secretive.scrub("hunter2 for a:1 and tiger3") == "******** for a:1 and ********"
    assert secretive.scrub("key of mine, lion4, bear5") == "********, ********, ********"
    for secret in ("hunter2", "tiger3", "key of mine", "lion4", "bear5"):
        assert secret not in repr(secretive)


@pytest.mark.parametrize("text", ["a\0b", "a\ud800b"], ids=["nul", "half a surrogate pair"])
@pytest.mark.parametrize(
    "name", ["sasl_username", "sasl_password", "ca_cert", "client_cert", "client_key"]
)
def test_a_text_that_the_client_library_would_cut_or_die_of(name: str, text: str) -> None:
    others = {**SASL, "client_cert": __file__, "client_key": __file__}
    with pytest.raises(InvalidSpec, match=f"{name} has characters that cannot be sent"):
        Connection(("localhost:9092",), **{**others, name: text}).check()


@pytest.mark.parametrize("properties", [{"client.\0id": "x"}, {"client.id": "x\ud800"}])
@pytest.mark.parametrize("option", ["client_properties", "secret_client_properties"])
def test_a_property_that_the_client_library_would_cut_or_die_of(
    option: str, properties: dict[str, str]
) -> None:
    with pytest.raises(InvalidSpec, match=f"{option}: .* has characters that cannot be sent"):
        Connection(("localhost:9092",), **{option: properties}).check()
