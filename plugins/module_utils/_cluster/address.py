# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Addresses of bootstrap servers. A text that is not one may hold a password: it is never shown."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

# a host name or an address, IPv6 in brackets
_SERVER = re.compile(r"(?P<host>\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._-]+)(:(?P<port>[0-9]{1,9}))?")
_PORTS = range(1, 65536)  # librdkafka accepts a larger number, and connects to another port


def is_address(server: str) -> bool:
    match = _SERVER.fullmatch(server)
    if not match or not match["port"]:
        return False
    return int(match["port"]) in _PORTS


def problems(servers: Sequence[str]) -> Iterator[str]:
    if not servers:
        yield "bootstrap_servers is empty"
    if any("@" in server for server in servers):
        # a comma in a password cuts the address in two, so no part of it is shown
        yield "bootstrap_servers holds a user, give it as sasl_username and sasl_password"
        return
    for number, server in enumerate(servers, 1):
        if is_address(server):
            continue
        problem = _problem(number, server)
        yield f"bootstrap_servers: {problem}"


def _problem(number: int, server: str) -> str:
    """`number`: which item it is, counted from 1."""
    match = _SERVER.fullmatch(server)
    if match and match["port"]:
        return f"the port of {match['host']} is not 1 to 65535"
    if match:
        return f"{server} has no port: write {server}:9092"
    if "://" in server:
        return f"item {number} begins with a protocol: write host:9092 and security_protocol"
    return f"item {number} is not host:port"
