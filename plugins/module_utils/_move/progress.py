# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How far moves are, for the person who waits. Pure."""

from __future__ import annotations

from typing import NamedTuple

from .._kafka.quantities import about_bytes, about_seconds, in_unit, size_unit


class Progress(NamedTuple):
    """Bytes are those copied to new replicas. `rate`: bytes per second, 0 where not known yet."""

    partitions: int
    of_partitions: int
    bytes: int
    of_bytes: int
    rate: float

    def __str__(self) -> str:
        """Such as `12 of 40 partitions, 3.1 of 10 GiB, 51 MiB/s, about 2 min left`."""
        unit = size_unit(self.of_bytes)
        # what was written meanwhile is copied too
        copied = min(self.bytes, self.of_bytes)
        part = in_unit(copied, unit)
        whole = in_unit(self.of_bytes, unit)
        text = f"{self.partitions} of {self.of_partitions} partitions, {part} of {whole} {unit}"
        if self.rate <= 0:
            return text
        rate = about_bytes(self.rate)
        left = about_seconds((self.of_bytes - copied) / self.rate)
        return f"{text}, {rate}/s, {left} left"


class Pace(NamedTuple):
    """How fast bytes arrive. Times are seconds of one clock; `copied`: bytes at the last look."""

    began: float
    first: int
    copied: int
    progressed: float

    def after(self, copied: int, arrived: bool, now: float) -> Pace:
        """`arrived`: whether a partition did since the last look."""
        progressed = now if arrived or copied != self.copied else self.progressed
        return self._replace(copied=copied, progressed=progressed)

    def rate(self, now: float) -> float:
        """Bytes per second."""
        if now <= self.began:
            return 0
        return (self.copied - self.first) / (now - self.began)

    def idle(self, now: float) -> float:
        """Seconds since something arrived."""
        return now - self.progressed
