# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The fields of a declared application.

Each reader raises ValueError, which says what is allowed. None quotes a value that may hold a
password. What the kinds of resources have for themselves is left to them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from .._acl import hazards as of_acls
from .._acl.fields import INTENT
from .._core.foreign import check_characters
from .._core.limits import parse_allow
from .._core.nearest import hint
from .._core.problems import quoted
from .._quota import hazards as of_quotas
from .._scram_user import hazards as of_users
from .._topic import hazards as of_topics

_STATES = ("present", "absent")
_KINDS = {str: "a string", list: "a list", dict: "a dictionary", bool: "a boolean", int: "a number"}
# by part, those that its changes may have
HAZARDS = {
    "topics": of_topics.ALL,
    "users": of_users.ALL,
    "acls": of_acls.ALL,
    "quotas": of_quotas.ALL,
}
_EVERY_HAZARD = [*dict.fromkeys(word for words in HAZARDS.values() for word in words)]


def kind_of(value: object) -> str:
    """What kind of value it is; the value itself may be a secret."""
    if value is None:
        return "nothing"
    for known, word in _KINDS.items():
        # Ansible has types of its own
        if isinstance(value, known):
            return word
    return "something else"


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise ValueError(f"must be a string, not {kind_of(value)}")
    if not value:
        raise ValueError("is empty")
    check_characters(value)
    return value


def _principal(value: object) -> str:
    given = _text(value)
    kind, colon, name = given.partition(":")
    if kind and colon and name:
        return given
    raise ValueError(f"{quoted(given)} has no type: write User:{given.strip(':')}")


def _state(value: object) -> str:
    if value in _STATES:
        return str(value)
    word = value if isinstance(value, str) else ""
    raise ValueError(f"must be present or absent{hint(word, _STATES)}")


def _allow(value: object) -> frozenset[str]:
    return parse_allow(value, _EVERY_HAZARD)


def _dictionary(value: object) -> Mapping[Any, Any]:
    if not isinstance(value, Mapping):
        raise ValueError(f"must be a dictionary, not {kind_of(value)}")
    return value


def _dictionaries(value: object) -> list[Mapping[Any, Any]]:
    if not isinstance(value, (list, tuple)):
        raise ValueError(f"must be a list of dictionaries, not {kind_of(value)}")
    for position, item in enumerate(value):
        if not isinstance(item, Mapping):
            raise ValueError(f"[{position}] must be a dictionary, not {kind_of(item)}")
    return [*value]


def _user(value: object) -> Mapping[Any, Any]:
    """Rights and quotas take its name, so what is none must not get there."""
    given = _dictionary(value)
    name = given.get("name")
    if name is not None and not isinstance(name, str):
        raise ValueError(f"name must be a string, not {kind_of(name)}")
    return given


def _users(value: object) -> list[Mapping[Any, Any]]:
    given = _dictionaries(value)
    for position, user in enumerate(given):
        try:
            _user(user)
        except ValueError as error:
            raise ValueError(f"[{position}] {error}") from None
    return given


def _as_given(value: object) -> object:
    return value


FIELDS: Mapping[str, Callable[[Any], Any]] = {
    "name": _text,
    "state": _state,
    "principal": _principal,
    "user": _user,
    "users": _users,
    "topics": _dictionaries,
    **dict.fromkeys(INTENT, _as_given),
    "quota": _dictionary,
    "quotas": _dictionaries,
    "allow": _allow,
    "labels": _dictionary,
}
# what is declared in one form or in the other
INSTEAD = {"user": "users", "quota": "quotas"}
WORDS_OF_OTHER_TOOLS = {
    "acls": "produce",
    "consumer_groups": "groups",
    "consumes": "consume",
    "produces": "produce",
    "topic": "topics",
    "username": "user",
}
