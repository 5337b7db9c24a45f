# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What Python's ssl takes from a connection: whom to trust, and what to show."""

from __future__ import annotations

import ssl

from .connection import Connection
from .pem import as_file, ascii_of

_VERIFY = "ssl.endpoint.identification.algorithm"


def context(connection: Connection) -> ssl.SSLContext:
    """Trusts what the connection trusts, and shows no certificate."""
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    made.minimum_version = ssl.TLSVersion.TLSv1_2
    made.check_hostname = connection.properties.get(_VERIFY) != "none"
    if connection.has_authorities:
        trust_authorities(made, connection)
    else:
        made.load_default_certs()
    return made


def trust_authorities(context: ssl.SSLContext, connection: Connection) -> None:
    """Those of the options ca_cert and ca_cert_pem."""
    text = connection.ca_cert_pem
    if connection.ca_cert or text:
        context.load_verify_locations(cafile=connection.ca_cert, cadata=ascii_of(text))


def show_certificate(context: ssl.SSLContext, connection: Connection) -> None:
    """That of the client. Raises OSError where a text cannot be given by a path in memory."""
    certificate = connection.pem("client_cert")
    key = connection.pem("client_key")
    if not certificate or not key:
        return
    with as_file(certificate) as shown, as_file(key) as proof:
        context.load_cert_chain(shown, proof, connection.client_key_password)
