# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from typing import Any

import pytest
from ansible.module_utils.basic import AnsibleModule
from ansible.module_utils.testing import patch_module_args
from ansible_collections.omninode.kafka.plugins.module_utils._ansible.options.connection import connection_from, connection_spec
from ansible_collections.omninode.kafka.plugins.module_utils._cluster.connection import Connection
from ansible_collections.omninode.kafka.plugins.module_utils._core.errors import InvalidSpec


@pytest.fixture(autouse=True)
def no_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in connection_spec():
        monkeypatch.delenv(f"OMNINODE_KAFKA_{name.upper()}", raising=False)


def connection(**options: Any) -> Connection:
    """As a module gets it from these options."""
    with patch_module_args(options):
        return connection_from(AnsibleModule(argument_spec=connection_spec()).params)


def test_every_option_reaches_the_connection() -> None:
    options: dict[str, Any] = {
        "bootstrap_servers": ["a:1", "b:2"],
        "security_protocol": "SASL_SSL",
        "ca_cert": __file__,
        "client_cert": __file__,
        "client_key": __file__,
        "sasl_mechanism": "PLAIN",
        "sasl_username": "u",
        "sasl_password": "p",
        "timeout": 5,
        "cluster_id": "x",
        "client_properties": {"linger.ms": 5, "enable.ssl.certificate.verification": True},
        "secret_client_properties": {"ssl.key.password": "s"},
    }
    assert options.keys() == connection_spec().keys()
    assert connection(**options) == Connection(
        **{
            **options,
            "bootstrap_servers": ("a:1", "b:2"),
            # as librdkafka spells them
            "client_properties": {"linger.ms": "5", "enable.ssl.certificate.verification": "true"},
        }
    )


def test_all_but_the_address_has_a_default() -> None:
    assert connection(bootstrap_servers="a:1") == Connection(("a:1",))
    with pytest.raises(InvalidSpec, match="bootstrap_servers is empty"):
        connection()


def test_servers_may_be_one_string() -> None:
    assert connection(bootstrap_servers="a:1,b:2").bootstrap_servers == ("a:1", "b:2")


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("bootstrap_servers", "a:1,b:2", ("a:1", "b:2")),
        ("timeout", "7", 7),
        ("cluster_id", "x", "x"),
        ("client_properties", '{"linger.ms": 5}', {"linger.ms": "5"}),
        ("secret_client_properties", "ssl.key.password=s", {"ssl.key.password": "s"}),
        ("sasl_password", "secret", "secret"),
        ("ca_cert", __file__, __file__),
    ],
)
def test_the_environment_fills_in_but_never_overrides(monkeypatch: pytest.MonkeyPatch, name: str, text: str, value: object) -> None:
    monkeypatch.setenv("OMNINODE_KAFKA_BOOTSTRAP_SERVERS", "env:1")
    monkeypatch.setenv(f"OMNINODE_KAFKA_{name.upper()}", text)
    assert getattr(connection(), name) == value
    given: dict[str, Any] = {"bootstrap_servers": ["own:1"], "timeout": 9, "client_properties": {}, "secret_client_properties": {}, "ca_cert": "/dev/null"}
    own = connection(**{"cluster_id": "own", "sasl_password": "own", **given})
    assert getattr(own, name) not in (value, None)


@pytest.mark.parametrize("mechanism", ["GSSAPI", "OAUTHBEARER"])
def test_mechanisms_that_nobody_tests_are_refused(mechanism: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        connection(bootstrap_servers="a:1", sasl_mechanism=mechanism)
    assert f"value of sasl_mechanism must be one of: PLAIN, SCRAM-SHA-256, SCRAM-SHA-512, got: {mechanism}" in capsys.readouterr().out


@pytest.mark.parametrize(("servers", "told"), [([""], "''"), ("a:1,", "''"), ("a:1,http://b:2", "'http://b:2'")])
def test_a_server_that_is_none_is_told(servers: object, told: str) -> None:
    with pytest.raises(InvalidSpec, match=f"bootstrap_servers: {told} is not host:port$"):
        connection(bootstrap_servers=servers)


def test_secrets_are_known_to_ansible() -> None:
    assert {name for name, option in connection_spec().items() if option.get("no_log")} == {"sasl_password", "secret_client_properties"}
