# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Declared topics. One failure names every mistake of a declaration, with its topic and field."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from functools import partial
from typing import Any, NamedTuple

from .._core.limits import Limits, parse_limits
from .._core.nearest import hint
from .._core.problems import Problems, described, quoted
from .._kafka.moves import Brake, parse_brake
from .._kafka.names import begins_topic_name, is_config_key
from .._kafka.quantities import parse_duration
from . import hazards
from .config import is_in_no_table, parse_value, why_unknown
from .fields import FIELDS, PROFILE_FIELDS, TOPIC_FIELDS

_SHORTEST_PREFIX = 3
_MS_PER_DAY = 86_400_000
_WORDS_OF_OTHER_TOOLS = {
    "options": "config",
    "settings": "config",
    "replicas": "replication_factor",
    "replica_factor": "replication_factor",
}


class TopicSpec(NamedTuple):
    """One declared topic.

    None means "not declared": a new topic gets the broker's default, an existing one keeps what it
    has. In `config`, None unsets the override. `purge_config` also unsets the keys that are neither
    in `config` nor in `purge_config_keep`. `allow`: the hazards that changes of the topic may have.
    `protected`: they may have none, whatever is allowed. `exempt`: the policies that do not bind
    the topic. `internal`: the topic may change although it is internal to Kafka. `placement`: the
    rule that its replicas keep to. `assignments`: the brokers of each partition.
    """

    name: str
    state: str = "present"
    partitions: int | None = None
    replication_factor: int | None = None
    config: Mapping[str, str | None] = {}
    purge_config: bool = False
    purge_config_keep: frozenset[str] = frozenset()
    labels: Mapping[str, str] = {}
    description: str = ""
    allow: frozenset[str] = frozenset()
    protected: bool = False
    exempt: frozenset[str] = frozenset()
    internal: bool = False
    placement: str | None = None
    preferred_leaders: bool = False
    assignments: Mapping[int, tuple[int, ...]] = {}

    @property
    def wanted_replicas(self) -> int | None:
        """How many replicas each partition is to have; None where that is not declared."""
        for brokers in self.assignments.values():
            return len(brokers)
        return self.replication_factor

    @property
    def is_placed(self) -> bool:
        """Whether it says which brokers hold the replicas."""
        return bool(self.placement or self.assignments)

    def may_move(self, replicas: Mapping[int, tuple[int, ...]]) -> bool:
        """Whether it may ask for other replicas than these, the brokers of each partition."""
        if self.state == "absent":
            return False
        if self.placement:
            return True
        if self.assignments:
            return any(replicas.get(number) != held for number, held in self.assignments.items())
        wanted = self.replication_factor
        return wanted is not None and any(len(held) != wanted for held in replicas.values())

    def without(self, keys: Container[str]) -> TopicSpec:
        """The same topic without these keys of its config."""
        config = {key: value for key, value in self.config.items() if key not in keys}
        return self._replace(config=config)

    @property
    def set_config(self) -> dict[str, str]:
        """The keys that it sets, in their order."""
        return {key: value for key, value in sorted(self.config.items()) if value is not None}

    @property
    def unset_keys(self) -> list[str]:
        return [key for key, value in self.config.items() if value is None]


class TopicSet(NamedTuple):
    """All that one run declares.

    `purge` deletes the topics under `owned_prefixes` that are not declared. A topic with a record
    younger than `delete_min_idle` (ms) is in use. `cancel_moves` takes back what is under way.
    `is_part`: a run looks again at what it has changed.
    """

    topics: Mapping[str, TopicSpec]
    purge: bool = False
    owned_prefixes: tuple[str, ...] = ()
    limits: Limits = Limits()
    delete_min_idle: int = _MS_PER_DAY
    brake: Brake = Brake()
    cancel_moves: bool = False
    is_part: bool = False

    def owns(self, name: str) -> bool:
        return name.startswith(self.owned_prefixes)


Layer = dict[str, Any]


