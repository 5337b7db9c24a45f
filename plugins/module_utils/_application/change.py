# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One planned change of an application: a change of one of its parts, told apart from others."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import replace
from typing import NamedTuple

from .._core.change import Change, Plain
from .._core.plan import Refusal


class PartChange(NamedTuple):
    """`part`: such as `topics`. Two parts may have the same key, so that of a change has both."""

    part: str
    change: Change

    @property
    def kind(self) -> str:
        return self.change.kind

    @property
    def key(self) -> tuple[str, Hashable]:
        return self.part, self.change.key

    @property
    def name(self) -> str:
        return self.change.name

    @property
    def operation(self) -> str:
        return self.change.operation

    @property
    def verb(self) -> str:
        return self.change.verb

    @property
    def title(self) -> str:
        return self.change.title

    @property
    def before(self) -> Mapping[str, Plain] | None:
        return self.change.before

    @property
    def after(self) -> Mapping[str, Plain] | None:
        return self.change.after

    @property
    def shown_before(self) -> Mapping[str, Plain]:
        return self.change.shown_before

    @property
    def shown_after(self) -> Mapping[str, Plain]:
        return self.change.shown_after

    @property
    def hazards(self) -> tuple[str, ...]:
        return self.change.hazards

    @property
    def facts(self) -> Mapping[str, Plain]:
        return self.change.facts

    def told(self, facts: Mapping[str, Plain]) -> Mapping[str, Plain]:
        return self.change.told(facts)

    def as_result(self) -> dict[str, Plain]:
        return self.change.as_result()


def of_part(part: str, refusal: Refusal) -> Refusal:
    """The refusal, for the changes of that part alone."""
    return replace(refusal, key=(part, refusal.subject))
