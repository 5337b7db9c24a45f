# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is to be proved of each application, as its own users."""

from __future__ import annotations

from collections.abc import Iterator
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
    names: list[str] = []
    owned = []
    for application in present:
        first = len(names)
        names += _topics(application)
        owned.append((application, first, len(names)))
    found = []
    for application, first, end in owned:
        does = {}
        for field in _DOES:
            if field in application.fields:
                does[field] = application.fields[field]
        others = names[:first] + names[end:]
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


def _topics(application: Application) -> Iterator[str]:
    """The names of those that it keeps, but for what their module refuses."""
    for topic in application.fields.get("topics", ()):
        name = topic.get("name")
        is_present = topic.get("state") != "absent"
        if is_present and isinstance(name, str):
            yield name
