# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The JSON document of a record, where it has one that Ansible can return."""

from __future__ import annotations

import json
from collections.abc import Iterable
from math import isfinite
from typing import Any, NamedTuple

_MOST_SHOWN = 80  # characters of a number
_DEEPEST = 100  # levels of a document; Ansible fails on those of a few hundred levels


class Decoded(NamedTuple):
    """`why`: the reason where there is no document."""

    document: dict[str, Any] | None
    why: str = ""


def decode(value: bytes | None) -> Decoded:
    if value is None:
        return Decoded(None, "is a tombstone: a record without a value")
    try:
        # of bytes, json would accept UTF-16 and halves of surrogate pairs, too
        text = value.decode("utf-8-sig")
        document = json.loads(text, parse_constant=_refuse, parse_float=_finite, parse_int=_whole)
        _check_surrogates(text, document)
    except (ValueError, RecursionError) as error:
        return Decoded(None, f"is not JSON in UTF-8: {error}")
    if not isinstance(document, dict):
        return Decoded(None, "is JSON, but not an object")
    if _is_too_deep(document):
        return Decoded(None, f"is nested more than {_DEEPEST} levels deep")
    return Decoded(document)


def _check_surrogates(text: str, document: object) -> None:
    """Refuses an escape of half a surrogate pair, which is not a character: Ansible fails on it."""
    if "\\ud" in text.lower():
        json.dumps(document, ensure_ascii=False).encode()


def _is_too_deep(document: object) -> bool:
    level = [document]
    for _depth in range(_DEEPEST):
        below: list[object] = []
        for value in level:
            below.extend(_items(value))
        level = below
    return bool(level)


def _items(value: object) -> Iterable[object]:
    if isinstance(value, dict):
        return value.values()
    if isinstance(value, list):
        return value
    return ()


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is not a JSON number")


def _finite(number: str) -> float:
    found = float(number)
    if not isfinite(found):
        raise ValueError(f"{number[:_MOST_SHOWN]} is not a JSON number that a double can hold")
    return found


def _whole(number: str) -> int:
    _finite(number)
    return int(number)
