# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is to be proved of each application, as its own users."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, TypeAlias

from .entries import Application, Entry
from .spec import parse_applications

# what the proof takes of an application as it is declared
_DOES = ("produce", "consume", "groups", "transactional_ids", "admin_of")

Proof: TypeAlias = dict[str, Any]


def proofs(applications: object) -> list[Proof]:
    """One for each user with a password. Raises InvalidSpec."""
    parsed = parse_applications(applications)
    present = [application for application in parsed if not application.is_absent]
    found = []
    for application in present:
        does = {}
        for field in _DOES:
            if field in application.fields:
                does[field] = application.fields[field]
        others = [*_topics_of_others(application, present)]
        for user in _provable(application):
            found.append({"name": application.name, **user, **does, "others": others})
    return found


def _provable(application: Application) -> Iterator[Proof]:
    for user in application.users:
        is_present = user.get("state") != "absent"
        if is_present and user.get("password"):
            yield _login(user)


def _login(user: Entry) -> Proof:
    login = {"username": user["name"], "password": user["password"]}
    mechanism = user.get("mechanism")
    if mechanism:
        login["mechanism"] = mechanism
    return login


def _topics_of_others(
    application: Application, applications: Sequence[Application]
) -> Iterator[str]:
    for other in applications:
        if other is application:
            continue
        for topic in other.fields.get("topics", ()):
            name = _name(topic)
            if name:
                yield name


def _name(topic: Mapping[Any, Any]) -> str:
    """Empty for one that is absent, or that its module refuses."""
    name = topic.get("name")
    is_present = topic.get("state") != "absent"
    return name if is_present and isinstance(name, str) else ""
