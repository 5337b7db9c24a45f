# SPDX-License-Identifier: GPL-3.0-or-later
"""The events that could not be sent yet, in a file of JSON lines.

Each process needs a file of its own.
"""

from __future__ import annotations

import json
import logging
import os
from bisect import insort
from collections.abc import Collection, Iterator
from operator import attrgetter
from pathlib import Path

from .events import Message

log = logging.getLogger(__name__)
_AGE = attrgetter("at")


class Spool:
    """The file is written at once, without awaiting anything: no cancellation loses an event.

    Nor does a full disk: then the log has the event, which is sent from memory.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._messages = sorted(_read(path), key=_AGE) if path.exists() else []

    def __len__(self) -> int:
        return len(self._messages)

    def holds(self, run: str) -> bool:
        return any(message.run == run for message in self._messages)

    def oldest(self, besides: Collection[str]) -> Message | None:
        """Of another run than these."""
        return next((message for message in self._messages if message.run not in besides), None)

    def add(self, message: Message) -> None:
        insort(self._messages, message, key=_AGE)
        try:
            # a line that a crash cut off must not take this one with it
            _write(self._path, "a", "\n" + _line(message))
        except OSError:
            log.exception("cannot spool to %s: %s", self._path, message)

    def remove(self, sent: Message) -> None:
        """From memory; `save` writes it.

        After a crash in between, the event is sent twice, with the same event_id.
        """
        self._messages.remove(sent)

    def save(self) -> None:
        new = self._path.with_suffix(".new")
        try:
            _write(new, "w", "".join(map(_line, self._messages)))
            new.replace(self._path)
        except OSError:
            log.exception("cannot spool to %s: what was sent may be sent again", self._path)


def _read(path: Path) -> Iterator[Message]:
    for line in filter(None, path.read_text(errors="replace").splitlines()):
        try:
            yield Message(**json.loads(line))
        except (ValueError, TypeError):
            log.error("%s: not an event, left out: %s", path, line)


def _line(message: Message) -> str:
    return json.dumps(message._asdict()) + "\n"


def _write(path: Path, mode: str, text: str) -> None:
    with path.open(mode) as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
