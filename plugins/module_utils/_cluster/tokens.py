# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The tokens of OAUTHBEARER: one that is given, or those that an endpoint issues (RFC 6749, 4.4).

Both client libraries get them from here, so an endpoint is asked, trusted and explained in one way.
"""

from __future__ import annotations

import base64
import binascii
import json
import time
from collections.abc import Iterator, Mapping
from functools import lru_cache
from threading import Lock
from typing import Any, NamedTuple

from .._core.errors import ClusterUnreachable
from .._core.foreign import brief
from .connection import EXTENSIONS, Connection

# seconds; a client library calculates in milliseconds of 64 bits
_LONGEST_LIFE = 86400.0
# of a token of which nobody tells how long it lasts
_ASSUMED_LIFE = 300.0
# of its life, when a new one is asked for; before librdkafka asks for it, at 0.8
_RENEWED = 0.75
_CLAIMS = ("iss", "aud", "sub")


class Token(NamedTuple):
    """`ends`, `renewed`: until when it lasts, and from when a new one is asked for."""

    text: str
    ends: float
    renewed: float


class _Source:
    """What one connection gets; all of its clients share a token."""

    def __init__(self) -> None:
        self.issued: list[str] = []
        self._lock = Lock()
        self._token: Token | None = None

    def token(self, connection: Connection) -> Token:
        with self._lock:
            if not self._token or time.time() > self._token.renewed:
                self._token = _new(connection)
                self.issued.append(self._token.text)
            return self._token


def token(connection: Connection) -> Token:
    """Raises ClusterUnreachable where the endpoint gives none."""
    return _source_of(connection).token(connection)


def secrets(connection: Connection) -> Iterator[str]:
    """What was issued, and what the endpoint was sent."""
    yield from _source_of(connection).issued
    if connection.oauth_client_id and connection.oauth_client_secret:
        yield basic(connection.oauth_client_id, connection.oauth_client_secret)


def basic(client_id: str, secret: str) -> str:
    """As Kafka writes it, which encodes neither for a URL: sasl.oauthbearer.header.urlencode."""
    return base64.b64encode(f"{client_id}:{secret}".encode()).decode()


def extensions(connection: Connection) -> dict[str, str]:
    """Of the property sasl.oauthbearer.extensions (KIP-342), as librdkafka writes it: a=b,c=d."""
    pairs = connection.properties.get(EXTENSIONS, "").split(",")
    items = [pair.partition("=") for pair in pairs if "=" in pair]
    return {name.strip(): value.strip() for name, _sign, value in items}


def expiry_problem(text: str) -> str | None:
    """What to say of a token that tells itself that it has ended."""
    ends = _seconds(claims(text).get("exp"))
    if ends is None or ends > time.time():
        return None
    moment = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(ends))
    return f"has expired at {moment}: get a new one"


def described(text: str) -> str:
    """What a token tells of itself to whoever looks why it is refused; it is not verified."""
    told = claims(text)
    found = [f"{name} {brief(str(told[name]))}" for name in _CLAIMS if name in told]
    return ", ".join(found)


def claims(text: str) -> Mapping[str, Any]:
    """Of a JWT; nothing of any other token."""
    parts = text.split(".")
    if len(parts) != 3:
        return {}
    try:
        decoded = base64.urlsafe_b64decode(parts[1] + "==")
        found = json.loads(decoded)
    except (ValueError, binascii.Error, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


@lru_cache
def _source(*_credentials: str | None) -> _Source:
    return _Source()


def _source_of(connection: Connection) -> _Source:
    return _source(
        connection.oauth_token_endpoint,
        connection.oauth_client_id,
        connection.oauth_client_secret,
        connection.oauth_scope,
        connection.oauth_token,
    )


def _new(connection: Connection) -> Token:
    now = time.time()
    if connection.oauth_token:
        text = connection.oauth_token.strip()
        # nobody can renew it, so the brokers say when it has ended
        return Token(text, now + _LONGEST_LIFE, now + _LONGEST_LIFE)
    from .token_endpoint import Refused, ask

    try:
        answer = ask(connection)
    except Refused as error:
        raise _unreachable(connection, str(error)) from None
    text = answer["access_token"]
    ends = _seconds(claims(text).get("exp"))
    life = _seconds(answer.get("expires_in"))
    if life is None:
        life = ends - now if ends is not None else _ASSUMED_LIFE
    if life <= 0:
        raise _unreachable(connection, "its token has expired already: set the clocks")
    life = min(life, _LONGEST_LIFE)
    return Token(text, now + life, now + _RENEWED * life)


def _unreachable(connection: Connection, why: str) -> ClusterUnreachable:
    source = f"no token from {connection.oauth_token_endpoint}"
    return ClusterUnreachable(f"cannot reach {connection.address}: {source}: {why}")


def _seconds(value: object) -> float | None:
    """A number that an endpoint or a token tells, some of them as text."""
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        return None
    try:
        seconds = float(value)
    except (ValueError, OverflowError):
        return None
    return seconds if abs(seconds) < 2**40 else None
