# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The bytes of a document, and how a document that is too large loses the middle of its long texts."""

from __future__ import annotations

import json
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from typing import Any

from .envelope import is_enveloped


def encode(document: Mapping[str, Any]) -> bytes:
    """JSON in UTF-8. Raises ValueError for what JSON or UTF-8 does not know: NaN, an infinite number, half a surrogate pair."""
    return json.dumps(document, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode()


def fit(
    document: Mapping[str, Any], fields: Sequence[str], room: int
) -> tuple[Mapping[str, Any], list[str]]:
    """The document in at most `room` bytes, and which of the event's fields were shortened, in the order given. Raises ValueError where it cannot be."""
    size = len(encode(document))
    truncated: list[str] = []
    for name in fields:
        excess = len(encode(document)) - room
        text = _event(document).get(name)
        if excess <= 0:
            break
        if isinstance(text, str) and (short := _shortened(text, excess)) != text:
            document = _with(document, name, short)
            truncated.append(name)
    if len(encode(document)) > room:
        even = f", even with {' and '.join(truncated)} shortened" if truncated else ""
        raise ValueError(
            f"the event is too large: it takes {size} bytes, {size - room} too many{even}"
        )
    return document, truncated


def _event(document: Mapping[str, Any]) -> Mapping[str, Any]:
    return document["payload"] if is_enveloped(document) else document


def _with(document: Mapping[str, Any], name: str, text: str) -> Mapping[str, Any]:
    event = {**_event(document), name: text}
    return {**document, "payload": event} if is_enveloped(document) else event


def _shortened(text: str, excess: int) -> str:
    """The text without as much of its middle as saves `excess` bytes, or as can be; both ends of a stack trace tell most."""
    room = _size(text) - excess

    def too_much(kept: int) -> int:
        # the mark is no longer than what it stands for: the field may have a maxLength
        short = _ends(text, kept)
        return max(_size(short) - room, len(short) - len(text))

    kept = bisect_right(range(len(text)), 0, key=too_much) - 1
    short = _ends(text, max(kept, 0))
    return short if _size(short) < _size(text) and len(short) <= len(text) else text


def _ends(text: str, kept: int) -> str:
    head, tail = kept - kept // 2, len(text) - kept // 2
    return f"{text[:head]}\n… {tail - head} characters left out …\n{text[tail:]}"


def _size(text: str) -> int:
    return len(json.dumps(text, ensure_ascii=False).encode())
