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
    """Each problem with the place it was found in."""

    found: list[dict[str, str]] = field(default_factory=list)

    def add(self, where: str, what: str, message: str) -> None:
        self.found.append({"where": where, "field": what, "message": message})

    def raise_if_any(self, subject: str = "the declaration, nothing was read or changed") -> None:
        if self.found:
            lines = [
                f"{problem['where']}: {problem['field']}: {problem['message']}"
                for problem in self.found
            ]
            total = f"{len(lines)} error{'s' if len(lines) > 1 else ''} in {subject}"
            raise InvalidSpec(because(total, lines), errors=self.found)
