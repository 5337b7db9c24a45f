# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A change is data: the diff, the summary, the result and the applier all read the same one."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from typing import Literal, NamedTuple, Protocol, TypeAlias

Plain: TypeAlias = Sequence["Plain"] | Mapping[str, "Plain"] | bool | int | float | str | None
# `overtaken`: the controller refused the change because another client was faster; only observing
# again shows what became of it; `deferred`: the user wants a later run to make it
Status = Literal["applied", "failed", "pending", "unknown", "overtaken", "deferred"]


class Change(Protocol):
    """One planned write to one resource, as seen by the code that serves every kind of resource.

    `key` tells resources of one kind apart; `name` and `title` are for people. `before` and
    `after` hold only what differs; None means absent. `shown_before` and `shown_after` are the same
    as people write it, empty where absent. `facts`: the evidence of the hazards; `told` gives the
    evidence of one or several changes as people read it.
    """

    @property
    def kind(self) -> str: ...
    @property
    def key(self) -> Hashable: ...
    @property
    def name(self) -> str: ...
    @property
    def operation(self) -> str: ...
    @property
    def verb(self) -> str: ...
    @property
    def title(self) -> str: ...
    @property
    def before(self) -> Mapping[str, Plain] | None: ...
    @property
    def after(self) -> Mapping[str, Plain] | None: ...
    @property
    def shown_before(self) -> Mapping[str, Plain]: ...
    @property
    def shown_after(self) -> Mapping[str, Plain]: ...
    @property
    def hazards(self) -> tuple[str, ...]: ...
    @property
    def facts(self) -> Mapping[str, Plain]: ...
    def told(self, facts: Mapping[str, Plain]) -> Mapping[str, Plain]: ...
    def as_result(self) -> dict[str, Plain]: ...


class Outcome(NamedTuple):
    """What became of one change: `applied` or `failed` only where that is proven."""

    change: Change
    status: Status
    cause: str = ""

    def as_result(self) -> dict[str, Plain]:
        result = self.change.as_result()
        if self.cause:
            result["why"] = f"{self.change.title}: {self.cause}"
        return result
