# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The bytes of a document; a document that is too large loses the middle of its long texts."""

from __future__ import annotations

import json
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from typing import Any

from .envelope import is_enveloped


def encode(document: Mapping[str, Any]) -> bytes:
    """JSON in UTF-8.

    Raises ValueError for what neither can hold: NaN, an infinite number, half a surrogate pair.
    """
    return json.dumps(document, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode()


def fit(
    document: Mapping[str, Any], fields: Sequence[str], room: int
) -> tuple[Mapping[str, Any], list[str]]:
    """The document in at most `room` bytes, and the fields of the event that were shortened.

    Shortens the fields in the order given. Raises ValueError where that is not enough.
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
        even = f", even with {' and '.join(truncated)} shortened" if truncated else ""
        excess = size - room
        raise ValueError(f"the event is too large: it takes {size} bytes, {excess} too many{even}")
    return document, truncated


def _event(document: Mapping[str, Any]) -> Mapping[str, Any]:
    return document["payload"] if is_enveloped(document) else document


def _with(document: Mapping[str, Any], name: str, text: str) -> Mapping[str, Any]:
    event = {**_event(document), name: text}
    return {**document, "payload": event} if is_enveloped(document) else event


def _shortened(text: str, excess: int) -> str:
    """The text without so much of its middle that it saves `excess` bytes, or as many as it can.

    Both ends of a stack trace tell the most.
    """
    room = _size(text) - excess

    def is_too_long(kept: int) -> bool:
        # the mark must not be longer than what it replaces: the field may have a maxLength
        short = _ends(text, kept)
        return _size(short) > room or len(short) > len(text)

    kept = bisect_left(range(len(text)), True, key=is_too_long) - 1
    short = _ends(text, max(kept, 0))
    saves = _size(short) < _size(text)
    return short if saves and len(short) <= len(text) else text


def _ends(text: str, kept: int) -> str:
    head = kept - kept // 2
    tail = len(text) - kept // 2
    return f"{text[:head]}\n… {tail - head} characters left out …\n{text[tail:]}"


def _size(text: str) -> int:
    return len(json.dumps(text, ensure_ascii=False).encode())
