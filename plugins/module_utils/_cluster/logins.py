# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How another principal connects to the cluster of a run."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, TypeVar

from .._core.errors import ClusterUnreachable, NotAuthorized
from . import sasl
from .connection import TLS, Connection
from .diagnosis import is_wrong_password
from .gateway.logins import Login

_SASL, _TLS = "sasl.", "ssl."

G = TypeVar("G")


def connect(
    kind: Callable[[Connection], G], connection: Connection, login: Login, cluster_id: str
) -> G:
    """`connection`: that of the run. `cluster_id`: of the cluster that it must be."""
    other = connection_of(connection, login, cluster_id)
    other.check()
    try:
        return kind(other)
    except ClusterUnreachable as error:
        if not is_wrong_password(str(error)):
            raise
        given = f"user {login.username} with this password by {login.mechanism}"
        raise NotAuthorized(f"the cluster refuses {given} (asked at {other.address})") from error


def connection_of(connection: Connection, login: Login, cluster_id: str) -> Connection:
    """The same, with another principal: what is about TLS is that of the run."""
    protocol = login.protocol or _with_sasl(connection.security_protocol)
    own: dict[str, Any] = dict.fromkeys(sasl.OPTIONS)
    if "SSL" not in protocol:
        own |= dict.fromkeys(TLS)
    own["sasl_mechanism"] = login.mechanism
    own["sasl_username"] = login.username
    own["sasl_password"] = login.password
    return replace(
        connection,
        **own,
        bootstrap_servers=login.servers or connection.bootstrap_servers,
        security_protocol=protocol,
        cluster_id=cluster_id,
        client_properties=_fitting(connection.client_properties, protocol),
        secret_client_properties=_fitting(connection.secret_client_properties, protocol),
    )


def _with_sasl(protocol: str) -> str:
    if "SASL" in protocol:
        return protocol
    return "SASL_SSL" if "SSL" in protocol else "SASL_PLAINTEXT"


def _fitting(properties: Mapping[str, str], protocol: str) -> dict[str, str]:
    """Without those of the run's own login, and those that the protocol does not use."""
    found = {}
    for key, value in properties.items():
        is_unused = key.startswith(_TLS) and "SSL" not in protocol
        if not is_unused and not key.startswith(_SASL):
            found[key] = value
    return found
