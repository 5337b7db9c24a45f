# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Kafka's SCRAM users: a credential, its password, and what a try to log in with it proves.

Source: org.apache.kafka.common.security.scram.internals.ScramMechanism (the mechanisms and their
fewest iterations) and org.apache.kafka.controller.ScramControlManager (the most), Kafka 3.9 to 4.4;
KIP-554.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

SCRAM_SHA_256, SCRAM_SHA_512 = MECHANISMS = ("SCRAM-SHA-256", "SCRAM-SHA-512")
FEWEST_ITERATIONS, MOST_ITERATIONS = 4096, 16384
USER = "User"  # the type of its principal

# `differs`: the cluster refused the password. `unproved`: it could not be tried.
Verdict = Literal["proved", "differs", "unproved"]
PROVED: Verdict = "proved"
DIFFERS: Verdict = "differs"
UNPROVED: Verdict = "unproved"


class Credential(NamedTuple):
    """A user has at most one for each mechanism, each with a password of its own."""

    name: str
    mechanism: str = SCRAM_SHA_512

    def __str__(self) -> str:
        return f"{self.name} ({self.mechanism})"


class Password:
    """No text, JSON or error holds one by mistake."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def reveal(self) -> str:
        return self._text

    def __repr__(self) -> str:
        return "********"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Password) and other._text == self._text

    def __hash__(self) -> int:
        return hash(self._text)


class Upsertion(NamedTuple):
    """What replaces a credential, or creates it. The salt is new each time."""

    credential: Credential
    iterations: int
    password: Password


class Listener(NamedTuple):
    """Where users log in. `security_protocol`: SASL_PLAINTEXT or SASL_SSL."""

    servers: tuple[str, ...]
    security_protocol: str


class Proof(NamedTuple):
    """`cause`: why it is unproved."""

    verdict: Verdict
    cause: str = ""
