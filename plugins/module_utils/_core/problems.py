# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Collects everything that is wrong with a declaration, so that one failure names it all."""

from __future__ import annotations

from dataclasses import dataclass, field

from .errors import InvalidSpec
from .wording import because


@dataclass(slots=True)
class Problems:
    """Each problem with the place where it was found."""

    found: list[dict[str, str]] = field(default_factory=list)

    def add(self, where: str, what: str, message: str) -> None:
        self.found.append({"where": where, "field": what, "message": message})

    def raise_if_any(self, subject: str = "the declaration, nothing was read or changed") -> None:
        if not self.found:
            return
        lines = []
        for problem in self.found:
            lines.append(f"{problem['where']}: {problem['field']}: {problem['message']}")
        errors = "error" if len(lines) == 1 else "errors"
        head = f"{len(lines)} {errors} in {subject}"
        raise InvalidSpec(because(head, lines), errors=self.found)
