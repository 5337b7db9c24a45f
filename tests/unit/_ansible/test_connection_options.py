# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from ansible.module_utils.basic import AnsibleModule
from ansible.module_utils.testing import patch_module_args
from ansible_collections.omninode.kafka.plugins.module_utils._ansible.options.connection import (
    REDACTED,
    connection_from,
    connection_spec,
    echoed,
)
from ansible_collections.omninode.kafka.plugins.module_utils._cluster.connection import Connection
from ansible_collections.omninode.kafka.plugins.module_utils._core.errors import InvalidSpec

from tests.certificates import authority, certificate


@pytest.fixture(autouse=True)
def no_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in connection_spec():
        monkeypatch.delenv(f"OMNINODE_KAFKA_{name.upper()}", raising=False)


def connection(**options: Any) -> Connection:
    """As a module gets it from these options."""
    with patch_module_args(options):
        return connection_from(AnsibleModule(argument_spec=connection_spec()).params)


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    folder = tmp_path_factory.mktemp("certificates")
    ca = authority(folder, "ca")
    client = certificate(folder, "client", ca)
    return {
        "ca_cert": str(ca.certificate),
        "client_cert": str(client.certificate),
        "client_key": str(client.key),
    }


def test_every_option_reaches_the_connection(files: dict[str, str]) -> None:
    options: dict[str, Any] = {
        "bootstrap_servers": ["a:1", "b:2"],
        "security_protocol": "SASL_SSL",
        **files,
        "sasl_mechanism": "PLAIN",
        "sasl_username": "u",
        "sasl_password": "p",
        "timeout": 5,
        "cluster_id": "x",
        "client_properties": {"linger.ms": 5, "enable.ssl.certificate.verification": True},
        "secret_client_properties": {"ssl.keystore.password": "s"},
    }
    assert {*options, *OTHER_WAYS} == {*connection_spec()}
    assert connection(**options) == Connection(
        **{
            **options,
            "bootstrap_servers": ("a:1", "b:2"),
            # as librdkafka spells them
            "client_properties": {"linger.ms": "5", "enable.ssl.certificate.verification": "true"},
        }
    )


OTHER_WAYS = {
    "ca_cert_pem",
    "client_cert_pem",
    "client_key_pem",
    "client_key_password",
    "oauth_token_endpoint",
    "oauth_client_id",
    "oauth_client_secret",
    "oauth_scope",
    "oauth_token",
}


def test_every_other_way_reaches_the_connection(files: dict[str, str]) -> None:
    texts = {f"{name}_pem": Path(path).read_text() for name, path in files.items()}
    credentials = {
        "oauth_token_endpoint": "https://login.example/token",
        "oauth_client_id": "shop",
        "oauth_client_secret": "s",
        "oauth_scope": "kafka",
    }
    secured = {"security_protocol": "SASL_SSL", "sasl_mechanism": "OAUTHBEARER"}
    more = {**secured, **texts, "client_key_password": "p"}
    for own in (credentials, {"oauth_token": "opaque"}):
        assert connection(bootstrap_servers="a:1", **more, **own) == Connection(
            ("a:1",), **more, **own
        )


def test_all_but_the_address_has_a_default() -> None:
    assert connection(bootstrap_servers="a:1") == Connection(("a:1",))
    with pytest.raises(InvalidSpec, match="bootstrap_servers is empty"):
        connection()


def test_ansible_knows_the_defaults() -> None:
    defaults = {
        name: option["default"] for name, option in connection_spec().items() if "default" in option
    }

    assert defaults == {
        "security_protocol": "PLAINTEXT",
        "timeout": 30,
        "client_properties": {},
        "secret_client_properties": {},
    }
    assert Connection((), **defaults) == Connection(())


