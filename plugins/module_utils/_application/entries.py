# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What an application is declared to be, as entries of each part, in the form of that part."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple, TypeAlias

from .._acl.fields import INTENT
from .fields import HAZARDS

# which say whom a quota binds
ENTITY = ("user", "user_defaults", "client_id", "client_defaults", "ip", "ip_defaults")
# what an absent user is told by
_OF_ABSENT_USER = frozenset({"name", "mechanism", "exempt"})
_PRESENT, _ABSENT = "present", "absent"

Entry: TypeAlias = dict[str, Any]
Fields: TypeAlias = Mapping[str, Any]


class Application(NamedTuple):
    """`fields`: those that are given. `place`: where."""

    place: str
    fields: Fields

    @property
    def name(self) -> str:
        name: str = self.fields["name"]
        return name

    @property
    def state(self) -> str:
        state: str = self.fields.get("state", _PRESENT)
        return state

    @property
    def is_absent(self) -> bool:
        return self.state == _ABSENT

    @property
    def users(self) -> list[Entry]:
        """As they are declared, each with its name."""
        given: Sequence[Fields] = self.fields.get("users", ())
        if "user" in self.fields:
            given = [self.fields["user"]]
        users = []
        for user in given:
            entry = dict(user)
            if entry.get("name") is None:
                entry["name"] = self.name
            users.append(entry)
        return users

    @property
    def owners(self) -> Mapping[str, str]:
        """Whose rights and quotas it has: by principal, the state of these."""
        if "principal" in self.fields:
            principal = self.fields["principal"]
            return {principal: self.state}
        owners: dict[str, str] = {}
        for user in self.users:
            principal = f"User:{user['name']}"
            state = _ABSENT if self.is_absent else user.get("state")
            if state != _ABSENT:
                owners[principal] = _PRESENT
            # one that goes has no rights either, unless it keeps a second mechanism
            owners.setdefault(principal, _ABSENT)
        if owners:
            return owners
        return {f"User:{self.name}": self.state}


def entries(application: Application) -> Iterator[tuple[str, Entry]]:
    """Each with its part."""
    allow = application.fields.get("allow", ())
    for part, made in (
        ("topics", _topics(application)),
        ("users", _users(application)),
        ("acls", _acls(application)),
        ("quotas", _quotas(application)),
    ):
        allowed = [word for word in HAZARDS[part] if word in allow]
        for entry in made:
            _allow(entry, allowed)
            yield part, entry


def _allow(entry: Entry, allowed: Sequence[str]) -> None:
    """Beside what it allows itself."""
    own = entry.get("allow") or []
    # what is wrong with it, its own module tells
    if allowed and isinstance(own, list):
        entry["allow"] = [*own, *allowed]


def _topics(application: Application) -> Iterator[Entry]:
    labels = application.fields.get("labels", {})
    for topic in application.fields.get("topics", ()):
        entry = _in_state(application.state, topic)
        own = entry.get("labels") or {}
        if labels and isinstance(own, Mapping):
            entry["labels"] = {**labels, **own}
        yield entry


def _users(application: Application) -> Iterator[Entry]:
    for user in application.users:
        entry = _in_state(application.state, user)
        if application.is_absent:
            for field in entry.keys() - _OF_ABSENT_USER - {"state"}:
                del entry[field]
        yield entry


def _acls(application: Application) -> Iterator[Entry]:
    does = {}
    for field in INTENT:
        if field in application.fields:
            does[field] = application.fields[field]
    if not does:
        return
    for principal, state in application.owners.items():
        yield _in_state(state, {"principal": principal, **does})


def _quotas(application: Application) -> Iterator[Entry]:
    given = application.fields.get("quotas", ())
    if "quota" in application.fields:
        quota = application.fields["quota"]
        given = [{"quotas": quota}]
    for quota in given:
        if any(quota.get(field) for field in ENTITY):
            yield _quota(application.state, quota)
            continue
        for principal, state in application.owners.items():
            _type, _colon, user = principal.partition(":")
            yield _quota(state, {"user": user, **quota})


def _quota(state: str, fields: Fields) -> Entry:
    """An absent one says only whom it bound."""
    entry = _in_state(state, fields)
    if entry.get("state") == _ABSENT:
        entry.pop("quotas", None)
    return entry


def _in_state(state: str, fields: Fields) -> Entry:
    """What is present can have parts that are absent; what is absent has no part that is not."""
    entry = dict(fields)
    if state == _ABSENT:
        entry["state"] = _ABSENT
    return entry
