# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The connection options that every module takes; documented in the doc fragment of the same name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ansible.module_utils.basic import env_fallback

from ..._cluster.connection import Connection


def connection_spec() -> dict[str, Any]:
    """Every option falls back to OMNINODE_KAFKA_<NAME>; an option that is given always wins."""
    options: dict[str, dict[str, Any]] = {
        # raw would hide the type from the documentation; a comma-separated string is split by Ansible
        "bootstrap_servers": {"type": "list", "elements": "str"},
        "security_protocol": {"type": "str", "choices": ["PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"], "default": "PLAINTEXT"},
        "ca_cert": {"type": "path"},
        "client_cert": {"type": "path"},
        "client_key": {"type": "path", "no_log": False},
        "sasl_mechanism": {"type": "str", "choices": ["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"]},
        "sasl_username": {"type": "str"},
        "sasl_password": {"type": "str", "no_log": True},
        "timeout": {"type": "int", "default": 30},
        "cluster_id": {"type": "str"},
        "client_properties": {"type": "dict", "default": {}},
        "secret_client_properties": {"type": "dict", "default": {}, "no_log": True},
    }
    return {name: {**option, "fallback": (env_fallback, [f"OMNINODE_KAFKA_{name.upper()}"])} for name, option in options.items()}


def connection_from(params: Mapping[str, Any]) -> Connection:
    """Raises InvalidSpec when the options cannot work together."""
    values = {name: params[name] for name in connection_spec()}
    values["bootstrap_servers"] = tuple(values["bootstrap_servers"] or ())
    for name in ("client_properties", "secret_client_properties"):
        values[name] = {str(key): _property(value) for key, value in (values[name] or {}).items()}
    connection = Connection(**values)
    connection.check()
    return connection


def _property(value: object) -> str:
    """librdkafka's spelling: true, not Python's True."""
    return str(value).lower() if isinstance(value, bool) else str(value)
