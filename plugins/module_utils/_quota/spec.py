# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Declared quotas. One failure names every mistake of a declaration, with its entry and field."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from typing import Any, NamedTuple, TypeAlias

from .._core.limits import Limits, parse_limits
from .._core.nearest import hint
from .._core.problems import Problems, described, quoted
from .._kafka.quotas import DEFAULT, KEYS, Entity
from . import hazards
from .fields import DEFAULTS, NAMES, SETTINGS, address, mistakes, one_spelling, parsed

_SHORTEST_PREFIX = 3
_PREFIX = f"at least {_SHORTEST_PREFIX} characters of a name, without wildcards"
_FIELDS = {**NAMES, **DEFAULTS, **SETTINGS}
# the name of each part of an entity beside the word for its default
_DEFAULT_OF = dict(zip(NAMES, DEFAULTS, strict=True))
_WORDS_OF_OTHER_TOOLS = {
    "client": "client_id",
    "clients": "client_id",
    "client-id": "client_id",
    "client-defaults": "client_defaults",
    "entity": "user",
    "entity_name": "user",
    "ip-defaults": "ip_defaults",
    "name": "user",
    "user-defaults": "user_defaults",
    "users": "user",
}

Network: TypeAlias = IPv4Network | IPv6Network
Layer = dict[str, Any]


class Declared(NamedTuple):
    """How the quotas of an entity are declared. `values`: by key, None for one to remove.

    `allow`: the hazards that its change may have. `exempt`: the policies that do not bind it.
    """

    values: Mapping[str, float | None]
    state: str = "present"
    allow: frozenset[str] = frozenset()
    exempt: frozenset[str] = frozenset()


class Owned(NamedTuple):
    """Whose quotas a run may change; without any of them all.

    `defaults`: whether those that bind whoever has no quota of their own are among them.
    """

    user_prefixes: tuple[str, ...] = ()
    client_id_prefixes: tuple[str, ...] = ()
    ip_networks: tuple[Network, ...] = ()
    defaults: bool = False

    @property
    def is_given(self) -> bool:
        return bool(self.user_prefixes or self.client_id_prefixes or self.ip_networks)

    def has(self, entity: Entity) -> bool:
        """A user with a client ID is owned where the user is."""
        user, client_id, ip = entity
        if user:
            return user.startswith(self.user_prefixes)
        if entity.is_default:
            return self.defaults
        if client_id:
            return client_id.startswith(self.client_id_prefixes)
        return ip is not None and self._has_address(ip)

    def _has_address(self, ip: str) -> bool:
        try:
            found = ip_address(address(ip))
        except ValueError:
            # another client may have written the name of a host
            return False
        return any(found in network for network in self.ip_networks)


class QuotaSet(NamedTuple):
    """All that one run declares.

    `purge` removes what is owned and not declared. `only`: the run looks at nothing else.
    """

    entities: Mapping[Entity, Declared]
    purge: bool = False
    owned: Owned = Owned()
    limits: Limits = Limits()
    only: frozenset[Entity] | None = None

    def looks_at(self, entity: Entity) -> bool:
        return self.only is None or entity in self.only

    def purges(self, entity: Entity) -> bool:
        """Whether the quotas of the entity go unless they are declared; those of defaults stay."""
        if not self.purge or entity.is_default:
            return False
        return self.owned.has(entity)


def parse_quota_set(
    quotas: object,
    purge: bool = False,
    owned_user_prefixes: Iterable[str] = (),
    owned_client_id_prefixes: Iterable[str] = (),
    owned_ip_networks: Iterable[str] = (),
    owned_defaults: bool = False,
    purge_to_empty: bool = False,
    allow: object = None,
    destruction_budget: object = None,
    policies: object = None,
) -> QuotaSet:
    """Raises InvalidSpec with every problem of all entries."""
    problems = Problems()
    declared = _declared(quotas, problems)
    owned = Owned(
        user_prefixes=tuple(owned_user_prefixes),
        client_id_prefixes=tuple(owned_client_id_prefixes),
        ip_networks=tuple(_networks(owned_ip_networks, problems)),
        defaults=owned_defaults,
    )
    _check_prefixes("owned_user_prefixes", owned.user_prefixes, problems)
    _check_prefixes("owned_client_id_prefixes", owned.client_id_prefixes, problems)
    if purge:
        _check_purge(owned, declared, purge_to_empty, problems)
    limits = parse_limits(allow, destruction_budget, policies, hazards.ALL, problems)
    problems.raise_if_any()
    return QuotaSet(declared, purge, owned, limits)