@pytest.mark.parametrize(
    "servers",
    ["a:1,b:2", "a:1, b:2", "a:1,b:2,", "a:1,b:2\n", " a:1 ,\n b:2,\n", ["a:1", " b:2\n", "", " "]],
)
def test_servers_may_be_one_string_or_bring_spaces_along(
    servers: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert connection(bootstrap_servers=servers).bootstrap_servers == ("a:1", "b:2")
    if isinstance(servers, str):
        monkeypatch.setenv("OMNINODE_KAFKA_BOOTSTRAP_SERVERS", servers)
        assert connection().bootstrap_servers == ("a:1", "b:2")


@pytest.mark.parametrize(
    ("name", "text", "value", "own"),
    [
        ("bootstrap_servers", "a:1,b:2", ("a:1", "b:2"), ["own:1"]),
        ("timeout", "7", 7, 30),
        ("cluster_id", "x", "x", "own"),
        ("client_properties", '{"linger.ms": 5}', {"linger.ms": "5"}, {}),
        ("secret_client_properties", "sasl.x=s", {"sasl.x": "s"}, {}),
        ("security_protocol", "SSL", "SSL", "PLAINTEXT"),
    ],
)
def test_the_environment_fills_in_but_never_overrides(
    monkeypatch: pytest.MonkeyPatch, name: str, text: str, value: object, own: object
) -> None:
    monkeypatch.setenv("OMNINODE_KAFKA_BOOTSTRAP_SERVERS", "env:1")
    monkeypatch.setenv(variable(name), text)
    assert getattr(connection(), name) == value
    # also where it is what would be taken without it
    chosen = getattr(connection(**{name: own}), name)
    assert chosen == (tuple(own) if isinstance(own, list) else own)


def variable(name: str) -> str:
    return f"OMNINODE_KAFKA_{name.upper()}"


SASL = {"sasl_mechanism": "PLAIN", "sasl_username": "u", "sasl_password": "secret"}


def test_secrets_and_files_of_the_environment(
    monkeypatch: pytest.MonkeyPatch, files: dict[str, str]
) -> None:
    for name, text in {**SASL, **files}.items():
        monkeypatch.setenv(variable(name), text)
    assert connection(bootstrap_servers="a:1", security_protocol="SASL_SSL") == Connection(
        ("a:1",), "SASL_SSL", **SASL, **files
    )
    # where the play names the protocol, what it has no use for is left in the shell
    assert connection(bootstrap_servers="a:1", security_protocol="PLAINTEXT") == Connection(
        ("a:1",)
    )
    assert connection(bootstrap_servers="a:1", security_protocol="SSL") == Connection(
        ("a:1",), "SSL", **files
    )


def test_secrets_of_the_environment_are_not_ignored_by_default(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("OMNINODE_KAFKA_SASL_USERNAME", "u")
    told = (
        "sasl_username is not used with security_protocol PLAINTEXT, choose SASL_SSL (from "
        "OMNINODE_KAFKA_SASL_USERNAME)"
    )
    with pytest.raises(InvalidSpec) as caught:
        connection(bootstrap_servers="a:1")
    assert str(caught.value) == f"cannot connect to a:1: {told}"
    monkeypatch.setenv("OMNINODE_KAFKA_SECURITY_PROTOCOL", "PLAINTEXT")
    with pytest.raises(InvalidSpec, match="choose SASL_SSL"):
        connection(bootstrap_servers="a:1")


@pytest.mark.parametrize("text", ["", " ", "\n"])
def test_an_empty_variable_counts_as_not_set(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    for name in connection_spec():
        monkeypatch.setenv(variable(name), text)
    assert connection(bootstrap_servers="a:1") == Connection(("a:1",))


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        ("timeout", "soon", "argument 'timeout' is of type"),
        ("timeout", "0", "timeout must be 1 to 3000 seconds, not 0"),
        ("security_protocol", "TLS", "value of security_protocol must be one of: PLAINTEXT, SSL,"),
        ("sasl_mechanism", "NTLM", "value of sasl_mechanism must be one of: PLAIN,"),
        ("client_properties", "garbage", "argument 'client_properties' is of type"),
        ("secret_client_properties", "secret", "argument 'secret_client_properties' is of type"),
        (
            "client_properties",
            '{"x": null}',
            "client_properties: x has no value: write one, or leave x out",
        ),
        (
            "bootstrap_servers",
            "127.0.0.1",
            "bootstrap_servers: 127.0.0.1 has no port: write 127.0.0.1:9092",
        ),
        ("bootstrap_servers", "u:secret@h:1", "bootstrap_servers holds a user"),
        ("ca_cert", "/nowhere", "ca_cert: cannot read file /nowhere"),
        (
            "client_key",
            "-----BEGIN secret",
            "client_key takes the path of a PEM file, not its text: use client_key_pem for a text",
        ),
    ],
)
def test_an_error_names_the_variable(
    monkeypatch: pytest.MonkeyPatch, name: str, text: str, told: str
) -> None:
    monkeypatch.setenv("OMNINODE_KAFKA_BOOTSTRAP_SERVERS", "a:1")
    monkeypatch.setenv(variable(name), text)
    with pytest.raises(InvalidSpec) as caught:
        connection()
    [error] = [error for error in caught.value.facts["errors"] if error["message"].startswith(told)]  # type: ignore[attr-defined]
    assert error["field"] == name
    assert error["message"].endswith(f" (from {variable(name)})")
    assert error["message"] in str(caught.value)
    assert text == "secret" or "secret" not in str(caught.value).replace("secret_client", "")


@pytest.mark.parametrize("option", ["client_properties", "secret_client_properties"])
@pytest.mark.parametrize(
    ("value", "told"),
    [
        (None, "x has no value: write one, or leave x out"),
        (["hunter2", "b"], "x is a list: write the property's text, such as 'a,b'"),
        ({"a": "hunter2"}, "x is a dictionary: write the property's text, such as 'a,b'"),
    ],
)
def test_the_value_of_a_property_is_a_text(option: str, value: object, told: str) -> None:
    with pytest.raises(InvalidSpec) as caught:
        connection(bootstrap_servers="a:1", **{option: {"x": value}})
    assert str(caught.value) == f"cannot connect to a:1: {option}: {told}"
    assert "hunter2" not in str(caught.value.facts)


@pytest.mark.parametrize(
    ("chosen", "variables"),
    [
        ({"sasl_mechanism": "OAUTHBEARER", "oauth_token": "t"}, SASL),
        ({"sasl_mechanism": "OAUTHBEARER", "oauth_token": "t"}, {"oauth_client_id": "other"}),
        (
            {
                "sasl_mechanism": "OAUTHBEARER",
                "oauth_token_endpoint": "https://login.example/token",
                "oauth_client_id": "shop",
                "oauth_client_secret": "s",
            },
            {"oauth_token": "another"},
        ),
        (SASL, {"oauth_token": "t", "oauth_scope": "s"}),
        ({"sasl_mechanism": "GSSAPI"}, {**SASL, "oauth_token": "t"}),
    ],
)
def test_what_the_mechanism_has_no_use_for_is_left_in_the_shell(
    monkeypatch: pytest.MonkeyPatch, chosen: dict[str, str], variables: dict[str, str]
) -> None:
    for name, text in variables.items():
        monkeypatch.setenv(variable(name), text)
    told = {"security_protocol": "SASL_SSL", **chosen}
    assert connection(bootstrap_servers="a:1", **told) == Connection(("a:1",), **told)


def test_a_path_is_taken_before_a_text_of_the_shell(
    monkeypatch: pytest.MonkeyPatch, files: dict[str, str]
) -> None:
    texts = {f"{name}_pem": Path(path).read_text() for name, path in files.items()}
    for given, others in ((files, texts), (texts, files)):
        with monkeypatch.context() as shell:
            for name, text in others.items():
                shell.setenv(variable(name), text)
            told = {"security_protocol": "SSL", **given}
            assert connection(bootstrap_servers="a:1", **told) == Connection(("a:1",), **told)


def test_an_endpoint_that_may_hold_a_password_is_not_echoed() -> None:
    for endpoint in ("https://u:secret@login.example/token", "secret"):
        assert echoed({"oauth_token_endpoint": endpoint}) == {"oauth_token_endpoint": REDACTED}
    told = {"oauth_token_endpoint": "https://login.example/token"}
    assert echoed(told) == told


@pytest.mark.parametrize("servers", [[""], "", ",", " \n"])
def test_missing_servers_are_told(servers: object) -> None:
    with pytest.raises(InvalidSpec, match=r"^cannot connect: bootstrap_servers is empty$"):
        connection(bootstrap_servers=servers)


def test_an_invalid_server_is_told() -> None:
    with pytest.raises(InvalidSpec, match="bootstrap_servers: item 2 begins with a protocol"):
        connection(bootstrap_servers="a:1,http://b:2")


SECRETS = {
    "client_key_password",
    "client_key_pem",
    "oauth_client_secret",
    "oauth_token",
    "sasl_password",
    "secret_client_properties",
}
MAY_BE_SECRET = {
    "ca_cert",
    "ca_cert_pem",
    "client_cert",
    "client_cert_pem",
    "client_key",
}  # the text of a key in place of its path


def test_secrets_are_known_to_ansible() -> None:
    assert {name for name, option in connection_spec().items() if option.get("no_log")} == {
        *SECRETS,
        *MAY_BE_SECRET,
    }
