# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Declared ACLs. One failure names every mistake of a declaration, with its entry and field."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from .._core.limits import Limits, parse_limits
from .._core.nearest import hint
from .._core.problems import Problems, described, quoted
from .._kafka.acls import ALLOW, ANY, CLUSTER, CLUSTER_NAME, LITERAL, Binding, Pattern
from .._kafka.intent import Intent, expand
from . import hazards
from .fields import INTENT, RIGHT, SETTINGS, address, mistakes
from .state import Subject, subject_of

_SHORTEST_PREFIX = 3
_PREFIX = f"at least {_SHORTEST_PREFIX} characters of a name, without wildcards"
_FIELDS = {**SETTINGS, **RIGHT, **INTENT}
_WORDS_OF_OTHER_TOOLS = {
    "acl_principal": "principal",
    "acl_resource_type": "resource_type",
    "acl_pattern_type": "pattern_type",
    "acl_operation": "operations",
    "acl_operations": "operations",
    "acl_permission": "permission",
    "acl_host": "host",
    "name": "resource_name",
    "operation": "operations",
    "topics": "consume",
}


class Declared(NamedTuple):
    """How a binding is declared. `allow`: the hazards that its change may have.

    `exempt`: the policies that do not bind it.
    """

    state: str = "present"
    allow: frozenset[str] = frozenset()
    exempt: frozenset[str] = frozenset()


class Owned(NamedTuple):
    """Whose ACLs, and on which resources, a run may change; without any of them all."""

    principals: frozenset[str] = frozenset()
    principal_prefixes: tuple[str, ...] = ()
    prefixes: tuple[str, ...] = ()

    @property
    def is_given(self) -> bool:
        return any(self)

    def has(self, principal: str, pattern: Pattern) -> bool:
        if principal in self.principals:
            return True
        if principal.startswith(self.principal_prefixes):
            return True
        has_name = pattern.resource_type != CLUSTER
        return has_name and pattern.name.startswith(self.prefixes)


class AclSet(NamedTuple):
    """All that one run declares.

    `purge` deletes the owned ACLs that are not declared. `protected`: the principals from whom no
    run takes a right. `only`: the run looks at nothing else.
    """

    bindings: Mapping[Binding, Declared]
    purge: bool = False
    owned: Owned = Owned()
    protected: frozenset[str] = frozenset()
    limits: Limits = Limits()
    only: frozenset[Subject] | None = None

    def of_state(self, state: str) -> set[Binding]:
        found = set()
        for binding, declared in self.bindings.items():
            if declared.state == state and self.looks_at(binding):
                found.add(binding)
        return found

    def looks_at(self, binding: Binding) -> bool:
        if self.only is None:
            return True
        return subject_of(binding) in self.only

    def purges(self, binding: Binding) -> bool:
        """Whether the binding goes unless it is declared."""
        if not self.purge or not self.looks_at(binding):
            return False
        return self.owned.has(binding.principal, binding.pattern)


Layer = dict[str, Any]


def parse_acl_set(
    acls: object,
    purge: bool = False,
    owned_principals: Iterable[str] = (),
    owned_principal_prefixes: Iterable[str] = (),
    owned_prefixes: Iterable[str] = (),
    protected_principals: Iterable[str] = (),
    purge_to_empty: bool = False,
    allow: object = None,
    destruction_budget: object = None,
    policies: object = None,
) -> AclSet:
    """Raises InvalidSpec with every problem of all entries."""
    problems = Problems()
    declared = _declared(acls, problems)
    owned = Owned(
        principals=frozenset(owned_principals),
        principal_prefixes=tuple(owned_principal_prefixes),
        prefixes=tuple(owned_prefixes),
    )
    protected = frozenset(protected_principals)
    _check_principals("owned_principals", owned.principals, problems)
    _check_principals("protected_principals", protected, problems)
    _check_owned(owned, problems)
    if purge:
        _check_purge(owned, declared, purge_to_empty, problems)
    limits = parse_limits(allow, destruction_budget, policies, hazards.ALL, problems)
    problems.raise_if_any()
    return AclSet(declared, purge, owned, protected, limits)


def _declared(acls: object, problems: Problems) -> dict[Binding, Declared]:
    if not isinstance(acls, (list, tuple)):
        given = described(acls)
        problems.add("acls", "value", f"must be a list of ACLs, not {given}")
        return {}
    declared: dict[Binding, Declared] = {}
    places: dict[Binding, str] = {}
    for position, raw in enumerate(acls):
        place = f"acls[{position}]"
        for binding, how in _entry(place, raw, problems):
            earlier = declared.get(binding, how)
            declared[binding] = _together(earlier, how)
            first = places.setdefault(binding, place)
            if earlier.state != how.state:
                both = f"{earlier.state} in {first}, {how.state} in {place}"
                _contradiction(binding, both, problems)
    return declared


def _contradiction(binding: Binding, both: str, problems: Problems) -> None:
    subject = subject_of(binding)
    operation = binding.operation.lower()
    problems.add(str(subject), operation, both)


def _together(first: Declared, second: Declared) -> Declared:
    allow = first.allow | second.allow
    exempt = first.exempt & second.exempt
    return first._replace(allow=allow, exempt=exempt)


