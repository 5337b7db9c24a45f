# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Declared users. One failure names every mistake of a declaration, with its entry and field.

No message quotes a password, nor an entry as a whole.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from .._core.limits import Limits, parse_limits
from .._core.nearest import hint
from .._core.problems import Problems, quoted
from .._kafka import address
from .._kafka.scram import SCRAM_SHA_512, Credential, Password
from . import hazards
from .fields import FIELDS, WORDS_OF_OTHER_TOOLS, kind_of, mistake_in_name

_SHORTEST_PREFIX = 3
_SASL_PROTOCOLS = ("SASL_PLAINTEXT", "SASL_SSL")


class Declared(NamedTuple):
    """How a credential is declared; None leaves alone.

    `allow`: the hazards that its change may have. `exempt`: the policies that do not bind it.
    """

    iterations: int | None = None
    password: Password | None = None
    state: str = "present"
    allow: frozenset[str] = frozenset()
    exempt: frozenset[str] = frozenset()


class Proving(NamedTuple):
    """How passwords are proved. None: as the connection of the run is.

    `set_unproved`: whether a password that cannot be proved is set.
    """

    prove: bool = True
    servers: tuple[str, ...] | None = None
    security_protocol: str | None = None
    set_unproved: bool = False


class UserSet(NamedTuple):
    """All that one run declares.

    `purge` deletes the credentials of owned users that are not declared. `prefixes`: begin the
    names of owned users; without any, a run owns all. `only`: the run looks at nothing else.
    """

    credentials: Mapping[Credential, Declared]
    purge: bool = False
    prefixes: tuple[str, ...] = ()
    protected: frozenset[str] = frozenset()
    proving: Proving = Proving()
    limits: Limits = Limits()
    only: frozenset[Credential] | None = None

    def looks_at(self, credential: Credential) -> bool:
        return self.only is None or credential in self.only

    def owns(self, credential: Credential) -> bool:
        return not self.prefixes or credential.name.startswith(self.prefixes)

    def purges(self, credential: Credential) -> bool:
        """Whether the credential goes unless it is declared."""
        if not self.purge or not self.looks_at(credential):
            return False
        return credential.name.startswith(self.prefixes)


def parse_scram_user_set(
    users: object,
    purge: bool = False,
    owned_prefixes: Iterable[str] = (),
    protected_users: Iterable[str] = (),
    purge_to_empty: bool = False,
    prove: bool = True,
    prove_servers: Iterable[str] | None = None,
    prove_security_protocol: str | None = None,
    set_unproved: bool = False,
    allow: object = None,
    destruction_budget: object = None,
    policies: object = None,
) -> UserSet:
    """Raises InvalidSpec with every problem of all entries."""
    problems = Problems()
    declared = _declared(users, problems)
    prefixes = tuple(owned_prefixes)
    protected = frozenset(protected_users)
    _check_names("protected_users", protected, problems)
    _check_prefixes(prefixes, problems)
    if purge:
        _check_purge(prefixes, declared, purge_to_empty, problems)
    servers = _servers(prove_servers, problems)
    if prove_security_protocol not in (None, *_SASL_PROTOCOLS):
        allowed = " or ".join(_SASL_PROTOCOLS)
        problems.add("options", "prove_security_protocol", f"must be {allowed}")
    proving = Proving(prove, servers, prove_security_protocol, set_unproved)
    limits = parse_limits(allow, destruction_budget, policies, hazards.ALL, problems)
    problems.raise_if_any()
    return UserSet(declared, purge, prefixes, protected, proving, limits)


def _declared(users: object, problems: Problems) -> dict[Credential, Declared]:
    if not isinstance(users, (list, tuple)):
        problems.add("users", "value", f"must be a list of users, not {kind_of(users)}")
        return {}
    declared: dict[Credential, Declared] = {}
    places: dict[Credential, str] = {}
    for position, raw in enumerate(users):
        place = f"users[{position}]"
        entry = _entry(place, raw, problems)
        if entry is None:
            continue
        credential, how = entry
        if credential in declared:
            both = f"in {places[credential]} and in {place}"
            problems.add(str(credential), "name", f"declared more than once: {both}")
        declared[credential] = how
        places[credential] = place
    return declared


def _entry(place: str, raw: object, problems: Problems) -> tuple[Credential, Declared] | None:
    if not isinstance(raw, Mapping):
        problems.add(place, "value", f"must be a dictionary with a name, not {kind_of(raw)}")
        return None
    where = place
    given = raw.get("name")
    if given and isinstance(given, str):
        where = f"{place} ({given})"
    before = len(problems.found)
    fields = _fields(where, raw, problems)
    if given is None:
        problems.add(where, "name", "is missing")
    if len(problems.found) > before:
        return None
    name = fields.pop("name")
    credential = Credential(name, fields.pop("mechanism", SCRAM_SHA_512))
    how = Declared(**fields)
    mistake = mistake_in_name(name)
    if mistake and how.state == "present":
        problems.add(where, "name", mistake)
    return credential, how


def _fields(where: str, raw: Mapping[Any, Any], problems: Problems) -> dict[str, Any]:
    """The parsed fields; those whose value is null count as not given."""
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
    return fields


def _servers(given: Iterable[str] | None, problems: Problems) -> tuple[str, ...] | None:
    if given is None:
        return None
    servers = []
    for server in given:
        stripped = server.strip()
        if stripped:
            servers.append(stripped)
    if not servers:
        problems.add("options", "prove_servers", "is empty: leave it out, or name servers")
    for mistake in address.mistakes(servers, "prove_security_protocol"):
        problems.add("options", "prove_servers", mistake)
    return tuple(servers)


def _check_names(option: str, names: Iterable[str], problems: Problems) -> None:
    for name in names:
        mistake = mistake_in_name(name)
        if mistake:
            problems.add("options", option, mistake)


def _check_prefixes(prefixes: Iterable[str], problems: Problems) -> None:
    for prefix in prefixes:
        if len(prefix) < _SHORTEST_PREFIX:
            needed = f"at least {_SHORTEST_PREFIX} characters of a name"
            problems.add("options", "owned_prefixes", f"{quoted(prefix)}: it needs {needed}")
        mistake = mistake_in_name(prefix)
        if mistake:
            problems.add("options", "owned_prefixes", mistake)


def _check_purge(
    prefixes: tuple[str, ...],
    declared: Mapping[Credential, Declared],
    purge_to_empty: bool,
    problems: Problems,
) -> None:
    if not prefixes:
        problems.add("options", "purge", "needs owned_prefixes: only owned users may be removed")
    states = {how.state for how in declared.values()}
    if "present" not in states and not purge_to_empty:
        why = "refused with no user declared as present, which would remove every owned user"
        problems.add("options", "purge", f"{why}; set purge_to_empty to mean it")
