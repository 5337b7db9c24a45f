# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What planning has found so far, and how it says what is impossible. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field

from .._core.plan import Reason, Refusal
from .._kafka.moves import Brake, Layout
from .change import KIND, TopicChange, reason_of


@dataclass(slots=True)
class Draft:
    """The changes and refusals found so far. `layout`: that of the cluster after the changes."""

    layout: Layout | None
    brake: Brake
    cancel_moves: bool
    changes: list[TopicChange] = field(default_factory=list)
    refusals: list[Refusal] = field(default_factory=list)


def impossible(operation: str, name: str, why: str) -> Refusal:
    return refusal(name, reason_of(operation, why))


def refusal(name: str, reason: Reason) -> Refusal:
    # most plans have none
    from .._core import guard

    return guard.impossible(name, reason)


def unchangeable(name: str, field: str, steps: str, why: str) -> Refusal:
    return refusal(name, Reason(KIND, f"change {field} of", steps, "", why, ""))
