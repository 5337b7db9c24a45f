# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is proved: each resource once, with the operations that are declared on it. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from .._kafka.acls import (
    ANY,
    CLUSTER,
    CLUSTER_NAME,
    GROUP,
    LITERAL,
    PREFIXED,
    TOPIC,
    Pattern,
)
from .._kafka.intent import NEEDED, Intent, expand

_MOST_CHARACTERS = 249  # of the name of a topic


class Target(NamedTuple):
    """`asked`: the name that the cluster is asked for. Of a pattern it is one that nobody has.

    `is_others`: the application must not touch it.
    """

    pattern: Pattern
    asked: str
    declared: frozenset[str] = frozenset()
    is_others: bool = False

    @property
    def exists(self) -> bool:
        """Whether it is a resource rather than a pattern that stands for those to come."""
        return self.pattern.name == self.asked

    def __str__(self) -> str:
        resource_type, name, pattern_type = self.pattern
        if resource_type == CLUSTER:
            return f"the {CLUSTER}"
        kind = resource_type.replace("_", " ")
        if self.exists:
            return f"{kind} {name}"
        if pattern_type == LITERAL:
            return f"any {kind}"
        return f"{kind}s that begin with {name}"


def needs_names(patterns: Iterable[Pattern], resource_type: str) -> bool:
    """Whether the existing names have to be known."""
    for pattern in patterns:
        if pattern.resource_type == resource_type and not _is_name(pattern):
            return True
    return False


def patterns_of(intent: Intent) -> Iterator[Pattern]:
    for option in NEEDED:
        yield from getattr(intent, option)


def topic_targets(
    intent: Intent, others: Iterable[Pattern], existing: Iterable[str], unused: str
) -> list[Target]:
    """`unused`: the end of a name that no topic has."""
    patterns = [*intent.produce, *intent.consume, *intent.admin_of]
    own = _names(patterns, existing)
    targets = _own(intent, TOPIC, own)
    for pattern in _of_many(patterns):
        if _names([pattern], own) == set():
            target = _standing_for(intent, pattern, unused)
            targets.append(target)
    of_others = _names(others, existing) - own
    for name in sorted(of_others):
        pattern = Pattern(TOPIC, name)
        targets.append(Target(pattern, name, is_others=True))
    return targets


def group_targets(intent: Intent, existing: Iterable[str], unused: str) -> list[Target]:
    """Also one for each pattern: Kafka tells the operations of a group that does not exist."""
    own = _names(intent.groups, existing)
    targets = _own(intent, GROUP, own)
    for pattern in _of_many(intent.groups):
        target = _standing_for(intent, pattern, unused)
        targets.append(target)
    return targets


def transactional_id_targets(intent: Intent) -> list[Target]:
    declared = frozenset(NEEDED["transactional_ids"])
    targets = []
    for pattern in dict.fromkeys(intent.transactional_ids):
        asked = pattern.name if _is_name(pattern) else ""
        target = Target(pattern, asked, declared)
        targets.append(target)
    return targets


def cluster_target() -> Target:
    return Target(Pattern(CLUSTER, CLUSTER_NAME), CLUSTER_NAME)


def _is_name(pattern: Pattern) -> bool:
    return pattern.pattern_type == LITERAL and pattern.name != ANY


def _of_many(patterns: Iterable[Pattern]) -> list[Pattern]:
    """Those that stand for more than one name, each once."""
    distinct = dict.fromkeys(patterns)
    return [pattern for pattern in distinct if not _is_name(pattern)]


def _names(patterns: Iterable[Pattern], existing: Iterable[str]) -> set[str]:
    """Those that are given, and the existing ones that a pattern matches."""
    found = set()
    for pattern in patterns:
        if _is_name(pattern):
            found.add(pattern.name)
            continue
        for name in existing:
            if pattern.matches(pattern.resource_type, name):
                found.add(name)
    return found


def _own(intent: Intent, resource_type: str, names: Iterable[str]) -> list[Target]:
    targets = []
    for name in sorted(names):
        pattern = Pattern(resource_type, name)
        declared = _declared(intent, resource_type, name)
        targets.append(Target(pattern, name, declared))
    return targets


def _standing_for(intent: Intent, pattern: Pattern, unused: str) -> Target:
    beginning = ""
    if pattern.pattern_type == PREFIXED:
        beginning = pattern.name
    asked = f"{beginning}{unused}"[:_MOST_CHARACTERS]
    declared = _declared(intent, pattern.resource_type, asked)
    return Target(pattern, asked, declared)


def _declared(intent: Intent, resource_type: str, name: str) -> frozenset[str]:
    found = set()
    for pattern, operation in expand(intent):
        if pattern.matches(resource_type, name):
            found.add(operation)
    return frozenset(found)
