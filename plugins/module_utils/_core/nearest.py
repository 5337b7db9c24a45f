# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The nearest known word to a mistyped one, for error messages."""

from __future__ import annotations

from collections.abc import Iterable

# low enough to find `partitions` for `partition_count`, high enough to find nothing for words that
# merely share letters
_CUTOFF = 0.7


def nearest(word: str, known: Iterable[str]) -> str | None:
    from difflib import get_close_matches  # imported late: only a run that fails needs it

    spelled = {name.casefold(): name for name in known}
    matches = get_close_matches(word.casefold(), spelled, n=1, cutoff=_CUTOFF)
    if not matches:
        return None
    return spelled[matches[0]]


def hint(word: str, known: Iterable[str]) -> str:
    """What follows a mistyped word in a message: " (did you mean 'retention.ms'?)", or nothing."""
    match = nearest(word, known)
    if not match:
        return ""
    return f" (did you mean '{match}'?)"
