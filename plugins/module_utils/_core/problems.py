# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Collects everything that is wrong with a declaration, so that one failure names it all."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, NamedTuple, TypeVar

from .errors import InvalidSpec
from .wording import because, listed

T = TypeVar("T")
# characters of the input that a message quotes
_LONGEST_QUOTE = 200
_KINDS = {
    bool: "the boolean",
    int: "the number",
    float: "the number",
    str: "the string",
    list: "the list",
    dict: "the dictionary",
}


def quoted(value: object) -> str:
    """The value as a message shows it: an excerpt of a long one, which ends in "..."."""
    return excerpt(repr(value))


def described(value: object) -> str:
    """What kind of value it is, and the value: `the string 'orders'`."""
    if value is None:
        return "nothing"
    kind = _KINDS.get(type(value), "the value")
    return f"{kind} {quoted(value)}"


def excerpt(text: str) -> str:
    """The one place that shortens what people gave."""
    if len(text) <= _LONGEST_QUOTE:
        return text
    return f"{text[:_LONGEST_QUOTE]}..."


class Problem(NamedTuple):
    where: str
    field: str
    message: str

    def __str__(self) -> str:
        return f"{self.where}: {self.field}: {self.message}"


class Doubt(NamedTuple):
    where: str
    field: str
    explain: Callable[[], str]  # called late: only a run that fails needs it


@dataclass(slots=True)
class Problems:
    """Each problem with the place where it was found.

    A doubt is told beside problems, and is none alone: only the cluster can settle it.
    """

    found: list[Problem] = field(default_factory=list)
    doubts: list[Doubt] = field(default_factory=list)

    def add(self, where: str, what: str, message: str, value: object = None) -> None:
        """`value`: the input that the message may quote as a whole, which is shortened there."""
        short = message.replace(repr(value), quoted(value))
        self.found.append(Problem(excerpt(where), excerpt(what), short))

    def parsed(self, option: str, parse: Callable[[Any], T], value: object, otherwise: T) -> T:
        """The value of an option. `parse`: raises ValueError. `otherwise`: if that is wrong."""
        try:
            return parse(value)
        except ValueError as error:
            self.add("options", option, str(error), value)
            return otherwise

    def doubt(self, where: str, what: str, explain: Callable[[], str]) -> None:
        self.doubts.append(Doubt(excerpt(where), excerpt(what), explain))

    def raise_if_any(self, subject: str = "the declaration, nothing was read or changed") -> None:
        if not self.found:
            return
        count = _counted(len(self.found), "error")
        if self.doubts:
            count += " and " + _counted(len(self.doubts), "doubt")
        told = [*self.found]
        for where, what, explain in self.doubts:
            told.append(Problem(where, what, explain()))
        message = because(f"{count} in {subject}", _together(told))
        errors = [problem._asdict() for problem in told]
        raise InvalidSpec(message, errors=errors)


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def _together(problems: Iterable[Problem]) -> list[str]:
    """Each problem once, with all places that have it."""
    places: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
    for problem in problems:
        places[problem.field, problem.message].append(problem.where)
    lines = []
    for (what, message), where in places.items():
        lines.append(str(Problem(listed(where), what, message)))
    return lines
