# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The fields of a declared user, how each is read, and the mistakes that brokers take.

Each reader raises ValueError, which says what is allowed. None quotes a password.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from .._core.foreign import check_characters
from .._core.limits import parse_allow
from .._core.nearest import hint
from .._core.problems import quoted
from .._kafka.scram import FEWEST_ITERATIONS, MECHANISMS, MOST_ITERATIONS, USER, Password
from . import hazards

_MOST_BYTES = 2**15 - 1  # of a string in Kafka's protocol
_NUMBER = re.compile(r"[0-9]{1,9}")
_PRINCIPAL = f"{USER}:"


def kind_of(value: object) -> str:
    """What it is, without its content, which may hold passwords."""
    if value is None:
        return "nothing"
    kinds = {str: "a string", Mapping: "a dictionary", list: "a list", bool: "a boolean"}
    for kind, words in kinds.items():
        if isinstance(value, kind):
            return words
    return "a number" if isinstance(value, (int, float)) else "another value"


def _shown(value: object) -> str:
    """The value, unless it holds others: a password may be one level too deep."""
    return quoted(value) if isinstance(value, (str, int, float)) else kind_of(value)


def _choice(value: object, words: Sequence[str]) -> str:
    if value in words:
        return str(value)
    allowed = " or ".join(words)
    given = _shown(value)
    meant = _meant(value)
    raise ValueError(f"must be {allowed}, not {given}{hint(meant, words)}")


def _meant(value: object) -> str:
    """Other tools write sha512, or SCRAM_SHA_512."""
    word = str(value).replace("_", "-")
    for known in MECHANISMS:
        if word.endswith(known[-3:]):
            return known
    return word


def _state(value: object) -> str:
    return _choice(value, ("present", "absent"))


def mechanism(value: object) -> str:
    return _choice(value, MECHANISMS)


def name(value: object) -> str:
    if not isinstance(value, str):
        raise ValueError(f"must be a string, not {_shown(value)}")
    if not value:
        raise ValueError("is empty")
    check_characters(value)
    if "\0" in value:
        # the client library would send what is before it
        raise ValueError(f"{quoted(value)} holds the character NUL, which cannot be sent")
    if len(value.encode()) > _MOST_BYTES:
        raise ValueError(f"{quoted(value)} has more than the {_MOST_BYTES} bytes that Kafka takes")
    return value


def iterations(value: object) -> int:
    """A number, also as a text."""
    text = str(value)
    number = 0
    # which True and 4096.0 do not match
    if _NUMBER.fullmatch(text):
        number = int(text)
    if FEWEST_ITERATIONS <= number <= MOST_ITERATIONS:
        return number
    given = _shown(value)
    allowed = f"{FEWEST_ITERATIONS} to {MOST_ITERATIONS}"
    raise ValueError(f"must be {allowed}, which is what Kafka takes, not {given}")


def password(value: object) -> Password:
    if isinstance(value, (bool, int, float)):
        raise ValueError("is not a string: put it in quotes")
    if not isinstance(value, str):
        raise ValueError("is not a string")
    if not value:
        raise ValueError("is empty")
    try:
        check_characters(value)
    except ValueError:
        # that error quotes it
        raise ValueError("holds half of a surrogate pair, which cannot be sent") from None
    if "\0" in value:
        raise ValueError("holds the character NUL, which cannot be sent")
    return Password(value)


def _allow(value: object) -> frozenset[str]:
    words = value if isinstance(value, (list, tuple)) else [value]
    for word in words:
        if not isinstance(word, str):
            raise ValueError(f"must be a list of hazards, not of {kind_of(word)}")
    return parse_allow(value, hazards.ALL)


def _names(value: object) -> frozenset[str]:
    if not isinstance(value, (list, tuple)):
        raise ValueError(f"must be a list of strings, not {_shown(value)}")
    return frozenset(map(name, value))


FIELDS: Mapping[str, Callable[[Any], Any]] = {
    "name": name,
    "mechanism": mechanism,
    "iterations": iterations,
    "password": password,
    "state": _state,
    "allow": _allow,
    "exempt": _names,
}
WORDS_OF_OTHER_TOOLS = {
    "user": "name",
    "username": "name",
    "scram_mechanism": "mechanism",
    "scram_iterations": "iterations",
    "scram_password": "password",
    "user_scram_credentials": "mechanism",
    "principal": "name",
    "secret": "password",
}


def mistake_in_name(given: str) -> str:
    """What a broker takes without a word, or nothing."""
    if given.startswith(_PRINCIPAL):
        short = quoted(given.removeprefix(_PRINCIPAL))
        return f"{quoted(given)} is a principal, which ACLs name: write {short}"
    if not given.isascii():
        # ScramMessages.SASLNAME
        return f"{quoted(given)} is not ASCII: brokers take it, but let nobody log in by it"
    if given != given.strip():
        stripped = quoted(given.strip())
        return f"{quoted(given)} has spaces, which brokers take as part of it: write {stripped}"
    return ""
