# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is declared of an application: what it does, as whom, and what belongs to others."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from .._cluster.gateway.logins import Login
from .._core.foreign import check_characters
from .._core.problems import Problems, quoted
from .._kafka import address
from .._kafka.acls import ANY, GROUP, LITERAL, PREFIXED, TOPIC, TRANSACTIONAL_ID, Pattern
from .._kafka.intent import Intent
from .._kafka.names import begins_topic_name, topic_name

_FORM = "must be a name or a prefix, such as orders or {prefixed: shop.}"
_RESOURCE_TYPES = {
    "produce": TOPIC,
    "consume": TOPIC,
    "groups": GROUP,
    "transactional_ids": TRANSACTIONAL_ID,
    "admin_of": TOPIC,
    "others": TOPIC,
}
_OF_LOGIN = ("password", "servers", "protocol")


class Declared(NamedTuple):
    """`login`: None where the application is the run's own principal.

    `others`: the topics that it must not touch, but for those that `intent` names.
    """

    intent: Intent
    others: tuple[Pattern, ...] = ()
    records: bool = False
    login: Login | None = None


def parse_access(params: Mapping[str, Any]) -> Declared:
    """Raises InvalidSpec with every problem of all options."""
    problems = Problems()
    found: dict[str, Any] = {}
    given = []
    for option, resource_type in _RESOURCE_TYPES.items():
        given += params[option]
        found[option] = _patterns(option, resource_type, params[option], problems)
    others = found.pop("others")
    login = _login(params, problems)
    # that a user can log in, and may do nothing with the cluster, is a proof as well
    if not given and not login:
        options = ", ".join(_RESOURCE_TYPES)
        problems.add("options", "access", f"is empty: declare any of {options}")
    problems.raise_if_any("the declared access, nothing was read or written")
    intent = Intent(**found)
    return Declared(intent, others, params["records"], login)


def _patterns(
    option: str, resource_type: str, given: Iterable[object], problems: Problems
) -> tuple[Pattern, ...]:
    found = []
    for position, item in enumerate(given):
        try:
            pattern = _pattern(resource_type, item)
            found.append(pattern)
        except ValueError as error:
            place = f"{option}[{position}]"
            problems.add("options", place, str(error), item)
    return tuple(found)


def _pattern(resource_type: str, item: object) -> Pattern:
    """Of a name, or of a dictionary whose only key is `prefixed`. Raises ValueError."""
    name = item
    pattern_type = LITERAL
    if isinstance(item, Mapping) and [*item] == [PREFIXED]:
        name = item[PREFIXED]
        pattern_type = PREFIXED
    if not isinstance(name, str) or not _is_sendable(name):
        given = quoted(item)
        raise ValueError(f"{_FORM}, not {given}")
    check_characters(name)
    pattern = Pattern(resource_type, name, pattern_type)
    is_any = pattern == Pattern(resource_type, ANY)
    if resource_type == TOPIC and not is_any:
        _check_topic(pattern)
    return pattern


def _is_sendable(name: str) -> bool:
    """The client library would send what is before a NUL."""
    return name != "" and "\0" not in name


def _check_topic(pattern: Pattern) -> None:
    if pattern.pattern_type == LITERAL:
        topic_name(pattern.name)
    elif not begins_topic_name(pattern.name):
        shown = quoted(pattern.name)
        raise ValueError(f"{shown} cannot begin the name of a topic")


def _login(params: Mapping[str, Any], problems: Problems) -> Login | None:
    username = params["username"]
    if username is None:
        for option in _OF_LOGIN:
            if params[option]:
                problems.add("options", option, "needs username beside it")
        return None
    if not params["password"]:
        problems.add("options", "password", f"is needed for username {username}")
    servers = tuple(params["servers"] or ())
    for mistake in address.mistakes(servers, "protocol"):
        problems.add("options", "servers", mistake)
    return Login(
        username,
        params["password"] or "",
        params["mechanism"],
        servers,
        params["protocol"],
    )