def _entry(place: str, raw: object, problems: Problems) -> Iterator[tuple[Binding, Declared]]:
    if not isinstance(raw, Mapping):
        what = f"must be a dictionary with a principal, not {described(raw)}"
        problems.add(place, "value", what)
        return
    where = place
    if raw.get("principal"):
        where = f"{place} ({raw['principal']})"
    before = len(problems.found)
    layer = _layer(where, raw, _FIELDS, problems)
    for needed in _missing(raw):
        problems.add(where, needed, "is missing")
    for field in _of_both_kinds(layer):
        what = "cannot be declared together with what the principal does: write two entries"
        problems.add(where, field, what)
    if len(problems.found) > before:
        return
    settings = {name: value for name, value in layer.items() if name in Declared._fields}
    how = Declared(**settings)
    found = list(_bindings(layer, how.state))
    if how.state == "present":
        _check_mistakes(where, found, problems)
    for binding in found:
        yield binding, how


def _check_mistakes(where: str, bindings: Iterable[Binding], problems: Problems) -> None:
    """Each mistake once: that in a principal is one of all its bindings."""
    found: dict[tuple[str, str], None] = {}
    for binding in bindings:
        wrong = mistakes(binding)
        found |= dict.fromkeys(wrong)
    for field, what in found:
        problems.add(where, field, what)


def _layer(
    where: str,
    raw: Mapping[Any, Any],
    fields: Mapping[str, Callable[[Any], Any]],
    problems: Problems,
) -> Layer:
    """The parsed fields; those whose value is null count as not given."""
    layer: Layer = {}
    for key, value in raw.items():
        if key not in fields:
            word = _WORDS_OF_OTHER_TOOLS.get(key, str(key))
            problems.add(where, str(key), f"unknown field{hint(word, fields)}")
        elif value is not None:
            try:
                layer[key] = fields[key](value)
            except ValueError as error:
                problems.add(where, key, str(error), value)
    return layer


def _missing(raw: Mapping[Any, Any]) -> Iterator[str]:
    given = {field for field, value in raw.items() if value is not None}
    needed = ["principal"]
    if given.isdisjoint(INTENT):
        needed += ["resource_type", "operations"]
        if raw.get("resource_type") != CLUSTER:
            needed.append("resource_name")
    for field in needed:
        if field not in given:
            yield field


def _of_both_kinds(layer: Layer) -> list[str]:
    if layer.keys().isdisjoint(INTENT):
        return []
    return [field for field in layer if field in RIGHT]


def _bindings(layer: Layer, state: str) -> Iterator[Binding]:
    principal = layer["principal"]
    given = layer.get("host", ANY)
    hosts = {_as_compared(given)}
    if state == "absent":
        # another client may have written it in a form that no broker compares
        hosts.add(given)
    for pattern, operation, permission in _rights(layer):
        for host in sorted(hosts):
            yield Binding(principal, pattern, operation, permission, host)


def _rights(layer: Layer) -> Iterator[tuple[Pattern, str, str]]:
    """Pattern, operation and permission."""
    given = {name: value for name, value in layer.items() if name in INTENT}
    if given:
        intent = Intent(**given)
        for pattern, operation in expand(intent):
            yield pattern, operation, ALLOW
        return
    resource_type = layer["resource_type"]
    name = layer.get("resource_name", CLUSTER_NAME)
    pattern_type = layer.get("pattern_type", LITERAL)
    permission = layer.get("permission", ALLOW)
    pattern = Pattern(resource_type, name, pattern_type)
    for operation in layer["operations"]:
        yield pattern, operation, permission


def _as_compared(host: str) -> str:
    try:
        return address(host)
    except ValueError:
        # one of the mistakes, told with the others
        return host


def _check_principals(option: str, names: Iterable[str], problems: Problems) -> None:
    for name in names:
        if ":" not in name:
            wrong = quoted(name)
            problems.add("options", option, f"{wrong}: write User:{name}")


def _check_owned(owned: Owned, problems: Problems) -> None:
    for prefix in owned.principal_prefixes:
        _kind, _colon, name = prefix.partition(":")
        if not _is_prefix(name):
            wrong = quoted(prefix)
            what = f"{wrong}: it needs a type and {_PREFIX}, such as User:shop-"
            problems.add("options", "owned_principal_prefixes", what)
    for prefix in owned.prefixes:
        if not _is_prefix(prefix):
            wrong = quoted(prefix)
            problems.add("options", "owned_prefixes", f"{wrong}: it needs {_PREFIX}")


def _is_prefix(text: str) -> bool:
    return len(text) >= _SHORTEST_PREFIX and ANY not in text


def _check_purge(
    owned: Owned,
    declared: Mapping[Binding, Declared],
    purge_to_empty: bool,
    problems: Problems,
) -> None:
    if not owned.is_given:
        needed = "owned_principals, owned_principal_prefixes or owned_prefixes"
        why = f"needs {needed}: only owned ACLs may be removed"
        problems.add("options", "purge", why)
    states = {how.state for how in declared.values()}
    if "present" not in states and not purge_to_empty:
        why = "refused with no ACL declared as present, which would remove every owned ACL"
        problems.add("options", "purge", f"{why}; set purge_to_empty to mean it")
