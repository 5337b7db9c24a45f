# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Splitting work into requests that the broker's limits allow."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

T = TypeVar("T")


def batches(
    items: Iterable[T], most: int, weight: Callable[[T], int] | None = None, heaviest: int = 0
) -> Iterator[list[T]]:
    """Yields lists of at most `most` items, whose weights add up to at most `heaviest`; a single heavier item goes alone."""
    batch: list[T] = []
    load = 0
    for item in items:
        added = weight(item) if weight else 0
        if batch and (len(batch) == most or load + added > heaviest > 0):
            yield batch
            batch, load = [], 0
        batch.append(item)
        load += added
    if batch:
        yield batch
