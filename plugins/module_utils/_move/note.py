# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Notes which throttles were set before moves, so that the run after a killed one restores them.

The note is in the folder of the undo file, one for each cluster, and only its owner may read it.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from contextlib import suppress
from typing import Any, NamedTuple

from .._core.change import Plain
from .._core.errors import StateError
from .._core.foreign import file_name
from .._core.private_file import write_private
from .._kafka.throttles import Throttles


class Note(NamedTuple):
    """What was set `before`, and what runs of ours may have set of the same keys since."""

    before: Throttles
    ours: tuple[Throttles, ...]


def read_note(folder: str, cluster_id: str) -> Note | None:
    """None where no run was killed. Raises StateError."""
    path = _path(folder, cluster_id)
    try:
        text = _read(path)
        return _note(json.loads(text))
    except FileNotFoundError:
        return None
    except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
        what = f"cannot read which throttles were set before, from {path}: {error!r}"
        remedy = "remove the file to take those of now for the ones before"
        raise StateError(f"{what}; {remedy}") from error


def write_note(folder: str, cluster_id: str, note: Note) -> None:
    """Raises StateError."""
    path = _path(folder, cluster_id)
    ours = [_plain(throttles) for throttles in note.ours]
    content: dict[str, Plain] = {"before": _plain(note.before), "ours": ours}
    try:
        write_private(path, content)
    except OSError as error:
        raise StateError(f"cannot note which throttles are set, in {path}: {error}") from error


def remove_note(folder: str, cluster_id: str) -> None:
    """One that stays only says what is true no longer, and such values are left alone."""
    path = _path(folder, cluster_id)
    with suppress(OSError):
        os.unlink(path)


def _path(folder: str, cluster_id: str) -> str:
    try:
        name = file_name(f"kafka-throttles-{cluster_id}.json")
    except ValueError as error:
        raise StateError(f"cannot note which throttles are set: {error}") from error
    return os.path.join(folder, name)


def _read(path: str) -> str:
    # whoever can write to the folder decides where a link leads
    number = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    with open(number) as file:
        return file.read()


def _plain(throttles: Throttles) -> dict[str, Plain]:
    # JSON knows no other keys
    brokers: dict[str, Plain] = {str(broker): rates for broker, rates in throttles.brokers.items()}
    return {"brokers": brokers, "topics": throttles.topics}


def _note(raw: Any) -> Note:
    ours = tuple(_throttles(item) for item in raw["ours"])
    return Note(_throttles(raw["before"]), ours)


def _throttles(raw: Any) -> Throttles:
    brokers = {int(broker): _values(rates) for broker, rates in raw["brokers"].items()}
    topics = {str(topic): _values(replicas) for topic, replicas in raw["topics"].items()}
    return Throttles(brokers, topics)


def _values(raw: Any) -> Mapping[str, str | None]:
    return {str(key): None if value is None else str(value) for key, value in raw.items()}
