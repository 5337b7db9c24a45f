# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Splits work into as few requests as a limit allows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

T = TypeVar("T")


def batches(
    items: Iterable[T], most: int, weight: Callable[[T], int] | None = None
) -> Iterator[list[T]]:
    """Lists whose weights add up to at most `most`; each item weighs 1 unless `weight` is given.

    A single heavier item goes alone.
    """
    batch: list[T] = []
    load = 0
    for item in items:
        added = weight(item) if weight else 1
        if batch and load + added > most:
            yield batch
            batch, load = [], 0
        batch.append(item)
        load += added
    if batch:
        yield batch
