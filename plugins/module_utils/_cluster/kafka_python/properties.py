# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How to reach a cluster, as kafka-python's properties."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..._core.errors import Unsupported
from ..connection import Connection

_MECHANISMS = ("PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512")
_TEXTS = {
    "client.id": "client_id",
    "ssl.crl.location": "ssl_crlfile",
    "ssl.key.password": "ssl_password",
}
_NUMBERS = {
    "connections.max.idle.ms": "connections_max_idle_ms",
    "metadata.max.age.ms": "metadata_max_age_ms",
    "receive.message.max.bytes": "receive_message_max_bytes",
    "reconnect.backoff.max.ms": "reconnect_backoff_max_ms",
    "reconnect.backoff.ms": "reconnect_backoff_ms",
    "socket.receive.buffer.bytes": "receive_buffer_bytes",
    "socket.send.buffer.bytes": "send_buffer_bytes",
}
_HOST_NAMES = "ssl.endpoint.identification.algorithm"


def properties(connection: Connection) -> dict[str, Any]:
    """All but the servers. Raises Unsupported for what kafka-python has no counterpart of."""
    options = {
        "security_protocol": connection.security_protocol,
        "ssl_cafile": connection.ca_cert,
        "ssl_certfile": connection.client_cert,
        "ssl_keyfile": connection.client_key,
        "sasl_mechanism": _mechanism(connection),
        "sasl_plain_username": connection.sasl_username,
        "sasl_plain_password": connection.sasl_password,
    }
    given = {key: value for key, value in options.items() if value}
    own = {**connection.client_properties, **connection.secret_client_properties}
    return {
        "client_id": "omninode.kafka",
        "request_timeout_ms": connection.timeout * 1000,
        **_counterparts(own),
        **given,
    }


def _mechanism(connection: Connection) -> str | None:
    mechanism = connection.sasl_mechanism
    if mechanism is None or mechanism in _MECHANISMS:
        return mechanism
    offered = ", ".join(_MECHANISMS)
    raise Unsupported(
        f"cannot ask {connection.address} through kafka-python: the collection cannot log in with "
        f"sasl_mechanism {mechanism} there, choose one of {offered}"
    )


def _counterparts(own: Mapping[str, str]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    unknown = []
    for key, value in own.items():
        if key in _TEXTS:
            found[_TEXTS[key]] = value
        elif key in _NUMBERS and value.isdecimal():
            found[_NUMBERS[key]] = int(value)
        elif key == _HOST_NAMES:
            found["ssl_check_hostname"] = value != "none"
        else:
            unknown.append(key)
    if unknown:
        names = ", ".join(sorted(unknown))
        raise Unsupported(
            f"cannot ask through kafka-python with these client properties: it has no counterpart "
            f"of {names}, leave them out of a task about replicas or quotas"
        )
    return found
