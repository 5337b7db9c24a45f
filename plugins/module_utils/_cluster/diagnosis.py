# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Why a cluster cannot be reached, from what librdkafka logged: its exceptions only say that time ran out."""

from __future__ import annotations

import re
from collections.abc import Sequence

# (what librdkafka's line contains, what it means and what to do), the most specific first
_MEANINGS = (
    ("Failed to resolve", "host name not resolved: check bootstrap_servers"),
    ("Connection refused", "connection refused: no broker listens there"),
    ("connecting to a PLAINTEXT broker listener", "TLS failed: the listener does not speak TLS, check security_protocol"),
    ("certificate verify failed", "TLS failed: the broker's certificate is not trusted, check ca_cert and the host name"),
    ("SSL handshake failed", "TLS failed"),
    ("Request not valid in current SASL state", "authentication failed: the listener does not speak SASL, check security_protocol"),
    ("Unsupported SASL mechanism", "authentication failed: the broker does not offer this sasl_mechanism"),
    ("mechanism handshake failed", "authentication failed: the broker does not offer this sasl_mechanism"),
    ("Invalid username or password", "authentication failed: wrong sasl_username or sasl_password"),
    ("invalid credentials", "authentication failed: wrong sasl_username or sasl_password"),
    ("uthentication failed", "authentication failed: wrong sasl_username or sasl_password"),
    ("timed out in state CONNECT", "nothing answers: check the address and the firewalls on the way"),
    ("timed out in state APIVERSION_QUERY", "something answers, but it is not Kafka"),
    ("timed out in state SSL_HANDSHAKE", "TLS failed: something answers, but it does not speak TLS"),
    ("Required feature not supported", "not a broker: this looks like the listener of a KRaft controller"),
    ("unexpected response", "something answers, but it is not Kafka"),
    ("Invalid response size", "something answers, but it is not Kafka or it wants TLS: check security_protocol"),
    ("connection closed by peer", "the listener closed the connection: it may want TLS or SASL, check security_protocol"),
    ("Disconnected", "the listener closed the connection: it may want TLS or SASL, check security_protocol"),
    ("Connection reset by peer", "the listener closed the connection: it may want TLS or SASL, check security_protocol"),
    ("Network is unreachable", "network is unreachable"),
    ("No route to host", "no route to host"),
)
# "FAIL [client#1] [thrd:x]: ssl://host:9092/bootstrap: text (after 3ms in state CONNECT)"
_LINE = re.compile(r"(?:\w+://)?(?P<server>[^\s/]+:\d+)/(?P<node>\w+): (?P<text>.*)")


def reason(lines: Sequence[str]) -> str:
    """One line: what is wrong with each server that was tried; the last word on each counts."""
    last: dict[str, str] = {}
    for line in lines:
        match = _LINE.search(line)
        if match and match["node"] == "bootstrap":
            last[match["server"]] = _meaning(match["text"])
        elif match:
            # a broker that the cluster named itself, which only happens once a bootstrap server has answered
            advertised = f"the cluster answers, but advertises {match['server']} (advertised.listeners)"
            last[advertised] = _meaning(match["text"])
    reasons = list(dict.fromkeys(last.values()))
    if not reasons:
        return "nothing answers: check the address and the firewalls on the way"
    if len(reasons) == 1 and not any("advertises" in server for server in last):
        return reasons[0]
    return "; ".join(f"{server}: {meaning}" for server, meaning in last.items())


def _meaning(text: str) -> str:
    detail = re.sub(r"\s*\(after \d+ms.*", "", text)
    for sign, meaning in _MEANINGS:
        if sign in text:
            mechanisms = re.search(r"supported mechanisms: (\S[^()]*)", detail)
            return f"{meaning} (offered: {mechanisms[1].strip()})" if mechanisms else meaning
    return detail
