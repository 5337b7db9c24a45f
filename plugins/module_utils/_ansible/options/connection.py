# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The connection options of every module, documented in the doc fragment of the same name."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

from ansible.module_utils.common.arg_spec import ArgumentSpecValidator

# imported for its effect, by every module first: it ends a module on a Python that is too old
from ..._ansible import interpreter  # noqa: F401 # pylint: disable=unused-import
from ..._cluster import sasl
from ..._cluster.connection import (
    ALTERNATIVES,
    FILES,
    PROPERTIES,
    Connection,
    carries_secret,
    unused,
)
from ..._core.errors import InvalidSpec
from ..._core.problems import Problem
from ..._kafka import address

REDACTED = "VALUE_SPECIFIED_IN_NO_LOG_PARAMETER"


class _Default:
    """Marks the defaults: Ansible hands them on as they are, so they can be told from the same
    value when it is given."""

    __slots__ = ()


class _Text(_Default, str):
    __slots__ = ()


class _Number(_Default, int):
    __slots__ = ()


class _Properties(_Default, dict[str, Any]):
    __slots__ = ()


def connection_spec() -> dict[str, Any]:
    """Without fallbacks: connection_from reads the environment, which an option overrides."""
    protocols = ["PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"]
    return {
        # Ansible splits a comma-separated string
        "bootstrap_servers": {"type": "list", "elements": "str"},
        "security_protocol": {
            "type": "str",
            "choices": protocols,
            "default": _Text("PLAINTEXT"),
        },
        # a path is not a secret, but a key given instead of its path must not be logged
        "ca_cert": {"type": "path", "no_log": True},
        "client_cert": {"type": "path", "no_log": True},
        "client_key": {"type": "path", "no_log": True},
        # so is one that is given among certificates
        "ca_cert_pem": {"type": "str", "no_log": True},
        "client_cert_pem": {"type": "str", "no_log": True},
        "client_key_pem": {"type": "str", "no_log": True},
        "client_key_password": {"type": "str", "no_log": True},
        "sasl_mechanism": {"type": "str", "choices": list(sasl.MECHANISMS)},
        "sasl_username": {"type": "str"},
        "sasl_password": {"type": "str", "no_log": True},
        # Ansible takes its name for that of a secret
        "oauth_token_endpoint": {"type": "str", "no_log": False},
        "oauth_client_id": {"type": "str"},
        "oauth_client_secret": {"type": "str", "no_log": True},
        "oauth_scope": {"type": "str"},
        "oauth_token": {"type": "str", "no_log": True},
        "timeout": {"type": "int", "default": _Number(30)},
        "cluster_id": {"type": "str"},
        "client_properties": {"type": "dict", "default": _Properties()},
        "secret_client_properties": {"type": "dict", "default": _Properties(), "no_log": True},
    }


def connection_from(params: Mapping[str, Any]) -> Connection:
    """From the options, and from OMNINODE_KAFKA_<NAME> for those not given. Raises InvalidSpec."""
    names = connection_spec().keys()
    known = {name: params[name] for name in names if params[name] is not None}
    given = set()
    for name, value in known.items():
        if not isinstance(value, _Default):
            given.add(name)
    taken = _environment(names - given)
    for name in _not_for(known, given):
        taken.pop(name, None)
    values = {**known, **taken}
    servers = values.get("bootstrap_servers", ())
    values["bootstrap_servers"] = tuple(_servers(servers))
    found: list[tuple[str, str]] = []
    for name in PROPERTIES:
        properties = values.get(name, {})
        found += _no_texts(name, properties)
        values[name] = {str(key): _text(value) for key, value in properties.items()}
    connection = Connection(**values)
    variables = {name: _variable(name) for name in taken}
    connection.check(found, variables)
    return connection


def echoed(params: Mapping[str, Any]) -> dict[str, Any]:
    """The options that hold a secret only by mistake, hidden where they do."""
    shown = {}
    for name in (*FILES, "bootstrap_servers", "client_properties", "oauth_token_endpoint"):
        if name not in params:
            continue
        value = params[name]
        if value and _holds_secret(name, value):
            value = REDACTED
        shown[name] = value
    return shown


def _not_for(known: Mapping[str, Any], given: Collection[str]) -> Iterator[str]:
    """The options that those which are given leave without use.

    The shell may be set up for another protocol, for another mechanism, or for another way to say
    the same.
    """
    if "security_protocol" in given:
        yield from unused(known["security_protocol"])
    if "sasl_mechanism" in given:
        yield from sasl.unused(known["sasl_mechanism"])
    for one, other in ALTERNATIVES:
        if any(name in given for name in one):
            yield from other
        if any(name in given for name in other):
            yield from one


def _holds_secret(name: str, value: Any) -> bool:
    if name == "bootstrap_servers":
        # one that is not an address may hold a password
        servers = _servers(value)
        return not all(map(address.is_address, servers))
    if name == "client_properties":
        properties = value.items()
        return any(carries_secret(str(key), text) for key, text in properties)
    if name == "oauth_token_endpoint":
        return sasl.endpoint_problem(value) is not None
    from ..._cluster.pem import is_text

    return is_text(value)


def _environment(names: Iterable[str]) -> dict[str, Any]:
    """The options that environment variables give, read as Ansible reads options.

    An empty variable gives nothing.
    """
    values = {}
    for name in names:
        text = os.environ.get(_variable(name), "")
        if text.strip():
            values[name] = _read(name, text)
    return values


def _variable(name: str) -> str:
    return f"OMNINODE_KAFKA_{name.upper()}"


def _read(name: str, text: str) -> Any:
    spec = connection_spec()[name]
    validator = ArgumentSpecValidator({name: spec})
    checked = validator.validate({name: text})
    if checked.error_messages:
        why = checked.error_messages[0]
        message = f"{why} (from {_variable(name)})"
        problem = Problem("connection", name, message)
        raise InvalidSpec(f"cannot connect: {message}", errors=[problem._asdict()])
    return checked.validated_parameters[name]


def _servers(servers: Iterable[str]) -> Iterator[str]:
    """Without the spaces, line breaks and empty items that a split text has."""
    for server in servers:
        stripped = server.strip()
        if stripped:
            yield stripped


def _no_texts(option: str, properties: Mapping[Any, object]) -> Iterator[tuple[str, str]]:
    """Pairs of the option and what is wrong with a property that cannot be written as a text."""
    advice = "write the property's text, such as 'a,b'"
    for key, value in properties.items():
        if value is None:
            problem = f"has no value: write one, or leave {key} out"
        elif isinstance(value, Mapping):
            problem = f"is a dictionary: {advice}"
        elif isinstance(value, list):
            problem = f"is a list: {advice}"
        else:
            continue
        yield option, f"{option}: {key} {problem}"


def _text(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()  # librdkafka's spelling
    return str(value)
