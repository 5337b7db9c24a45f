# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Why a broker's certificate is not trusted: Python's ssl says so, librdkafka does not."""

from __future__ import annotations

import socket
import ssl

from .connection import Connection
from .tls import context

_SECONDS = 2.0
# X509_V_ERR_... of OpenSSL
_NOT_YET_VALID = 9
_EXPIRED = 10
_OTHER_NAME = (62, 64)  # a host name, an address
_NO_AUTHORITY = (2, 18, 19, 20, 21)


def why_untrusted(connection: Connection, server: str) -> str:
    """What is wrong with the certificate of `server`, given as host:port."""
    host, _colon, port = server.rpartition(":")
    host = host.strip("[]")
    try:
        trusting = context(connection)
        with socket.create_connection((host, int(port)), _SECONDS) as plain:
            trusting.wrap_socket(plain, server_hostname=host).close()
    except ssl.SSLCertVerificationError as error:
        return _explained(connection, host, error)
    except (OSError, ValueError, OverflowError):  # a hostile cluster may advertise any port
        pass
    return "the broker's certificate is not trusted, check ca_cert and the host name"


def _explained(connection: Connection, host: str, error: ssl.SSLCertVerificationError) -> str:
    code = error.verify_code
    if code == _EXPIRED:
        return "the broker's certificate has expired: renew it, or set this machine's clock"
    if code == _NOT_YET_VALID:
        return "the broker's certificate is not valid yet: set the clocks"
    if code in _OTHER_NAME:
        return f"the broker's certificate is not for {host}: connect to a name that it holds"
    if code not in _NO_AUTHORITY:
        return f"the broker's certificate is not trusted: {error.verify_message}"
    if connection.has_authorities:
        return "ca_cert holds no authority that signed the broker's certificate"
    return "the system trusts no authority that signed the broker's certificate: give ca_cert"
