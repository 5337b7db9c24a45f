# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Live topics as a short declaration: what topics share is said once, in defaults and profiles.

Pure. Read back, the declaration gives the same topics as a list that shares nothing.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple, TypeAlias

from .config import parse_value, readable
from .config_keys import KEYS

_FEWEST_OF_A_PROFILE = 3
# Kafka's tools set them while they move replicas, and remove them afterwards
_OF_A_MOVE = frozenset(
    {"leader.replication.throttled.replicas", "follower.replication.throttled.replicas"}
)
# what tells the topics of one profile from others, so it comes first in its name
_FIRST_KEYS = ("cleanup.policy", "retention.ms")
_WORDS = 2
_WORD = re.compile(r"[A-Za-z0-9][A-Za-z0-9.-]{0,59}")
Value: TypeAlias = "str | int | float | bool"


class Fields(NamedTuple):
    """What one topic has, or what several topics share."""

    plain: Mapping[str, int]
    config: Mapping[str, Value]

    def without(self, shared: Fields) -> Fields:
        return Fields(_without(self.plain, shared.plain), _without(self.config, shared.config))

    def as_declaration(self) -> dict[str, Any]:
        if not self.config:
            return dict(self.plain)
        return {**self.plain, "config": dict(sorted(self.config.items()))}


class Declaration(NamedTuple):
    """`defaults`, `profiles` and `topics` as parse_topic_set takes them."""

    defaults: Mapping[str, Any]
    profiles: Mapping[str, Mapping[str, Any]]
    topics: Sequence[Mapping[str, Any]]


def declaration(topics: Iterable[Mapping[str, Any]]) -> Declaration:
    """The topics, as TopicState.as_declaration gives them, sorted by name.

    Values have units, such as 7d or 1GiB. Throttled replicas belong to a reassignment, and are
    left out.
    """
    live = {topic["name"]: _fields(topic) for topic in topics}
    names = sorted(live)
    defaults = _defaults(list(live.values()))
    own = {name: live[name].without(defaults) for name in names}
    profiles: dict[str, dict[str, Any]] = {}
    profiled: set[str] = set()
    for members in _alike(own):
        first = members[0]
        fields = own[first]
        profile = _profile_name(fields, profiles)
        profiles[profile] = {**fields.as_declaration(), "names": members}
        profiled.update(members)
    rest = []
    for name in names:
        if name not in profiled:
            fields = own[name]
            rest.append({"name": name, **fields.as_declaration()})
    sorted_profiles = dict(sorted(profiles.items()))
    return Declaration(defaults.as_declaration(), sorted_profiles, rest)


def _fields(topic: Mapping[str, Any]) -> Fields:
    config = {}
    for key, value in topic["config"].items():
        if key not in _OF_A_MOVE:
            config[key] = _typed(key, value)
    plain = {field: topic[field] for field in ("partitions", "replication_factor")}
    return Fields(plain, config)


def _typed(key: str, raw: Any) -> Any:
    """The value as a person would write it in YAML, which parse_value reads as the same."""
    known = KEYS.get(key)
    if known is None:
        return raw
    try:
        value = parse_value(key, raw)
    except ValueError:
        # it is not for the export to judge what a cluster has
        return raw
    if known.type == "boolean":
        return value == "true"
    if known.type == "double" and value != "NaN":
        return float(value)
    if known.type in ("int", "long"):
        shown = readable(key, value)
        return int(value) if shown == value else shown
    return value


def _defaults(topics: Sequence[Fields]) -> Fields:
    if len(topics) < 2:
        return Fields({}, {})
    plain = _of_most([topic.plain for topic in topics])
    return Fields(plain, _of_most([topic.config for topic in topics]))


def _of_most(layers: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """For each key that all layers have, the value that more than half of them have.

    A topic can declare another value than a default, but it cannot declare that it has none.
    """
    shared = {}
    for key in layers[0]:
        if not all(key in layer for layer in layers):
            continue
        values = Counter(layer[key] for layer in layers)
        [(value, count)] = values.most_common(1)
        if count > len(layers) / 2:
            shared[key] = value
    return shared


def _without(own: Mapping[str, Any], shared: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in own.items() if key not in shared or value != shared[key]}


def _alike(topics: Mapping[str, Fields]) -> Iterator[list[str]]:
    """The names of the topics that have the same fields, where there are enough of them."""
    groups: dict[object, list[str]] = {}
    for name, fields in topics.items():
        if fields.plain or fields.config:
            same = (frozenset(fields.plain.items()), frozenset(fields.config.items()))
            groups.setdefault(same, []).append(name)
    for names in groups.values():
        if len(names) >= _FEWEST_OF_A_PROFILE:
            yield names


def _profile_name(fields: Fields, used: Mapping[str, object]) -> str:
    """What is special about the topics of a profile, such as `compact-6-partitions`.

    It has two words, or as many more as tell it from the names in use.
    """
    words = _words(fields) or ["profile"]
    for count in range(_WORDS, len(words)):
        name = "-".join(words[:count])
        if name not in used:
            return name
    return _unused("-".join(words), used)


def _words(fields: Fields) -> list[str]:
    config, plain = fields.config, fields.plain
    first = [key for key in _FIRST_KEYS if key in config]
    others = sorted(config.keys() - first)
    words = [_word(key, config[key]) for key in first]
    if "partitions" in plain:
        partitions = plain["partitions"]
        words.append(f"{partitions}-partitions")
    if "replication_factor" in plain:
        replicas = plain["replication_factor"]
        words.append(f"{replicas}-replicas")
    for key in others:
        word = _word(key, config[key])
        words.append(word)
    return [word for word in words if word]


def _word(key: str, value: Value) -> str:
    """Empty for a key that is not Kafka's own, and for a value that is more than a plain word."""
    if key not in KEYS:
        return ""
    text = str(value).replace(",", "-")
    if key == "retention.ms" and text == "-1":
        text = "unlimited"
    if not _WORD.fullmatch(text):
        return ""
    if KEYS[key].type == "boolean":
        text = text.lower()
    if key in ("cleanup.policy", "compression.type"):
        return text
    subject = key.removesuffix(".ms").removesuffix(".bytes")
    return f"{subject}-{text}"


def _unused(name: str, used: Mapping[str, object]) -> str:
    number = 1
    unused = name
    while unused in used:
        number += 1
        unused = f"{name}-{number}"
    return unused
