# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Groups changes that are alike, so that they are told once, with the names of all. Pure."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple, TypeAlias

from .change import Change, Plain
from .wording import listed

Facts: TypeAlias = Mapping[str, Plain]
Hazards: TypeAlias = tuple[str, ...]

_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT[\d:.]+Z")


class Note(NamedTuple):
    """The hazards of one change, and what it puts at stake in all resources of a group."""

    hazards: Hazards
    facts: Facts


class Alike(NamedTuple):
    """Resources of one kind which a plan changes in the same way.

    `before` and `after`: what differs; empty where there is no such resource. `notes`: one for each
    change with hazards.
    """

    kind: str
    names: tuple[str, ...]
    before: Mapping[str, Plain]
    after: Mapping[str, Plain]
    notes: tuple[Note, ...]


def alike(changes: Iterable[Change]) -> list[Alike]:
    """The changed resources in groups, by kind and name of the first in each."""
    groups: defaultdict[str, list[list[Change]]] = defaultdict(list)
    for of_resource in _by_resource(changes):
        likeness = _likeness(of_resource)
        groups[likeness].append(of_resource)
    found = []
    for resources in groups.values():
        found.append(_group(resources))
    return found


def _by_resource(changes: Iterable[Change]) -> list[list[Change]]:
    """The changes of each resource, by kind and name; two resources may share these, but no key."""
    resources = defaultdict(list)
    for change in sorted(changes, key=_kind_and_name):
        resource = change.kind, change.name, change.key
        resources[resource].append(change)
    return list(resources.values())


def _kind_and_name(change: Change) -> tuple[str, str]:
    return change.kind, change.name


def _likeness(changes: Sequence[Change]) -> str:
    """What the changes of one resource have in common with those of another, as a key."""
    same = []
    for change in changes:
        shown = change.shown_before, change.shown_after
        same.append([change.kind, change.operation, *shown, change.hazards])
    return json.dumps(same)


def _group(resources: Sequence[Sequence[Change]]) -> Alike:
    """`resources`: the changes of each."""
    before: dict[str, Plain] = {}
    after: dict[str, Plain] = {}
    notes = []
    for same in zip(*resources, strict=True):
        first = same[0]
        before.update(first.shown_before)
        after.update(first.shown_after)
        if first.hazards:
            # each change with its own evidence: what one costs must not hide what another does
            facts = together([change.facts for change in same])
            notes.append(Note(first.hazards, first.told(facts)))
    names = []
    for changes in resources:
        first = changes[0]
        names.append(first.name)
    return Alike(first.kind, tuple(names), before, after, tuple(notes))


def together(facts: Sequence[Facts]) -> Facts:
    """The evidence of several changes as one: numbers are summed up, lists are united.

    What is not known of one of them is not known of all; a part that is known is told beside it.
    """
    values: defaultdict[str, list[Plain]] = defaultdict(list)
    for each in facts:
        for key, value in each.items():
            values[key].append(value)
    joined = {}
    for key, same in values.items():
        joined[key] = _together(same)
    return joined


def _together(values: Sequence[Plain]) -> Plain:
    if len(values) == 1:
        return values[0]
    numbers = _numbers(values)
    mappings = [value for value in values if isinstance(value, Mapping)]
    lists = [value for value in values if isinstance(value, (list, tuple))]
    if len(numbers) == len(values):
        return sum(numbers)
    if len(mappings) == len(values):
        return together(mappings)
    if len(lists) == len(values):
        return list(dict.fromkeys(item for each in lists for item in each))
    if all(value == values[0] for value in values):
        return values[0]
    return _side_by_side(values, numbers)


def _numbers(values: Sequence[Plain]) -> list[int]:
    numbers = []
    for value in values:
        if isinstance(value, int) and not isinstance(value, bool):
            numbers.append(value)
    return numbers


def _side_by_side(values: Sequence[Plain], numbers: Sequence[int]) -> str:
    """Different values as one text: the sum of the numbers first, instants as their span."""
    texts = [str(sum(numbers))] if numbers else []
    for value in values:
        if isinstance(value, str):
            texts.append(value)
        elif value not in numbers:
            texts.append(json.dumps(value, ensure_ascii=False))
    different = list(dict.fromkeys(texts))
    if all(_INSTANT.fullmatch(text) for text in different):
        return f"{min(different)} to {max(different)}"
    return listed(different)
