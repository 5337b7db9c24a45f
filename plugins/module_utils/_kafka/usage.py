# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""When a topic's records were written, and which groups read them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final, Literal, NamedTuple, TypeAlias

from .instants import iso

Unknown: TypeAlias = Literal["unknown"]
UNKNOWN: Final[Unknown] = "unknown"  # what cannot be read, which is neither 0 nor nothing


class RecordTimes(NamedTuple):
    """The times (ms since 1970) of a topic's oldest and newest records; None without records."""

    oldest: int | Unknown | None
    newest: int | Unknown | None

    def as_result(self) -> dict[str, str | None]:
        return {"oldest": _as_text(self.oldest), "newest": _as_text(self.newest)}


class Readers(NamedTuple):
    """The groups that are reading a topic, and those that have committed offsets of it."""

    active: tuple[str, ...]
    committed: tuple[str, ...]

    def as_result(self) -> Mapping[str, Sequence[str]]:
        return {"active": list(self.active), "committed": list(self.committed)}


def readers_as_result(readers: Readers | Unknown) -> Mapping[str, Sequence[str]] | str:
    if readers == UNKNOWN:
        return UNKNOWN
    return readers.as_result()


def _as_text(time: int | Unknown | None) -> str | None:
    if isinstance(time, int):
        return iso(time, "seconds")
    return time
