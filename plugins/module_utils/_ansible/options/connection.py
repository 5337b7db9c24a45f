# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The connection options that every module takes; documented in the doc fragment of the same name."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from ansible.module_utils.common.arg_spec import ArgumentSpecValidator

from ..._ansible import interpreter  # noqa: F401 # pylint: disable=unused-import
from ..._cluster import address, pem
from ..._cluster.connection import FILES, Connection, carries_secret, unused
from ..._core.errors import InvalidSpec

REDACTED = "VALUE_SPECIFIED_IN_NO_LOG_PARAMETER"
_PROPERTIES = ("client_properties", "secret_client_properties")


def connection_spec() -> dict[str, Any]:
    """Without defaults and fallbacks: so connection_from knows which options are given."""
    protocols = ["PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"]
    mechanisms = ["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"]
    return {
        # raw would hide the type from the documentation; a comma-separated string is split by Ansible
        "bootstrap_servers": {"type": "list", "elements": "str"},
        "security_protocol": {"type": "str", "choices": protocols},
        # paths are no secrets, but the text of a key that is given by mistake must not be logged
        "ca_cert": {"type": "path", "no_log": True},
        "client_cert": {"type": "path", "no_log": True},
        "client_key": {"type": "path", "no_log": True},
        "sasl_mechanism": {"type": "str", "choices": mechanisms},
        "sasl_username": {"type": "str"},
        "sasl_password": {"type": "str", "no_log": True},
        "timeout": {"type": "int"},
        "cluster_id": {"type": "str"},
        "client_properties": {"type": "dict"},
        "secret_client_properties": {"type": "dict", "no_log": True},
    }


def connection_from(params: Mapping[str, Any]) -> Connection:
    """By the options, and by OMNINODE_KAFKA_<NAME> for those not given. Raises InvalidSpec."""
    names = connection_spec().keys()
    given = {name: params[name] for name in names if params[name] is not None}
    taken = _environment(names - given.keys())
    if "security_protocol" in given:
        # who asks for another protocol than the shell was made for has no use for its secrets
        for name in unused(given["security_protocol"]):
            taken.pop(name, None)
    values = {**given, **taken}
    found = [problem for name in _PROPERTIES for problem in _no_values(name, values.get(name, {}))]
    values["bootstrap_servers"] = tuple(_servers(values.get("bootstrap_servers", ())))
    for name in _PROPERTIES:
        properties = values.get(name, {})
        values[name] = {str(key): _property(value) for key, value in properties.items()}
    connection = Connection(**values)
    connection.check(found, {name: _variable(name) for name in taken})
    return connection


def echoed(params: Mapping[str, Any]) -> dict[str, Any]:
    """The options that hold a secret only by mistake, hidden where they do."""
    hidden = {name for name in FILES if pem.is_text(params.get(name) or "")}
    if not all(map(address.is_address, _servers(params.get("bootstrap_servers") or ()))):
        hidden.add("bootstrap_servers")
    properties = params.get("client_properties") or {}
    if any(carries_secret(str(key), value) for key, value in properties.items()):
        hidden.add("client_properties")
    names = params.keys() & {*FILES, "bootstrap_servers", "client_properties"}
    return {name: REDACTED if name in hidden else params[name] for name in names}


def _environment(names: Iterable[str]) -> dict[str, Any]:
    """What the variables say, as Ansible reads such options; an empty one says nothing."""
    texts = {name: os.environ.get(_variable(name), "") for name in names}
    return {name: _read(name, text) for name, text in texts.items() if text.strip()}


def _variable(name: str) -> str:
    return f"OMNINODE_KAFKA_{name.upper()}"


def _read(name: str, text: str) -> Any:
    checked = ArgumentSpecValidator({name: connection_spec()[name]}).validate({name: text})
    if checked.error_messages:
        message = f"{checked.error_messages[0]} (from {_variable(name)})"
        errors = [{"where": "connection", "field": name, "message": message}]
        raise InvalidSpec(f"cannot connect: {message}", errors=errors)
    return checked.validated_parameters[name]


def _servers(servers: Iterable[str]) -> Iterator[str]:
    """Without the spaces, line breaks and ends of lists that texts bring along."""
    return filter(None, map(str.strip, servers))


def _no_values(option: str, properties: Mapping[Any, object]) -> Iterator[tuple[str, str]]:
    for key, value in properties.items():
        if value is None:
            yield option, f"{option}: {key} has no value: write one, or leave {key} out"
        elif isinstance(value, Mapping | list):
            kind = "dictionary" if isinstance(value, Mapping) else "list"
            yield option, f"{option}: {key} is a {kind}: write the property's text, such as 'a,b'"


def _property(value: object) -> str:
    """librdkafka's spelling: true, not Python's True."""
    return str(value).lower() if isinstance(value, bool) else str(value)
