# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Another principal than that of the run, and what it authenticates with."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Login:
    """`servers`, `protocol`: those of the run where they are not given.

    The protocol of a run without SASL becomes that with SASL.
    """

    username: str
    password: str = field(repr=False)
    mechanism: str
    servers: tuple[str, ...] = ()
    protocol: str | None = None

    @property
    def principal(self) -> str:
        return f"User:{self.username}"