def parse_topic_set(
    topics: object,
    defaults: object = None,
    profiles: object = None,
    purge: bool = False,
    owned_prefixes: Iterable[str] = (),
    purge_to_empty: bool = False,
    allow: object = None,
    delete_min_idle: object = None,
    destruction_budget: object = None,
    policies: object = None,
    throttle: object = None,
    moves_at_once: int | None = None,
    cancel_moves: bool = False,
    wait: bool = True,
    undo_file: str | None = None,
) -> TopicSet:
    """Merges each topic's own fields over its profiles, and these over the defaults.

    A later profile has precedence over an earlier one. `config` and `labels` merge key by key.
    Raises InvalidSpec with every problem of all topics, and then also with the config keys that
    only a Kafka newer than ours can have; without another problem, the cluster tells.
    """
    problems = Problems()
    base = _layer("defaults", defaults, FIELDS, problems)
    known = _profiles(profiles, problems)
    listed = _listed(topics, problems)
    declared = _declared(listed, base, known, problems)
    _check_twins(declared.values(), problems)
    prefixes = tuple(owned_prefixes)
    any_present = any(spec.state == "present" for spec in declared.values())
    _check_purge(purge, prefixes, any_present, purge_to_empty, problems)
    limits = parse_limits(allow, destruction_budget, policies, hazards.ALL, problems)
    idle = problems.parsed("delete_min_idle", _parse_idle, delete_min_idle, 0)
    brake = parse_brake(problems.parsed, throttle, moves_at_once, wait, undo_file)
    problems.raise_if_any()
    return TopicSet(declared, purge, prefixes, limits, idle, brake, cancel_moves)


def _listed(topics: object, problems: Problems) -> Iterable[object]:
    if isinstance(topics, (list, tuple)):
        return topics
    problems.add("topics", "value", f"must be a list of topics, not {described(topics)}")
    return ()


def _declared(
    topics: Iterable[object], base: Layer, profiles: Mapping[str, Layer], problems: Problems
) -> dict[str, TopicSpec]:
    declared: dict[str, TopicSpec] = {}
    places: dict[str, str] = {}
    for place, raw in _all_raw(topics, profiles):
        spec = _topic(place, raw, base, profiles, problems)
        if spec is None:
            continue
        if spec.name in declared:
            both = f"in {places[spec.name]} and in {place}"
            problems.add(f"topic '{spec.name}'", "name", f"declared more than once: {both}")
        declared[spec.name] = spec
        places[spec.name] = place
    return declared


def _all_raw(
    topics: Iterable[object], profiles: Mapping[str, Layer]
) -> Iterator[tuple[str, object]]:
    """Each topic with the place that declares it."""
    for position, raw in enumerate(topics):
        place = f"topics[{position}]"
        yield place, raw
    for profile, layer in profiles.items():
        place = f"profile '{profile}'"
        for name in layer.get("names", ()):
            topic = {"name": name, "profiles": [profile]}
            yield place, topic


def _check_twins(declared: Iterable[TopicSpec], problems: Problems) -> None:
    """Kafka refuses such a topic, but not where one request creates both."""
    names: dict[str, str] = {}
    for spec in declared:
        if spec.state != "present":
            continue
        metric_name = spec.name.replace(".", "_")
        twin = names.setdefault(metric_name, spec.name)
        if twin != spec.name:
            difference = f"differs from topic '{twin}' only in '.' and '_'"
            why = f"{difference}, which Kafka's metrics cannot tell apart; rename one"
            problems.add(f"topic '{spec.name}'", "name", why)


def _profiles(raw: object, problems: Problems) -> dict[str, Layer]:
    if raw is None:
        return {}
    if not isinstance(raw, Mapping):
        problems.add("profiles", "value", f"must be a dictionary of profiles, not {described(raw)}")
        return {}
    profiles: dict[str, Layer] = {}
    for name, fields in raw.items():
        where = f"profile '{name}'"
        profiles[str(name)] = _layer(where, fields, FIELDS | PROFILE_FIELDS, problems)
    return profiles


