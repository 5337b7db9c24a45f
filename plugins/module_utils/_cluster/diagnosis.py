# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Why a cluster cannot be reached, from what librdkafka logged: its exceptions only say that time ran out."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence

_UNTRUSTED = "TLS failed: the broker's certificate is not trusted, check ca_cert and the host name"
_REFUSED_CLIENT = "TLS failed: the broker does not accept the client's certificate"
_BOOTSTRAP = ": check bootstrap_servers"
_NOTHING = "nothing answers: check the address and the firewalls on the way"
_SILENT = "it accepts connections, but does not answer: a broker that hangs, or not Kafka"
# (what librdkafka's line contains, what it means and what to do), ordered by how far the connection got: the furthest tells most,
# since retries, other addresses of the same name and bare "Disconnected" lines follow or precede it by chance
_MEANINGS = (
    (
        "Request not valid in current SASL state",
        "authentication failed: the listener does not speak SASL, check security_protocol",
    ),
    (
        "Unsupported SASL mechanism",
        "authentication failed: the broker does not offer this sasl_mechanism",
    ),
    (
        "mechanism handshake failed",
        "authentication failed: the broker does not offer this sasl_mechanism",
    ),
    ("Invalid username or password", "authentication failed: wrong sasl_username or sasl_password"),
    ("invalid credentials", "authentication failed: wrong sasl_username or sasl_password"),
    ("uthentication failed", "authentication failed: wrong sasl_username or sasl_password"),
    ("certificate verify failed", _UNTRUSTED),
    ("alert certificate required", "TLS failed: the broker wants client_cert and client_key"),
    ("alert certificate expired", f"{_REFUSED_CLIENT}: client_cert has expired"),
    ("alert unknown ca", f"{_REFUSED_CLIENT}: it does not know who signed client_cert"),
    ("alert certificate unknown", f"{_REFUSED_CLIENT}: check client_cert"),
    ("alert bad certificate", f"{_REFUSED_CLIENT} or misses one: check client_cert"),
    (
        "connecting to a PLAINTEXT broker listener",
        "TLS failed: the listener does not speak TLS, check security_protocol",
    ),
    ("wrong version number", "TLS failed: something answers, but it does not speak TLS"),
    (
        "timed out in state SSL_HANDSHAKE",
        "TLS failed: it accepts connections, but does not answer: a broker that hangs, or not TLS",
    ),
    ("SSL handshake failed", "TLS failed"),
    ("SSL_HANDSHAKE", "TLS failed"),
    (
        "Required feature not supported",
        "not a broker: this looks like the listener of a KRaft controller",
    ),
    ("timed out in state APIVERSION_QUERY", _SILENT),
    ("in flight", "it does not answer any more: a broker that hangs"),
    ("unexpected response", "something answers, but it is not Kafka"),
    (
        "Invalid response size",
        "something answers, but it is not Kafka or it wants TLS: check security_protocol",
    ),
    (
        "connection closed by peer",
        "the listener closed the connection: it may want TLS or SASL, check security_protocol",
    ),
    (
        "Disconnected",
        "the listener closed the connection: it may want TLS or SASL, check security_protocol",
    ),
    (
        "Connection reset by peer",
        "the listener closed the connection: it may want TLS or SASL, check security_protocol",
    ),
    ("timed out in state CONNECT", _NOTHING),
    ("Network is unreachable", "network is unreachable"),
    ("No route to host", "no route to host"),
    ("Connection refused", "connection refused: no broker listens there"),
    ("Failed to resolve", f"host name not resolved{_BOOTSTRAP}"),
)
# "FAIL [client#1] [thrd:x]: ssl://host:9092/bootstrap: text (after 3ms in state CONNECT)"
_LINE = re.compile(r"(?:\w+://)?(?P<server>[^\s/]+:\d+)/(?P<node>\w+): (?P<text>.*)")
_ADVERTISED = "the cluster answers, but advertises"


def reason(lines: Sequence[str], why_untrusted: Callable[[str], str] | None = None) -> str:
    """One line: what is wrong with each server that was tried."""
    found = troubles(lines, why_untrusted=why_untrusted)
    meanings = set(found.values())
    if len(meanings) == 1 and not any(server.startswith(_ADVERTISED) for server in found):
        return meanings.pop()
    return listing(found) or (lines[-1] if lines else _NOTHING)


def troubles(
    lines: Sequence[str],
    known_servers: Sequence[str] = (),
    why_untrusted: Callable[[str], str] | None = None,
) -> dict[str, str]:
    """By server, what is wrong with it; of all that was logged on it, the most telling counts.

    A server that the cluster named itself, and that is not among the known ones, is told as advertised.
    `why_untrusted`: tells of a server, as host:port, what is wrong with its certificate.
    """
    causes: dict[tuple[str, bool], tuple[int, str]] = {}
    for match in filter(None, map(_LINE.search, lines)):
        # a broker that the cluster named itself, which only happens once a bootstrap server has answered
        advertised = match["node"] != "bootstrap" and match["server"] not in known_servers
        place = match["server"], advertised
        causes[place] = min(causes.get(place, (len(_MEANINGS) + 1, "")), _meaning(match["text"]))
    told: dict[str, str] = {}
    for (server, advertised), (_rank, meaning) in causes.items():
        if meaning == _UNTRUSTED and why_untrusted:
            meaning = f"TLS failed: {why_untrusted(server)}"
        if advertised:
            meaning = meaning.removesuffix(_BOOTSTRAP)
            server = f"{_ADVERTISED} {server} (advertised.listeners)"
        told[server] = meaning
    return told


def listing(found: Mapping[str, str]) -> str:
    return "; ".join(f"{server}: {meaning}" for server, meaning in found.items())


def names_known_server(line: str, servers: Sequence[str]) -> bool:
    """Whether it is about one of these servers after the cluster named it, so after a broker answered."""
    match = _LINE.search(line)
    return match is not None and match["node"] != "bootstrap" and match["server"] in servers


def _meaning(text: str) -> tuple[int, str]:
    """How telling the line is (less is more), and what it means."""
    detail = re.sub(r"\s*\(after \d+ms.*", "", text)
    for rank, (sign, meaning) in enumerate(_MEANINGS):
        if sign in text:
            mechanisms = re.search(r"supported mechanisms: (\S[^()]*)", detail)
            return rank, f"{meaning} (offered: {mechanisms[1].strip()})" if mechanisms else meaning
    return len(_MEANINGS), detail
