# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Addresses of servers. A text that is not one may hold a password: it is never shown."""

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
    """What is wrong with bootstrap_servers."""
    if not servers:
        yield "bootstrap_servers is empty"
    if _holds_a_user(servers):
        yield "bootstrap_servers holds a user, give it as sasl_username and sasl_password"
        return
    for mistake in mistakes(servers):
        yield f"bootstrap_servers: {mistake}"


def mistakes(servers: Sequence[str], protocol: str = "security_protocol") -> Iterator[str]:
    """What is wrong with each. `protocol`: the option that names it."""
    if _holds_a_user(servers):
        yield "holds a user: write host:port alone"
        return
    for number, server in enumerate(servers, 1):
        if not is_address(server):
            yield _mistake(number, server, protocol)


def _holds_a_user(servers: Sequence[str]) -> bool:
    """A comma in a password cuts the address in two, so then no part of any is shown."""
    return any("@" in server for server in servers)


def _mistake(number: int, server: str, protocol: str) -> str:
    """`number`: which item it is, counted from 1."""
    match = _SERVER.fullmatch(server)
    if match and match["port"]:
        return f"the port of {match['host']} is not 1 to 65535"
    if match:
        return f"{server} has no port: write {server}:9092"
    if "://" in server:
        return f"item {number} begins with a protocol: write host:9092 and {protocol}"
    return f"item {number} is not host:port"