def _topic(
    place: str, raw: object, base: Layer, profiles: Mapping[str, Layer], problems: Problems
) -> TopicSpec | None:
    where = place
    if not isinstance(raw, Mapping):
        problems.add(where, "value", f"must be a dictionary with a name, not {described(raw)}")
        return None
    name = raw.get("name")
    if name:
        where = f"topic '{name}'"
    own = _layer(where, raw, FIELDS | TOPIC_FIELDS, problems)
    if name is None:
        problems.add(where, "name", "is missing")
    if "name" not in own:
        return None
    layers = [base]
    for profile in own.pop("profiles", ()):
        if profile in profiles:
            layers.append(profiles[profile])
        else:
            meant = hint(profile, profiles)
            problems.add(where, "profiles", f"unknown profile {quoted(profile)}{meant}")
    merged = _merge([*layers, own])
    merged.pop("names", None)
    spec = TopicSpec(**merged)
    _check_assignments(where, spec, problems)
    return spec


def _check_assignments(where: str, spec: TopicSpec, problems: Problems) -> None:
    wanted = spec.replication_factor
    for number, brokers in spec.assignments.items():
        count = len(brokers)
        if wanted not in (None, count):
            has = f"partition {number} has {count} brokers"
            problems.add(where, "assignments", f"{has}, but replication_factor is {wanted}")
    if spec.assignments and spec.placement:
        problems.add(where, "assignments", "cannot be declared together with placement")


def _merge(layers: Iterable[Layer]) -> Layer:
    merged: Layer = {}
    for layer in layers:
        for key, value in layer.items():
            if isinstance(value, dict):
                merged[key] = merged.get(key, {}) | value
            else:
                merged[key] = value
    return merged


def _layer(
    where: str, raw: object, fields: Mapping[str, Callable[[Any], Any]], problems: Problems
) -> Layer:
    """The parsed fields of one dictionary; null counts as not given, but for a placement."""
    if raw is None:
        return {}
    if not isinstance(raw, Mapping):
        problems.add(where, "value", f"must be a dictionary, not {described(raw)}")
        return {}
    layer: Layer = {}
    for key, value in raw.items():
        if key not in fields:
            word = _WORDS_OF_OTHER_TOOLS.get(key, str(key))
            problems.add(where, str(key), f"unknown field{hint(word, fields)}")
        elif key == "config" and isinstance(value, Mapping):
            layer[key] = _config(where, value, problems)
        elif key == "placement" and value is None:
            # takes back that of the defaults or of a profile
            layer[key] = None
        elif value is not None:
            try:
                layer[key] = fields[key](value)
            except ValueError as error:
                problems.add(where, key, str(error), value)
    return layer


def _config(where: str, raw: Mapping[Any, object], problems: Problems) -> dict[str, str | None]:
    config: dict[str, str | None] = {}
    for key, value in raw.items():
        try:
            name = _config_key(key)
            if is_in_no_table(name):
                problems.doubt(where, f"config {name}", partial(why_unknown, name))
            config[name] = None if value is None else parse_value(name, value)
        except ValueError as error:
            problems.add(where, f"config {key}", str(error), value)
    return config


def _config_key(key: object) -> str:
    if not is_config_key(key):
        raise ValueError(f"{quoted(key)} is not a config key")
    return str(key)


def _check_purge(
    purge: bool,
    prefixes: tuple[str, ...],
    any_present: bool,
    purge_to_empty: bool,
    problems: Problems,
) -> None:
    for prefix in prefixes:
        why = _prefix_problem(prefix)
        if why:
            problems.add("options", "owned_prefixes", f"{quoted(prefix)} {why}")
    if purge and not prefixes:
        why = "needs owned_prefixes: only topics under them may be removed"
        problems.add("options", "purge", why)
    if purge and not any_present and not purge_to_empty:
        problems.add(
            "options",
            "purge",
            "refused with no topic declared as present, which would remove every owned topic;"
            " set purge_to_empty to mean it",
        )


def _prefix_problem(prefix: str) -> str | None:
    if len(prefix) < _SHORTEST_PREFIX:
        return f"is too short: a prefix has at least {_SHORTEST_PREFIX} characters"
    if not begins_topic_name(prefix):
        return "cannot begin a topic name; prefixes are literal, without wildcards"
    return None


def _parse_idle(value: object) -> int:
    return _MS_PER_DAY if value is None else parse_duration(value)
