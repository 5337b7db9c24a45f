# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Why a cluster cannot be reached: librdkafka's log tells, its exceptions only say "timed out"."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple, TypeAlias

from .._core.foreign import brief

Explain: TypeAlias = Callable[[str, str], str]

_AUTHENTICATION = "authentication failed"
WRONG_PASSWORD = f"{_AUTHENTICATION}: wrong sasl_username or sasl_password"
_REFUSED_LOGIN = "invalid credentials"
REFUSED_TOKEN = f"{_AUTHENTICATION}: the broker does not accept the token"
REFUSED_TICKET = (
    f"{_AUTHENTICATION}: the broker does not accept the Kerberos ticket, check klist and "
    "sasl.kerberos.service.name"
)
_NO_MECHANISM = f"{_AUTHENTICATION}: the broker does not offer this sasl_mechanism"
_NO_SASL = f"{_AUTHENTICATION}: the listener does not speak SASL, check security_protocol"

TLS = "TLS failed"
UNTRUSTED = f"{TLS}: the broker's certificate is not trusted, check ca_cert and the host name"
NO_CLIENT_CERT = f"{TLS}: the broker asks for a certificate: client_cert and client_key are needed"
_REFUSED_CLIENT = f"{TLS}: the broker does not accept the client's certificate"
_EXPIRED_CLIENT = f"{_REFUSED_CLIENT}: client_cert has expired"
_UNKNOWN_CLIENT = f"{_REFUSED_CLIENT}: it does not know who signed client_cert"
WRONG_CLIENT = (
    f"{_REFUSED_CLIENT}: have it trust who signed client_cert, or renew that if it has expired"
)
BAD_CLIENT = f"{_REFUSED_CLIENT} or misses one: check client_cert"
_NO_TLS = f"{TLS}: the listener does not speak TLS, check security_protocol"
_NOT_TLS = f"{TLS}: something answers, but it does not speak TLS"
_SILENT_TLS = f"{TLS}: it accepts connections, but does not answer: a broker that hangs, or not TLS"

_CONTROLLER = "not a broker: this looks like the listener of a KRaft controller"
_SILENT = "it accepts connections, but does not answer: a broker that hangs, or not Kafka"
_HANGS = "it does not answer any more: a broker that hangs"
_NOT_KAFKA = "something answers, but it is not Kafka"
_NOT_KAFKA_OR_TLS = f"{_NOT_KAFKA} or it wants TLS: check security_protocol"
_BROKEN = "it closed the connection: it may have been restarted, or something on the way cut it off"
_CLOSED = (
    "the listener closed the connection: it may want TLS or SASL, check security_protocol, or an "
    "ip quota (connection_creation_rate) holds this address back"
)

_NOTHING = "nothing answers: check the address and the firewalls on the way"
_REFUSED = "connection refused: no broker listens there"
_BOOTSTRAP = ": check bootstrap_servers"
_UNRESOLVED = f"host name not resolved{_BOOTSTRAP}"

# What a line of librdkafka contains, and what that means. The line of the connection that got
# furthest tells most; by chance, lines of retries, of other addresses of the same name and bare
# "Disconnected" ones come before or after it. So the furthest stand first.
_MEANINGS = (
    ("Request not valid in current SASL state", _NO_SASL),
    ("Unsupported SASL mechanism", _NO_MECHANISM),
    ("mechanism handshake failed", _NO_MECHANISM),
    ("invalid_token", REFUSED_TOKEN),
    ("Invalid username or password", WRONG_PASSWORD),
    (_REFUSED_LOGIN, WRONG_PASSWORD),
    ("uthentication failed", WRONG_PASSWORD),
    ("certificate verify failed", UNTRUSTED),
    ("alert certificate required", NO_CLIENT_CERT),
    ("alert certificate expired", _EXPIRED_CLIENT),
    ("alert unknown ca", _UNKNOWN_CLIENT),
    ("alert certificate unknown", WRONG_CLIENT),
    ("alert bad certificate", BAD_CLIENT),
    ("connecting to a PLAINTEXT broker listener", _NO_TLS),
    ("wrong version number", _NOT_TLS),
    ("timed out in state SSL_HANDSHAKE", _SILENT_TLS),
    ("SSL handshake failed", TLS),
    ("SSL_HANDSHAKE", TLS),
    ("Required feature not supported", _CONTROLLER),
    ("timed out in state APIVERSION_QUERY", _SILENT),
    ("in flight", _HANGS),
    ("unexpected response", _NOT_KAFKA),
    ("Invalid response size", _NOT_KAFKA_OR_TLS),
    ("connection closed by peer", _CLOSED),
    ("Disconnected", _CLOSED),
    ("Connection reset by peer", _CLOSED),
    ("timed out in state CONNECT", _NOTHING),
    ("Network is unreachable", "network is unreachable"),
    ("No route to host", "no route to host"),
    ("Connection refused", _REFUSED),
    ("Failed to resolve", _UNRESOLVED),
)
# "FAIL [client#1] [thrd:x]: ssl://host:9092/bootstrap: text (after 3ms in state CONNECT)"
_LINE = re.compile(r"(?:\w+://)?(?P<server>[^\s/]+:\d+)/(?P<node>\w+): (?P<text>.*)")
_DURATION = re.compile(r"\s*\(after \d+ms.*")
_MECHANISMS = re.compile(r"supported mechanisms: (\S[^()]*)")