def _declared(quotas: object, problems: Problems) -> dict[Entity, Declared]:
    if not isinstance(quotas, (list, tuple)):
        given = described(quotas)
        problems.add("quotas", "value", f"must be a list of quotas, not {given}")
        return {}
    declared: dict[Entity, Declared] = {}
    places: dict[Entity, str] = {}
    for position, raw in enumerate(quotas):
        place = f"quotas[{position}]"
        for entity, how in _entry(place, raw, problems):
            same = one_spelling(entity)
            if same in places:
                both = f"in {places[same]} and in {place}"
                problems.add(str(entity), "quotas", f"declared more than once: {both}")
            places.setdefault(same, place)
            declared[entity] = how
    return declared


def _entry(place: str, raw: object, problems: Problems) -> Iterator[tuple[Entity, Declared]]:
    if not isinstance(raw, Mapping):
        what = f"must be a dictionary with an entity and its quotas, not {described(raw)}"
        problems.add(place, "value", what)
        return
    before = len(problems.found)
    layer = _layer(place, raw, problems)
    entity = _entity(layer)
    where = f"{place} ({entity})" if entity.parts else place
    _check_entity(where, layer, entity, problems)
    values = dict(_values(where, layer, entity, problems))
    if len(problems.found) > before:
        return
    state = layer.get("state", "present")
    allow = layer.get("allow", frozenset())
    exempt = layer.get("exempt", frozenset())
    yield entity, Declared(values, state, allow, exempt)


def _layer(place: str, raw: Mapping[Any, Any], problems: Problems) -> Layer:
    """The parsed fields; those whose value is null count as not given."""
    layer: Layer = {}
    for key, value in raw.items():
        if key in KEYS:
            problems.add(place, key, "belongs under quotas")
        elif key not in _FIELDS:
            word = _WORDS_OF_OTHER_TOOLS.get(key, str(key))
            problems.add(place, str(key), f"unknown field{hint(word, _FIELDS)}")
        elif value is not None:
            try:
                layer[key] = _FIELDS[key](value)
            except ValueError as error:
                problems.add(place, key, str(error), value)
    return layer


def _entity(layer: Layer) -> Entity:
    parts = {}
    for part, default in _DEFAULT_OF.items():
        if part in layer:
            parts[part] = layer[part]
        elif layer.get(default):
            parts[part] = DEFAULT
    return Entity(**parts)


def _check_entity(where: str, layer: Layer, entity: Entity, problems: Problems) -> None:
    for part, default in _DEFAULT_OF.items():
        if part in layer and layer.get(default):
            problems.add(where, default, f"cannot be declared together with {part}")
    if entity.ip is not None and len(entity.parts) > 1:
        problems.add(where, "ip", "stands alone: Kafka combines it with no user or client ID")
    if not entity.parts:
        fields = ", ".join([*NAMES, *DEFAULTS])
        problems.add(where, "value", f"says not whom it binds: give one of {fields}")
    if layer.get("state") == "absent":
        if layer.get("quotas"):
            what = "cannot be declared with state absent, which removes all; null removes one"
            problems.add(where, "quotas", what)
        return
    if "quotas" not in layer:
        problems.add(where, "quotas", "is missing")
    for field, what in mistakes(entity):
        problems.add(where, field, what)


def _values(
    where: str, layer: Layer, entity: Entity, problems: Problems
) -> Iterator[tuple[str, float | None]]:
    quotas = layer.get("quotas", {})
    for key, raw in quotas.items():
        is_removed = raw is None
        # one that is removed has to be one of the entity's, too
        given = 1 if is_removed else raw
        try:
            value = parsed(entity, key, given)
        except ValueError as error:
            problems.add(where, str(key), str(error), raw)
            continue
        yield key, None if is_removed else value


def _networks(given: Iterable[str], problems: Problems) -> Iterator[Network]:
    for text in given:
        try:
            yield ip_network(text)
        except ValueError:
            wrong = quoted(text)
            what = f"{wrong} is no network such as 192.0.2.0/24, or has bits set behind its length"
            problems.add("options", "owned_ip_networks", what)


def _check_prefixes(option: str, prefixes: Iterable[str], problems: Problems) -> None:
    for prefix in prefixes:
        is_prefix = len(prefix) >= _SHORTEST_PREFIX and "*" not in prefix
        if not is_prefix:
            wrong = quoted(prefix)
            problems.add("options", option, f"{wrong}: it needs {_PREFIX}")


def _check_purge(
    owned: Owned,
    declared: Mapping[Entity, Declared],
    purge_to_empty: bool,
    problems: Problems,
) -> None:
    if not owned.is_given:
        needed = "owned_user_prefixes, owned_client_id_prefixes or owned_ip_networks"
        why = f"needs {needed}: only owned quotas may be removed"
        problems.add("options", "purge", why)
    states = {how.state for how in declared.values()}
    if "present" not in states and not purge_to_empty:
        why = "refused with no quota declared as present, which would remove every owned quota"
        problems.add("options", "purge", f"{why}; set purge_to_empty to mean it")
