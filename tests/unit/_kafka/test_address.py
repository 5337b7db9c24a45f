# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest
from ansible_collections.omninode.kafka.plugins.module_utils._kafka.address import (
    is_address,
    mistakes,
    problems,
)

HOLDS_A_USER = ["bootstrap_servers holds a user, give it as sasl_username and sasl_password"]
NONE = "is not host:port"
PROTOCOL = "begins with a protocol: write host:9092 and security_protocol"


@pytest.mark.parametrize(
    "server",
    [
        "localhost:9092",
        "kafka-1.example:1",
        "node_1:65535",
        "10.0.0.1:9092",
        "[::1]:9092",
        "[fe80::1]:1",
    ],
)
def test_an_address(server: str) -> None:
    assert is_address(server)
    assert list(problems([server])) == []


@pytest.mark.parametrize(
    ("server", "problem"),
    [
        ("127.0.0.1", "127.0.0.1 has no port: write 127.0.0.1:9092"),
        ("kafka.example", "kafka.example has no port: write kafka.example:9092"),
        ("[::1]", "[::1] has no port: write [::1]:9092"),
        ("127.0.0.1:97536", "the port of 127.0.0.1 is not 1 to 65535"),
        ("a:65536", "the port of a is not 1 to 65535"),
        ("a:0", "the port of a is not 1 to 65535"),
        ("[::1]:123456", "the port of [::1] is not 1 to 65535"),
        ("http://secret:9092", f"item 2 {PROTOCOL}"),
        ("SASL_SSL://secret", f"item 2 {PROTOCOL}"),
        *[
            (server, f"item 2 {NONE}")
            for server in (
                *(
                    "",
                    " ",
                    "secret:",
                    "secret:b",
                    "secret b:1",
                    "secret:1\n",
                    "::1",
                    "[::1",
                    "b:1,c:2",
                ),
                *(
                    "secret/b",
                    "\x00",
                    "secret:-1",
                    "secret:+1",
                    "secret:1.5",
                    "secret:\u0661",
                    "\u0430:1",
                ),
                "secret:" + "9" * 5000,
            )
        ],
    ],
)
def test_invalid_addresses_are_told_with_a_valid_form(server: str, problem: str) -> None:
    assert not is_address(server)
    assert list(problems(["a:1", server])) == [f"bootstrap_servers: {problem}"]
    assert "secret" not in problem


@pytest.mark.parametrize(
    "servers",
    [
        ["user:secret@host:9092"],
        ["sasl_ssl://user:secret@host:9092"],
        ["a:1", "secret@host:9092"],
        # Ansible has split it at the comma of the password
        ["user:sec", "ret@host:9092"],
        ["user:12345", "secret", "ret@host:9092"],
    ],
)
def test_no_part_of_a_password_is_told(servers: list[str]) -> None:
    assert list(problems(servers)) == HOLDS_A_USER
    assert list(mistakes(servers)) == ["holds a user: write host:port alone"]


def test_a_mistake_names_the_option_of_the_protocol() -> None:
    [told] = mistakes(["a:1", "SASL_SSL://b:1"], "prove_security_protocol")
    assert told == "item 2 begins with a protocol: write host:9092 and prove_security_protocol"


def test_an_empty_list_of_servers() -> None:
    assert list(problems([])) == ["bootstrap_servers is empty"]