class _Listener(NamedTuple):
    """A server, and whether the cluster named it itself, after a bootstrap server answered."""

    server: str
    advertised: bool

    def __str__(self) -> str:
        if not self.advertised:
            return self.server
        return f"the cluster answers, but advertises {self.server} (advertised.listeners)"


class _Finding(NamedTuple):
    """`rank`: the lower, the further the connection got."""

    rank: int
    meaning: str


def reason(lines: Sequence[str], explain: Explain | None = None) -> str:
    """What is wrong with each server that was tried, on one line.

    `explain`: tells more of what is wrong with a server, given as host:port.
    """
    found = _troubles(lines, (), explain)
    if not found:
        return brief(lines[-1]) if lines else _NOTHING
    meanings = set(found.values())
    advertised = any(listener.advertised for listener in found)
    if len(meanings) == 1 and not advertised:
        return meanings.pop()
    return _listing(found)


def is_known(meaning: str) -> bool:
    """Whether it is one of ours, rather than a text of others."""
    return any(meaning == known for _sign, known in _MEANINGS)


def is_wrong_password(why: str) -> bool:
    """Whether this reason says that a user or a password is refused."""
    return WRONG_PASSWORD in why


def trouble(lines: Sequence[str], known_servers: Sequence[str]) -> str:
    """What is wrong with each server, or an empty text.

    Known servers do not count as advertised, even where the cluster named them.
    """
    found = _troubles(lines, known_servers, None)
    return _listing(found)


def refuses_password(lines: Sequence[str]) -> bool:
    """Whether a broker said so of a SCRAM login; other logins fail for other reasons."""
    return any(_REFUSED_LOGIN in line for line in lines)


def names_known_server(line: str, servers: Sequence[str]) -> bool:
    """Whether the line is about one of these servers as a broker, so a broker has answered."""
    match = _LINE.search(line)
    if not match or match["node"] == "bootstrap":
        return False
    return match["server"] in servers


def _troubles(
    lines: Sequence[str],
    known_servers: Sequence[str],
    explain: Explain | None,
) -> dict[_Listener, str]:
    """What is wrong with each server: of all that was logged about it, the most telling."""
    findings: dict[_Listener, _Finding] = {}
    for line in lines:
        match = _LINE.search(line)
        if not match:
            continue
        server = match["server"]
        advertised = match["node"] != "bootstrap" and server not in known_servers
        listener = _Listener(server, advertised)
        finding = _finding(match["text"])
        if finding.meaning == _CLOSED and match["node"] != "bootstrap" and not advertised:
            # the cluster named it, so the connection was right: what comes of the next tells more
            finding = _Finding(len(_MEANINGS), _BROKEN)
        earlier = findings.get(listener, finding)
        findings[listener] = min(earlier, finding)
    told = {}
    for listener, finding in findings.items():
        meaning = finding.meaning
        if explain:
            meaning = explain(meaning, listener.server)
        if listener.advertised:
            meaning = meaning.removesuffix(_BOOTSTRAP)
        told[listener] = meaning
    return told


def _listing(found: Mapping[_Listener, str]) -> str:
    return "; ".join(f"{listener}: {meaning}" for listener, meaning in found.items())


def _finding(text: str) -> _Finding:
    detail = brief(_DURATION.sub("", text))
    for rank, (sign, meaning) in enumerate(_MEANINGS):
        if sign not in text:
            continue
        offered = _MECHANISMS.search(detail)
        if offered:
            mechanisms = offered[1].strip()
            meaning = f"{meaning} (offered: {mechanisms})"
        return _Finding(rank, meaning)
    return _Finding(len(_MEANINGS), detail)
