# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The bytes of a document; one that is too large loses the middle of its long texts."""

from __future__ import annotations

import json
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from typing import Any

from .envelope import is_enveloped


def encode(document: Mapping[str, Any]) -> bytes:
    """JSON in UTF-8.

    Raises ValueError for NaN, infinite numbers and half a surrogate pair, which it cannot hold.
    """
    return json.dumps(document, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode()


def fit(
    document: Mapping[str, Any], fields: Sequence[str], room: int
) -> tuple[Mapping[str, Any], list[str]]:
    """The document in at most `room` bytes, and the fields of the event that were shortened.

    Shortens the fields in the given order, and no more of them than needed. Raises ValueError
    where that is not enough.
    """
    size = len(encode(document))
    truncated: list[str] = []
    for name in fields:
        excess = len(encode(document)) - room
        if excess <= 0:
            break
        text = _event(document).get(name)
        if not isinstance(text, str):
            continue
        short = _shortened(text, excess)
        if short != text:
            document = _with(document, name, short)
            truncated.append(name)
    if len(encode(document)) > room:
        message = f"the event is too large: it takes {size} bytes, {size - room} too many"
        if truncated:
            message += f", even with {' and '.join(truncated)} shortened"
        raise ValueError(message)
    return document, truncated


def _event(document: Mapping[str, Any]) -> Mapping[str, Any]:
    return document["payload"] if is_enveloped(document) else document


def _with(document: Mapping[str, Any], name: str, text: str) -> Mapping[str, Any]:
    event = {**_event(document), name: text}
    if not is_enveloped(document):
        return event
    return {**document, "payload": event}


def _shortened(text: str, excess: int) -> str:
    """The text without its middle, `excess` bytes smaller, or as many as that can save.

    Both ends stay, because they tell the most of a stack trace.
    """
    room = _size(text) - excess

    def is_too_long(kept: int) -> bool:
        short = _ends(text, kept)
        return _size(short) > room or _has_grown(short, text)

    # the more characters are kept, the longer is the result
    first_too_long = bisect_left(range(len(text)), True, key=is_too_long)
    most_kept = max(first_too_long - 1, 0)
    short = _ends(text, most_kept)
    if _has_grown(short, text) or _size(short) >= _size(text):
        return text
    return short


def _has_grown(short: str, text: str) -> bool:
    """Whether the mark is longer than what it replaces, so that it may break a maxLength."""
    return len(short) > len(text)


def _ends(text: str, kept: int) -> str:
    """`kept` characters of the text, half of them from its end, with a mark in between."""
    at_end = kept // 2
    head = kept - at_end
    tail = len(text) - at_end
    left_out = tail - head
    mark = f"… {left_out} characters left out …"
    return f"{text[:head]}\n{mark}\n{text[tail:]}"


def _size(text: str) -> int:
    """In bytes, as JSON."""
    return len(json.dumps(text, ensure_ascii=False).encode())
