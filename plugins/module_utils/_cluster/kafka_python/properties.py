# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How to reach a cluster, as kafka-python's properties."""

from __future__ import annotations

import ssl
from collections.abc import Mapping
from importlib.util import find_spec
from typing import Any

from ..._core.errors import Unsupported
from ..connection import EXTENSIONS, Connection
from ..sasl import GSSAPI, OAUTHBEARER

_TEXTS = {
    "client.id": "client_id",
    "sasl.kerberos.service.name": "sasl_kerberos_service_name",
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
# of TLS and of tokens, whose parts are made from the connection
_MADE = ("ssl.crl.location", "ssl.endpoint.identification.algorithm", EXTENSIONS)
# how librdkafka comes to a Kerberos ticket, which kafka-python finds in the same cache
_KINIT = (
    "sasl.kerberos.keytab",
    "sasl.kerberos.kinit.cmd",
    "sasl.kerberos.min.time.before.relogin",
    "sasl.kerberos.principal",
)


def properties(connection: Connection) -> dict[str, Any]:
    """All but the servers. Raises Unsupported for what kafka-python has no counterpart of."""
    options = {
        "security_protocol": connection.security_protocol,
        "sasl_mechanism": connection.sasl_mechanism,
        "sasl_plain_username": connection.sasl_username,
        "sasl_plain_password": connection.sasl_password,
    }
    given = {key: value for key, value in options.items() if value}
    found = {
        "client_id": "omninode.kafka",
        "request_timeout_ms": connection.timeout * 1000,
        **_counterparts(connection.properties),
        **given,
    }
    if "SSL" in connection.security_protocol:
        found["ssl_context"] = _context(connection)
    if connection.sasl_mechanism == GSSAPI:
        _check_gssapi(connection)
    elif connection.sasl_mechanism == OAUTHBEARER:
        from .token_provider import TokenProvider

        found["sasl_oauth_token_provider"] = TokenProvider(connection)
    return found


def _context(connection: Connection) -> ssl.SSLContext:
    from ..tls import context, show_certificate

    made = context(connection)
    revoked = connection.properties.get("ssl.crl.location")
    if revoked:
        made.load_verify_locations(revoked)
        made.verify_flags |= ssl.VERIFY_CRL_CHECK_LEAF
    try:
        show_certificate(made, connection)
    except OSError as error:
        why = f"kafka-python cannot take client_cert and client_key: {error}"
        advice = "where this platform keeps no files in memory, give paths rather than texts"
        raise Unsupported(f"cannot ask {connection.address}: {why} ({advice})") from None
    return made


def _check_gssapi(connection: Connection) -> None:
    if find_spec("gssapi"):
        return
    raise Unsupported(
        f"cannot ask {connection.address} through kafka-python: sasl_mechanism GSSAPI needs the "
        "Python library gssapi on the host that runs the module (pip install gssapi)"
    )


def _counterparts(own: Mapping[str, str]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    unknown = []
    for key, value in own.items():
        if key in _TEXTS:
            found[_TEXTS[key]] = value
        elif key in _NUMBERS and value.isdecimal():
            found[_NUMBERS[key]] = int(value)
        elif key not in _MADE and key not in _KINIT:
            unknown.append(key)
    if unknown:
        names = ", ".join(sorted(unknown))
        raise Unsupported(
            f"cannot ask through kafka-python with these client properties: it has no counterpart "
            f"of {names}, leave them out of a task about replicas or quotas"
        )
    return found
