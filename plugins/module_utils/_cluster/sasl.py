# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which options each SASL mechanism takes."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

OAUTHBEARER = "OAUTHBEARER"
GSSAPI = "GSSAPI"
PASSWORDS = ("PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512")
MECHANISMS = (*PASSWORDS, OAUTHBEARER, GSSAPI)

USER = ("sasl_username", "sasl_password")
ENDPOINT = ("oauth_token_endpoint", "oauth_client_id", "oauth_client_secret")
CLIENT_CREDENTIALS = (*ENDPOINT, "oauth_scope")
OAUTH = (*CLIENT_CREDENTIALS, "oauth_token")
OPTIONS = ("sasl_mechanism", *USER, *OAUTH)

# what an Authorization header can hold (RFC 6750, 2.1)
_TOKEN = re.compile(r"[A-Za-z0-9._~+/-]+=*")
_EXAMPLE = "write it as https://login.example/oauth2/token"

Given = Callable[[str], str]


def unused(mechanism: str | None) -> tuple[str, ...]:
    """The options that this mechanism does not use."""
    if mechanism is None:
        return ()
    if mechanism == OAUTHBEARER:
        return USER
    if mechanism == GSSAPI:
        return (*USER, *OAUTH)
    return OAUTH


def missing(mechanism: str | None, given: Given) -> Iterator[tuple[str, str]]:
    """Pairs of an option and what it is needed with. `given`: the text of an option."""
    needed: tuple[str, ...] = USER
    why = ""
    if not mechanism:
        yield "sasl_mechanism", ""
        if any(given(name) for name in OAUTH):
            needed = ()
    elif mechanism == GSSAPI:
        needed = ()
    elif mechanism == OAUTHBEARER:
        needed = () if given("oauth_token") else ENDPOINT
        why = ", or else oauth_token"
    for name in needed:
        if not given(name):
            yield name, why


def token_problem(token: str) -> str | None:
    """What is wrong with a text that is no token. It may be a secret, so it is never shown."""
    if token.lower().startswith("bearer "):
        return "begins with Bearer: write the token alone"
    if not _TOKEN.fullmatch(token):
        return "has characters that no token has"
    return None


def endpoint_problem(endpoint: str) -> str | None:
    """What is wrong with it. It may hold a password, so it is never shown."""
    if not endpoint.isascii() or not endpoint.isprintable() or " " in endpoint:
        return f"has characters that no address has: {_EXAMPLE}"
    try:
        parts = urlsplit(endpoint)
        is_address = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
    except ValueError:  # a port that is no number, or an address in half of its brackets
        is_address = False
    if not is_address:
        return f"is not the address of a token endpoint: {_EXAMPLE}"
    if "@" in parts.netloc:
        return "holds a user: use oauth_client_id and oauth_client_secret"
    return None
