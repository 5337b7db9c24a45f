# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tells more of what is wrong with a server, by what is known of the connection."""

from __future__ import annotations

from . import sasl, tokens
from .certificate import why_untrusted
from .connection import Connection
from .diagnosis import (
    BAD_CLIENT,
    NO_CLIENT_CERT,
    REFUSED_TICKET,
    REFUSED_TOKEN,
    TLS,
    UNTRUSTED,
    WRONG_CLIENT,
    WRONG_PASSWORD,
    is_known,
)


def explained(connection: Connection, meaning: str, server: str) -> str:
    """`meaning`: as the diagnosis tells it. `server`: as host:port."""
    if meaning == UNTRUSTED:
        return f"{TLS}: {why_untrusted(connection, server)}"
    if meaning == BAD_CLIENT:
        # so a broker with TLS 1.2 says of no certificate
        return WRONG_CLIENT if connection.shows_certificate else NO_CLIENT_CERT
    if meaning == WRONG_PASSWORD and connection.sasl_mechanism == sasl.GSSAPI:
        return REFUSED_TICKET
    if meaning in (REFUSED_TOKEN, WRONG_PASSWORD) and connection.sasl_mechanism == sasl.OAUTHBEARER:
        return f"{REFUSED_TOKEN}: {_token_of(connection)}"
    return meaning if is_known(meaning) else connection.scrub(meaning)


def _token_of(connection: Connection) -> str:
    """Brokers say no more than invalid_token: whatever is wrong with it."""
    token = tokens.token(connection).text
    if problem := tokens.expiry_problem(token):
        return f"it {problem}"
    advice = "compare its issuer, audience, life and signature with what the listener expects"
    claims = connection.scrub(tokens.described(token))
    return f"{advice} ({claims})" if claims else advice
