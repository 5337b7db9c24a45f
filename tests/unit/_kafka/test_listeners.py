# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import json
import re

import pytest
from ansible_collections.omninode.kafka.plugins.module_utils._kafka.listeners import (
    MECHANISMS,
    PROTOCOLS,
    Listener,
    TokenRules,
    flaws,
    properties,
    written,
)
from hypothesis import given
from hypothesis import strategies as st

USERS = {"alice": "secret"}
KEYS = TokenRules("http://127.0.0.1:8080/jwks")
RULE = "RULE:^CN=([^,]+),.*$/$1/L"

FITTING = [
    Listener("PLAINTEXT", 1, "PLAINTEXT"),
    Listener("a_1", 1, "SSL"),
    Listener("A", 1, "SSL", client_auth="requested", principal_rules=(RULE, "DEFAULT")),
    Listener("A", 1, "SSL", client_auth="required", principal_rules=(r"RULE:a\/b/$1\//U",)),
    Listener("A", 1, "SASL_SSL", ("PLAIN",), client_auth="required"),
    Listener("A", 1, "SASL_PLAINTEXT", ("SCRAM-SHA-256", "SCRAM-SHA-512")),
    Listener("A", 1, "SASL_SSL", ("OAUTHBEARER",), KEYS),
    Listener("A", 1, "SASL_SSL", ("OAUTHBEARER",), TokenRules("file:///keys")),
]

OAUTH = ("OAUTHBEARER",)
FLAWED = [
    (Listener("", 1, "SSL"), "name", "'' is not a name"),
    (Listener("a-b", 1, "SSL"), "name", "'a-b' is not a name"),
    (Listener("A", 1, "ssl"), "protocol", "'ssl' is not a protocol"),
    (Listener("A", 1, "SASL_SSL"), "sasl_mechanisms", "SASL_SSL needs a mechanism"),
    (Listener("A", 1, "SSL", ("PLAIN",)), "sasl_mechanisms", "SSL takes no mechanism"),
    (
        Listener("A", 1, "SASL_SSL", ("SCRAM",)),
        "sasl_mechanisms",
        "'SCRAM' is not a mechanism",
    ),
    (
        Listener("A", 1, "SASL_SSL", OAUTH),
        "oauthbearer",
        "OAUTHBEARER needs the keys that sign its tokens",
    ),
    (
        Listener("A", 1, "SASL_SSL", OAUTH, TokenRules("127.0.0.1:8080")),
        "oauthbearer",
        "jwks_url '127.0.0.1:8080' is not a URL of keys",
    ),
    (
        Listener("A", 1, "SASL_SSL", OAUTH, TokenRules("http://a,http://b")),
        "oauthbearer",
        "jwks_url 'http://a,http://b' is not a URL of keys",
    ),
    (
        Listener("A", 1, "SASL_SSL", ("PLAIN",), KEYS),
        "oauthbearer",
        "no mechanism of the listener takes tokens",
    ),
    (
        Listener("A", 1, "SASL_PLAINTEXT", ("PLAIN",), client_auth="required"),
        "client_auth",
        "a client shows a certificate by TLS, not by SASL_PLAINTEXT",
    ),
    (Listener("A", 1, "SSL", client_auth="yes"), "client_auth", "'yes' is not known"),
    (
        Listener("A", 1, "SSL", principal_rules=("DEFAULT",)),
        "principal_mapping_rules",
        "no client is asked for a certificate",
    ),
    (
        Listener(
            "A", 1, "SASL_SSL", ("PLAIN",), client_auth="required", principal_rules=("DEFAULT",)
        ),
        "principal_mapping_rules",
        "the principal of SASL_SSL does not come from a certificate",
    ),
    *[
        (
            Listener("A", 1, "SSL", client_auth="required", principal_rules=(rule,)),
            "principal_mapping_rules",
            f"{rule!r} is not a rule",
        )
        for rule in ("default", "RULE:a", "RULE:a/b", "RULE:a/b/X", "RULE:a/b/,DEFAULT")
    ],
]


@pytest.mark.parametrize("listener", FITTING)
def test_what_kafka_takes_has_no_flaw(listener: Listener) -> None:
    assert list(flaws(listener, USERS)) == []


@pytest.mark.parametrize(("listener", "field", "cause"), FLAWED)
def test_a_flaw_is_told_once_with_what_to_write(listener: Listener, field: str, cause: str) -> None:
    [flaw] = flaws(listener, USERS)

    assert (flaw.field, flaw.cause) == (field, cause)
    assert str(flaw) == f"{cause}: {flaw.advice}"
    assert re.match("write|add", flaw.advice)


@pytest.mark.parametrize("mechanism", sorted({*MECHANISMS} - {"OAUTHBEARER"}))
def test_a_mechanism_with_passwords_needs_users(mechanism: str) -> None:
    listener = Listener("A", 1, "SASL_SSL", (mechanism,))

    [flaw] = flaws(listener, {})

    assert flaw.cause == f"{mechanism} needs users"
    assert "kafka_broker_users" in flaw.advice


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_all_flaws_are_told_at_once(protocol: str) -> None:
    listener = Listener("a b", 1, protocol, ("NO",), KEYS, "perhaps", ("x",))

    fields = {flaw.field for flaw in flaws(listener, {})}

    assert fields >= {
        "name",
        "sasl_mechanisms",
        "oauthbearer",
        "client_auth",
        "principal_mapping_rules",
    }


def test_a_listener_without_more_has_no_property() -> None:
    assert properties(Listener("TLS", 1, "SSL"), USERS) == {}


def test_each_mechanism_has_its_login_module() -> None:
    made = properties(Listener("Users", 1, "SASL_SSL", MECHANISMS, KEYS), {"a": "b"})

    prefix = "listener.name.users."
    assert made[f"{prefix}sasl.enabled.mechanisms"] == ",".join(MECHANISMS)
    for mechanism in MECHANISMS:
        assert made[f"{prefix}{mechanism.lower()}.sasl.jaas.config"].startswith(
            "org.apache.kafka.common.security."
        )
    # the credentials of SCRAM are in the cluster's metadata
    holding = [key for key, value in made.items() if '"user_a"="b"' in value]
    assert holding == [f"{prefix}plain.sasl.jaas.config"]


def test_tokens_are_held_to_what_is_declared() -> None:
    rules = TokenRules("http://keys", "http://issuer", ("a", "b"))

    made = properties(Listener("T", 1, "SASL_SSL", OAUTH, rules), {})

    assert {
        key.partition("listener.name.t.sasl.oauthbearer.")[2]: value
        for key, value in made.items()
        if "sasl.oauthbearer" in key
    } == {
        "jwks.endpoint.url": "http://keys",
        "expected.issuer": "http://issuer",
        "expected.audience": "a,b",
    }


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_a_written_value_is_one_line_of_ascii(text: str) -> None:
    line = written(text)

    assert line.isascii()
    assert line.isprintable() or "\x7f" in line
    assert json.loads(f'"{line}"') == text


def test_a_boolean_is_written_as_java_reads_it() -> None:
    assert (written(True), written(False), written(3)) == ("true", "false", "3")
