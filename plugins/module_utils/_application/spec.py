# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Applications, each declared as a whole, as what is declared of each kind of resource.

One failure names every mistake, with the entry and its name. No message quotes a password.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple, TypeAlias

from .._core.nearest import hint
from .._core.problems import Problems
from .entries import ENTITY, Application, Fields, entries
from .fields import FIELDS, INSTEAD, WORDS_OF_OTHER_TOOLS, kind_of

# by part, in the order of dependence, the variable that declares it beside applications
BESIDE = {
    "topics": "kafka_topics_declared",
    "users": "kafka_scram_users_declared",
    "acls": "kafka_acls_declared",
    "quotas": "kafka_quotas_declared",
}
_APPLICATIONS = "kafka_applications_declared"
_MECHANISM = "SCRAM-SHA-512"  # the default of a user


class Declared(NamedTuple):
    """One entry of a part, and where it is declared."""

    place: str
    entry: object

    def field(self, name: str) -> Any:
        """None where it is not given, or where the entry is wrong as a whole."""
        return self.entry.get(name) if isinstance(self.entry, Mapping) else None

    @property
    def state(self) -> str:
        return "absent" if self.field("state") == "absent" else "present"


# by part
Declarations: TypeAlias = Mapping[str, list[Declared]]


def declarations(applications: object, beside: Mapping[str, object]) -> dict[str, list[object]]:
    """By part, all that is declared. `beside`: by part, what the inventory declares as well.

    Raises InvalidSpec with every problem of all entries. What is wrong with the entries of a part,
    the module that keeps it says.
    """
    problems = Problems()
    declared: dict[str, list[Declared]] = {}
    for part, variable in BESIDE.items():
        others = beside.get(part, ())
        declared[part] = [*_listed(variable, others, problems)]
    parsed = _applications(applications, problems)
    for application in parsed:
        for part, entry in entries(application):
            each = Declared(application.place, entry)
            declared[part].append(each)
    _check_names(parsed, problems)
    _check_once(declared, problems)
    _check_users(parsed, problems)
    problems.raise_if_any()
    merged: dict[str, list[object]] = {}
    for part, found in declared.items():
        merged[part] = [each.entry for each in found]
    return merged


def parse_applications(applications: object) -> list[Application]:
    """Raises InvalidSpec with every problem of all entries."""
    problems = Problems()
    parsed = _applications(applications, problems)
    _check_names(parsed, problems)
    problems.raise_if_any()
    return parsed


def _listed(variable: str, given: object, problems: Problems) -> Iterator[Declared]:
    if not isinstance(given, (list, tuple)):
        what = f"must be a list, not {kind_of(given)}: write [] to declare none"
        problems.add(variable, "value", what)
        return
    for position, entry in enumerate(given):
        place = f"{variable}[{position}]"
        yield Declared(place, entry)


def _applications(listed: object, problems: Problems) -> list[Application]:
    """Those without a mistake."""
    parsed = []
    for place, raw in _listed(_APPLICATIONS, listed, problems):
        if not isinstance(raw, Mapping):
            given = kind_of(raw)
            problems.add(place, "value", f"must be a dictionary with a name, not {given}")
            continue
        name = raw.get("name")
        where = f"{place} ({name})" if isinstance(name, str) else place
        before = len(problems.found)
        fields = _fields(where, raw, problems)
        if len(problems.found) == before:
            application = Application(where, fields)
            parsed.append(application)
    return parsed


def _fields(where: str, raw: Mapping[Any, Any], problems: Problems) -> Fields:
    """Those whose value is null count as not given."""
    fields: dict[str, Any] = {}
    for key, value in raw.items():
        if key not in FIELDS:
            word = WORDS_OF_OTHER_TOOLS.get(key, str(key))
            problems.add(where, str(key), f"unknown field{hint(word, FIELDS)}")
        elif value is not None:
            try:
                fields[key] = FIELDS[key](value)
            except ValueError as error:
                problems.add(where, key, str(error))
    if raw.get("name") is None:
        problems.add(where, "name", "is missing")
    for one, several in INSTEAD.items():
        if one in fields and several in fields:
            problems.add(where, one, f"cannot be declared together with {several}")
    return fields


def _check_names(applications: Iterable[Application], problems: Problems) -> None:
    places: dict[str, str] = {}
    for application in applications:
        name, place = application.name, application.place
        first = places.setdefault(name, place)
        if first != place:
            both = f"in {first} and in {place}"
            problems.add(f"application '{name}'", "name", f"declared more than once: {both}")


def _check_once(declared: Declarations, problems: Problems) -> None:
    """Two entries may declare the same ACL, so whether these agree is left to their module."""
    for part in ("topics", "users", "quotas"):
        firsts: dict[str, Declared] = {}
        for each in declared[part]:
            subject = _subject(part, each)
            if not subject:
                # the module says what is missing
                continue
            first = firsts.setdefault(subject, each)
            if first is not each:
                field = "name" if first.state == each.state else "state"
                problems.add(subject, field, _both(first, each))


def _subject(part: str, declared: Declared) -> str:
    """What the entry is about; empty where it does not say."""
    name = declared.field("name")
    if part == "topics":
        return f"topic '{name}'" if name else ""
    if part == "users":
        mechanism = declared.field("mechanism") or _MECHANISM
        # any other value may hold a password
        is_told = isinstance(name, str) and isinstance(mechanism, str)
        return f"user '{name}' ({mechanism})" if is_told and name else ""
    told = []
    for field in ENTITY:
        value = declared.field(field)
        if value:
            told.append(f"{field} '{value}'")
    return f"quota of {' and '.join(told)}" if told else ""


def _both(first: Declared, second: Declared) -> str:
    if first.state == second.state:
        return f"declared more than once: in {first.place} and in {second.place}"
    return f"is {first.state} in {first.place}, {second.state} in {second.place}"


def _check_users(applications: Sequence[Application], problems: Problems) -> None:
    """An absent application takes its users with it, so no other may act as one of them."""
    actors: dict[str, str] = {}
    for application in applications:
        for principal, state in application.owners.items():
            if state == "present":
                actors.setdefault(principal, application.place)
    for application in applications:
        if not application.is_absent:
            continue
        for user in application.users:
            name = user["name"]
            actor = actors.get(f"User:{name}")
            if actor:
                why = f"'{name}' would go with the application, but {actor} acts as that user"
                problems.add(application.place, "user", why)
