# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Collects everything that is wrong with a declaration, so that one failure names it all."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

from .errors import InvalidSpec
from .wording import because

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


@dataclass(slots=True)
class Problems:
    """Each problem with the place where it was found."""

    found: list[Problem] = field(default_factory=list)

    def add(self, where: str, what: str, message: str, value: object = None) -> None:
        """`value`: the input that the message may quote as a whole, which is shortened there."""
        short = message.replace(repr(value), quoted(value))
        self.found.append(Problem(excerpt(where), excerpt(what), short))

    def raise_if_any(self, subject: str = "the declaration, nothing was read or changed") -> None:
        if not self.found:
            return
        total = len(self.found)
        noun = "error" if total == 1 else "errors"
        lines = [str(problem) for problem in self.found]
        message = because(f"{total} {noun} in {subject}", lines)
        errors = [problem._asdict() for problem in self.found]
        raise InvalidSpec(message, errors=errors)
